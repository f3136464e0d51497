"""Alignment on cases worked by hand; what reads nothing scores what chance says."""

import numpy as np
import pytest

from rnncourse.analysis.alignment import (
    AlignmentError,
    crop_weights,
    diagonal_weights,
    fit_offset,
    list_scored_positions,
    score_alignment,
    shifted_weights,
)
from rnncourse.data.number_pairs import spell_list, spell_pair
from rnncourse.data.pairs import TokenPair

PAIR = TokenPair(  # "abc d" -> "vwxy": v from bc, w joins, x from a, y from d
    source=tuple("abcd"),
    target=tuple("vwxy"),
    links=((1, 2), (), (0,), (3,)),
    kinds=("units", "", "tens", "tens"),
    starts_piece=(True, True, True, False),
    key="",
)
WEIGHTS = np.array(
    [
        [0.1, 0.5, 0.2, 0.2],  # 0.7 on the truth, and the largest
        [1.0, 0.0, 0.0, 0.0],  # no truth: not scored
        [0.3, 0.4, 0.2, 0.1],  # 0.3, and the largest is elsewhere
        [0.2, 0.1, 0.1, 0.6],  # 0.6, and the largest
        [9.0, 9.0, 9.0, 9.0],  # the end: not looked at
    ]
)


def make_true_weights(pair):
    """Weights that lie on the truth alone, or on the first position where there is none."""
    rows = np.zeros((len(pair.target), len(pair.source)))
    for row, links in zip(rows, pair.links, strict=True):
        row[list(links or (0,))] = 1 / max(1, len(links))
    return rows


def test_mass_and_pointing_of_a_small_example_are_those_by_hand():
    actual = score_alignment([WEIGHTS], [PAIR])
    assert actual.positions == 3
    assert actual.mass == pytest.approx((0.7 + 0.3 + 0.6) / 3)
    assert actual.argmax_accuracy == pytest.approx(2 / 3)


def test_positions_are_chosen_by_kind_and_first_target():
    assert list_scored_positions(PAIR) == [0, 2, 3]
    assert list_scored_positions(PAIR, first_only=True) == [0, 2]
    assert list_scored_positions(PAIR, kinds={"tens"}) == [2, 3]
    assert list_scored_positions(PAIR, kinds={"tens"}, first_only=True) == [2]
    assert score_alignment([WEIGHTS], [PAIR], {"tens"}, first_only=True).mass == pytest.approx(0.3)
    with pytest.raises(AlignmentError, match="No position"):
        score_alignment([WEIGHTS], [PAIR], {"hundreds"})


def test_alignment_scores_average_over_positions_not_over_pairs():
    short = TokenPair(("a",), ("b",), ((0,),), ("",), (True,), "")
    assert score_alignment([WEIGHTS, np.ones((1, 1))], [PAIR, short]).mass == pytest.approx(2.6 / 4)


def test_true_links_have_mass_and_pointing_1():
    for pair in (PAIR, spell_pair(21_345, "en", "de"), spell_list((21, 9, 77))):
        actual = score_alignment([make_true_weights(pair)], [pair])
        assert (actual.mass, actual.argmax_accuracy) == (pytest.approx(1), 1)


def test_diagonal_and_shifted_by_hand():
    assert diagonal_weights(PAIR).argmax(1).tolist() == [0, 1, 2, 3]
    longer = TokenPair(tuple("abcdef"), ("x", "y"), ((0,), (0,)), ("", ""), (True, True), "")
    assert diagonal_weights(longer).argmax(1).tolist() == [1, 4]  # (0.5, 1.5) * 6 / 2
    assert shifted_weights(PAIR, 2).argmax(1).tolist() == [2, 3, 3, 3]
    assert shifted_weights(PAIR, -1).argmax(1).tolist() == [0, 0, 1, 2]
    assert all(
        np.allclose(rows.sum(1), 1) for rows in (diagonal_weights(longer), shifted_weights(PAIR, 5))
    )


def test_the_best_offset_is_found_and_scored():
    """Behind "x, x, x" each token comes from three positions on."""
    links = tuple((t + 3,) for t in range(5))
    pair = TokenPair(tuple("xxxabcde"), tuple("abcde"), links, ("",) * 5, (True,) * 5, "")
    assert fit_offset([pair]) == 3
    assert score_alignment([shifted_weights(pair, 3)], [pair]).argmax_accuracy == 1
    assert fit_offset([PAIR], kinds={"tens"}, first_only=True) == -2
    pairs = [spell_list((21, 9, 77)), spell_list((4, 50, 13, 62))]
    for categories in (None, {"units", "tens"}):
        result = [
            score_alignment(
                [shifted_weights(p, o) for p in pairs], pairs, categories
            ).argmax_accuracy
            for o in range(-4, 5)
        ]
        best = fit_offset(pairs, categories, max_offset=4)
        assert result[best + 4] == max(result)


def test_diagonal_weights_point_right_only_where_word_order_is_kept():
    pairs = [spell_list((n,)) for n in range(21, 100) if n % 10]
    swapped = score_alignment([diagonal_weights(p) for p in pairs], pairs, {"units", "tens"})
    assert swapped.argmax_accuracy == 0
    assert (
        score_alignment([diagonal_weights(p) for p in pairs], pairs, {"joint"}).argmax_accuracy == 1
    )


def test_a_batch_is_cut_into_pairs():
    batch = np.arange(5 * 2 * 6.0).reshape(5, 2, 6)
    other = spell_list((9,))
    cut = crop_weights(batch, [PAIR, other])
    assert [rows.shape for rows in cut] == [(4, 4), (1, 1)]
    assert cut[1][0, 0] == batch[0, 1, 0]
    with pytest.raises(AlignmentError, match="1 pairs"):
        crop_weights(batch, [PAIR])


def test_weights_of_another_shape_are_refused():
    with pytest.raises(AlignmentError, match="4 rows and 4 columns"):
        score_alignment([WEIGHTS[:3]], [PAIR])
    with pytest.raises(AlignmentError, match="weights of 2"):
        score_alignment([WEIGHTS, WEIGHTS], [PAIR])
