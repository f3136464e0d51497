"""Is a gradient right? Every entry of it, against a derivative that is exact to rounding.

Add an imaginary step to one number, and the imaginary part of the loss is the step times the
derivative:

    f(a + i s) = f(a) + i s f'(a) - s^2 f''(a) / 2 - ...,   so   f'(a) = Im f(a + i s) / s

Nothing is subtracted, so nothing cancels, and s can be so small that s^2 disappears. The function
must let complex numbers through: no `abs`, no `float(...)`, no array of real numbers to write
into. A comparison with plain differences along one random direction finds functions that do not.

What is differentiated is an array, or dictionaries, lists, tuples and dataclasses of arrays, one
in another. Whatever in them is not an array of floats stays as it is.

Source: W. Squire and G. Trapp, "Using complex variables to estimate derivatives of real
functions", SIAM Review 40 (1998).
"""

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

import numpy as np

STEP = 1e-30

Tree = Any
"""An array, or dictionaries, lists, tuples and dataclasses of arrays."""


class GradientError(ValueError):
    """A gradient is wrong, or the function cannot be differentiated by a complex step."""


@dataclass(frozen=True)
class GradientCheck:
    """What a check found.

    Args:
        error: Largest difference, as a share of the gradient's largest entry; along random
            directions, as a share of its length.
        worst: The entry with this difference; "" for random directions.
        entries: How many entries the gradient has.
        directions: How many random directions were tried; 0 if every entry was.
    """

    error: float
    worst: str
    entries: int
    directions: int = 0

    def __str__(self) -> str:
        scope = f"along {self.directions} random directions" if self.directions else "each"
        return f"{self.entries} entries checked {scope}: largest relative error {self.error:.1e}"


def complex_step(f: Callable[[Tree], Any], at: Tree) -> Tree:
    """Differentiate a function by every entry of its argument.

        df/da_k = Im f(a + i s e_k) / s

    Args:
        f: Takes what `at` is, and returns one number, say a loss in nats.
        at: Where to differentiate.

    Returns:
        The derivatives, in the form of `at`.

    Raises:
        GradientError: If f does not let complex numbers through, or gives no number.

    >>> complex_step(lambda a: (a**3).sum(), np.array([1.0, 2.0]))
    array([ 3., 12.])
    """
    point = _Point(f, at)
    return point.to_tree(point.differentiate(np.arange(point.size)))


def check_gradient(
    f: Callable[[Tree], Any],
    at: Tree,
    gradient: Tree,
    tolerance: float = 1e-12,
    max_entries: int = 5000,
    directions: int = 8,
    rng: np.random.Generator | None = None,
) -> GradientCheck:
    """Compare a gradient with the complex step: every entry, or random directions if it is large.

    Args:
        f: The function, say the loss as a function of the weights: one number.
        at: Where it was differentiated.
        gradient: What is to be checked, in the form of `at`.
        tolerance: Largest relative error that passes.
        max_entries: Above this number of entries, random directions are tried instead.
        directions: How many.
        rng: Where the directions come from.

    Returns:
        The largest error and where it is.

    Raises:
        GradientError: If an entry is wrong; the message names the worst. Also if the gradient
            lacks the form of `at`, or f gives no number or does not let complex ones through.

    >>> a = np.array([1.0, 2.0])
    >>> print(check_gradient(lambda a: (a**3).sum(), a, 3 * a**2))
    2 entries checked each: largest relative error 0.0e+00
    """
    point = _Point(f, at)
    vector = point.to_vector(gradient)
    if point.size <= max_entries:
        return _check_entries(point, vector, np.arange(point.size), tolerance)
    rng = np.random.default_rng(0) if rng is None else rng
    arrows = rng.normal(size=(directions, point.size))
    exact = np.array([point.slope(arrow) for arrow in arrows])
    scale = max(np.linalg.norm(vector), np.abs(exact).max()) or 1.0
    error = np.abs(exact - arrows @ vector).max() / scale
    if not error <= tolerance:  # look for the worst entry: keep the half that is more wrong
        entries, arrow = np.arange(point.size), np.zeros((2, point.size))
        while len(entries) > max_entries:
            halves = np.array_split(entries, 2)
            arrow[:] = 0
            arrow[0, halves[0]], arrow[1, halves[1]] = arrows[0, halves[0]], arrows[0, halves[1]]
            entries = halves[int(np.argmax([abs(point.slope(a) - a @ vector) for a in arrow]))]
        _check_entries(point, vector, entries, tolerance)
        raise GradientError(f"The gradient is wrong along a random direction by {error:.1e}.")
    return GradientCheck(float(error), "", point.size, directions)


def _check_entries(point, gradient, entries, tolerance):
    """Compare some entries, and raise if one is wrong."""
    exact, gradient = point.differentiate(entries), gradient[entries]
    errors = np.abs(gradient - exact) / (np.abs(exact).max(initial=0) or 1.0)
    errors[np.isnan(errors)] = np.inf
    worst = int(errors.argmax()) if errors.size else None
    if worst is None or errors[worst] <= tolerance:
        name = "" if worst is None else point.name_entry(entries[worst])[1]
        return GradientCheck(float(errors.max(initial=0)), name, len(entries))
    array, name = point.name_entry(entries[worst])
    arrays = np.array([point.name_entry(k)[0] for k in entries])
    in_array, is_wrong = arrays == array, errors > tolerance
    correct_names = ", ".join(a for a in point.shapes if a in arrays and a not in arrays[is_wrong])
    raise GradientError(
        f"{name} is wrong: the gradient says {gradient[worst]:.6g}, "
        f"the complex step {exact[worst]:.6g}. They differ by {errors[worst]:.1e} of the largest "
        f"entry. Wrong entries in {array or 'the array'}: {is_wrong[in_array].sum()} of "
        f"{in_array.sum()}. Right: {correct_names or 'none'}. "
        + _explain_mismatch(gradient[in_array], exact[in_array], point.shapes[array])
    )


def _explain_mismatch(gradient, expected, shape):
    """Recognize the usual mistakes."""
    if not np.isfinite(gradient).all():
        return "Try: find the step at which a number overflows."
    factor = (gradient @ expected) / max(expected @ expected, 1e-300)
    if not gradient.any():
        return "Try: it is 0 everywhere; was it computed, and added up over the steps?"
    if np.allclose(gradient, factor * expected, rtol=1e-6, atol=1e-9 * np.abs(gradient).max()):
        return f"Try: it is {factor:.6g} times the right one; compare sum and mean, and signs."
    is_square = len(shape) == 2 and expected.size == shape[0] ** 2 == shape[1] ** 2
    if is_square and np.allclose(gradient.reshape(shape).T.ravel(), expected):
        return "Try: it is the transpose of the right one."
    return "Try: a single step (T = 1) first, then more."


class _Point:
    """A function and a place, the place as one vector whose numbers have names."""

    def __init__(self, f, at):
        self.f, self.at = f, at
        leaves = _list_leaves(at)
        self.shapes = {name: leaf.shape for name, leaf in leaves.items()}
        self.ends = np.cumsum([leaf.size for leaf in leaves.values()], dtype=int)
        self.values = np.concatenate([np.zeros(0), *(leaf.ravel() for leaf in leaves.values())])
        self.size = self.values.size
        self._compare_with_differences()

    def to_tree(self, values: np.ndarray) -> Tree:
        """Give a vector the form of `at`, without copying."""
        shaped, start = {}, 0
        for (name, shape), end in zip(self.shapes.items(), self.ends, strict=True):
            shaped[name] = values[start:end].reshape(shape)
            start = end
        return _rebuild(self.at, shaped)

    def to_vector(self, gradient: Tree) -> np.ndarray:
        """Make a vector of what has the form of `at`."""
        leaves = _list_leaves(gradient)
        for name, shape in self.shapes.items():
            actual_shape = leaves[name].shape if name in leaves else "nothing"
            if actual_shape != shape:
                raise GradientError(
                    f"The gradient of {name or 'the array'} must be {shape}, as the array itself; "
                    f"got {actual_shape}. Try: one number for each entry, "
                    "summed over steps and batch."
                )
        return np.concatenate([np.zeros(0), *(leaves[name].ravel() for name in self.shapes)])

    def name_entry(self, k: int) -> tuple[str, str]:
        """Name the array and the entry of a number."""
        n = int(np.searchsorted(self.ends, k, side="right"))
        name, shape = list(self.shapes.items())[n]
        index = np.unravel_index(k - (self.ends[n - 1] if n else 0), shape)
        return name, f"{name}[{', '.join(str(i) for i in index)}]"

    def slope(self, direction: np.ndarray) -> np.floating:
        """Differentiate along a direction."""
        return np.imag(self._evaluate(self.values + 1j * STEP * direction)) / STEP

    def differentiate(self, entries: Sequence[int] | np.ndarray) -> np.ndarray:
        """Differentiate by some of the numbers: one complex step each."""
        slopes, values = np.empty(len(entries)), self.values.astype(complex)
        tree = self.to_tree(values)
        for n, k in enumerate(entries):
            values[k] += 1j * STEP
            slopes[n] = np.imag(self.f(tree)) / STEP
            values[k] = self.values[k]
        return slopes

    def _evaluate(self, values):
        with warnings.catch_warnings():
            warnings.simplefilter("error", np.exceptions.ComplexWarning)
            try:
                value = np.asarray(self.f(self.to_tree(values)))
            except (np.exceptions.ComplexWarning, TypeError) as error:
                raise GradientError(
                    f"The function does not let complex numbers through: {error}. Try: no float(), "
                    "and arrays to write into with dtype=complex."
                ) from error
        if value.size != 1 or not np.issubdtype(value.dtype, np.number):
            raise GradientError(
                "The function must return one number, say a loss in nats; got "
                f"{f'an array {value.shape}' if value.ndim else repr(value.item())}. "
                "Try: sum or mean, and a return at the end."
            )
        return value.item()

    def _compare_with_differences(self):
        direction = np.random.default_rng(0).normal(size=self.size) / max(self.size, 1) ** 0.5
        step = 1e-6 * max(1.0, np.abs(self.values).max(initial=0))
        ahead, behind = (self._evaluate(self.values + s * step * direction) for s in (1, -1))
        numeric, exact = np.real(ahead - behind) / (2 * step), self.slope(direction)
        rounding = 1e-13 * max(abs(ahead), abs(behind)) / step
        if not abs(numeric - exact) <= 1e-4 * max(abs(numeric), abs(exact)) + rounding:
            raise GradientError(
                "The function does not let complex numbers through: along a random direction its "
                f"slope is {numeric:.6g}, but the complex step says {exact:.6g}. Try: do without "
                "abs, max, conj and .real, or with forms of them that take complex numbers."
            )


def _list_branches(tree):
    if is_dataclass(tree):
        return {field.name: getattr(tree, field.name) for field in fields(tree)}
    if hasattr(tree, "_asdict"):
        return tree._asdict()
    if isinstance(tree, list | tuple):
        return dict(enumerate(tree))
    return tree if isinstance(tree, dict) else {}


def _list_leaves(tree, name=""):
    """Name the arrays of floats in a tree."""
    if isinstance(tree, np.ndarray):
        return {name: tree} if np.issubdtype(tree.dtype, np.inexact) else {}
    leaves = {}
    for key, branch in _list_branches(tree).items():
        leaves |= _list_leaves(branch, f"{name}.{key}" if name else str(key))
    return leaves


def _rebuild(tree, arrays, name=""):
    """Replace the named arrays of a tree."""
    if name in arrays:
        return arrays[name]
    branches = {
        key: _rebuild(branch, arrays, f"{name}.{key}" if name else str(key))
        for key, branch in _list_branches(tree).items()
    }
    if is_dataclass(tree) or hasattr(tree, "_asdict"):
        return type(tree)(**branches)
    if isinstance(tree, list | tuple):
        return type(tree)(branches.values())
    return branches if isinstance(tree, dict) else tree
