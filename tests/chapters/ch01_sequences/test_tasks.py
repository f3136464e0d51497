"""The tasks of chapter 1: masks, targets, order; and the networks of the page."""

from types import SimpleNamespace

import numpy as np
import pytest
import torch

from rnncourse.chapters.ch01_sequences import applications
from rnncourse.chapters.ch01_sequences import experiments as measure_shapes
from rnncourse.chapters.ch01_sequences import tasks as shapes
from rnncourse.core.records import Record
from rnncourse.data import clips, numerals, places, roles
from rnncourse.training.sequence import answer_accuracy

NAMES = [
    places.PlaceName("Suomi", "fi", "territory FI"),
    places.PlaceName("Deutschland", "de", "territory DE"),
]


def test_many_to_one_answers_after_the_last_real_character():
    task = shapes.language_task(NAMES)
    assert task.loss_mask.nonzero().tolist() == [[4, 0], [10, 1]]
    assert task.targets[task.loss_mask].tolist() == [places.CODES.index(c) for c in ("fi", "de")]
    every_step = shapes.language_task(NAMES, every_step=True)
    assert every_step.loss_mask.sum(0).tolist() == [5, 11]


def test_one_to_many_reads_back_what_it_should_have_written():
    task = shapes.name_task(NAMES)
    languages = [places.CODES.index(name.language) for name in NAMES]
    assert (task.inputs[0] - shapes.LETTERS).tolist() == languages
    for column, name in enumerate(NAMES):
        real = task.loss_mask[:, column]
        assert int(real.sum()) == len(name.text) + 1
        targets = task.targets[real, column]
        assert places.ALPHABET.decode(targets[:-1].numpy()) == name.text
        assert targets[-1] == shapes.END
        torch.testing.assert_close(task.inputs[1:, column][real[1:]], targets[:-1])


def test_in_step_counts_identifiers_alone():
    task = shapes.role_task([roles.tag_source("y = f(x)"), roles.tag_source("del y")])
    assert task.loss_mask.T.int().tolist() == [[1, 0, 1, 0, 1, 0, 0], [0, 1, 0, 0, 0, 0, 0]]
    actual = [roles.ROLES[i] for i in task.targets.T[task.loss_mask.T]]
    assert actual == ["store", "call", "load", "store"]


def test_the_first_frame_does_not_count():
    images = clips.load_digit_images().test
    task = shapes.clip_task(clips.sample_clips(np.random.default_rng(0), images, 5))
    assert not task.loss_mask[0].any()
    assert task.loss_mask[1:].all()
    assert task.inputs.shape == (12, 5, 256)


def test_after_the_input_words_come_one_by_one():
    pairs = [numerals.Numeral("42", "forty-two"), numerals.Numeral("7", "seven")]
    task = shapes.numeral_task(pairs)
    first = shapes.GO + 1
    words = ["forty", "two", "<end>"], ["seven", "<end>"]
    for column, expected in enumerate(words):
        real = task.loss_mask[:, column]
        assert [shapes.WORDS[i - first] for i in task.targets[real, column]] == list(expected)
        assert task.inputs[real.nonzero()[0], column] == shapes.GO
    assert task.inputs[:2, 0].tolist() == [4, 2]


def test_shuffling_keeps_what_was_read_and_a_last_answer_in_its_place():
    task = shapes.language_task(NAMES)
    mixed = shapes.shuffle_steps(task)
    for column, n in enumerate((5, 11)):
        assert mixed.inputs[:n, column].sort()[0].equal(task.inputs[:n, column].sort()[0])
    assert not mixed.inputs.equal(task.inputs)
    assert mixed.targets.equal(task.targets)
    assert mixed.loss_mask.equal(task.loss_mask)


def test_shuffling_in_step_takes_every_answer_along():
    task = shapes.role_task([roles.tag_source("y = f(x, z=1)")])
    mixed = shapes.shuffle_steps(task, seed=1)

    def steps_of(t):
        return sorted(
            (*x.tolist(), int(y), bool(a))
            for x, y, a in zip(t.inputs[:, 0], t.targets[:, 0], t.loss_mask[:, 0], strict=True)
        )

    assert steps_of(mixed) == steps_of(task)
    assert not mixed.inputs.equal(task.inputs)


def test_last_steps_are_those_before_the_answer():
    task = shapes.language_task(NAMES)
    cut = shapes.last_steps(task, 2)
    for column, name in enumerate(NAMES):
        assert places.ALPHABET.decode(cut.inputs[:, column].numpy()) == name.text[-2:]
    assert cut.targets[-1].tolist() == task.targets[task.loss_mask.int().argmax(0), [0, 1]].tolist()


@pytest.mark.parametrize("name", ["language", "role", "numeral"])
def test_the_networks_of_the_page_are_those_of_the_record(name):
    record = Record.load("ch01_sequences")
    test = shapes.load_tasks(0)[name][1]
    record.confirm(f"page/{name}", answer_accuracy(measure_shapes.load_page_model(name), test))


def test_names_are_drawn_in_the_letters_of_the_alphabet_and_the_same_again():
    model = measure_shapes.load_page_model("name")
    languages = np.arange(shapes.LANGUAGES)
    drawn = shapes.sample_names(model, languages, seed=3)
    assert drawn == shapes.sample_names(model, languages, seed=3)
    assert all(0 < len(name) <= 40 for name in drawn)


def test_every_application_has_one_of_the_five_shapes():
    assert {a.shape for a in applications.APPLICATIONS} == {
        applications.ONE_TO_ONE,
        applications.ONE_TO_MANY,
        applications.MANY_TO_ONE,
        applications.IN_STEP,
        applications.AFTER_INPUT,
    }
    assert {deck for a in applications.APPLICATIONS for deck in a.decks} <= set("ABCDE")
    assert all(a.where.startswith(("lesson", "not run: ")) for a in applications.APPLICATIONS)


@pytest.mark.parametrize(
    ("named", "shape"),
    [
        ("image classification", "one to one"),
        ("music generation", "one to many"),
        ("image captioning", "one to many"),
        ("sentiment of a sentence or review", "many to one"),
        ("machine translation", "many to many, after the input"),
        ("video classification, frame by frame", "many to many, in step"),
    ],
)
def test_the_applications_of_deck_b_have_the_shapes_it_says(named, shape):
    (result,) = [a for a in applications.APPLICATIONS if a.name == named]
    assert result.shape == shape
    assert "B" in result.decks


def test_without_input_the_majority_answer_of_training_is_scored():
    train, test = (
        shapes.SequenceBatch(
            torch.zeros(3, 1), torch.tensor(ids)[:, None], torch.ones(3, 1, dtype=bool)
        )
        for ids in ([0, 0, 1], [1, 1, 0])
    )
    assert measure_shapes.measure_majority((train, test)) == pytest.approx(1 / 3)


def test_counts_are_fitted_to_training_names(monkeypatch):
    known = [places.PlaceName("aaa", "fi", ""), places.PlaceName("bbb", "de", "")]
    new = [places.PlaceName("aaa", "fi", ""), places.PlaceName("bbb", "fi", "")]
    monkeypatch.setattr(places, "load_places", lambda seed: SimpleNamespace(train=known, test=new))
    monkeypatch.setattr(measure_shapes, "measure_majority", lambda batches: 0)
    record = Record("ch01_sequences", "sequences", {})
    tasks = {seed: {"image": None, "language": None} for seed in measure_shapes.SEEDS}
    measure_shapes._add_baselines(record, tasks)
    assert set(record.value("baseline/language/counts")) == {0.5}


def compute_recorded_median(key):
    return np.median(Record.load("ch01_sequences").value(key))


def test_every_shape_gains_over_what_has_no_memory():
    result = measure_shapes.compute_gains(Record.load("ch01_sequences"))
    assert set(result) == set(shapes.MODELS)
    assert min(result.values()) == result["role"] > 0.25


@pytest.mark.parametrize("name", ["language", "role", "clip"])
def test_order_matters_in_every_task_where_it_was_destroyed(name):
    assert (
        compute_recorded_median(f"accuracy/{name}/gru")
        - compute_recorded_median(f"variant/{name}/shuffled")
        > 0.1
    )


def test_another_shape_costs_where_it_was_tried():
    last = compute_recorded_median("variant/language/last character")
    assert compute_recorded_median("accuracy/language/gru") - last > 0.4
    assert (
        compute_recorded_median("accuracy/clip/gru") - compute_recorded_median("accuracy/clip/1")
        > 0.6
    )
