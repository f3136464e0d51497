"""What a wider search finds in a trained network."""

from collections.abc import Sequence

from rnncourse.analysis.translations import batch_pairs, find_exact_matches, translate_sources
from rnncourse.chapters.ch11_seq2seq.translating import list_words
from rnncourse.core.records import Record
from rnncourse.data.pairs import PairData, TokenPair
from rnncourse.models.translation import EncoderDecoder
from rnncourse.training.metrics import bleu

WIDTHS = (1, 2, 4, 8, 32)
ALPHAS = (0.0, 1.0)
BLEU_TOLERANCE = 4.0, "float32: another processor trains another network"


def score_beams(
    model: EncoderDecoder, data: PairData, pairs: Sequence[TokenPair], max_length: int
) -> dict[str, float]:
    """Search with beams of several widths, with and without normalized lengths.

    No search ends early: it goes on while anything can still be better.

    Returns:
        By `WIDTH/ALPHA/NAME`: the share that is exact, BLEU, and the tokens written over those of
        the right texts.
    """
    sources, expected = batch_pairs(data, pairs), [pair.target for pair in pairs]
    scores: dict[str, float] = {}
    for alpha in ALPHAS:
        for width in WIDTHS:
            hypotheses = translate_sources(model, sources, width, alpha, max_length)
            texts, name = list_words(hypotheses, data), f"{width}/{alpha:g}"
            scores[f"{name}/exact"] = float(find_exact_matches(hypotheses, data, pairs).mean())
            scores[f"{name}/bleu"] = bleu(texts, expected)
            scores[f"{name}/length"] = sum(map(len, texts)) / sum(map(len, expected))
    return scores


def record_beam_scores(
    record: Record, name: str, results: Sequence[dict[str, float]], tolerance: tuple[float, str]
) -> None:
    """Record what `score_beams` has found in several networks."""
    for key in results[0]:
        key_tolerance = BLEU_TOLERANCE if key.endswith("/bleu") else tolerance
        record.add(f"{name}/{key}", [scores[key] for scores in results], *key_tolerance)
