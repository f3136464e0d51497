"""The questions of lesson 11."""
