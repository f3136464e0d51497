"""The eight: its points, networks that draw it, and what the record says of ten of each kind."""

import numpy as np
import torch

from rnncourse.chapters.ch03_recurrence import drawing


def test_the_figure_crosses_itself_and_closes():
    points = drawing.figure_eight()
    assert points.shape == (drawing.LAP_LENGTH + 1, 2)
    assert np.allclose(points[0], points[-1])
    assert np.allclose(points[0], points[drawing.LAP_LENGTH // 2])
    assert not np.allclose(points[1], points[drawing.LAP_LENGTH // 2 + 1])


def test_the_distance_from_the_curve_is_to_its_nearest_point():
    assert drawing.distance_from_curve(drawing.figure_eight()) < 0.002
    assert np.isclose(drawing.distance_from_curve(np.array([[0.0, 1.5]])), 0.5, atol=0.05)


def test_a_network_draws_as_torch_does():
    w = drawing.load_drawing_networks()["clean"]
    cell = torch.nn.RNNCell(2, drawing.H, dtype=torch.float64)
    with torch.no_grad():
        cell.weight_ih.copy_(torch.tensor(w["W_xh"].T))
        cell.weight_hh.copy_(torch.tensor(w["W_hh"].T))
        cell.bias_ih.copy_(torch.tensor(w["b_h"]))
        cell.bias_hh.zero_()
        points = torch.tensor(drawing.figure_eight())
        h = torch.zeros(1, drawing.H).double()
        drawn = []
        for t in range(20):
            h = cell(points[t : t + 1] if t < 5 else drawn[-1], h)
            drawn.append(h @ torch.tensor(w["W_hy"]) + torch.tensor(w["b_y"]))
    actual = drawing.roll_out(w, drawing.figure_eight(), 5)[:20]
    np.testing.assert_allclose(actual, torch.cat(drawn).numpy(), atol=1e-9)


def test_the_networks_that_are_shown_are_like_those_that_were_measured():
    for feedback, w in drawing.load_drawing_networks().items():
        assert drawing.one_step_error(w) < 0.05
        drift = drawing.distance_from_curve(
            drawing.roll_out(w, drawing.figure_eight(drawing.LAPS), drawing.FORCED)
        )
        assert (drift > 0.25) == (feedback == "clean")
