"""Chapter 3."""

PAGE = "03-recurrent-networks"
ARCHITECTURE = "RNN"
TITLE = "Recurrent networks"
QUESTION = """\
How can a network be right at every step, and still lose its way? What comes back from step to step,
what a reset costs, and what a teacher hides."""
LAB = "lab-03-recurrent-networks"
