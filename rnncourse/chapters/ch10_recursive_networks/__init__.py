"""Chapter 10."""

PAGE = "10-recursive-networks"
ARCHITECTURE = "Trees"
TITLE = "Recursive networks"
QUESTION = """\
Black cats and dogs: who is black? The words do not say; the tree over them does. How does a network
read a tree, and what is it good for?"""
LAB = "lab-10-recursive-networks"
