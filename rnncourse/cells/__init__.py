"""Recurrent cells from scratch, in NumPy: row vectors, `x @ W`, with two faces.

The readable face is one step at a time, forward and backward, as the equations have it: `rnn`,
`gru`, `lstm`. The fast face is layers that run whole sequences, with the same names and the same
numbers: `rnn_layer`, `gru_layer`, `lstm_layer`; `layers` chooses the one that weights belong to.
`readout` has logits and loss, `initial` has weights to
start from, and `convert` takes weights from PyTorch and Keras and gives them back.
"""
