"""What is recorded of numerals."""

from collections.abc import Sequence

import numpy as np

from rnncourse.analysis.translations import (
    MAX_LENGTH,
    batch_pairs,
    find_exact_matches,
    store_network,
    translate_sources,
)
from rnncourse.chapters.ch11_seq2seq import beam_scores
from rnncourse.chapters.ch11_seq2seq.stored import FOLDER
from rnncourse.chapters.ch11_seq2seq.translating import TranslatorConfig, list_words, train_seq2seq
from rnncourse.core.records import Record, provenance
from rnncourse.data.number_pairs import load_numbers
from rnncourse.data.pairs import PairData
from rnncourse.models.translation import EncoderDecoder
from rnncourse.training.metrics import bleu, exact_match, token_accuracy

NUMERALS = TranslatorConfig(learning_rate=6e-3, updates=1000, B=32)
"""Its rate was not searched."""
LIVE_FIGURE_CONFIG = TranslatorConfig(learning_rate=6e-3, updates=3000, B=32)
"""The same, trained three times as long: what the live figure has."""
SHORT = TranslatorConfig(learning_rate=6e-3, updates=500, B=32)  # trained for too short a time
N_SEARCHED = 150  # numerals that are searched in each network
SEEDS = (0, 1, 2)
BLEU_TOLERANCE = (6.0, "float32, as the shares of the same networks")
ACCURACY_TOLERANCE = (
    0.15,
    "float32: another processor trains another network; its seeds differ by as much",
)


def load_numerals() -> PairData:
    """Load numbers in digits, and in German, a token a piece."""
    return load_numbers("digits", "de", characters=False)


def measure_numerals() -> Record:
    """Train three networks on numerals, and one for longer (a minute)."""
    about = {"data": "numbers below 100,000, digits to German", **provenance()}
    record, data = Record("ch11_seq2seq", "numerals", about), load_numerals()
    scores = [
        _score_texts(_translate(train_seq2seq(NUMERALS, seed, data), data), data) for seed in SEEDS
    ]
    _add_scores(record, "numerals/de/network", np.array(scores))
    model = train_seq2seq(LIVE_FIGURE_CONFIG, SEEDS[0], data)
    store_network(
        "numerals", model, data, {"seed": SEEDS[0], "updates": LIVE_FIGURE_CONFIG.updates}, FOLDER
    )
    record.add("numerals/longer", exact_fraction(model, data), *ACCURACY_TOLERANCE)
    return record


def _translate(model: EncoderDecoder, data: PairData) -> list[tuple[str, ...]]:
    """Let a network translate the test texts; one that never ends is none."""
    hypotheses = translate_sources(model, batch_pairs(data, data.test))
    texts = list_words(hypotheses, data)
    return [text if h.finished else () for h, text in zip(hypotheses, texts, strict=True)]


def _score_texts(texts: Sequence[Sequence[str]], data: PairData) -> tuple[float, float, float]:
    """Return exact match, token accuracy and BLEU."""
    targets = [pair.target for pair in data.test]
    return tuple(f(texts, targets) for f in (exact_match, token_accuracy, bleu))


def _add_scores(record: Record, key: str, scores: np.ndarray) -> None:
    """Record scores, `seeds x scores`."""
    tolerances = {"exact": ACCURACY_TOLERANCE, "tokens": ACCURACY_TOLERANCE, "bleu": BLEU_TOLERANCE}
    for name, values in zip(tolerances, scores.T, strict=True):
        record.add(f"{key}/{name}", values, *tolerances[name])


def exact_fraction(model: EncoderDecoder, data: PairData) -> float:
    """Return the share of test texts that a network translates without a mistake."""
    texts = translate_sources(model, batch_pairs(data, data.test))
    return float(find_exact_matches(texts, data, data.test).mean())


def measure_short_training() -> Record:
    """Search with beams in networks that have learned numerals for too short a time (a minute)."""
    about = {"data": "numbers below 100,000, English to German, by characters", **provenance()}
    record, data, scores = (
        Record("ch11_seq2seq", "short_training", about),
        load_numbers("en", "de"),
        [],
    )
    for seed in SEEDS:
        model = train_seq2seq(SHORT, seed, data)
        scores.append(beam_scores.score_beams(model, data, data.test[:N_SEARCHED], MAX_LENGTH))
    beam_scores.record_beam_scores(record, "short_training", scores, ACCURACY_TOLERANCE)
    return record
