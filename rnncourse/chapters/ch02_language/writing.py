"""Ways to write with a network, and what each does to the text, over many samples."""

import numpy as np
from jaxtyping import Float

from rnncourse.analysis.splits import EncodedSplit
from rnncourse.chapters.ch02_language.samples import (
    copied_fraction,
    known_word_fraction,
    repeated_fraction,
)
from rnncourse.decoding.sampling import nucleus, sample_text, top_k
from rnncourse.models.language import LanguageModel
from rnncourse.training.reading import StreamingReader

SAMPLES, LENGTH = 20, 500
DECODING_METHODS = {
    "greedy": {"truncate": lambda p: top_k(p, 1)},
    "temperature 0.5": {"temperature": 0.5},
    "temperature 1": {},
    "top-k, 5": {"truncate": lambda p: top_k(p, 5)},
    "nucleus, 0.9": {"truncate": lambda p: nucleus(p, 0.9)},
}
"""Arguments of `sample_text` by the name of the way."""


def list_openings(data: EncodedSplit) -> list[np.ndarray]:
    """Return the beginnings of held-out paragraphs, 30 characters each, to write on from."""
    text = data.vocabulary.decode(data.valid)
    paragraphs = [p for p in text.split("\n") if len(p) > 30]
    step = len(paragraphs) // SAMPLES
    return [data.vocabulary.encode(p[:30]) for p in paragraphs[::step][:SAMPLES]]


def sample_all(model: LanguageModel, data: EncodedSplit) -> dict[str, list[str]]:
    """Go on from every opening in every way; each sample has a seed of its own.

    Returns:
        By way, the texts without their openings.
    """
    texts: dict[str, list[str]] = {}
    for name, options in DECODING_METHODS.items():
        texts[name] = []
        for seed, opening in enumerate(list_openings(data)):
            rng = np.random.default_rng(seed)
            drawn = sample_text(StreamingReader(model), opening, LENGTH, rng, **options)
            texts[name].append(data.vocabulary.decode(drawn))
    return texts


def cut_pieces(text: str) -> list[str]:
    """Cut `SAMPLES` pieces of `LENGTH` characters out of a text, evenly spread."""
    starts = np.linspace(0, len(text) - LENGTH, SAMPLES).astype(int)
    return [text[s : s + LENGTH] for s in starts]


def describe_texts(texts: list[str], train: str) -> Float[np.ndarray, "3 2"]:
    """Return mean and standard error over texts of three shares.

    Returns:
        A row each for known words, repeated runs, and copied characters.
    """
    shares = np.array(
        [
            [known_word_fraction(t, train), repeated_fraction(t), copied_fraction(t, train)]
            for t in texts
        ]
    )
    return np.stack([shares.mean(0), shares.std(0, ddof=1) / np.sqrt(len(texts))], axis=1)
