"""Whatever numbers come, in whatever type: they are read as float64, or refused with a word."""

import itertools
import warnings
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import pytest

from rnncourse.grading.questions import Tolerance
from rnncourse.grading.values import (
    InvalidValues,
    describe_pattern,
    describe_shape_fault,
    to_values,
)


@dataclass
class Pair:
    """What a student may write to hold two values."""

    entries: Iterable

    def __iter__(self):
        return iter(self.entries)


WHOLE = "?", "b", "h", "i", "q", "B", "H", "I", "Q"
REAL = "e", "f", "d", "g"


def read_values(value):
    return to_values(value, ["h"])


@pytest.mark.parametrize("code", [*WHOLE, *REAL, "F", "D", "G"])
@pytest.mark.parametrize("shape", [(), (1,), (2, 1), (0, 3)])
def test_every_type_of_number_is_read_as_float64(code, shape):
    for answer in (np.ones(shape, code), np.ones(shape, code).tolist()):
        (array,) = read_values(answer)
        assert type(array) is np.ndarray
        assert array.dtype == np.float64
        assert np.array_equal(array, np.ones(np.shape(answer)))


@pytest.mark.parametrize("code", [c for c in WHOLE if c != "?"])
def test_the_sum_of_whole_numbers_never_wraps(code):
    info = np.iinfo(code)
    for ints in itertools.product([info.min, info.max, 1, info.max // 2 + 1], repeat=3):
        (array,) = read_values(np.array(ints, code))
        assert array.sum() == pytest.approx(np.array(ints, float).sum())


def test_number_like_types_are_read_as_numbers():
    assert read_values(2**63 + 2**62)[0] == 2.0**63 + 2**62
    assert read_values([True, 0.5])[0].tolist() == [1.0, 0.5]
    assert np.signbit(read_values(-0.0)[0])
    assert read_values(np.float16(65504))[0] * 2 == 131008


@pytest.mark.parametrize("value", [1j, complex(0, np.nan), complex(1, np.inf), 1e-300j])
def test_an_imaginary_part_is_refused_however_small(value):
    assert read_values([1.0, value]) == InvalidValues(
        "complex numbers, but real ones are asked for"
    )


def test_a_tensor_that_requires_grad_gets_a_hint_to_detach():
    torch = pytest.importorskip("torch")
    h = torch.ones(2, requires_grad=True)
    with warnings.catch_warnings(action="ignore"):  # torch's, about NumPy
        for answer in (h, [h, h], 2 * h):
            assert "`.detach()`" in read_values(answer).fault
        assert read_values(h.detach())[0].tolist() == [1.0, 1.0]
        assert "`.detach()`) for `x`" in to_values((h, 1), ["x", "y"]).fault


@pytest.mark.parametrize(
    "made",
    [
        *(np.stack, iter, lambda two: map(np.asarray, two), lambda two: (x for x in two)),
        *(deque, Pair, lambda two: dict(enumerate(two)).values()),
        *(lambda two: [map(float, x) for x in two], lambda two: (zip(x) for x in two)),
        *(lambda two: tuple((y for y in x) for x in two), lambda two: np.array(two, object)),
        *(lambda two: [[Fraction(y) for y in x] for x in two], lambda two: map(Pair, two)),
        lambda two: [two[0], map(float, two[1])],
    ],
)
def test_values_come_in_any_form_that_holds_them_in_order(made):
    h, c = to_values(made([[1.0, 2.0], [3.0, 4.0]]), ["h", "c"])
    assert (h.ravel().tolist(), c.ravel().tolist()) == ([1, 2], [3, 4])
    (rows,) = read_values(made([[1.0, 2.0], [3.0, 4.0]]))
    assert rows.reshape(2, 2).tolist() == [[1, 2], [3, 4]]
    assert isinstance(to_values(made([[1.0], [3.0]]), ["i", "f", "o"]), InvalidValues)


@pytest.mark.filterwarnings("ignore")  # NumPy's about matrices, torch's about NumPy
def test_rows_of_a_matrix_and_of_a_tensor_are_values():
    torch = pytest.importorskip("torch")
    rows = [[1.0, 2.0], [3.0, 4.0]]
    for answer in (np.matrix(rows), torch.tensor(rows)):
        assert [x.tolist() for x in to_values(answer, ["h", "c"])] == rows
        assert isinstance(to_values(answer, ["i", "f", "o"]), InvalidValues)
    stacked = torch.stack([torch.ones(2), torch.ones(2, requires_grad=True)])
    assert "`.detach()`" in to_values(stacked, ["h", "c"]).fault


def test_rows_of_different_lengths_are_reported():
    fault = to_values([[1, 2], [3], [4, 5, 6]], ["texts"]).fault
    assert fault.endswith("its rows have from 1 to 3 entries, not equally many")
    assert to_values([object(), [1]], ["texts"]).fault.startswith("a list of 2 that")
    assert "rows" not in to_values([object(), [1]], ["texts"]).fault


@pytest.mark.parametrize("answer", [{"h": 1.0, "c": 2.0}, {1.0, 2.0}])
def test_unordered_containers_are_refused_with_a_hint(answer):
    fault = to_values(answer, ["h", "c"])
    assert fault == read_values(answer)
    assert fault.fault.endswith(": return what it holds, in order, as a tuple or an array")


@pytest.mark.parametrize("answer", [[None], ["a", 1], [Pair([1, "a"])], np.array([None, 1.0])])
def test_objects_that_are_no_numbers_are_refused(answer):
    assert isinstance(read_values(answer), InvalidValues)


@pytest.mark.parametrize(
    ("actual", "expected", "remark"),
    [
        ([100.0018, 200.0036, 300.0054], [100, 200, 300], "All numbers of `x` are 1.000018 times"),
        ([5, 0, 0], [0, 0, 1], ""),  # no place early or late: of what is alike nothing moves
        ([7, 1, 1, 1], [1, 1, 1, 2], ""),
        ([0, 1, 0], [0.02, 0.96, 0.02], ""),  # not rounded, but a guess
        ([0.5, 0.5], [0.52, 0.48], ""),
        ([0.333, 0.25, 1.5], [0.3333, 0.25, 1.5], "All numbers of `x` are rounded to 3 decimals"),
        ([0.33, 0.25, 1.57], [0.3399, 0.25, 1.571], "All numbers of `x` are rounded to 2 decimals"),
    ],
)
def test_what_is_told_of_all_numbers_is_true_of_them(actual, expected, remark):
    pairs = [(np.array(actual, float), np.array(expected, float))]
    message = describe_pattern("x", pairs, Tolerance())
    assert message.startswith(remark) if remark else message == ""


@pytest.mark.parametrize(
    ("actual", "expected"),
    [
        (np.zeros((3, 2)), np.zeros((2, 3))),
        (np.zeros(0), np.zeros((0, 3))),
        (np.zeros((0, 3)), np.ones((1, 3))),
        (np.full(2, 1.0001), np.ones((1, 2))),
    ],
)
def test_zeros_and_nothing_are_not_called_right(actual, expected):
    fault = describe_shape_fault(
        (expected,), (actual,), ["x"], Tolerance(), [((expected,), (actual,))]
    )
    assert "right" not in fault
    assert "has shape" in fault
