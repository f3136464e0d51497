"""Steps of variants: a gate that is gone, coupled gates, and peepholes."""

import numpy as np

from rnncourse.grading.writing import question

BLOCKS = "ifgo"


def _sigmoid(a):
    return 0.5 + 0.5 * np.tanh(0.5 * a)


def _weights(rng, B, D, H):
    arrays = rng.normal(size=(D, 4 * H)), rng.normal(size=(H, 4 * H)), rng.normal(0, 1.5, 4 * H)
    return (
        rng.normal(size=(B, D)),
        np.tanh(rng.normal(size=(B, H))),
        rng.normal(size=(B, H)),
        *arrays,
    )


@question("08-gone", number=3, level="apply", points=2, returns="h_new c_new")
def step_without(x, h, c, W_xh, W_hh, b_h, gate):
    """A step without one of the gates."""
    a = x @ W_xh + h @ W_hh + b_h
    i, f, g, o = np.split(a, 4, axis=1)
    gates = {"i": _sigmoid(i), "f": _sigmoid(f), "o": _sigmoid(o)}
    gates[gate] = np.ones_like(c)
    c = gates["f"] * c + gates["i"] * np.tanh(g)
    return gates["o"] * np.tanh(c), c


@step_without.inputs
def _(rng):
    sizes = *((1, 1, 1), (2, 3, 2), (3, 2, 3)) * 2, rng.integers(3, 12, size=3)
    for gate, (B, D, H) in zip("ifoifof", sizes, strict=True):
        yield *_weights(rng, B, D, H), gate


def _gone(change, blocks=BLOCKS, candidate=np.tanh):
    """Make a wrong answer that does something else with the gate, the blocks or the candidate."""

    def answer(x, h, c, W_xh, W_hh, b_h, gate):
        H = h.shape[1]
        a = x @ W_xh + h @ W_hh + b_h
        parts = {k: a[:, n * H : (n + 1) * H] for n, k in enumerate(blocks)}
        gates = {k: _sigmoid(parts[k]) for k in "ifo"}
        n = BLOCKS.index(gate)
        gates[gate] = change(gates, gate, b_h[n * H : (n + 1) * H]) + 0 * c
        c = gates["f"] * c + gates["i"] * candidate(parts["g"])
        return gates["o"] * np.tanh(c), c

    return answer


step_without.mistake(
    "Its bias stays",
    "You took the weights of the gate away and left its bias in: it still holds everything at "
    "sigma(b). Without a gate nothing is held back.",
    _gone(lambda gates, gate, b: _sigmoid(b)),
)

step_without.mistake(
    "Half open",
    "You set all weights of the gate to 0, and its bias. Then it is a half, everywhere and always.",
    _gone(lambda gates, gate, b: 0.5),
)

step_without.mistake(
    "Shut",
    "You shut the gate. Then nothing is written, kept or shown; without a gate everything is.",
    _gone(lambda gates, gate, b: 0.0),
)

step_without.mistake(
    "The gate is still there",
    "You have left the gate as it was.",
    _gone(lambda gates, gate, b: gates[gate]),
)

step_without.mistake(
    "Blocks in another order",
    "Your blocks stand in another order. Here it is i f g o.",
    _gone(lambda gates, gate, b: 1.0, "ifog"),
    _gone(lambda gates, gate, b: 1.0, "figo"),
)

step_without.mistake(
    "The candidate through sigmoid",
    "Your candidate goes through the sigmoid. What is written goes through tanh.",
    _gone(lambda gates, gate, b: 1.0, candidate=_sigmoid),
)


@question("08-coupled", number=4, level="apply", points=2, returns="c_new")
def couple(c, a_f, a_g):
    """Coupled gates."""
    f = _sigmoid(a_f)
    return f * c + (1 - f) * np.tanh(a_g)


@couple.inputs
def _(rng):
    yield np.array([[2.0]]), np.array([[np.log(3.0)]]), np.array([[-1.0]])
    for B, H in ((1, 3), (2, 2), (4, 3), rng.integers(3, 30, size=2)):
        c, a_f, a_g = rng.normal(0, 1.5, (3, B, H))
        yield c, a_f, a_g


@couple.truth("a new cell lies between the old one and -1 or 1")
def _(arguments, c_new):
    """It is a weighted mean of the old cell and of a number between -1 and 1."""
    c = arguments[0]
    return np.all((c_new <= np.maximum(c, 1) + 1e-6) & (c_new >= np.minimum(c, -1) - 1e-6))


couple.mistake(
    "The wrong way around",
    "An open forget gate should keep, and write little. Yours writes when it should keep.",
    lambda c, a_f, a_g: (1 - _sigmoid(a_f)) * c + _sigmoid(a_f) * np.tanh(a_g),
)

couple.mistake(
    "Both open together",
    "Your input gate is the forget gate itself. They are coupled so that what is not kept is "
    "written: i = 1 - f.",
    lambda c, a_f, a_g: _sigmoid(a_f) * (c + np.tanh(a_g)),
)

couple.mistake(
    "Coupled before the sigmoid",
    "You took 1 - a before the sigmoid. It is 1 - sigma(a) that is wanted, and that is sigma(-a).",
    lambda c, a_f, a_g: _sigmoid(a_f) * c + _sigmoid(1 - a_f) * np.tanh(a_g),
)

couple.mistake(
    "No tanh",
    "The candidate goes through tanh before it is written.",
    lambda c, a_f, a_g: _sigmoid(a_f) * c + (1 - _sigmoid(a_f)) * a_g,
)

couple.mistake(
    "An input gate of 1",
    "You wrote the whole candidate. What is written is what is not kept.",
    lambda c, a_f, a_g: _sigmoid(a_f) * c + np.tanh(a_g),
)


@question("08-peepholes", number=5, level="build", points=3, returns="h_new c_new")
def peephole_step(x, h, c, W_xh, W_hh, b_h, P):
    """A step with peepholes."""
    p_i, p_f, p_o = P
    H = h.shape[1]
    a = x @ W_xh + h @ W_hh + b_h
    i = _sigmoid(a[:, :H] + p_i * c)
    f = _sigmoid(a[:, H : 2 * H] + p_f * c)
    c_new = f * c + i * np.tanh(a[:, 2 * H : 3 * H])
    o = _sigmoid(a[:, 3 * H :] + p_o * c_new)
    return o * np.tanh(c_new), c_new


@peephole_step.inputs
def _(rng):
    for B, D, H in ((1, 1, 1), (2, 3, 2), (3, 2, 3), (2, 2, 4), rng.integers(3, 12, size=3)):
        yield *_weights(rng, B, D, H), rng.normal(0, 1.5, (3, H))


def _looks(early="c", late="new", order="ifo", candidate=False, after=False, blocks=BLOCKS):
    """Make a wrong answer whose gates look elsewhere."""

    def answer(x, h, c, W_xh, W_hh, b_h, P):
        H = h.shape[1]
        a = x @ W_xh + h @ W_hh + b_h
        p = dict(zip(order, P, strict=True))
        i, f, g, o = (a[:, k * H : (k + 1) * H] for k in map(blocks.index, BLOCKS))
        old = {"c": c, "h": h, "tanh": np.tanh(c)}[early]
        if after:
            i, f = _sigmoid(i) + p["i"] * old, _sigmoid(f) + p["f"] * old
        else:
            i, f = _sigmoid(i + p["i"] * old), _sigmoid(f + p["f"] * old)
        g = np.tanh(g + p["i"] * c if candidate else g)
        c_new = f * c + i * g
        seen = {"new": c_new, "old": c, "tanh": np.tanh(c_new), "nothing": 0 * c}[late]
        o = _sigmoid(o + p["o"] * seen)
        return o * np.tanh(c_new), c_new

    return answer


peephole_step.mistake(
    "The output gate looks at the old cell",
    "Your output gate looks at the old cell, as deck C prints it. It comes after the update, and "
    "is to show the new one.",
    _looks(late="old"),
)

peephole_step.mistake(
    "The output gate does not look",
    "Your output gate has no peephole: it is to see the new cell.",
    _looks(late="nothing"),
)

peephole_step.mistake(
    "Blocks in another order",
    "Your blocks stand in another order. Here it is i f g o.",
    _looks(blocks="ifog"),
    _looks(blocks="figo"),
)

peephole_step.mistake(
    "They look at the state",
    "Your gates look at h. They know it already; it is the cell that they cannot see.",
    _looks(early="h"),
)

peephole_step.mistake(
    "Through tanh",
    "Your peepholes look at tanh of the cell. They see the cell itself.",
    _looks(early="tanh", late="tanh"),
    _looks(late="tanh"),
)

peephole_step.mistake(
    "After the sigmoid",
    "You added the peepholes behind the sigmoid: your gates can leave the range from 0 to 1.",
    _looks(after=True),
)

peephole_step.mistake(
    "The candidate looks, too",
    "Your candidate has a peephole. Only gates do.",
    _looks(candidate=True),
)

peephole_step.mistake(
    "Peepholes exchanged",
    "The peepholes of two gates are exchanged.",
    _looks(order="fio"),
    _looks(order="iof"),
)
