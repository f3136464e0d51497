"""How many parameters a variant has, and how many units it gets for as many as another."""

import itertools

from rnncourse.grading.questions import EXACT
from rnncourse.grading.writing import question


@question(
    "08-count", 1, "The parameters of a variant", "recall", returns="parameters", comparison=EXACT
)
def count_parameters(D, H, gates, peepholes):
    """Return the number of parameters of an LSTM with some gates, without readout."""
    return int((gates + 1) * (D * H + H * H + H) + peepholes * gates * H)


@count_parameters.inputs
def _sample_inputs(rng):
    yield 3, 4, 3, True
    yield 3, 4, 2, False
    for gates, peepholes in itertools.product((1, 2, 3), (False, True)):
        yield *rng.integers(2, 40, 2).tolist(), gates, peepholes


@count_parameters.property("they are whole units: H divides their number")
def _is_divisible_by_units(arguments, parameters):
    """Each unit has as many as any other."""
    return parameters % arguments[1] == 0


count_parameters.mistake("No candidate", {"(gates + 1)": "gates"})(
    "You counted the gates alone. What is written has weights, too."
)

count_parameters.mistake("Always four blocks", {"(gates + 1)": "4"})(
    "You counted four blocks. A gate that is missing has no weights."
)

count_parameters.mistake("No biases", {" + H)": ")"})(
    "You left out the biases, one for each unit and block."
)

count_parameters.mistake("Two biases a block", {"+ H)": "+ 2 * H)"})(
    "You counted two biases for each unit and block, as torch has them. Here there is one."
)

count_parameters.mistake("The peepholes forgotten", {" + peepholes * gates * H": ""})(
    "You left the peepholes out: each gate has one for each unit."
)

count_parameters.mistake("One bias", {"H * H + H)": "H * H) + H"})(
    "You counted one bias for each unit. Each gate and the candidate have their own."
)

count_parameters.mistake("Peepholes in any case", {"peepholes * gates": "gates"})(
    "You counted peepholes where there are none: `peepholes` is False there."
)

count_parameters.mistake(
    "The readout counted", {"peepholes * gates * H": "peepholes * gates * H + H + 1"}
)("You counted a readout. Asked for is the LSTM alone.")

count_parameters.mistake("Always three peepholes", {"peepholes * gates": "peepholes * 3"})(
    "You counted three peepholes a unit. A gate that is missing has none."
)

count_parameters.mistake("Peepholes as matrices", {"gates * H": "gates * H * H"})(
    "Your peepholes are matrices. A gate sees the cell of its own unit alone."
)

count_parameters.mistake("A peephole for the candidate")(
    "You gave the candidate a peephole. Only gates look at the cell.",
    {"peepholes * gates": "peepholes * (gates + 1)"},
)

count_parameters.mistake("One peephole a unit", {"peepholes * gates": "peepholes"})(
    "You counted one peephole a unit. Each gate has its own."
)


@question("08-units", 2, "Units for as many parameters", "apply", returns="units", comparison=EXACT)
def units_for(budget, D, V, blocks):
    """Return the most units that fit into the budget, with a readout to V symbols."""
    sizes = (blocks * (D + H + 1) * H + V * (H + 1) for H in itertools.count(1))
    return sum(1 for _ in itertools.takewhile(lambda size: size <= budget, sizes))


@units_for.inputs
def _sample_cases(rng):
    yield 100, 2, 1, 4
    yield 4 * (3 + 5 + 1) * 5 + 2 * 6, 3, 2, 4
    yield 3 * (2 + 4 + 1) * 4 + 2 * 5 + 1, 2, 2, 3  # one to spare, too few for second biases
    for H, n_missing in zip((1, *rng.integers(2, 30, 5).tolist()), (1, 0, 1, 0, 1, 7), strict=True):
        D, V, blocks = rng.integers((2, 2, 1), (30, 30, 5)).tolist()
        yield blocks * (D + H + 1) * H + V * (H + 1) - n_missing, D, V, blocks


units_for.mistake("Less than the budget", {"size <= budget": "size < budget"})(
    "You ask for fewer parameters than the budget. As many are allowed: `<=`."
)

units_for.mistake("At least one unit", lambda *args: max(units_for(*args), 1))(
    "Where not even one unit fits, the answer is 0."
)


@units_for.mistake("Rounded to the nearest")
def _round_to_nearest(budget, D, V, blocks):
    """You rounded to the nearest whole number. Above the half the last unit no longer fits: round
    down."""
    b, c = blocks * (D + 1) + V, V - budget
    return max(round((-b + max(b * b - 4 * blocks * c, 0) ** 0.5) / (2 * blocks)), 0)


@units_for.mistake("Not rounded")
def _return_fraction(budget, D, V, blocks):
    """You return a fraction of a unit. Asked for is the largest whole number that fits."""
    b, c = blocks * (D + 1) + V, V - budget
    return max((-b + max(b * b - 4 * blocks * c, 0) ** 0.5) / (2 * blocks), 0)


units_for.mistake("No matrix from state to state", {"D + H + 1": "D + 1"})(
    "You left out the matrix from state to state."
)

units_for.mistake("One block", {"blocks": "1"})(
    "You counted one block. The cell has `blocks` of them."
)

units_for.mistake("One block too many", {"blocks": "(blocks + 1)"})(
    "You counted a candidate besides the blocks. It is one of them: four blocks in an LSTM."
)

units_for.mistake("One unit too many", lambda *args: units_for(*args) + 1)(
    "You are above the budget: the last unit no longer fits."
)

units_for.mistake("The readout forgotten", {" + V * (H + 1)": ""})(
    "You forgot the readout. A cell with more units has a larger one."
)

units_for.mistake("The biases forgotten", {"D + H + 1": "D + H"})(
    "You forgot the biases of the blocks."
)

units_for.mistake("Two biases a block", {"D + H + 1": "D + H + 2"})(
    "You counted two biases for each unit and block, as torch has them. Here there is one."
)

units_for.mistake("In proportion", lambda budget, D, V, blocks: budget // (blocks * (D + 2) + V))(
    "You divided the budget as if parameters grew in proportion to units. Recurrent weights grow "
    "with their square."
)

units_for.mistake("Always four blocks", {"blocks": "4"})(
    "You counted four blocks. A cell with fewer gates gets more units."
)
