"""Grading many submissions: finding them, workers on one machine or on many, resuming."""
