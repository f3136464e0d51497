"""The questions of lesson 8."""
