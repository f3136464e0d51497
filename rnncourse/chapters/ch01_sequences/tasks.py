"""Tasks of the five input and output shapes, on real data, for one kind of network."""

from collections.abc import Sequence
from functools import partial

import numpy as np
import torch
from jaxtyping import Int
from sklearn.datasets import load_digits
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.naive_bayes import MultinomialNB
from sklearn.pipeline import Pipeline, make_pipeline

from rnncourse.data import clips, numerals, places, roles
from rnncourse.data.padding import pad
from rnncourse.data.splits import split_items
from rnncourse.models.sequence import SequenceBatch, SequenceModel
from rnncourse.training.sequence import TrainingSettings, generate_answers

PINS = {"places": places.PINNED_SHA256, "roles": roles.PINNED_SHA256, "clips": clips.PINNED_SHA256}
"""The fingerprints of the chapter's data."""
LETTERS = len(places.ALPHABET)
LANGUAGES = len(places.CODES)
END = LETTERS + LANGUAGES
"""In names that are written: characters first, then the languages, then the end."""
WORDS = numerals.list_word_vocabulary()
GO = 10
"""In numerals: the digits first, then the sign to answer, then the words."""


def make_batch(inputs: np.ndarray, targets: np.ndarray, loss_mask: np.ndarray) -> SequenceBatch:
    """Turn NumPy's arrays into a task."""
    return SequenceBatch(
        torch.from_numpy(inputs), torch.from_numpy(targets), torch.from_numpy(loss_mask)
    )


def image_task(part: int, seed: int = 0) -> SequenceBatch:
    """One to one: a picture of a digit goes in, the digit comes out.

    Args:
        part: 0 to train, 1 to validate, 2 to test.
        seed: Which division.
    """
    digits = load_digits()
    indices = np.array(split_items(range(len(digits.target)), str, seed)[part])
    pixels = (digits.data[indices] / 16).astype(np.float32)
    return make_batch(pixels[None], digits.target[indices][None], np.ones((1, len(indices)), bool))


def language_task(names: Sequence[places.PlaceName], every_step: bool = False) -> SequenceBatch:
    """Many to one: the characters of a name go in, its language comes out after the last.

    Args:
        names: Of `load_places`.
        every_step: Ask for the language after every character instead.
    """
    xs, languages, mask = places.batch_names(names)
    is_last = mask & ~np.concatenate([mask[1:], np.zeros_like(mask[:1])])
    targets = np.broadcast_to(languages, xs.shape).copy()
    return make_batch(xs, targets, mask if every_step else is_last)


def name_task(names: Sequence[places.PlaceName]) -> SequenceBatch:
    """One to many: a language goes in, a name comes out, character by character.

    Each character is read back as the input of the next step; after the last comes the end.
    """
    rows = [
        [LETTERS + places.CODES.index(n.language), *places.encode_name(n.text), END] for n in names
    ]
    ids, mask = pad(rows)
    return make_batch(ids[:-1], ids[1:], mask[1:])


def role_task(sources: Sequence[roles.TaggedSource]) -> SequenceBatch:
    """Many to many, in step: Python's tokens go in, the role of each identifier comes out."""
    xs, targets, mask = roles.batch_segments(sources)
    has_role = mask & (targets != roles.NO_ROLE)
    return make_batch(xs, np.where(has_role, targets, 0), has_role)


def clip_task(batch: clips.Clips) -> SequenceBatch:
    """Many to many, in step: frames go in, the direction of the last movement comes out.

    In the first frame nothing has moved yet, so its answer does not count.
    """
    T, B = batch.directions.shape
    loss_mask = np.ones((T, B), bool)
    loss_mask[0] = False
    return make_batch(batch.frames.reshape(T, B, -1), batch.directions, loss_mask)


def numeral_task(pairs: Sequence[numerals.Numeral]) -> SequenceBatch:
    """Many to many: all digits go in, then the words come out, each read back."""
    rows, starts = [], []
    for pair in pairs:
        words = [WORDS.index(word) for word in numerals.split_words(pair.words)]
        rows.append([*map(int, pair.digits), GO, *(GO + 1 + i for i in (*words, 0))])
        starts.append(len(pair.digits))
    ids, mask = pad(rows)
    loss_mask = mask[1:] & (np.arange(len(ids) - 1)[:, None] >= starts)
    return make_batch(ids[:-1], ids[1:], loss_mask)


MODELS = {
    "image": partial(SequenceModel, 64, 10, H=64, read="vector"),
    "language": partial(SequenceModel, LETTERS, LANGUAGES, H=96),
    "name": partial(SequenceModel, END + 1, END + 1, H=160),
    "role": partial(SequenceModel, roles.VOCABULARY_SIZE, len(roles.ROLES), H=64, read="ids"),
    "clip": partial(SequenceModel, 256, 3, H=64, read="vector"),
    "numeral": partial(SequenceModel, GO + 1 + len(WORDS), GO + 1 + len(WORDS), H=128),
}
"""Makes the network of each task; the keyword `cell` chooses what it remembers with."""
SETTINGS = {
    "image": TrainingSettings(400),
    "language": TrainingSettings(800),
    "name": TrainingSettings(800),
    "role": TrainingSettings(600),
    "clip": TrainingSettings(600),
    "numeral": TrainingSettings(2000),
}


def load_tasks(seed: int = 0) -> dict[str, tuple[SequenceBatch, SequenceBatch]]:
    """Make the training and the test part of all six tasks.

    Args:
        seed: Which division, and which clips.
    """
    names, pairs = places.load_places(seed), numerals.load_numerals(seed=seed)
    sources, images = roles.load_sources(seed), clips.load_digit_images(seed)
    rng = np.random.default_rng(seed)
    train_clips = clips.sample_clips(rng, images.train, 1500)
    test_clips = clips.sample_clips(rng, images.test, 500)
    return {
        "image": (image_task(0, seed), image_task(2, seed)),
        "language": (language_task(names.train), language_task(names.test)),
        "name": (name_task(names.train), name_task(names.test)),
        "role": (
            role_task(roles.cut_segments(sources.train)),
            role_task(roles.cut_segments(sources.test)),
        ),
        "clip": (clip_task(train_clips), clip_task(test_clips)),
        "numeral": (numeral_task(pairs.train), numeral_task(pairs.test)),
    }


def write_numerals(model: SequenceModel, pairs: Sequence[numerals.Numeral]) -> list[str]:
    """Let a network write numerals, one length of digits after the other.

    Returns:
        Its answers, words with spaces, in the order of the pairs.
    """
    words_by_digits: dict[str, str] = {}
    for length in {len(pair.digits) for pair in pairs}:
        same_length = [pair.digits for pair in pairs if len(pair.digits) == length]
        inputs = torch.tensor([[*map(int, digits), GO] for digits in same_length]).T
        ids = generate_answers(model, inputs, eos_id=GO + 1, max_length=16) - GO - 1
        for digits, column in zip(same_length, ids.T.clamp(0).tolist(), strict=True):
            words_by_digits[digits] = numerals.decode_words(column, WORDS)
    return [words_by_digits[pair.digits] for pair in pairs]


def are_numerals_correct(model: SequenceModel, pairs: Sequence[numerals.Numeral]) -> np.ndarray:
    """Tell for each numeral whether all of its words are right."""
    targets = [" ".join(numerals.split_words(pair.words)) for pair in pairs]
    return np.array([a == b for a, b in zip(write_numerals(model, pairs), targets, strict=True)])


@torch.no_grad()
def sample_names(model: SequenceModel, languages: Int[np.ndarray, " B"], seed: int) -> list[str]:
    """Draw a name for each language.

    Args:
        model: Trained on `name_task`.
        languages: Places in `CODES`.
        seed: Of the draws.
    """
    generator = torch.Generator().manual_seed(seed)
    ids, state, drawn = torch.from_numpy(languages + LETTERS)[None], None, []
    for _ in range(40):
        logits, state = model(ids, state)
        ids = torch.multinomial(logits[-1].softmax(-1), 1, generator=generator).T
        drawn.append(ids[0])
    columns = [column[: [*column, END].index(END)] for column in torch.stack(drawn).T.tolist()]
    return [places.ALPHABET.decode(np.array([i for i in c if i < LETTERS], int)) for c in columns]


def ngram_classifier(names: Sequence[places.PlaceName]) -> Pipeline:
    """Fit the baseline of language identification: naive Bayes on runs of 1 to 4 characters."""
    classifier = make_pipeline(
        CountVectorizer(analyzer="char", ngram_range=(1, 4), lowercase=False),
        MultinomialNB(alpha=0.1),
    )
    return classifier.fit([n.text for n in names], [places.CODES.index(n.language) for n in names])


def shuffle_steps(task: SequenceBatch, seed: int = 0) -> SequenceBatch:
    """Mix up the order of the steps of every sequence, up to its last answer.

    In step, every answer goes with its input. A single answer, at the end, stays there.
    """
    generator = torch.Generator().manual_seed(seed)
    inputs, targets, loss_mask = (a.clone() for a in (task.inputs, task.targets, task.loss_mask))
    steps = torch.arange(1, len(loss_mask) + 1)[:, None]
    for b, n in enumerate((loss_mask * steps).max(0).values.tolist()):  # 0: no answer
        order = torch.randperm(n, generator=generator)
        inputs[:n, b] = task.inputs[order, b]
        if task.loss_mask[:, b].sum() > 1:
            targets[:n, b], loss_mask[:n, b] = task.targets[order, b], task.loss_mask[order, b]
    return SequenceBatch(inputs, targets, loss_mask)


def last_steps(task: SequenceBatch, steps: int) -> SequenceBatch:
    """Let each answer see its last inputs only: for the only answer of every sequence.

    Args:
        task: A task with one answer a sequence, at its end.
        steps: How many inputs are left.
    """
    end_steps = task.loss_mask.int().argmax(0)
    rows = (end_steps - torch.arange(steps - 1, -1, -1)[:, None]).clamp(0)
    columns = torch.arange(len(task))
    loss_mask = torch.zeros(steps, len(task), dtype=torch.bool)
    loss_mask[-1] = True
    targets = task.targets[end_steps, columns].expand(steps, -1)
    return SequenceBatch(task.inputs[rows, columns], targets, loss_mask)
