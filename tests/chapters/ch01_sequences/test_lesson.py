"""Lesson 1: what is measured of the readers and writers of names sees what is planted."""

import numpy as np
import pytest
import torch
from torch import nn

from rnncourse.chapters.ch01_sequences import lesson
from rnncourse.data.family_names import LANGUAGES


@pytest.fixture(scope="module")
def example_names():
    return lesson.read_names(3)


class Planted(nn.Module):
    """Says at each step what a function of the symbols read so far says."""

    def __init__(self, names, answer):
        super().__init__()
        self.names, self.answer = names, answer

    def forward(self, xs, h=None):
        T, B, V = xs.shape
        h = [""] * B if h is None else h
        ys = torch.zeros(T, B, V)
        read = [[self.names.symbols[i] for i in row] for row in xs.argmax(-1).tolist()]
        for t in range(T):
            h = [before + " " + symbol for before, symbol in zip(h, read[t], strict=True)]
            for b, text in enumerate(h):
                if xs[t, b].any():
                    ys[t, b, self.names.place[self.answer(text.split())]] = 50
        return ys, h


def test_the_network_is_torch_s():
    torch.manual_seed(0)
    own, torch_rnn = lesson.RNN(7, 5), nn.RNN(7, 5)
    with torch.no_grad():
        torch_rnn.weight_ih_l0.copy_(own.read.weight)
        torch_rnn.weight_hh_l0.copy_(own.carry.weight)
        torch_rnn.bias_ih_l0.copy_(own.read.bias)
        torch_rnn.bias_hh_l0.zero_()
    xs, h = torch.randn(6, 2, 7), torch.randn(2, 5)
    hs, last = torch_rnn(xs, h[None])
    ys, state = own(xs, h)
    torch.testing.assert_close(ys, own.answer(hs))
    torch.testing.assert_close(state, last[0])


def test_only_the_answer_after_the_last_letter_counts(example_names):
    pairs_given = [("aho", "Finnish"), ("koskela", "Finnish")]
    for name, answers in (("language", ("Finnish", "Finnish")), ("first", ("a", "k"))):
        xs, targets = example_names.encode_many_to_one(pairs_given, name)
        assert xs.shape[:2] == targets.shape == (7, 2)
        assert (targets >= 0).nonzero().tolist() == [[2, 0], [6, 1]]
        assert tuple(example_names.symbols[targets[t, b]] for t, b in ((2, 0), (6, 1))) == answers
        assert xs.sum(-1).T.tolist() == [[1, 1, 1, 0, 0, 0, 0], [1] * 7]


def test_dictation_targets_are_the_next_letters(example_names):
    xs, targets = example_names.encode_one_to_many([("aho", "Finnish"), ("rossi", "Italian")])
    read = [example_names.symbols[i] for i in xs[:4, 0].argmax(-1)]
    assert read == ["Finnish", "a", "h", "o"]
    assert [example_names.symbols[i] for i in targets[:4, 0]] == ["a", "h", "o", "<end>"]
    assert targets[4:, 0].tolist() == [lesson.NO_TARGET] * 2


def test_a_window_sees_its_last_letters_and_a_bag_has_no_order(example_names):
    V = len(example_names.symbols)
    window, bag = (
        example_names.encode_last_letters([("koskela", ""), ("oleksak", "")], k) for k in (2, 0)
    )
    assert window.shape == (2, 2 * V)
    assert window[0].view(2, V).argmax(-1).tolist() == [
        example_names.place["a"],
        example_names.place["l"],
    ]
    assert bag[0].equal(bag[1])
    assert bag[0, example_names.place["k"]] == 2
    assert example_names.encode_last_letters([("ab", "")], 4).sum() == 2


def test_twin_accuracy_is_1_for_a_perfect_reader_and_half_for_a_bag(example_names):
    own = dict(name for pair in example_names.twins for name in pair)
    twin = {a: y for (a, x), (b, y) in example_names.twins} | {
        b: x for (a, x), (b, y) in example_names.twins
    }
    for known, share in ((own, 1.0), (twin, 0.0)):
        reader = Planted(example_names, lambda text, known=known: known.get("".join(text), "<end>"))
        assert lesson.twin_accuracy(reader, 3) == share
    torch.manual_seed(0)
    bag = lesson.WindowClassifier(len(example_names.symbols), len(example_names.symbols))
    assert lesson.twin_accuracy(bag, 3, k=0) == 0.5


def test_accuracy_counts_marked_answers_and_reading_the_last_row_errs(example_names):
    own = dict(example_names.test)
    reader = Planted(example_names, lambda text: own.get("".join(text), "<end>"))
    assert (
        lesson.measure_accuracy(reader, *example_names.encode_many_to_one(example_names.test)) == 1
    )
    longest = max(len(name) for name in own)
    filled = np.mean([len(name) == longest for name in own])
    assert lesson.accuracy_at_padded_end(reader, 3) == pytest.approx(filled, abs=1e-6)
    keeps = Planted(example_names, lambda text: text[0])
    assert (
        lesson.measure_accuracy(
            keeps, *example_names.encode_many_to_one(example_names.test, "first")
        )
        == 1
    )


def test_inventions_end_and_belong_to_the_language_that_was_read(example_names):
    writes = Planted(example_names, lambda text: "a" if len(text) < 3 else "<end>")
    assert lesson.sample_names(writes, example_names) == [
        ("aa", x) for x in LANGUAGES for _ in range(30)
    ]
    assert lesson.sample_names(Planted(example_names, lambda text: "<end>"), example_names) == []
    endless = lesson.sample_names(Planted(example_names, lambda text: "b"), example_names)
    assert {name for name, _ in endless} == {"b" * lesson.MAX_LETTERS}


def test_a_perfect_writer_classifies_names_perfectly(example_names):
    own = dict(example_names.test)

    def next_letter(text):
        """The next letter of any name that begins so, where the language is its own."""
        language, begun = text[0], "".join(text[1:])
        for name, label in own.items():
            if label == language and name.startswith(begun):
                return [*name, "<end>"][len(begun)]
        return "<end>"

    assert lesson.writer_accuracy(Planted(example_names, next_letter), 3) > 0.5
    assert lesson.writer_accuracy(Planted(example_names, lambda text: "a"), 3) < 0.2


def test_training_raises_accuracy_and_outputs_are_probabilities(example_names):
    fresh = lesson.init_network(3)
    net = lesson.train_reader(3, updates=250)
    shares = [
        lesson.measure_accuracy(each, *example_names.encode_many_to_one(example_names.test))
        for each in (fresh, net)
    ]
    assert shares[0] < 0.15 < 0.25 < shares[1]
    result = lesson.predict_by_letter(net, example_names, "koskela")
    assert result.shape == (7, 10)
    assert (result.sum(-1) <= 1 + 1e-6).all()
    window = lesson.train_window(2, 3, updates=40)
    assert lesson.window_accuracy(window, 2, 3) > 0.15
