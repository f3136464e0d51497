"""Chapter 12."""

PAGE = "12-attention"
ARCHITECTURE = "Attention"
TITLE = "Attention"
QUESTION = """\
Which letters of *rendezvous* make which sound? A network that says words may look back at them,
and nobody tells it where. Does where it looks say what it uses?"""
LAB = "lab-12-attention"
