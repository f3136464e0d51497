"""Chapter 10: networks that read a tree, and what a tree of depth log tau gains."""

PAGE = "10-recursive-networks"
TITLE = "Recursive networks"
QUESTION = """\
A sequence of 128 symbols takes 127 steps; a tree over it takes seven. What does the shorter way
gain, and which tree should it be?"""
