"""Photographs with captions: Flickr8k in Karpathy's split, from files that the reader brings.

Nothing is downloaded. The reader has `dataset_flickr8k.json` (Karpathy's file: for each image its
part and its five captions, in tokens), and either the folder of images, or an array of features,
one row an image, in the order of that file: what any encoder has made of them.

Source: M. Hodosh, P. Young and J. Hockenmaier, "Framing image description as a ranking task", JAIR
47, 2013 (the photographs); A. Karpathy and L. Fei-Fei, arXiv:1412.2306v2 (the split).
"""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from jaxtyping import Float
from PIL import Image

SPECIAL = ("", "<s>", "</s>", "<unk>")
"""Padding, start, stop, and a word that is too rare."""
PARTS = {"train": "train", "restval": "train", "val": "valid", "test": "test"}


class PhotographsError(ValueError):
    """Files of photographs are missing, or are not what they should be."""


@dataclass(frozen=True)
class Photographs:
    """Images, by their place in the file, and captions.

    Args:
        names: The file name of each image.
        parts: `"train"`, `"valid"` or `"test"` of each.
        captions: The captions of each, in tokens.
        words: The vocabulary, the special ones first.
    """

    names: tuple[str, ...]
    parts: tuple[str, ...]
    captions: tuple[tuple[tuple[str, ...], ...], ...]
    words: tuple[str, ...]

    def rows(self, part: str) -> list[int]:
        """List the places of the images of a part."""
        return [i for i, other in enumerate(self.parts) if other == part]

    def ids(self, caption: Sequence[str]) -> list[int]:
        """Turn a caption into numbers, the stop word at its end."""
        known = {word: i for i, word in enumerate(self.words)}
        return [*(known.get(word, SPECIAL.index("<unk>")) for word in caption), 2]


def load_photographs(path: Path, fewest: int = 5) -> Photographs:
    """Read Karpathy's file.

    Args:
        path: The file, `dataset_flickr8k.json`; those of Flickr30k and COCO have the same form.
        fewest: How often a word must occur in training captions, to be in the vocabulary.

    Raises:
        PhotographsError: If it is missing, or has another form.
    """
    if not path.is_file():
        raise PhotographsError(
            f"There is no file {path}: bring Karpathy's dataset_flickr8k.json, which this course "
            "does not download."
        )
    try:
        images = json.loads(path.read_text(encoding="utf-8"))["images"]
        names = tuple(image["filename"] for image in images)
        parts = tuple(PARTS[image["split"]] for image in images)
        captions = tuple(
            tuple(tuple(sentence["tokens"]) for sentence in image["sentences"]) for image in images
        )
    except (KeyError, TypeError, ValueError) as error:
        raise PhotographsError(f"{path.name} is not a file of Karpathy's: {error!r}.") from None
    told = (c for part, some in zip(parts, captions, strict=True) if part == "train" for c in some)
    counts = Counter(word for caption in told for word in caption)
    words = sorted(word for word, count in counts.items() if count >= fewest)
    return Photographs(names, parts, captions, (*SPECIAL, *words))


def load_features(path: Path, photographs: Photographs) -> Float[np.ndarray, "N ..."]:
    """Open an array of features: `N F`, one vector an image, or `N K C`, K places.

    Args:
        path: A `.npy` file, whose rows stand in the order of Karpathy's file. It stays on disk.
        photographs: The images.

    Raises:
        PhotographsError: If it is missing, or has another number of rows.
    """
    if not path.is_file():
        raise PhotographsError(
            f"There is no file {path}: bring an array of features, a row for each image, or give "
            "the folder of images and an encoder."
        )
    features = np.load(path, mmap_mode="r")
    if len(features) != len(photographs.names) or features.ndim not in (2, 3):
        raise PhotographsError(
            f"{path.name} has the shape {features.shape}; there are {len(photographs.names)} "
            "images, and each needs one vector or one for each place."
        )
    return features


def load_image(folder: Path, name: str, side: int = 224) -> Float[np.ndarray, "3 side side"]:
    """Read an image, from 0 to 1: its shorter side scaled to `side`, the middle cut out.

    Args:
        folder: The folder of images.
        name: The file's name.
        side: Pixels.

    Raises:
        PhotographsError: If the image is missing.
    """
    path = folder / name
    if not path.is_file():
        raise PhotographsError(
            f"There is no image {path}: bring the photographs, which this course does not download."
        )
    with Image.open(path) as image:
        image = image.convert("RGB")
        scale = side / min(image.size)
        size = [max(round(scale * length), side) for length in image.size]
        image = image.resize(size, Image.Resampling.BILINEAR)
    left, top = ((length - side) // 2 for length in size)
    array = np.asarray(image.crop((left, top, left + side, top + side)), np.float32) / 255
    return np.moveaxis(array, 2, 0)
