"""One unit through time, and one step of a cell back."""

import numpy as np

from rnncourse.grading.questions import DERIVE_HINT, LARGE_WIDTH
from rnncourse.grading.writing import question

# --- 1. Total and immediate derivative ---


@question("04-total", 1, "One weight, used at every step", "recall", points=2, returns="dw")
def total_derivative(xs, h, u, w):
    """Return the derivative of the last state by w."""
    dw = 0.0
    for x in xs:
        h_new = np.tanh(u * x + w * h)
        dw = (1 - h_new**2) * (h + w * dw)
        h = h_new
    return dw


@total_derivative.inputs
def _sample_units(rng):
    yield np.zeros(2), 0.5, 1.0, 1.0
    yield np.array([0.3]), -0.4, 0.7, 1.2
    for T in (2, 3, 6, rng.integers(13, 300)):
        h, u, w = rng.uniform([0.3, 0.5, 0.5], [0.9, 1.4, 1.4]).tolist()
        yield rng.uniform(-1, 1, size=T), h, u, w
    yield rng.uniform(-1, 1, size=4), 0.0, 0.8, -1.1


total_derivative.mistake("The immediate derivative taken for the total", {"(h + w * dw)": "h"})(
    "This is the immediate derivative of the last step: it takes the state before that step for a "
    "constant. But that state depends on w, too, through all earlier steps."
)

total_derivative.mistake("The immediate derivatives added")(
    "You added the immediate derivatives of all steps. What an early step contributes has to pass "
    "all later steps before it reaches the loss: what do they multiply it by?",
    {"dw = (1 - h_new**2) * (h + w * dw)": "dw += (1 - h_new**2) * h"},
)

total_derivative.mistake("The immediate derivatives multiplied")(
    "You multiplied the contributions of the steps. Along one path factors are multiplied; the "
    "paths themselves, one for each use of w, are added.",
    {"dw = 0.0": "dw = 1.0", "(h + w * dw)": "h * dw"},
)

total_derivative.mistake("Only the oldest path")(
    "You followed the path from the first use of w only. Each step uses w again, and each use is a "
    "path of its own: add them all.",
    {"x in xs": "t, x in enumerate(xs)", "h + w * dw": "w * dw if t else h"},
)

total_derivative.mistake("The derivative by the start state")(
    "This is the derivative by the state before the first step. It is a good part of one path, but "
    "w itself has not been differentiated anywhere.",
    {"dw = 0.0": "dw = 1.0", "h + w * dw": "w * dw"},
)

total_derivative.mistake("The slope of tanh left out", {"(1 - h_new**2) * ": ""})(
    "The slope of tanh is missing. Every path goes through one tanh a step, and is multiplied by "
    "its slope there."
)

total_derivative.mistake("The slope left out on the way back", {"(h + w * dw)": "h + w * dw"})(
    "Your newest term is right, but the older ones pass the tanh of this step, too: its slope "
    "belongs to both parts of the sum."
)

total_derivative.mistake("The slope at the state before", {"h_new**2": "h**2"})(
    "You took the slope of tanh from the state before the step. Its slope follows from what comes "
    "out of it: look at which state that is."
)

total_derivative.mistake("The state after the step", {"(h + w": "(h_new + w"})(
    "You multiply the slope by the state that the step has made. Look at the product inside the "
    "tanh: which state does w meet there?"
)

total_derivative.mistake("The weight left out on the way back", {"w * dw": "dw"})(
    "On its way from one state to the next a path passes the weight itself. You multiply by the "
    "slope there, and by nothing else."
)

total_derivative.mistake("The derivative by the other weight", {"(h + w": "(x + w"})(
    "This is the derivative by u, the weight of the input. What does w multiply?"
)


# --- 2. One step back ---


@question(
    "04-step-back",
    2,
    "One step back",
    "apply",
    returns="dx dh_before dW_xh dW_hh db_h",
    timeout_hint=DERIVE_HINT,
)
def step_back(dh, x, h, h_new, W_xh, W_hh):
    """Return the gradients dx, `(B, D)`, dh_before, `(B, H)`, dW_xh, dW_hh and db_h."""
    da = dh * (1 - h_new**2)
    return da @ W_xh.T, da @ W_hh.T, x.T @ da, h.T @ da, da.sum(axis=0)


@step_back.inputs
def _sample_steps(rng):
    yield tuple(np.array([[number]]) for number in (1.0, 2.0, -0.5, 0.6, 0.1, 3.0))
    yield _sample_step(rng, B=1, D=2, H=3)
    yield _sample_step(rng, B=3, D=2, H=4)
    yield _sample_step(rng, B=4, D=3, H=2)
    yield _sample_step(rng, B=3, D=3, H=3)
    yield _sample_step(rng, *rng.integers((20, 2, 2), (40, 9, 9)))
    dh, *step = _sample_step(rng, B=2, D=2, H=3)
    yield 0 * dh, *step
    yield _sample_step(rng, B=2, D=LARGE_WIDTH, H=10, scale=0.005)


def _sample_step(rng, B, D, H, scale=0.5):
    x, h, dh = (rng.normal(size=(B, n)) for n in (D, H, H))
    W_xh, W_hh = scale * rng.normal(size=(D, H)), scale * rng.normal(size=(H, H))
    h = np.tanh(h)
    return dh, x, h, np.tanh(x @ W_xh + h @ W_hh + rng.normal(size=H)), W_xh, W_hh


step_back.property(
    "if no later step feels the new state (`dh` is 0), all gradients are 0",
    predicate=lambda args, *gradients: bool(np.any(args[0])) or not any(map(np.any, gradients)),
)

step_back.mistake("W_hh not transposed", {"W_hh.T": "W_hh"})(
    "Your `dh_before` goes through `W_hh` in the forward direction. The matrix is square, so no "
    "shape complains: which of its axes belongs to the state before?"
)

step_back.mistake("The slope of tanh left out", {" * (1 - h_new**2)": ""})(
    "The slope of tanh is missing: `dh` is the gradient by what comes out of tanh, and everything "
    "that you compute from it lies in front of tanh."
)

step_back.mistake("The step taken again, without its bias")(
    "You made the new state again, without `b_h`, which you do not have. `h_new` is given: the "
    "slope of tanh follows from it.",
    {"h_new**2": "np.tanh(x @ W_xh + h @ W_hh) ** 2"},
)

step_back.mistake("The slope at the state before", {"h_new**2": "h**2"})(
    "You took the slope of tanh from `h`, the state before the step. Which of the two states came "
    "out of this tanh?"
)

step_back.mistake("tanh taken twice", {"h_new**2": "np.tanh(h_new) ** 2"})(
    "You applied tanh to `h_new` once more. The new state is a value of tanh already."
)

step_back.mistake("dW_hh from the new state", {" h.T": " h_new.T"})(
    "Your `dW_hh` pairs the gradient with the new state. Look at the equation of the step: which "
    "state does `W_hh` multiply?"
)

step_back.mistake("dW_hh transposed", {" h.T @ da": " da.T @ h"})(
    "Your `dW_hh` is transposed, and being square it has the right shape all the same. Its rows "
    "should belong to the state before, as those of `W_hh` do."
)

step_back.mistake("dW_xh transposed", {"x.T @ da": "da.T @ x"})(
    "Your `dW_xh` is transposed. Its rows should belong to the input, as those of `W_xh` do."
)

step_back.mistake("Both weight gradients transposed", {"x.T @ da, h.T @ da": "da.T @ x, da.T @ h"})(
    "Both weight gradients are transposed. A gradient has the shape of its weight, and its rows "
    "and columns mean the same."
)

step_back.mistake("The bias gradient averaged over the batch", {"da.sum": "da.mean"})(
    "You averaged the bias gradient over the batch. The loss that `dh` comes from has done "
    "whatever averaging there is; here every sequence adds its own contribution."
)

step_back.mistake("All weight gradients averaged over the batch")(
    "You divided the gradients of the parameters by the batch size. If the loss is a mean, `dh` "
    "has been divided already: here contributions are only added.",
    {" x.T": " x.T / len(x)", " h.T": " h.T / len(x)", "da.sum": "da.mean"},
)

step_back.mistake("The state before gets what the new state feels", {"da @ W_hh.T": "dh @ W_hh.T"})(
    "You handed `dh` itself through `W_hh`. Between the new state and the weights lies tanh, on "
    "the way to the state before as well."
)

step_back.mistake("The weights get what the new state feels")(
    "What you hand back is right, but the gradients of weights and bias skip tanh. They lie in "
    "front of it, as the input and the state before do.",
    {"x.T @ da, h.T @ da, da.sum": "x.T @ dh, h.T @ dh, dh.sum"},
)
