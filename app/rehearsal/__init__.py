"""The decisions without their surroundings: a desk in memory, transcripts that are read and written, and a talk in the terminal."""
