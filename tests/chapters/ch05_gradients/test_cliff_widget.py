"""The cliff in the page computes what the package computes."""

import re
from pathlib import Path

import numpy as np
import pytest

from rnncourse.chapters.ch05_gradients import cliff

from ... import node

ask = node.make_asker(Path(__file__).with_name("cliff_driver.mjs"))


def test_loss_gradient_and_map_equal_python():
    ws, bs = cliff.sample_starts(np.random.default_rng(0), 5)
    losses, gradients = cliff.loss_and_gradient(ws, bs)
    *actual, box = ask(*(["lossAndGradient", w, b] for w, b in zip(ws, bs, strict=True)), ["box"])
    np.testing.assert_allclose([f["loss"] for f in actual], losses, rtol=1e-9)
    np.testing.assert_allclose([f["gradient"] for f in actual], gradients.T, rtol=1e-7)
    assert [box["w"], box["b"]] == [list(side) for side in cliff.BOX]


@pytest.mark.parametrize("kind", cliff.CLIPPING_KINDS)
def test_steps_and_paths_equal_python(kind):
    wall = [5.0, cliff.find_steepest_bias(5.0)[0]]
    settings = {"rate": 0.1, "kind": kind, "threshold": 0.3, "updates": 10}
    g = cliff.loss_and_gradient(*map(np.array, wall))[1]
    clipped, path = ask(["clipGradient", g.tolist(), kind, 0.3], ["descend", [4.6, -2.2], settings])
    np.testing.assert_allclose(clipped, cliff.clip_gradient(g, kind, 0.3), rtol=1e-9)
    descent = cliff.descend(np.array([4.6, -2.2]), 0.1, kind, 0.3, 10)
    np.testing.assert_allclose(path["path"], descent.path, rtol=1e-8)
    np.testing.assert_allclose(path["losses"], descent.losses, rtol=1e-6, atol=1e-12)
    longest = np.linalg.norm(np.diff(descent.path, axis=0), axis=1).max()
    assert max(path["lengths"]) == pytest.approx(longest, rel=1e-6)


def test_the_sentence_names_step_turn_and_loss():
    shared = {
        "start": [5.0, cliff.find_steepest_bias(5.0)[0]],
        "rate": 0.1,
        "threshold": 1,
        "updates": 3,
    }
    none, value, norm = ask(
        *(["sentence", {**shared, "kind": kind}] for kind in ("none", "value", "norm"))
    )
    assert "outside the map" in none
    assert "first step is 677 long" in none
    assert "first step is 0.14 long, its cosine with the gradient 0.97" in value
    assert "first step is 0.10 long, its cosine with the gradient 1.00" in norm
    assert not re.search(r"NaN|undefined|null", none + value + norm)


@pytest.mark.parametrize("kind", cliff.CLIPPING_KINDS)
def test_the_exit_is_where_the_first_step_crosses_the_edge(kind):
    start, rate = [5, -2.4], 1
    descent = cliff.descend(np.array(start), rate, kind, 0.1, 120).path
    (low, high), path = np.array(cliff.BOX).T, np.asarray(descent)
    outside = ((path < low) | (path > high)).any(1)
    settings = {"start": start, "rate": rate, "kind": kind, "threshold": 0.1, "updates": 120}
    actual, sentence = ask(["findExit", path.tolist()], ["sentence", settings])
    assert ("leaves the map" in sentence) == outside.any() == (kind != "value")
    if not outside.any():
        assert actual is None
        return
    update = int(outside.argmax())
    assert actual["update"] == update
    assert sentence.endswith(f" Update {update} leaves the map.")
    before, at, after = path[update - 1], np.array(actual["at"]), path[update]
    share = (at - before) / (after - before)
    assert share[0] == pytest.approx(share[1])  # on the step
    assert 0 < share[0] <= 1
    assert (np.isclose(at, low) | np.isclose(at, high)).any()
    assert (at >= low - 1e-9).all()
    assert (at <= high + 1e-9).all()
