"""The open question: recurrent weights with which gradients neither vanish nor explode.

The slopes of tanh decide as much as the weights do, and depend on the inputs. So an answer sees a
sample of what the inputs add to the units, and the judge measures the exponent on the same numbers
in other orders.
"""

import numpy as np

from rnncourse.grading.writing import question

POINTS_BY_SCORE = ((0.4, 1), (0.75, 2), (0.82, 3), (0.88, 4))  # score
SPREADS = (0.05, 0.6), (1.0, 2.0), (1.0, 2.0)  # of what the inputs add, in each of the samples
PULSE_SHARE = 0.1  # the share of numbers that are not 0, in the second sample
N_DRIVEN = 8  # units that are driven hard, in the third
WEAK_SHARE = 0.1  # what the others get there
ORDERS = 3  # in which a sample is used again
SKIPPED = 20  # steps in which the network forgets that it began at 0
SHARPNESS = 10.0  # a growth or loss by a factor of e in ten steps scores exp(-1)


def measure_largest_exponent(a, W_hh, gains=(1.0,)):
    """Return the largest Lyapunov exponent with recurrent weights of several gains.

        h_t = tanh(a_t + gain h_{t-1} W_hh),   h_0 = 0

    Args:
        a: What the inputs add, `T B H`; T is larger than `SKIPPED`.
        W_hh: Recurrent weights, `H H`.
        gains: Numbers, `K`.

    Returns:
        For each gain the mean growth of a vector, `K`, in nats a step.

    >>> a = np.zeros((30, 1, 2))
    >>> measure_largest_exponent(a, np.eye(2), (0.5, 1.0)).round(4).tolist()
    [-0.6931, 0.0]
    """
    gains = np.asarray(gains, float)[:, None, None]
    h = np.zeros((len(gains), *a.shape[1:]))
    v, total = np.ones_like(h), 0.0
    for t, a_t in enumerate(a):
        h = np.tanh(a_t + gains * (h @ W_hh))
        v = gains * (v @ W_hh) * (1 - h**2)
        norms = np.sqrt(np.sum(v**2, axis=2, keepdims=True))
        total = total + (t >= SKIPPED) * np.log(norms)
        v = v / norms
    return np.mean(total, axis=(1, 2)) / (len(a) - SKIPPED)


@question(
    "05-alive",
    9,
    "A start that keeps gradients alive",
    "project",
    returns="W_hh",
    shortcuts={
        "without a": "The first point is for one start that suits a usual sample.",
        "the number of the call": "The first point is for one start that suits a usual sample.",
    },
)
def living_weights(a):
    """Return recurrent weights, `(H, H)`, under which the mean exponent on a is near 0."""
    Q = np.linalg.qr(np.random.default_rng(0).normal(size=(a.shape[2], a.shape[2])))[0]
    log_gains = np.linspace(np.log(0.9), np.log(4), 8)
    exponents = measure_largest_exponent(a, Q, np.exp(log_gains))
    k = np.argmax(exponents > 0)
    fraction = exponents[k] / (exponents[k] - exponents[k - 1])
    return Q * np.exp(log_gains[k] - fraction * (log_gains[k] - log_gains[k - 1]))


@living_weights.inputs
def _sample_inputs(rng):
    shape = 120, 20, 24
    is_pulse = rng.random(shape) < PULSE_SHARE
    unit_shares = np.where(np.arange(shape[2]) < N_DRIVEN, 1, WEAK_SHARE)
    for (lowest, highest), factor in zip(SPREADS, (np.ones(1), is_pulse, unit_shares), strict=True):
        spread = np.exp(rng.uniform(np.log(lowest), np.log(highest)))
        yield (spread * rng.normal(size=shape) * factor / np.sqrt(np.mean(factor**2.0)),)


@living_weights.measured(POINTS_BY_SCORE, "Your weights score {:.3f} on other sequences.".format)
def _measure_score(cases, values, expected):
    """How near to 0 the exponents are, on the sample in other orders."""
    scores = []
    for (a,), (W_hh,) in zip(cases, values, strict=True):
        rows, rng = a.reshape(-1, a.shape[2]), np.random.default_rng(len(a))
        reordered = [rng.permutation(rows).reshape(a.shape) for _ in range(ORDERS)]
        exponent = np.mean([measure_largest_exponent(sample, W_hh) for sample in reordered])
        scores.append(np.nan_to_num(np.exp(-SHARPNESS * abs(exponent))))
    return float(np.mean(scores))


living_weights.mistake("The identity", lambda a: np.eye(a.shape[2]))(
    "The identity keeps a gradient as it is where every slope is 1. Here tanh multiplies by "
    "smaller slopes at every step. How much has to be made up for, and on what does it depend?"
)

living_weights.mistake("The slopes of the inputs alone")(
    "You made up for the slopes that the inputs alone would give. But larger weights make larger "
    "states, and these have smaller slopes: let the network run with the weights that you try.",
    lambda a: np.eye(a.shape[2]) / np.mean(1 - np.tanh(a) ** 2),
)

living_weights.mistake("One direction for all")(
    "All your weights are equal. The spectral radius is 1, but only the mean of the state goes on "
    "to the next step, and every other direction is lost at once.",
    lambda a: np.ones((a.shape[2], a.shape[2])) / a.shape[2],
)

living_weights.mistake("No weights", lambda a: np.zeros((a.shape[2], a.shape[2])))(
    "With weights of 0 nothing goes from one step to the next, forward or backward."
)

living_weights.mistake("The gain, not the weights")(
    "You return one number. Asked for is a matrix of H rows and H columns.",
    lambda a: np.exp(np.mean(-np.log(1 - np.tanh(a) ** 2))),
)
