"""The numbers of a network: how many there are, and what they are called elsewhere."""

import numpy as np

from rnncourse.grading.questions import EXACT
from rnncourse.grading.writing import question

# --- 2. Counting ---


@question(
    "03-count",
    2,
    "How many numbers?",
    "recall",
    points=2,
    returns="hidden output table",
    comparison=EXACT,
    shortcuts=dict.fromkeys(
        ("without T", "nearly T"), "No count depends on the length: to see that is the question."
    ),
)
def count_numbers(D, H, V, T, n):
    """Return how many numbers the network of each kind learns, and a table of n-grams."""
    readout = H * V + V
    hidden = D * H + H * H + H + readout
    output = D * H + V * H + H + readout
    return hidden, output, V ** (n - 1) * (V - 1)


@count_numbers.inputs
def _sample_sizes(rng):
    yield 2, 3, 4, 10, 3
    for _ in range(4):
        D, H, V = (rng.permutation(8)[:3] + 2).tolist()
        yield D, H, V, *rng.integers([5, 2], [50, 6]).tolist()


count_numbers.mistake("All weights times T")(
    "Your networks grow with T, as if every step had weights of its own. How many arrays does a "
    "loop over T steps need?",
    {"return hidden, output": "return T * hidden, T * output"},
)

count_numbers.mistake("The weights that come back times T")(
    "You counted the weights of the recurrence once for every step. They are used at every step; "
    "how often are they stored?",
    {"H * H +": "T * H * H +", "V * H +": "T * V * H +"},
)

count_numbers.mistake(
    "The biases forgotten", {"+ H + readout": ("+ readout", 2), "H * V + V": "H * V"}
)("Your networks lack their biases. Which sums of the two equations have one?")

count_numbers.mistake("The bias of the state forgotten", {"+ H + readout": ("+ readout", 2)})(
    "One bias is missing in your networks: look at the sum in front of tanh."
)

count_numbers.mistake("The bias of the logits forgotten", {"H * V + V": "H * V"})(
    "One bias is missing in your networks: look at the equation of the logits."
)

count_numbers.mistake("Two biases for the state", {"+ H + readout": ("+ 2 * H + readout", 2)})(
    "You counted two biases for the state, as PyTorch stores them. In the equations here there is "
    "one."
)

count_numbers.mistake("No logits", {"H * V + V": "0"})(
    "You counted what makes the state. The way from the state to the logits has numbers, too."
)

count_numbers.mistake("W_hh kept beside W_yh", {"V * H + H": "V * H + H * H + H"})(
    "Your output recurrence has a matrix from state to state as well. Look at its equation: which "
    "of the two comes back?"
)

count_numbers.mistake("W_hh in the place of W_yh", {"V * H": "H * H"})(
    "You gave both networks as many numbers. What comes back in output recurrence is a row of "
    "another length: how many weights does it meet?"
)

count_numbers.mistake("W_yh forgotten", {"V * H + ": ""})(
    "In your output recurrence nothing comes back. The answer of the step before enters the sum "
    "through weights of its own."
)

count_numbers.mistake("The outputs to themselves", {"V * H": "V * V"})(
    "Your output recurrence leads from the outputs to the outputs. In the equation they come back "
    "to another place."
)

count_numbers.mistake("The rows of the table", {" * (V - 1)": ""})(
    "You counted the pasts: one row of the table for each. How many numbers does a row need?"
)

count_numbers.mistake("All entries of the table", {"V ** (n - 1) * (V - 1)": "V**n"})(
    "You counted all entries of the table. The probabilities of a row sum to 1: how many of them "
    "can be chosen freely?"
)

count_numbers.mistake("One character too many in the past", {"(n - 1)": "n"})(
    "Your pasts have n characters. The table is over n characters in all, and the last one is the "
    "one to be predicted."
)

count_numbers.mistake("The table of all n at once", {"V ** (n - 1) * (V - 1)": "V**n - 1"})(
    "You counted one table for n characters together, which sums to 1 once. Here each past has a "
    "row of its own, and each row sums to 1."
)


# --- 3. Converting ---


@question("03-convert", 3, "From columns to rows", "apply", returns="W_xh W_hh W_hy b_h b_y")
def to_rows(W, b_hh, b_ih, V, c):
    """Return W_xh, W_hh, W_hy, b_h and b_y for inputs and states that are rows."""
    H = len(W)
    return W[:, H:].T, W[:, :H].T, V.T, b_hh + b_ih, c


@to_rows.inputs
def _sample_columns(rng):
    yield (
        *(np.array([[2.0, 3.0]]), np.array([0.1]), np.array([0.2])),
        *(np.array([[4.0], [5.0]]), np.array([6.0, 7.0])),
    )
    for D, H, V in ((2, 3, 4), (4, 3, 2), (3, 3, 3), rng.integers(13, 20, size=3)):
        shapes = (H, H + D), (H,), (H,), (V, H), (V,)
        yield tuple(rng.normal(size=shape) for shape in shapes)


@to_rows.property("all numbers of the array of weights are used, each once")
def _uses_each_weight_once(arguments, W_xh, W_hh, *_):
    return np.allclose(np.sort(np.r_[W_xh.ravel(), W_hh.ravel()]), np.sort(arguments[0].ravel()))


to_rows.mistake("Nothing transposed", {".T": ("", 3)})(
    "You cut the weights in the right place and left them as columns need them. What stands on "
    "the left of the product here, vector or matrix?"
)

to_rows.mistake("W_hh not transposed", {":H].T": ":H]"})(
    "`W_hh` is left as columns need it. It is square, so no shape tells: its rows should belong "
    "to the state before the step."
)

to_rows.mistake("W_xh not transposed", {"H:].T": "H:]"})(
    "`W_xh` is left as columns need it: its rows should belong to the inputs."
)

to_rows.mistake("W_hy not transposed", {"V.T": "V"})(
    "`W_hy` is left as columns need it: its rows should belong to the units of the state."
)

to_rows.mistake("Another shape instead of a transpose")(
    "You changed the shapes with `reshape`: it fills the new rows in the order of the old ones, "
    "and so mixes rows and columns. A transpose turns the one into the other.",
    {"H:].T": "H:].reshape(-1, H)", ":H].T": ":H]", "V.T": "V.reshape(H, -1)"},
)

to_rows.mistake("The input taken to come first", {"H:]": ":-H]", " W[:, :H]": " W[:, -H:]"})(
    "You cut the array as if the input stood first in the column. Which of the two does the left "
    "part of the array meet?"
)

to_rows.mistake("Cut at D for H", {"len(W)": "W.shape[1] - len(W)"})(
    "You cut the array after as many columns as the input has numbers. The state stands first: "
    "how many columns meet it?"
)

to_rows.mistake("The two parts exchanged", {"W[:, H:].T, W[:, :H].T": "W[:, :H].T, W[:, H:].T"})(
    "You return the two parts under each other's names. Which of them meets the input?"
)

to_rows.mistake("Only one bias", {"b_hh + b_ih": "b_hh"}, {"b_hh + b_ih": "b_ih"})(
    "You took one of the two biases. Both stand in the sum in front of tanh; we have one for both."
)

to_rows.mistake("The mean of the biases", {"b_hh + b_ih": "(b_hh + b_ih) / 2"})(
    "You took the mean of the two biases. What happens to them in the sum in front of tanh?"
)

to_rows.mistake("The biases one after the other", {"b_hh + b_ih": "np.r_[b_hh, b_ih]"})(
    "You put the two biases one after the other. There is one sum in front of tanh for each unit, "
    "and both stand in it."
)
