"""Nucleus sampling: cutting off the tail of a distribution."""

import numpy as np

from rnncourse.grading.writing import question


@question("02-nucleus", 7, "Nucleus sampling", "build", returns="filtered")
def nucleus(probs, p):
    """Return the distribution without its tail, `(V,)`, which sums to 1."""
    order = np.argsort(-probs)
    mass = np.cumsum(probs[order]) - probs[order]
    return _renormalize(probs, order[mass < p])


def _renormalize(probs, selected):
    filtered = np.zeros(len(probs))
    filtered[selected] = probs[selected]
    return filtered / filtered.sum()


@nucleus.inputs
def _sample_inputs(rng):
    yield np.array([0.125, 0.5, 0.25, 0.125]), 0.625
    yield np.array([0.125, 0.5, 0.25, 0.0625, 0.0625]), 0.75
    yield np.array([0.01, 0.97, 0.02]), 0.9
    yield rng.permutation([0.5, 0.25, 0.125, 0.0625, 0.0625]), float(rng.choice([0.5, 0.75, 0.875]))
    for n in rng.permutation([6, 10, 13, 15, 19, 22, 24, 26, 30, 33, 38])[:2]:
        yield np.full(n, 1 / n), 1.0  # rounding makes the sum less than 1
    yield rng.dirichlet(np.ones(8)), 0.5
    yield rng.dirichlet(np.ones(12)), 0.9
    yield rng.dirichlet(np.full(96, 0.3)), 0.95
    yield rng.dirichlet(np.full(rng.integers(97, 400), 3.0)), 0.8  # 50 or more stay


def _get_kept_probs(probs, filtered):
    return probs[filtered > 0]


nucleus.property("no probability is negative", predicate=lambda _, filtered: np.all(filtered >= 0))


@nucleus.property("the result sums to 1")
def _sums_to_one(arguments, filtered):
    """What is left must be a distribution again."""
    return np.isclose(filtered.sum(), 1, rtol=1e-5)


@nucleus.property("the characters kept had together at least the mass p")
def _holds_mass_p(arguments, filtered):
    """The character that crosses p belongs to the nucleus."""
    return _get_kept_probs(arguments[0], filtered).sum() >= arguments[1] - 1e-9


@nucleus.property("without the least likely of them it would be less than p")
def _needs_each_character(arguments, filtered):
    probs, p = arguments
    kept_probs = _get_kept_probs(probs, filtered)
    return len(kept_probs) and kept_probs.sum() - kept_probs.min() < p


@nucleus.property("no character left out was likelier than one kept")
def _keeps_likeliest(arguments, filtered):
    kept_probs = _get_kept_probs(arguments[0], filtered)
    return len(kept_probs) and np.max(arguments[0][~(filtered > 0)], initial=0) <= kept_probs.min()


nucleus.mistake("The crossing character dropped")(
    "You left out the character with which the sum crosses p. The nucleus is the smallest set "
    "whose mass reaches p, so it belongs in; else a character with probability 0.97 would be cut "
    "off at p = 0.9.",
    {" - probs[order]": "", "mass < p": "mass <= p"},
    {" - probs[order]": ""},
    {"mass < p": ": int(np.argmax(np.cumsum(probs[order]) >= p))"},
)

nucleus.mistake("One character too many", {"mass < p": "mass <= p"})(
    "Where the sum reaches p exactly, you take one character more. At least p is enough."
)

nucleus.mistake("Not renormalized")(
    "You kept the right characters, but their probabilities do not sum to 1 any more: divide by "
    "what is left.",
    lambda probs, p: np.where(nucleus(probs, p) > 0, probs, 0.0),
    lambda probs, p: np.where(nucleus(probs, p) > 0, probs, 0.0) / p,
)

nucleus.mistake("A softmax of probabilities", {"_renormalize(probs": "_renormalize(np.exp(probs)"})(
    "You kept the right characters and put their probabilities through a softmax. That is for "
    "logits: divide by what is left."
)

nucleus.mistake("A mask in another order", {"order[mass < p]": "np.flatnonzero(mass < p)"})(
    "You found in sorted order which places to keep, and kept these places in the old order. Which "
    "characters stood there?"
)

nucleus.mistake("Not sorted", {"np.argsort(-probs)": "np.arange(len(probs))"})(
    "You added up the characters in the order in which they stand. The likeliest comes first."
)

nucleus.mistake("The least likely first", {"-probs": "probs"})(
    "You sorted in ascending order, so you kept the tail and cut off the head. `np.argsort` puts "
    "the smallest first."
)

nucleus.mistake("Top-k by habit", {"mass < p": ": int(np.ceil(p * len(probs)))"})(
    "You kept the share p of the characters. That is top-k with k = pV. The nucleus counts "
    "probability, not characters: few when the model is sure, many when it is not."
)

nucleus.mistake("Left in sorted order", lambda probs, p: np.sort(nucleus(probs, p))[::-1])(
    "Your probabilities are right, but they stand in sorted order. Put each back to the place of "
    "its character."
)

nucleus.mistake("A threshold for every single character", {"order[mass < p]": "probs >= 1 - p"})(
    "You compared every single probability with 1 − p. The nucleus adds them up, from the "
    "likeliest on, and compares the sum with p."
)

nucleus.mistake("The first place of none")(
    "Right, except where rounding keeps the sum of all probabilities just below p = 1: then "
    "`np.argmax` finds no True and answers 0, and only one character is left.",
    {"mass < p": ": int(np.argmax(np.cumsum(probs[order]) >= p)) + 1"},
)
