"""The questions of lesson 12."""
