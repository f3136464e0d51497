"""Steps that have to wait for each other, and compositions in all."""

import numpy as np

from rnncourse.grading.questions import EXACT
from rnncourse.grading.writing import question


@question(
    "10-steps",
    2,
    "Steps one after the other",
    "recall",
    returns="chain balanced work",
    comparison=EXACT,
)
def step_counts(taus):
    """Return the steps of a chain and of a balanced tree, and compositions, for each length."""
    balanced = [int(tau - 1).bit_length() for tau in taus]
    return taus - 1, np.array(balanced), taus - 1


@step_counts.inputs
def _sample_inputs(rng):
    yield (np.array([2, 3, 4]),)
    yield (np.array([1]),)
    yield (np.array([5, 8, 9, 128]),)
    yield (np.array([1024, 1025, 6, 7]),)
    yield (rng.integers(2, 60, 5),)
    yield (rng.permutation(70)[:8] + 1,)
    yield (rng.integers(1, 60, rng.integers(13, 300)),)


@step_counts.property("a single leaf needs no step")
def _needs_no_step_for_a_leaf(arguments, chain, balanced, work):
    """There is nothing to compose it with."""
    is_single = arguments[0] == 1
    return not np.any(chain[is_single]) and not np.any(balanced[is_single])


@step_counts.property("a balanced tree never takes more steps than a chain")
def _takes_no_more_steps(arguments, chain, balanced, work):
    """What is composed side by side counts once."""
    return np.all(balanced <= chain)


step_counts.mistake("Rounded down")(
    "Five leaves do not fit into two steps, which join at most four. Round up.",
    {"np.array(balanced)": "np.floor(np.log2(taus)).astype(int)"},
    {"np.array(balanced)": "np.rint(np.log2(taus)).astype(int)"},
)

step_counts.mistake("Not rounded", {"np.array(balanced)": "np.log2(taus)"})(
    "A number of steps is a whole number. How many are needed to join at least tau leaves?"
)

step_counts.mistake("The natural logarithm")(
    "Each step halves how many states are left, so the base of the logarithm is 2.",
    {"np.array(balanced)": "np.ceil(np.log(taus)).astype(int)"},
    {"np.array(balanced)": "np.ceil(np.log10(taus)).astype(int)"},
)

step_counts.mistake("The leaves counted as a step")(
    "You counted one step too many: the leaves are given, and the first step composes them.",
    {"np.array(balanced)": "np.array(balanced) + 1"},
    {"return taus - 1": "return taus", "np.array(balanced)": "np.array(balanced) + 1"},
)

step_counts.mistake("One too many at powers of two")(
    "Four leaves are two pairs, and then one: two steps, not three. Where the logarithm is a whole "
    "number, it is the answer.",
    {"np.array(balanced)": "np.floor(np.log2(taus)).astype(int) + 1"},
)

step_counts.mistake("The logarithm of the compositions")(
    "You took the logarithm of tau - 1. What is halved in each step is the number of states, and "
    "there are tau of them.",
    {"np.array(balanced)": "np.ceil(np.log2(np.maximum(taus - 1, 1))).astype(int)"},
)

step_counts.mistake("All steps at full width", {", taus - 1": ", taus * np.array(balanced)"})(
    "You let every step compose as many nodes as there are leaves. Each has half as many as the "
    "one before; together they are tau - 1."
)

step_counts.mistake("A chain that composes its first leaf")(
    "With two leaves one composition is enough: the first state is the first leaf itself.",
    {"return taus - 1": "return taus"},
    {"taus - 1": ("taus", 2)},
)

step_counts.mistake("Less work for the tree")(
    "The tree takes fewer steps, but not fewer compositions: each takes two states and leaves one, "
    "and only one is left at the end.",
    {", taus - 1": ", np.array(balanced)"},
    {", taus - 1": ", taus // 2"},
)

step_counts.mistake("All nodes counted")(
    "You counted the leaves among the compositions. They are given.",
    {", taus - 1": ", 2 * taus - 1"},
    {", taus - 1": ", taus"},
)

step_counts.mistake("Work for steps")(
    "You counted every composition of the tree. Those of one height are made at the same time, and "
    "count as one step.",
    {"np.array(balanced)": "taus - 1"},
    {"np.array(balanced)": "taus // 2"},
)

step_counts.mistake("Chain and tree exchanged")(
    "You exchanged the two: which one has to wait for every leaf?",
    {"taus - 1, np.array(balanced)": "np.array(balanced), taus - 1"},
)
