"""What judge and child say to each other: lengths, JSON and raw numbers, never a pickle.

A message is a JSON value in which an array is replaced by its dtype, its shape
and its bytes, which follow the JSON. Reading one runs no code of the sender's,
and stops at limits, because the sender may be a student's program.
"""

import json
import math
import struct
from collections.abc import Callable

import numpy as np

MAX_TEXT, MAX_BYTES = 1_000_000, 64_000_000
"""Bytes of JSON, and of arrays, in one message of a child's."""
MAX_JOB = 32_000_000
"""Bytes of JSON in one message of the judge's: a notebook's code, however it is written."""
DTYPES = ("<f8", "<i8", "<f4", "<i4", "|b1", "|u1")
_HEAD = struct.Struct("<II")
_SIMPLE = frozenset((str, int, float, bool))
_BROKEN = ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RecursionError
_CODES = {np.dtype(code): code for code in DTYPES}


class FrameError(ValueError):
    """Bytes that are no message."""


def pack_message(message: object) -> bytes:
    """Return a message as bytes.

    It is nested dicts (of text to anything), lists, tuples, arrays, text, numbers and None.

    Raises:
        FrameError: If it holds anything else, or too much.
    """
    arrays: list[bytes] = []
    try:
        text = json.dumps(_encode(message, arrays)).encode()
    except (TypeError, ValueError, RecursionError) as error:
        raise FrameError(f"This cannot be sent: {error}.") from None
    body = b"".join(arrays)
    if len(text) > MAX_JOB or len(body) > MAX_BYTES:
        raise FrameError("This is too large to be sent.")
    return _HEAD.pack(len(text), len(body)) + text + body


def _encode(value: object, arrays: list[bytes]) -> object:
    if value is None or type(value) in _SIMPLE:
        return value
    if isinstance(value, dict):
        return {"d": {str(key): _encode(item, arrays) for key, item in value.items()}}
    if isinstance(value, list | tuple):
        kind = "l" if isinstance(value, list) else "t"
        return {kind: [_encode(item, arrays) for item in value]}
    if isinstance(value, np.ndarray | np.generic):
        array = np.asarray(value)
        code = _CODES.get(array.dtype) or array.dtype.newbyteorder("<").str
        if code not in DTYPES:
            raise FrameError(f"Arrays of {array.dtype} are not sent.")
        arrays.append(np.ascontiguousarray(array, dtype=code).tobytes())
        return {"a": [code, list(array.shape), isinstance(value, np.generic)]}
    if isinstance(value, str | int | float | bool):
        return value
    raise FrameError(f"A {type(value).__name__} is not sent.")


def unpack_message(read: Callable[[int], bytes], max_text_bytes: int = MAX_TEXT) -> object:
    """Read one message, of at most so many bytes of JSON.

    Raises:
        EOFError: If the sender stopped, so that fewer bytes came than were to be read.
        FrameError: If this is no message, or too large a one.
    """
    text_size, body_size = _HEAD.unpack(_read_exactly(read, _HEAD.size))
    if text_size > max_text_bytes or body_size > MAX_BYTES:
        raise FrameError("The message is too large.")
    text, body = _read_exactly(read, text_size), memoryview(_read_exactly(read, body_size))
    try:
        message, trailing = _decode(json.loads(text), body)
    except _BROKEN as error:
        raise FrameError(f"This is no message: {type(error).__name__}.") from None
    if len(trailing):
        raise FrameError("There are more bytes than arrays.")
    return message


def _read_exactly(read: Callable[[int], bytes], size: int) -> bytes:
    data = read(size)
    if len(data) < size:
        raise EOFError
    return data


def _decode(plain: object, body: memoryview) -> tuple[object, memoryview]:
    if not isinstance(plain, dict):
        if isinstance(plain, list):
            raise FrameError("A list has to say its kind.")
        return plain, body
    ((kind, content),) = plain.items()
    if kind == "d":
        values = {}
        for key, item in content.items():
            values[key], body = _decode(item, body)
        return values, body
    if kind in ("l", "t"):
        if not isinstance(content, list):
            raise FrameError("What a list holds is a list.")
        items = []
        for item in content:
            value, body = _decode(item, body)
            items.append(value)
        return (items if kind == "l" else tuple(items)), body
    code, shape, scalar = content
    if kind != "a" or code not in DTYPES or len(shape) > 32:
        raise FrameError("This is no array.")
    if not all(type(n) is int and n >= 0 for n in shape):
        raise FrameError("This is no shape.")
    dtype = np.dtype(code)
    size = math.prod(shape) * dtype.itemsize
    if size > len(body):
        raise FrameError("An array has fewer bytes than its shape needs.")
    array = np.frombuffer(body[:size], dtype).reshape(shape).copy()
    return (array[()] if scalar and not shape else array), body[size:]
