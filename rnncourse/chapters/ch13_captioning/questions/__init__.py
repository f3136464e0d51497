"""The questions of lesson 13."""
