"""Students, not files: who handed in what, which attempt counts, how late, and the way back out."""
