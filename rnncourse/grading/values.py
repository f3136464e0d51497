"""What a function gave back, read as plain arrays; how values compare; how they are told."""

import itertools
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from numbers import Real

import numpy as np

from rnncourse.grading.questions import Tolerance, Values


@dataclass(frozen=True)
class InvalidValues:
    """Something that is not the values asked for.

    Args:
        fault: Finishes the sentence "It returned ...".
    """

    fault: str


def to_values(
    returned: object, names: Sequence[str], has_optional_last: bool = False
) -> Values | InvalidValues:
    """Turn what a function returned into arrays of its own, one for each name.

    All are float64, whatever type they had: sums of whole numbers of a fixed size wrap around, so
    nothing is checked or measured before. Whole numbers of every size, truth values (as 0 and 1),
    reals from half precision to the longest, fractions, and complex numbers whose imaginary parts
    are all 0 are numbers. Other complex ones, objects, records, texts and dates are none.

    Whatever holds them in an order is read as a list: a generator, `map`, the values of a
    dictionary, a deque, an object with `__iter__`. A dictionary or a set itself is not.

    With `has_optional_last` the last value may be missing or no numbers: then it is empty.

    >>> to_values([[1, 2]], ["probs"])
    (array([[1., 2.]]),)
    >>> to_values(None, ["probs"])
    InvalidValues(fault='None: is a `return` missing?')
    """
    if returned is None:
        return InvalidValues("None: is a `return` missing?")
    if isinstance(returned, Mapping | Set):
        return InvalidValues(
            f"{_describe_type(returned)}: return what it holds, in order, as a tuple or an array"
        )
    if _is_in_order(returned):
        returned = [*returned]
    if has_optional_last and isinstance(returned, tuple | list) and len(returned) == len(names) - 1:
        returned = [*returned, None]
    if len(names) == 1:
        parts = [returned]
    elif hasattr(returned, "__array__") and getattr(returned, "shape", ())[:1] == (len(names),):
        # As `np.stack([h, c])` or `torch.stack` gives them; a matrix has no rows with one axis.
        parts = [*(np.asarray(returned) if isinstance(returned, np.matrix) else returned)]
    elif isinstance(returned, tuple | list) and len(returned) == len(names):
        parts = list(returned)
    else:
        return InvalidValues(
            f"{_describe_type(returned)}, not the {len(names)} values {', '.join(names)}"
        )
    arrays = [_check_array(part) for part in parts]
    if has_optional_last and isinstance(arrays[-1], InvalidValues):
        arrays[-1] = np.zeros(0)
    for name, array in zip(names, arrays, strict=True):
        if isinstance(array, InvalidValues):
            return InvalidValues(array.fault if len(names) == 1 else f"{array.fault} for `{name}`")
    return tuple(arrays)


def _is_in_order(value: object) -> bool:
    """Say whether a value is no array, and yields its items in an order."""
    if hasattr(value, "__array__"):
        return False
    ready_types = str | bytes | bytearray | list | tuple | Mapping | Set
    return isinstance(value, Iterable) and not isinstance(value, ready_types)


def _to_lists(value: object) -> object:
    """Return the same, with a list for whatever yields its items in an order."""
    is_list = isinstance(value, list | tuple) or _is_in_order(value)
    return [*map(_to_lists, value)] if is_list else value


def _read_array(value: object) -> np.ndarray:
    """Read an array; whole numbers of any size and fractions come as floats."""
    try:
        array = np.array(value, subok=False)
    except (TypeError, ValueError):
        array = np.array(_to_lists(value), subok=False)
    if array.dtype.kind == "O":
        array = np.array(_to_lists(value), subok=False)
    if array.dtype.kind == "O" and array.size and all(isinstance(x, Real) for x in array.flat):
        return array.astype(float)
    return array


def _describe_type(value: object) -> str:
    """Name the type of a value, with its length where it is a tuple."""
    try:
        if isinstance(value, tuple | list):
            return f"a {type(value).__name__} of {len(value)}"
        if isinstance(value, np.ndarray):
            return f"one array of shape {value.shape}"
        return f"a value of type {type(value).__name__}"
    except Exception:  # a type may do anything
        return "something strange"


def _explain_uneven(value: object) -> str:
    """Say that the rows of a list differ in length, or return ''."""
    rows = value if type(value) in (list, tuple) else ()
    lengths = {len(row) for row in rows if type(row) in (list, tuple)}
    if len(lengths) < 2:
        return ""
    return f": its rows have from {min(lengths)} to {max(lengths)} entries, not equally many"


@np.errstate(all="ignore")  # a student's own setting is about their own numbers
def _check_array(value: object) -> np.ndarray | InvalidValues:
    if isinstance(value, str | bytes):
        return InvalidValues("a string, not numbers")
    try:
        array = _read_array(value)
        if array.dtype.kind == "c":
            if np.any(array.imag):  # NaN counts as something
                return InvalidValues("complex numbers, but real ones are asked for")
            array = array.real
        if array.dtype.kind in "biuf":
            return array.astype(np.float64)
    except (Exception, SystemExit) as error:  # converting runs the student's code
        if type(error) is RuntimeError and "requires grad" in str(error):
            return InvalidValues("a tensor with `requires_grad` (try `.detach()`)")
        return InvalidValues(
            f"{_describe_type(value)} that cannot be read as an array of numbers"
            f"{_explain_uneven(value)}"
        )
    if array.dtype.kind == "O" and array.ndim:  # None among them, or texts
        return InvalidValues(
            f"{_describe_type(value)} that holds objects, not numbers (try `np.array(..., float)`)"
        )
    return InvalidValues(f"{_describe_type(value)}, not numbers")


def is_close(actual: np.ndarray, expected: np.ndarray, tolerance: Tolerance) -> np.ndarray:
    """Say for each entry of two arrays of one shape whether they agree; NaN agrees with NaN.

    The tolerance is relative to what is expected.
    """
    if tolerance.rtol == tolerance.atol == 0:
        return np.asarray((actual == expected) | (np.isnan(actual) & np.isnan(expected)))
    return np.asarray(np.isclose(actual, expected, tolerance.rtol, tolerance.atol, equal_nan=True))


def all_close(actual: Values, expected: Values, tolerance: Tolerance) -> bool:
    """Say whether an answer agrees with what is expected, in shape and in every entry."""
    pairs = list(zip(actual, expected, strict=True))
    return all(x.shape == y.shape and bool(is_close(x, y, tolerance).all()) for x, y in pairs)


def find_swapped_values(
    pairs: Iterable[tuple[Values, Values]], names: Sequence[str], tolerance: Tolerance
) -> tuple[str, ...]:
    """Return the names of the two values that stand in each other's place in every call, or ()."""
    pairs = list(pairs)
    for a, b in itertools.combinations(range(len(names)), 2):
        order = [{a: b, b: a}.get(k, k) for k in range(len(names))]
        if all(
            all_close([actual[k] for k in order], expected, tolerance) for actual, expected in pairs
        ):
            return names[a], names[b]
    return ()


def describe_shape_fault(
    expected: Values,
    actual: Values,
    names: Sequence[str],
    tolerance: Tolerance,
    all_calls: Sequence[tuple[Values, Values]] = (),
) -> str:
    """Say what is wrong with the shapes or with NaN and infinity, or return ''.

    What makes a shape another one is told where it holds in all calls, of which `all_calls` has
    what is expected, and what came, and numbers count as right within the tolerance.
    """
    for k, (name, target, output) in enumerate(zip(names, expected, actual, strict=True)):
        if target.shape != output.shape:
            pairs = [(e[k], a[k]) for e, a in all_calls if e[k].shape != a[k].shape]
            hint = _explain_shapes(pairs, tolerance) if pairs else ""
            if not hint and target.shape == output.shape[::-1]:
                hint = "Is it transposed?"
            shapes = _describe_shape(target), _describe_shape(output)
            return f"`{name}` should have {shapes[0]}; it has {shapes[1]}. {hint}".strip()
        is_bad = np.isfinite(target) & ~np.isfinite(output)
        if is_bad.any():
            i = tuple(map(int, np.argwhere(is_bad)[0]))
            value = "NaN" if np.isnan(output[i]) else "infinite"
            return f"`{name}{_format_index(i)}` is {value}; a finite number is expected."
    return ""


def _explain_shapes(pairs: Sequence[tuple[np.ndarray, np.ndarray]], tolerance: Tolerance) -> str:
    """Say what makes all shapes others than those expected, which come first, or return ''."""

    def is_equal(part: np.ndarray, whole: np.ndarray) -> bool:
        return all_close((part,), (whole,), tolerance)

    def is_always(rule: Callable[[np.ndarray, np.ndarray], bool]) -> bool:
        return all(rule(target, output) for target, output in pairs)

    if not any(a.any() for _, a in pairs):
        return ""
    if is_always(lambda e, a: a.size == e.size and is_equal(a.reshape(e.shape), e)):
        return "Its numbers are right, and in order: only the shape is another."
    if is_always(lambda e, a: is_equal(a, e.T)):
        return "It is transposed."
    if is_always(lambda e, a: e.ndim > 0 and len(e) > 0 and is_equal(a, e[-1])):
        return "It holds the last row alone."
    if not is_always(lambda e, a: e.ndim == a.ndim > 0):
        return ""
    if is_always(lambda e, a: is_equal(a[1:], e)):
        return "Without its first row it would be right."
    if is_always(lambda e, a: is_equal(a[:-1], e)):
        return "Without its last row it would be right."
    if is_always(lambda e, a: is_equal(a, e[1:])) or is_always(lambda e, a: is_equal(a, e[:-1])):
        return "One row is missing, and the others are right."
    return ""


def find_difference(
    expected: Values, actual: Values, names: Sequence[str], tolerance: Tolerance
) -> str:
    """Name the first entry that differs, what is expected there, and what was got."""
    for name, target, output in zip(names, expected, actual, strict=True):
        is_wrong = ~is_close(output, target, tolerance)
        if is_wrong.any():
            i = tuple(map(int, np.argwhere(is_wrong)[0]))
            numbers = target[i], output[i]
            digits = next((n for n in (6, 10) if len({f"{x:.{n}g}" for x in numbers}) > 1), 17)
            texts = [f"{x:.{digits}g}" for x in numbers]
            return f"`{name}{_format_index(i)}`: expected {texts[0]}, got {texts[1]}"
    raise ValueError("These answers do not differ.")


def describe_pattern(
    name: str, pairs: Sequence[tuple[np.ndarray, np.ndarray]], tolerance: Tolerance
) -> str:
    """Say what all wrong arrays of a name have in common, or return ''.

    Args:
        name: Of a value.
        pairs: What came and what is expected, of one shape, in each call.
        tolerance: How near they have to be to count as equal.
    """

    def is_explained_by(change: Callable[[np.ndarray], np.ndarray]) -> bool:
        return all(all_close((a,), (change(expected),), tolerance) for a, expected in pairs)

    def repeat_row(t: int) -> Callable[[np.ndarray], np.ndarray]:
        return lambda e: np.broadcast_to(e[t], e.shape) if e.ndim > 1 and len(e) else e

    if not any(a.any() for a, _ in pairs):
        return ""
    has_rows = any(a.any() for a, _ in pairs if a.ndim > 1 and len(a) > 1)
    if has_rows and (is_explained_by(repeat_row(-1)) or is_explained_by(repeat_row(0))):
        return (
            f"All rows of `{name}` are alike, and only one of them is right. Do you append one "
            "array in every step, and write over it? Append a copy, `.copy()`."
        )
    if is_explained_by(lambda e: e.T if e.ndim == 2 and e.shape[0] == e.shape[1] else e):
        return f"`{name}` is transposed: its rows should be its columns."
    if is_explained_by(lambda e: e[::-1] if e.ndim else e):
        return f"`{name}` comes in reverse order: what stands last should stand first."
    numbers = [np.concatenate([x.ravel() for x in side]) for side in zip(*pairs, strict=True)]
    return (
        _describe_arithmetic(name, *numbers, tolerance)
        or _describe_rounding(name, *numbers, tolerance)
        or _describe_places(name, pairs, tolerance)
        or _describe_missing_softmax(name, pairs, tolerance)
    )


def _describe_arithmetic(name: str, a: np.ndarray, e: np.ndarray, tolerance: Tolerance) -> str:
    """Say that all numbers differ by one factor or one summand, or return ''."""

    def is_explained_by(expected: np.ndarray) -> bool:
        return all_close((a,), (expected,), tolerance)

    if len(a) > 2:
        factor = np.median((a / e)[e != 0]) if np.count_nonzero(e) > 1 else np.nan
        if factor and is_explained_by(factor * e):
            digits = 5 if f"{factor:.5g}" != "1" else 10
            return f"All numbers of `{name}` are {factor:.{digits}g} times those expected."
        summand = np.median(a - e)
        if is_explained_by(e + summand):
            more_or_less = "more" if summand > 0 else "less"
            return f"All numbers of `{name}` are {abs(summand):.5g} {more_or_less} than expected."
    return ""


def _describe_rounding(name: str, a: np.ndarray, e: np.ndarray, tolerance: Tolerance) -> str:
    """Say that all numbers are rounded, to whole ones or to few decimals, or return ''."""
    decimals = (n for n in range(5) if np.allclose(a, np.round(a, n), rtol=1e-6, atol=1e-9))
    n = next(decimals, 5)
    if n == 5 or (np.abs(a).max(initial=0) <= 1 if n == 0 else len(np.unique(a)) < 3):
        return ""
    scaled = e * 10.0**n
    candidates = np.round(scaled), np.floor(scaled), np.ceil(scaled), np.trunc(scaled)
    if not any(all_close((a,), (c / 10.0**n,), tolerance) for c in candidates):
        return ""
    where = f" to {n} decimal{'s' * (n > 1)}" if n else ""
    return f"All numbers of `{name}` are rounded{where}: return them as they are."


def _describe_places(
    name: str, pairs: Sequence[tuple[np.ndarray, np.ndarray]], tolerance: Tolerance
) -> str:
    """Say that all stands one place early or late, or that one end alone is wrong, or return ''."""
    if any(a.ndim == 0 for a, _ in pairs) or max(len(a) for a, _ in pairs) < 3:
        return ""

    def agree(of_actual: slice, of_expected: slice) -> bool:
        return all(all_close((a[of_actual],), (e[of_expected],), tolerance) for a, e in pairs)

    def varies(of_expected: slice) -> bool:
        return any((e[of_expected] != e[of_expected][:1]).any() for _, e in pairs)

    behind, before = slice(1, None), slice(0, -1)
    if agree(behind, behind):
        return f"Of `{name}` the first entry alone is wrong. Does a loop begin or end too early?"
    if agree(before, before):
        return f"Of `{name}` the last entry alone is wrong. Does a loop begin or end too early?"
    if varies(before) and agree(behind, before):
        return f"`{name}` comes one place late: what stands in `{name}[1]` should stand in front."
    if varies(behind) and agree(before, behind):
        return f"`{name}` comes one place early: what stands in front should stand in `{name}[1]`."
    return ""


def _describe_missing_softmax(
    name: str, pairs: Sequence[tuple[np.ndarray, np.ndarray]], tolerance: Tolerance
) -> str:
    """Say that a softmax, or the division by the sums of exponentials, is missing, or return ''."""
    if not all(e.ndim and np.allclose(e.sum(axis=-1), 1) for _, e in pairs):
        return ""
    if max(e.shape[-1] for _, e in pairs) < 2:
        return ""

    def divide(a: np.ndarray) -> np.ndarray:
        return a / a.sum(axis=-1, keepdims=True)

    def is_right_after(change: Callable[[np.ndarray], np.ndarray]) -> bool:
        return all(all_close((change(a),), (e,), tolerance) for a, e in pairs)

    if is_right_after(lambda a: divide(np.exp(a - a.max(axis=-1, keepdims=True)))):
        return f"`{name}` would be right after a softmax along its last axis."
    if is_right_after(divide):
        return f"`{name}` would be right if it were divided by its sums along the last axis."
    return ""


def _describe_shape(array: np.ndarray) -> str:
    return f"shape {array.shape}" if array.ndim else "no axis (a single number)"


def _format_index(index: tuple[int, ...]) -> str:
    return f"[{', '.join(map(str, index))}]" if index else ""


def format_argument(value: object) -> str:
    """Write an argument in one short line.

    >>> things = np.eye(2), np.zeros((9, 9)), "abracadabra", 1.0
    >>> tuple(format_argument(thing) for thing in things)
    ('[[1., 0.], [0., 1.]]', 'array of shape (9, 9)', "'abracadabra'", '1')
    """
    if isinstance(value, str):
        return repr(value if len(value) <= 40 else value[:39] + "…")
    array = np.asarray(value)
    if array.size > 12:
        return f"array of shape {array.shape}"
    text = " ".join(np.array2string(array, precision=4, separator=", ").split())
    return text if array.ndim else text.removesuffix(".")  # a sentence may end here


def measure_input(arguments: Sequence[object]) -> int:
    """Say how large the input of a call is, to find the smallest that shows a fault."""
    return sum(len(x) if isinstance(x, str) else np.size(x) for x in arguments)
