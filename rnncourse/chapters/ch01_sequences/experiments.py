"""The recorded numbers of the chapter on sequences, and the networks of its page (ten minutes)."""

from dataclasses import replace
from pathlib import Path

import numpy as np

from rnncourse.chapters.ch01_sequences import tasks as shapes
from rnncourse.chapters.ch01_sequences.lesson import (
    measure_backward,
    measure_first_letters,
    measure_inventions,
    measure_languages,
    measure_readers,
)
from rnncourse.chapters.ch01_sequences.names_network import measure_names
from rnncourse.chapters.ch01_sequences.tasks import MODELS, SETTINGS
from rnncourse.core.records import Record, provenance
from rnncourse.data import numerals, places, roles
from rnncourse.models import weights
from rnncourse.models.sequence import SequenceBatch, SequenceModel
from rnncourse.training.sequence import answer_accuracy, train_sequence_model

WEIGHTS = Path(__file__).with_name("weights")
SEEDS = (0, 1, 2)
CELL_NAMES = (1, "gru")
TASKS = ("language", "role", "clip", "numeral")
PAGE_TASKS = ("image", "language", "name", "role", "numeral")
"""Tasks whose first GRU the page of chapter 1 computes with; for images, a layer without memory."""
NAMES_PER_LANGUAGE = 50
"""Names that are drawn for each language."""

TRAINING_TOLERANCE = (
    0.03,
    "float32 training ends elsewhere on another processor, within the spread of seeds",
)
REEVALUATION_TOLERANCE = (
    0.005,
    "fixed weights at 16 bits, read again; a few near ties may fall the other way",
)
FIT_TOLERANCE = (0.005, "a fit by counting; ties may fall the other way")


def measure_shapes() -> Record:
    """Measure everything chapter 1 says."""
    record = Record(
        "ch01_sequences", "sequences", {"data_sha256": shapes.PINS, **provenance("babel")}
    )
    tasks_by_seed = {seed: shapes.load_tasks(seed) for seed in SEEDS}
    _add_baselines(record, tasks_by_seed)
    _add_cells(record, tasks_by_seed)
    _add_names(record, tasks_by_seed)
    _add_variants(record, tasks_by_seed)
    return record


def fit_task(name: str, cell: str | int, batch: SequenceBatch, seed: int) -> SequenceModel:
    """Train the network of a task with the course's settings."""
    return train_sequence_model(
        lambda: MODELS[name](cell=cell), batch, replace(SETTINGS[name], seed=seed)
    )


def measure_majority(batches: tuple[SequenceBatch, SequenceBatch]) -> float:
    """Return the accuracy of always giving the training's most frequent answer."""
    train, test = (batch.targets[batch.loss_mask] for batch in batches)
    return float((test == train.bincount().argmax()).float().mean())


def _add_baselines(record: Record, tasks_by_seed) -> None:
    for name in ("image", "language"):
        accuracies = [measure_majority(tasks_by_seed[seed][name]) for seed in SEEDS]
        record.add(f"baseline/{name}/most frequent", accuracies, *FIT_TOLERANCE)
    accuracies = []
    for seed in SEEDS:
        names = places.load_places(seed)
        classifier = shapes.ngram_classifier(names.train)
        languages = [places.CODES.index(n.language) for n in names.test]
        accuracies.append(np.mean(classifier.predict([n.text for n in names.test]) == languages))
    record.add("baseline/language/counts", accuracies, *FIT_TOLERANCE)


def _add_cells(record: Record, tasks_by_seed) -> None:
    """Train every cell on every task, and keep what the page needs."""
    for name in ("image", *TASKS):
        for cell in CELL_NAMES if name != "image" else (1,):
            accuracies, exact_fractions = [], []
            for seed in SEEDS:
                train, test = tasks_by_seed[seed][name]
                model = fit_task(name, cell, train, seed)
                accuracies.append(answer_accuracy(model, test))
                if name == "numeral":
                    pairs = numerals.load_numerals(seed=seed).test
                    exact_fractions.append(shapes.are_numerals_correct(model, pairs).mean())
                if name in PAGE_TASKS and cell == "gru" and seed == 0:
                    _save_weights(record, name, model, test)
            record.add(f"accuracy/{name}/{cell}", accuracies, *TRAINING_TOLERANCE)
            if exact_fractions:
                record.add(f"exact/{name}/{cell}", exact_fractions, 0.1, TRAINING_TOLERANCE[1])


def _save_weights(record: Record, name: str, model: SequenceModel, test: SequenceBatch) -> None:
    """Write a network for the page, and record what it does with 16-bit weights."""
    arrays = {key: p.detach().numpy() for key, p in model.named_parameters()}
    about = {"cell": model.cell, "task": name, "vocabulary": list_symbols(name)}
    about["command"] = "make measure"
    weights.save(name, arrays, about, WEIGHTS)
    record.add(
        f"page/{name}", answer_accuracy(load_page_model(name), test), *REEVALUATION_TOLERANCE
    )


def list_symbols(name: str) -> list[str]:
    """List what the ids of a task stand for, outputs where they differ from inputs."""
    characters = [*places.ALPHABET.characters]
    return {
        "image": [*"0123456789"],
        "language": characters,
        "name": [*characters, *places.CODES, "<end>"],
        "role": list(roles.SYMBOLS),
        "numeral": [*"0123456789", "<go>", *shapes.WORDS],
    }[name]


def load_page_model(name: str) -> SequenceModel:
    """Read a network of the page."""
    _, about = weights.load(name, WEIGHTS)
    return weights.restore_model(MODELS[name](cell=about["cell"]), name, WEIGHTS)


def train_picture_classifier() -> Record:
    """Keep the layer without memory that the page shows pictures of digits to."""
    about = {"data_sha256": shapes.PINS, **provenance("scikit-learn")}
    record = Record("ch01_sequences", "picture", about)
    train, test = (shapes.image_task(part) for part in (0, 2))
    _save_weights(record, "image", fit_task("image", 1, train, 0), test)
    return record


def baseline_accuracy(names: list[str], languages: np.ndarray, seed: int) -> float:
    """Return how often the counting baseline finds the language that a name was drawn for."""
    classifier = shapes.ngram_classifier(places.load_places(seed).train)
    return float(np.mean(classifier.predict(names) == languages))


def _add_names(record: Record, tasks_by_seed) -> None:
    """One to many: whose names they are."""
    accuracies = []
    for seed in SEEDS:
        train, test = tasks_by_seed[seed]["name"]
        model = fit_task("name", "gru", train, seed)
        languages = np.arange(shapes.LANGUAGES).repeat(NAMES_PER_LANGUAGE)
        accuracies.append(
            baseline_accuracy(shapes.sample_names(model, languages, seed), languages, seed)
        )
        if seed == 0:
            _save_weights(record, "name", model, test)
    record.add("judged/name", accuracies, 0.06, "700 names drawn from networks trained elsewhere")


def _add_variants(record: Record, tasks_by_seed) -> None:
    """Ask for the wrong shape, or in the wrong order."""
    accuracies: dict[str, list[float]] = {}
    for seed in SEEDS:
        train, test = (shapes.last_steps(batch, 1) for batch in tasks_by_seed[seed]["language"])
        accuracies.setdefault("language/last character", []).append(
            answer_accuracy(fit_task("language", "gru", train, seed), test)
        )
        for name in TASKS:
            train, test = tasks_by_seed[seed][name]
            if name == "numeral":
                continue
            model = fit_task(name, "gru", shapes.shuffle_steps(train, seed), seed)
            accuracies.setdefault(f"{name}/shuffled", []).append(
                answer_accuracy(model, shapes.shuffle_steps(test, seed + 10))
            )
    for key, values in accuracies.items():
        record.add(f"variant/{key}", values, *TRAINING_TOLERANCE)


def compute_gains(record: Record) -> dict[str, float]:
    """Return by shape what a network gains over one without memory, or over chance.

    Returns:
        Differences of shares of right answers, each of medians of three splits.
    """

    def read_median(key):
        return float(np.median(record.value(key)))

    by_task = {
        name: read_median(f"accuracy/{name}/gru") - read_median(f"accuracy/{name}/1")
        for name in ("language", "role", "clip")
    }
    by_task["numeral"] = read_median("exact/numeral/gru") - read_median("exact/numeral/1")
    by_task["name"] = read_median("judged/name") - 1 / shapes.LANGUAGES
    by_task["image"] = read_median("accuracy/image/1") - read_median("baseline/image/most frequent")
    return by_task


EXPERIMENTS = {
    "sequences": measure_shapes,
    "picture": train_picture_classifier,
    "names": measure_names,
    "languages": measure_languages,
    "readers": measure_readers,
    "backward": measure_backward,
    "first_letters": measure_first_letters,
    "inventions": measure_inventions,
}
"""What `make measure` runs: by section of the record."""
