"""Hidden and output recurrence: what comes back, told or free, and what cannot."""

import pytest
import torch

from rnncourse.models.recurrences import Recurrence

XS = torch.randint(0, 10, (7, 4), generator=torch.Generator().manual_seed(0))
YS = torch.randint(0, 10, (7, 4), generator=torch.Generator().manual_seed(1))
KINDS = [("rnn", False), ("gru", False), ("lstm", False), ("none", True), ("rnn", True)]


def make_recurrence(cell, feedback):
    torch.manual_seed(2)
    return Recurrence(10, 16, cell, feedback).double()


@pytest.mark.parametrize(("cell", "feedback"), KINDS)
def test_a_teacher_forcing_ratio_of_1_equals_teacher_forcing(cell, feedback):
    net = make_recurrence(cell, feedback)
    torch.testing.assert_close(
        net.teacher_forced(XS, YS), net.free_running(XS, YS, teacher_forcing_ratio=1.0)
    )


@pytest.mark.parametrize(("cell", "feedback"), KINDS)
def test_free_running_equals_teacher_forcing_with_own_answers(cell, feedback):
    net = make_recurrence(cell, feedback)
    free = net.free_running(XS)
    torch.testing.assert_close(net.teacher_forced(XS, free.argmax(-1)), free)


def test_output_recurrence_forgets_all_but_the_last_answer():
    net, changed = make_recurrence("none", True), YS.clone()
    changed[:3] = (changed[:3] + 1) % 10
    last = net.teacher_forced(XS, YS)
    answers = net.teacher_forced(XS.roll(1, 1).index_copy(0, torch.tensor([5]), XS[5:6]), changed)
    torch.testing.assert_close(last[5], answers[5])


@pytest.mark.parametrize("cell", ["rnn", "gru", "lstm"])
def test_hidden_recurrence_does_not_look_at_answers(cell):
    net = make_recurrence(cell, False)
    torch.testing.assert_close(net.teacher_forced(XS, YS), net.teacher_forced(XS, (YS + 3) % 10))
    changed = XS.clone()
    changed[0] = (changed[0] + 1) % 10
    assert not torch.allclose(net.teacher_forced(changed, YS)[-1], net.teacher_forced(XS, YS)[-1])


def test_scheduled_sampling_mixes_both():
    net, generator = make_recurrence("none", True), torch.Generator().manual_seed(0)
    mixed = net.free_running(XS, YS, 0.5, generator)
    assert not torch.allclose(mixed, net.free_running(XS))
    assert not torch.allclose(mixed, net.teacher_forced(XS, YS))
    torch.testing.assert_close(mixed[0], net.teacher_forced(XS, YS)[0])
    with pytest.raises(ValueError, match="needs the right answers"):
        net.free_running(XS, None, 0.5)


@pytest.mark.parametrize("back", ["W_hh", "W_yh", "W_hh W_yh", ""])
def test_a_network_of_given_weights_computes_the_equations(back):
    draw = torch.Generator().manual_seed(3)
    shapes = {"W_xh": (10, 6), "b_h": (6,), "W_hy": (6, 10), "b_y": (10,)}
    shapes |= {n: {"W_hh": (6, 6), "W_yh": (10, 6)}[n] for n in back.split()}
    w = {n: torch.randn(s, generator=draw, dtype=torch.float64) for n, s in shapes.items()}
    net = Recurrence.from_weights(w)
    for forced in (True, False):
        result = net.teacher_forced(XS, YS) if forced else net.free_running(XS)
        h, before = torch.zeros(XS.shape[1], 6, dtype=torch.float64), torch.zeros_like(XS[0])
        for t, x in enumerate(XS):
            comes = {"W_hh": h, "W_yh": torch.eye(10, dtype=torch.float64)[before]}
            h = torch.tanh(w["W_xh"][x] + w["b_h"] + sum(comes[n] @ w[n] for n in back.split()))
            y = h @ w["W_hy"] + w["b_y"]
            torch.testing.assert_close(result[t], y)
            before = YS[t] if forced else y.argmax(-1)
