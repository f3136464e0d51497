"""Chapter 7: the LSTM, and how to read one."""

PAGE = "07-lstm"
ARCHITECTURE = "LSTM and GRU"
TITLE = "Long short-term memory"
QUESTION = """\
How does a network keep one number for sixty steps, and drop it the moment the next one comes? By a
cell that only adds, and three gates that it learns to set."""
LAB = "lab-07-lstm"
PAGE_B = "07b-reading-an-lstm"
TITLE_B = "Reading an LSTM's mind"
QUESTION_B = """\
A cell that knows that a bracket is open: how is it found, how is it told from luck, and does the
network use it?"""
