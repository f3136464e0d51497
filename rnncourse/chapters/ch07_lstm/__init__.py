"""Chapter 7: the LSTM, and how to read one."""

PAGE = "07-lstm"
TITLE = "Long short-term memory"
QUESTION = """\
How does an error come back over two hundred steps? By a cell that a gate can hold open, and by
the bias of that gate."""
PAGE_B = "07b-reading-an-lstm"
TITLE_B = "Reading an LSTM's mind"
QUESTION_B = """\
A cell that knows that a bracket is open: how is it found, how is it told from luck, and does the
network use it?"""
