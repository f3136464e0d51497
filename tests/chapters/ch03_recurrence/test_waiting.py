"""Products are counted where one needs another's result, forward and backward, and nowhere else."""

import pytest
import torch

from rnncourse.chapters.ch03_recurrence.waiting import WAYS, Waiting, chains


def test_only_products_that_need_each_other_wait():
    a, b = torch.ones(2, 2), torch.ones(2)
    with Waiting() as waiting:
        side_by_side = torch.cat([a @ a for _ in range(5)])
        chained = a @ (a @ (a @ b))
        batched = torch.bmm(chained.expand(1, 2, 2), a[None])
        linear = torch.nn.functional.linear(a, a, b)
    found = [waiting.chain(x) for x in (a, side_by_side, chained, batched, linear)]
    assert found == [0, 1, 3, 4, 1]


def test_what_is_written_into_an_array_is_behind_all_views_of_it():
    a, out = torch.ones(2, 2), torch.zeros(2, 4)
    with Waiting() as waiting:
        left = out[:, :2]
        left += a @ a
        chosen = torch.zeros_like(a).scatter_(1, (a @ a @ a).argmax(1, keepdim=True), 1.0)
    assert [waiting.chain(x) for x in (out, left, out.T, chosen)] == [1, 1, 1, 2]


def test_the_way_back_is_followed():
    w = torch.ones(2, 2, requires_grad=True)
    with Waiting() as waiting:
        (torch.ones(1, 2) @ w @ w @ w).sum().backward()
    assert waiting.chain(w.grad) == 3  # back through the third and the second; the first's share


# Counted on paper from the equations, for T steps. Forward: x W_xh of all steps is one product, and
# y = h W_hy one; a state that comes back adds one a step, an answer two. Backward: one product for
# dh, one for the weights, and one for every step between that a gradient crosses.
PAPER = {
    "teacher_forced": lambda T: (2, 4),
    "free_running": lambda T: (
        2 * T,
        2 * T + 2,
    ),  # no gradient goes through the choice of an answer
    "hidden": lambda T: (T + 1, 2 * T + 2),
}


@pytest.mark.parametrize("way", WAYS)
def test_networks_wait_as_counted_on_paper(way):
    for T in (1, 2, 7, 40):
        assert chains(way, T) == PAPER[way](T)
