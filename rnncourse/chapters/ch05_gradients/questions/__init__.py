"""The questions of lesson 5."""
