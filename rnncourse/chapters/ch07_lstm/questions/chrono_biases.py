"""First biases by which an LSTM keeps for as long as it should."""

import numpy as np

from rnncourse.cells.activations import sigmoid
from rnncourse.grading.writing import question


@question("07-biases", 3, "Biases for a time", "apply", returns="bias_ih bias_hh")
def chrono_biases(u, T):
    """Return the two biases of torch's LSTM, both `(4 H,)`."""
    H = len(u)
    b_f = np.log(1 + u * (T - 2))
    bias_ih = np.zeros(4 * H)
    bias_ih[:H], bias_ih[H : 2 * H] = -b_f, b_f
    return bias_ih, np.zeros(4 * H)


@chrono_biases.inputs
def _sample_inputs(rng):
    yield np.array([0.0, 0.5]), 10
    yield np.array([1.0]), 100
    yield np.array([0.25, 0.75, 0.5]), 2
    yield rng.uniform(0.1, 0.9, 2), 5
    yield rng.uniform(0.1, 0.9, 4), 50
    yield rng.uniform(0.1, 0.9, 3), 784
    yield rng.uniform(0.1, 0.9, rng.integers(40, 90)), int(rng.integers(100, 900))


@chrono_biases.property("the biases of candidate and output gate are 0")
def _is_zero_at_g_and_o(arguments, bias_ih, bias_hh):
    """The blocks stand in the order i f g o. Which two of them have to do with keeping?"""
    H = len(arguments[0])
    return np.allclose((bias_ih + bias_hh)[2 * H :], 0)


@chrono_biases.property(
    "where `u` is 1, a forget gate without input loses one part in `T` at each step"
)
def _forgets_one_part_each_step(arguments, bias_ih, bias_hh):
    """The gate is the sigmoid of both biases together."""
    u, T = arguments
    b_f = (bias_ih + bias_hh)[len(u) : 2 * len(u)][u == 1]
    return np.allclose(sigmoid(b_f), 1 - 1 / T, atol=1e-4)


chrono_biases.mistake("Forget and input gate exchanged", {"-b_f, b_f": "b_f, -b_f"})(
    "The two blocks are exchanged. The order is i f g o: input gate first. A cell that keeps has "
    "an open forget gate."
)

chrono_biases.mistake("The wrong block")(
    "Your numbers are right, but not all stand where they should. In the order i f g o, the second "
    "block is the forget gate's, and the first the input gate's.",
    *(
        {"[:H]": f"[{a} * H : {a + 1} * H]", "[H : 2 * H]": f"[{b} * H : {b + 1} * H]"}
        for a, b in ((1, 2), (0, 2), (1, 3), (0, 3), (2, 1), (3, 1))
    ),
)

chrono_biases.mistake("The bias counted twice", lambda u, T: (chrono_biases(u, T)[0],) * 2)(
    "You put the biases into both arrays. PyTorch adds the two, so every gate gets twice what was "
    "meant."
)

chrono_biases.mistake("The other array", lambda u, T: chrono_biases(u, T)[::-1])(
    "All of it is in `bias_hh`. The sum is right, but asked for was `bias_ih`."
)

chrono_biases.mistake("Shared between the arrays")(
    "PyTorch adds the two arrays, and your sums are right. But the question asks for all of it in "
    "`bias_ih`, and for zeros in `bias_hh`.",
    lambda u, T: (chrono_biases(u, T)[0] / 2,) * 2,
    lambda u, T: _split_by_gate(*chrono_biases(u, T), len(u)),
    lambda u, T: _split_by_gate(*chrono_biases(u, T), len(u))[::-1],
)


def _split_by_gate(bias_ih, bias_hh, H):
    """Put the input gate's biases into the first array, and the forget gate's into the second."""
    is_input = np.arange(4 * H) < H
    return np.where(is_input, bias_ih, bias_hh), np.where(is_input, bias_hh, bias_ih)


chrono_biases.mistake("Only the forget gate", {"-b_f, b_f": "0, b_f"})(
    "Your forget gate is right. The input gate gets the negative: who keeps long should write "
    "little."
)

chrono_biases.mistake("The same sign for both", {"-b_f, b_f": "b_f, b_f"})(
    "Your input gate opens as wide as the forget gate. It should be 1 minus it: what does the "
    "sigmoid of −b make?"
)

chrono_biases.mistake("All signs turned around")(
    "Your signs are turned around: a negative bias brings a gate near to 0, and a forget gate of 0 "
    "forgets.",
    {"-b_f, b_f": "-b_f, -b_f"},
    {"-b_f, b_f": "0, -b_f"},
)

chrono_biases.mistake("The number for its logarithm", {"np.log": ""})(
    "You took the time itself. The bias is its logarithm: the sigmoid of ln t is t / (t + 1)."
)

chrono_biases.mistake("A gate of 1 - 1/t", {"1 + u": "u"})(
    "You took the bias of a gate that is 1 - 1/t, which is ln(t - 1). Asked for is ln t: the "
    "gate is t / (t + 1)."
)

chrono_biases.mistake("A logarithm to another base", {"np.log": "np.log10"}, {"np.log": "np.log2"})(
    "The logarithm is the natural one, `np.log`: it undoes the exponential in the sigmoid."
)

chrono_biases.mistake("Between other ends", {"T - 2": "T - 1"}, {"T - 2": "T"}, {"1 + u": "2 + u"})(
    "Nearly: the number under the logarithm runs from 1, where u is 0, to T − 1, where u is 1."
)

chrono_biases.mistake("Spread evenly between the logarithms")(
    "You spread the biases evenly. It is the times that are spread evenly, and the logarithm comes "
    "after.",
    {"np.log(1 + u * (T - 2))": "u * np.log(T - 1)"},
)

chrono_biases.mistake("One bias for all units")(
    "You gave all units the same time. Each entry of `u` makes the time of one unit, so that some "
    "forget soon and some late.",
    {"np.log(1 + u * (T - 2))": "np.full(H, np.log(T - 1))"},
    {"+ u": "+ 0 * u + u.mean()"},
    {"np.log(1 + u * (T - 2))": "np.ones(H)"},
)
