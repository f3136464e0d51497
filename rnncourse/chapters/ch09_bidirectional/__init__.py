"""Chapter 9: networks that read both ways, and networks that are deep."""

PAGE = "09-bidirectional"
TITLE = "Bidirectional networks"
QUESTION = """\
What is a network worth that may read what comes later, and how much later must it read?"""
PAGE_B = "09b-deep-networks"
TITLE_B = "Deep networks"
QUESTION_B = """\
A recurrent network can be made deeper in three places. Which of them costs memory, and is it the
depth that costs it?"""
