"""The concordance, checked: every source's cell as printed, and ours, with the same weights.

`NOTATIONS` lists the cells of the five decks, PyTorch and Keras by cell and source, with the names
that the columns of the concordance have. `measure_difference` draws weights of ours,
translates them into a source's letters, takes one step on both sides, and compares.
"""

from dataclasses import dataclass, replace
from typing import Protocol, runtime_checkable

import numpy as np
from jaxtyping import Inexact

from rnncourse.cells.gru import GRUResetBeforeWeights, GRUWeights, gru_step, gru_step_reset_before
from rnncourse.cells.lstm import LSTMState, LSTMWeights, lstm_step
from rnncourse.cells.rnn import RNNWeights, rnn_step
from rnncourse.concordance.gru import GRUDeckA, GRUDeckB, GRUDeckC, GRUDeckD
from rnncourse.concordance.libraries import (
    GRUKeras,
    GRUKerasResetBefore,
    GRUTorch,
    LSTMKeras,
    LSTMTorch,
)
from rnncourse.concordance.lstm import (
    LSTMDeckC,
    LSTMDeckD,
    LSTMIncrementalDeckB,
    LSTMLayersDeckD,
    LSTMPeepholesDeckC,
    LSTMSecondFormDeckB,
)
from rnncourse.concordance.plain import (
    PlainDeckA,
    PlainDeckB,
    PlainDeckC,
    PlainDeckD,
    PlainDeckE,
    PlainKeras,
    PlainTorch,
)

Input = Inexact[np.ndarray, " D"]
State = Inexact[np.ndarray, " H"]
CourseWeights = RNNWeights | LSTMWeights | GRUWeights | GRUResetBeforeWeights


@runtime_checkable
class Source(Protocol):
    """What the weights of every source can do, besides having its letters for fields."""

    def step(self, x: np.ndarray, *state: np.ndarray) -> tuple[np.ndarray, ...]:
        """Take one step as printed, for one sequence.

        Args:
            x: Input, `D`.
            state: Hidden state, `H`, and the cell, if there is one.

        Returns:
            The output before its nonlinearity (of a plain network), then the new state.
        """

    @classmethod
    def from_course(cls, w: CourseWeights) -> "Source":
        """Translate our weights into the source's letters.

        Raises:
            ConversionError: If the source has no letter for a number that is not 0.
        """

    def to_course(self) -> CourseWeights:
        """Translate the source's weights into ours.

        Raises:
            ConversionError: If our cell cannot do what they do.
        """


@dataclass(frozen=True)
class Notation:
    """One source's cell, and what it is compared with.

    Args:
        source: The class of its weights.
        course_class: The class of our weights; it decides which of our steps is the other side.
        lacks: Biases without a letter: `b_h`, `b_y`, or `b_n`, the last third of a GRU's b_h.
        same: Whether it is our function. If not, the translation is letter by letter.
        peepholes: Whether our side has them.
    """

    source: type
    course_class: type
    lacks: str = ""
    same: bool = True
    peepholes: bool = False


NOTATIONS = {
    ("plain", "A"): Notation(PlainDeckA, RNNWeights),
    ("plain", "B"): Notation(PlainDeckB, RNNWeights),
    ("plain", "C"): Notation(PlainDeckC, RNNWeights),
    ("plain", "D"): Notation(PlainDeckD, RNNWeights, lacks="b_h b_y"),
    ("plain", "E"): Notation(PlainDeckE, RNNWeights, lacks="b_h b_y"),
    ("plain", "PyTorch"): Notation(PlainTorch, RNNWeights),
    ("plain", "Keras"): Notation(PlainKeras, RNNWeights),
    ("LSTM", "B, built up"): Notation(LSTMIncrementalDeckB, LSTMWeights, same=False),
    ("LSTM", "B, second form"): Notation(LSTMSecondFormDeckB, LSTMWeights),
    ("LSTM", "C"): Notation(LSTMDeckC, LSTMWeights),
    ("LSTM", "C, peepholes"): Notation(LSTMPeepholesDeckC, LSTMWeights, same=False, peepholes=True),
    ("LSTM", "D"): Notation(LSTMDeckD, LSTMWeights, lacks="b_h"),
    ("LSTM", "D, many layers"): Notation(LSTMLayersDeckD, LSTMWeights, lacks="b_h"),
    ("LSTM", "PyTorch"): Notation(LSTMTorch, LSTMWeights),
    ("LSTM", "Keras"): Notation(LSTMKeras, LSTMWeights),
    ("GRU", "A"): Notation(GRUDeckA, GRUResetBeforeWeights),
    ("GRU", "B"): Notation(GRUDeckB, GRUResetBeforeWeights),
    ("GRU", "C"): Notation(GRUDeckC, GRUResetBeforeWeights, lacks="b_n"),
    ("GRU", "D"): Notation(GRUDeckD, GRUResetBeforeWeights, lacks="b_h"),
    ("GRU", "PyTorch"): Notation(GRUTorch, GRUWeights),
    ("GRU", "Keras"): Notation(GRUKeras, GRUWeights),
    ("GRU", "Keras, reset_after=False"): Notation(GRUKerasResetBefore, GRUResetBeforeWeights),
}


def sample_course_weights(
    notation: Notation, D: int, H: int, rng: np.random.Generator
) -> CourseWeights:
    """Draw weights of ours that a source has letters for.

    Args:
        notation: The source's cell.
        D: Size of the input.
        H: Size of the state; the outputs of a plain network are `D + 1`.
        rng: Where the numbers come from.

    Returns:
        Weights of the class `notation.course_class`; what the source lacks is 0.
    """
    G = 4 * H if notation.course_class is LSTMWeights else 3 * H
    shapes = [(D, G), (H, G), (G,)]
    if notation.course_class is RNNWeights:
        shapes = [(D, H), (H, H), (H, D + 1), (H,), (D + 1,)]
    elif notation.course_class is GRUWeights:
        shapes.append((H,))
    elif notation.peepholes:
        shapes += [(H,)] * 3
    w = notation.course_class(*(0.7 * rng.normal(size=shape) for shape in shapes))
    if "b_n" in notation.lacks:
        w.b_h[2 * H :] = 0
    return replace(w, **{b: 0 * getattr(w, b) for b in notation.lacks.split() if b != "b_n"})


def step_course_cell(w: CourseWeights, x: Input, *state: State) -> tuple[np.ndarray, ...]:
    """Take one step with weights of ours, for one sequence.

    Args:
        w: Weights of one of our four cells.
        x: Input, `D`.
        state: Hidden state, `H`, and of an LSTM also the cell.

    Returns:
        The logits (of a plain network), then the new state, as `Source.step` returns them.
    """
    batches = [part[None] for part in (x, *state)]
    if isinstance(w, RNNWeights):
        new_state = rnn_step(*batches, w)
    elif isinstance(w, LSTMWeights):
        new_state = lstm_step(batches[0], LSTMState(*batches[1:]), w)
    elif isinstance(w, GRUWeights):
        new_state = (gru_step(*batches, w),)
    else:
        new_state = (gru_step_reset_before(*batches, w),)
    return tuple(part[0] for part in new_state)


def compare_step(source: Source, w: CourseWeights, x: Input, *state: State) -> float:
    """Take one step on both sides, and compare all that comes out.

    Args:
        source: A source's weights.
        w: Ours.
        x: Input, `D`.
        state: Hidden state, `H`, and the cell, if there is one, on our side; where the source's
            state is another (deck B), it is translated.

    Returns:
        The largest difference in outputs and state.
    """
    translate = getattr(source, "state_of", lambda part: part)
    expected, n = step_course_cell(w, x, *state), len(state)
    expected = (*expected[:-n], *(translate(part) for part in expected[-n:]))
    actual = source.step(x, *(translate(part) for part in state))
    pairs = zip(actual, expected, strict=True)
    return max(float(np.abs(output - target).max()) for output, target in pairs)


def measure_difference(cell: str, source: str, D: int = 3, H: int = 4, seed: int = 0) -> float:
    """Draw weights of ours, translate them, and take one step on both sides.

    Args:
        cell: `"plain"`, `"LSTM"` or `"GRU"`.
        source: As in `NOTATIONS`.
        D: Size of the input.
        H: Size of the state.
        seed: For weights, inputs and states.

    Returns:
        The largest difference over ten inputs and states: 0 to rounding where the source's cell is
        our function.

    Raises:
        KeyError: If there is no such cell or source.

    Source: tests/concordance/test_cells.py, also against `torch.nn` itself.

    >>> measure_difference("GRU", "Keras") < 1e-12
    True
    >>> measure_difference("LSTM", "B, built up") > 0.1
    True
    """
    notation, rng = NOTATIONS[cell, source], np.random.default_rng(seed)
    w = sample_course_weights(notation, D, H, rng)
    source_weights = notation.source.from_course(w)
    n_states = 2 if cell == "LSTM" else 1
    return max(
        compare_step(source_weights, w, rng.normal(size=D), *rng.uniform(-1, 1, size=(n_states, H)))
        for _ in range(10)
    )
