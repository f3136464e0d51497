"""Answers that look alike: fingerprints of code, compared in a class, for a person to look at."""
