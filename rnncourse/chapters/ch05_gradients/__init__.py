"""Chapter 5: why gradients vanish and explode, and on a second page what can be done about it."""

PAGE = "05-gradients"
TITLE = "Vanishing and exploding gradients"
QUESTION = """\
A network reads a symbol, and a few steps later nobody can tell which it was. What is lost, and what
decides how fast?"""
PAGE_B = "05b-clipping-and-initialization"
TITLE_B = "Clipping and initialization"
QUESTION_B = """\
One step of training can throw a network out of the picture, and hundreds of steps can teach it
nothing. What helps, without adding to the network?"""
