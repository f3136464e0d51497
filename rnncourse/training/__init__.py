"""Fitting models and measuring them."""
