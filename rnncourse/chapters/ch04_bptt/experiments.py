"""The recorded numbers on gradients; those on memory are in `recall_experiments`."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import torch

from rnncourse.analysis import hello
from rnncourse.analysis.splits import encode_split
from rnncourse.chapters.ch04_bptt.deck_gradients import (
    deck_gradient,
    example,
    four_readings,
    gap,
    jacobian_gap,
    printed_clip,
    same_side,
    state_gradients,
    true_gradient,
)
from rnncourse.chapters.ch04_bptt.recall_experiments import measure_memory, measure_recall
from rnncourse.chapters.ch04_bptt.truncation import (
    by_window,
    cost,
    likeness,
    page_network,
    streams,
    untrained,
)
from rnncourse.core.records import Record, provenance
from rnncourse.data.corpus import fingerprint, load_corpus
from rnncourse.training.bptt import bptt

WINDOWS = (1, 2, 4, 8, 16, 32, 64, 128)
STEPS = tuple(10.0**-n for n in (1, 3, 5, 7, 9, 11, 20))
LENGTHS = (64, 128, 256, 512, 1024)
WINDOW = 32
CLIPPED = (5.0, 10.0, 20.0, 50.0, 100.0)
THRESHOLD = 5.0

IDENTITY = (5e-13, "two ways to compute one number; only rounding differs")
EXACT = (1e-6, "float64 arithmetic on fixed numbers")


def measure_bptt(say: Callable[[str], None] = print) -> Record:
    """Measure what chapter 4 says about gradients and their cost (about a minute)."""
    torch.set_num_threads(1)
    documents = load_corpus()
    record = Record("ch04_bptt", "bptt", {"corpus_sha256": fingerprint(documents), **provenance()})
    _decks(record, say)
    _digits(record, say)
    _text(record, encode_split(documents, 0), say)
    _costs(record, say)
    return record


def _decks(record: Record, say) -> None:
    w, data = example()
    true = true_gradient(w, data)
    record.add("A5/gap", gap(deck_gradient(w, data), true, "W V b_h b_o"), *IDENTITY)
    record.add("E5/gap", gap(deck_gradient(w, data), true, "U W V"), *IDENTITY)
    record.add("E5/jacobian_gap", jacobian_gap(w, data), *EXACT)
    middle = state_gradients(w, data, lambda h: (w.W @ np.diag(1 - h**2)).T)
    record.add("E5/middle_gap", gap(deck_gradient(w, data, middle), true, "U W"), *EXACT)
    same = deck_gradient(w, data, same_side(w, data))
    record.add("E5/same_side_gap", gap(same, true, "U W"), *EXACT)
    record.add("D10/printed_clip", printed_clip_lengths(), *EXACT)
    for (how, what), error in four_readings(w, data).items():
        tolerance = IDENTITY if how != what else EXACT
        record.add(f"readings/{how} {what}", error, *tolerance)
        say(f"dh_t/dW {how:9s} dL/dh_t {what:9s} relative error {error:.1e}")


def printed_clip_lengths() -> list[float]:
    """Return what deck D's code leaves of gradients that are too long, as a share of the threshold.

    Returns:
        For every length in `CLIPPED`, with the threshold 5.
    """
    direction = np.random.default_rng(0).normal(size=100)
    direction /= np.linalg.norm(direction)
    return [
        float(np.linalg.norm(printed_clip(n * direction, THRESHOLD))) / THRESHOLD for n in CLIPPED
    ]


def loss_by_entry(entry: float | complex) -> float | complex:
    """Return the loss of the four-letter network as a function of one entry of W_hh."""
    w = hello.hello_weights()
    W_hh = w.W_hh.astype(complex)
    W_hh[0, 1] = entry
    return hello.loss(replace(w, W_hh=W_hh), hello.LETTERS.encode(hello.WORD))


def right_digits() -> np.ndarray:
    """Count the right digits of a derivative: by differences, and by the complex step.

    Returns:
        For every step in `STEPS` the digits of both, at most 15.
    """
    w = hello.hello_weights()
    at = w.W_hh[0, 1]
    true = hello.gradient(w, hello.LETTERS.encode(hello.WORD)).W_hh[0, 1]
    rows = []
    for step in STEPS:
        difference = loss_by_entry(at + step) - loss_by_entry(at - step)
        found = difference.real / (2 * step), loss_by_entry(at + 1j * step).imag / step
        rows.append([-np.log10(abs(value / true - 1) + 1e-15) for value in found])
    return np.clip(np.floor(rows), 0, 15)


def text_gradients(data) -> tuple[np.ndarray, np.ndarray, tuple, tuple]:
    """Compare truncated gradients on test text, of the trained network and of an untrained one.

    Args:
        data: A split.

    Returns:
        Cosine and ratio of lengths for every window, trained and untrained; and the same for the
        whole gradient of another stretch of text.
    """
    embedding, net = page_network()
    fresh = untrained(net, np.random.default_rng(0))
    ids, targets = streams(data.test, 8, 256)
    others, their_targets = streams(data.test, 8, 256, at=5000)
    xs, their_xs = embedding[ids], embedding[others]

    def other(net):
        whole = bptt(net, xs, targets)[1].flat()
        return likeness(bptt(net, their_xs, their_targets)[1].flat(), whole)

    found = [by_window(n, xs, targets, WINDOWS) for n in (net, fresh)]
    return found[0], found[1], other(net), other(fresh)


def _digits(record: Record, say) -> None:
    differences, steps = right_digits().T
    evidence = "rounding differs between processors and can cost or give a digit"
    record.add("digits/difference", differences, 2, evidence)
    record.add("digits/complex", steps, 1, evidence)
    say(f"right digits {differences} {steps}")


def _text(record: Record, data, say) -> None:
    for name, found in zip(
        ("trained", "untrained", "other/trained", "other/untrained"),
        text_gradients(data),
        strict=True,
    ):
        cosines, lengths = np.array(found).T
        record.add(f"text/cosine/{name}", cosines, *EXACT)
        record.add(f"text/length/{name}", lengths, *EXACT)
        say(f"{name:16s} cosine {np.round(cosines, 3)} length {np.round(lengths, 3)}")


def _costs(record: Record, say) -> None:
    for name, window in (("whole", None), ("windows", WINDOW)):
        seconds, memory = np.array([cost(T, window) for T in LENGTHS]).T
        record.add(f"cost/seconds/{name}", seconds, 1.0, "depends on the machine")
        record.add(
            f"cost/memory/{name}", memory / 1e6, 0.2, "small objects of Python among the arrays"
        )
        say(f"{name:8s} ms {np.round(1e3 * seconds, 1)}  MB {np.round(memory / 1e6, 2)}")


EXPERIMENTS = {"bptt": measure_bptt, "memory": measure_memory, "recall": measure_recall}
"""What `make measure` runs: by section of the record."""
