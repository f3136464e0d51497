"""What the network of the page does with held-out text (two minutes).

Nothing is trained here: the committed weights read the test text of split 0 again.
"""

from itertools import islice

import numpy as np
import torch

from rnncourse.analysis.splits import EncodedSplit, encode_split
from rnncourse.chapters.ch02_language.brackets import rate_by_distance
from rnncourse.chapters.ch02_language.long_runs import PAGE, load_page
from rnncourse.chapters.ch02_language.networks import (
    EXACT_TOLERANCE,
    REEVALUATION_TOLERANCE,
    VALID_CHARACTERS,
    closing_probs,
    score_brackets,
)
from rnncourse.chapters.ch02_language.ngrams import BracketScores, long_bracket_scores, order_probs
from rnncourse.chapters.ch02_language.writing import cut_pieces, describe_texts, sample_all
from rnncourse.core.records import Record, provenance
from rnncourse.data.corpus import hash_documents, load_corpus
from rnncourse.models.language import LanguageModel
from rnncourse.training.reading import predict_probs

LONG_RANGE = 17
"""Characters from opening to closing bracket, from which on it counts as far."""
FLIPS = "whole brackets; a near tie between two characters would flip one"
SAMPLED = "drawn with fixed seeds; one character drawn otherwise changes all that follow it"


def measure_page() -> Record:
    """Read the test text of split 0 again with the weights of the page.

    They are those of `long_runs.PAGE`: a GRU of 512 units, 20,000 updates on 32 streams in windows
    of 100 characters, with AdamW at a rate of 0.003 and dropout of 0.35. A3: every closing bracket
    that stands `LONG_RANGE` characters or more after its opening one is hit if it is put first.
    """
    documents = load_corpus()
    about = {"corpus_sha256": hash_documents(documents), "torch": torch.__version__, **provenance()}
    record = Record("ch02_language", "page", about)
    data, model = encode_split(documents, PAGE.split), load_page()
    order = int(Record.load("ch02_language").value("best/order/0"))
    by_order = order_probs(data, data.valid[:VALID_CHARACTERS], order)
    count_probs = next(islice(by_order, order - 1, None))
    record.add("page/valid_counts", -np.log2(count_probs).mean(), *EXACT_TOLERANCE)
    record.add(
        "page/bits", -np.log2(predict_probs(model, data.test)).mean(), *REEVALUATION_TOLERANCE
    )
    _add_brackets(record, model, data, order)
    _add_samples(record, model, data)
    return record


def _add_brackets(record: Record, model: LanguageModel, data: EncodedSplit, order: int) -> None:
    close = int(data.vocabulary.encode(")")[0])
    expected, likeliest = closing_probs(model, data.test, close)
    count_scores = long_bracket_scores(data, order)
    network_scores = score_brackets(expected, likeliest, data, order)
    for name, hits in (("counts", count_scores.hits[-1]), ("network", network_scores.hits[0])):
        shares, counts = rate_by_distance(hits[None], count_scores.distance)
        record.add(f"page/closed/{name}", shares[0], 0.005, FLIPS)
    record.add("page/closed/brackets", counts, 0, "a count")
    record.add("page/far_counts", select_best_long_range(count_scores), *EXACT_TOLERANCE)
    opened, none = network_scores.opened, network_scores.none
    far_hits = network_scores.hits[0, network_scores.distance >= LONG_RANGE]
    record.add(
        "page/open_none_far",
        [opened.expected, none.expected, far_hits.mean()],
        *REEVALUATION_TOLERANCE,
    )
    record.add("page/open_none_came", [opened.observed, none.observed], *EXACT_TOLERANCE)


def select_best_long_range(scores: BracketScores) -> np.ndarray:
    """Return the hits at the far brackets of the order that has most of them."""
    far = scores.hits[:, scores.distance >= LONG_RANGE]
    return far[far.sum(1).argmax()]


def _add_samples(record: Record, model: LanguageModel, data: EncodedSplit) -> None:
    """What each way of writing does to the text, over many samples."""
    train = data.vocabulary.decode(data.train)
    samples = {"held-out text": cut_pieces(data.test_text), **sample_all(model, data)}
    for name, texts in samples.items():
        record.add(f"samples/{name}", describe_texts(texts, train).ravel(), 0.05, SAMPLED)
