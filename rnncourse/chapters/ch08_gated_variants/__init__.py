"""Chapter 8: the LSTM's variants, and how to compare them."""

PAGE = "08-gated-variants"
ARCHITECTURE = "LSTM and GRU"
TITLE = "Gated variants"
QUESTION = """\
An LSTM has three gates, two squashings and peepholes.
Which of them can one leave out, and how would one know?"""
LAB = "lab-08-gated-variants"
