"""Stacks of layers, in one or both directions, are PyTorch's, padded batches included."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from rnncourse.cells.convert import from_torch, to_torch
from rnncourse.cells.gru import GRUResetBeforeWeights
from rnncourse.cells.lstm import LSTMState
from rnncourse.cells.shapes import ShapeError
from rnncourse.cells.stack import Stack
from rnncourse.core.gradcheck import check_gradient
from tests.cells.cases import CASES, arrays_of, assert_close, parts, torch_net

sizes, seeds = st.integers(1, 4), st.integers(0, 10**6)
IN_TORCH = [name for name in CASES if name in ("tanh", "relu", "gru", "lstm")]


def draw(case, layers, directions, T, B, D, H, seed):
    rng = np.random.default_rng(seed)
    weights = [
        case.draw(D if n < directions else directions * H, H, rng)
        for n in range(layers * directions)
    ]
    states, dstates = ([case.state(B, H, rng) for _ in weights] for _ in range(2))
    xs, dhs = rng.normal(size=(T, B, D)), rng.normal(size=(T, B, directions * H))
    return weights, xs, states, dhs, dstates


def stacked(states):
    """Give states to torch as it wants them: `L B H`, or two of these."""
    columns = zip(*(parts(state) for state in states), strict=True)
    tensors = [torch.tensor(np.array(column), requires_grad=True) for column in columns]
    return tensors[0] if len(tensors) == 1 else tuple(tensors)


def run_torch(case, weights, bidirectional, xs, states, dhs, dstates, lengths=None):
    """Run forward and backward in PyTorch, and give the results as `Stack` gives them."""
    layers = len(weights) // (2 if bidirectional else 1)
    net = torch_net(weights, layers, bidirectional, **case.options)
    xs, first = torch.tensor(xs, requires_grad=True), stacked(states)
    if lengths is None:
        hs, last = net(xs, first)
    else:
        packed, last = net(pack_padded_sequence(xs, lengths, enforce_sorted=False), first)
        hs, _ = pad_packed_sequence(packed, total_length=len(xs))
    loss = (hs * torch.tensor(dhs)).sum()
    for end, d in zip(parts(last), parts(stacked(dstates)), strict=True):
        loss = loss + (end * d).sum()
    loss.backward()

    def listed(tensors):
        arrays = [[a.detach().numpy() for a in tensor] for tensor in parts(tensors)]
        return arrays[0] if len(arrays) == 1 else list(map(LSTMState, *arrays))

    g = {name: p.grad.numpy() for name, p in net.named_parameters()}
    kind = {"tanh": "rnn", "relu": "rnn"}
    names = {name: array for name, array in g.items() if "bias_ih" not in name}
    grads = from_torch(names, kind.get(case.name, case.name))  # both biases have one gradient
    for n, dw in enumerate(grads):
        directions = 2 if bidirectional else 1
        place = f"l{n // directions}{'_reverse' if n % directions else ''}"
        dw.b_h[:] = g[f"bias_ih_{place}"]
    dfirst = tuple(tensor.grad for tensor in parts(first))
    dfirst = dfirst[0] if len(dfirst) == 1 else dfirst
    return hs.detach().numpy(), listed(last), xs.grad.numpy(), listed(dfirst), grads


@pytest.mark.parametrize("bidirectional", [False, True])
@pytest.mark.parametrize("name", IN_TORCH)
@given(layers=st.integers(1, 3), T=sizes, B=sizes, D=sizes, H=sizes, seed=seeds)
def test_stacks_are_those_of_torch(name, bidirectional, layers, T, B, D, H, seed):
    case = CASES[name]
    weights, xs, states, dhs, dstates = draw(case, layers, 1 + bidirectional, T, B, D, H, seed)
    stack = Stack(weights, bidirectional, **case.options)
    found = (*stack.forward(xs, states), *stack.backward(dhs, dstates))
    assert_close(found, run_torch(case, weights, bidirectional, xs, states, dhs, dstates))


@pytest.mark.parametrize("name", IN_TORCH)
@given(lengths=st.lists(st.integers(1, 5), min_size=1, max_size=4), seed=seeds)
def test_padded_batches_are_torch_s_packed_sequences(name, lengths, seed):
    case, T = CASES[name], max(lengths) + 1
    weights, xs, states, dhs, dstates = draw(case, 2, 2, T, len(lengths), 3, 4, seed)
    mask = np.arange(T)[:, None] < np.array(lengths)
    stack = Stack(weights, bidirectional=True, **case.options)
    found = (*stack.forward(xs, states, mask), *stack.backward(dhs, dstates))
    expected = run_torch(case, weights, True, xs, states, dhs, dstates, lengths)
    assert_close(found, expected)


@pytest.mark.parametrize("name", CASES)
def test_every_entry_of_a_stack_s_gradient_is_right(name):
    """Two layers, both directions, padding: the stack itself takes complex numbers."""
    case = CASES[name]
    weights, xs, states, dhs, dstates = draw(case, 2, 2, 3, 2, 2, 3, 1)
    mask = np.array([[True, True], [True, False], [True, False]])
    stack = Stack(weights, True, **case.options)

    def loss(at):
        stack.weights = at["weights"]
        hs, ends = stack.forward(at["xs"], at["states"], mask)
        pairs = zip(ends, dstates, strict=True)
        return (hs * dhs).sum() + sum(
            (a * d).sum() for end, ds in pairs for a, d in zip(parts(end), parts(ds), strict=True)
        )

    at = {"weights": weights, "xs": xs, "states": states}
    loss(at)
    dxs, firsts, dweights = stack.backward(dhs, dstates)
    gradient = {"weights": dweights, "xs": dxs, "states": firsts}
    assert check_gradient(loss, at, gradient).error < 1e-12


@pytest.mark.parametrize("name", CASES)
def test_the_law_of_state_holds_for_a_stack(name):
    case = CASES[name]
    weights, xs, states, _, _ = draw(case, 3, 1, 6, 2, 3, 4, 2)
    stack = Stack(weights, **case.options)
    whole, last = stack.forward(xs, states)
    first, between = stack.forward(xs[:2], states)
    second, end = stack.forward(xs[2:], between)
    assert_close((np.concatenate([first, second]), end), (whole, last), rtol=1e-13, atol=1e-15)


def test_weights_can_be_set_and_read():
    case, rng = CASES["gru"], np.random.default_rng(0)
    stack = Stack([case.draw(2, 3, rng), case.draw(3, 3, rng)])
    stack.weights = [type(w)(*(2 * a for a in arrays_of(w).values())) for w in stack.weights]
    xs = rng.normal(size=(2, 1, 2))
    assert_close(stack.forward(xs), Stack(stack.weights).forward(xs), rtol=0, atol=0)


def test_a_loss_may_look_at_the_last_states_alone():
    case = CASES["lstm"]
    weights, xs, states, dhs, dstates = draw(case, 2, 2, 3, 2, 2, 3, 3)
    stack = Stack(weights, bidirectional=True)
    stack.forward(xs, states)
    found = stack.backward(None, dstates)
    stack.forward(xs, states)
    assert_close(found, stack.backward(0 * dhs, dstates), rtol=0, atol=0)


def test_what_does_not_fit_a_stack_is_named():
    case, rng = CASES["lstm"], np.random.default_rng(0)
    low, high = case.draw(2, 3, rng), case.draw(3, 3, rng)
    with pytest.raises(ShapeError, match=r"W_xh of a layer must be \(6, \.\.\.\).* got \(3, 12\)"):
        Stack([low, low, high, high], bidirectional=True)
    with pytest.raises(ValueError, match="layers of 2 weights each; got 1 in all"):
        Stack([low], bidirectional=True)
    with pytest.raises(ValueError, match="got 0 in all"):
        Stack([])
    stack = Stack([low, high])
    with pytest.raises(ValueError, match="needs as many states; got 1"):
        stack.forward(np.zeros((2, 1, 2)), [None])
    stack.forward(np.zeros((2, 1, 2)))
    with pytest.raises(ShapeError, match=r"dhs must be \(2, 1, 3\), as hs; got \(2, 1, 6\)"):
        stack.backward(np.zeros((2, 1, 6)))


def test_a_reset_before_the_product_is_another_function():
    """The GRU trap: the same numbers in both forms give different states."""
    rng = np.random.default_rng(0)
    after = CASES["gru"].draw(2, 3, rng)
    before = GRUResetBeforeWeights(after.W_xh, after.W_hh, after.b_h)
    after.b_hn[:] = 0
    xs = rng.normal(size=(3, 1, 2))
    one, other = (Stack([w]).forward(xs)[0] for w in (after, before))
    np.testing.assert_allclose(one[0], other[0], rtol=1e-12)  # from a state of 0 they agree
    assert np.abs(one[1:] - other[1:]).max() > 1e-3
    assert to_torch([after]).keys() == dict(torch.nn.GRU(2, 3).named_parameters()).keys()
