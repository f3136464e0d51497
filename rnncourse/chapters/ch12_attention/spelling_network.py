"""The live network of spelling and sound: larger states, a second layer, and more training.

Beside it, and together with it: counted runs of letters with what they say.
"""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from time import process_time
from typing import NamedTuple

import numpy as np
import torch
from torch import nn

from rnncourse.analysis.pronouncing import (
    batches,
    error_rates,
    make_relative_check,
    pronounce_all,
    teacher_forced,
)
from rnncourse.chapters.ch12_attention.spelling import (
    AttentionPronouncer,
    as_encoder_decoder,
    compute_loss,
)
from rnncourse.chapters.ch12_attention.spelling_experiments import TIMING_EVIDENCE, begin_record
from rnncourse.core.records import Record
from rnncourse.data.pronunciations import LETTERS, SOUNDS, Pronunciation, Words, load_pronunciations
from rnncourse.models import weights
from rnncourse.models.graphones import Alignment, JointNGrams
from rnncourse.training.fit import fit, one_cycle_schedule

WEIGHTS = Path(__file__).with_name("weights")
NAME = "sounds"
SEED = 0
H, LAYERS, B, UPDATES, RATE = 256, 2, 256, 40_000, 0.003
DROPOUT, SMOOTHING = 0.2, 0.1
"""Chosen among twelve settings of size, layers, batch and dropout by the validation words."""
BEAM = 8
"""Of the network, when its candidates are scored again; as many of the n-gram model's."""
N_TIMED = 20
COUNT_WEIGHTS = np.linspace(0, 1.5, 31)
POWERS = (0, 1)
UNKNOWN = -100.0
"""ln p of sounds that the n-gram model does not write, in place of minus infinity."""
REEVALUATION_EVIDENCE = "8-bit weights, read again: near ties alone may turn"


def train_with_dropout(words: Words, updates: int = UPDATES) -> AttentionPronouncer:
    """Train the network with dropout before each cell and the logits, and with smoothed labels.

    Args:
        words: By word, what may be said for it.
        updates: How many, each on 256 words, the rate going up and down once.
    """
    torch.manual_seed(SEED)
    network = AttentionPronouncer(H=H, num_layers=LAYERS)
    network.encoder.cell.dropout = DROPOUT  # between its layers
    embeddings = ((network.encoder, "embedding"), (network.decoder, "embedding"))
    for module, name in embeddings:
        setattr(module, name, nn.Sequential(getattr(module, name), nn.Dropout(DROPOUT)))
    network.decoder.logits = nn.Sequential(nn.Dropout(DROPOUT), network.decoder.logits)
    stream = batches(words, B, SEED)
    loss = lambda update: compute_loss(network, *next(stream), smoothing=SMOOTHING)  # noqa: E731
    fit(network.parameters(), loss, updates, RATE, schedule=one_cycle_schedule(RATE, updates))
    for module, name in embeddings:
        setattr(module, name, getattr(module, name)[0])
    network.decoder.logits = network.decoder.logits[1]
    return network.eval()


def load_live_network() -> AttentionPronouncer:
    """Return the network of the page, with its 8-bit weights.

    Raises:
        WeightsError: They are missing, or were changed.
    """
    return weights.restore_model(AttentionPronouncer(H=H, num_layers=LAYERS), NAME, WEIGHTS)


def measure_sounds() -> Record:
    """Train the live network, keep it with 8 bits, and score it (100 CPU minutes)."""
    words = load_pronunciations()
    record = begin_record(NAME, [SEED])
    network = train_with_dropout(words.train)
    arrays = {key: p.detach().numpy() for key, p in network.named_parameters()}
    metadata = {"H": H, "layers": LAYERS, "B": B, "updates": UPDATES, "rate": RATE, "seed": SEED}
    metadata |= {"dropout": DROPOUT, "smoothing": SMOOTHING}
    metadata |= {"cell": "gru", "vocabulary": SOUNDS, "letters": LETTERS}
    metadata |= {"command": "make measure ONLY=ch12_attention/sounds"}
    weights.save(NAME, arrays, metadata, WEIGHTS, bits=8)
    for width in (1, 5):
        pronounced = pronounce_all(
            *as_encoder_decoder(load_live_network()), words.test, beam_size=width
        )
        wer, per = error_rates({word: ranked[0] for word, ranked in pronounced.items()}, words.test)
        record.add(f"sounds/width {width}/wer", wer, 0.3, REEVALUATION_EVIDENCE)
        record.add(f"sounds/width {width}/per", per, 0.1, REEVALUATION_EVIDENCE)
    return record


# --- Together with counts ---


class RescoredCandidate(NamedTuple):
    """Sounds for a word: ln p(sounds | word) of the network, ln p(word, sounds) of the counts."""

    sounds: Pronunciation
    network: float
    counts: float


def score_candidates(
    pair: tuple[Callable, Callable],
    alignment: Alignment,
    joint: JointNGrams,
    candidates: Mapping[str, Iterable[Pronunciation]],
) -> dict[str, list[RescoredCandidate]]:
    """Score what was found for each word by a network and by counts.

    Args:
        pair: Encoder and decoder (`as_encoder_decoder`).
        alignment: Divides the sounds among the letters.
        joint: The n-gram model of letters with what they say.
        candidates: By word: what it may sound like; the same twice counts once.
    """
    rows = {word: [*filter(None, dict.fromkeys(sounds))] for word, sounds in candidates.items()}
    aligned = alignment.align((word, option) for word, sounds in rows.items() for option in sounds)
    log_counts, log_probs = joint.log_probs(aligned), {}
    for k in range(max(map(len, rows.values()))):
        kth = [(word, sounds[k]) for word, sounds in rows.items() if k < len(sounds)]
        forced = teacher_forced(*pair, kth)
        log_probs |= {(word, option): forced[word].log_prob for word, option in kth}
    return {
        word: [
            RescoredCandidate(
                option,
                log_probs[word, option],
                max(UNKNOWN, log_counts.get((word, option), UNKNOWN)),
            )
            for option in sounds
        ]
        for word, sounds in rows.items()
    }


def choose_sounds(
    candidates: Mapping[str, Iterable[RescoredCandidate]], weight: float, power: float = 0
) -> dict[str, Pronunciation]:
    """Choose for each word the sounds that score best.

        score = (ln p_network + weight * ln p_counts) / (sounds + 1) ** power

    >>> one, other = RescoredCandidate(("AA",), -1.0, -9.0), RescoredCandidate(("B",), -2.0, -5.0)
    >>> choose_sounds({"a": [one, other]}, 0), choose_sounds({"a": [one, other]}, 0.5)
    ({'a': ('AA',)}, {'a': ('B',)})
    """

    def score(c: RescoredCandidate) -> float:
        return (c.network + weight * c.counts) / (len(c.sounds) + 1) ** power

    return {word: max(options, key=score).sounds for word, options in candidates.items()}


def measure_sounds_rescored() -> Record:
    """Score the live network, counts, and both together (two CPU minutes).

    Validation words alone choose how much the counts say, and whether length is divided out. How
    long the network was trained is told by what 20 updates take, and 80.
    """
    train, validation, test = load_pronunciations()
    start = process_time()
    train_with_dropout(train, updates=N_TIMED)
    middle = process_time()
    train_with_dropout(train, updates=4 * N_TIMED)
    seconds = (process_time() - middle - (middle - start)) * UPDATES / (3 * N_TIMED)
    record, pair = begin_record("sounds_rescored", [SEED]), as_encoder_decoder(load_live_network())
    record.add("rescored/network/seconds", seconds, 4 * seconds, TIMING_EVIDENCE)
    pairs = [(word, sounds) for word, pronunciations in train.items() for sounds in pronunciations]
    alignment = Alignment().fit(pairs)
    joint = JointNGrams(alignment.align(pairs))
    best_by_word, candidates = {}, {}
    for words in (validation, test):
        neural = pronounce_all(*pair, words, beam_size=BEAM, n_best=BEAM)
        counted = joint.n_best(words)
        by_word = {word: [*neural[word], *counted[word][:BEAM]] for word in words}
        candidates |= score_candidates(pair, alignment, joint, by_word)
        best_by_word |= {word: (neural[word][0], counted[word][0]) for word in words}
    validated = {word: candidates[word] for word in validation}
    outcomes = [
        (error_rates(choose_sounds(validated, weight, power), validation)[0], power, weight)
        for power in POWERS
        for weight in COUNT_WEIGHTS
    ]
    wer, power, weight = min(outcomes)
    record.add("rescored/weight", weight, 0.3, REEVALUATION_EVIDENCE)
    record.add("rescored/power", power, 1, REEVALUATION_EVIDENCE)
    record.add("rescored/validation", wer, 0.3, REEVALUATION_EVIDENCE)
    related = make_relative_check(train)
    unrelated = {word: truths for word, truths in test.items() if not related(word)}
    validated = {word: candidates[word] for word in test}
    is_missed = [not {c.sounds for c in validated[w]} & {*truths} for w, truths in test.items()]
    record.add("rescored/missed", 100 * np.mean(is_missed), 0.3, REEVALUATION_EVIDENCE)
    answers = {
        "network": {word: best_by_word[word][0] for word in test},
        "counts": {word: best_by_word[word][1] for word in test},
        "both": choose_sounds(validated, weight, power),
    }
    network_right, counts_right = (
        np.array([answers[name][word] in truths for word, truths in test.items()])
        for name in ("network", "counts")
    )
    record.add(
        "rescored/network/only",
        100 * np.mean(network_right & ~counts_right),
        0.3,
        REEVALUATION_EVIDENCE,
    )
    record.add(
        "rescored/counts/only",
        100 * np.mean(counts_right & ~network_right),
        0.3,
        REEVALUATION_EVIDENCE,
    )
    for name, pronounced in answers.items():
        (wer, per), (other, _) = error_rates(pronounced, test), error_rates(pronounced, unrelated)
        record.add(f"rescored/{name}/wer", wer, 0.3, REEVALUATION_EVIDENCE)
        record.add(f"rescored/{name}/per", per, 0.1, REEVALUATION_EVIDENCE)
        record.add(f"rescored/{name}/unrelated", other, 0.4, REEVALUATION_EVIDENCE)
    return record
