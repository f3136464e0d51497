"""What chapter 11 looks at: told and alone, what is right, the record."""

import numpy as np
import pytest
import torch

from rnncourse.analysis import translations
from rnncourse.chapters.ch11_seq2seq import inspecting, stored, translating
from rnncourse.chapters.ch11_seq2seq.network_experiments import FEWER, KINDS, SEEDS
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


def test_what_is_told_against_a_loop(model):
    some = DATA.test[-5:]
    pairs = translations.batch(DATA, some)
    found = inspecting.teacher_forced(model, pairs)
    for b in range(len(some)):
        one = pairs.part(torch.tensor([b]))
        logits, _ = model.teacher_forced(one.source, one.source_lengths, one.target)
        hits = (logits.detach()[:, 0].argmax(-1) == one.target[:, 0]).float()
        assert np.isclose(found.symbols[b], hits.mean())
        assert found.all[b] == bool(hits.all())


def test_symbols_alone_stand_at_their_place_or_not():
    pairs = translations.batch(DATA, DATA.test[-1:])
    ids = DATA.ids(DATA.test[-1:])[1][0]
    n = len(ids) + 1
    assert inspecting.agreeing([hypothesis(ids)], pairs) == [1]
    assert np.isclose(inspecting.agreeing([hypothesis(ids[:-1])], pairs)[0], (n - 2) / n)
    assert np.isclose(inspecting.agreeing([hypothesis([])], pairs)[0], 0)


def test_another_number_has_another_name():
    """So whoever copies the target of another source is never right."""
    targets = {pair.target: pair.source for pair in DATA.train + DATA.test}
    assert all(targets[pair.target] == pair.source for pair in DATA.train + DATA.test)


def test_chunks_translate_what_they_have_counted():
    assert min(counted(DATA)) > 0.2  # from few lists, also at lengths that none of them has
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
    for name, seeds in (("wide", SEEDS), ("middle", FEWER)):
        for k in (*translations.LENGTHS, "trained"):
            assert len(RECORD.value(f"exact/{name}/{k}")) == len(seeds)
    np.testing.assert_allclose(RECORD.value("teacher_forced/all"), 1, atol=0.002)
