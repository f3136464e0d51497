"""How many numbers are trained in a GRU, as printed, as in torch, and beside an LSTM."""

import numpy as np

from rnncourse.grading.writing import question


@question("06-count", 5, "Counting weights", "apply", returns="gru torch lstm units")
def count_weights(D, H):
    """Return the weights of a GRU, here and in torch, of an LSTM, and units for as many."""
    block = H * (D + H + 1)
    lstm = 4 * block
    units = H
    while 3 * (units + 1) * (D + units + 2) <= lstm:
        units += 1
    return 3 * block, 3 * block + 3 * H, lstm, units


@count_weights.inputs
def _sample_inputs(rng):
    yield 1, 1
    yield 2, 3
    yield 3, 2
    D, large_D, small_D = rng.integers((1, 50, 1), (40, 99, 9)).tolist()
    yield D, 6 * D + 6  # just as many, with 7 D + 7 units
    yield small_D, 16
    yield large_D, small_D
    yield large_D, 30
    for _ in range(15):
        yield int(rng.integers(5, 40)), int(rng.integers(20, 60))
    yield 12, int(rng.integers(10, 20))


@count_weights.property("the GRU has three quarters of the LSTM's weights")
def _has_three_quarters(arguments, gru, torch, lstm, units):
    """Three blocks of the same size in the place of four: i f g o, and r z n."""
    return 4 * gru == 3 * lstm


@count_weights.property(
    "a GRU of `units` units has no more weights than the LSTM, and one more has"
)
def _fits_but_one_more_does_not(arguments, gru, torch, lstm, units):
    """Try one unit more, with the same formula for the GRU."""
    D, _ = arguments
    sizes = [3 * n * (D + n + 1) for n in (units, units + 1)]
    return units % 1 == 0 and sizes[0] <= lstm < sizes[1]


count_weights.mistake("One bias a gate in torch", {" + 3 * H": ""})(
    "`torch.nn.GRU` has two biases for each block, `bias_ih` and `bias_hh`, and trains both."
)

count_weights.mistake("Two biases everywhere")(
    "You count two biases for each block of all cells. As printed a block has one; only torch's "
    "has a second one.",
    {"H + 1)": "H + 2)", "units + 2)": "units + 3)", " + 3 * H": ""},
    {"return 3 * block": "return 3 * block + 3 * H", "units + 2)": "units + 3)"},
    {"4 * block": "4 * block + 4 * H"},
)

count_weights.mistake("A second bias for the candidate only", {"+ 3 * H": "+ H"})(
    "A second bias does something new in the candidate n alone, and so the course's own cell has "
    "no others. But torch stores and trains a second bias for all three blocks."
)

count_weights.mistake("No biases")(
    "The biases are missing. Each block has a row of H numbers besides its two matrices.",
    {"H + 1)": "H)", "units + 2)": "units + 1)", " + 3 * H": ""},
    {"H + 1)": "H)", "units + 2)": "units + 1)", "+ 3 * H": "+ 6 * H"},
)

count_weights.mistake("Two gates, and the candidate forgotten")(
    "You count two blocks for the GRU: its gates. Its candidate needs matrices and a bias of its "
    "own.",
    {"while 3": "while 2", "3 * block": ("2 * block", 2), "3 * H": "2 * H"},
)

count_weights.mistake("Three gates, and the candidate forgotten", {"4 * block": "3 * block"})(
    "You count three blocks for the LSTM: its gates. What it writes, g, needs matrices and a bias "
    "of its own."
)

count_weights.mistake("The input counted as a state")(
    "One of the two matrices of a block comes from the input and is D times H; only the other is "
    "H times H.",
    {"D + H + 1": "2 * H + 1", "D + units + 2": "2 * units + 3"},
)

count_weights.mistake("As many units, a third more")(
    "You took four thirds of H. But the matrices from state to state grow with the square of the "
    "units.",
    {"lstm, units": "lstm, 4 * H // 3"},
    {"lstm, units": "lstm, round(4 * H / 3)"},
)

count_weights.mistake("The square root alone")(
    "You scaled H by the root of four thirds. That is right only where D and the biases are small "
    "beside H: solve with all of them.",
    {"lstm, units": "lstm, int(H * np.sqrt(4 / 3))"},
    {"lstm, units": "lstm, round(H * np.sqrt(4 / 3))"},
)


def _solve_units(D, H):
    """Return the number of units with which the GRU has exactly as many weights as the LSTM."""
    return (np.sqrt((D + 1) ** 2 + 4 * 4 * H * (D + H + 1) / 3) - (D + 1)) / 2


count_weights.mistake("A fraction of a unit", {"lstm, units": "lstm, _solve_units(D, H)"})(
    "Your equation is right, but its solution is not a whole number. Which of the whole numbers "
    "beside it has no more weights than the LSTM?"
)

count_weights.mistake("Rounded to the nearest", {"lstm, units": "lstm, round(_solve_units(D, H))"})(
    "Your equation is right, but its solution is rounded to the nearest number, which has too many "
    "weights where it is the larger one."
)

count_weights.mistake("One unit too many")(
    "Your number of units is one too many: such a GRU has more weights than the LSTM.",
    {"lstm, units": "lstm, units + 1"},
    {"lstm, units": "lstm, int(np.ceil(_solve_units(D, H)))"},
)

count_weights.mistake("Compared with torch's GRU", {"units + 2)": "units + 3)"})(
    "All counts are right. But for the number of units, compare the GRU as printed, with one bias "
    "a block."
)
