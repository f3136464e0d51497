"""Chapter 4."""

PAGE = "04-backpropagation-through-time"
TITLE = "Backpropagation through time"
QUESTION = """\
An error is felt now, its cause lies many steps back. Every gradient checked to twelve digits, and
what is lost when the way back is cut."""
