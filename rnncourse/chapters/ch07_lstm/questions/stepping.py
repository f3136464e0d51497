"""One step of an LSTM."""

import numpy as np

from rnncourse.core.arithmetic import sigmoid
from rnncourse.grading.writing import question


@question("07-step", number=2, level="apply", points=2, returns="h_new c_new")
def lstm_step(x, h, c, on, W_xh, W_hh, b_h):
    """A step of the LSTM."""
    a_i, a_f, a_g, a_o = np.split(x @ W_xh + h @ W_hh + b_h, 4, axis=1)
    i, f, o = (1 / (1 + np.exp(-a)) for a in (a_i, a_f, a_o))
    c_new = f * c + i * np.tanh(a_g)
    h_new = o * np.tanh(c_new)
    on = on[:, None]
    return np.where(on, h_new, h), np.where(on, c_new, c)


@lstm_step.inputs
def _(rng):
    yield _with(_one(D=1, H=1), [1])
    yield _with(_drawn(rng, B=3, D=4, H=2), [1, 0, 1])
    yield _with(_drawn(rng, B=1, D=2, H=2), [1])
    yield _with(_drawn(rng, B=2, D=1, H=3), [0, 1])
    B, D, H = rng.integers((13, 2, 2), (20, 9, 9))
    yield _with(_drawn(rng, B, D, H), rng.permutation(np.arange(B) % 2))


def _with(drawn, on):
    x, h, c, *weights = drawn
    return x, h, c, np.array(on), *weights


def _one(D, H):
    """Input and state that make every gate another number."""
    W_xh, b_h = np.array([[0.5, -1.0, 2.0, 1.0]]), np.array([0.0, 2.0, -0.5, 0.3])
    W_hh = np.array([[1.0, 0.5, -1.0, 0.25]])
    return np.ones((1, D)), np.full((1, H), 0.5), np.full((1, H), -1.5), W_xh, W_hh, b_h


def _drawn(rng, B, D, H, scale=0.8):
    c = 1.5 * rng.normal(size=(B, H))
    h = np.tanh(rng.normal(size=(B, H)))
    shapes = (D, 4 * H), (H, 4 * H), (4 * H,)
    return rng.normal(size=(B, D)), h, c, *(scale * rng.normal(size=shape) for shape in shapes)


@lstm_step.truth("what goes on has no entry of `h_new` larger than the tanh of its cell")
def _(arguments, h_new, c_new):
    """Each entry of h_new is a gate between 0 and 1, times the tanh of the new cell."""
    on = arguments[3] == 1
    return np.all(np.abs(h_new[on]) <= np.abs(np.tanh(c_new[on])) + 1e-6)


@lstm_step.truth("what has ended keeps `h` and `c`")
def _(arguments, h_new, c_new):
    """Where `on` is 0 nothing is read any more: both arrays stay as they were."""
    _, h, c, on, *_ = arguments
    return np.allclose(h_new[on == 0], h[on == 0]) and np.allclose(c_new[on == 0], c[on == 0])


def _held(step):
    """Make an answer of a step for sequences that go on: what has ended keeps h and c."""

    def answer(x, h, c, on, *weights):
        h_new, c_new = step(x, h, c, *weights)
        on = on[:, None]
        return np.where(on, h_new, h), np.where(on, c_new, c)

    return answer


def _ended(made):
    """Make a wrong answer of what becomes of those that have ended."""

    def answer(x, h, c, on, *weights):
        h_new, c_new = _plain(x, h, c, *weights)
        return made(on[:, None] == 1, h_new, h, c_new, c)

    return answer


def _end(p):
    """Take the last two lines of a step from its parts."""
    c_new = p["f"] * p["c"] + p["i"] * p["g"]
    return p["o"] * np.tanh(c_new), c_new


def _changed(made=_end, order="ifgo"):
    """Make a wrong answer of another end, from a dictionary of all parts, or of another order."""

    @_held
    def answer(x, h, c, W_xh, W_hh, b_h):
        a = dict(zip(order, np.split(x @ W_xh + h @ W_hh + b_h, 4, axis=1), strict=True))
        p = {"c": c, "g": np.tanh(a["g"]), **{k: sigmoid(a[k]) for k in "ifo"}}
        p |= {"a_g": a["g"], "o_tanh": np.tanh(a["o"]), "c_new": p["f"] * c + p["i"] * p["g"]}
        return made(p)

    return answer


def _plain(x, h, c, *weights):
    """Take a step of sequences that all go on."""
    return lstm_step(x, h, c, np.ones(len(x)), *weights)


lstm_step.mistake("Reading past the end", _ended(lambda on, h_new, h, c_new, c: (h_new, c_new)))(
    "You go on with what has ended. Where `on` is 0 neither `h` nor `c` changes."
)

lstm_step.mistake("Zeros after the end")(
    "You set to 0 what has ended. It keeps what it was, so that its last state can be asked for.",
    _ended(lambda on, h_new, h, c_new, c: (on * h_new, on * c_new)),
)

lstm_step.mistake("One of two kept")(
    "Where `on` is 0 both stay, `h` and `c`: you keep one of them.",
    _ended(lambda on, h_new, h, c_new, c: (np.where(on, h_new, h), c_new)),
    _ended(lambda on, h_new, h, c_new, c: (h_new, np.where(on, c_new, c))),
    _ended(
        lambda on, h_new, h, c_new, c: (
            np.where(on, 1, np.tanh(c) / np.tanh(c_new)) * h_new,  # the gate of a step that is none
            np.where(on, c_new, c),
        )
    ),
)

lstm_step.mistake("The input alone masked")(
    "Where `on` is 0 you set the input to 0 and take the step. Without an input the state and the "
    "bias still move the gates: what has ended does not change at all.",
    lambda x, h, c, on, *weights: _plain(on[:, None] * x, h, c, *weights),
)

lstm_step.mistake("The mask the other way round")(
    "You take the step where `on` is 0, and keep where it is 1: the two are exchanged.",
    _ended(lambda on, h_new, h, c_new, c: (np.where(on, h, h_new), np.where(on, c, c_new))),
)

lstm_step.mistake("Forget and input gate exchanged")(
    "Your forget gate is on the candidate, or the input gate on the old cell: the two are "
    "exchanged. Which of them decides what stays?",
    _changed(lambda p: _end(p | {"i": p["f"], "f": p["i"]})),
)

lstm_step.mistake("The blocks in another library's order")(
    "Your formulas are right, but the blocks of columns stand in another order here: i f g o.",
    _changed(order="ifog"),
    _changed(order="fiog"),
    _changed(order="iogf"),
    _changed(order="ofig"),
    _changed(order="gifo"),
)

lstm_step.mistake("tanh forgotten on the cell")(
    "Your new cell is right. On its way to h it goes through tanh: without it h has no bound.",
    _changed(lambda p: (p["o"] * p["c_new"], p["c_new"])),
)

lstm_step.mistake("tanh on the cell itself")(
    "You put the tanh into the cell: then it shrinks at every step. The cell stays as it is, and "
    "only what h shows of it goes through tanh.",
    _changed(lambda p: (p["o"] * np.tanh(p["c_new"]), np.tanh(p["c_new"]))),
)

lstm_step.mistake("The old cell shown", _changed(lambda p: (p["o"] * np.tanh(p["c"]), p["c_new"])))(
    "Your h shows the cell before the step. It shows the new one."
)

lstm_step.mistake("A sigmoid on the candidate")(
    "Your candidate goes through a sigmoid. Its block is the one that goes through tanh: what is "
    "written may be negative.",
    _changed(lambda p: _end(p | {"g": sigmoid(p["a_g"])})),
)

lstm_step.mistake("The candidate as it is", _changed(lambda p: _end(p | {"g": p["a_g"]})))(
    "Your candidate is not squashed. Its block goes through tanh, so that no step writes more than "
    "1."
)

lstm_step.mistake("A sigmoid on the cell")(
    "Your h takes the cell through a sigmoid. It goes through tanh, so that h can be negative.",
    _changed(lambda p: (p["o"] * sigmoid(p["c_new"]), p["c_new"])),
)


def _deck_b(p):
    c_new = p["f"] * p["c"] + p["i"] * sigmoid(p["a_g"])
    return p["o"] * sigmoid(c_new), c_new


lstm_step.mistake("Deck B's Full LSTM", _changed(_deck_b))(
    "Candidate and cell go through a sigmoid, as deck B prints it. Here both go through tanh."
)

lstm_step.mistake("No forget gate", _changed(lambda p: _end(p | {"f": 1.0})))(
    "You add to the cell without forgetting. That was the LSTM of 1997."
)

lstm_step.mistake("1 − f for the input gate")(
    "You made the input gate of the forget gate, as a GRU does. Here it has a block of its own.",
    _changed(lambda p: _end(p | {"i": 1 - p["f"]})),
    _changed(lambda p: _end(p | {"f": 1 - p["i"]})),
    _changed(lambda p: _end(p | {"f": 1 - p["f"]})),
)

lstm_step.mistake("The bias counted twice")(
    "You added the bias twice. PyTorch has two biases, which are added; here there is one.",
    _held(lambda x, h, c, W_xh, W_hh, b_h: _plain(x, h, c, W_xh, W_hh, 2 * b_h)),
)

lstm_step.mistake("The bias or the state left out")(
    "Something is missing in front of the gates: the input, the state and the bias all enter.",
    _held(lambda x, h, c, W_xh, W_hh, b_h: _plain(x, h, c, W_xh, W_hh, 0 * b_h)),
    _held(lambda x, h, c, W_xh, W_hh, b_h: _plain(x, 0 * h, c, W_xh, W_hh, b_h)),
    _held(lambda x, h, c, W_xh, W_hh, b_h: _plain(0 * x, h, c, W_xh, W_hh, b_h)),
)

lstm_step.mistake("The gates see the cell")(
    "Your gates read the cell in the place of h. Without peepholes they see h alone.",
    _held(lambda x, h, c, W_xh, W_hh, b_h: _plain(x, c, c, W_xh, W_hh, b_h)),
)

lstm_step.mistake("The output gate through tanh", _changed(lambda p: _end(p | {"o": p["o_tanh"]})))(
    "Your output gate goes through tanh. All three gates are sigmoids; tanh is for the candidate "
    "and for the cell."
)
