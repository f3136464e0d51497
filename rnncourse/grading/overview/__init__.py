"""The class on one page: what it holds right, what it holds wrong, and what needs a person."""
