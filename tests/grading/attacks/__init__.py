"""Cheats: notebooks that are after marks, or after somebody, and not after the right answer."""
