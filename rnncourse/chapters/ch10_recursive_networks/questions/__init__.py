"""The questions of lesson 10."""
