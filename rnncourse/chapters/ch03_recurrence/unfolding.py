"""Unfolding: a recurrent network as a deep one without cycles, whose layers share weights."""

from dataclasses import fields

import numpy as np
import torch

from rnncourse.cells.initial import initial_weights
from rnncourse.cells.rnn import HiddenWeights, RNNWeights, hidden_step, rnn_step
from rnncourse.cells.rnn_layer import RNNLayer

D, H, B = 3, 5, 2


def example(T: int, seed: int = 0) -> tuple[HiddenWeights, np.ndarray, np.ndarray]:
    """Draw weights, inputs `T B D`, and a first state that is not zero."""
    rng = np.random.default_rng(seed)
    return (
        initial_weights(HiddenWeights, D, H, rng),
        rng.normal(size=(T, B, D)),
        rng.normal(size=(B, H)),
    )


def copies_gap(T: int = 8, seed: int = 0) -> float:
    """Compare shared weights with a copy of them for every step.

    The gradient by a shared weight must be the sum of the gradients by its copies, which a
    feedforward network of T layers has by ordinary backpropagation.

    Returns:
        The largest relative difference.
    """
    w, xs, h_0 = example(T, seed)
    copies = [
        {f.name: torch.tensor(getattr(w, f.name), requires_grad=True) for f in fields(w)}
        for _ in range(T)
    ]
    h = torch.tensor(h_0)
    for x, c in zip(torch.tensor(xs), copies, strict=True):
        h = torch.tanh(x @ c["W_xh"] + h @ c["W_hh"] + c["b_h"])
    h.sum().backward()
    layer = RNNLayer(w)
    hs, _ = layer.forward(xs, h_0)
    dhs = np.zeros_like(hs)
    dhs[-1] = 1
    _, _, dw = layer.backward(dhs)
    gaps = []
    for f in fields(w):
        total, shared = sum(c[f.name].grad.numpy() for c in copies), getattr(dw, f.name)
        gaps.append(np.abs(total - shared).max() / np.abs(shared).max())
    return float(max(gaps))


def unfolding_gap(T: int = 8, seed: int = 0) -> float:
    """Compare h_T as one function of the whole past with T uses of one transition.

    g(x_T, ..., x_1) is the layer that reads the whole sequence; f is one step.
    """
    w, xs, h_0 = example(T, seed)
    whole, _ = RNNLayer(w).forward(xs, h_0)
    h = h_0
    for x in xs:
        h = hidden_step(x, h, w)
    return float(np.abs(whole[-1] - h).max())


def shift_gap(T: int = 8, later: int = 5, seed: int = 0) -> float:
    """Compare the same inputs from the same state, read as steps 1 to T and as later ones.

    A function that does not change from step to step must give the same states.
    """
    w, xs, h_0 = example(T, seed)
    other = np.random.default_rng(seed + 1).normal(size=(later, B, D))
    layer = RNNLayer(w)
    _, between = layer.forward(other, h_0)
    late, _ = layer.forward(np.concatenate([other, xs]), h_0)
    again, _ = layer.forward(xs, between)
    return float(np.abs(late[later:] - again).max())


def simple_gap(T: int = 8, seed: int = 0) -> float:
    """Compare the simple network of deck C, with its columns and letters, with `rnn_step`.

        a_t = b + W s_(t-1) + U x_t,   s_t = f(a_t),   o_t = c + V s_t

    Returns:
        The largest difference between states and between outputs.
    """
    rng = np.random.default_rng(seed)
    shapes = (D, H), (H, H), (H, 4), (H,), (4,)
    w = RNNWeights(*(rng.normal(size=shape) for shape in shapes))
    U, W, V, b, c = w.W_xh.T, w.W_hh.T, w.W_hy.T, w.b_h[:, None], w.b_y[:, None]
    xs, h = rng.normal(size=(T, B, D)), rng.normal(size=(B, H))
    s, gaps = h.T, []
    for x in xs:
        y, h = rnn_step(x, h, w)
        s = np.tanh(b + W @ s + U @ x.T)
        gaps += [np.abs(s.T - h).max(), np.abs((c + V @ s).T - y).max()]
    return float(max(gaps))


def shapes_gap(T: int = 8, seed: int = 0) -> float:
    """Compare many to one and one to many with the chain of many to many.

    Many to one is its last answer alone; one to many is the same chain when nothing more is read.

    Returns:
        The largest difference.
    """
    w, xs, h_0 = example(T, seed)
    layer = RNNLayer(w)
    many, _ = layer.forward(xs, h_0)
    one = h_0
    for x in xs:
        one = hidden_step(x, one, w)
    silent = np.concatenate([xs[:1], np.zeros_like(xs[1:])])
    chain, _ = layer.forward(silent, h_0)
    h, written = hidden_step(xs[0], h_0, w), []
    for _ in range(T):
        written.append(h)
        h = np.tanh(h @ w.W_hh + w.b_h)  # no input any more
    return float(max(np.abs(many[-1] - one).max(), np.abs(chain - np.array(written)).max()))


def parameter_counts(V: int, n: int) -> int:
    """Count the free numbers of a full table: P(next | n - 1 before), for V symbols."""
    return V ** (n - 1) * (V - 1)
