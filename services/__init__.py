"""The services; each owns its schema and talks to the others over HTTP only."""
