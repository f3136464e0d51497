"""Messages come back as they were sent, and bytes that are no message are refused."""

import io
import json
import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from rnncourse.grading.sandbox.frames import DTYPES, FrameError, pack_message, unpack_message

arrays = hnp.arrays(
    st.sampled_from([np.dtype(code) for code in DTYPES]), hnp.array_shapes(min_dims=0, min_side=0)
)
plain = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
messages = st.recursive(
    plain | arrays,
    lambda inner: (
        st.lists(inner) | st.lists(inner).map(tuple) | st.dictionaries(st.text(), inner, max_size=4)
    ),
    max_leaves=12,
)


def unpack_bytes(data: bytes) -> object:
    return unpack_message(io.BytesIO(data).read)


def is_equal(a: object, b: object) -> bool:
    if isinstance(a, np.ndarray):
        return type(a) is type(b) and a.dtype == b.dtype and np.array_equal(a, b, equal_nan=True)
    if isinstance(a, list | tuple):
        pairs = zip(a, b, strict=True)
        return type(a) is type(b) and all(is_equal(x, y) for x, y in pairs)
    if isinstance(a, dict):
        return a.keys() == b.keys() and all(is_equal(a[key], b[key]) for key in a)
    return a == b and type(a) is type(b)


@given(messages)
def test_messages_survive_packing(message):
    # numpy's 0-d arrays of a bool kind have no NaN to compare; equal() needs numbers
    if isinstance(message, np.ndarray) and message.dtype.kind in "bu":
        message = message.astype(float)
    assert is_equal(message, unpack_bytes(pack_message(message)))


def test_scalars_and_their_kinds_come_back():
    for scalar in (np.float64(1.5), np.int64(-3), np.float32(0.5)):
        result = unpack_bytes(pack_message(scalar))
        assert (type(result), result) == (type(scalar), scalar)


@pytest.mark.parametrize(
    "value", [object(), {1, 2}, b"bytes", 1j, np.array(["a"]), np.array([None]), np.zeros(2, "f2")]
)
def test_unsupported_objects_raise(value):
    with pytest.raises(FrameError):
        pack_message([value])


def test_nesting_without_end_is_refused():
    box: list = []
    box.append(box)
    with pytest.raises(FrameError, match="cannot be sent"):
        pack_message(box)


def frame_text(text: str, body: bytes = b"") -> bytes:
    return struct.pack("<II", len(text.encode()), len(body)) + text.encode() + body


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[1, 2]",
        "{}",
        '{"d": 3}',
        '{"l": 3}',
        '{"x": [1]}',
        '{"l": [1], "t": [2]}',
        '{"": [1]}',
        '{"lt": [1]}',
        '{"l": "ab"}',
        '{"a": ["|O", [1], false]}',
        '{"a": ["<f8", [2], false]}',
        '{"a": ["<f8", [-1], false]}',
        '{"a": ["<f8", [1e3], false]}',
        '{"a": ["<f8", "11", false]}',
        '{"a": ["<f8", [4000000000000], false]}',
        '{"a": ["<f8", ' + json.dumps([1] * 40) + ", false]}",
        '{"a": [["<f8"], [1], false]}',
        "[" * 100_000,
    ],
)
def test_bytes_that_are_no_message_are_refused(text):
    with pytest.raises(FrameError):
        unpack_bytes(frame_text(text, b"12345678"))


def test_more_bytes_than_arrays_are_refused():
    with pytest.raises(FrameError, match="more bytes"):
        unpack_bytes(frame_text("null", b"1"))


def test_a_shape_below_zero_takes_no_bytes_from_the_end():
    arrays = ", ".join(f'{{"a": ["<f8", [{n}], false]}}' for n in (-1, 1))
    with pytest.raises(FrameError):
        unpack_bytes(frame_text(f'{{"l": [{arrays}]}}', bytes(16)))


@pytest.mark.parametrize("sizes", [(2**32 - 1, 0), (0, 2**32 - 1)])
def test_sizes_are_bounded_before_anything_is_read(sizes):
    def read(size: int) -> bytes:
        assert size == 8, "nothing after the head should be asked for"
        return struct.pack("<II", *sizes)

    with pytest.raises(FrameError, match="too large"):
        unpack_message(read)


@pytest.mark.parametrize("length", [0, 3, 8, 10])
def test_a_message_cut_off_raises_eof_error(length):
    with pytest.raises(EOFError):
        unpack_bytes(pack_message([1, 2, 3])[:length])
