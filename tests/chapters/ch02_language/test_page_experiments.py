"""What the page's network is asked: brackets, stretches, and keys, counted by hand."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
import torch

from rnncourse.analysis.splits import encode_split
from rnncourse.chapters.ch02_language import hello_experiments, page_experiments
from rnncourse.chapters.ch02_language.brackets import find_brackets
from rnncourse.chapters.ch02_language.known import KNOWN, by_known, known_before
from rnncourse.chapters.ch02_language.networks import open_over_none
from rnncourse.chapters.ch02_language.ngrams import BracketScores, Positions
from rnncourse.chapters.ch02_language.page_experiments import (
    BRACKET_STRETCHES,
    FAR,
    TYPED_STRETCHES,
    best_far,
    far_gains,
    reset_probs,
    typed_gains,
    typed_stretches,
)
from rnncourse.core.records import Record
from rnncourse.core.seeds import CONFIRMING, PILOT, SeedError
from rnncourse.data.corpus import Document
from rnncourse.models.language import LanguageModel
from rnncourse.training.reading import probs


@pytest.fixture
def data():
    documents = [Document(f"{i}.py", f"Document {i} says the same again.\n" * 9) for i in range(60)]
    return encode_split(documents, seed=0, max_order=1)


def model(V=96):
    torch.manual_seed(0)
    return LanguageModel(V, 8, "gru", 4).eval()


def test_far_brackets_are_compared_one_by_one():
    nothing = Positions(0, 0.0, 0.0)
    distance = np.array([FAR, 3, FAR + 9, FAR - 1, FAR + 1])
    orders = np.array([[0, 1, 0, 1, 0], [1, 1, 0, 1, 0]], bool)  # the second has a far hit
    network = np.array([1, 0, 1, 0, 0], bool)
    found = far_gains(network, BracketScores(orders, distance, nothing, nothing))
    assert found.tolist() == [0, 1, 0]
    assert best_far(BracketScores(orders, distance, nothing, nothing)).tolist() == [1, 0, 0]


def test_open_and_none_are_averaged_stretch_by_stretch(data):
    line = "The mean (of all the values that were given) is kept.\nThe mean of all that is kept.\n"
    text = line * 40
    ids = data.vocabulary.encode(text)
    full = replace(data, test=ids, test_text=text)
    expected = np.random.default_rng(0).uniform(0.01, 1, len(text))
    opened = find_brackets(text).opened
    seen = [text[max(t - 8, 0) : t].rjust(8, "\n") for t in range(len(text))]
    far, none = (
        {t for t in range(len(text)) if test(opened[t])}
        for test in (lambda o: o > 8, lambda o: o == 0)
    )
    both = {seen[t] for t in far} & {seen[t] for t in none}
    rows = []
    for part in np.array_split(np.arange(len(text)), 4):
        means = [
            np.mean([expected[t] for t in part if t in where and seen[t] in both])
            for where in (far, none)
        ]
        rows.append(np.log2(means[0] / means[1]))
    np.testing.assert_allclose(open_over_none(expected, full, 4), rows, rtol=1e-9)


def test_a_state_that_is_reset_knows_its_window_and_the_character_before_it(data):
    ids = data.test[:60]
    reset = reset_probs(model(), ids, window=20)
    np.testing.assert_allclose(reset[:20], probs(model(), ids[:20]), rtol=1e-5)
    with torch.no_grad():
        logits, _ = model()(torch.from_numpy(ids[39:59, None]))
    alone = logits[:, 0].softmax(-1).numpy()[np.arange(20), ids[40:]]
    np.testing.assert_allclose(reset[40:], alone, rtol=1e-5)


def test_what_is_known_before_is_found_in_the_training_text(data):
    ids = np.r_[data.test[:40], data.test[7:30], data.vocabulary.encode("Zz~q")]
    text, train = "\n" * 12 + data.vocabulary.decode(ids), data.vocabulary.decode(data.train)
    found = known_before(data, ids, longest=12)
    for t, known in enumerate(found):
        before = text[t : t + 12]
        assert known == 0 or before[-known:] in train
        assert known == 12 or before[-known - 1 :] not in train
    assert len(set(found)) > 3


def test_each_group_has_the_mean_of_its_characters():
    rng = np.random.default_rng(0)
    known, values = rng.integers(0, 32, 5000), rng.normal(size=5000)
    means, halves = by_known(known, values)
    inside = [v for k, v in zip(known, values, strict=True) if 9 <= k <= 11]
    assert means[2] == pytest.approx(sum(inside) / len(inside))
    # about what the normal distribution says of so many independent values
    assert halves[2] == pytest.approx(1.96 / np.sqrt(len(inside)), rel=0.7)
    assert KNOWN[0][0] == 0
    assert all(b + 1 == a for (_, b), (a, _) in pairwise(KNOWN))


def test_stretches_share_no_character(data):
    found = list(typed_stretches(data))
    assert len(found) == TYPED_STRETCHES
    assert data.test_text.startswith("".join(found))
    assert len(data.test_text) - sum(map(len, found)) < TYPED_STRETCHES


def test_gains_are_differences_of_what_is_saved(data, monkeypatch):
    monkeypatch.setattr(page_experiments, "TYPED_WORDS", 10)
    saved, dictionary, alone = typed_gains(model(), data, data.test_text[:200])
    assert saved == alone == 0.0  # an untrained network saves nothing
    assert dictionary < -0.3  # and the dictionary knows this text


def test_the_record_has_a_value_for_each_stretch_bracket_and_seed():
    record = Record.load("ch02_language")
    assert len(record.value("A3/open_over_none")) == BRACKET_STRETCHES
    assert len(record.value("B2/beyond_word")) == TYPED_STRETCHES
    assert len(record.value("D4/sampled")) == len(CONFIRMING)
    counts, bins = np.array(record.value("page/closed/brackets")), slice(3, None)  # 17 and more
    far = record.value("A3/far_gain")
    assert set(far) <= {-1, 0, 1}
    assert counts[bins].sum() <= len(far)


@pytest.mark.slow
def test_hello_s_numbers_are_those_of_the_first_seed():
    record, seed = Record.load("ch02_language"), CONFIRMING[0]
    w, _ = hello_experiments.learn_hello(seed=seed)
    assert hello_experiments.put_first(w) == record.value("D4/right")[0]
    assert hello_experiments.drawn_fraction(w, seed) == pytest.approx(
        record.value("D4/sampled")[0], abs=record.entry("D4/sampled").tolerance
    )
    with pytest.raises(SeedError):
        hello_experiments.measure_hello(seeds=PILOT)
