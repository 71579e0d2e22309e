"""Wiring: settings, command line, logs, and the parts put together. Only ``app.settings`` reads the environment."""
