"""What widgets share computes what it should; the cells are compared with PyTorch by chapters."""

from pathlib import Path

import numpy as np
from scipy.stats import chisquare

from .. import node

ask = node.make_asker(Path(__file__).with_name("numbers_driver.mjs"))


def test_half_precision_is_decoded_exactly():
    codes = np.arange(2**16, dtype=np.uint16)
    (actual,) = ask(["half", codes.tolist()])
    numbers = np.array([float(x.replace("Infinity", "inf")) for x in actual])
    np.testing.assert_array_equal(numbers, codes.view(np.float16).astype(float))


def test_numbers_have_a_true_minus_sign_and_no_minus_zero():
    values = [0.1234, -0.1234, -0.0001, 0, 12, -1.0]
    shown = ["0.123", "−0.123", "0.000", "0.000", "12.000", "−1.000"]
    assert ask(["fixed", values, 3], ["fixed", [0.125, -0.001], 2]) == [shown, ["0.13", "0.00"]]


def test_a_share_of_nothing_is_0_and_none_is_no_small_one():
    shares, shown = (0, 0.0004, 0.0005, 0.5, None), ["0", "<0.1", "0.1", "50", "NaN"]
    assert ask(["percent", shares]) == [[f"{text}\u00a0%" for text in shown]]


def test_samples_are_drawn_as_often_as_their_share():
    share = np.array([0, 4, 3, 0, 2, 1])
    (counts,) = np.array(ask(["counts", share.tolist(), 5, 50_000]))
    assert counts[share == 0].sum() == 0
    is_possible = share > 0
    assert chisquare(counts[is_possible], 5000 * share[is_possible]).pvalue > 0.01
    # the bound has teeth: a tenth moved from one to another is seen
    wrong = 5000 * np.array([3.9, 3.1, 2, 1])
    assert chisquare(counts[is_possible], wrong).pvalue < 1e-4


def test_sampling_finds_its_index_at_the_edges():
    edges, thirds = [0, 0.4999, 0.5, 0.7499, 0.75, 1 - 2**-53], [0.1] * 3
    shares = [0, 0.5, 0, 0.25, 0.25, 0]
    # 0.1 + 0.1 + 0.1 - 0.1 - 0.1 - 0.1 is not 0: rounding leaves a crumb behind the last
    actual = ask(["drawn", shares, edges], ["drawn", thirds, [1 - 2**-53]])
    assert actual == [[1, 1, 3, 3, 4, 4], [2]]


def test_the_generator_is_uniform_and_its_seed_decides():
    first, again, other = ask(["random", 1, 20_000], ["random", 1, 3], ["random", 2, 3])
    assert first[:3] == again
    assert again != other
    assert 0 <= min(first) < max(first) < 1
    assert chisquare(np.histogram(first, 50, (0, 1))[0]).pvalue > 0.01
    assert abs(np.corrcoef(first[:-1], first[1:])[0, 1]) < 0.02
