"""What an LSTM predicts when one of its cells is exchanged, or held: is the cell used?"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float, Int

from rnncourse.cells.activations import sigmoid
from rnncourse.chapters.ch07_lstm.cell_states import CellStates, lstm_weights
from rnncourse.data.text import Vocabulary
from rnncourse.models.language import LanguageModel

MAX_LENGTH = 40
"""Brackets that hold more characters are left out."""


Clamps = dict[int, float | Float[np.ndarray, " B"]]
"""By the number of a cell the value it is held at, or a value for each text."""


@dataclass(frozen=True)
class PlainBrackets:
    """Brackets in a text whose inside is `min_length` to `MAX_LENGTH` characters long.

    Args:
        opened: Where each opens.
        closed: Where each closes.
    """

    opened: Int[np.ndarray, " N"]
    closed: Int[np.ndarray, " N"]


def find_plain_brackets(text: str, min_length: int = 10) -> PlainBrackets:
    """Find pairs of round brackets without another bracket or newline between."""
    spans, opened = [], -1
    for t, character in enumerate(text):
        if character == ")" and opened >= 0 and min_length <= t - opened - 1 <= MAX_LENGTH:
            spans.append((opened, t))
        opened = t if character == "(" else -1 if character in ")\n" else opened
    pairs = np.array(spans, np.int64).reshape(-1, 2)
    return PlainBrackets(pairs[:, 0], pairs[:, 1])


class ClampedLSTM:
    """A language model in NumPy, one of whose cells can be held at a value.

    Args:
        model: An LSTM.
    """

    def __init__(self, model: LanguageModel):
        w = lstm_weights(model)
        embedding = model.embedding.weight.detach().double().numpy()
        self.inputs = (embedding @ w.W_xh + w.b_h).astype(np.float32)  # a row a character
        self.W_hh = w.W_hh.astype(np.float32)
        self.W_hy = model.logits.weight.detach().numpy().T
        self.b_y = model.logits.bias.detach().numpy()
        self.H = model.H

    def step(
        self,
        ids: Int[np.ndarray, " B"],
        h: Float[np.ndarray, "B H"],
        c: Float[np.ndarray, "B H"],
        clamped: Clamps | None = None,
    ) -> tuple[Float[np.ndarray, "B H"], Float[np.ndarray, "B H"]]:
        """Read a character in each of B texts; hold cells at values, and then let them out.

            c' = f * c + i * g;   c'_j = v  for every held cell j;   h' = o * tanh(c')

        Args:
            ids: The characters.
            h: Hidden states before.
            c: Cells before.
            clamped: By the number of a cell its value, or a value for each text.
        """
        i, f, g, o = np.split(self.inputs[ids] + h @ self.W_hh, 4, axis=-1)
        c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
        for j, value in (clamped or {}).items():
            c[:, j] = value
        return sigmoid(o) * np.tanh(c), c

    def log2_probs(self, h: Float[np.ndarray, "B H"]) -> Float[np.ndarray, "B V"]:
        """Return the logarithms, to base 2, of the probabilities of the next character."""
        y = h @ self.W_hy + self.b_y
        y = y - y.max(-1, keepdims=True)
        return (y - np.log(np.exp(y).sum(-1, keepdims=True))) / np.log(2)


def bits_at_closing_bracket(
    network: ClampedLSTM,
    ids: Int[np.ndarray, " T"],
    brackets: PlainBrackets,
    clamped: Sequence[Clamps],
    n_warm_up: int = 100,
) -> Float[np.ndarray, "K N"]:
    """Return how surprising each closing bracket is while cells are held inside the brackets.

    Args:
        network: The network.
        ids: The text.
        brackets: The brackets.
        clamped: What is held, from the first character inside on: a dictionary an experiment; a
            value, or one for each bracket.
        n_warm_up: Characters up to the opening bracket that are read first.

    Returns:
        Bits, a row an experiment.
    """
    N, bits = len(brackets.opened), np.empty((len(clamped), len(brackets.opened)))
    h = c = np.zeros((N, network.H), np.float32)
    for t in range(-n_warm_up, 1):
        h, c = network.step(ids[(brackets.opened + t).clip(0)], h, c)
    first_h, first_c = h, c
    for k, values in enumerate(clamped):
        h, c = first_h, first_c.copy()
        for t in range(1, MAX_LENGTH + 1):
            h, c = network.step(ids[(brackets.opened + t).clip(max=len(ids) - 1)], h, c, values)
            is_last = brackets.opened + t == brackets.closed - 1
            if is_last.any():
                bits[k, is_last] = -network.log2_probs(h[is_last])[:, CLOSING_ID]
    return bits


def read_clamped(
    network: ClampedLSTM,
    ids: Int[np.ndarray, " T"],
    clamped: dict[int, float],
    streams: int = 60,
    n_warm_up: int = 300,
) -> CellStates:
    """Read a text in parts side by side while cells are held all the time.

    Args:
        network: The network.
        ids: The text.
        clamped: Cells and their values.
        streams: How many parts.
        n_warm_up: Characters that a stream reads ahead of its part, from a state of zero.
    """
    length = -(-len(ids) // streams)
    starts, hs, cs = np.arange(streams) * length, [], []
    h = c = np.zeros((streams, network.H), np.float32)
    for t in range(-n_warm_up, length):
        h, c = network.step(ids[(starts + t) % len(ids)], h, c, clamped)
        if t >= 0:
            hs.append(h)
            cs.append(c)
    arrays = (np.array(a).swapaxes(0, 1).reshape(-1, network.H)[: len(ids)] for a in (hs, cs))
    return CellStates(*arrays)


@torch.no_grad()
def swap_cells(
    model: LanguageModel, text: str, brackets: PlainBrackets
) -> tuple[Float[np.ndarray, "2 N"], Float[np.ndarray, "2 N H"]]:
    """Exchange single cells between a reader of a bracket and a reader of the same text without it.

    Both read up to 100 characters, and on to the middle of the bracket. Then one gets h and c of
    one cell from the other, and reads on to the end.

    Args:
        model: An LSTM.
        text: The text.
        brackets: Its brackets.

    Returns:
        log2 of the probability of the closing bracket: for both as they are; and for each cell that
        alone is exchanged.
    """
    encode, H = Vocabulary().encode, model.H

    def read(part: str, state: tuple | None = None, copies: int = 1) -> tuple:
        ids = torch.from_numpy(encode(part).astype(np.int64))[:, None].expand(-1, copies)
        return model.recurrent(model.embedding(ids), state)

    usual_log_probs, swapped_log_probs = [], []
    for opened, closed in zip(brackets.opened, brackets.closed, strict=True):
        middle = (opened + 1 + closed) // 2
        before, inside = text[max(0, opened - 100) : opened], text[middle:closed]
        states = [read(before + mark + text[opened + 1 : middle])[1] for mark in ("(", "")]
        log_probs = []
        for cells, donor in (states, states[::-1]):
            state = []
            for a, b in zip(cells, donor, strict=True):
                copies_of_state = a.repeat(1, H + 1, 1)
                copies_of_state[0, range(H), range(H)] = b[0, 0]  # the last row stays as it is
                state.append(copies_of_state)
            hs, _ = read(inside, tuple(state), H + 1)
            log_probs.append(model.logits(hs[-1]).log_softmax(1)[:, CLOSING_ID].numpy() / np.log(2))
        usual_log_probs.append([row[-1] for row in log_probs])
        swapped_log_probs.append([row[:-1] for row in log_probs])
    return np.array(usual_log_probs).T, np.array(swapped_log_probs).swapaxes(0, 1)


CLOSING_ID = 1 + ord(")") - 32
"""The place of the closing bracket in the vocabulary."""
