"""Chapter 4: how a gradient finds its way back through time, and what a cut does to it."""

PAGE = "04-backpropagation-through-time"
ARCHITECTURE = "RNN"
TITLE = "Backpropagation through time"
QUESTION = """\
An error is felt now, its cause lies many steps back. Every gradient checked to twelve digits, and
what is lost when the way back is cut."""
LAB = "lab-04-backpropagation-through-time"
