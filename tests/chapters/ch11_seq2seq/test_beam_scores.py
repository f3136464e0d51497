"""Translations: what is right, and how large two networks are."""

import numpy as np

from rnncourse.analysis import translations
from rnncourse.chapters.ch11_seq2seq import beam_scores, page_experiments, translating
from rnncourse.core.records import Record
from rnncourse.data.number_pairs import load_lists
from rnncourse.decoding.stepping import Hypothesis

DATA = load_lists(size=300, held_out=6)
RECORD = Record.load("ch11_seq2seq")


def make_hypothesis(ids, log_prob=-1.0, finished=True):
    return Hypothesis(np.array(ids, int), log_prob, finished, log_prob)


def test_an_exact_match_needs_every_token_and_an_end():
    pair = DATA.test[-1]
    ids = DATA.ids([pair])[1][0]
    result = [
        make_hypothesis(ids),
        make_hypothesis(ids, finished=False),
        make_hypothesis([*ids[:-1], 2]),
    ]
    assert translations.find_exact_matches(result, DATA, [pair] * 3).tolist() == [
        True,
        False,
        False,
    ]


def test_a_beam_is_scored_under_its_width_and_its_alpha(monkeypatch):
    pairs = DATA.test[:2]

    def search(model, sources, width, alpha, max_length):  # without alpha, too long
        return [make_hypothesis(np.tile(ids, 1 if alpha else width)) for ids in DATA.ids(pairs)[1]]

    monkeypatch.setattr(beam_scores, "translate_sources", search)
    result = beam_scores.score_beams(None, DATA, pairs, 9)
    for width in beam_scores.WIDTHS:
        assert (result[f"{width}/0/length"], result[f"{width}/1/length"]) == (width, 1)
        assert (result[f"{width}/0/exact"], result[f"{width}/1/exact"]) == (width == 1, 1)


def test_an_unfinished_hypothesis_is_no_translation(monkeypatch):
    result = [make_hypothesis([5, 6]), make_hypothesis([5, 6], finished=False)]
    monkeypatch.setattr(page_experiments, "translate_sources", lambda model, sources: result)
    assert page_experiments._translate(None, DATA) == [tuple(DATA.targets[5:7]), ()]


def test_no_two_numbers_have_the_same_numeral():
    """So whoever copies the target of another source is never right."""
    targets = {pair.target: pair.source for pair in DATA.train + DATA.test}
    assert all(targets[pair.target] == pair.source for pair in DATA.train + DATA.test)


def test_deep_and_flat_have_as_many_parameters():
    sizes = [
        sum(part.numel() for part in translating.make_seq2seq(DATA, kind).parameters())
        for kind in (
            translating.TranslatorConfig(),
            translating.TranslatorConfig(H=43, num_layers=2),
        )
    ]
    assert abs(sizes[1] / sizes[0] - 1) < 0.01
