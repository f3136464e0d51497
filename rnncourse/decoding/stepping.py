"""What decoding asks of a model, and the plain way to write: greedily.

A model is anything with `bos_id`, `eos_id`, `step` and `reorder`: an `EncoderDecoder`, or a
function (`FunctionStepper`). States belong to the model: decoding only hands them back.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol, runtime_checkable

import numpy as np
from jaxtyping import Float, Int

from rnncourse.decoding.sampling import DecodingError

State = Any
"""Whatever a model wants back: it has one row for each of N hypotheses."""


@runtime_checkable
class DecodableModel(Protocol):
    """A model that can be asked for one step after the other.

    Attributes:
        bos_id: What stands before the first symbol.
        eos_id: The symbol that ends a text.
    """

    bos_id: int
    eos_id: int

    def step(self, state: State, symbols: Int[np.ndarray, " N"]) -> tuple[Any, State]:
        """Return the logits of the next symbol, `N V`, of NumPy or PyTorch, and the state."""

    def reorder(self, state: State, rows: Int[np.ndarray, "B K"]) -> State:
        """Return the state of some hypotheses; a row of `rows` has those of one text."""


def reorder_state(state: State, rows: Int[np.ndarray, "B K"]) -> State:
    """Take rows of every array in a state: tuples, lists and dictionaries of arrays, or None.

    >>> reorder_state((np.arange(4), None), np.array([[2, 2]]))
    (array([2, 2]), None)
    """
    if state is None:
        return None
    if isinstance(state, dict):
        return {key: reorder_state(item, rows) for key, item in state.items()}
    if isinstance(state, tuple | list):
        items = [reorder_state(item, rows) for item in state]
        return type(state)(*items) if hasattr(state, "_fields") else type(state)(items)
    return state[rows.reshape(-1)]


@dataclass(frozen=True)
class FunctionStepper:
    """A model made of a function.

    Args:
        step: From a state and N symbols to logits `N V` and the next state.
        bos_id: What stands before the first symbol.
        eos_id: The symbol that ends a text.
        reorder: From a state and rows to the state of these rows.

    >>> table = np.log([[0.1, 0.9], [0.6, 0.4]])  # from a symbol to the next
    >>> model = FunctionStepper(lambda state, symbols: (table[symbols], state), bos_id=0, eos_id=0)
    >>> greedy(model, None, 1, max_length=9)[0].ids
    array([1])
    """

    step: Callable[[State, Int[np.ndarray, " N"]], tuple[Any, State]]
    bos_id: int
    eos_id: int
    reorder: Callable[[State, Int[np.ndarray, "B K"]], State] = field(default=reorder_state)


@dataclass(frozen=True)
class Hypothesis:
    """A text that a model wrote.

    Args:
        ids: Its symbols, without the stop symbol.
        log_prob: Its log-probability in nats, that of the stop symbol included, if it has one.
        finished: Whether it ended with the stop symbol; if not, it was cut off.
        score: What it was ranked by.
    """

    ids: Int[np.ndarray, " L"]
    log_prob: float
    finished: bool
    score: float


def logits_and_logsumexp(logits: Any) -> tuple[Float[np.ndarray, "N V"], Float[np.ndarray, " N"]]:
    """Take the logits of a step into NumPy, with what makes log-probabilities of them.

        ln p_v = y_v - ln(sum over u of exp y_u)

    Args:
        logits: y, of NumPy or PyTorch; minus infinity forbids a symbol.

    Returns:
        The logits, and the logarithm of the sum in every row, in float64.

    Raises:
        DecodingError: If a logit is NaN or infinitely large, or no symbol is possible.

    >>> logits_and_logsumexp(np.zeros((1, 2)))[1].round(3)
    array([0.693])
    """
    values = logits.detach().numpy() if hasattr(logits, "detach") else np.asarray(logits)
    largest = values.max(axis=-1)
    if not np.isfinite(largest).all():
        raise DecodingError("A step gave logits that are NaN, or leave no symbol possible.")
    sums = np.exp(values - largest[:, None]).sum(axis=-1)
    return values, largest + np.log(sums.astype(np.float64))


def greedy(model: DecodableModel, state: State, B: int, *, max_length: int) -> list[Hypothesis]:
    """Write texts, always the likeliest next symbol; among equals the one with the smallest id.

    Args:
        model: What to ask.
        state: Where to begin, one row for each text.
        B: How many texts.
        max_length: Symbols of a text at most, its stop symbol included.

    Returns:
        One hypothesis for each, in their order.

    Raises:
        DecodingError: If `max_length` is below 1.
    """
    check_max_length(max_length)
    ids = np.zeros((B, max_length), np.int64)
    log_probs, lengths = np.zeros(B), np.zeros(B, np.int64)
    finished, rows = np.zeros(B, bool), np.arange(B)
    symbols = np.full(B, model.bos_id)
    for t in range(max_length):
        logits, state = model.step(state, symbols)
        logits, logsumexps = logits_and_logsumexp(logits)
        symbols = logits.argmax(axis=-1)
        log_probs[rows] += logits[np.arange(len(rows)), symbols] - logsumexps
        goes_on = symbols != model.eos_id
        finished[rows[~goes_on]] = True
        rows, symbols = rows[goes_on], symbols[goes_on]
        ids[rows, t] = symbols
        lengths[rows] += 1
        if not len(rows):
            break
        if not goes_on.all():  # texts that have ended leave the batch
            state = model.reorder(state, np.flatnonzero(goes_on)[:, None])
    return [
        Hypothesis(ids[b, : lengths[b]], float(p), bool(finished[b]), float(p))
        for b, p in enumerate(log_probs)
    ]


def check_max_length(max_length: int) -> None:
    """Raise one sentence if a text may have no symbol at all."""
    if not 1 <= max_length < math.inf:
        raise DecodingError(f"A text needs at least one symbol; got max_length={max_length}.")
