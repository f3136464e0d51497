"""Networks trained side by side, against networks that are trained alone."""

import numpy as np
import pytest
import torch

from rnncourse.training.ensemble import fit_ensemble

S, UPDATES, RATES = 3, 20, (0.01, 0.03, 0.1)


def stack_starts():
    """Two layers, and a parameter that nothing uses; S of each."""
    rng = np.random.default_rng(0)
    shapes = (S, 3, 4), (S, 1, 4), (S, 4), (S, 2)
    return [torch.tensor(rng.normal(size=shape), requires_grad=True) for shape in shapes]


def make_losses(parameters, s=slice(None)):
    W, b, w, _ = parameters

    def compute_losses(update):
        xs = torch.tensor(np.random.default_rng(update).normal(size=(S, 8, 3)))[s]
        ys = (torch.tanh(xs @ W + b) * w[..., None, :]).sum(-1)
        return (ys - 3 * xs.prod(-1)).square().mean(-1)

    return compute_losses


@pytest.mark.parametrize("decay", [False, True])
@pytest.mark.parametrize("clip", [0.5, None])
def test_updates_are_those_of_separate_runs(clip, decay):
    """The oracle is `torch.optim.Adam` and `clip_grad_norm_`, one network after the other."""
    together = stack_starts()
    fit_ensemble(
        together, make_losses(together), UPDATES, RATES, max_grad_norm=clip, lr_decay=decay
    )
    for s, rate in enumerate(RATES):
        alone = [p.detach()[s].clone().requires_grad_() for p in stack_starts()]
        adam, losses = torch.optim.Adam(alone, rate), make_losses(alone, s)
        for update in range(UPDATES):
            adam.param_groups[0]["lr"] = rate * (min(1, 3 - 3 * update / UPDATES) if decay else 1)
            adam.zero_grad()
            losses(update).backward()
            if clip:
                torch.nn.utils.clip_grad_norm_(alone, clip)
            adam.step()
        for parameters, expected, start in zip(together, alone, stack_starts(), strict=True):
            torch.testing.assert_close(parameters[s], expected, rtol=1e-9, atol=1e-12)
            assert torch.equal(parameters[s], start[s]) == (start.shape == (S, 2))  # the unused one


def test_a_network_that_diverges_stops_and_its_neighbors_do_not_feel_it():
    spoiled, healthy = stack_starts(), stack_starts()
    plain, history = make_losses(spoiled), []

    def spoil_losses(update):
        history.append(spoiled[0][1].detach().clone())
        return plain(update) * torch.tensor([1, torch.nan if update == 2 else 1, 1])

    outcome = fit_ensemble(spoiled, spoil_losses, 6, 0.1)
    fit_ensemble(healthy, make_losses(healthy), 6, 0.1)
    assert outcome.diverged.tolist() == [False, True, False]
    assert not torch.equal(history[1], history[2])
    assert all(torch.equal(later, history[2]) for later in history[3:])
    for parameters, expected in zip(spoiled, healthy, strict=True):
        torch.testing.assert_close(parameters[::2], expected[::2])


def test_a_network_that_reached_its_goal_stops_and_the_last_one_ends_the_training():
    parameters, looked = stack_starts(), []

    def is_reached(update):
        looked.append(parameters[0].detach().clone())
        return torch.tensor([update >= 2, True, update >= 6]) if update % 2 == 0 else None

    outcome = fit_ensemble(parameters, make_losses(parameters), 50, 0.1, goal=is_reached)
    assert outcome.reached_at.tolist() == [2, 2, 6]
    assert not outcome.diverged.any()
    assert len(looked) == 6
    assert torch.equal(looked[1][:2], looked[5][:2])
    assert not torch.equal(looked[4][2], looked[5][2])
