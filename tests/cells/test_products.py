"""Products that are cut into pieces are the same products."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnncourse.cells import products
from rnncourse.cells.products import columns, product, width
from tests.cells.cases import CASES, arrays_of, assert_close, torch_gradients
from tests.cells.test_layers import make
from tests.cells.test_steps import draw, every_layer


@pytest.fixture
def cut(monkeypatch):
    """Cut even the smallest weights."""
    monkeypatch.setattr(products, "IN_PLACE", True)
    monkeypatch.setattr(products, "MAX_PRODUCTS", 20)
    monkeypatch.setattr(products, "NARROWEST", 1)


@given(st.integers(1, 3), st.integers(1, 5), st.integers(0, 4))
def test_columns_are_a_view(matrices, rows, power):
    a = np.arange(matrices * rows * 16).reshape(matrices, rows, 16)
    pieces = columns(a, 2**power)
    assert np.shares_memory(pieces, a)
    whole = pieces if power == 4 else np.concatenate(pieces.swapaxes(0, 1), axis=-1)
    np.testing.assert_array_equal(whole, a)


@pytest.mark.parametrize("pieces", [1, 2, 4])
@pytest.mark.parametrize("N", [1, 3, 4, 16])
@pytest.mark.parametrize("K", [4, 8, 40])
@pytest.mark.parametrize("B", [1, 3])
def test_a_product_is_a_product(B, K, N, pieces, cut):
    rng = np.random.default_rng(0)
    W, out = rng.normal(size=(K, N)), np.empty((B, N))
    times = product(W, out, pieces)
    for x in rng.normal(size=(2, B, K)):
        times(x)
        np.testing.assert_allclose(out, x @ W, rtol=1e-12, atol=1e-14)
    long = np.empty((B, 2 * K))
    long[:, K:] = x
    out[:] = 0
    times(long[:, K:])  # rows that do not lie one after another
    np.testing.assert_allclose(out, x @ W, rtol=1e-12, atol=1e-14)
    W[:] = 0  # the weights were copied
    times(x)
    assert out.any()


def test_nothing_is_cut_where_cutting_saves_nothing(monkeypatch):
    calls = []
    monkeypatch.setattr(products.np, "matmul", lambda *_: calls.append("pieces"))
    for in_place in (False, True):
        monkeypatch.setattr(products, "IN_PLACE", in_place)
        product(np.ones((512, 128)), np.empty((32, 128)), 4)(np.ones((32, 512)))
        assert calls == ["pieces"] * in_place


@every_layer
@pytest.mark.parametrize("shape", [(4, 3, 2, 4), (3, 1, 5, 8), (5, 2, 3, 5), (3, 4, 2, 6)])
def test_layers_of_cut_weights_are_those_of_torch(name, shape, cut):
    case = CASES[name]
    w, xs, state, dhs, dstate = draw(case, *shape, 0)
    layer = make(case, w)
    found = (*layer.forward(xs, state), *layer.backward(dhs, dstate))
    assert_close(found, torch_gradients(case, xs, state, w, dhs, dstate))


@every_layer
def test_cutting_changes_rounding_only(name, monkeypatch):
    case = CASES[name]
    w, xs, state, dhs, dstate = draw(case, 6, 64, 40, 128, 1)
    w = type(w)(*(0.2 * a for a in arrays_of(w).values()))
    found = []
    for in_place in (False, True):
        monkeypatch.setattr(products, "IN_PLACE", in_place)
        layer = make(case, w)
        found.append((*layer.forward(xs, state), *layer.backward(dhs, dstate)))
    assert_close(*found, rtol=1e-9, atol=1e-11)


def test_widths(monkeypatch):
    monkeypatch.setattr(products, "IN_PLACE", True)
    assert width(32, 193, 128) == 128  # small enough
    assert width(64, 385, 256) == 32
    assert width(32, 512, 128) == 32
    assert width(64, 1024, 256) == 256  # would have to be narrower than is good
    assert width(64, 385, 250) == 250  # not an even number of pieces
    monkeypatch.setattr(products, "IN_PLACE", False)
    assert width(64, 385, 256) == 256


@pytest.mark.parametrize(
    ("variables", "loop", "expected"),
    [
        ({"OMP_NUM_THREADS": "1"}, "X86_V4", True),
        ({"OMP_NUM_THREADS": "1"}, "AVX512_SKX", True),
        ({"OMP_NUM_THREADS": "1"}, "X86_V3", False),
        ({"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "4"}, "X86_V4", False),
        ({"OMP_NUM_THREADS": "2"}, "X86_V4", False),
        ({"OMP_NUM_THREADS": "1", "OPENBLAS_CORETYPE": "Haswell"}, "X86_V4", False),
        ({"OMP_NUM_THREADS": "1", "OPENBLAS_CORETYPE": "SkylakeX"}, "X86_V3", True),
    ],
)
def test_what_openblas_does_is_told_from_outside(variables, loop, expected, monkeypatch):
    for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "OPENBLAS_CORETYPE"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    loops = {"tanh": {"dd": {"current": loop, "available": ""}}}
    monkeypatch.setattr(np.lib.introspect, "opt_func_info", lambda **_: loops)
    assert products.multiplies_in_place() is expected
