"""The questions of lesson 7."""
