"""What stands in the text field of the live figure of page 7b at first."""

SENTENCE = (
    "The default is `None`, which means that all values are used (see the notes below). "
    "Otherwise the shape is kept."
)
"""Our own, in the style of the training text, with a quoted word and a bracket."""
N_READ = SENTENCE.index(")")
"""How many of its characters have been read in the first picture."""
