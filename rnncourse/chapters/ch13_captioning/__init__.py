"""Chapter 13."""

PAGE = "13-captioning"
TITLE = "Captioning"
QUESTION = """\
A network that writes about an image: how often must it see the image, and does it look at what it
names?"""
