"""Chapter 12."""

PAGE = "12-attention"
TITLE = "Attention"
QUESTION = """\
A decoder that may look back at the whole source: does it get longer lists right, and does where it
looks say what it uses?"""
