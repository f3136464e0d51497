"""Every smoothing method beside its slow version, and small texts to fit both to."""

from functools import partial
from itertools import product

import numpy as np
import pytest
from hypothesis import strategies as st

from rnncourse.models.counting import count_orders
from rnncourse.models.ngram import NGrams
from rnncourse.models.smoothing import AddK, KneserNey, MaximumLikelihood, WittenBell

from . import slow_ngram as slow

METHODS = {
    "maximum likelihood": (MaximumLikelihood(), slow.fit_maximum_likelihood),
    "add-one": (AddK(1.0), partial(slow.add_k, k=1)),
    "add-0.01": (AddK(0.01), partial(slow.add_k, k=0.01)),
    "Witten-Bell": (WittenBell(), slow.fit_witten_bell),
    "Kneser-Ney": (
        KneserNey(modified=False),
        partial(slow.fit_kneser_ney, discounts=slow.compute_one_discount),
    ),
    "modified Kneser-Ney": (
        KneserNey(modified=True),
        partial(slow.fit_kneser_ney, discounts=slow.compute_three_discounts),
    ),
}
SMOOTHED = [name for name in METHODS if name != "maximum likelihood"]
every_method = pytest.mark.parametrize("method", METHODS)
every_smoothed_method = pytest.mark.parametrize("method", SMOOTHED)


@st.composite
def draw_task(draw):
    """Draw V, an order, a training text, and a test text with contexts never seen."""
    V, order = draw(st.integers(1, 4)), draw(st.integers(1, 4))
    characters = st.integers(0, V - 1)
    train = draw(st.lists(characters, min_size=order, max_size=60))
    test = draw(st.lists(characters, min_size=1, max_size=15))
    return V, order, np.array(train), np.array(test)


def fit_orders(train, order, V, smoothing):
    """Fit every order to a text; `smoothing` may be the name of a method."""
    smoothing = METHODS[smoothing][0] if isinstance(smoothing, str) else smoothing
    return NGrams(count_orders(train, order), V, smoothing)


def compute_slow_probs(method, train, test, order, V):
    """What `NGrams.probs` returns, from the slow version, one number at a time."""
    rows, train, test = [], tuple(train.tolist()), test.tolist()
    for n in range(1, order + 1):
        p = METHODS[method][1](train, V, n)
        text = (*[0] * (n - 1), *test)
        rows.append([float(p(text[t], text[t - n + 1 : t])) for t in range(n - 1, len(text))])
    return np.array(rows)


def list_contexts(V, length):
    """Every context of a length, one a row."""
    rows = [list(u) for u in product(range(V), repeat=length)]
    return np.array(rows, np.int64).reshape(V**length, length)
