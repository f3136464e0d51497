"""Sequences of different lengths in one batch."""

import numpy as np

from rnncourse.grading.writing import question


@question("01-pad", 3, "Padding and its mask", "apply", returns="batch mask")
def pad_batch(tokens, lengths):
    """Return the tokens with padding, `(T, B)`, and where they are real, `(T, B)`."""
    mask = np.arange(lengths.max()) < lengths[:, None]
    batch = np.zeros_like(mask, dtype=int)
    batch[mask] = tokens
    return batch.T, mask.T


@pad_batch.inputs
def _sample_inputs(rng):
    yield np.array([5, 0, 7, 8]), np.array([3, 1])
    yield np.array([4, 2, 0]), np.array([3])
    yield _sample_tokens(rng, [2, 5, 3])
    yield _sample_tokens(rng, rng.permutation([4, 0, 1, 2]))
    yield _sample_tokens(rng, [2, 2])
    yield _sample_tokens(rng, rng.integers(1, 12, size=rng.integers(5, 12)))


def _sample_tokens(rng, lengths):
    """Return tokens of which many are 0, the last among them, and the lengths."""
    tokens = rng.integers(2, 20, size=sum(lengths)) * (rng.random(sum(lengths)) < 0.7)
    tokens[-1] = 0
    return tokens, np.array(lengths)


@pad_batch.property("the mask has as many True as there are tokens")
def _marks_each_token(arguments, batch, mask):
    """A token is real if it lies within the length of its sequence, whatever its number is."""
    return mask.sum() == len(arguments[0])


pad_batch.mistake("Batch first", {"batch.T, mask.T": "batch, mask"})(
    "Your sequences are the rows. In the course time comes first: a sequence is a column."
)

pad_batch.mistake("Padding in front")(
    "You padded in front of the sequences. A network would read the padding first; here it stands "
    "behind the last token.",
    {"np.arange(lengths.max())": "np.arange(lengths.max())[::-1]"},
)

pad_batch.mistake("The mask inverted", {"mask.T": "~mask.T"})(
    "Your mask is inverted. In the course True means a real token."
)

pad_batch.mistake("Cut to the shortest")(
    "You cut all sequences to the shortest. Nothing may be lost: how many steps does the longest "
    "need?",
    {"batch.T, mask.T": "batch.T[: lengths.min()], mask.T[: lengths.min()]"},
)

pad_batch.mistake("The mask read off the zeros", {"mask.T": "batch.T != 0"})(
    "Your mask is False wherever the batch is 0. But 0 is also the number of a token: what else "
    "tells padding from tokens?"
)

pad_batch.mistake("No mask", {"mask.T": "np.ones_like(mask.T)"})(
    "Your mask is True everywhere, so nobody can tell padding from tokens."
)

pad_batch.mistake("The mask one step short")(
    "Your mask leaves out the last token of every sequence. Steps count from 0.",
    {"mask.T": "np.arange(lengths.max())[:, None] < lengths - 1"},
)

pad_batch.mistake("The mask one step long")(
    "Your mask takes in the first padding of every sequence. Steps count from 0: which is the last "
    "one of three?",
    {"mask.T": "np.arange(lengths.max())[:, None] < lengths + 1"},
)

pad_batch.mistake("A step too many", {"lengths.max()": "lengths.max() + 1"})(
    "Your batch has one step more than its longest sequence."
)

pad_batch.mistake("Every sequence from the first token on")(
    "All your sequences begin with the first token of all. Where does each begin?",
    {"= tokens": "= tokens[np.where(mask)[1]]"},
)

pad_batch.mistake("Filled step by step", {"batch[mask]": "batch.T[mask.T]"})(
    "Your tokens went in step by step, across the sequences: that is the order in which NumPy "
    "walks through a batch with time first. A sequence is a column."
)


@pad_batch.mistake("The longest first")
def _sort_by_length(tokens, lengths):
    """You sorted the sequences by length. Some libraries want that; here whoever knows the right
    answers expects the old order."""
    order = np.argsort(-lengths, kind="stable")
    batch, mask = pad_batch(tokens, lengths)
    return batch[:, order], mask[:, order]


pad_batch.mistake("The last token repeated")(
    "You filled up with copies of the last token. Here padding is 0.",
    {"batch.T": "np.where(mask, batch, batch[range(len(mask)), lengths - 1][:, None]).T"},
)

pad_batch.mistake("Padding of −1", {"np.zeros_like(mask, dtype=int)": "np.full(mask.shape, -1)"})(
    "Your padding is −1, a number that no token has. Here it is 0, and the mask tells."
)
