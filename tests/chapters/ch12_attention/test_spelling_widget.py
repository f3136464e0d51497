"""Any word, said in the page: it computes what PyTorch does with the same 8-bit weights."""

import functools
from pathlib import Path

import numpy as np
import pytest
import torch

from rnncourse.analysis.pronouncing import encode_word, pronounce_all
from rnncourse.chapters.ch12_attention import spelling_network
from rnncourse.chapters.ch12_attention.spelling import (
    AttentionPronouncer,
    as_encoder_decoder,
    sound_ids,
)
from rnncourse.chapters.ch12_attention.spelling_widget import LIVE_FIGURE, live_spelling
from rnncourse.core.records import Record
from rnncourse.data.pronunciations import LETTERS, SOUNDS
from rnncourse.models import weights

from ... import node

DRIVER = Path(__file__).with_name("spelling_driver.mjs")
WORDS = ["knight", "psychology", "queue", "tiktok", "pytorch", "o'clock", "x", "b" * 20]


@functools.cache
def load_network():
    return spelling_network.load_live_network().double()


def ask_page(*questions, folder=LIVE_FIGURE.weights):
    return node.make_asker(DRIVER, folder / "sounds")(*questions)


@torch.no_grad()
def compare_with_page(page, network, word):
    best = pronounce_all(*as_encoder_decoder(network), [word], beam_size=1)[word][0]
    names = tuple(SOUNDS[i] for i in page["said"])
    assert names == best
    if page["finished"]:
        logits, looks = network(encode_word(word), sound_ids(names))
        assert np.allclose(page["rows"], looks[:, 0], atol=1e-6)
        logs = logits[:, 0].log_softmax(-1)
        ids = [*page["said"], SOUNDS.index("<end>")]
        total = logs[range(len(ids)), ids].sum().item()
        actual = [g["total"] for g in page["guesses"] if g["ids"] == page["said"]]
        assert actual in ([], pytest.approx([total], abs=1e-5))
        return actual
    return [None]


@pytest.mark.parametrize("word", WORDS)
def test_pronunciations_equal_pytorch(word):
    (page,) = ask_page(["say", word])
    assert compare_with_page(page, load_network(), word), "the beam has what greedy decoding says"


@pytest.mark.parametrize("layers", [1, 3])
def test_an_encoder_may_have_any_number_of_layers(layers, tmp_path):
    torch.manual_seed(layers)
    model = AttentionPronouncer(H=6, num_layers=layers)
    with torch.no_grad():
        for p in model.parameters():
            p.mul_(3)
        model.decoder.logits.bias[SOUNDS.index("<end>")] = 3
    arrays = {key: p.detach().numpy() for key, p in model.named_parameters()}
    meta = {"cell": "gru", "vocabulary": SOUNDS, "letters": LETTERS}
    weights.save("sounds", arrays, meta, tmp_path, bits=8)
    stored, _ = weights.load("sounds", tmp_path)
    model.load_state_dict({key: torch.from_numpy(array) for key, array in stored.items()})
    pages = ask_page(["say", "tough"], ["say", "knight"], folder=tmp_path)
    assert any(page["finished"] for page in pages)
    for page, word in zip(pages, ("tough", "knight"), strict=True):
        compare_with_page(page, model.double(), word)


def test_the_beam_finds_what_the_package_s_finds():
    words = ["live", "read", "gif", "doomscrolling"]
    pronounced = pronounce_all(*as_encoder_decoder(load_network()), words, beam_size=4, n_best=4)
    for word, page in zip(words, ask_page(*(["say", word] for word in words)), strict=True):
        assert [tuple(SOUNDS[i] for i in g["ids"]) for g in page["guesses"]] == pronounced[word]


def test_tough_is_pronounced_right_and_through_wrong():
    """The page In one hour says so."""
    pronounced = [
        [SOUNDS[i] for i in page["said"]] for page in ask_page(["say", "tough"], ["say", "through"])
    ]
    assert pronounced[0] == ["T", "AH", "F"]
    assert pronounced[1] != ["TH", "R", "UW"]


def test_a_note_says_what_is_read_of_a_word():
    typed = ["", "  ", "Café", "two words", "Rock’n", "42", "b" * 40]
    result = ask_page(*(["wordIn", text] for text in typed))
    assert [r["read"] for r in result] == ["", "", "cafe", "twowords", "rock'n", "", "b" * 20]
    assert [r["note"] for r in result] == [
        "",
        "",
        "Read as “cafe”.",
        "Read as “twowords”, without a space.",
        "",
        "Nothing is read: “4” and “2” are not known.",
        f"Read as “{'b' * 20}”: 20 letters at most.",
    ]


def test_the_weights_are_small_and_the_record_tells_what_they_are_worth():
    assert (LIVE_FIGURE.weights / "sounds.bin").stat().st_size <= 900_000
    assert ask_page(["size"]) == [sum(p.numel() for p in load_network().parameters())]
    record = Record.load("ch12_attention")
    assert record.value("sounds/width 5/wer") < record.value("sounds/width 1/wer") < 35
    html = live_spelling()._repr_mimebundle_()[0]["text/html"]
    assert 'data-word="knight"' in html


def test_training_leaves_the_lesson_s_network():
    words = {"ox": [("AA", "K", "S")], "it": [("IH", "T")]}
    trained = spelling_network.train_with_dropout(words, updates=2)
    assert not trained.training
    assert set(trained.state_dict()) == set(load_network().state_dict())
    (sounds,) = pronounce_all(*as_encoder_decoder(trained), ["ox"])["ox"]
    assert len(sounds) <= 30
