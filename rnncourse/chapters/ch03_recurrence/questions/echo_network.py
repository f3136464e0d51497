"""The open question: weights, found by thinking, of a network that repeats what it has read.

An answer is a whole network. The judge runs it on long random sequences that it has not seen and
counts how often it names the symbol of some steps ago, next to what guessing gives. The rooms get
smaller: the fewer units an idea needs, the more networks it wins.
"""

import numpy as np
from jaxtyping import Float, Int

from rnncourse.grading.writing import question

POINTS_BY_SCORE = ((0.3, 1), (0.6, 2), (0.8, 3), (0.99, 4))  # right answers above chance
SHORT_T, LONG_T, B = 20, 200, 16
SIZES = ((1, 6), (2, 5), (3, 4))  # delays, and how many symbols
SAME_DELAY_ACCURACY = 0.9  # right answers at another delay: that is the delay of the network


def predict(network: tuple[np.ndarray, ...], ids: Int[np.ndarray, "T B"]) -> Int[np.ndarray, "T B"]:
    """Run a network from the state 0 on one-hot symbols, and return what it names at every step.

        h_t = tanh(x_t W_xh + h_(t-1) W_hh + b_h),   y_t = h_t W_hy + b_y,   argmax of y_t

    Args:
        network: `W_xh`, `W_hh`, `W_hy`, `b_h` and `b_y`.
        ids: Symbols.

    Returns:
        Symbols; −1 where the numbers of the network got too large for logits.

    >>> eye, zero = np.eye(2), np.zeros(2)
    >>> predict((eye, 0 * eye, eye, zero, zero), np.array([[1], [0], [1]])).tolist()
    [[1], [0], [1]]
    """
    W_xh, W_hh, W_hy, b_h, b_y = network
    h, hs = np.zeros((ids.shape[1], len(b_h))), []
    for x in W_xh[ids] + b_h:
        h = np.tanh(x + h @ W_hh)
        hs.append(h)
    ys = np.array(hs) @ W_hy + b_y
    return np.where(np.isfinite(ys).all(axis=2), ys.argmax(axis=2), -1)


def measure_accuracies(
    network: tuple[np.ndarray, ...], ids: Int[np.ndarray, "T B"], delay: int
) -> Float[np.ndarray, " steps"]:
    """Return the share of right answers at each step from `delay` on."""
    return (predict(network, ids)[delay:] == ids[: len(ids) - delay]).mean(axis=1)


def _sample_ids(D, T, *seed):
    """Draw the sequences that a network is judged by, the same for the same numbers told."""
    return np.random.default_rng([D, *seed]).integers(D, size=(T, B))


@question(
    "03-echo",
    7,
    "An echo without training",
    "project",
    returns="W_xh W_hh W_hy b_h b_y",
    seconds=30.0,
)
def echo_network(D, delay, H):
    """Return weights with which H units name the symbol, of D, of `delay` steps ago."""
    scale, levels = 0.01, np.arange(D)
    W_xh, W_hy = np.zeros((D, H)), np.zeros((H, D))
    W_xh[:, 0] = scale * levels
    W_hy[delay] = levels / scale
    return W_xh, np.eye(H, k=1), W_hy, np.zeros(H), -(levels**2) / 2


@echo_network.inputs
def _sample_inputs(rng):
    """For every delay a unit for each symbol and step, two for each step, and one."""
    cases = [(D, delay, n * (delay + 1)) for delay, D in SIZES for n in (D, 2, 1)]
    for i in rng.permutation(len(cases)):
        yield cases[i]


def _describe_score(score):
    if score > 0.9999:
        return "Every symbol is named, in every room."
    return f"On a scale from guessing (0) to never wrong (1) your networks reach {score:.2f}."


@echo_network.measured(POINTS_BY_SCORE, _describe_score)
def _measure_score(cases, values, expected):
    """Average over networks, and over 20 and 200 steps; 0 is chance, and 1 is all right.

    The order of the rooms decides which sequences are read: no answer knows it in time.
    """
    seed = [number for case in cases for number in case]
    scores = []
    for (D, delay, _), network in zip(cases, values, strict=True):
        accuracies = measure_accuracies(network, _sample_ids(D, LONG_T, *seed), delay)
        accuracy = (accuracies[: SHORT_T - delay].mean() + accuracies.mean()) / 2
        scores.append((accuracy - 1 / D) / (1 - 1 / D))
    return float(np.mean(scores))


def _make_delay_check(change_delay, min_delay=1):
    """Say that a network does not name the symbol of another delay, if its own is not too small."""

    def names_no_other_delay(arguments, *network):
        D, delay, H = arguments
        ids = _sample_ids(D, 2 * SHORT_T, delay, H)
        accuracies = measure_accuracies(network, ids, change_delay(delay))
        return bool(delay < min_delay or accuracies.mean() < SAME_DELAY_ACCURACY)

    return names_no_other_delay


echo_network.property(
    "it does not just name the symbol that it reads",
    "Your network names the present symbol. The logits have to come from units that heard of it "
    "some steps ago.",
    _make_delay_check(lambda delay: 0, min_delay=2),
)

echo_network.property(
    "the echo does not come a step early",
    "Count the steps from the input to the units that are read: the first of them hears a symbol "
    "in the step that reads it.",
    _make_delay_check(lambda delay: delay - 1),
)

echo_network.property(
    "the echo does not come a step late",
    "Count the steps from the input to the units that are read: the first of them hears a symbol "
    "in the step that reads it.",
    _make_delay_check(lambda delay: delay + 1),
)


# --- What goes wrong: one block of units for each step of the delay ---


def _make_answer(W_hh=lambda D, H: np.eye(H, k=D), choose_block=lambda delay: delay):
    """Make a network of blocks of D units, where there is room for them."""

    def answer(D, delay, H):
        W_hy = np.eye(H, D, k=-D * choose_block(delay))
        return np.eye(D, H), W_hh(D, H), W_hy, np.zeros(H), np.zeros(D)

    return answer


echo_network.mistake("The present symbol", _make_answer(choose_block=lambda delay: 0))(
    "Your units hand the symbols on, but the logits read those that hear the input. They name the "
    "present symbol."
)

echo_network.mistake("A step early", _make_answer(choose_block=lambda delay: delay - 1))(
    "Your logits read a block too early: the first one hears a symbol in the very step that reads "
    "it, with a delay of 0."
)

echo_network.mistake("Handed on the wrong way", _make_answer(W_hh=lambda D, H: np.eye(H, k=-D)))(
    "Your blocks hand the symbols on the wrong way, and the last one hears nothing. Rows of "
    "`W_hh` belong to the state before: which row leads to which column?"
)

echo_network.mistake(
    "One unit further, not one block", _make_answer(W_hh=lambda D, H: np.eye(H, k=1))
)(
    "Each of your units hands on to the very next one, and that stands for another symbol of the "
    "same step. How many units further does the next step begin?"
)

echo_network.mistake("A memory that adds up")(
    "Your units keep what they hold and add what is new. So they know which symbols came, but not "
    "when. What has to move?",
    _make_answer(W_hh=lambda D, H: np.eye(H), choose_block=lambda delay: 0),
)

echo_network.mistake("No recurrence", _make_answer(W_hh=lambda D, H: np.zeros((H, H))))(
    "Your `W_hh` is 0, so no step knows anything of those before."
)


@echo_network.mistake("All blocks read")
def _read_all_blocks(D, delay, H):
    """Your logits add up all blocks: they name any of the last symbols. Which of the blocks holds
    the one that is asked for?"""
    W_xh, W_hh, _, b_h, b_y = _make_answer()(D, delay, H)
    return W_xh, W_hh, np.resize(np.eye(D), (H, D)), b_h, b_y


echo_network.mistake("Values too large for tanh", {"0.01": "1.0"})(
    "The order of your values survives tanh, their distances do not: large ones are squeezed "
    "together. Where is tanh nearly a straight line?"
)

echo_network.mistake("Values read without a bias", {"-(levels**2) / 2": "0.0 * levels"})(
    "Your last unit holds the symbol, but the logits always choose the largest or the smallest "
    "value. Logits that are straight lines through one point cannot do better: what can shift "
    "them?"
)
