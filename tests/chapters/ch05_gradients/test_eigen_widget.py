"""The page's powers of a matrix are NumPy's."""

from inspect import signature
from itertools import product
from pathlib import Path

import numpy as np
import pytest

from rnncourse.chapters.ch05_gradients.eigen_widget import eigen_hands

from ... import node

DRIVER = Path(__file__).with_name("eigen_driver.mjs")
REAL = {"re": 0.9, "im": 0, "other": 0.7, "angle": 8, "k": 4}
PAIR = {"re": 0.5, "im": 0.7, "other": 0.1, "angle": 40, "k": 30}


@pytest.mark.parametrize("s", [REAL, PAIR, {**REAL, "other": -1.2}, {**REAL, "other": 0.9}])
def test_matrix_and_lengths_equal_numpy(s):
    matrix, lengths = node.ask_driver(DRIVER, [["makeMatrix", s], ["lengths", s]])
    W = np.reshape(matrix, (2, 2))
    second = s["other"] if not s["im"] else complex(s["re"], -s["im"])
    expected = [complex(s["re"], s["im"]), complex(second)]
    assert np.allclose(np.sort_complex(np.linalg.eigvals(W)), np.sort_complex(expected), atol=1e-6)
    if not s["im"]:
        assert np.allclose(W @ [1, 0], [s["re"], 0])
        basis = np.array([np.cos(np.pi * s["angle"] / 180), np.sin(np.pi * s["angle"] / 180)])
        assert np.allclose(W @ basis, s["other"] * basis)
    want = [np.linalg.norm(np.linalg.matrix_power(W, k), 2) for k in range(61)]
    assert np.allclose(lengths, want, rtol=1e-8)


@pytest.mark.parametrize(
    ("more", "phrase"),
    [
        ({}, "up to 3.07"),
        ({"other": -0.6}, "Task done."),
        ({"re": 1.1}, "At least one eigenvalue is outside"),
        ({"re": 1.0}, "is on the unit circle"),
        ({"angle": 90}, "in the end every gradient vanishes."),
    ],
)
def test_the_sentence_describes_growth_and_task(more, phrase):
    (words,) = node.ask_driver(DRIVER, [["sentence", REAL | more]])
    assert phrase in words
    assert ("Task done" in words) == (phrase == "Task done.")


def test_the_task_needs_the_angle_and_an_eigenvalue():
    """From where it opens neither does it alone, wherever the sliders go; two sliders do."""
    start = {name: p.default for name, p in signature(eigen_hands).parameters.items()}
    (sliders,) = node.ask_driver(DRIVER, [["sliders"]])
    ranges = {name: (low, high) for name, _, low, high, _ in sliders}
    re, im, other = (np.arange(*ranges[name], 0.05).tolist() for name in ("re", "im", "other"))
    moves = [{"angle": angle} for angle in range(ranges["angle"][0], 91)]
    moves += [{"re": a, "other": b} for a, b in product(re, other)]
    moves += [{"re": a, "im": b, "other": a} for a, b in product(re, im)]
    sentences = node.ask_driver(DRIVER, [["sentence", start | move] for move in moves])
    assert not any("Task done." in sentence for sentence in sentences)
    first_angle = start | {"angle": ranges["angle"][0]}
    sentences = node.ask_driver(DRIVER, [["sentence", first_angle | {"other": b}] for b in other])
    assert any("Task done." in sentence for sentence in sentences)
    for angle in ranges["angle"]:
        eigen_hands(angle=angle).close()
    with pytest.raises(ValueError, match="angle must be from 8 to 90; got 7"):
        eigen_hands(angle=7)


def test_the_picture_reaches_far_enough_and_no_further():
    lengths = [0, 2, 2.01, 9, 10, 4e6]
    assert node.ask_driver(DRIVER, [["chooseReach", v] for v in lengths]) == [2, 2, 5, 10, 10, 5e6]


@pytest.mark.parametrize("wrong", [{"re": 2}, {"im": -0.1}, {"angle": 0}, {"k": 61}])
def test_bad_settings_are_refused(wrong):
    (name,) = wrong
    with pytest.raises(ValueError, match=f"{name} must be from"):
        eigen_hands(**wrong)
