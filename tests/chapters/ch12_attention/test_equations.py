"""What chapter 12 computes: deck A's context as it is printed (claim A18), and scores."""

import numpy as np

from rnncourse.analysis import translations
from rnncourse.chapters.ch12_attention import scoring, translating
from rnncourse.data.number_pairs import spell_list


def test_the_printed_sum_is_another_context():
    """Over k, with j inside, it is S times one weighted state (errata, claim A18)."""
    rng = np.random.default_rng(0)
    weights, hs = rng.dirichlet(np.ones(5)), rng.normal(size=(5, 3))
    for j in range(5):
        printed = sum(weights[j] * hs[j] for _ in range(5))
        assert np.abs(printed - weights @ hs).max() > 0.1


def test_scores_of_the_truth_itself_are_one():
    some_pairs = [spell_list((21, 47)), spell_list((9, 30, 84)), spell_list((70, 3))]
    truth = []
    for pair in some_pairs:
        rows = np.zeros((len(pair.target), len(pair.source)))
        for t, links in enumerate(pair.links):
            rows[t, list(links)] = 1
        truth.append(rows)
    assert set(scoring.score_by_kind(truth, some_pairs).values()) == {1.0}
    chance = scoring.score_baselines(translations.load_number_lists().train[:300], some_pairs)
    assert chance["diagonal/swapped/pointing"] < 0.5
    assert chance["diagonal/comma/pointing"] == 1


def test_kinds_have_as_many_parameters():
    data = translations.load_number_lists()
    counts = [
        sum(part.numel() for part in translating.make_list_translator(data, kind).parameters())
        for kind in translating.ATTENTION_CONFIGS.values()
    ]
    assert max(counts) < 1.03 * min(counts)
