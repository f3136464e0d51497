"""What k steps of a single linear unit leave of a gradient."""

import numpy as np

from rnncourse.grading.writing import question


@question("05-left", 1, "What is left after k steps", "recall", returns="left")
def gradient_left(w, ks):
    """Return the derivative over each number of steps, `(K,)`."""
    left = np.ones(len(ks))
    for i, k in enumerate(ks):
        for _ in range(k):
            left[i] *= w
    return left


@gradient_left.inputs
def _sample_inputs(rng):
    yield 0.5, np.array([0, 1, 2, 3])
    yield -0.8, np.array([3, 0, 2, 7])
    yield 0.0, np.array([2, 0, 1])
    yield 1.2, np.array([0, 1, 10])
    yield rng.uniform(-1.5, -1.1), rng.permutation(9)
    yield rng.uniform(0.6, 0.9), rng.permutation(12)
    yield rng.uniform(0.6, 0.9), rng.permutation(rng.integers(13, 300))
    yield 0.97, np.array([30, 1, 25])


@gradient_left.property("after no step at all, all of the gradient is left, whatever w is")
def _is_one_after_no_step(arguments, left):
    """Where k is 0, the derivative is that of a state by itself."""
    _, ks = arguments
    return np.allclose(left[ks == 0], 1)


gradient_left.mistake("The sign forgotten", lambda w, ks: abs(w) ** ks)(
    "Right up to the sign. Where w is negative, each step turns the sign of the gradient around."
)

gradient_left.mistake("One step too many", lambda w, ks: w ** (ks + 1))(
    "You count one step more than there is. Check k = 0: there is no step between, and nothing has "
    "been multiplied yet."
)

gradient_left.mistake("One step too few", lambda w, ks: w ** np.maximum(ks - 1, 0))(
    "You count one step less than there is. Check k = 1: one step lies between, and w enters once."
)

gradient_left.mistake("Steps added, not multiplied", lambda w, ks: w * ks)(
    "You let k multiply w. By the chain rule each step multiplies what comes back by w: what do k "
    "of them do?"
)

gradient_left.mistake("The same loss at every step")(
    "Your gradient loses the same amount at each step. It loses the same share: what is left is "
    "multiplied again.",
    lambda w, ks: 1 - ks * (1 - w),
    lambda w, ks: np.maximum(1 - ks * (1 - w), 0),
)

gradient_left.mistake("Some exponential, but not that of w")(
    "It is an exponential in k, but w has to be its base: with w = 1 nothing would be lost.",
    lambda w, ks: np.exp(-ks),
    lambda w, ks: np.exp(-w * ks),
    lambda w, ks: np.exp(w * ks),
    lambda w, ks: np.exp(-(1 - w) * ks),
)

gradient_left.mistake("Base and exponent swapped")(
    "You raised k to the power w. Which of the two is multiplied by itself?",
    lambda w, ks: np.where(ks > 0, np.maximum(ks, 1) ** w, 0),
)

gradient_left.mistake("The sum over all lags")(
    "You added what all lags up to k leave. Asked for is what the path over k steps leaves alone.",
    lambda w, ks: np.array([sum(w**j for j in range(k + 1)) for k in ks]),
    lambda w, ks: np.array([sum(w**j for j in range(k)) for k in ks]),
)

gradient_left.mistake("The derivative by the weight")(
    "This is how the power changes with w. Asked for is how a state changes with an earlier state.",
    lambda w, ks: ks * w ** np.maximum(ks - 1, 0),
)

gradient_left.mistake("Nothing left without a step", lambda w, ks: np.where(ks > 0, w**ks, 0))(
    "Right but where k is 0. A state's derivative by itself is 1."
)

gradient_left.mistake("A return within the loop")(
    "Your `return` stands within the loop over `ks`, so the function ends with the first of them. "
    "Move it to the left: it belongs below the loop.",
    lambda w, ks: np.where(np.arange(len(ks)) == 0, w**ks, 1.0),
    lambda w, ks: np.where(np.arange(len(ks)) == 0, w**ks, 0.0),
    lambda w, ks: w ** ks[:1],
    lambda w, ks: w ** ks[0],
)
