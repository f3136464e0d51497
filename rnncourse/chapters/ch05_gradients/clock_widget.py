"""The clock that a recurrent network built to remember: its hands on two dials, and its answers.

The page runs `clock_widget.mjs`, which draws what `follow_mean_states` measured.
"""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import torch
from torch import nn

from rnncourse.chapters.ch05_gradients.lesson import LAG, train_recall
from rnncourse.core.records import Record, provenance
from rnncourse.data.recall import recall_batch
from rnncourse.viz import elements

MAX_LAG = 60
"""Steps after the symbol up to which the network is asked."""
LIVE_FIGURE = elements.LiveFigure(
    "clock-hands",
    Path(__file__).parent,
    "Here you can ask a network at any step, and see where its clock stands. In the book it needs "
    "JavaScript; in a notebook, run the cell.",
    "A hand is the mean state after one of four first symbols, in the plane of a pair of complex "
    "eigenvalues; on the rim: where it stood after 20 steps. Below: right answers at the steps "
    "that you asked.",
    "clock_widget",
)


def follow_mean_states(rnn: nn.RNN, readout: nn.Linear) -> dict[str, np.ndarray]:
    """Follow the mean state after each first symbol in the planes of two pairs of eigenvalues.

    With u a left eigenvector of W_hh, a linear network would multiply u h by its eigenvalue at each
    step: a hand u h turns by the same angle.

    Args:
        rnn: A tanh network that reads the symbols of `recall_batch`.
        readout: Its readout of four answers.

    Returns:
        `hands`: dial x step x symbol x 2, the longest of a dial 1 long; the first symbol's points
        up after `LAG` steps. `right`: by step, the share of right answers. `answers`: step x
        symbol, the most frequent answer.

    Raises:
        ValueError: If W_hh has fewer than two pairs of complex eigenvalues.
    """
    xs, symbols = recall_batch(np.random.default_rng(5), 500, MAX_LAG, same=False)
    with torch.no_grad():
        states = rnn(torch.tensor(xs, dtype=rnn.weight_hh_l0.dtype))[0]
        answers = readout(states).argmax(-1).numpy()
    means = np.stack([states[:, symbols == s].mean(1) for s in range(4)], 1).astype(float)
    eigenvalues, vectors = np.linalg.eig(rnn.weight_hh_l0.detach().numpy().astype(float).T)
    pairs = [k for k in np.argsort(-abs(eigenvalues)) if eigenvalues[k].imag > 0][:2]
    if len(pairs) < 2:
        raise ValueError("W_hh needs two pairs of complex eigenvalues: a dial for each.")
    z = np.moveaxis(means @ vectors[:, pairs], -1, 0)  # dial, step, symbol
    z = z * np.exp(1j * (np.pi / 2 - np.angle(z[:, LAG, 0])))[:, None, None]
    z = z / abs(z).max((1, 2), keepdims=True)
    counts = np.stack([(answers[:, symbols == s, None] == range(4)).sum(1) for s in range(4)], 1)
    return {
        "hands": np.stack([z.real, z.imag], -1),
        "right": (answers == symbols).mean(1),
        "answers": counts.argmax(-1),
    }


def measure_clock() -> Record:
    """Read the clock of the lesson's third network (a minute)."""
    about = {"data": "recall, drawn at random", "seeds": [0], **provenance()}
    record = Record("ch05_gradients", "clock", about)
    _, rnn, readout = train_recall("orthogonal", 1.0, 0)
    why = "hundreds of updates in float32 enlarge a difference of 1e-7 in a sum"
    for name, values in follow_mean_states(rnn, readout).items():
        record.add(f"clock/{name}", values.ravel().round(3), 4 if name == "answers" else 2, why)
    return record


def clock_hands(clock: Mapping[str, np.ndarray] | None = None) -> object:
    """Show what a network answers at any step, and where the hands of its clock stand.

    Args:
        clock: What `follow_mean_states` returns; by default that of the lesson's third network.

    Returns:
        An object that a notebook displays when it is the last value of a cell.
    """
    facts = {
        name: elements.dump_json(np.round(values, 3).tolist())
        for name, values in (clock or load_clock()).items()
    }
    return LIVE_FIGURE.show({**facts, "lag": LAG}, "The hands of the clock in a recurrent network")


def load_clock() -> dict[str, np.ndarray]:
    """Load what `follow_mean_states` returned for the lesson's third network, from the record."""
    record = Record.load("ch05_gradients")
    shapes = {"hands": (2, MAX_LAG + 1, 4, 2), "right": (MAX_LAG + 1,), "answers": (MAX_LAG + 1, 4)}
    return {
        name: np.reshape(record.value(f"clock/{name}"), shape) for name, shape in shapes.items()
    }
