"""The recorded numbers on gradients; those on memory are in `recall_experiments`."""

from dataclasses import replace

import numpy as np

from rnncourse.analysis import hello
from rnncourse.cells.readout import ReadoutWeights
from rnncourse.cells.rnn import HiddenWeights, rnn_step
from rnncourse.chapters.ch04_bptt import chunks
from rnncourse.chapters.ch04_bptt.deck_gradients import (
    deck_gradient,
    largest_relative_difference,
    sample_example,
    true_gradient,
)
from rnncourse.chapters.ch04_bptt.recall_experiments import count_writing, measure_recall
from rnncourse.chapters.ch04_bptt.truncation import measure_cost
from rnncourse.core.records import Record, provenance
from rnncourse.training.bptt import Network, bptt

STEPS = tuple(10.0**-n for n in (1, 3, 5, 7, 9, 20))
LENGTHS = (64, 128, 256, 512, 1024)
WINDOW = 32

ROUNDING_TOLERANCE = (5e-13, "two ways to compute one number; only rounding differs")


def measure_bptt() -> Record:
    """Measure what chapter 4 says about gradients and their cost (about a minute)."""
    record = Record("ch04_bptt", "bptt", {"data": "of its own", **provenance()})
    _add_decks(record)
    _add_digits(record)
    _add_costs(record)
    return record


def _add_decks(record: Record) -> None:
    w, data = sample_example()
    gradient, true = deck_gradient(w, data), true_gradient(w, data)
    for claim, names in (("A5", "W V b_h b_o"), ("E5", "U W V")):
        gap = largest_relative_difference(gradient, true, names)
        record.add(f"{claim}/gap", gap, *ROUNDING_TOLERANCE)


def loss_by_entry(entry: float | complex) -> float | complex:
    """Return the loss of the four-letter network, from a state of 0.5, by one entry of W_hh."""
    w = hello.hello_weights()
    W_hh = w.W_hh.astype(complex)
    W_hh[0, 1] = entry
    w, ids = replace(w, W_hh=W_hh), hello.LETTERS.encode(hello.WORD)
    h, total = np.full((1, hello.H), 0.5), 0
    for x, target in zip(np.eye(len(hello.LETTERS))[ids[:-1]], ids[1:], strict=True):
        y, h = rnn_step(x[None], h, w)
        total = total + np.log(np.exp(y).sum()) - y[0, target]
    return total / (len(ids) - 1)


def right_digits(exact: float) -> np.ndarray:
    """Count the right digits of a derivative: by differences, and by the complex step.

    Args:
        exact: The derivative of `loss_by_entry` at the weight that it has, by hand.

    Returns:
        For every step in `STEPS` the digits of both, at most 15.
    """
    entry = hello.hello_weights().W_hh[0, 1]
    rows = []
    for step in STEPS:
        difference = loss_by_entry(entry + step) - loss_by_entry(entry - step)
        slopes = difference.real / (2 * step), loss_by_entry(entry + 1j * step).imag / step
        rows.append([-np.log10(abs(value / exact - 1) + 1e-15) for value in slopes])
    return np.clip(np.floor(rows), 0, 15)


def derivative_by_bptt() -> float:
    """Return the derivative of `loss_by_entry` by backpropagation through time."""
    w, ids = hello.hello_weights(), hello.LETTERS.encode(hello.WORD)
    net = Network(HiddenWeights(w.W_xh, w.W_hh, w.b_h), ReadoutWeights(w.W_hy, w.b_y))
    xs, h = np.eye(len(hello.LETTERS))[ids[:-1], None], np.full((1, hello.H), 0.5)
    return float(bptt(net, xs, ids[1:, None], h)[1].cell.W_hh[0, 1])


def _add_digits(record: Record) -> None:
    differences, steps = right_digits(derivative_by_bptt()).T
    evidence = "rounding differs between processors and can cost or give a digit"
    record.add("digits/difference", differences, 2, evidence)
    record.add("digits/complex", steps, 1, evidence)


def _add_costs(record: Record) -> None:
    for name, window in (("whole", None), ("windows", WINDOW)):
        seconds, memory = np.array([measure_cost(T, window) for T in LENGTHS]).T
        record.add(f"cost/seconds/{name}", seconds, 1.0, "depends on the machine")
        record.add(
            f"cost/memory/{name}", memory / 1e6, 0.2, "small objects of Python among the arrays"
        )


EXPERIMENTS = {
    "bptt": measure_bptt,
    "recall": measure_recall,
    "writing": count_writing,
    **chunks.EXPERIMENTS,
}
"""What `make measure` runs: by section of the record."""
