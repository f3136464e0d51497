"""The questions of chapter 12: what the project scores."""

import numpy as np


def test_the_project_scores_what_the_pairs_link():
    from rnncourse.chapters.ch12_attention.questions import alignment_by_counts

    for seed in range(5):
        sides, (sources, targets) = alignment_by_counts._sample_lists(np.random.default_rng(seed))
        result = []
        for n, pair in enumerate(zip(*sides, strict=True)):
            positions = [
                {
                    number: 2 * i + 2 * sum(alignment_by_counts.COMPOUND[k - 1] for k in side[:i])
                    for i, number in enumerate(side)
                }
                for side in pair
            ]
            for number in positions[0].keys() & positions[1].keys():
                if alignment_by_counts.COMPOUND[number - 1]:
                    j, t = (place[number] for place in positions)
                    result += [(n, t, j + 2), (n, t + 2, j)]
        assert sorted(alignment_by_counts._find_truths(sources, targets)) == sorted(result)
