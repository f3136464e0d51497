"""Chapter 3."""

PAGE = "03-recurrent-networks"
TITLE = "Recurrent networks"
QUESTION = """\
One small function reads a text of any length. What comes back from step to step, what a teacher
hides, and what ten times the length does."""
