"""The loop that trains: what it does at every update, against the same written out."""

import numpy as np
import pytest
import torch
from torch.optim.lr_scheduler import LambdaLR

from rnncourse.training.fit import fit, one_cycle_schedule


def make_parabola():
    return torch.tensor([3.0, -4.0], requires_grad=True)


def test_fit_is_adam_with_a_clipped_gradient_and_a_schedule():
    x, y = make_parabola(), make_parabola()
    losses = fit(
        [x],
        lambda update: (update + 1) * (x**2).sum(),
        5,
        0.1,
        max_grad_norm=0.5,
        betas=(0.8, 0.9),
        schedule=lambda optimizer: LambdaLR(optimizer, lambda update: 1 / (update + 1)),
    )
    optimizer, expected = torch.optim.Adam([y], 0.1, (0.8, 0.9)), []
    for update in range(5):
        optimizer.param_groups[0]["lr"] = 0.1 / (update + 1)
        optimizer.zero_grad()
        loss = (update + 1) * (y**2).sum()
        loss.backward()
        y.grad *= 0.5 / y.grad.norm()
        optimizer.step()
        expected.append(loss.item())
    assert losses == pytest.approx(expected)
    np.testing.assert_allclose(x.detach(), y.detach(), rtol=1e-6)


def test_a_loss_that_is_a_number_brings_its_own_gradient():
    x, y = make_parabola(), make_parabola()

    def by_hand(_):
        x.grad = 2 * x.detach()
        return float((x.detach() ** 2).sum())

    assert fit([x], by_hand, 3, 0.1) == fit([y], lambda _: (y**2).sum(), 3, 0.1)
    assert torch.equal(x, y)


@pytest.mark.parametrize(
    "options",
    [{"learning_rate": 0.1, "optimizers": True}, {"betas": (0.8, 0.9), "optimizers": True}, {}],
)
def test_a_learning_rate_that_would_be_ignored_is_refused(options):
    x = make_parabola()
    if "optimizers" in options:
        options = {**options, "optimizers": [torch.optim.SGD([x], 0.1)]}
    with pytest.raises(ValueError, match="learning_rate and betas, or optimizers"):
        fit([x], lambda _: (x**2).sum(), 3, **options)
    assert torch.equal(x, make_parabola())


@pytest.mark.parametrize("updates", [9, 10, 11])
def test_a_cycle_may_have_one_update_of_warm_up(updates):
    x, rates = make_parabola(), []
    schedule = one_cycle_schedule(0.1, updates, warm_up=0.1)
    sgd = torch.optim.SGD([x], 0.1)
    fit(
        [x],
        lambda _: rates.append(sgd.param_groups[0]["lr"]) or (x**2).sum(),
        updates,
        optimizers=[sgd],
        schedule=schedule,
    )
    assert max(rates[:2]) == pytest.approx(0.1, rel=0.05)
    assert rates[-1] < 1e-4


def test_other_optimizers_bring_their_own_learning_rate():
    x = make_parabola()
    fit([x], lambda _: (x**2).sum(), 1, max_grad_norm=1e9, optimizers=[torch.optim.SGD([x], 0.1)])
    torch.testing.assert_close(x.detach(), 0.8 * make_parabola().detach())


def test_a_report_that_returns_true_ends_training():
    x, calls = make_parabola(), []

    def report(update, loss):
        calls.append((update, loss))
        return update == 2

    losses = fit([x], lambda _: (x**2).sum(), 9, 0.1, report=report)
    assert calls == [(1, losses[0]), (2, losses[1])]
