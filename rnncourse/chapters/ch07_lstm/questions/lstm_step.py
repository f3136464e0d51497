"""One step of an LSTM."""

import numpy as np

from rnncourse.cells.activations import sigmoid
from rnncourse.grading.writing import question


@question("07-step", 2, "A step of the LSTM", "apply", returns="h_new c_new")
def lstm_step(x, h, c, on, W_xh, W_hh, b_h):
    """Return state and cell after the step, both `(B, H)`."""
    a_i, a_f, a_g, a_o = np.split(x @ W_xh + h @ W_hh + b_h, 4, axis=1)
    i, f, o = map(sigmoid, (a_i, a_f, a_o))
    c_new = f * c + i * np.tanh(a_g)
    h_new = o * np.tanh(c_new)
    on = on[:, None]
    return np.where(on, h_new, h), np.where(on, c_new, c)


@lstm_step.inputs
def _sample_inputs(rng):
    yield replace_on(make_distinct_gates(D=1, H=1), [1])
    yield replace_on(sample_step(rng, B=3, D=4, H=2), [1, 0, 1])
    yield replace_on(sample_step(rng, B=1, D=2, H=2), [1])
    yield replace_on(sample_step(rng, B=2, D=1, H=3), [0, 1])
    B, D, H = rng.integers((13, 2, 2), (20, 9, 9))
    yield replace_on(sample_step(rng, B, D, H), rng.permutation(np.arange(B) % 2))


def replace_on(arguments, on):
    """Put another mask into the arguments of a step."""
    x, h, c, *weights = arguments
    return x, h, c, np.array(on), *weights


def make_distinct_gates(D, H):
    """Input and state that make every gate another number."""
    W_xh, b_h = np.array([[0.5, -1.0, 2.0, 1.0]]), np.array([0.0, 2.0, -0.5, 0.3])
    W_hh = np.array([[1.0, 0.5, -1.0, 0.25]])
    return np.ones((1, D)), np.full((1, H), 0.5), np.full((1, H), -1.5), W_xh, W_hh, b_h


def sample_step(rng, B, D, H, scale=0.8):
    """Draw the arguments of a step, all but `on`."""
    c = 1.5 * rng.normal(size=(B, H))
    h = np.tanh(rng.normal(size=(B, H)))
    shapes = (D, 4 * H), (H, 4 * H), (4 * H,)
    return rng.normal(size=(B, D)), h, c, *(scale * rng.normal(size=shape) for shape in shapes)


@lstm_step.property("what goes on has no entry of `h_new` larger than the tanh of its cell")
def _is_within_tanh_of_cell(arguments, h_new, c_new):
    """Each entry of h_new is a gate between 0 and 1, times the tanh of the new cell."""
    is_on = arguments[3] == 1
    return np.all(np.abs(h_new[is_on]) <= np.abs(np.tanh(c_new[is_on])) + 1e-6)


@lstm_step.property("what has ended keeps `h` and `c`")
def _keeps_ended(arguments, h_new, c_new):
    """Where `on` is 0 nothing is read any more: both arrays stay as they were."""
    _, h, c, on, *_ = arguments
    return np.allclose(h_new[on == 0], h[on == 0]) and np.allclose(c_new[on == 0], c[on == 0])


lstm_step.mistake("Reading past the end", {"on = on": "on = 1 + on"})(
    "You go on with what has ended. Where `on` is 0 neither `h` nor `c` changes."
)

lstm_step.mistake("Zeros after the end", {"h_new, h)": "h_new, 0)", "c_new, c)": "c_new, 0)"})(
    "You set to 0 what has ended. It keeps what it was, so that its last state can be asked for."
)

lstm_step.mistake("One of two kept")(
    "Where `on` is 0 both stay, `h` and `c`: you keep one of them.",
    {"np.where(on, h_new, h), np.where(on, c_new, c)": "np.where(on, h_new, h), c_new"},
    {"np.where(on, h_new, h)": "h_new"},
    {"h_new, h)": "h_new, o * np.tanh(c))"},
)

lstm_step.mistake("The input alone masked")(
    "Where `on` is 0 you set the input to 0 and take the step. Without an input the state and the "
    "bias still move the gates: what has ended does not change at all.",
    {"x @": "(on[:, None] * x) @", "on = on": "on = 1 + on"},
)

lstm_step.mistake("The mask the other way round", {"on = on": "on = 1 - on"})(
    "You take the step where `on` is 0, and keep where it is 1: the two are exchanged."
)

lstm_step.mistake("Forget and input gate exchanged", {"f * c + i": "i * c + f"})(
    "Your forget gate is on the candidate, or the input gate on the old cell: the two are "
    "exchanged. Which of them decides what stays?"
)

lstm_step.mistake("The blocks in another library's order")(
    "Your formulas are right, but the blocks of columns stand in another order here: i f g o.",
    {"a_i, a_f, a_g, a_o =": "a_i, a_f, a_o, a_g ="},
    {"a_i, a_f, a_g, a_o =": "a_f, a_i, a_o, a_g ="},
    {"a_i, a_f, a_g, a_o =": "a_i, a_o, a_g, a_f ="},
    {"a_i, a_f, a_g, a_o =": "a_o, a_f, a_i, a_g ="},
    {"a_i, a_f, a_g, a_o =": "a_g, a_i, a_f, a_o ="},
    {"a_i, a_f, a_g, a_o =": "a_i, a_g, a_f, a_o ="},
    {"a_i, a_f, a_g, a_o =": "a_i, a_o, a_f, a_g ="},
    {"a_i, a_f, a_g, a_o =": "a_f, a_g, a_i, a_o ="},
    {"a_i, a_f, a_g, a_o =": "a_g, a_f, a_i, a_o ="},
)

lstm_step.mistake("tanh forgotten on the cell", {"np.tanh(c_new)": "c_new"})(
    "Your new cell is right. On its way to h it goes through tanh: without it h has no bound."
)

lstm_step.mistake("tanh on the cell itself", {"on, c_new": "on, np.tanh(c_new)"})(
    "You put the tanh into the cell: then it shrinks at every step. The cell stays as it is, and "
    "only what h shows of it goes through tanh."
)

lstm_step.mistake("The old cell shown", {"tanh(c_new)": "tanh(c)"})(
    "Your h shows the cell before the step. It shows the new one."
)

lstm_step.mistake("A sigmoid on the candidate", {"np.tanh(a_g)": "sigmoid(a_g)"})(
    "Your candidate goes through a sigmoid. Its block is the one that goes through tanh: what is "
    "written may be negative."
)

lstm_step.mistake("The candidate as it is", {"np.tanh(a_g)": "a_g"})(
    "Your candidate is not squashed. Its block goes through tanh, so that no step writes more than "
    "1."
)

lstm_step.mistake("A sigmoid on the cell", {"np.tanh(c_new)": "sigmoid(c_new)"})(
    "Your h takes the cell through a sigmoid. It goes through tanh, so that h can be negative."
)

lstm_step.mistake("Deck B's Full LSTM")(
    "Candidate and cell go through a sigmoid, as deck B prints it. Here both go through tanh.",
    {"np.tanh(a_g)": "sigmoid(a_g)", "np.tanh(c_new)": "sigmoid(c_new)"},
)

lstm_step.mistake("No forget gate", {"f * c": "c"})(
    "You add to the cell without forgetting. That was the LSTM of 1997."
)

lstm_step.mistake("1 − f for the input gate")(
    "You made the input gate of the forget gate, as a GRU does. Here it has a block of its own.",
    {"+ i": "+ (1 - f)"},
    {"f * c": "(1 - i) * c"},
    {"f * c": "(1 - f) * c"},
)

lstm_step.mistake("The bias counted twice", {"b_h": "2 * b_h"})(
    "You added the bias twice. PyTorch has two biases, which are added; here there is one."
)

lstm_step.mistake("The bias or the state left out")(
    "Something is missing in front of the gates: the input, the state and the bias all enter.",
    {" + b_h": ""},
    {" + h @ W_hh": ""},
    {"x @ W_xh + ": ""},
)

lstm_step.mistake("The gates see the cell", {"h @ W_hh": "c @ W_hh"})(
    "Your gates read the cell in the place of h. Without peepholes they see h alone."
)

lstm_step.mistake("The output gate through tanh", {"h_new = o": "h_new = np.tanh(a_o)"})(
    "Your output gate goes through tanh. All three gates are sigmoids; tanh is for the candidate "
    "and for the cell."
)

lstm_step.mistake("Every fourth column")(
    "You took every fourth column for a gate. The columns stand in blocks: the first H are those "
    "of the input gate.",
    {
        "np.split(x @ W_xh + h @ W_hh + b_h, 4, axis=1)": "("
        "(x @ W_xh + h @ W_hh + b_h)[:, k::4] for k in range(4))"
    },
)
