"""The lesson's networks: their equation, the page's code, and what the record says of them."""

from functools import partial

import numpy as np
import pytest
import torch
from torch import nn

from rnncourse.analysis.pronouncing import TeacherForced, encode_word, pack_words
from rnncourse.chapters.ch11_seq2seq import spelling
from rnncourse.chapters.ch11_seq2seq import spelling_experiments as measured
from rnncourse.data import pronunciations
from rnncourse.data.pronunciations import BEGIN, load_pronunciations

from ...page_code import run_cells
from .equation import step_gru

PAGE = "book/11-sequence-to-sequence"
ROWS = [("tough", ("T", "AH", "F")), ("queue", ("K", "Y", "UW"))]


@pytest.fixture
def networks():
    torch.manual_seed(1)
    return spelling.PronouncingEncoder(6, 5).double(), spelling.PronouncingDecoder(6, 5).double()


def test_the_lesson_s_networks_are_the_equation(networks):
    """Equation eq-encoder-decoder, step by step in NumPy: one vector, and nothing else, passes."""
    w, v = ({k: p.numpy() for k, p in part.state_dict().items()} for part in networks)
    source, target = pack_words(ROWS)
    previous = torch.cat([torch.full_like(target[:1], BEGIN), target[:-1]])
    logits = networks[1](previous, networks[0](source))[0].detach().numpy()
    for b in range(len(ROWS)):
        h = np.zeros(6)
        for letter in source[:, b]:
            h = step_gru(w, "cell", w["embedding.weight"][letter], h)
        for i, sound in enumerate(previous[:, b]):
            h = step_gru(v, "cell", v["embedding.weight"][sound], h)
            expected = h @ v["logits.weight"].T + v["logits.bias"]
            np.testing.assert_allclose(logits[i, b], expected, rtol=1e-10, atol=1e-12)


def test_the_page_prints_the_package_s_networks_and_loss(networks):
    names = {"torch": torch, "nn": nn, **vars(pronunciations)}
    book = run_cells(PAGE, "class Encoder", "class Decoder", "def loss_of", **names)
    page_pair = book["Encoder"](6, 5).double(), book["Decoder"](6, 5).double()
    for copy, network in zip(page_pair, networks, strict=True):
        copy.load_state_dict(network.state_dict())
    batch = pack_words([(word, sounds) for word, sounds in ROWS] + [("ghoul", ("G", "UW"))] * 2)
    assert torch.equal(
        book["loss_of"](*page_pair, *batch), spelling.compute_loss(*networks, *batch)
    )


def test_only_the_vector_decides_the_pronunciation(networks):
    encoder, decoder = networks
    begin = torch.full((1, 1), BEGIN)
    through, tough = (encoder(encode_word(word)) for word in ("through", "tough"))
    assert not torch.allclose(decoder(begin, through)[0], decoder(begin, tough)[0])


def test_training_learns_and_a_seed_decides():
    words = {"cat": [("K", "AE", "T")], "dog": [("D", "AO", "G")]}
    pairs = [spelling.train_pronouncer(seed, H=12, updates=120, words=words) for seed in (0, 0, 1)]
    batch = pack_words([(word, ways[0]) for word, ways in words.items()])
    losses = [float(spelling.compute_loss(*pair, *batch).detach()) for pair in pairs]
    assert losses[0] == losses[1] != losses[2]
    assert max(losses) < 1 < np.log(42)


def test_a_backward_encoder_reads_from_the_end(networks):
    state = networks[0](encode_word("tough"))
    networks[0].reverse = True
    assert torch.equal(networks[0](encode_word("hguot")), state)


def test_spelling_scores_equal_those_by_hand(monkeypatch):
    test = {
        "cats": [("K", "AE", "T", "S")],
        "dog": [("D", "AO", "G"), ("D", "AA", "G")],
        "hiccup": [("HH", "IH")],
    }
    pronounced = {"cats": test["cats"][0], "dog": test["dog"][1], "yeet": ("Y", "IY", "T")}
    top5 = {"cats": [("K",), test["cats"][0]], "dog": [test["dog"][0]]}
    hits = {"cats": [True] * 5, "dog": [True] * 4, "hiccup": [True, False, True]}
    words = pronunciations.Pronunciations({"cat": [("K", "AE", "T")]}, {}, test)

    def speak(encoder, decoder, words, beam_size=1, n_best=1):
        return {
            w: top5[w] if beam_size == n_best == 5 else [pronounced.get(w, ("HH", "AH"))]
            for w in words
        }

    def score_rows(encoder, decoder, rows):
        return {w: TeacherForced(tuple(hits[w]), -2.0 + (way == ("HH", "AH"))) for w, way in rows}

    for name, fake in {
        "load_pronunciations": lambda: words,
        "pronounce_all": speak,
        "teacher_forced": score_rows,
        "error_rates_by_length": lambda pronounced, words: [(0, 0)],
        "EXAMPLES": ("yeet", "hiccough"),
        "N_BEAM_WORDS": 2,
        "PROBE_LENGTH": 2,
    }.items():
        monkeypatch.setattr(measured, name, fake)
    actual = measured.score_pair(None, None)
    np.testing.assert_allclose(actual.pop("places"), [0, 100, 0])
    assert actual.pop("letters/wer") == actual.pop("letters/per") == (0,)
    assert actual == pytest.approx({
        "wer": 100 / 3, "per": 100 / 9, "unrelated": 50, "differ": 1, "teacher_forced": 100 / 12,
        "free_running": 200 / 12, "search": 0, "greedy": 0, "beam": 50, "five": 0,
        "says/yeet": 1, "says/hiccough": 0,
    })  # fmt: skip


def test_counting_rivals_read_training_words_only(monkeypatch):
    train, valid = ({letter: [(sound,)] for letter in "abcd"} for sound in ("AA", "IY"))
    words = pronunciations.Pronunciations(train, valid, {"a": train["a"], "b": [("UW",)]})
    monkeypatch.setattr(measured, "load_pronunciations", lambda: words)
    monkeypatch.setattr(measured, "error_rates_by_length", lambda *_: [])
    monkeypatch.setattr(
        measured, "JointNGrams", partial(measured.JointNGrams, order=2, min_count=1)
    )
    value = measured.measure_spelling_baselines().value
    for name in ("letter", "window", "joint"):
        assert value(f"spelling/{name}/wer") == 50


def test_drawn_pronunciations_are_the_dictionary_s():
    ways_by_word = {w: ways for part in load_pronunciations() for w, ways in part.items()}
    for word, sounds in {
        "through": "TH R UW",
        "though": "DH OW",
        "tough": "T AH F",
        "cough": "K AO F",
        "bough": "B AW",
        "hiccough": "HH IH K AH P",
    }.items():
        assert tuple(sounds.split()) in ways_by_word[word]
