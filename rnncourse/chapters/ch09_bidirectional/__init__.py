"""Chapter 9: networks that read both ways, and where a recurrent network can be deep."""

PAGE = "09-bidirectional"
ARCHITECTURE = "Both ways, and deep"
TITLE = "Bidirectional networks"
QUESTION = """\
Hat and hate: the second letter is said for the last one. How does a network that reads from left to
right know what comes, and what is it worth merely to wait a moment?"""
LAB = "lab-09-bidirectional"
