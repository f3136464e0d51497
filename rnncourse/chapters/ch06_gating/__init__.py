"""Chapter 6: gates, one at a time, and the GRU."""

PAGE = "06-gating"
TITLE = "Gating"
QUESTION = """\
A memory that nobody guards is soon full of noise.
What does each gate guard it from, and can one do without?"""
PAGE_B = "06b-gated-recurrent-unit"
TITLE_B = "The gated recurrent unit"
QUESTION_B = """\
The GRU is one name for several formulas. Which of their differences matter, and do its gates open
and shut?"""
