"""The questions of lesson 9."""
