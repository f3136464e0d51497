"""Beam search: that of a loop, exhaustive where there is room, the same in any batch."""

import inspect
import itertools

import numpy as np
import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from benchmarks import loops
from rnncourse.decoding.beam import beam_search, find_best_candidates
from rnncourse.decoding.sampling import DecodingError
from rnncourse.decoding.stepping import FunctionStepper, greedy
from rnncourse.models.translation import EncoderDecoder, PaddedPairs

from .listable_models import list_texts, make_random_model

seeds = st.integers(0, 10**6)
alphas = st.sampled_from([0.0, 0.6, 1.0, 2.0])
sixty_examples = settings(max_examples=60, deadline=None)


def list_ids(beams):
    return [[text.ids.tolist() for text in texts] for texts in beams]


def assert_same_beams(actual, expected):
    """Compare texts, numbers and ends; texts of equal scores in any order."""
    actual = [(t.ids.tolist(), t.log_prob, t.finished, t.score) for t in actual]
    assert len(actual) == len(expected)
    for text, reference in zip(actual, expected, strict=True):
        assert text[1:] == pytest.approx(reference[1:], rel=1e-9)
        if text[0] != reference[0]:
            assert [e[3] for e in expected].count(pytest.approx(reference[3], rel=1e-9)) > 1


@given(seed=seeds, max_length=st.integers(1, 4), V=st.integers(2, 4), length_penalty=alphas,
       count_eos=st.booleans(), forbidden=st.sampled_from([0.0, 0.3]))  # fmt: skip
@sixty_examples
def test_a_beam_of_all_texts_is_exhaustive(
    seed, max_length, V, length_penalty, count_eos, forbidden
):
    model, state = make_random_model(seed, V, forbidden)
    beam_size = V**max_length
    options = {"max_length": max_length, "length_penalty": length_penalty, "count_eos": count_eos}
    result = beam_search(model, state, 3, beam_size=beam_size, n_best=beam_size, **options)
    for b in range(3):
        assert_same_beams(result[b], list_texts(model, state[b : b + 1], **options))


def test_stop_after_lets_a_single_hypothesis_go_on():
    """After the empty text it finds one with a better mean; greedy decoding does not."""
    model = FunctionStepper(lambda state, symbols: (UPHILL[symbols], state), bos_id=0, eos_id=1)
    options = {"beam_size": 1, "max_length": 4, "length_penalty": 1.0, "count_eos": True}
    assert list_ids(beam_search(model, None, 1, **options)) == [[[]]]
    assert list_ids(beam_search(model, None, 1, max_finished=2, **options)) == [[[2]]]


@given(seed=seeds, beam_size=st.integers(1, 6), V=st.sampled_from([3, 5, 17, 40]),
       max_length=st.integers(1, 7), length_penalty=alphas, count_eos=st.booleans(),
       forbidden=st.sampled_from([0.0, 0.4]),
       more=st.none() | st.integers(0, 3))  # fmt: skip
@sixty_examples
def test_beam_search_equals_a_loop(
    seed, beam_size, V, max_length, length_penalty, count_eos, forbidden, more
):
    model, state = make_random_model(seed, V, forbidden)
    options = {
        "beam_size": beam_size,
        "max_length": max_length,
        "length_penalty": length_penalty,
        "count_eos": count_eos,
    }
    options["n_best"] = min(beam_size, 3)
    options["max_finished"] = None if more is None else options["n_best"] + more
    result = beam_search(model, state, 3, **options)
    for b in range(3):
        slow = loops.search_text(model, state[b : b + 1], **options)
        assert_same_beams(result[b], [(ids, total, end, score) for score, total, ids, end in slow])


@given(seed=seeds, beam_size=st.integers(1, 5), V=st.sampled_from([4, 33]),
       levels=st.sampled_from([None, 1, 3]), dtype=st.sampled_from(["f4", "f8"]),
       usual=st.booleans())  # fmt: skip
@sixty_examples
def test_texts_do_not_influence_each_other(seed, beam_size, V, levels, dtype, usual):
    """Ties included: here nothing rounds differently, so every number is the same."""
    model, state = make_random_model(seed, V, levels=levels, dtype=dtype)
    options = {
        "beam_size": beam_size,
        "max_length": 6,
        "length_penalty": 1.0,
        "count_eos": True,
        "n_best": beam_size,
    }
    options["max_finished"] = beam_size if usual else None
    together = beam_search(model, state, 3, **options)
    order = np.array([2, 0])
    assert list_ids(beam_search(model, state[order], 2, **options)) == [
        list_ids(together)[b] for b in order
    ]
    for b in range(3):
        (alone,) = beam_search(model, state[b : b + 1], 1, **options)
        assert [t.score for t in alone] == [t.score for t in together[b]]
        assert list_ids([alone]) == list_ids([together[b]])


@given(seed=seeds, beam_size=st.integers(1, 5), levels=st.integers(1, 3), V=st.integers(2, 36))
@sixty_examples
def test_of_equal_scores_the_first_comes_first(seed, beam_size, levels, V):
    """Against sorting all candidates of every step: by score, hypothesis, then symbol."""
    model, state = make_random_model(seed, V, levels=levels)
    options = {
        "beam_size": beam_size,
        "max_length": 5,
        "length_penalty": 0.0,
        "count_eos": True,
        "n_best": beam_size,
    }
    result = beam_search(model, state, 3, **options)
    for b in range(3):
        assert list_ids([result[b]]) == [search_by_sorting(model, state[b : b + 1], beam_size, 5)]


def search_by_sorting(model, state, beam_size, max_length):
    """The search with one stable sort a step."""
    beam, endings = [(0.0, [], state)], []
    for _ in range(max_length):
        candidates = []
        for total, ids, state in beam:
            logits, after = model.step(state, np.array([ids[-1] if ids else model.bos_id]))
            logs = logits[0] + (total - np.logaddexp.reduce(logits[0]))
            candidates += [(log, [*ids, v], after) for v, log in enumerate(logs) if log > -np.inf]
        candidates = select_best(candidates, 2 * beam_size)
        end = model.eos_id
        endings += [(log, ids[:-1]) for log, ids, _ in candidates[:beam_size] if ids[-1] == end]
        beam = [candidate for candidate in candidates if candidate[1][-1] != end][:beam_size]
        if len(endings) >= beam_size and beam_size == 1:
            beam = []
            break
    return [
        ids for _, ids, *_ in (*select_best(endings, beam_size), *select_best(beam, beam_size))
    ][:beam_size]


def select_best(candidates, k):
    """By falling score; two hypotheses with equal sums differ by rounding: that is not asked."""
    candidates = sorted(candidates, key=lambda candidate: -candidate[0])
    bound = candidates[: k + 1][-1][0] - 1e-9 if candidates else 0
    for upper, lower in itertools.pairwise([c for c in candidates if c[0] >= bound]):
        assume(upper[1][:-1] == lower[1][:-1] or upper[0] - lower[0] > 1e-9)
    return candidates


def test_the_search_stops_when_nothing_can_be_better():
    calls = []

    def step(state, symbols):
        calls.append(len(symbols))
        return np.log(np.tile([0.02, 0.9, 0.08], (len(symbols), 1))), state

    model = FunctionStepper(step, bos_id=0, eos_id=1)
    (texts,) = beam_search(
        model, None, 1, beam_size=3, max_length=50, length_penalty=0.0, count_eos=True
    )
    assert texts[0].ids.tolist() == []
    assert calls == [1]
    beam_search(
        model, None, 1, beam_size=3, max_length=50, length_penalty=0.0, count_eos=True, n_best=3
    )
    assert calls == [1, 1, 3]


def test_a_text_that_is_done_leaves_the_batch():
    calls = []

    def step(state, symbols):
        calls.append(len(symbols))
        stop = np.where(state > 0, 0.0, 50.0)
        return np.stack([np.zeros(len(symbols)), stop, np.ones(len(symbols))], 1), state - 1

    model = FunctionStepper(step, bos_id=0, eos_id=1)
    beam_search(
        model, np.array([3, 0, 0]), 3, beam_size=1, max_length=9, length_penalty=0.0, count_eos=True
    )
    assert calls[:2] == [3, 1]


with np.errstate(divide="ignore"):
    UPHILL = np.log([[0, 0.5, 0.4, 0.1], [0, 1, 0, 0], [0, 0.99, 0.01, 0], [0, 1, 0, 0]])


@given(seed=seeds, attention=st.sampled_from([None, "additive", "general"]),
       query=st.sampled_from(["before", "after"]), cell=st.sampled_from(["gru", "lstm"]),
       more=st.integers(0, 3))  # fmt: skip
@settings(max_examples=25, deadline=None)
def test_padding_changes_no_beam(seed, attention, query, cell, more):
    torch.manual_seed(seed)
    model = EncoderDecoder(
        9, 12, bos_id=1, eos_id=2, H=6, E=4, cell=cell, attention=attention, query=query
    ).double()  # fmt: skip
    with torch.no_grad():
        model.decoder.logits.weight.mul_(8)
    sources = [torch.randint(0, 9, (n,)).tolist() for n in (4, 1, 6)]
    batch = PaddedPairs.from_sequences(sources, [[]] * 3, 2)
    options = {
        "beam_size": 3,
        "max_length": 6,
        "length_penalty": 1.0,
        "count_eos": True,
        "n_best": 3,
    }
    lengths = batch.source_lengths
    actual = beam_search(model, model.initial_state(batch.source, lengths), 3, **options)
    padded = torch.cat([batch.source, torch.randint(0, 9, (more, 3))])
    padded = torch.where(torch.arange(len(padded))[:, None] < lengths, padded, 5)
    state = model.initial_state(padded, lengths)
    assert list_ids(beam_search(model, state, 3, **options)) == list_ids(actual)
    for b, source in enumerate(sources):
        alone = model.initial_state(torch.tensor(source)[:, None], lengths[b : b + 1])
        (texts,) = beam_search(model, alone, 1, **options)
        assert list_ids([texts]) == list_ids([actual[b]])
        assert [t.score for t in texts] == pytest.approx([t.score for t in actual[b]])
        slow = loops.search_text(model, alone, **options)
        assert_same_beams(texts, [(ids, total, end, score) for score, total, ids, end in slow])
    plain = greedy(model, state, 3, max_length=6)
    narrow = beam_search(model, state, 3, **options | {"beam_size": 1, "n_best": 1})
    assert list_ids([plain]) == [[text.ids.tolist() for (text,) in narrow]]


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"beam_size": 0}, "beam_size must be 1 or more; got 0"),
        ({"n_best": 4}, "1 to beam_size, 3; got 4"),
        ({"n_best": 0}, "1 to beam_size, 3; got 0"),
        ({"length_penalty": -0.5}, "length_penalty must be 0 or more; got -0.5"),
        ({"max_finished": 0}, "max_finished must be n_best, 1, or more; got 0"),
        ({"n_best": 3, "max_finished": 2}, "max_finished must be n_best, 3, or more; got 2"),
        ({"max_length": 0}, "at least one symbol; got max_length=0"),
    ],
)
def test_numbers_that_make_no_sense_are_named(wrong, message):
    model, state = make_random_model(0)
    options = {"beam_size": 3, "max_length": 4, "length_penalty": 0.0, "count_eos": True} | wrong
    with pytest.raises(DecodingError, match=message):
        beam_search(model, state, 3, **options)


def test_arguments_that_change_the_result_have_no_default():
    parameters = inspect.signature(beam_search).parameters
    for name in ("beam_size", "max_length", "length_penalty", "count_eos"):
        assert parameters[name].default is inspect.Parameter.empty


def test_the_best_candidates_are_those_of_a_stable_sort_with_equals_and_without():
    rng = np.random.default_rng(0)
    for _ in range(200):
        B, K, V, beam_size = (int(rng.integers(1, high)) for high in (4, 5, 30, 8))
        values = rng.integers(-3, 1, (B * K, V)).astype(float)
        offsets = rng.choice([0.0, -1.0, -np.inf], (B, K))
        scores, rows, symbols = find_best_candidates(values, offsets, 0, beam_size)
        for b in range(B):
            expected = [
                (-(offsets[b, k] + values[b * K + k, v]), k, v)
                for k in range(K)
                for v in range(1, V)
                if offsets[b, k] > -np.inf
            ]
            first = sorted(expected)[:beam_size]
            assert [*zip(-scores[b], rows[b], symbols[b], strict=True)][: len(first)] == first
            assert (scores[b, len(first) :] == -np.inf).all()
