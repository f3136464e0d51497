"""Cheats in what is returned: objects that claim to equal the answer."""

from .attack import read_attacks

ATTACKS = read_attacks("""
=== array that equals everything
# A subclass of ndarray answers yes to every comparison and takes over every ufunc.
import numpy as np

class Equal(np.ndarray):
    def __eq__(self, other):
        return np.ones(self.shape, bool)

    __ne__ = __lt__ = __le__ = __gt__ = __ge__ = __eq__
    __sub__ = __rsub__ = lambda self, other: np.zeros(self.shape)

    def all(self, *rest, **more):
        return True

    def __array_ufunc__(self, ufunc, method, *inputs, **more):
        return np.ones(self.shape, bool)

    def __array_function__(self, function, types, inputs, more):
        return True

def bits_and_perplexity(log_probs):
    return np.zeros(()).view(Equal), np.ones(()).view(Equal)
=== __array__ that looks for the answer
# While the array is read, __array__ walks up the frames for anything called expected.
import sys

import numpy as np

NAMES = "expected", "reference", "b", "answer"

class Spy:
    def __init__(self, place):
        self.place = place

    def __array__(self, dtype=None, copy=None):
        frame = sys._getframe()
        while frame:
            for name in NAMES:
                found = frame.f_locals.get(name)
                if isinstance(found, tuple) and len(found) == 2:
                    return np.asarray(found[self.place])
            frame = frame.f_back
        return np.zeros(())

def bits_and_perplexity(log_probs):
    return Spy(0), Spy(1)
=== parcel with a program in it
# __reduce__ and __reduce_ex__ hold code that would run in whoever unpickles the answer.
import os

class Parcel:
    def __reduce_ex__(self, protocol):
        return os.mkdir, ("@folder@/unpacked",)

    __reduce__ = lambda self: self.__reduce_ex__(2)

def bits_and_perplexity(log_probs):
    return Parcel(), Parcel()
=== list in itself
# A list that contains itself, and one nested 10,000 deep, never end for a careless reader.
def bits_and_perplexity(log_probs):
    inner = []
    inner.append(inner)
    deep = 0.0
    for _ in range(10_000):
        deep = [deep]
    return inner, deep
=== sequence without end | seconds=0.4
# A sequence claims 10**15 items and makes each when asked.
class Endless:
    def __len__(self):
        return 10**15

    def __getitem__(self, place):
        return 0.5

def bits_and_perplexity(log_probs):
    return Endless(), Endless()
=== false class
# An object says that it is an ndarray of float64 and brings its own attributes.
import numpy as np

class Fake:
    __class__ = np.ndarray
    dtype, shape, ndim, size, nbytes = np.dtype(float), (), 0, 1, 8

    def __getattr__(self, name):
        return lambda *rest, **more: True

def bits_and_perplexity(log_probs):
    return Fake(), Fake()
=== array interface into wild memory
# __array_interface__ points at an address that is not the student's.
# Why: It ends its own process.
class Wild:
    __array_interface__ = {
        "shape": (), "typestr": "<f8", "data": (8, False), "version": 3
    }

def bits_and_perplexity(log_probs):
    return Wild(), Wild()
""")
