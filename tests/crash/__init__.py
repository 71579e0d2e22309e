"""Rehearsals of sudden death: seeded journeys of many owners, kill -9 in between, and an end checker that trusts nobody's word."""
