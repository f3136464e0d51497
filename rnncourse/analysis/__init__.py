"""Experiments: what a model learned, and where it fails."""
