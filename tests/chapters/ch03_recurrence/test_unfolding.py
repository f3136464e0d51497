"""Unfolding changes nothing: the identities hold for other sizes and seeds too."""

from dataclasses import fields

import numpy as np
import pytest
import torch

from rnncourse.cells.initial import initial_weights
from rnncourse.cells.rnn import HiddenWeights, RNNWeights, hidden_step, rnn_step
from rnncourse.cells.rnn_layer import RNNLayer

D, H, B = 3, 5, 2


def sample_example(T, seed=0):
    """Draw weights, inputs `T B D`, and a first state that is not zero."""
    rng = np.random.default_rng(seed)
    w = initial_weights(HiddenWeights, D, H, rng)
    return w, rng.normal(size=(T, B, D)), rng.normal(size=(B, H))


def assert_close(a, b):
    np.testing.assert_allclose(a, b, rtol=1e-12, atol=1e-12)


def check_copies(w, xs, h_0):
    """A gradient by a shared weight is the sum of those by a copy of it for every step."""
    steps = []
    for _ in xs:
        steps.append({f.name: torch.tensor(getattr(w, f.name)).requires_grad_() for f in fields(w)})
    h = torch.tensor(h_0)
    for x, c in zip(torch.tensor(xs), steps, strict=True):
        h = torch.tanh(x @ c["W_xh"] + h @ c["W_hh"] + c["b_h"])
    h.sum().backward()
    layer = RNNLayer(w)
    layer.forward(xs, h_0)
    shared = layer.backward(None, np.ones((B, H)))[2]
    for f in fields(w):
        assert_close(sum(c[f.name].grad.numpy() for c in steps), getattr(shared, f.name))


def check_unfolded(w, xs, h_0):
    """h_T as one function of the whole past is T uses of one transition; many to one is its end."""
    h = h_0
    for x in xs:
        h = hidden_step(x, h, w)
    assert_close(RNNLayer(w).forward(xs, h_0)[0][-1], h)


def check_shifted(w, xs, h_0):
    """The same inputs from the same state give the same states as later steps."""
    shifted, layer = np.random.default_rng(1).normal(size=(5, B, D)), RNNLayer(w)
    between = layer.forward(shifted, h_0)[1]
    late = layer.forward(np.concatenate([shifted, xs]), h_0)[0]
    assert_close(late[5:], layer.forward(xs, between)[0])


def check_one_to_many(w, xs, h_0):
    """One to many is the same chain when nothing more is read."""
    chain = RNNLayer(w).forward(np.concatenate([xs[:1], 0 * xs[1:]]), h_0)[0]
    h = hidden_step(xs[0], h_0, w)
    for state in chain:
        assert_close(state, h)
        h = np.tanh(h @ w.W_hh + w.b_h)  # no input any more


def check_deck_c_network(_, xs, h):
    """Deck C's network, in columns: a_t = b + W s_(t-1) + U x_t, s_t = f(a_t), o_t = c + V s_t."""
    rng = np.random.default_rng(2)
    w = RNNWeights(*(rng.normal(size=shape) for shape in ((D, H), (H, H), (H, 4), (H,), (4,))))
    U, W, V, b, c = w.W_xh.T, w.W_hh.T, w.W_hy.T, w.b_h[:, None], w.b_y[:, None]
    s = h.T
    for x in xs:
        y, h = rnn_step(x, h, w)
        s = np.tanh(b + W @ s + U @ x.T)
        assert_close(s.T, h)
        assert_close((c + V @ s).T, y)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("T", [1, 2, 9])
def test_the_identities_hold_for_any_length(T, seed):
    for identity in (
        check_copies,
        check_unfolded,
        check_shifted,
        check_one_to_many,
        check_deck_c_network,
    ):
        identity(*sample_example(T, seed))


def test_each_state_depends_on_all_inputs_before_it_and_on_no_later_one():
    w, xs, h_0 = sample_example(6)
    layer = RNNLayer(w)
    hs, _ = layer.forward(xs, h_0)
    for t in range(len(xs)):
        changed = xs.copy()
        changed[t] += 1
        apart = np.abs(layer.forward(changed, h_0)[0] - hs).max((1, 2))
        assert not apart[:t].any()
        assert (apart[t:] > 0).all()


def test_the_simple_network_of_deck_c_is_torch_s():
    rnn = torch.nn.RNN(3, 5, dtype=torch.float64)
    W, U, b = rnn.weight_hh_l0, rnn.weight_ih_l0, rnn.bias_ih_l0 + rnn.bias_hh_l0
    xs, s = torch.randn(6, 1, 3, dtype=torch.float64), torch.zeros(5, dtype=torch.float64)
    for x in xs:
        s = torch.tanh(b + W @ s + U @ x[0])
    torch.testing.assert_close(rnn(xs)[0][-1, 0], s, rtol=1e-12, atol=1e-14)
