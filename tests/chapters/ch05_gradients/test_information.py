"""What a state still knows: networks, readers and gradients against other ways to compute them."""

import numpy as np
import pytest
import torch

from rnncourse.cells.initial import random_rotation
from rnncourse.cells.layers import layer_for
from rnncourse.chapters.ch05_gradients import information_figures as figures
from rnncourse.chapters.ch05_gradients.information import (
    H,
    better_readers,
    linear_reader,
    named,
    reaching,
    readable,
    sequences,
    taught,
    with_the_rest_known,
)
from rnncourse.chapters.ch05_gradients.side_by_side import KINDS, Ensemble, draw, train
from rnncourse.training.fit import fit

ACTIVATION = {"relu": "relu"}


def numpy_states(kind, seed, xs):
    """The states of one network by the NumPy layers of the package."""
    w = draw(KINDS[kind], xs.shape[-1], H, np.random.default_rng([seed, 0]))
    layer = layer_for(w, *[ACTIVATION[c] for c in (KINDS[kind].cell,) if c in ACTIVATION])
    found, state = [], None
    for x in xs:
        _, state = layer.forward(x[None], state)
        found.append(np.hstack(state) if isinstance(state, tuple) else state)
    return np.array(found)


@pytest.mark.parametrize("kind", KINDS)
def test_every_network_of_a_bank_is_that_of_the_package(kind):
    seeds, xs = (3, 4), sequences((3, 4), 0, 5, 6)[0]
    states = torch.stack(Ensemble(KINDS[kind], 8, H, 8, seeds).run(xs)).detach().numpy()
    for s, seed in enumerate(seeds):
        expected = numpy_states(kind, seed, xs[:, s].numpy())
        np.testing.assert_allclose(states[:, s], expected, rtol=1e-10, atol=1e-14)


def test_plain_kinds_differ_in_one_matrix_alone():
    drawn = [draw(KINDS[k], 8, H, np.random.default_rng(1)) for k in KINDS if k not in GATED]
    for other in drawn[1:]:
        np.testing.assert_array_equal(other.W_xh, drawn[0].W_xh)
        np.testing.assert_array_equal(other.b_h, np.zeros(H))
    Q = random_rotation(7, np.random.default_rng(0))
    np.testing.assert_allclose(Q @ Q.T, np.eye(7), atol=1e-12)


GATED = ("gru", "lstm")


def ensembles_loss(ensemble, xs):
    """Any loss: a smooth function of the last logits, one for each network."""
    return lambda _: ensemble.logits(ensemble.run(xs)[-1]).sin().sum((1, 2)) * 3


def test_training_side_by_side_is_training_alone():
    """The oracle is `fit`: torch's Adam, and its clipping."""
    xs = sequences((0, 1), 0, 4, 3)[0]
    both = Ensemble(KINDS["tanh"], 8, H, 3, (0, 1))
    train(both, ensembles_loss(both, xs), 5, 0.01)
    for s in (0, 1):
        alone = Ensemble(KINDS["tanh"], 8, H, 3, (s,))
        loss = ensembles_loss(alone, xs[:, s : s + 1])
        fit(alone.parameters, lambda u, loss=loss: loss(u).sum(), 5, 0.01, clip=1.0)
        for p, q in zip(both.parameters, alone.parameters, strict=True):
            np.testing.assert_allclose(p.detach()[s], q.detach()[0], rtol=1e-5, atol=1e-8)


def test_a_linear_reader_solves_the_normal_equations_and_is_scored_elsewhere():
    rng = np.random.default_rng(0)
    states, labels = rng.normal(size=(60, 5)), rng.integers(4, size=60)
    A = np.c_[states, np.ones(60)]
    W = linear_reader(states, labels)
    np.testing.assert_allclose(A.T @ A @ W, A.T @ np.eye(4)[labels], atol=1e-10)
    assert named(W, states, labels) > 0.3  # it knows a part of what it was fitted on by heart
    others, more = rng.normal(size=(4000, 5)), rng.integers(4, size=4000)
    assert abs(named(W, others, more) - 0.25) < 0.03
    corners = np.eye(4)[labels] + 0.01 * rng.normal(size=(60, 4))
    assert named(linear_reader(corners, labels), corners, labels) == 1


def test_a_symbol_is_readable_at_once_and_never_before_it_is_written():
    ensemble = taught("tanh", "untrained", (0,))
    assert readable(ensemble, (0,), (0, 40), 300)[0, 0] == 1
    assert abs(readable(ensemble, (0,), (40,), 300)[0, 0] - 0.25) < 0.1
    with torch.no_grad():
        ensemble.W_xh[:, :4] = ensemble.W_xh[:, :1]  # the four symbols are written alike
    assert abs(readable(ensemble, (0,), (0,), 1000)[0, 0] - 0.25) < 0.06


def test_the_gradient_is_a_product_of_jacobians():
    """dh_lag/dx_0 = W_xh diag(s_0) W_hh diag(s_1) ... W_hh diag(s_lag), multiplied out."""
    lags, N = (0, 1, 4), 6
    found = reaching(taught("tanh", "untrained", (2,)), (2,), lags, N)[:, 0]
    w = draw(KINDS["tanh"], 8, H, np.random.default_rng([2, 0]))
    xs = sequences((2,), 4, N, 4)[0][:, 0].numpy()
    hs = numpy_states("tanh", 2, xs)
    v, norms = np.random.default_rng(0).normal(size=(N, H)), {}
    for lag in lags:
        norms[lag] = []
        for n in range(N):
            J = w.W_xh * (1 - hs[0, n] ** 2)
            for t in range(1, lag + 1):
                J = J @ w.W_hh * (1 - hs[t, n] ** 2)
            norms[lag].append(np.linalg.norm(J @ v[n]))
    expected = [np.log10(np.median(norms[lag]) / np.median(norms[0])) for lag in lags]
    np.testing.assert_allclose(found, expected, atol=1e-9)


def test_who_knows_the_rest_reads_until_the_last_digit_that_is_stored():
    share = with_the_rest_known("tanh", (0, 1), torch.float64, (0, 20), 20)
    np.testing.assert_array_equal(share, 1)
    rough = with_the_rest_known("tanh", (0, 1), torch.float16, (0, 5, 50), 20)
    np.testing.assert_array_equal(rough[:2], 1)
    assert (rough[2] < 0.6).all()


def test_better_readers_see_what_a_line_does_not():
    """Exclusive or: no linear reader, but the others."""
    rng = np.random.default_rng(0)
    signs = rng.choice([-1.0, 1.0], (1500, 2))
    labels = (signs[:, 0] * signs[:, 1] > 0).astype(int)
    states = np.c_[signs, signs[:, 0]] + 0.2 * rng.normal(size=(1500, 3))  # a third, alike
    scores = better_readers(states, labels, 500)
    assert scores["linear"] < 0.8  # three of the four corners
    assert min(scores["mlp"], scores["nearest"]) > 0.95


def test_the_figure_draws_the_numbers_that_it_is_given():
    lags, line = [0, 5], np.array([1, 0.5])
    ax = figures.stored(lags, line, {"float16": line / 2}).axes[0]
    np.testing.assert_array_equal(ax.get_lines()[1].get_ydata(), line / 2)
