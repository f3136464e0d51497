"""What chapter 11 looks at: places, told and alone, search errors, readers, the record."""

import numpy as np
import pytest
import torch

from rnncourse.analysis import translations
from rnncourse.chapters.ch11_seq2seq import figures, inspecting, stored, translating
from rnncourse.chapters.ch11_seq2seq.network_experiments import FEWER, KINDS, SEEDS, SOME
from rnncourse.chapters.ch11_seq2seq.page_experiments import counted
from rnncourse.core.records import Record
from rnncourse.data.number_pairs import list_length, load_lists
from rnncourse.decoding.stepping import Hypothesis

DATA = load_lists(size=300, held_out=6)
RECORD = Record.load("ch11_seq2seq")


def hypothesis(ids, log_prob=-1.0, finished=True):
    return Hypothesis(np.array(ids, int), log_prob, finished, log_prob)


@pytest.fixture(scope="module")
def model():
    torch.manual_seed(0)
    return translating.make(DATA, translating.Kind(H=12, Z=8)).eval()


def test_right_needs_every_token_and_an_end():
    pair = DATA.test[-1]
    ids = DATA.ids([pair])[1][0]
    found = [hypothesis(ids), hypothesis(ids, finished=False), hypothesis([*ids[:-1], 2])]
    assert translations.right(found, DATA, [pair] * 3).tolist() == [True, False, False]


def test_places_are_counted_between_commas():
    four = [pair for pair in DATA.test if list_length(pair) == 4][:2]
    good = [pair.target for pair in four]
    np.testing.assert_array_equal(translating.by_position(good, four, 4), [1, 1, 1, 1])
    cut = [good[0][: good[0].index(",")], good[1]]
    np.testing.assert_array_equal(translating.by_position(cut, four, 4), [1, 0.5, 0.5, 0.5])


def test_what_is_told_against_a_loop(model):
    some = DATA.test[-5:]
    pairs = translations.batch(DATA, some)
    found = inspecting.teacher_forced(model, pairs)
    for b in range(len(some)):
        one = pairs.part(torch.tensor([b]))
        logits, _ = model.teacher_forced(one.source, one.source_lengths, one.target)
        logs = logits.detach().log_softmax(-1)[:, 0]
        total = sum(float(logs[t, symbol]) for t, symbol in enumerate(one.target[:, 0]))
        assert np.isclose(found.log_prob[b], total, rtol=1e-5)
        hits = (logs.argmax(-1) == one.target[:, 0]).float()
        assert np.isclose(found.symbols[b], hits.mean())
        assert found.all[b] == bool(hits.all())


def test_symbols_alone_stand_at_their_place_or_not():
    pairs = translations.batch(DATA, DATA.test[-1:])
    ids = DATA.ids(DATA.test[-1:])[1][0]
    n = len(ids) + 1
    assert inspecting.agreeing([hypothesis(ids)], pairs) == [1]
    assert np.isclose(inspecting.agreeing([hypothesis(ids[:-1])], pairs)[0], (n - 2) / n)
    assert np.isclose(inspecting.agreeing([hypothesis([])], pairs)[0], 0)


def test_search_errors_are_wrong_texts_that_the_model_likes_less(model):
    pairs = translations.batch(DATA, DATA.test[-3:])
    truth = inspecting.teacher_forced(model, pairs).log_prob
    found = [hypothesis([], truth[0] - 1), hypothesis([], truth[1] + 1), hypothesis([], 0.0)]
    hits = np.array([False, False, True])
    assert inspecting.search_errors(model, pairs, found, hits) == 0.5


def test_a_reader_reads_what_is_there(monkeypatch, model):
    """Where z spells out the tens and the units of the first number, the reader names them."""

    def spelled(_, pairs):
        keys = iter(parts)
        return next(keys)

    four = [[p for p in part if list_length(p) == 4] for part in (DATA.train, DATA.test)]
    parts = []
    for some in four:
        firsts = np.array([int(p.key.split()[0]) for p in some])
        parts.append(np.hstack([np.eye(10)[firsts // 10], np.eye(10)[firsts % 10]]) * 9)
    held = iter(parts)
    monkeypatch.setattr(inspecting, "summaries", lambda *_: next(held))
    read = inspecting.probed(model, DATA, 4)["digits"]
    assert read[0] > 0.9
    assert max(read[1:]) < 0.7


def test_another_number_has_another_name():
    """So whoever copies the target of another source is never right."""
    targets = {pair.target: pair.source for pair in DATA.train + DATA.test}
    assert all(targets[pair.target] == pair.source for pair in DATA.train + DATA.test)


def test_chunks_translate_what_words_cannot():
    few, one = (counted(name, DATA)[0][1] for name in ("chunks", "word_for_word"))
    assert few > one  # from a quarter of the lists that the record was made with
    assert min(RECORD.value(f"counting/chunks/{k}") for k in (2, 4, 6, 8)) > 0.9


def test_deep_and_flat_have_as_many_parameters():
    sizes = [
        sum(part.numel() for part in translating.make(DATA, KINDS[name]).parameters())
        for name in ("wide", "deep")
    ]
    assert abs(sizes[1] / sizes[0] - 1) < 0.01


def test_kept_weights_are_those_of_the_record():
    data = translations.lists()
    model = stored.load_weights("lists", data, KINDS["wide"])
    some = [pair for pair in data.test if list_length(pair) in (2, 6)]
    found = translations.hypotheses(model, translations.batch(data, some))
    hits = translations.right(found, data, some)
    counts = np.array([list_length(pair) for pair in some])
    for k in (2, 6):
        recorded = RECORD.value(f"exact/wide/{k}")[0]
        assert abs(hits[counts == k].mean() - recorded) <= 0.01


def test_the_record_has_every_seed_and_no_disagreement():
    for name in ("wide", "middle", "narrow", "deep", "deep-time", "reversed"):
        seeds = {"wide": SEEDS, "deep-time": SOME}.get(name, FEWER)
        for k in (*translations.LENGTHS, "trained"):
            assert len(RECORD.value(f"exact/{name}/{k}")) == len(seeds)
    np.testing.assert_allclose(RECORD.value("teacher_forced/all"), 1, atol=0.002)


def test_figures_draw_the_numbers_that_they_are_given():
    fig = figures.lengths({"wide": [[0.9, 1.0], [0.2, 0.4]]}, [1.0, 0.9], 6)
    lines = {line.get_label(): line.get_ydata() for line in fig.axes[0].get_lines()}
    np.testing.assert_allclose(lines["vector of 64"], [0.95, 0.3])
    fig = figures.positions({"forward": [[1.0], [0.5]]}, {"trained": [0.7, 0.6]})
    np.testing.assert_allclose(fig.axes[1].get_lines()[0].get_ydata(), [0.7, 0.6])
