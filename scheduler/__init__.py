"""Ticks only: due work is rows in our tables, claimed like everything else, so any number of processes may tick at once."""
