"""Output recurrence that is told the right answers: all steps at once."""

import itertools

import numpy as np

from rnncourse.core.arithmetic import softmax
from rnncourse.grading.questions import Close
from rnncourse.grading.writing import question


def draw_weights(rng: np.random.Generator, D: int, H: int, V: int) -> tuple[np.ndarray, ...]:
    """Draw `W_xh`, `W_yh`, `W_hy`, `b_h` and `b_y`."""
    shapes = (D, H), (V, H), (H, V), (H,), (V,)
    return tuple(1.5 * rng.normal(size=shape) for shape in shapes)


def draw_sequences(
    rng: np.random.Generator, T: int, B: int, D: int, V: int
) -> tuple[np.ndarray, np.ndarray]:
    """Draw inputs `T B D` and right answers `T B`."""
    return rng.normal(size=(T, B, D)), rng.integers(V, size=(T, B))


EXAMPLE = (
    *(np.zeros((2, 1, 1)), np.array([[1], [0]])),
    *(np.ones((1, 1)), np.array([[0.5], [-0.5]]), np.array([[1.0, -1.0]])),
    *(np.zeros(1), np.zeros(2)),
)
"""What the page shows: two steps of one unit and two symbols."""


def _logits(fed, squash=np.tanh):
    """Make a wrong answer of another rule of what comes back.

    Args:
        fed: From t, the right answers, and lists of the logits and the states of the steps before
            to what comes back: symbols, rows that meet `W_yh`, or None for nothing.
        squash: What a step does with the sum.
    """

    def answer(xs, targets, W_xh, W_yh, W_hy, b_h, b_y):
        ys, hs = [], []
        for t, x in enumerate(xs):
            back = fed(t, targets, ys, hs)
            more = 0 if back is None else back @ W_yh if np.ndim(back) == 2 else W_yh[back]
            hs.append(squash(x @ W_xh + more + b_h))
            ys.append(hs[-1] @ W_hy + b_y)
        return np.array(ys)

    return answer


def _first(targets):
    return np.zeros_like(targets[0])


@question("03-told", number=6, level="build", points=3, returns="ys")
def forced_logits(xs, targets, W_xh, W_yh, W_hy, b_h, b_y):
    """Told the right answers."""
    before = np.concatenate([np.zeros_like(targets[:1]), targets[:-1]])
    hs = np.tanh(xs @ W_xh + W_yh[before] + b_h)
    return hs @ W_hy + b_y


@forced_logits.inputs
def _forced_networks(rng):
    yield EXAMPLE
    yield *draw_sequences(rng, T=1, B=1, D=1, V=3), *draw_weights(rng, D=1, H=2, V=3)
    xs, targets = draw_sequences(rng, T=5, B=3, D=2, V=4)
    weights = draw_weights(rng, D=2, H=3, V=4)
    yield xs, targets, *weights
    late = np.arange(5)[:, None] >= 2
    yield xs, np.where(late, (targets + 1) % 4, targets), *weights
    yield *draw_sequences(rng, T=4, B=2, D=3, V=3), *draw_weights(rng, D=3, H=3, V=3)
    T, D, H, V = rng.integers((16, 3, 3, 3), (20, 9, 9, 9))
    yield *draw_sequences(rng, T, 2, D, V), *draw_weights(rng, D, H, V)


def _from(targets, t):
    return targets[t] if t >= 0 else _first(targets)


@forced_logits.truth(
    "the logits of a step stay the same if its own answer, or a later one, is another", across=True
)
def _reads_no_answer_ahead(cases, values):
    """Your network sees the answer that it is to give."""
    # Compare cases that agree but for later answers: the logits until then must agree.
    pairs = zip(cases, values, strict=True)
    for (a, (ys,)), (b, (others,)) in itertools.pairwise(pairs):
        if np.array_equal(a[0], b[0]):
            t = np.flatnonzero((a[1] != b[1]).any(axis=1))[0]
            if not Close().agree(ys[: t + 1], others[: t + 1]):
                return False
    return True


forced_logits.mistake("The answer of the same step")(
    "Your network is told the answer that it is to give in the same step, and need only copy it. "
    "In use nobody can tell it. Which answer is known by then?",
    _logits(lambda t, targets, ys, hs: targets[t]),
)

forced_logits.mistake("The answer of the step after")(
    "You moved the answers the wrong way: each step is told that of the step after it. Which "
    "answer is known by then?",
    _logits(lambda t, targets, ys, hs: targets[t + 1 if t + 1 < len(targets) else 0]),
)

forced_logits.mistake("The answer two steps before")(
    "You moved the answers by two steps. What comes back in the equation is that of the step right "
    "before.",
    _logits(lambda t, targets, ys, hs: _from(targets, t - 2)),
)

forced_logits.mistake("Nothing before the first step")(
    "Right from the second step on. In the first one nothing comes back of yours; here the symbol "
    "0 does.",
    _logits(lambda t, targets, ys, hs: targets[t - 1] if t else None),
)

forced_logits.mistake("The last answer in front")(
    "Right from the second step on. In front of the first you have the last answer of all: "
    "`np.roll` goes round in a ring, and so does the index -1.",
    _logits(lambda t, targets, ys, hs: targets[t - 1]),
)

forced_logits.mistake("The answers of the row before")(
    "You moved the answers along the batch, so a sequence is told those of another. Which axis is "
    "time?",
    _logits(lambda t, targets, ys, hs: np.roll(targets[t], 1)),
    _logits(lambda t, targets, ys, hs: np.roll(targets, 1)[t]),
    _logits(lambda t, targets, ys, hs: np.roll(targets, 1)[t] if t else _first(targets)),
)

forced_logits.mistake("A bias left out")(
    "You left out a bias: the example, where both are 0, does not show it.",
    lambda *given: forced_logits(*given[:5], 0, given[6]),
    lambda *given: forced_logits(*given[:6], 0),
    lambda *given: forced_logits(*given[:5], 0, 0),
)

forced_logits.mistake("Probabilities for logits", lambda *given: softmax(forced_logits(*given)))(
    "You took a softmax of the logits. Asked for are the logits themselves."
)

forced_logits.mistake("Running free")(
    "Your network goes on from its own answers, or from their logits. Here it has a teacher: the "
    "right answers are known before it begins.",
    _logits(lambda t, targets, ys, hs: ys[-1].argmax(axis=1) if t else _first(targets)),
    _logits(lambda t, targets, ys, hs: ys[-1] if t else _first(targets)),
)

forced_logits.mistake("Nothing comes back", _logits(lambda t, targets, ys, hs: None))(
    "Nothing comes back in your network: each step knows its own input only."
)

forced_logits.mistake("Always the symbol 0", _logits(lambda t, targets, ys, hs: _first(targets)))(
    "The symbol 0 comes back at every step of yours. It stands in front of the first answer only; "
    "where do the others go?"
)

forced_logits.mistake("The state in the place of the answer")(
    "In your network the state comes back, and meets the weights that belong to the answers. Look "
    "at the equation again: what stands in front of `W_yh`?",
    _logits(lambda t, targets, ys, hs: hs[-1] if t else _first(targets)),
)

forced_logits.mistake("No tanh")(
    "Your hidden units are the sums in front of tanh.",
    _logits(lambda t, targets, ys, hs: _from(targets, t - 1), squash=lambda a: a),
)
