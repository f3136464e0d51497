"""The questions of lesson 2: language models that count, and language models that recur."""
