"""What is written, and whether it is right."""

import numpy as np
import torch

from rnncourse.analysis.translations import (
    accuracy_by_length,
    batch_pairs,
    build_network,
    find_exact_matches,
    store_network,
    translate_sources,
)
from rnncourse.data.number_pairs import load_lists, spell_list
from rnncourse.decoding.beam import beam_search
from rnncourse.decoding.stepping import Hypothesis
from rnncourse.models import weights


def test_a_translation_is_right_as_a_whole_and_when_it_has_ended():
    data = load_lists(size=600, held_out=20)
    pairs = data.test[:4]
    _, targets = data.ids(pairs)
    full_texts = [np.array(ids) for ids in targets]
    result = [
        Hypothesis(full_texts[0], 0.0, True, 0.0),
        Hypothesis(full_texts[1], 0.0, False, 0.0),
        Hypothesis(full_texts[2][:-1], 0.0, True, 0.0),
        Hypothesis(np.append(full_texts[3], full_texts[3][0]), 0.0, True, 0.0),
    ]
    assert find_exact_matches(result, data, pairs).tolist() == [True, False, False, False]


def test_a_batch_of_pairs_is_translated_as_each_alone():
    data = load_lists(size=600, held_out=20)
    torch.manual_seed(0)
    model = build_network(data, H=8, attention="dot").double()
    pairs = data.test[:3] + data.test[-3:]
    together = translate_sources(model, batch_pairs(data, pairs), max_length=12)
    for pair, text in zip(pairs, together, strict=True):
        (alone,) = translate_sources(model, batch_pairs(data, [pair]), max_length=12)
        assert text.ids.tolist() == alone.ids.tolist()


def test_a_beam_is_that_of_the_package():
    data = load_lists(size=600, held_out=20)
    torch.manual_seed(0)
    model = build_network(data, H=8).double()
    pairs = data.test[:4]
    batch = batch_pairs(data, pairs)
    result = translate_sources(model, batch, beam_size=3, length_penalty=1.0, max_length=9)
    state = model.initial_state(batch.source, batch.source_lengths)
    expected = beam_search(
        model, state, 4, beam_size=3, max_length=9, length_penalty=1.0, count_eos=True
    )
    assert [text.ids.tolist() for text in result] == [best.ids.tolist() for (best,) in expected]


def test_shares_by_length_against_counting():
    lengths = [1 + n % 8 for n in range(40)]
    pairs = [spell_list((1,) * n) for n in lengths]
    hits = np.random.default_rng(0).random(40) < 0.5
    for k, share in enumerate(accuracy_by_length(hits, pairs), 1):
        matches = [
            bool(hit)
            for hit, pair in zip(hits, pairs, strict=True)
            if pair.source.count(",") == k - 1
        ]
        assert share == sum(matches) / len(matches)


def test_stored_weights_are_restored_up_to_rounding(tmp_path):
    data = load_lists(size=600, held_out=20)
    networks = [build_network(data, H=8) for _ in range(2)]
    store_network("small", networks[0], data, {"seed": 0}, tmp_path)
    weights.restore_model(networks[1], "small", tmp_path)
    for p, q in zip(networks[0].parameters(), networks[1].parameters(), strict=True):
        torch.testing.assert_close(p, q, rtol=1e-3, atol=1e-6)
