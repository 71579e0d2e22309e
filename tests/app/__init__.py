"""Tests of settings, clinic.toml, the command line, logs and the walls around rehearsals."""
