"""The lesson's lists, and what the record says of who learns them."""

import numpy as np
import pytest
import torch

from rnncourse.chapters.ch07_lstm import lesson
from rnncourse.core.records import Record


def test_a_question_asks_for_the_last_starred_number():
    xs, answers = lesson.sample_lists(50, 0)
    gaps = []
    for n in range(50):
        starred = lag = None
        for x, answer in zip(xs[:, n], answers[:, n], strict=True):
            if x[1]:
                starred, lag = x[0], 0
            elif lag is not None:
                lag += 1
            assert torch.isnan(answer) == (x[2] == 0)
            if x[2]:
                assert answer == starred
                gaps.append(lag)
    assert min(gaps) == 2
    assert max(gaps) == 61
    same = lesson.sample_lists(5, 2, (61, 62))[0]
    assert ((same[:, :, 2].argmax(0) - same[:, :, 1].argmax(0)) == 61).all()


def test_networks_start_as_their_names_say():
    lstm = lesson.build_network(4)
    b = (lstm.bias_ih_l0 + lstm.bias_hh_l0).detach()
    assert b.tolist() == [0] * 32 + [4] * 32 + [0] * 64
    np.testing.assert_array_equal(
        lesson.build_network("relu identity").weight_hh_l0.detach(), np.eye(32)
    )
    W = lesson.build_network("tanh orthogonal").weight_hh_l0.detach()
    torch.testing.assert_close(W @ W.T, torch.eye(32), atol=1e-5, rtol=0)
    assert lesson.build_network("tanh").nonlinearity == "tanh"


def test_swapping_no_state_changes_nothing_and_all_states_everything():
    torch.manual_seed(0)
    net, out = lesson.build_network(1.0), torch.nn.Linear(32, 1)
    first, other = lesson.sample_one_star(2), lesson.sample_one_star(3)
    assert first[0, :, 1].all()
    assert not first[1:, :, 1].any()
    ys = out(net(first)[0][-1])[:, 0].detach()
    off = lesson.measure_errors_after_swap(net, out, False, False)
    assert off[0] == pytest.approx((ys - first[0, :, 0]).square().mean().sqrt().item(), abs=1e-5)
    mixed = torch.cat([other[:20], first[20:]])
    ys = out(net(mixed)[0][-1])[:, 0].detach()
    off = lesson.measure_errors_after_swap(net, out, True, True)
    assert off[1] == pytest.approx((ys - other[0, :, 0]).square().mean().sqrt().item(), abs=1e-5)


@pytest.mark.parametrize("start", ["orthogonal", "identity"])
def test_no_start_makes_a_tanh_network_learn_the_lists(start):
    assert min(Record.load("ch07_lstm").value(f"lists/tanh {start}/0.003")) > 0.5
