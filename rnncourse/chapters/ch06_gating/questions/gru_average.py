"""What a state is made of: an average of the start and of all candidates."""

import numpy as np

from rnncourse.grading.writing import question


@question("06-average", 8, "What a state is made of", "build", returns="shares")
def state_weights(zs):
    """Return the share of the first state and of each candidate, `(T + 1, H)`."""
    T, H = zs.shape
    rows, share = [], np.ones(H)
    for t in range(T - 1, -1, -1):
        rows.append(share * (1 - zs[t]))
        share = share * zs[t]
    return np.array([share, *rows[::-1]])


@state_weights.inputs
def _sample_inputs(rng):
    yield (np.array([[0.8], [0.5]]),)
    yield (np.array([[0.25, 1.0]]),)
    yield (np.array([[0.9, 0.0], [1.0, 0.3], [0.6, 0.5]]),)
    yield (np.zeros((0, 2)),)
    yield (rng.random((4, 1)),)
    yield (rng.uniform(0.3, 1, (6, 3)),)
    yield (rng.uniform(0.7, 1, (12, 2)),)
    yield (rng.uniform(0.7, 1, rng.integers((13, 4), 40)),)


@state_weights.property("the shares of each unit add up to 1, and none is negative")
def _sums_to_one(arguments, shares):
    """Each step divides: a share z is kept, and the rest, 1 - z, is replaced."""
    return np.all(shares >= -1e-9) and np.allclose(shares.sum(axis=0), 1, atol=1e-5)


@state_weights.property("the last candidate has the share 1 - z of the last step")
def _writes_last_candidate(arguments, shares):
    """Nothing comes after the last step, so what it writes is not cleared again."""
    (zs,) = arguments
    return len(zs) == 0 or np.allclose(shares[-1], 1 - zs[-1], atol=1e-5)


state_weights.mistake("z and 1 - z exchanged", lambda zs: state_weights(1 - zs))(
    "You exchanged z and 1 - z: here z = 1 keeps the past."
)

state_weights.mistake("Only what is kept", {"share * (1 - zs[t])": "share"})(
    "You give what later steps keep of each candidate. But a candidate enters with its share, "
    "1 - z of its own step, first."
)

state_weights.mistake("Only what is written", {"share * (1 - zs[t])": "1 - zs[t]"})(
    "You give the share with which each candidate enters. Every later step clears a part of it."
)

state_weights.mistake("Kept by its own step, too")(
    "You multiply a candidate by the z of its own step as well. That gate keeps what was there "
    "before; the candidate is only cleared by later ones.",
    {"share * (1 - zs[t])": "share * zs[t] * (1 - zs[t])"},
)

state_weights.mistake("The gates before, not after", {"(share": "(np.prod(zs[:t], axis=0)"})(
    "You multiply by the gates of earlier steps. What is written at a step is cleared by those "
    "that come after it."
)

state_weights.mistake("In the reverse order")(
    "Your shares are right, but in another order. Row 0 is the first state, and row t + 1 the "
    "candidate of `zs[t]`.",
    lambda zs: state_weights(zs)[::-1],
    lambda zs: np.concatenate([state_weights(zs)[1:], state_weights(zs)[:1]]),
)

state_weights.mistake("The first state forgotten")(
    "The first state is a part of the last one, too. Its share is what all gates together keep.",
    lambda zs: state_weights(zs)[1:],
    {"[share": "[0 * share"},
    {"[share": "[np.ones(H)"},
)

state_weights.mistake("Gates added")(
    "You add what the gates clear. Each step keeps a share of what is left: multiply.",
    {
        "share * (1": "np.maximum(share, 0) * (1",
        "share * zs[t]": "share - (1 - zs[t])",
        "[share": "[np.maximum(share, 0)",
    },
)
