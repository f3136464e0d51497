"""The open question: read letters with marks, from few examples, and name new combinations."""

import itertools

import numpy as np

from rnncourse.grading.writing import question

POINTS_BY_SCORE = ((0.5, 1), (0.65, 2), (0.8, 3), (0.9, 4))
"""Shares of new combinations named rightly, and points for that."""
BASES, MARKS, WIDTH, IMAGES_PER_PAIR, UNSEEN_PER_LETTER = 6, 5, 12, 3, 2
"""Letters, marks, pixels; pictures of each combination of the training; new marks for a letter."""


def _sample_held_out_marks(rng):
    """Draw two marks for each letter, new to it; each mark stays with two letters."""
    while True:
        marks = [sorted(rng.permutation(MARKS)[:UNSEEN_PER_LETTER].tolist()) for _ in range(BASES)]
        if max(np.bincount(np.concatenate(marks), minlength=MARKS)) <= BASES - 2:
            return {(b, m) for b in range(BASES) for m in marks[b]}


def _sample_pictures(rng):
    """Draw letters and marks at random, and pictures of their combinations.

    Which combinations are new is drawn, how many pictures each has, and their order: what can be
    known without a look at the pictures does not name them.
    """
    bases = rng.random((BASES, 6, 8)) < 0.5
    marks = rng.random((MARKS, 3, 6)) < 0.5
    unseen_pairs = _sample_held_out_marks(rng)
    known_pairs = [(b, m) for b in range(BASES) for m in range(MARKS) if (b, m) not in unseen_pairs]

    def make_picture(b, m):
        picture = np.zeros((WIDTH, WIDTH))
        row, column = rng.integers(0, 2, 2)
        picture[row + 5 : row + 11, column + 1 : column + 9] = bases[b]
        picture[row : row + 3, column + 2 : column + 8] = marks[m]
        return picture + rng.normal(0, 0.12, picture.shape)

    queries = [pair for pair in sorted(unseen_pairs) for _ in range(rng.integers(1, 4))]
    truth = rng.permutation(queries)
    # In order, they could be told without being read
    captions = rng.permutation(IMAGES_PER_PAIR * known_pairs)
    images = np.array([make_picture(b, m) for b, m in captions])
    return images, captions, np.array([make_picture(b, m) for b, m in truth]), truth


@question("13-combine", 7, "New combinations", "project", returns="captions")
def name_new(images, captions, others):
    """Return letter and mark of each of the others, `(N, 2)`."""
    numbers = []
    for part, (top, height) in enumerate(((5, 6), (0, 3))):
        crops = np.concatenate([c.reshape(len(c), -1) for c in _cut_crops(images, top, height)])
        labels = np.tile(captions[:, part], 4)
        distances = [
            ((c.reshape(len(c), 1, -1) - crops) ** 2).sum(axis=2)
            for c in _cut_crops(others, top, height)
        ]
        numbers.append(labels[np.min(distances, axis=0).argmin(axis=1)])
    return np.stack(numbers, axis=1)


def _cut_crops(pictures, top, height):
    """Cut rows out of pictures, at each of two shifts down and two to the right."""
    shifts = itertools.product((0, 1), (0, 1))
    return [pictures[:, d + top : d + top + height, r : r + WIDTH - 1] for d, r in shifts]


@name_new.inputs
def _sample_inputs(rng):
    for seed in rng.integers(0, 2**31, 2):
        yield _sample_pictures(np.random.default_rng(seed))[:3]


@name_new.measured(
    POINTS_BY_SCORE, "Of the new combinations, {:.0%} are named rightly, letter and mark.".format
)
def _measure_accuracy(cases, values, expected):
    """How many new combinations are named, letter and mark, beside a tested reference."""
    exact_matches = []
    for (captions,), (truth,) in zip(values, expected, strict=True):
        has_shape = np.shape(captions) == np.shape(truth)
        exact_matches.append(np.mean((captions == truth).all(axis=1)) if has_shape else 0.0)
    return float(np.mean(exact_matches))


def _find_nearest(images, captions, new_images):
    """Return the captions of the pictures that are nearest to others, pixel by pixel."""
    distances = ((new_images[:, None] - images) ** 2).sum(axis=(2, 3))
    return captions[distances.argmin(axis=1)]


name_new.mistake("The nearest picture")(
    "You gave the caption of the nearest picture. It is a caption of the training, and these "
    "combinations are not among them: name letter and mark apart.",
    _find_nearest,
)

name_new.mistake("The most frequent caption")(
    "You gave all pictures one caption.",
    lambda images, captions, others: np.tile(captions[0], (len(others), 1)),
)

name_new.mistake("Mark and letter exchanged")(
    "The letter comes first, then the mark.",
    lambda images, captions, others: name_new(images, captions, others)[:, ::-1],
)


def _make_misplaced_reader(part, rows):
    """Make a wrong answer that looks for the letter, place 0, or the mark, 1, in other rows."""

    def answer(images, captions, new_images):
        answers = np.array(name_new(images, captions, new_images))
        answers[:, part] = _find_nearest(images[:, rows], captions, new_images[:, rows])[:, part]
        return answers

    return answer


name_new.mistake("The mark below", _make_misplaced_reader(1, slice(6, None)))(
    "You look for the mark among the lower rows. It stands above the letter."
)

name_new.mistake("The letter from the mark", _make_misplaced_reader(0, slice(4)))(
    "You look for the letter among the upper rows. It stands below the mark."
)


def _list_unseen_captions(captions):
    """What is in no caption, in order."""
    known = {(b, m) for b, m in captions.tolist()}
    return [(b, m) for b in range(BASES) for m in range(MARKS) if (b, m) not in known]


@name_new.mistake("What is in no caption, in order")
def _list_without_looking(images, captions, new_images):
    """You listed the combinations that are in no caption, and looked at no picture."""
    unseen = _list_unseen_captions(captions)
    return np.array([unseen[n * len(unseen) // len(new_images)] for n in range(len(new_images))])


@name_new.mistake("A mark that this letter never had")
def _pair_with_unseen_mark(images, captions, new_images):
    """You read the letter, and took a mark that it never had in the training. There are two of
    them: read the mark as well."""
    marks = {}
    for b, m in _list_unseen_captions(captions):
        marks.setdefault(b, m)
    numbers = name_new(images, captions, new_images)
    return np.array([(b, marks.get(b, m)) for b, m in numbers.tolist()])
