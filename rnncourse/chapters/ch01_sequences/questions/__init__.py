"""The questions of lesson 1: shapes of input and output, windows, padding, and a small memory."""
