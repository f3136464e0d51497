"""How much of a gradient comes back through the carry of a gated memory."""

import numpy as np

from rnncourse.grading.writing import question


@question("06-carry", 2, "The gradient through the carry", "apply", returns="left")
def carry_gradient(fs):
    """Return the derivative of the last memory by each memory, `(T + 1, H)`."""
    gradients = [np.ones(fs.shape[1])]
    for f in fs[::-1]:
        gradients.append(gradients[-1] * f)
    return np.array(gradients[::-1])


@carry_gradient.inputs
def _sample_inputs(rng):
    yield (np.array([[0.5], [0.25], [0.8]]),)
    yield (np.array([[0.9, 0.0], [0.0, 0.5], [0.5, 1.0], [0.7, 0.2]]),)
    yield (rng.uniform(0.2, 1, (1, 3)),)
    yield (rng.uniform(0.5, 1, (7, 2)),)
    yield (rng.uniform(0.8, 1, (20, 3)),)
    fs = rng.uniform(0.8, 1, rng.integers(4, 40, size=2))
    yield (fs,)
    closed_fs = fs.copy()
    closed_fs[rng.integers(len(fs)), rng.integers(fs.shape[1])] = 0
    yield (closed_fs,)


@carry_gradient.property("the last row is all 1")
def _ends_with_ones(arguments, gradients):
    """The last memory's derivative by itself needs no gate."""
    return np.allclose(gradients[-1], 1)


@carry_gradient.property("where a gate is 0, nothing comes from any memory before it")
def _is_zero_before_shut_gate(arguments, gradients):
    """A gate of 0 cuts off everything that came earlier."""
    (fs,) = arguments
    return all(
        np.allclose(gradients[: t + 1, k], 0) for t, k in zip(*np.where(fs == 0), strict=True)
    )


carry_gradient.mistake("From the first step on")(
    "You multiplied the gates from the first step to each, which is how much of the first memory "
    "is left. Asked for is what each memory gives to the last one.",
    lambda fs: np.vstack([np.ones(fs.shape[1]), np.cumprod(fs, axis=0)]),
    lambda fs: np.vstack([np.cumprod(fs, axis=0), np.ones(fs.shape[1])]),
)

carry_gradient.mistake("In reverse", lambda fs: carry_gradient(fs)[::-1])(
    "Your rows are right, and stand in reverse: the first row belongs to the memory before the "
    "first step."
)

carry_gradient.mistake("The products not turned back")(
    "You multiplied from the last step on, and left the products in that order: the first of them "
    "belongs to the last step. Turn them back.",
    lambda fs: np.vstack([np.cumprod(fs[::-1], axis=0), np.ones(fs.shape[1])]),
)

carry_gradient.mistake("The ones in front")(
    "Your products are right, and stand one row too low. The row of ones belongs to the last "
    "memory, so it is the last.",
    lambda fs: np.vstack([np.ones(fs.shape[1]), carry_gradient(fs)[:-1]]),
)

carry_gradient.mistake("Divided by what came before")(
    "You divided the product of all gates by that of the earlier ones. Where a gate is 0, that is "
    "0/0, and no number. Multiply the later gates.",
    lambda fs: fs.prod(axis=0) / np.vstack([np.ones(fs.shape[1]), np.cumprod(fs, axis=0)]),
)

carry_gradient.mistake("Along the units")(
    "You multiplied along the units, or all gates in one row: `axis=0` is that of the steps.",
    lambda fs: np.vstack([np.cumprod(fs, axis=1), np.ones(fs.shape[1])]),
    lambda fs: np.vstack([np.cumprod(fs[:, ::-1], axis=1)[:, ::-1], np.ones(fs.shape[1])]),
    lambda fs: np.cumprod(fs[::-1])[::-1],
)

carry_gradient.mistake("The last memory left out", lambda fs: carry_gradient(fs)[:-1])(
    "One row is missing. T steps have T + 1 memories, and the last one is the last row."
)

carry_gradient.mistake("The start left out", lambda fs: carry_gradient(fs)[1:])(
    "One row is missing: the memory before the first step has a derivative, too."
)

carry_gradient.mistake("One gate only", lambda fs: np.vstack([fs, np.ones(fs.shape[1])]))(
    "You give the gate of one step. Between a memory and the last one there may be many steps."
)

carry_gradient.mistake("What is cleared, not what stays", lambda fs: carry_gradient(1 - fs))(
    "You multiplied 1 - f. A forget gate of 1 lets everything pass, the gradient too."
)

carry_gradient.mistake("Gates added")(
    "You added the gates up. By the chain rule each step multiplies what comes back.",
    lambda fs: np.vstack([np.cumsum(fs[::-1], axis=0)[::-1], np.ones(fs.shape[1])]),
    lambda fs: np.vstack([np.cumsum(fs[::-1], axis=0)[::-1], np.zeros(fs.shape[1])]),
)

carry_gradient.mistake("The slope of the sigmoid", lambda fs: carry_gradient(fs * (1 - fs)))(
    "You multiplied slopes f (1 - f). The memory does not go through the sigmoid: it is multiplied "
    "by what comes out."
)

carry_gradient.mistake("One mean gate for all steps")(
    "You raised a mean gate to the power of the lag. The gates differ from step to step: their "
    "product is not the power of their mean.",
    lambda fs: fs.mean(0) ** np.arange(len(fs), -1, -1)[:, None],
)

carry_gradient.mistake("One step too many")(
    "You count a gate too many: a memory is made after its own step's gate has done its work. The "
    "gates of the later steps count.",
    lambda fs: np.vstack([carry_gradient(fs)[:1], carry_gradient(fs)[:-1]]),
)

carry_gradient.mistake("All units together")(
    "You let the units have a share in each other's gates. The carry leads from each unit to "
    "itself alone.",
    lambda fs: carry_gradient(fs).prod(1, keepdims=True) * np.ones(fs.shape[1]),
    lambda fs: carry_gradient(fs).mean(1, keepdims=True) * np.ones(fs.shape[1]),
)

carry_gradient.mistake("The first memory not reached")(
    "Right, except for the first row. A loop back to memory 0 is `range(T - 1, -1, -1)`: `range` "
    "leaves its end out.",
    lambda fs: np.vstack([np.ones(fs.shape[1]), carry_gradient(fs)[1:]]),
    lambda fs: np.vstack([np.zeros(fs.shape[1]), carry_gradient(fs)[1:]]),
)
