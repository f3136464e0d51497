"""The state of an encoder at the last real symbol of every source."""

import numpy as np

from rnncourse.grading.writing import question


@question("11-last", 2, "The last real state", "apply", returns="last")
def states_at_the_end(hs, lengths):
    """Return the state of every source at its last real symbol, `(B, H)`."""
    return hs[lengths - 1, np.arange(len(lengths))]


@states_at_the_end.inputs
def _sample_inputs(rng):
    yield np.arange(6.0).reshape(3, 2, 1), np.array([2, 3])
    yield rng.normal(size=(3, 3, 2)), np.array([3, 1, 2])
    yield rng.normal(size=(6, 4, 3)), np.array([6, 2, 5, 1])
    yield rng.normal(size=(5, 2, 4)), np.array([3, 4])
    yield rng.normal(size=(7, 5, 1)), np.array([1, 7, 7, 2, 4])
    T, B, H = rng.integers((13, 4, 4), (20, 12, 12))
    yield rng.normal(size=(T, B, H)), rng.integers(1, T + 1, size=B)


@states_at_the_end.property("every row is a state of its own source, at one of its real symbols")
def _is_real_state_of_source(arguments, last):
    """A shorter source has ended before the others: which of its states has seen all of it?"""
    hs, lengths = arguments
    return last.shape == hs.shape[1:] and all(
        np.isclose(hs[:n, b], last[b], atol=1e-5).all(axis=1).any() for b, n in enumerate(lengths)
    )


def _make_mask(hs, lengths):
    return (np.arange(len(hs))[:, None] < lengths)[..., None]


states_at_the_end.mistake("The last row for all", lambda hs, lengths: hs[-1])(
    "You took the last row. Only the longest source ends there; at the others it stands behind "
    "padding."
)

states_at_the_end.mistake("One place too far")(
    "You took the place with the number of the length. Places count from 0: after three symbols "
    "the state is `hs[2]`.",
    lambda hs, lengths: hs[np.minimum(lengths, len(hs) - 1), np.arange(len(lengths))],
)

states_at_the_end.mistake("One place too early")(
    "You took the state before the last symbol was read.",
    lambda hs, lengths: hs[np.maximum(lengths - 2, 0), np.arange(len(lengths))],
    lambda hs, lengths: hs[lengths - 2, np.arange(len(lengths))],
)

states_at_the_end.mistake("The first state", lambda hs, lengths: hs[0])(
    "You took the first state. It has read one symbol of each source."
)

states_at_the_end.mistake("The mean of the states")(
    "You averaged the states. That is another summary; asked for is the state after the last real "
    "symbol.",
    lambda hs, lengths: hs.mean(axis=0),
    lambda hs, lengths: (hs * _make_mask(hs, lengths)).sum(0) / lengths[:, None],
)

states_at_the_end.mistake("Padding set to 0, and the last row taken")(
    "You set the states behind the end to 0 and took the last row. So nothing is left of a shorter "
    "source.",
    lambda hs, lengths: (hs * _make_mask(hs, lengths))[-1],
)

states_at_the_end.mistake("The sum of the real states")(
    "You added up the real states. The last one alone has read the whole source.",
    lambda hs, lengths: (hs * _make_mask(hs, lengths)).sum(0),
)

states_at_the_end.mistake("The same place for all")(
    "You took all sources at one place: the shortest length, or that of the first source. Each has "
    "its own.",
    lambda hs, lengths: hs[lengths.min() - 1],
    lambda hs, lengths: hs[lengths[0] - 1],
)

states_at_the_end.mistake("In the order of time")(
    "You have the right states, in the order in which the sources end. A mask chooses row by row, "
    "and a row is a step; row b of the answer belongs to source b.",
    lambda hs, lengths: hs[np.arange(len(hs))[:, None] == lengths - 1],
)

states_at_the_end.mistake("The largest of each unit")(
    "You took the maximum of each unit over time. Asked for is one state, that at the last symbol.",
    lambda hs, lengths: hs.max(axis=0),
    lambda hs, lengths: np.where(_make_mask(hs, lengths), hs, -np.inf).max(axis=0),
)

states_at_the_end.mistake("The length as an index", raises="IndexError")(
    "You used the length as an index, and came one step too far. Places count from 0: after three "
    "symbols the state is `hs[2]`.",
    lambda hs, lengths: hs[lengths, np.arange(len(lengths))],
)

states_at_the_end.mistake("No place in the batch")(
    "`hs[lengths - 1]` takes a whole step of the batch for each source. Say of which source as "
    "well: the second place is `np.arange(B)`.",
    lambda hs, lengths: hs[lengths - 1],
)
