"""Models that assign probabilities: n-grams in NumPy, recurrent networks in PyTorch."""
