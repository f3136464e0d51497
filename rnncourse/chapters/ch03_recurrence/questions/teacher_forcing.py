"""Output recurrence that is told the right answers: all steps at once."""

import itertools

import numpy as np

from rnncourse.core.arithmetic import softmax
from rnncourse.grading.questions import Tolerance
from rnncourse.grading.writing import question


def sample_weights(rng: np.random.Generator, D: int, H: int, V: int) -> tuple[np.ndarray, ...]:
    """Draw `W_xh`, `W_yh`, `W_hy`, `b_h` and `b_y`."""
    shapes = (D, H), (V, H), (H, V), (H,), (V,)
    return tuple(1.5 * rng.normal(size=shape) for shape in shapes)


def sample_sequences(
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


def _make_feedback_answer(feed_back):
    """Make a wrong answer: from logits and state of a step, and `W_yh`, to what comes back."""

    def answer(xs, targets, W_xh, W_yh, W_hy, b_h, b_y):
        h, ys = None, []
        for x in xs:
            feedback = feed_back(ys[-1], h, W_yh) if ys else W_yh[0 * targets[0]]
            h = np.tanh(x @ W_xh + feedback + b_h)
            ys.append(h @ W_hy + b_y)
        return np.array(ys)

    return answer


@question("03-forced", 6, "Told the right answers", "build", returns="ys")
def forced_logits(xs, targets, W_xh, W_yh, W_hy, b_h, b_y):
    """Return the logits of all steps, told the right answers, `(T, B, V)`."""
    shifted_targets = np.concatenate([np.zeros_like(targets[:1]), targets[:-1]])
    hs = np.tanh(xs @ W_xh + W_yh[shifted_targets] + b_h)
    return hs @ W_hy + b_y


@forced_logits.inputs
def _sample_inputs(rng):
    yield EXAMPLE
    yield *sample_sequences(rng, T=1, B=1, D=1, V=3), *sample_weights(rng, D=1, H=2, V=3)
    xs, targets = sample_sequences(rng, T=5, B=3, D=2, V=4)
    weights = sample_weights(rng, D=2, H=3, V=4)
    yield xs, targets, *weights
    is_late = np.arange(5)[:, None] >= 2
    yield xs, np.where(is_late, (targets + 1) % 4, targets), *weights
    yield *sample_sequences(rng, T=4, B=2, D=3, V=3), *sample_weights(rng, D=3, H=3, V=3)
    T, D, H, V = rng.integers((16, 3, 3, 3), (20, 9, 9, 9))
    yield *sample_sequences(rng, T, 2, D, V), *sample_weights(rng, D, H, V)


@forced_logits.property(
    "the logits of a step stay the same if its own answer, or a later one, is another",
    across_cases=True,
)
def _reads_no_answer_ahead(cases, values):
    """Your network sees the answer that it is to give."""
    # Compare cases that agree but for later answers: the logits until then must agree.
    pairs = zip(cases, values, strict=True)
    for (case, (ys,)), (other_case, (other_ys,)) in itertools.pairwise(pairs):
        if np.array_equal(case[0], other_case[0]):
            t = np.flatnonzero((case[1] != other_case[1]).any(axis=1))[0]
            if not Tolerance().agree(ys[: t + 1], other_ys[: t + 1]):
                return False
    return True


forced_logits.mistake("The answer of the same step", {"W_yh[shifted_targets]": "W_yh[targets]"})(
    "Your network is told the answer that it is to give in the same step, and need only copy it. "
    "In use nobody can tell it. Which answer is known by then?"
)

forced_logits.mistake("The answer of the step after")(
    "You moved the answers the wrong way: each step is told that of the step after it. Which "
    "answer is known by then?",
    {"W_yh[shifted_targets]": "W_yh[np.roll(targets, -1, axis=0)]"},
)

forced_logits.mistake("The answer two steps before")(
    "You moved the answers by two steps. What comes back in the equation is that of the step right "
    "before.",
    {"np.zeros_like(targets[:1])": "0 * targets[:2]", "targets[:-1]": "targets[:-2]"},
)

forced_logits.mistake("Nothing before the first step")(
    "Right from the second step on. In the first one nothing comes back of yours; here the symbol "
    "0 does.",
    {"W_yh[shifted_targets]": "W_yh[shifted_targets] * (np.arange(len(xs)) > 0)[:, None, None]"},
)

forced_logits.mistake("The last answer in front")(
    "Right from the second step on. In front of the first you have the last answer of all: "
    "`np.roll` goes round in a ring, and so does the index -1.",
    {"W_yh[shifted_targets]": "W_yh[np.roll(targets, 1, axis=0)]"},
)

forced_logits.mistake("The answers of the row before")(
    "You moved the answers along the batch, so a sequence is told those of another. Which axis is "
    "time?",
    {"W_yh[shifted_targets]": "W_yh[np.roll(targets, 1, axis=1)]"},
    {"W_yh[shifted_targets]": "W_yh[np.roll(targets, 1)]"},
    {"targets[:-1]": "np.roll(targets, 1)[1:]"},
)

forced_logits.mistake("A bias left out")(
    "You left out a bias: the example, where both are 0, does not show it.",
    {" + b_h": ""},
    {" + b_y": ""},
    {" + b_h": "", " + b_y": ""},
)

forced_logits.mistake("Probabilities for logits", lambda *args: softmax(forced_logits(*args)))(
    "You took a softmax of the logits. Asked for are the logits themselves."
)

forced_logits.mistake("Running free")(
    "Your network goes on from its own answers, or from their logits. Here it has a teacher: the "
    "right answers are known before it begins.",
    _make_feedback_answer(lambda y, h, W_yh: W_yh[y.argmax(axis=1)]),
    _make_feedback_answer(lambda y, h, W_yh: y @ W_yh),
)

forced_logits.mistake("Nothing comes back", {" + W_yh[shifted_targets]": ""})(
    "Nothing comes back in your network: each step knows its own input only."
)

forced_logits.mistake("Always the symbol 0", {"W_yh[shifted_targets]": "W_yh[0 * targets]"})(
    "The symbol 0 comes back at every step of yours. It stands in front of the first answer only; "
    "where do the others go?"
)

forced_logits.mistake("The state in the place of the answer", raises="ValueError")(
    "In your network the state comes back, and meets the weights that belong to the answers. Look "
    "at the equation again: what stands in front of `W_yh`?",
    _make_feedback_answer(lambda y, h, W_yh: h @ W_yh),
)

forced_logits.mistake("No tanh", {"np.tanh": ""})(
    "Your hidden units are the sums in front of tanh."
)
