"""What the page says of trained networks is in the record, and the kept network is one of them."""

import numpy as np
import torch

from rnncourse.analysis import translations
from rnncourse.chapters.ch12_attention import network_experiments as networks
from rnncourse.chapters.ch12_attention import occlusion, scoring, translating
from rnncourse.chapters.ch12_attention.stored import FOLDER, load_weights
from rnncourse.core.records import Record
from rnncourse.data.number_pairs import spell_list
from rnncourse.decoding.stepping import greedy
from rnncourse.models import weights

RECORD = Record.load("ch12_attention")


def read_record(key):
    return np.array(RECORD.value(key))


def test_attention_removes_the_bottleneck_and_points_where_digits_change_places():
    assert read_record("exact/general/6").min() > 0.95
    assert read_record("exact/none/6").max() < 0.2
    assert read_record("exact/general/7").max() < 0.2
    assert read_record("attention/general/swapped/pointing").min() > 0.95
    for way in ("diagonal", "offset"):
        assert RECORD.value(f"chance/{way}/swapped/pointing") < 0.6
    assert RECORD.value("chance/diagonal/comma/pointing") == 1


def test_an_offset_is_searched_among_training_pairs(monkeypatch):
    train, pairs, searched = [spell_list((32, 5))], [spell_list((21, 9, 40))], []
    monkeypatch.setattr(scoring, "fit_offset", lambda rows, *_, **__: searched.append(rows) or 0)
    scoring.score_baselines(train, pairs)
    assert searched == [train] * len(scoring.TOKEN_GROUPS)


def test_the_stored_network_has_the_recorded_attention():
    data = translations.load_number_lists()
    lists = translations.select_by_length(data.test, networks.N_ATTENDED)
    attention = translating.compute_attention(load_weights(), data, lists)
    for key, share in scoring.score_by_kind(attention, lists).items():
        assert abs(share - read_record(f"attention/general/{key}")[0]) < 0.01
    _, meta = weights.load("lists", FOLDER)
    assert (meta["kind"], meta["seed"]) == ("general", networks.SEEDS[0])


@torch.no_grad()
def test_rewriting_counts_the_symbols_that_each_hidden_symbol_changes():
    model = load_weights()
    data = translations.load_number_lists()
    counts = {",": [], "-": [], "number": []}
    pairs = translations.select_by_length(data.test, 4)[:2]
    actual = occlusion.occlude_symbols(model, data, pairs)
    for pair in pairs:
        (source,), _ = data.ids([pair])
        hs, summary = model.encode(torch.tensor([source]).T, torch.tensor([len(source)]))
        texts = []
        for hidden in range(-1, len(hs)):
            mask = torch.arange(len(hs))[:, None] != hidden
            state = model.decoder.initial_state(summary, hs, mask)
            (text,) = greedy(model, state, 1, max_length=translations.MAX_LENGTH)
            texts.append(text.ids.tolist())
        for symbol, ids in zip(pair.source, texts[1:], strict=True):
            counts[symbol if symbol in ",-" else "number"].append(ids != texts[0])
    assert actual == {name: np.mean(hits) for name, hits in counts.items() if hits}
