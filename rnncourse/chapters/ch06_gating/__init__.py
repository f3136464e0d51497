"""Chapter 6: gates, one at a time, and the GRU."""

PAGE = "06-gating"
ARCHITECTURE = "LSTM and GRU"
TITLE = "Gates"
QUESTION = """\
A memory should be left alone most of the time, and changed at the right moment. Who decides when? A
gate, set by hand, then learned; and the GRU, which has two of them."""
LAB = "lab-06-gating"
