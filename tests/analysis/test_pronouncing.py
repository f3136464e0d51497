"""Words as batches, said greedily and by a beam, told, and scored."""

from itertools import islice

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from rnncourse.analysis.pronouncing import (
    LENGTHS,
    MAX_LENGTH,
    batches,
    edit_distance,
    encode_word,
    error_rates,
    error_rates_by_length,
    make_relative_check,
    pack_words,
    pronounce_all,
    teacher_forced,
)
from rnncourse.chapters.ch11_seq2seq.spelling import (
    PronouncingDecoder,
    PronouncingEncoder,
    compute_loss,
)
from rnncourse.core.records import Record
from rnncourse.data.pronunciations import BEGIN, END, LETTERS, PAD, SOUNDS, load_pronunciations

WORDS = {
    "cat": [("K", "AE", "T")],
    "read": [("R", "EH", "D"), ("R", "IY", "D")],
    "oh": [("OW",)],
    "dog": [("D", "AO", "G")],
    "through": [("TH", "R", "UW")],
}


@pytest.fixture(scope="module")
def networks():
    torch.manual_seed(3)
    encoder, decoder = PronouncingEncoder(16, 8), PronouncingDecoder(16, 8)
    with torch.no_grad():
        for part in (*encoder.parameters(), *decoder.parameters()):
            part.mul_(4)
        decoder.logits.bias[:END] = -99  # a trained one never says these
        decoder.logits.bias[END] = 1
    return encoder.eval(), decoder.eval()


def test_a_batch_has_letters_sounds_and_ends():
    source, target = pack_words([("oh", ("OW",)), ("ox", ("AA", "K", "S"))])
    assert [[LETTERS[i] for i in column] for column in source.T] == [["o", "h"], ["o", "x"]]
    assert [SOUNDS[i] for i in target[:, 0]] == ["OW", "<end>", "<pad>", "<pad>"]
    assert target[:, 1].tolist()[-1] == END
    assert encode_word("Oh").tolist() == source[:, :1].tolist()


def test_every_pronunciation_comes_once_before_any_comes_again():
    drawn = []
    for source, target in islice(batches(WORDS, 2, seed=1), 4):
        for letters, sounds in zip(source.T, target.T, strict=True):
            word = "".join(LETTERS[i] for i in letters)
            drawn.append((word, tuple(SOUNDS[i] for i in sounds if i > END)))
    assert sorted(drawn) == sorted((word, way) for word, ways in WORDS.items() for way in ways)


def test_a_seed_decides_the_order():
    first, same, other = (list(islice(batches(WORDS, 2, s), 12)) for s in (0, 0, 1))
    assert all(torch.equal(a[0], b[0]) for a, b in zip(first, same, strict=True))
    assert any(not torch.equal(a[0], b[0]) for a, b in zip(first, other, strict=True))


@torch.no_grad()
def pronounce_slowly(encoder, decoder, word):
    """Say one word as the page does."""
    state, last, sounds = encoder(encode_word(word)), BEGIN, []
    while len(sounds) < MAX_LENGTH:
        logits, state = decoder(torch.tensor([[last]]), state)
        last = int(logits.argmax())
        if last == END:
            break
        sounds.append(SOUNDS[last])
    return tuple(sounds)


def test_pronounce_all_equals_decoding_word_by_word(networks):
    words = list(islice(load_pronunciations().test, 40))
    result = pronounce_all(*networks, words)
    assert {word: best[0] for word, best in result.items()} == {
        word: pronounce_slowly(*networks, word) for word in words
    }
    assert len({best[0] for best in result.values()}) > 5
    assert pronounce_all(*networks, words, beam_size=2).keys() == result.keys()


def test_a_wider_beam_finds_nothing_less_likely(networks):
    words = list(islice(load_pronunciations().test, 30))
    greedy, wide = (
        {word: best[0] for word, best in pronounce_all(*networks, words, beam_size=w).items()}
        for w in (1, 40)
    )
    ended = [word for word in words if len(greedy[word]) < MAX_LENGTH]
    rows = [
        teacher_forced(*networks, [(word, texts[word]) for word in ended])
        for texts in (greedy, wide)
    ]
    assert ended
    assert all(rows[1][word].log_prob > rows[0][word].log_prob - 1e-4 for word in ended)


def test_teacher_forced_log_probs_sum_to_the_loss(networks):
    rows = [(word, ways[0]) for word, ways in WORDS.items()]
    actual = teacher_forced(*networks, rows)
    for row in rows:
        symbols = len(row[1]) + 1
        loss = float(compute_loss(*networks, *pack_words([row])).detach())
        assert actual[row[0]].log_prob == pytest.approx(-symbols * loss, rel=1e-4)
        assert len(actual[row[0]].is_argmax) == symbols


def test_a_greedy_pronunciation_is_likeliest_under_teacher_forcing(networks):
    """By induction; here for what an untrained pair says, and for another text."""
    words = list(islice(load_pronunciations().test, 40))
    pronounced = {w: best[0] for w, best in pronounce_all(*networks, words).items()}
    own = teacher_forced(*networks, list(pronounced.items()))
    cats = teacher_forced(*networks, [(word, ("K", "AE", "T")) for word in words])
    assert all(all(own[word].is_argmax) for word in words if len(pronounced[word]) < MAX_LENGTH)
    for word in words:
        assert all(cats[word].is_argmax) == (pronounced[word] == ("K", "AE", "T"))


def test_padding_is_not_in_the_loss(networks):
    rows = [("oh", ("OW",)), ("ox", ("AA", "K", "S"))]
    source, target = pack_words(rows)
    longer = torch.cat([target, torch.full((3, 2), PAD)])
    assert torch.isclose(
        compute_loss(*networks, source, target), compute_loss(*networks, source, longer)
    )


def test_any_listed_pronunciation_is_right_and_edits_are_to_the_nearest():
    pronounced = {word: ways[-1] for word, ways in WORDS.items()}
    assert error_rates(pronounced, WORDS) == (0, 0)
    pronounced |= {"read": ("R", "IY"), "cat": ("K", "AA", "T", "S")}
    assert error_rates(pronounced, WORDS) == (pytest.approx(40), pytest.approx(100 * 3 / 13))
    more = {"a" * n: [("AH",)] for n in (5, 6, 8, 9, 10, 12, 13)}
    wer = error_rates_by_length(pronounced | {w: ways[0] for w, ways in more.items()}, WORDS | more)
    assert len(wer) == len(LENGTHS)
    assert wer[0] == error_rates(pronounced, {w: WORDS[w] for w in ("cat", "read", "oh", "dog")})
    assert np.isnan(error_rates_by_length(pronounced, WORDS)[-1]).all()  # no words so long


@pytest.mark.parametrize(
    ("chapter", "names"),
    [
        ("ch11_seq2seq", ("forward", "reversed", "letter", "window", "joint")),
        ("ch12_attention", ("attention", "one_vector")),
    ],
)
def test_recorded_rates_by_letters_add_up(chapter, names):
    value, test = Record.load(chapter).value, load_pronunciations().test
    shares = [sum(low <= len(w) <= high for w in test) / len(test) for low, high in LENGTHS]
    for name in names:
        wer = np.array([value(f"spelling/{name}/letters/wer/{n}") for n in range(1, 10)])
        np.testing.assert_allclose(shares @ wer, value(f"spelling/{name}/wer"), rtol=1e-9)


def test_a_backward_encoder_equals_a_forward_one_of_the_reversed_word(networks):
    encoder = PronouncingEncoder(16, 8, reverse=True)
    encoder.load_state_dict(networks[0].state_dict())
    assert torch.equal(encoder(encode_word("tac")), networks[0](encode_word("cat")))


words = st.text("abc", max_size=7)


@pytest.mark.parametrize(
    ("a", "b", "edits"),
    [("", "", 0), ("abc", "abc", 0), ("abc", "axc", 1), ("abc", "bc", 1), ("ab", "ba", 2)],
)
def test_edit_distance_by_hand(a, b, edits):
    assert edit_distance(a, b) == edit_distance(b, a) == edits


@given(words, words, words)
def test_edit_distance_is_a_distance(a, b, c):
    assert (edit_distance(a, b) == 0) == (a == b)
    assert edit_distance(a, c) <= edit_distance(a, b) + edit_distance(b, c)
    assert abs(len(a) - len(b)) <= edit_distance(a, b) <= max(len(a), len(b))


@pytest.mark.parametrize(
    ("word", "has"),
    [("walks", True), ("walk", True), ("baking", True), ("walkway", False), ("sing", False)],
)
def test_a_relative_differs_by_an_ending(word, has):
    train = dict.fromkeys(["walked", "walk" if word != "walk" else "walking", "bake", "s"])
    assert make_relative_check(train)(word) == has
