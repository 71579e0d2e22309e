"""Transcripts of whole conversations, replayed over the decisions alone."""
