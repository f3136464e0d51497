"""The questions of chapter 7: references against torch, and honest answers."""

import numpy as np
import pytest
import torch

from rnncourse.chapters.ch07_lstm.questions import QUESTIONS
from rnncourse.grading.checks import grade

BY_ID = {q.id: q for q in QUESTIONS}


def cases(question_id, seeds=3):
    question = BY_ID[question_id]
    return [(a, question.reference(*a)) for seed in range(seeds) for a in question.cases(seed)]


def torchs(W_xh, W_hh, b_h):
    """Make a cell of torch with given weights."""
    cell = torch.nn.LSTMCell(*(len(W) for W in (W_xh, W_hh))).double()
    arrays = (W_xh.T, W_hh.T, b_h, np.zeros_like(b_h))
    with torch.no_grad():
        for p, array in zip(cell.parameters(), arrays, strict=True):
            p.copy_(torch.tensor(array))
    return cell


@pytest.mark.parametrize(("arguments", "steps"), cases("07-keeping"))
def test_that_share_is_left_after_so_many_steps(arguments, steps):
    b, share = arguments
    gate = torch.sigmoid(torch.tensor(b)).numpy()
    np.testing.assert_allclose(gate**steps, share, rtol=1e-10)


@pytest.mark.parametrize(("arguments", "result"), cases("07-step"))
def test_the_step_is_torchs(arguments, result):
    x, h, c, *weights = arguments
    theirs = torchs(*weights)(torch.tensor(x), (torch.tensor(h), torch.tensor(c)))
    for mine, other in zip(result, theirs, strict=True):
        np.testing.assert_allclose(mine, other.detach(), rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize(("arguments", "result"), cases("07-backward"))
def test_the_step_backward_is_torchs(arguments, result):
    dh, dc, x, h, c, *weights = arguments
    leaves = [torch.tensor(a, requires_grad=True) for a in (x, h, c)]
    h_new, c_new = torchs(*weights)(leaves[0], tuple(leaves[1:]))
    sent = (h_new * torch.tensor(dh)).sum() + (c_new * torch.tensor(dc)).sum()
    for mine, theirs in zip(result, torch.autograd.grad(sent, leaves), strict=True):
        np.testing.assert_allclose(mine, theirs, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize(("arguments", "result"), cases("07-biases"))
def test_the_biases_open_torchs_forget_gates_for_the_times(arguments, result):
    u, T = arguments
    H = len(u)
    net = torch.nn.LSTM(1, H).double()
    with torch.no_grad():
        for p in net.parameters():
            p.zero_()
        net.bias_ih_l0.copy_(torch.tensor(result[0]))
        net.bias_hh_l0.copy_(torch.tensor(result[1]))
        c = torch.ones(1, 1, H).double()
        _, (_, after) = net(torch.zeros(1, 1, 1).double(), (torch.zeros_like(c), c))
    times = 1 + u * (T - 2)  # a candidate of 0 writes nothing
    np.testing.assert_allclose(after[0, 0], 1 - 1 / (times + 1), rtol=1e-10)


def gates(W_xh, b_h):
    """Return what the gates of each cell have for each character, without a state."""
    return (W_xh + b_h).reshape(6, 4, -1)


def by_bracket(W_xh, b_h, W_hy, W_hh):
    i, _, g, o = gates(W_xh, b_h).swapaxes(0, 1)
    written = np.tanh(g) / (1 + np.exp(-i)) / (1 + np.exp(-o))
    return abs((written[4] - written[5]) * W_hy[:, 5])


def alone_in_the_readout(W_xh, b_h, W_hy, W_hh):
    w, o = W_hy[:, 5], gates(W_xh, b_h)[:, 3].mean(0)
    only = (np.delete(W_hy, 5, 1) == 0).all(1)
    return only & (abs(w) > 3.4) & (abs(w) < 4.6) & (o > 0)


def by_noise(W_xh, b_h, W_hy, W_hh):
    i, _, g, _ = gates(W_xh, b_h).swapaxes(0, 1)
    return (abs(i[4:].mean(0) - i[:4].mean(0) - 7) < 2.5) * g[:4].std(0)


def shutting(W_hh):
    """Return the weights by which each cell opens and shuts the output gates of all."""
    return W_hh.reshape(7, 4, 7)[:, 3]


WITHOUT_READING = {
    "the input gate at a letter": lambda W_xh, b_h, W_hy, W_hh: -abs(gates(W_xh, b_h)[0, 0] + 1),
    "the weights of a bracket": lambda W_xh, b_h, W_hy, W_hh: -abs((W_xh[4] - W_xh[0])[:7] - 7),
    "two gates at a letter": lambda W_xh, b_h, W_hy, W_hh: (
        -(abs(gates(W_xh, b_h)[0, 1] - 6) + abs(gates(W_xh, b_h)[0, 3] - 3))
    ),
    "what a bracket writes": by_bracket,
    "a readout of one number": alone_in_the_readout,
    "letters that disturb": by_noise,
    "letters that do not": lambda *weights: (by_noise(*weights) > 0) / (1 + by_noise(*weights)),
    "who shuts it": lambda W_xh, b_h, W_hy, W_hh: (
        (shutting(W_hh).min(0) < -10)
        * (gates(W_xh, b_h)[:, 3].mean(0)[shutting(W_hh).argmin(0)] < 0)
    ),
    "what who shuts it says": lambda W_xh, b_h, W_hy, W_hh: (
        (shutting(W_hh).min(0) < -10) * abs(W_hy[shutting(W_hh).argmin(0), 5])
    ),
    "biases and the readout": lambda W_xh, b_h, W_hy, W_hh: (
        abs(W_hy[:, 5]) - 9 * abs(b_h.reshape(4, -1).T - [-6, 6, 0, 3]).sum(1)
    ),
}


@pytest.mark.parametrize("cue", WITHOUT_READING)
def test_who_reads_no_text_finds_no_more_cells_than_a_guess_between_two(cue):
    score = WITHOUT_READING[cue]
    question = BY_ID["07-prove"]

    def answer(ids, W_xh, W_hh, b_h, W_hy, b_y):
        return int(score(W_xh, b_h, W_hy, W_hh).argmax())

    assert sum(grade(question, answer, seed).earned for seed in range(4)) <= 1  # of 16
