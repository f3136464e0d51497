"""The questions of lesson 6."""
