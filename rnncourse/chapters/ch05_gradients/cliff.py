"""The cliff in the loss of a network of one unit, and what gradient descent does there.

    h_t = sigmoid(w h_(t-1) + b),   h_0 = sigmoid(0.5),   L = (h_50 - 0.7)^2

This is the example of Pascanu, Mikolov and Bengio (arXiv:1211.5063v2, section 2.3, equation 8 and
figure 6), written with h_t = sigmoid(x_t): their x_t = w sigmoid(x_(t-1)) + b, from x_0 = 0.5, has
the loss (sigmoid(x_50) - 0.7)^2.

The two weights may be arrays: many networks are computed at once.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

X_0, TARGET, STEPS = 0.5, 0.7, 50
BOX = (4.0, 6.0), (-3.2, -2.0)
"""Where starts are drawn: w, then b."""
CLIPPING_KINDS = ("none", "norm", "value")
Array = Float[np.ndarray, "..."] | float


def logistic(a: Array) -> Array:
    """Return 1 / (1 + e^-a)."""
    return 1 / (1 + np.exp(-np.clip(a, -700, 700)))


H_0 = float(logistic(np.array(X_0)))


def last_state(w: Array, b: Array, steps: int = STEPS, first_state: float = H_0) -> Array:
    """Return h after so many steps from a first state."""
    h = first_state + 0 * (w + b)
    for _ in range(steps):
        h = logistic(w * h + b)
    return h


def loss_and_gradient(
    w: Array, b: Array, steps: int = STEPS
) -> tuple[Array, Float[np.ndarray, "2 ..."]]:
    """Compute the loss and its derivatives by w and b, in forward mode.

        dh_t/dw = s_t (h_(t-1) + w dh_(t-1)/dw),  dh_t/db = s_t (1 + w dh_(t-1)/db),
        s_t = h_t (1 - h_t)

    Args:
        w: Recurrent weight.
        b: Bias.
        steps: T.

    Returns:
        The loss, and its gradient with the two derivatives in the first axis.

    Source: arXiv:1211.5063v2, section 2.3; oracle in test_cliff.py.
    """
    h, dw, db = H_0 + 0 * (w + b), 0 * (w + b), 0 * (w + b)
    for _ in range(steps):
        x, dw, db = w * h + b, h + w * dw, 1 + w * db
        h = logistic(x)
        dw, db = h * (1 - h) * dw, h * (1 - h) * db
    error = h - TARGET
    return error**2, np.stack([2 * error * dw, 2 * error * db])


def clip_gradient(
    g: Float[np.ndarray, "2 ..."], kind: str, threshold: Array | float
) -> Float[np.ndarray, "2 ..."]:
    """Bound each gradient by its norm or entry by entry; the entries are in the first axis.

    Raises:
        ValueError: If there is no such kind.
    """
    if kind not in CLIPPING_KINDS:
        raise ValueError(f"kind must be one of {', '.join(CLIPPING_KINDS)}; got {kind!r}.")
    if kind == "value":
        return np.clip(g, -threshold, threshold)
    if kind == "norm":
        return g * np.minimum(1, threshold / np.maximum(np.hypot(*g), 1e-300))
    return g


@dataclass(frozen=True)
class Descent:
    """Where gradient descent went from many starts.

    Args:
        path: Weights before each update, and after the last.
        losses: At each of them.
    """

    path: Float[np.ndarray, "U 2 ..."]
    losses: Float[np.ndarray, "U ..."]


def descend(
    start: Float[np.ndarray, "2 ..."],
    rate: Array | float,
    kind: str = "none",
    threshold: Array | float = 1.0,
    updates: int = 200,
) -> Descent:
    """Go downhill: so many updates with the whole gradient, bounded or not.

    Args:
        start: w and b.
        rate: Learning rate, or one for each start.
        kind: One of `CLIPPING_KINDS`.
        threshold: Largest norm, or largest entry; or one for each start.
        updates: How many.
    """
    path, losses = [np.asarray(start, float)], []
    for _ in range(updates):
        loss, g = loss_and_gradient(*path[-1])
        losses.append(loss)
        path.append(path[-1] - rate * clip_gradient(g, kind, threshold))
    losses.append(loss_and_gradient(*path[-1])[0])
    return Descent(np.array(path), np.array(losses))


def sample_starts(rng: np.random.Generator, n: int) -> Float[np.ndarray, "2 n"]:
    """Draw starts, uniform in `BOX`."""
    return np.stack([rng.uniform(*interval, n) for interval in BOX])


# ---- Fixed points --------------------------------------------------------------------------------


def fixed_point_bias(h: Array, w: Array) -> Array:
    """Return the bias with which h is a fixed point of h = sigmoid(w h + b): logit(h) - w h."""
    return np.log(h / (1 - h)) - w * h


def fold_biases(w: float) -> tuple[float, float]:
    """Return the two biases at which a pair of fixed points comes or goes, the lower one first.

        w h (1 - h) = 1   (the slope of the map is 1),   b = logit(h) - w h

    Between them there are three fixed points, outside one. They meet at w = 4, b = -2.

    Raises:
        ValueError: If w is below 4: there is one fixed point whatever b is.
    """
    if w < 4:
        raise ValueError(f"w must be 4 or more; got {w}.")
    middle = (1 + np.array([1, -1]) * np.sqrt(1 - 4 / w)) / 2
    low, high = fixed_point_bias(middle, w)
    return float(low), float(high)


def find_fixed_points(w: float, b: float) -> Float[np.ndarray, " N"]:
    """Find all fixed points by the changes of sign of sigmoid(w h + b) - h, with bisection."""
    h = np.linspace(0, 1, 20001)
    is_above = logistic(w * h + b) > h
    low = h[:-1][is_above[:-1] != is_above[1:]]
    high = low + h[1]
    starts_above = logistic(w * low + b) > low
    for _ in range(60):
        middle = (low + high) / 2
        same_side = (logistic(w * middle + b) > middle) == starts_above
        low, high = np.where(same_side, middle, low), np.where(same_side, high, middle)
    return (low + high) / 2


def compute_crossing_bias(w: Array) -> Array:
    """Return the bias with which the first state is itself a fixed point: b = 0.5 - w h_0.

    Where this fixed point is unstable, it is the border between two basins: with a larger bias the
    state rises, with a smaller one it falls.
    """
    return X_0 - w * H_0


def find_critical_bias(w: Array | float, first_state: float = H_0) -> Array:
    """Find by bisection the bias at which the fate of the first state changes.

    Above it the state ends at the upper fixed point, below it at the lower one; the lower is below
    0.5 and the upper above, whenever there are two.

    Args:
        w: Recurrent weights, above 4.
        first_state: The first state, h_0.
    """
    w = np.asarray(w, float)
    low, high = -w, 0 * w
    for _ in range(46):
        middle = (low + high) / 2
        ends_high = last_state(w, middle, 2000, first_state) > 0.5
        low, high = np.where(ends_high, low, middle), np.where(ends_high, middle, high)
    return (low + high) / 2


def find_steepest_bias(w: float, steps: int = STEPS) -> tuple[float, float]:
    """Find the bias near the wall at which the gradient is longest, and its length.

    A grid of 401 values is drawn together around its best one, 14 times.
    """
    low, high = compute_crossing_bias(w) - 0.2, compute_crossing_bias(w) + 0.2
    for _ in range(14):
        bs = np.linspace(low, high, 401)
        norms = np.hypot(*loss_and_gradient(np.full_like(bs, w), bs, steps)[1])
        steepest_index = int(np.argmax(norms))
        half_width = (high - low) / 40
        low, high = bs[steepest_index] - half_width, bs[steepest_index] + half_width
    return float(bs[steepest_index]), float(norms[steepest_index])
