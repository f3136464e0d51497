"""Networks that are deeper in one place: against loops over single steps, and as recorded."""

import numpy as np
import pytest
import torch

from rnncourse.chapters.ch09_bidirectional import deep

KINDS = sorted(deep.DEPTH_KINDS)


def read_step_by_step(w, kind, xs):
    """Read one sequence step by step, with the weights of one network."""
    tanh, low = np.tanh, np.zeros(len(w["U"]))
    h = low
    for x in xs:
        if kind.place == "input":
            x = tanh(x @ w["E"] + w["E_b"])
        if kind.place == "stack":
            low = tanh(x @ w["W"] + low @ w["U"] + w["W_b"])
            h = tanh(low @ w["X"] + h @ w["Y"] + w["X_b"])
            continue
        inner = tanh(x @ w["W"] + h @ w["U"] + w["W_b"])
        if kind.place == "move":
            inner = tanh(inner @ w["M"] + w["M_b"] + (h @ w["K"] if kind.skip else 0))
        h = inner
    if kind.place == "output":
        h = tanh(h @ w["O"] + w["O_b"])
    return h @ w["V"] + w["V_b"]


@pytest.mark.parametrize("name", KINDS)
def test_answers_and_gradients_of_networks_side_by_side_are_those_of_each_alone(name):
    kind = deep.DEPTH_KINDS[name]
    net = deep.DeepNetworks(kind, [3, 4], D=5, H=4, V=3).double()
    rng = np.random.default_rng(0)
    with torch.no_grad():
        for w in net.parameters():
            w += 0.1 * torch.tensor(rng.normal(size=w.shape))
    xs = torch.tensor(rng.normal(size=(6, 2, 3, 5)), requires_grad=True)
    actual = net(xs)
    actual[..., 0].sum().backward()
    step = 1e-6
    for s in range(2):
        w = {key: part[s].detach().numpy().squeeze() for key, part in net.w.items()}
        for b in range(3):
            inputs = xs[:, s, b].detach().numpy()
            np.testing.assert_allclose(
                actual[s, b].detach(), read_step_by_step(w, kind, inputs), atol=1e-12
            )
            for t, d in ((0, 0), (3, 2), (5, 4)):
                nudged = [inputs.copy(), inputs.copy()]
                nudged[0][t, d] += step
                nudged[1][t, d] -= step
                high, low = (read_step_by_step(w, kind, x)[0] for x in nudged)
                assert xs.grad[t, s, b, d] == pytest.approx((high - low) / (2 * step), abs=1e-8)


def test_first_weights_do_not_depend_on_the_neighbors_and_rotate():
    for name, kind in deep.DEPTH_KINDS.items():
        pair, single = (deep.DeepNetworks(kind, seeds, H=6) for seeds in ([1, 2], [2]))
        for key, part in single.w.items():
            torch.testing.assert_close(pair.w[key][1], part[0])
        gains = {key: torch.linalg.svdvals(pair.w[key][0]) for key in pair.w if key in "UMKOX"}
        expected = dict.fromkeys(gains, 1.0)
        if name == "more gain without":
            expected = dict.fromkeys(gains, 1.5)
        if name == "skip with gain held":
            expected |= dict.fromkeys("MK", 0.5**0.5)
        if name == "a quiet stack":
            expected["X"] = 0.35
        for key, gain in expected.items():
            torch.testing.assert_close(gains[key], torch.full((6,), gain))


def test_a_short_lag_is_learned():
    result = deep.score_recall(deep.DEPTH_KINDS["shallow"], [0, 1], [0.01, 0.0], lag=2, updates=60)
    assert result[0] > 0.95
    assert result[1] < 0.6
