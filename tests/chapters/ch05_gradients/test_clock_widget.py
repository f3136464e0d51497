"""The clock that the page shows is the network's."""

from pathlib import Path

import numpy as np
import pytest
import torch

from rnncourse.chapters.ch05_gradients import clock_widget
from rnncourse.chapters.ch05_gradients.lesson import LAG, build_recall_network, count_confusions

from ... import node

ask = node.make_asker(Path(__file__).with_name("clock_driver.mjs"))


def test_a_linear_network_turns_every_hand_by_the_angle_of_its_eigenvalue():
    rnn, out = build_recall_network("orthogonal", 0)
    with torch.no_grad():
        rnn.weight_hh_l0 *= 1e-2  # so weak that tanh is straight
        rnn.weight_ih_l0[:, 4:] = 0  # the distractors say nothing
        rnn.bias_ih_l0[:] = rnn.bias_hh_l0[:] = 0
        rnn.weight_ih_l0 *= 1e-3
        values = np.linalg.eigvals(rnn.weight_hh_l0.numpy().astype(float))
    states = clock_widget.follow_mean_states(rnn.double(), out.double())["hands"] @ [1, 1j]
    assert states.shape == (2, clock_widget.MAX_LAG + 1, 4)
    turned = states[:, 1:6] / states[:, :5]
    largest = [v for v in values[np.argsort(-abs(values))] if v.imag > 0][:2]
    for dial, value in zip(turned, largest, strict=True):
        np.testing.assert_allclose(dial, value, rtol=1e-3)


def test_answers_and_shares_are_the_lessons():
    rnn, out = build_recall_network("orthogonal", 0)
    clock = clock_widget.follow_mean_states(rnn, out)
    assert clock["right"].shape == (clock_widget.MAX_LAG + 1,)
    counts = count_confusions(rnn, out, clock_widget.MAX_LAG)
    assert clock["right"][-1] == np.trace(counts) / 500
    assert clock["answers"][-1].tolist() == counts.argmax(1).tolist()


def test_a_network_that_does_not_turn_has_no_clock():
    rnn, out = build_recall_network("usual", 0)
    with torch.no_grad():
        rnn.weight_hh_l0[:] = torch.eye(64)
    with pytest.raises(ValueError, match="two pairs of complex eigenvalues"):
        clock_widget.follow_mean_states(rnn, out)


def test_the_page_shows_the_network_of_the_lesson():
    clock = clock_widget.load_clock()
    accuracies, states = clock["right"], clock["hands"] @ [1, 1j]
    assert min(accuracies[[LAG - 13, LAG, LAG + 13, LAG + 26, LAG + 39]]) > 0.95
    assert max(accuracies[[10, 19, 21, 32, 34]]) < 0.5
    assert np.angle(states[:, LAG, 0]) == pytest.approx(np.pi / 2, abs=0.01)
    back = np.angle(states[0, LAG + 13] / states[0, LAG])
    assert abs(back).max() < 0.6  # three turns
    turned = np.unwrap(np.angle(states[0, LAG : LAG + 14]), axis=0)
    np.testing.assert_allclose(turned[-1] - turned[0], 6 * np.pi, atol=0.6)


def test_the_sentence_tells_what_is_answered():
    clock = clock_widget.load_clock()
    facts = {name: values.tolist() for name, values in clock.items()}
    facts |= {"lag": LAG, "accuracies": facts["right"]}
    trained_lag, other_lag, done = ask(
        ["sentence", facts, LAG, [LAG]],
        ["sentence", facts, 10, [LAG, 10]],
        ["sentence", facts, 33, [LAG, 10, 46, 7, 33]],
    )
    assert "it was trained to answer then" in trained_lag
    assert "Most often all are named." in trained_lag
    assert " is called " in other_lag
    assert "is named, " not in other_lag  # those that are named are not listed
    assert "Right, too" not in trained_lag + other_lag
    assert done.endswith("Right, too, of those that you asked: 7, 33, 46. Task done.")
    clock_widget.clock_hands(clock).close()
