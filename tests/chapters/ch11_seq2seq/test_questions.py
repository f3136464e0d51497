"""The questions of chapter 11: what the last one pays for."""

import numpy as np

from rnncourse.chapters.ch11_seq2seq.questions import example_translation
from rnncourse.grading.calling import call_quietly
from rnncourse.grading.judging import judge_calls
from rnncourse.grading.registry import load_questions

BY_ID = load_questions("11-sequence-to-sequence")


def test_the_dictionary_of_the_check_translates_no_other_lists():
    """Nobody has to read an example who knows the words already: they are dealt anew."""
    question = BY_ID["11-translate"]
    (sources, targets, _), *_ = question.cases(0)
    known = example_translation._learn_words(sources, targets)

    def translate_known(sources, targets, new):
        lists = [[known.get(n, (1,)) for n in example_translation._cut_list(s)] for s in new]
        return example_translation._stack_texts(
            [example_translation._join_numbers(p) for p in lists]
        )

    assert not any(points_by_seed(question, translate_known, range(1, 6)))
    assert points_by_seed(question, question.reference, range(1, 6)) == [question.points] * 5


def test_matching_words_by_frequency_earns_nothing():
    """Both sides hold the same lists, so equally frequent words belong together, mostly."""

    def rank_by_count(rows):
        words, counts = np.unique(rows[rows > 2], return_counts=True)
        return words[np.argsort(-counts, kind="stable")].tolist()

    def match_by_rank(sources, targets, new):
        known = dict(zip(rank_by_count(sources), rank_by_count(targets), strict=False))
        lists = [
            [[known.get(w, w) for w in n[::-1]] for n in example_translation._cut_list(s)]
            for s in new
        ]
        return example_translation._stack_texts(
            [example_translation._join_numbers(p) for p in lists]
        )

    assert not any(points_by_seed(BY_ID["11-translate"], match_by_rank, range(1, 16)))


def points_by_seed(question, answer, seeds):
    def graded(seed):
        calls = ((a, call_quietly(answer, a, question)) for a in question.cases(seed))
        return judge_calls(question, calls).earned

    return list(map(graded, seeds))
