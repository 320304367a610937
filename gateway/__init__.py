"""The one door of the system: authenticates, limits, routes and passes on; owns no data."""
