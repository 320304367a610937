"""The project's own checks and commands, run by make."""
