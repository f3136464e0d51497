"""Which places a word is about, and how well a look finds them.

Two pictures whose captions differ in one word tell it: the pixels that change with the word. A look
is *on* the word if the place with the largest weight has such pixels.

Place (i, j) sees 17 by 17 pixels, centered on pixel (8i, 8j), so it stands for the eight around it,
8i - 4 to 8i + 3, and likewise across. Of a place at the upper or left border, half lies outside,
where all is white; the last four rows and columns, 44 to 47, belong to no place.
"""

from collections import defaultdict
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

import numpy as np
import torch
from jaxtyping import Bool, Float
from torch import Tensor

from rnncourse.chapters.ch13_captioning.emoji_models import (
    EmojiCaptioner,
    teacher_inputs,
    to_tensor,
    word_ids,
)
from rnncourse.chapters.ch13_captioning.pictures import (
    PEOPLE,
    SIDE,
    SIZE,
    TONES,
    list_vocabulary,
    load_pictures,
)

MIN_COLOR_CHANGE = 40  # a pixel has changed if a color differs by more than that, of 255
MIN_PIXELS = 6  # fewer are none
MIN_FRACTION = 0.05  # of a place's pixels: with more that have changed, it has changed
MIN_INK, MAX_EMPTY_INK = 0.2, 0.02
"""Shares of ink: a place with ink has more, an empty one less."""
WORD_KINDS = ("tone", "first tone", "second tone", "who", "hair")
HAIR = ("red", "curly", "white", "blond", "bald")


class LocatedWord(NamedTuple):
    """A word of a caption whose places are known."""

    row: int
    word_index: int
    """Of the word in the caption."""
    kind: str
    pixels: Bool[np.ndarray, "48 48"]
    """Those that change with the word."""


def fraction_by_region(pixels: Bool[np.ndarray, "48 48"]) -> Float[np.ndarray, " 36"]:
    """Return the share of the 8 by 8 pixels around each place's center, row by row."""
    width = SIZE // SIDE
    shifted = shift_image(pixels, width // 2, width // 2, False)
    return shifted.reshape(SIDE, width, SIDE, width).mean((1, 3)).ravel()


def measure_ink(row: int) -> Float[np.ndarray, " 36"]:
    """Return the share of each place that is not white."""
    return fraction_by_region((load_pictures().images[row] < 250).any(-1))


def classify_word(row: int, word_index: int) -> str:
    """Return what kind of word stands at a place of a caption: one of `WORD_KINDS`, or ''."""
    data = load_pictures()
    words, parsed = data.captions[row], data.parsed[row]
    if words[word_index] in TONES:
        if len(parsed.tones) == 1:
            return "tone"
        return "second tone" if set(words[:word_index]) & set(TONES) else "first tone"
    if word_index == 0 and words[0] in PEOPLE:
        return "who"
    return "hair" if words[word_index] in HAIR and parsed.role.startswith(words[word_index]) else ""


@cache
def find_captions_with_gap() -> dict[tuple, list[int]]:
    """Return for each caption with one word left open the pictures that it fits."""
    rows_of = defaultdict(list)
    for row, words in enumerate(load_pictures().captions):
        for word_index in range(len(words)):
            rows_of[(*words[:word_index], None, *words[word_index + 1 :])].append(row)
    return rows_of


def find_minimal_pairs(row: int, word_index: int) -> list[int]:
    """Return the pictures whose captions differ from this one in that word alone.

    Of a kind of word only those with another word of its kind: a woman who runs has men who run.
    """
    words, kind = load_pictures().captions[row], classify_word(row, word_index)
    rows = find_captions_with_gap()[(*words[:word_index], None, *words[word_index + 1 :])]
    return [n for n in rows if n != row and classify_word(n, word_index) == kind]


def find_changed_pixels(row: int, word_index: int) -> Bool[np.ndarray, "48 48"] | None:
    """Return the pixels that change with a word, or None where nothing or hardly anything does."""
    images, paired_rows = load_pictures().images, find_minimal_pairs(row, word_index)
    if not paired_rows:
        return None
    differs = (abs(images[paired_rows].astype(int) - images[row]).max(-1) > MIN_COLOR_CHANGE).any(0)
    return differs if differs.sum() >= MIN_PIXELS else None


@cache
def load_located_words() -> list[LocatedWord]:
    """Return the words whose places are known, of pictures that no network trains on."""
    data, located = load_pictures(), []
    for row, words in enumerate(data.captions):
        if data.parts[row] == "train":
            continue
        for word_index in range(len(words)):
            kind = classify_word(row, word_index)
            pixels = find_changed_pixels(row, word_index) if kind else None
            if pixels is not None:
                located.append(LocatedWord(row, word_index, kind, pixels))
    return located


@torch.no_grad()
def teacher_forced(
    network: EmojiCaptioner, images: Float[Tensor, "N 3 48 48"], rows: Sequence[int]
) -> tuple[Float[Tensor, "T N V"], Float[Tensor, "T N 36"]]:
    """Return logits and weights while the captions of these rows are told, padding at the end."""
    decoder_inputs = teacher_inputs(word_ids([load_pictures().captions[row] for row in rows]))
    outputs = [
        network(x, y) for x, y in zip(images.split(128), decoder_inputs.split(128, 1), strict=True)
    ]
    logits, weights = zip(*outputs, strict=True)
    return torch.cat(logits, 1), torch.cat(weights, 1)


def shift_image(image: np.ndarray, down: int, right: int, white: float) -> np.ndarray:
    """Move a picture; what comes in from beyond the edge is white."""
    margin, (h, w) = max(abs(down), abs(right)), image.shape[:2]
    padding = [(margin, margin), (margin, margin), *[(0, 0)] * (image.ndim - 2)]
    padded = np.pad(image, padding, constant_values=white)
    return padded[margin - down : margin - down + h, margin - right : margin - right + w]


def score_attention(
    network: EmojiCaptioner, located: Sequence[LocatedWord], max_shift: int = 0
) -> dict[str, float]:
    """Score looks, by kind of word, beside looks that need no network.

    Args:
        network: Is told the captions.
        located: Words whose places are known.
        max_shift: Each picture is moved by up to so many pixels in each direction.

    Returns:
        In percent: `KIND/hit`, the largest weight is on the word; `/fixed`, the one place is that
        is best over all pictures for such words; `/ink`, an inked place drawn is. `/mass`: the
        weight on the word; `/mass_ink`, if the weights were the ink. `KIND/words`: how many.
    """
    rng, data = np.random.default_rng(0), load_pictures()
    rows = [word.row for word in located]
    shifts = rng.integers(-max_shift, max_shift + 1, (len(located), 2))
    pictures = np.stack(
        [shift_image(data.images[r], *shift, 255) for r, shift in zip(rows, shifts, strict=True)]
    )
    truth = [shift_image(w.pixels, *shift, False) for w, shift in zip(located, shifts, strict=True)]
    images = torch.from_numpy(pictures).permute(0, 3, 1, 2).float() / 255
    weights = teacher_forced(network, images, rows)[1].numpy()
    pair_weights = np.stack([weights[word.word_index, n] for n, word in enumerate(located)])
    is_true = np.stack([fraction_by_region(pixels) > MIN_FRACTION for pixels in truth])
    ink = np.stack([fraction_by_region((image < 250).any(-1)) for image in pictures])
    by_kind = {}
    for kind in WORD_KINDS:
        selected = [n for n, word in enumerate(located) if word.kind == kind and is_true[n].any()]
        if not selected:
            continue
        kind_weights, truths = pair_weights[selected], is_true[selected]
        inked = ink[selected] > MIN_INK
        values = {
            "hit": truths[np.arange(len(selected)), kind_weights.argmax(1)].mean(),
            "fixed": truths.mean(0).max(),
            "ink": ((truths & inked).sum(1) / np.maximum(1, inked.sum(1))).mean(),
            "mass": (kind_weights * truths).sum(1).mean(),
            "mass_ink": ((ink[selected] * truths).sum(1) / ink[selected].sum(1)).mean(),
        }
        by_kind |= {f"{kind}/{key}": 100 * float(value) for key, value in values.items()}
        by_kind[f"{kind}/words"] = len(selected)
    return by_kind


def erase_regions(
    images: Float[Tensor, "N 3 48 48"], places: Sequence[int]
) -> Float[Tensor, "N 3 48 48"]:
    """Return pictures with white paint on the 8 by 8 pixels around the centers of places."""
    painted, width = images.clone(), SIZE // SIDE
    for place in places:
        top, left = (width * n - width // 2 for n in divmod(int(place), SIDE))
        painted[..., max(0, top) : top + width, max(0, left) : left + width] = 1
    return painted


def measure_erasure(network: EmojiCaptioner, located: Sequence[LocatedWord]) -> dict:
    """Paint white the two places with the largest weights, or others with ink; ask for the word.

    Args:
        network: Reads the pictures, and is told the captions.
        located: Words.

    Returns:
        By kind, in percent of the words that the network has right while nothing is painted:
        `KIND/attended`, wrong without the places it looked at; `KIND/other`, without as many others
        that have ink (0 if none had been right). `KIND/right`: how many had been right.
    """
    rng, errors_by_kind = np.random.default_rng(0), {word.kind: [] for word in located}
    ids = {token: i for i, token in enumerate(list_vocabulary())}
    rows = [word.row for word in located]
    true_ids = [ids[load_pictures().captions[word.row][word.word_index]] for word in located]
    logits, weights = teacher_forced(network, to_tensor(rows), rows)
    painted, tested = [], []
    for n, word in enumerate(located):
        top = weights[word.word_index, n].topk(2).indices.tolist()
        unattended = [
            place for place in np.flatnonzero(measure_ink(word.row) > MIN_INK) if place not in top
        ]
        if logits[word.word_index, n].argmax() == true_ids[n] and len(unattended) >= 2:
            drawn = rng.choice(unattended, 2, replace=False)
            painted += [erase_regions(to_tensor([word.row]), pair) for pair in (top, drawn)]
            tested.append(n)
    if tested:
        doubled_rows = [rows[n] for n in tested for _ in range(2)]
        predictions = teacher_forced(network, torch.cat(painted), doubled_rows)[0].argmax(-1)
    for m, n in enumerate(tested):
        predicted = predictions[located[n].word_index, 2 * m : 2 * m + 2]
        errors_by_kind[located[n].kind].append((predicted != true_ids[n]).tolist())
    scores = {}
    for kind, pairs in errors_by_kind.items():
        attended, control = 100 * np.mean(pairs or [(False, False)], axis=0)
        scores |= {f"{kind}/attended": float(attended), f"{kind}/other": float(control)}
        scores[f"{kind}/right"] = len(pairs)
    return scores


def measure_fixed_paint(network: EmojiCaptioner, located: Sequence[LocatedWord]) -> float:
    """Paint the same two places white in all pictures, those that break most; ask for the word.

    The first breaks most words by itself, the second most beside the first: no look is needed, but
    the answers have to be known.

    Args:
        network: Reads the pictures, and is told the captions.
        located: Words, of one kind.

    Returns:
        In percent of the words that the network has right while nothing is painted, those that are
        wrong then (0 if none had been right).
    """
    ids = {token: i for i, token in enumerate(list_vocabulary())}
    rows, indices = [word.row for word in located], [word.word_index for word in located]
    captions, images = load_pictures().captions, to_tensor(rows)
    targets = torch.tensor([ids[captions[row][i]] for row, i in zip(rows, indices, strict=True)])

    def find_right(painted: Sequence[int]) -> Tensor:
        logits, _ = teacher_forced(network, erase_regions(images, painted), rows)
        return logits[indices, range(len(rows))].argmax(-1) == targets

    before, painted, broken = find_right([]), [], {}
    if not before.any():
        return 0.0
    for _ in range(2):
        places = [place for place in range(SIDE * SIDE) if place not in painted]
        broken = {p: int((before & ~find_right([*painted, p])).sum()) for p in places}
        painted.append(max(broken, key=broken.get))
    return 100 * broken[painted[-1]] / int(before.sum())


def attention_on_empty(network: EmojiCaptioner, rows: Sequence[int]) -> dict[str, float]:
    """Return how much of a look falls on places without ink, in percent, by word.

    Returns:
        `tone`: at words such as *dark*; `skin` and `tone word`: at the two that follow it; `rest`.
        `WORD/even`: if every place had the same weight.
    """
    shares = defaultdict(list)
    weights = teacher_forced(network, to_tensor(rows), rows)[1].numpy()
    for n, row in enumerate(rows):
        empty = measure_ink(row) < MAX_EMPTY_INK
        for place, word in enumerate(load_pictures().captions[row]):
            name = {"skin": "skin", "tone": "tone word"}.get(word, "rest")
            name = "tone" if word in TONES else name
            shares[name].append(weights[place, n][empty].sum())
            shares[f"{name}/even"].append(empty.mean())
    return {name: 100 * float(np.mean(values)) for name, values in shares.items()}
