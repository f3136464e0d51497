"""Chapter 13."""

PAGE = "13-captioning"
ARCHITECTURE = "Attention"
TITLE = "Captioning"
QUESTION = """\
A network writes what an emoji shows, in words that it never saw together. Which pixels is each word
about, and does it look there?"""
LAB = "lab-13-captioning"
