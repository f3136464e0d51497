"""What the network of the page does with held-out text: claims A3 and B2 (eight minutes).

Nothing is trained here: the committed weights read the test text of split 0 again.
"""

from collections.abc import Callable, Iterator
from itertools import islice

import numpy as np
import torch
from jaxtyping import Float, Int

from rnncourse.analysis.splits import Encoded, encode_split
from rnncourse.chapters.ch02_language.brackets import by_distance
from rnncourse.chapters.ch02_language.keystrokes import (
    dictionary_completer,
    model_completer,
    type_words,
)
from rnncourse.chapters.ch02_language.known import KNOWN, by_known, known_before
from rnncourse.chapters.ch02_language.long_runs import PAGE, best_count_probs, load_page
from rnncourse.chapters.ch02_language.networks import (
    EXACT,
    READ,
    VALID_CHARACTERS,
    closing_probs,
    open_over_none,
    scored_brackets,
)
from rnncourse.chapters.ch02_language.ngrams import (
    BracketScores,
    long_bracket_scores,
    order_probs,
)
from rnncourse.chapters.ch02_language.writing import describe, pieces, write_all
from rnncourse.core.records import Record, provenance
from rnncourse.data.corpus import fingerprint, load_corpus
from rnncourse.models.language import LanguageModel
from rnncourse.training.reading import Reader, probs

BRACKET_STRETCHES = 10
FAR = 17
"""Characters from opening to closing bracket, from which on it counts as far."""
READ_AT_ONCE = 20_000
"""As many times this is read with the state carried, and reset, as the text holds."""
TYPED_STRETCHES, TYPED_WORDS = 10, 100
"""Stretches of the test text, and words that are typed in each."""
REACH = 100
"""Characters before a word that the network is shown."""
FLIPS = "whole brackets; a near tie between two characters would flip one"
TYPED = "fixed weights; a near tie between two letters would change a word of a hundred"
DRAWN = "drawn with fixed seeds; one character drawn otherwise changes all that follow it"


def measure_page(log: Callable[[str], None] = print) -> Record:
    """Read the test text of split 0 again with the weights of the page.

    They are those of `long_runs.PAGE`: a GRU of 512 units, 20,000 updates on 32 streams in windows
    of 100 characters, with AdamW at a rate of 0.003 and dropout of 0.35. A3: every closing bracket
    that stands `FAR` characters or more after its opening one is hit if it is put first. B2:
    `TYPED_WORDS` words of four letters or more, spread evenly over each of ten stretches, are typed
    key by key; an offer that is right to the last letter costs one key. The network sees the
    `REACH` characters before the word, or none.
    """
    torch.set_num_threads(1)
    documents = load_corpus()
    about = {"corpus_sha256": fingerprint(documents), "torch": torch.__version__, **provenance()}
    record = Record("ch02_language", "page", about)
    data, model = encode_split(documents, PAGE.split), load_page()
    order, counted = best_count_probs(data)
    piece = next(islice(order_probs(data, data.valid[:VALID_CHARACTERS], order), order - 1, None))
    record.add("page/valid_counts", -np.log2(piece).mean(), *EXACT)
    read = probs(model, data.test)
    record.add("page/bits", -np.log2(read).mean(), *READ)
    _brackets(record, model, data, order, log)
    _known(record, read, counted, data, log)
    _carried(record, model, read, data, log)
    _typing(record, model, data, log)
    _samples(record, model, data)
    return record


def _brackets(record: Record, model: LanguageModel, data: Encoded, order: int, log) -> None:
    close = int(data.vocabulary.encode(")")[0])
    expected, likeliest = closing_probs(model, data.test, close)
    ratios = open_over_none(expected, data, BRACKET_STRETCHES)
    record.add("A3/open_over_none", ratios, 0.01, READ[1])
    counted, read = long_bracket_scores(data, order), scored_brackets(expected, likeliest, data)
    gains = far_gains(read.hits[0], counted)
    record.add("A3/far_gain", gains, 0, FLIPS)
    log(f"brackets: {np.round(ratios, 1)}, {gains.mean():.3f}")
    for name, hits in (("counts", counted.hits[-1]), ("network", read.hits[0])):
        shares, found = by_distance(hits[None], counted.distance)
        record.add(f"page/closed/{name}", shares[0], 0.005, FLIPS)
    record.add("page/closed/brackets", found, 0, "a count")
    record.add("page/far_counts", best_far(counted), *EXACT)
    row = [read.opened.expected, read.none.expected, read.hits[0, read.distance >= FAR].mean()]
    record.add("page/open_none_far", row, *READ)


def _known(record: Record, read: np.ndarray, counted: np.ndarray, data: Encoded, log) -> None:
    known = known_before(data, data.test, KNOWN[-1][1])
    both = (read + counted) / 2
    bits = {name: -np.log2(p) for name, p in (("network", read), ("both", both))}
    known_bits = -np.log2(counted)
    record.add("page/known/share", [((known >= a) & (known <= b)).mean() for a, b in KNOWN], *EXACT)
    for name, values in bits.items():
        means, halves = by_known(known, values - known_bits)
        record.add(f"page/known/{name}", means, *READ)
        record.add(f"page/known/{name}/half", halves, *READ)
        log(f"{name} minus counts, by what is known before: {means.round(3)} +- {halves.round(3)}")
    record.add("page/averaged", bits["both"].mean(), *READ)


def best_far(counted: BracketScores) -> np.ndarray:
    """Return the hits at the far brackets of the order that has most of them."""
    far = counted.hits[:, counted.distance >= FAR]
    return far[far.sum(1).argmax()]


def far_gains(hits: np.ndarray, counted: BracketScores) -> np.ndarray:
    """Compare a network with the best order at the brackets that close far from where they opened.

    Args:
        hits: Of each closing bracket, whether the network puts it first.
        counted: The scores of all orders of counting.

    Returns:
        For each such bracket 1, 0 or -1: hit by the network minus hit by the order that has most
        hits among these very brackets, which is more than an order chosen beforehand would have.
    """
    return hits[counted.distance >= FAR].astype(float) - best_far(counted)


def reset_probs(
    model: LanguageModel, ids: Int[np.ndarray, " N"], window: int = PAGE.settings.T
) -> Float[np.ndarray, " N"]:
    """Return the probability of every character, with the state set to zero every window.

    The character before a window is still read, as its first input: only the state is lost.

    Args:
        model: In evaluation mode.
        ids: The text, whole windows; a newline stands before its beginning.
        window: Characters from one reset to the next.
    """
    inputs = torch.from_numpy(np.r_[0, ids[:-1]]).view(-1, window).T
    with torch.no_grad():
        logits, _ = model(inputs)
    targets = torch.from_numpy(ids).view(-1, window).T[..., None]
    return logits.softmax(-1).gather(2, targets)[..., 0].T.flatten().double().numpy()


def _carried(record: Record, model: LanguageModel, read: np.ndarray, data: Encoded, log) -> None:
    piece = data.test[: len(data.test) // READ_AT_ONCE * READ_AT_ONCE]
    cost = np.log2(read[: len(piece)]) - np.log2(reset_probs(model, piece))
    by_position = cost.reshape(-1, PAGE.settings.T).mean(0)
    record.add("page/reset_cost", by_position, *READ)
    log(f"a reset costs {cost.mean():.3f} bits")
    log(
        f"of the cost of a reset in the first five: {by_position[:5].sum() / by_position.sum():.2f}"
    )


def typed_gains(model: LanguageModel, data: Encoded, text: str) -> tuple[float, float, float]:
    """Type words of a text with the network, with a dictionary, and with the network on a leash.

    Args:
        model: In evaluation mode.
        data: A split; its training text makes the dictionary.
        text: Where the words stand.

    Returns:
        Share of the keys that the network saves; by how much that is more than with the most
        frequent word of the same beginning; and more than with the text before the word hidden.
    """
    helpers = (
        model_completer(Reader(model), data.vocabulary, REACH),
        dictionary_completer(data.vocabulary.decode(data.train)),
        model_completer(Reader(model), data.vocabulary, reach=1),
    )
    saved, dictionary, alone = (type_words(h, text, TYPED_WORDS).saved for h in helpers)
    return saved, saved - dictionary, saved - alone


def typed_stretches(data: Encoded) -> Iterator[str]:
    """Cut the test text into stretches that share no character."""
    length = len(data.test_text) // TYPED_STRETCHES
    for start in range(0, TYPED_STRETCHES * length, length):
        yield data.test_text[start : start + length]


def _typing(record: Record, model: LanguageModel, data: Encoded, log) -> None:
    found = np.array([typed_gains(model, data, text) for text in typed_stretches(data)])
    log(f"keys saved, beyond the dictionary, beyond the word: {found.mean(0).round(3)}")
    for name, values in zip(("saved", "beyond_dictionary", "beyond_word"), found.T, strict=True):
        record.add(f"B2/{name}", values, 0.01, TYPED)


def _samples(record: Record, model: LanguageModel, data: Encoded) -> None:
    """What each way of writing does to the text, over many samples."""
    train = data.vocabulary.decode(data.train)
    for name, texts in {"held-out text": pieces(data.test_text), **write_all(model, data)}.items():
        record.add(f"samples/{name}", describe(texts, train).ravel(), 0.05, DRAWN)
