"""All cells under one contract: weights, states, losses, and what should be equal to what."""

from dataclasses import dataclass, field, fields
from functools import partial

import numpy as np
import torch

from rnncourse.cells.convert import to_torch
from rnncourse.cells.gru import (
    GRUResetBeforeWeights,
    GRUWeights,
    gru_step,
    gru_step_reset_before,
)
from rnncourse.cells.lstm import LSTMState, LSTMWeights, lstm_step, lstm_step_backward
from rnncourse.cells.rnn import HiddenWeights, hidden_step


@dataclass(frozen=True)
class Case:
    name: str
    weights: type
    gates: int
    step: callable
    step_backward: callable = None
    options: dict = field(default_factory=dict)
    n_extra: int = 0  # vectors of H after the biases: b_hn, or peepholes

    def sample_weights(self, D, H, rng, scale=0.5):
        G = self.gates * H
        shapes = [(D, G), (H, G), (G,), *[(H,)] * self.n_extra]
        return self.weights(*(scale * rng.normal(size=shape) for shape in shapes))

    def sample_state(self, B, H, rng):
        if self.weights is LSTMWeights:
            return LSTMState(rng.normal(size=(B, H)), rng.normal(size=(B, H)))
        return rng.normal(size=(B, H))


CASES = {
    case.name: case
    for case in [
        Case("tanh", HiddenWeights, 1, hidden_step),
        Case(
            "relu",
            HiddenWeights,
            1,
            partial(hidden_step, activation="relu"),
            options={"activation": "relu"},
        ),
        Case("gru", GRUWeights, 3, gru_step, n_extra=1),
        Case("gru, reset before", GRUResetBeforeWeights, 3, gru_step_reset_before),
        Case("lstm", LSTMWeights, 4, lstm_step, lstm_step_backward),
        Case("lstm, peepholes", LSTMWeights, 4, lstm_step, lstm_step_backward, n_extra=3),
    ]
}


LAYERED = [name for name in CASES if name not in ("gru, reset before", "lstm, peepholes")]


def split_state(state):
    """Give a state as a tuple of arrays: (h,) or (h, c)."""
    return tuple(state) if isinstance(state, tuple) else (state,)


def cast(a):
    """Cast an array, or a state's arrays, to float32."""
    return type(a)(*map(cast, a)) if isinstance(a, tuple) else np.asarray(a, np.float32)


def make_state_like(state, arrays):
    return type(state)(*arrays) if isinstance(state, tuple) else arrays[0]


def run_steps(case, xs, state, w):
    """Run the readable face: the states h of all steps, and all states, the first included."""
    states = [state]
    for x in xs:
        states.append(case.step(x, states[-1], w))
    return np.array([split_state(state)[0] for state in states[1:]]), states


def run_steps_back(case, xs, states, w, dhs, dstate):
    dxs, dw = np.empty_like(xs), None
    for t in reversed(range(len(xs))):
        dh, *rest = split_state(dstate)
        dstate = make_state_like(states[0], [dh + dhs[t], *rest])
        dxs[t], dstate, dw_t = case.step_backward(dstate, xs[t], states[t], w)
        dw = dw_t if dw is None else add_parts(dw, dw_t)
    return dxs, dstate, dw


def add_parts(a, b):
    return type(a)(**{f.name: getattr(a, f.name) + getattr(b, f.name) for f in fields(a)})


def make_loss_by_steps(case, dhs, dstate):
    """Make a loss of `{"w", "xs", "state"}` whose gradients by hs and the last state are these."""

    def loss(at):
        state, total = at["state"], 0
        for t in range(len(dhs)):
            state = case.step(at["xs"][t], state, at["w"])
            total = total + (split_state(state)[0] * dhs[t]).sum()
        for part, d in zip(split_state(state), split_state(dstate), strict=True):
            total = total + (part * d).sum()
        return total

    return loss


def name_arrays(w):
    """Name the arrays of weights; absent peepholes are none."""
    named = {f.name: getattr(w, f.name) for f in fields(w)}
    return {name: array for name, array in named.items() if np.ndim(array)}


def assert_close(actual, expected, rtol=1e-10, atol=1e-12):
    """Compare arrays, states, weights, and tuples and dictionaries of them."""
    if isinstance(expected, tuple | list):
        assert len(actual) == len(expected)
        for a, b in zip(actual, expected, strict=True):
            assert_close(a, b, rtol, atol)
    elif hasattr(expected, "W_xh"):
        assert type(actual) is type(expected)
        assert_close(name_arrays(actual), name_arrays(expected), rtol, atol)
    elif isinstance(expected, dict):
        assert actual.keys() == expected.keys()
        for name in expected:
            assert_close(actual[name], expected[name], rtol, atol)
    else:
        np.testing.assert_allclose(actual, expected, rtol=rtol, atol=atol)


def build_torch_net(weights, layers=1, bidirectional=False, activation="tanh", dtype=torch.float64):
    kind = type(weights[0])
    D, H = weights[0].W_xh.shape[0], len(weights[0].W_hh)
    options = {"nonlinearity": activation} if kind is HiddenWeights else {}
    name = {HiddenWeights: "RNN", GRUWeights: "GRU", LSTMWeights: "LSTM"}[kind]
    net = getattr(torch.nn, name)(D, H, layers, bidirectional=bidirectional, **options).to(dtype)
    state = to_torch(weights, bidirectional)
    net.load_state_dict({key: torch.from_numpy(value) for key, value in state.items()})
    return net


def run_in_torch(case, xs, state, w):
    """Run one layer in PyTorch: `torch.nn` where it has the cell, equations where it has not."""
    if case.weights is GRUResetBeforeWeights or case.n_extra == 3:
        return run_torch_equations(case, xs, state, w)
    net = build_torch_net([w], **case.options)
    xs, state = torch.tensor(xs, requires_grad=True), [torch.tensor(s) for s in split_state(state)]
    for s in state:
        s.requires_grad_()
    stacked = [s[None] for s in state]
    hs, last = net(xs, stacked[0] if len(stacked) == 1 else tuple(stacked))
    last = [last] if len(stacked) == 1 else list(last)
    return hs, [s[0] for s in last], xs, state, dict(net.named_parameters())


def run_torch_equations(case, xs, state, w):
    """Write the two cells that `torch.nn` does not have, gate by gate, for autograd."""
    p = {name: torch.tensor(array, requires_grad=True) for name, array in name_arrays(w).items()}
    xs, state = torch.tensor(xs, requires_grad=True), [torch.tensor(s) for s in split_state(state)]
    for s in state:
        s.requires_grad_()
    H, hs, (h, *c) = len(p["W_hh"]), [], state

    def gate(k, x, h):
        columns = slice(k * H, (k + 1) * H)
        return x @ p["W_xh"][:, columns] + h @ p["W_hh"][:, columns] + p["b_h"][columns]

    for x in xs:
        if c:
            i = torch.sigmoid(gate(0, x, h) + p["p_i"] * c[0])
            f = torch.sigmoid(gate(1, x, h) + p["p_f"] * c[0])
            c = [f * c[0] + i * torch.tanh(gate(2, x, h))]
            h = torch.sigmoid(gate(3, x, h) + p["p_o"] * c[0]) * torch.tanh(c[0])
        else:
            r, z = torch.sigmoid(gate(0, x, h)), torch.sigmoid(gate(1, x, h))
            h = (1 - z) * torch.tanh(gate(2, x, r * h)) + z * h
        hs.append(h)
    return torch.stack(hs), [h, *c], xs, state, p


def compute_torch_gradients(case, xs, state, w, dhs, dstate):
    """Run in PyTorch, and differentiate by autograd: hs, last state, dxs, first dstate, dw."""
    hs, last, xs, first, p = run_in_torch(case, xs, state, w)
    loss = (hs * torch.tensor(dhs)).sum()
    for part, d in zip(last, split_state(dstate), strict=True):
        loss = loss + (part * torch.tensor(d)).sum()
    loss.backward()
    g = {name: value.grad.numpy() for name, value in p.items()}
    if "W_xh" in g:
        dw = type(w)(**g)
    else:
        H = len(w.W_hh)
        extra = {"b_hn": g["bias_hh_l0"][2 * H :]} if case.weights is GRUWeights else {}
        dw = type(w)(g["weight_ih_l0"].T, g["weight_hh_l0"].T, g["bias_ih_l0"], **extra)
    return (
        hs.detach().numpy(),
        make_state_like(state, [part.detach().numpy() for part in last]),
        xs.grad.numpy(),
        make_state_like(state, [part.grad.numpy() for part in first]),
        dw,
    )
