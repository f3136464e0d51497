"""The questions of lesson 4: backpropagation through time, by hand, cut and in little memory."""
