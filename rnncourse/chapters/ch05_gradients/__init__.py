"""Chapter 5: why gradients vanish and explode, and what helps."""

PAGE = "05-gradients"
ARCHITECTURE = "RNN"
TITLE = "Vanishing and exploding gradients"
QUESTION = """\
Three networks practice one task, and one learns it. Between the first and the third there are two
lines of code: which, and why?"""
LAB = "lab-05-gradients"
