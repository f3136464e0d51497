"""How much of a gradient is left at every lag, in one walk backward."""

import numpy as np

from rnncourse.core.arithmetic import run_recurrence
from rnncourse.grading.writing import question


@question("05-lags", 5, "The gradient at every lag", "build", returns="norms")
def gradient_by_lag(hs, W_hh):
    """Return the norm of the Jacobian at every lag, from 0 to T, `(T + 1,)`."""
    product, norms = np.eye(len(W_hh)), [1.0]
    for h in hs[::-1]:
        product = product @ ((1 - h**2)[:, None] * W_hh.T)
        norms.append(np.linalg.norm(product, 2))
    return np.array(norms)


@gradient_by_lag.inputs
def _sample_inputs(rng):
    yield np.array([[0.6], [0.8]]), np.array([[2.0]])
    yield np.zeros((4, 2)), np.array([[0.5, 3.0], [0.0, 0.6]])
    yield np.zeros((1, 2)), np.array([[0.0, 2.0], [-0.5, 0.0]])
    yield _sample_run(rng, T=1, H=3)
    yield _sample_run(rng, T=5, H=2)
    yield _sample_run(rng, T=6, H=4)
    yield _sample_run(rng, T=12, H=3)
    yield _sample_run(rng, T=rng.integers(13, 20), H=rng.integers(5, 60))


def _sample_run(rng, T, H):
    """Run a network with inputs, whose gradients neither vanish nor explode in T steps."""
    W_hh, h = 1.5 * rng.normal(size=(H, H)) / np.sqrt(H), np.tanh(rng.normal(size=H))
    return run_recurrence(rng.normal(size=(T, H)) / 2, h, np.eye(H), W_hh), W_hh


@gradient_by_lag.property("at lag 0, all is left: the first norm is 1")
def _is_one_at_lag_0(arguments, norms):
    """The last state's derivative by itself is the identity, and comes first."""
    return np.isclose(norms[0], 1)


@gradient_by_lag.property("a norm is at most the one before, times the norm of one more Jacobian")
def _grows_within_jacobian_norms(arguments, norms):
    """A product is no longer than its factors say. At each lag one factor comes in, that of the
    next earlier step."""
    hs, W_hh = arguments
    factors = [np.linalg.norm(_compute_jacobian(h, W_hh), 2) for h in hs[::-1]]
    return np.all(norms[1:] <= norms[:-1] * factors * (1 + 1e-5) + 1e-5)


def _compute_jacobian(h, W_hh):
    return (1 - h**2)[:, None] * W_hh.T


gradient_by_lag.mistake("Eigenvalues for singular values")(
    "You took the largest eigenvalue of the product. How much longer a gradient can become is the "
    "largest singular value, and that can be far larger.",
    {"np.linalg.norm(product, 2)": "np.max(np.abs(np.linalg.eigvals(product)))"},
)

gradient_by_lag.mistake("The eigenvalue of the weights, to a power")(
    "You raised one number, from `W_hh` alone, to the power of the lag. The factors differ from "
    "step to step, since each state has its own slopes: multiply the matrices, then measure.",
    lambda hs, W_hh: np.max(np.abs(np.linalg.eigvals(W_hh))) ** np.arange(len(hs) + 1),
    lambda hs, W_hh: np.linalg.norm(W_hh, 2) ** np.arange(len(hs) + 1),
)

gradient_by_lag.mistake("The norms multiplied, not the matrices")(
    "You multiplied the norms of the factors. That is an upper bound: what one step stretches most "
    "is not what the next one stretches most. Multiply the matrices, then take the norm.",
    {"product @ (": "product * np.linalg.norm(", "W_hh.T)": "W_hh.T, 2)"},
)

gradient_by_lag.mistake("The product in the wrong order")(
    "You put each new factor on the wrong side of the product. A gradient leaves the last step "
    "first: the factor of an earlier step acts after those of all later ones.",
    {"product @ ((1 - h**2)[:, None] * W_hh.T)": "((1 - h**2)[:, None] * W_hh.T) @ product"},
)

gradient_by_lag.mistake("Forward in time")(
    "You begin with the first step. A lag counts back from the last state: which factor does the "
    "gradient meet first?",
    {"[::-1]": ""},
    {
        "[::-1]": "",
        "product @ ((1 - h**2)[:, None] * W_hh.T)": "((1 - h**2)[:, None] * W_hh.T) @ product",
    },
)

gradient_by_lag.mistake("Logarithms")(
    "You returned logarithms. Asked for are the norms themselves: at lag 0 that is 1.",
    lambda hs, W_hh: np.log10(gradient_by_lag(hs, W_hh)),
    lambda hs, W_hh: np.log(gradient_by_lag(hs, W_hh)),
)

gradient_by_lag.mistake("The lags in reverse", lambda hs, W_hh: gradient_by_lag(hs, W_hh)[::-1])(
    "Your norms are right, and stand in reverse: lag 0 comes first, the first step last."
)

gradient_by_lag.mistake("Lag 0 left out", lambda hs, W_hh: gradient_by_lag(hs, W_hh)[1:])(
    "You begin at lag 1. With T steps there are T + 1 lags, and at lag 0 nothing has been "
    "multiplied yet."
)

gradient_by_lag.mistake("One step short", lambda hs, W_hh: gradient_by_lag(hs, W_hh)[:-1])(
    "You stop one step early: the first step has a Jacobian, too, and leads to the start state."
)

gradient_by_lag.mistake("Each factor by itself", {"product @ ": ""})(
    "You give the norm of each step's Jacobian. Over several steps the Jacobians are multiplied."
)

gradient_by_lag.mistake("The slope left out", {"(1 - h**2)[:, None] * ": ""})(
    "You multiplied by the weights alone. Every step goes through tanh as well."
)

gradient_by_lag.mistake("The slope on the wrong side")(
    "In your factors the slopes are on the wrong side of the weights. On its way back a gradient "
    "meets the tanh of a step first, then `W_hh`.",
    {"(1 - h**2)[:, None] * W_hh.T": "W_hh.T * (1 - h**2)"},
)

gradient_by_lag.mistake("The weights not transposed", {"W_hh.T": "W_hh"})(
    "Your factors have the weights the wrong way round. The gradient goes from the new state to "
    "the one before, against the direction of `h @ W_hh`."
)

gradient_by_lag.mistake("The state in the place of the slope")(
    "You multiplied by the states. The slope of tanh where it gives h is another number.",
    {"(1 - h**2)": "h"},
    {"h**2": "h"},
    {"1 - h**2": "h**2"},
)

gradient_by_lag.mistake("The slope of the step before")(
    "The slopes are those of the wrong step: `hs[-1]` is the state that the last step made, so its "
    "slope belongs to the first factor on the way back.",
    {"hs[::-1]": "[*hs[-2::-1], hs[0]]"},
    {"hs[::-1]": "[*hs[-2::-1], 0 * hs[0]]"},
)

gradient_by_lag.mistake("The root of the sum of squares")(
    "You took the root of the sum of all squared entries, which is what `np.linalg.norm` gives if "
    "one does not ask for the 2-norm. It adds up all directions; asked for is the largest.",
    {"[1.0]": "[len(W_hh) ** 0.5]", ", 2)": ")"},
    {", 2)": ") / len(product) ** 0.5"},
    {", 2)": ")"},
)

gradient_by_lag.mistake("Another measure of the product")(
    "You measure the products by something else than their largest singular value: its square, "
    "the largest entry, the largest sum of a row or column, the smallest singular value, or the "
    "determinant.",
    {"np.linalg.norm(product, 2)": "np.max(np.abs(product))"},
    {", 2)": ", 2) ** 2"},
    {", 2)": ", 1)"},
    {", 2)": ", np.inf)"},
    {", 2)": ", -2)"},
    {"np.linalg.norm(product, 2)": "abs(np.linalg.det(product))"},
)
