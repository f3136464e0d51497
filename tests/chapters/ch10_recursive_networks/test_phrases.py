"""Phrases: what they mean, against sets by hand; what their words alone say, against drawing."""

import random
from collections import Counter

import numpy as np
import pytest
import torch

from rnncourse.chapters.ch10_recursive_networks import learning, phrases, tree_experiments, treebank
from rnncourse.core.records import Record

BY_HAND = {
    "(black cats)": lambda kind, color, bell: kind == "cats" and color == "black",
    "((black cats) and dogs)": lambda kind, color, bell: (
        (kind == "cats" and color == "black") or kind == "dogs"
    ),
    "(black (cats and dogs))": lambda kind, color, bell: kind != "birds" and color == "black",
    "((animals except dogs) without bells)": lambda kind, color, bell: (
        kind != "dogs" and bell == "without"
    ),
    "(animals except (dogs with bells))": lambda kind, color, bell: (
        kind != "dogs" or bell == "without"
    ),
}


@pytest.mark.parametrize("text", BY_HAND)
def test_the_meaning_of_a_phrase_is_its_set_of_animals(text):
    tree = phrases.parse_phrase(text)
    assert phrases.find_meaning(tree) == {
        n for n, animal in enumerate(phrases.ANIMALS) if BY_HAND[text](*animal)
    }
    assert phrases.to_text(tree, brackets=True) == text
    assert phrases.target_vector(tree).sum() == len(phrases.find_meaning(tree))


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "a noun, or one bracket"),
        ("black", "a noun, or one bracket"),
        ("black cats", "a noun, or one bracket"),
        ("(black cats", "closed at its end"),
        ("black cats)", "not opened"),
        ("()", "got \\(\\)"),
        ("(cats)", "got \\(cats\\)"),
        ("(cats and dogs and birds)", "got \\(cats and dogs and birds\\)"),
        ("(cats (black dogs) birds)", "got"),
        ("(black mice)", "got 'mice'"),
        ("(cats black)", "color phrase"),
        ("(cats with dogs)", "phrase with bells"),
        ("((cats except black) animals)", "got \\(cats except black\\)"),
    ],
)
def test_text_that_is_no_phrase_raises(text, fault):
    with pytest.raises(ValueError, match=fault):
        phrases.parse_phrase(text)


def test_no_row_of_words_is_in_two_parts():
    texts = {
        part: {phrases.to_text(tree) for tree in phrases.sample(part, (2, 4), 100, 1)}
        for part in ("train", "validation", "test")
    }
    assert not texts["train"] & (texts["validation"] | texts["test"])
    assert not texts["validation"] & texts["test"]


def test_every_bracket_of_a_sample_changes_the_meaning():
    for tree in phrases.sample("train", (2, 8), 100, 2):

        def visit(part):
            if isinstance(part, str):
                return
            assert phrases.find_meaning(part)
            for inner in (part[0], part[-1]):
                if inner not in (*phrases.COLORS, "bells"):
                    assert phrases.find_meaning(inner) != phrases.find_meaning(part)
                    visit(inner)

        visit(tree)


def test_readings_are_as_frequent_as_when_phrases_are_drawn():
    rng, text = random.Random(0), "black cats and dogs"
    drawn = (phrases.sample_phrase(3, rng) for _ in range(60_000))
    counts = Counter(means for tree, means in filter(None, drawn) if phrases.to_text(tree) == text)
    result = phrases.meaning_frequencies(text)
    assert counts.keys() == result.keys()
    shares = {means: chance / sum(result.values()) for means, chance in result.items()}
    for means, count in counts.items():
        assert abs(count / counts.total() - shares[means]) < 0.15


MINE = ["yes\t((old men) and women)", "", "no\t(old (men and women))\n"]


def test_a_treebank_in_text_is_read():
    bank = treebank.read_treebank(MINE)
    assert bank.words == ("<other>", "<join>", "and", "men", "old", "women")
    assert [bank.labels[n] for n in bank.targets] == ["yes", "no"]
    assert bank.built[0][:, :3].T.tolist() == [
        [-1, -1, 0, -1, 2],
        [-1, -1, 1, -1, 3],
        [4, 3, 1, 5, 2],
    ]
    new = treebank.read_treebank(["no\t(young men)"], training=bank)
    assert new.built[0][:, 2].tolist() == [0, 3, 1]
    assert new.targets.tolist() == [0]


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("(old men)", "line 1: a line is a label"),
        ("yes\told men", "a label, a tab, and one tree"),
        ("yes\t(old men", "not closed"),
        ("yes\told men)", "not opened"),
        ("yes\t(a b c d)", "two parts"),
        ("yes\t(old (men women) here)", "two parts"),
        ("maybe\t(old men)", "'maybe' was not there"),
        ("", "there is no tree"),
    ],
)
def test_text_that_is_no_treebank_raises(line, fault):
    with pytest.raises(ValueError, match=fault):
        treebank.read_treebank([line], training=treebank.read_treebank(MINE))


def test_arrays_have_the_words_in_order():
    tree = phrases.parse_phrase("((black cats) and dogs)")
    for kind, text in (
        ("chain", "black cats and dogs"),
        ("brackets", "( ( black cats ) and dogs )"),
    ):
        rows = phrases.encode_tree(tree, kind)
        assert " ".join(phrases.WORDS[symbol] for symbol in rows[:, 2]) == text
        assert rows[:, 0].tolist() == list(range(-1, len(rows) - 1))
    rows = phrases.encode_tree(tree)
    assert rows[-1].tolist() == [2, 3, phrases.WORDS.index("and"), 2]
    assert rows[2].tolist() == [0, 1, phrases.JOIN, 1]


def test_a_phrase_is_right_only_if_all_its_animals_are():
    task = learning.LearningTask("phrases", (2, 2), 150, 16, ((2, 2),))
    nets, _ = learning.train_trees(task, "parse", "two", [1e-2, 0.0], [0], 150, pool=100)
    batch, true = learning.build_trees(task, "train", 40, (2, 2), "parse")
    states = nets.states(learning.batch_trees(batch))
    roots = learning.batch_trees(batch).roots
    predicted = (nets.logits(states, roots) > 0).numpy()
    shares = learning.measure_accuracies(task, nets, "parse", "train", (2, 2), 40)
    np.testing.assert_allclose(shares, (predicted == true).all(2).mean(1))
    assert shares[0] > shares[1]
    logits = torch.zeros(1, 2, 3)
    loss = learning._measure_loss(logits, torch.tensor([[1, 0, 1], [0, 0, 0]]))
    assert loss.item() == pytest.approx(3 * np.log(2))
    assert learning.measure_majority(task, (2, 2), 3) < 0.5


def test_words_alone_say_the_likeliest_of_all_readings_of_test_phrases(monkeypatch):
    """Planted: the phrases mean 1, and that is the likeliest reading of the first."""
    name = "rnncourse.chapters.ch10_recursive_networks.tree_experiments."
    readings = {"a": {1: 0.7, 2: 0.3}, "b": {2: 1.0}, "c": {1: 0.4, 2: 0.6}, "d": {1: 0.2, 2: 0.8}}
    empty = Record("ch10_recursive_networks", "phrases", {"data": "planted"})
    texts = {"test": [*"abcd"], "train": [*"b"], "validation": [*"b"]}
    monkeypatch.setattr(f"{name}measure_task", lambda section: empty)
    monkeypatch.setattr(f"{name}sample_texts", lambda task, part, *_: (texts[part], None))
    monkeypatch.setattr(f"{name}to_text", lambda tree: tree)
    monkeypatch.setattr(f"{name}meaning_frequencies", readings.get)
    monkeypatch.setattr(f"{name}find_meaning", lambda tree: 1)
    record = tree_experiments.measure_phrases()
    for low, high in tree_experiments.TASKS["phrases"].bins:
        assert record.value(f"words/{low}-{high}") == 1 / 4
        assert record.value(f"several/{low}-{high}") == 3 / 4
