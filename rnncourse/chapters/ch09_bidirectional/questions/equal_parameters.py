"""Equal parameters: how many units a direction may have."""

import itertools

from rnncourse.grading.questions import EXACT
from rnncourse.grading.writing import question


@question("09-units", 5, "Units of a direction", "derive", returns="units", comparison=EXACT)
def units(H, D, V):
    """Return the most units for each of two directions that need no more weights than one of H."""
    budget = _count_one_way(H, D, V)
    return sum(
        1
        for _ in itertools.takewhile(
            lambda n: _count_both_ways(n, D, V) <= budget, itertools.count(1)
        )
    )


def _count_one_way(H, D, V):
    return D * H + H * H + H + H * V + V


def _count_both_ways(H, D, V):
    return 2 * (D * H + H * H + H) + 2 * H * V + V


@units.inputs
def _sample_inputs(rng):
    yield 64, 32, 9
    n, D = rng.integers((3, 1), (9, 6)).tolist()
    for V in (2 * n * n - 4 * n - D + n_spare for n_spare in (-1, 0, 1)):
        yield 2 * n - 1, D, V  # just as many with n units, and nearly
    for _ in range(3):
        yield int(rng.integers(20, 50)), int(rng.integers(2, 5)), int(rng.integers(50, 99))
    for _ in range(2):
        yield int(rng.integers(40, 90)), int(rng.integers(2, 5)), int(rng.integers(2, 9))
    for low, high in ((8, 20), (20, 60), (60, 120), (120, 200), (200, 300)):
        yield int(rng.integers(low, high)), int(rng.integers(2, 100)), int(rng.integers(2, 60))


@units.property("a direction has fewer units than the network that reads one way")
def _is_smaller_than_one_way(arguments, size):
    """Two directions share what one had."""
    return size < arguments[0]


units.mistake("As many units", lambda H, D, V: H)(
    "You gave each direction as many units: that is twice the parameters. The comparison would "
    "say what more parameters are worth."
)

units.mistake("Half as many units", lambda H, D, V: H // 2)(
    "Half the units a direction is too few: the matrix from state to state has a quarter of the "
    "entries then, and there are two of it."
)

units.mistake("The root of two", lambda H, D, V: int(H / 2**0.5))(
    "Divided by the root of 2: that makes the matrices from state to state equal, and forgets the "
    "others, which grow with H and not with its square."
)

units.mistake("The output forgotten")(
    "You left out the output, which reads both directions.",
    {
        "_count_one_way(H, D, V)": "D * H + H * H + H",
        "_count_both_ways(n, D, V)": "2 * (D * n + n * n + n)",
    },
)

units.mistake("The output reads one direction")(
    "In your count the output reads H numbers. It reads both states, side by side.",
    {"_count_both_ways(n, D, V)": "2 * (D * n + n * n + n) + n * V + V"},
)

units.mistake("Fewer, not at most", {"<=": "<"})(
    "You stop where the network would have just as many parameters. It may have as many."
)

units.mistake("Two outputs", {"_count_both_ways(n, D, V)": "_count_both_ways(n, D, V) + V"})(
    "You counted an output for each direction, with a bias of its own. One output reads both "
    "states, side by side, and adds one bias."
)

units.mistake("One too many", {"return": "return 1 +"})(
    "With your answer the network has more parameters than it may have."
)


@units.mistake("Rounded to the nearest")
def _round_to_nearest(H, D, V):
    """You rounded to the nearest whole number. Above the half that is one unit too many for the
    budget: round down."""
    a, b, c = 2, 2 * (D + V + 1), V - _count_one_way(H, D, V)
    return round((-b + (b * b - 4 * a * c) ** 0.5) / (2 * a))
