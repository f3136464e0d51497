"""Recurrent cells from scratch, in NumPy: row vectors, `x @ W`, one step at a time."""
