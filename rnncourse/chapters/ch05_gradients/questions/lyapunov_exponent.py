"""The largest Lyapunov exponent of a tanh network, from its states."""

import numpy as np

from rnncourse.core.arithmetic import run_recurrence
from rnncourse.grading.writing import question


@question("05-exponent", 8, "The number that decides", "build", returns="exponent")
def lyapunov_exponent(hs, W_hh, v):
    """Return the mean growth of a small change v, `(H,)`, in nats a step."""
    total = 0.0
    v = v / np.sqrt(np.sum(v**2))
    for h in hs:
        v = (v @ W_hh) * (1 - h**2)
        norm = np.sqrt(np.sum(v**2))
        total += np.log(norm)
        v = v / norm
    return total / len(hs)


@lyapunov_exponent.inputs
def _sample_inputs(rng):
    yield np.array([[0.0], [0.8], [0.6]]), np.array([[2.0]]), np.array([3.0])
    yield np.zeros((3, 2)), np.array([[0.5, 2.0], [0.0, 0.6]]), np.array([1.0, -1.0])
    yield _sample_run(rng, T=5, H=3, gain=1.5)
    yield _sample_run(rng, T=40, H=4, gain=0.9)
    yield _sample_run(rng, *rng.integers(4, 30, size=2), gain=0.9)
    yield _sample_run(rng, T=200, H=3, gain=0.005)
    yield _sample_overflow(rng, T=450, H=2)


def _sample_run(rng, T, H, gain):
    """Run a network with inputs, from a state that is not 0."""
    W_hh, h = gain * rng.normal(size=(H, H)), np.tanh(rng.normal(size=H))
    hs = run_recurrence(rng.normal(size=(T, H)) / 2, h, np.eye(H), W_hh)
    return hs, W_hh, 3 * rng.normal(size=H)


def _sample_overflow(rng, T, H):
    """Draw states near 0 and large weights: a vector grows beyond all numbers of 80 bits."""
    angle = rng.uniform(0.5, 1)
    rotation = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    return rng.uniform(-0.3, 0.3, size=(T, H)), rotation @ np.diag([4e12, 3e12]), rng.normal(size=H)


@lyapunov_exponent.property("no vector grows faster than the norms of the Jacobians allow")
def _is_within_jacobian_norms(arguments, exponent):
    """In one step a vector is stretched by the norm of the step's Jacobian at most. The exponent is
    the mean logarithm of how much it is stretched."""
    hs, W_hh, _ = arguments
    bound = np.mean([np.log(np.linalg.norm(W_hh * (1 - h**2), 2)) for h in hs])
    return exponent <= bound + 1e-4


lyapunov_exponent.mistake("The spectral radius")(
    "You took the logarithm of a number of `W_hh`. That would be right for a network without tanh; "
    "here every step also multiplies by the slopes at its state.",
    lambda hs, W_hh, v: np.log(np.max(np.abs(np.linalg.eigvals(W_hh)))),
    lambda hs, W_hh, v: np.log(np.linalg.norm(W_hh, 2)),
)

lyapunov_exponent.mistake("Not brought back to length 1")(
    "Right as long as the numbers last. Over many steps the vector becomes too long or too short "
    "for any number of 64 bits. Bring it back to length 1 at every step, and add up the "
    "logarithms.",
    {"        v = v / norm\n": "", "+= np.log": "= np.log"},
)


@lyapunov_exponent.mistake("The whole product, then its norm")
def _measure_whole_product(hs, W_hh, v):
    """You multiplied all Jacobians before you measured. Over many steps no number of 64 bits is
    large or small enough for the product. Go step by step with one vector."""
    product = np.eye(len(W_hh))
    for h in hs:
        product = product @ (W_hh * (1 - h**2))
    return np.log(np.max(np.abs(product))) / len(hs)


lyapunov_exponent.mistake("The largest entry for the length")(
    "You measured by the largest entry. The length is the root of the sum of the squares.",
    {"np.sqrt(np.sum(v**2))": ("np.max(np.abs(v))", 2)},
)

lyapunov_exponent.mistake("The norms of the factors")(
    "You averaged the logarithms of the norms of the Jacobians. A vector is not stretched by the "
    "norm at every step, only if it happens to point where the step stretches most. Follow it.",
    lambda hs, W_hh, v: np.mean([np.log(np.linalg.norm(W_hh * (1 - h**2), 2)) for h in hs]),
    lambda hs, W_hh, v: np.mean(
        [np.log(np.max(np.abs(np.linalg.eigvals(W_hh * (1 - h**2))))) for h in hs]
    ),
)

lyapunov_exponent.mistake("The sum, not the rate", {" / len(hs)": ""})(
    "You did not divide by the number of steps. An exponent is a rate: growth a step."
)

lyapunov_exponent.mistake("The number of steps off by one")(
    "You divided by one step more or less than there are. T states are T steps.",
    {"len(hs)": "(len(hs) - 1)"},
    {"len(hs)": "(len(hs) + 1)"},
)

lyapunov_exponent.mistake("Another base", {"np.log": "np.log10"}, {"np.log": "np.log2"})(
    "Your logarithm has another base. Asked for is the natural one, `np.log`."
)

lyapunov_exponent.mistake("The factor, not its logarithm")(
    "You return the factor by which a vector grows in a step. Asked for is its logarithm, which is "
    "0 where nothing grows or shrinks.",
    {"total / len(hs)": "np.exp(total / len(hs))"},
)

lyapunov_exponent.mistake("The mean first, the logarithm after")(
    "You averaged the growth, and took the logarithm then. Growth multiplies from step to step, so "
    "the logarithms are averaged.",
    {"np.log(norm)": "norm", "total / len(hs)": "np.log(total / len(hs))"},
    {"np.log(norm)": "norm"},
)

lyapunov_exponent.mistake("The start's own length counted", {"v / np.sqrt(np.sum(v**2))": "v"})(
    "The length that `v` has in the beginning is in your sum. Bring it to length 1 before the "
    "first step."
)

lyapunov_exponent.mistake("The slope left out", {" * (1 - h**2)": ""})(
    "You multiplied by the weights alone. Each step goes through tanh, and its slope multiplies."
)

lyapunov_exponent.mistake("A state, not a small change of it")(
    "You let the network run on `v` as if it were a state. A tangent vector is a small change: it "
    "goes through the derivative of a step, which is linear.",
    {"(v @ W_hh) * (1 - h**2)": "np.tanh(v @ W_hh)"},
    {"(v @ W_hh)": "np.tanh(v @ W_hh)"},
)

lyapunov_exponent.mistake("Backward in place of forward")(
    "You handed the vector back, as one does with a gradient: through the slopes, then through the "
    "transposed weights. The rate would be the same in the long run. Here a small change of the "
    "state moves forward.",
    {"(v @ W_hh) * (1 - h**2)": "(v * (1 - h**2)) @ W_hh.T", "in hs": "in hs[::-1]"},
    {"(v @ W_hh) * (1 - h**2)": "(v * (1 - h**2)) @ W_hh.T"},
)

lyapunov_exponent.mistake("The weights transposed", {"W_hh": "W_hh.T"})(
    "You went through the transposed weights. A small change moves forward as the state does: "
    "`v @ W_hh`."
)

lyapunov_exponent.mistake("The slope before the weights")(
    "Your slopes come before the weights. A step multiplies by `W_hh` first, and the state that "
    "comes out of tanh tells the slope.",
    {"(v @ W_hh) * (1 - h**2)": "(v * (1 - h**2)) @ W_hh"},
)

lyapunov_exponent.mistake("The last step first", {"in hs": "in hs[::-1]"})(
    "You took the steps in reverse. A small change moves forward, with the first step first."
)

lyapunov_exponent.mistake("The state in the place of the slope")(
    "You multiplied by the states. The slope of tanh where it gives h is another number.",
    {"(1 - h**2)": "h"},
    {"h**2": "h"},
    {"h**2": "np.tanh(h) ** 2"},
)

lyapunov_exponent.mistake("A step left out", {"hs": ("hs[1:]", 2)}, {"hs": ("hs[:-1]", 2)})(
    "You left out the first step or the last one."
)
