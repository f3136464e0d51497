"""The questions of lesson 14."""
