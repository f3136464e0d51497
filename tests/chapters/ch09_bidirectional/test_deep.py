"""What a gradient loses: against finite differences, and what lesson and lab say of the places."""

import numpy as np
import pytest
import torch

from rnncourse.chapters.ch09_bidirectional import deep


@pytest.mark.parametrize("skip", [False, True])
def test_what_is_lost_is_a_gradient(skip):
    H, steps = 4, 3
    torch.manual_seed(0)
    U, M, K, *_ = (torch.nn.init.orthogonal_(torch.empty(H, H)).double().numpy() for _ in range(5))
    xs = torch.randn(steps + 1, H, dtype=torch.double).numpy()

    def total(xs):
        h = np.zeros(H)
        for x in xs:
            h = np.tanh(np.tanh(x + h @ U) @ M + skip * h @ K)
        return h.sum()

    def length(t):
        slopes = []
        for d in range(H):
            moved = [xs.copy(), xs.copy()]
            moved[0][t, d] += 1e-6
            moved[1][t, d] -= 1e-6
            slopes.append((total(moved[0]) - total(moved[1])) / 2e-6)
        return np.linalg.norm(slopes)

    found = deep.lost(steps, "state to state", skip=skip, H=H)
    assert found == pytest.approx(np.log10(length(steps) / length(0)), rel=1e-5)


@pytest.mark.parametrize("seed", range(5))
def test_only_a_layer_from_state_to_state_lies_on_the_way_at_every_step(seed):
    lost = {place: deep.lost(40, place, seed=seed) for place in deep.PLACES}
    assert lost["state to state"] > lost["nowhere"] + 2
    assert abs(lost["state to output"] - lost["nowhere"]) < 1
    assert lost["input to state"] < lost["nowhere"] - 1
    skip = deep.lost(40, "state to state", skip=True, seed=seed)
    gain = deep.lost(40, "state to state", gain=1.25, seed=seed)
    assert skip + 1 < gain < lost["nowhere"] < lost["state to state"]
