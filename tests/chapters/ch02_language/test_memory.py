"""Packed counts: probabilities sum to one, the cache looks back, the notebook reads as we do."""

from functools import partial

import numpy as np
import pytest

from rnncourse.chapters.ch02_language.questions import memory_limit
from rnncourse.grading.calling import call_quietly
from rnncourse.grading.judging import IN_PART, WRONG, judge_calls
from rnncourse.grading.registry import find_question

from ...page_code import read_cells

QUESTION = find_question("02-memory")


def pack_and_unpack(text, limit=20_000, **settings):
    return memory_limit._convert_model(*memory_limit._pack_model(text, limit, **settings)[:4])


@pytest.fixture(scope="module")
def drawn_texts():
    return [text[:4000] for text in memory_limit.sample_texts(np.random.default_rng(0))]


def test_after_a_context_the_probabilities_sum_to_one(drawn_texts):
    train, test = drawn_texts
    model = pack_and_unpack(train, m=100)
    for t in (0, 3, 250):
        after = [
            memory_limit.compute_bits(np.append(test[:t], w), *model)[-1]
            for w in range(memory_limit.V)
        ]
        assert (2.0 ** -np.array(after)).sum() == pytest.approx(1)


def test_the_cache_is_what_followed_within_its_reach(drawn_texts):
    train, test = drawn_texts
    m, r, w = 60, 2, 0.25
    plain, cached = (
        pack_and_unpack(train[:500], m=size, r=r, w=w, limit_share=1e9) for size in (0, m)
    )
    without, actual = (
        2.0 ** -memory_limit.compute_bits(test[:400], *model) for model in (plain, cached)
    )
    for t in range(400):
        past = test[max(t - m, 0) : t].tolist()
        after = [past[i + r] for i in range(len(past) - r) if past[i : i + r] == past[-r:]]
        expected = without[t]
        if after:
            expected = (1 - w) * without[t] + w * after.count(test[t]) / len(after)
        assert actual[t] == pytest.approx(expected, rel=1e-9)


def test_the_notebook_reads_a_text_as_the_check_does(drawn_texts):
    train, test = drawn_texts
    space = {"np": np}
    exec(read_cells("solutions/02-language-models")["02-memory-data"], space)
    model = pack_and_unpack(train)
    np.testing.assert_allclose(space["nll"](test, *model), memory_limit.compute_bits(test, *model))


def test_whole_tables_are_counted_by_hand():
    text = np.array([0, 1, 0, 1, 0, 1, 0])  # two runs of each length
    assert memory_limit.count_bits_of_all_runs(text) == sum(2 * (5 * n + 6) for n in range(1, 7))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("settings", "points"),
    [
        ({"max_order": 3, "m": 0, "limit_share": 1.0}, 0),
        ({"max_order": 1, "m": 0}, 0),
        ({"compute_value": lambda c, *_: c, "m": 0, "max_order": 4, "b": 6}, 1),
    ],
    ids=["short runs", "single characters", "the commonest runs"],
)
def test_simple_memories_earn_few_points(settings, points):
    answer = partial(memory_limit._pack_model, **settings, prediction=0.0)
    calls = [(case, call_quietly(answer, case, QUESTION)) for case in QUESTION.cases(3)]
    result = judge_calls(QUESTION, calls)
    assert result.earned <= points
    assert result.status in (WRONG, IN_PART)
