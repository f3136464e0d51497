"""What the network of the page does with held-out text: claims A3, B2 and D5 (three minutes).

Nothing is trained here: the committed weights read the test text of split 0 again.
"""

from collections.abc import Callable, Iterator

import numpy as np
import torch

from rnncourse.analysis.splits import Encoded, encode_split
from rnncourse.chapters.ch02_language.keystrokes import (
    dictionary_completer,
    model_completer,
    type_words,
)
from rnncourse.chapters.ch02_language.network_experiments import FAR, load_page
from rnncourse.chapters.ch02_language.networks import (
    PAGE,
    closing_probs,
    open_over_none,
    scored_brackets,
)
from rnncourse.chapters.ch02_language.ngrams import SMOOTHINGS, bracket_scores
from rnncourse.core.records import Record, provenance
from rnncourse.data.corpus import fingerprint, load_corpus
from rnncourse.models.language import LanguageModel
from rnncourse.training.language import Reader, probs

BRACKET_STRETCHES = 10
READ_AT_ONCE = 20_000
"""Characters of a stretch that is read with the state carried, and reset."""
TYPED_STRETCHES, TYPED_WORDS = 10, 100
"""Stretches of the test text, and words that are typed in each."""
REACH = 100
"""Characters before a word that the network is shown."""
READ = (1e-4, "fixed weights read again; float32 sums in another order differ by less than 1e-5")
FLIPS = "whole brackets; a near tie between two characters would flip one"
TYPED = "fixed weights; a near tie between two letters would change a word of a hundred"


def measure_page(say: Callable[[str], None] = print) -> Record:
    """Read the test text of split 0 again with the weights of the page."""
    torch.set_num_threads(1)
    documents = load_corpus()
    about = {"corpus_sha256": fingerprint(documents), "torch": torch.__version__, **provenance()}
    record = Record("ch02_language", "page", about)
    data, model = encode_split(documents, PAGE.split), load_page()
    ngram = data.fit(SMOOTHINGS["modified Kneser-Ney"])
    close = int(data.vocabulary.encode(")")[0])
    expected, likeliest = closing_probs(model, data.test, close)
    ratios = open_over_none(expected, data, BRACKET_STRETCHES)
    record.add("A3/open_over_none", ratios, 0.01, READ[1])
    counted = bracket_scores(ngram, data)
    gains = far_gains(scored_brackets(expected, likeliest, data).hits[0], counted)
    record.add("A3/far_gain", gains, 0, FLIPS)
    say(f"brackets: {np.round(ratios, 1)}, {gains.mean():.3f}")
    _carried(record, model, data, ngram, say)
    _typing(record, model, data, say)
    return record


def far_gains(hits: np.ndarray, counted) -> np.ndarray:
    """Compare a network with the best order at the brackets that close far from where they opened.

    Args:
        hits: Of each closing bracket, whether the network puts it first.
        counted: What `bracket_scores` gives for the orders of counting.

    Returns:
        For each such bracket 1, 0 or -1: hit by the network minus hit by the order that has most
        hits among these very brackets, which is more than an order chosen beforehand would have.
    """
    far = counted.distance >= FAR
    best = counted.hits[:, far][counted.hits[:, far].sum(1).argmax()]
    return hits[far].astype(float) - best


def carried_and_reset(
    model: LanguageModel, ids: np.ndarray, window: int = PAGE.settings.T
) -> tuple[np.ndarray, np.ndarray]:
    """Return bits of every character, with the state carried and set to zero every window."""
    pieces = [probs(model, ids[t : t + window]) for t in range(0, len(ids), window)]
    return -np.log2(probs(model, ids)), -np.log2(np.concatenate(pieces))


def _carried(record: Record, model: LanguageModel, data: Encoded, ngram, say) -> None:
    starts = range(0, len(data.test) - READ_AT_ONCE + 1, READ_AT_ONCE)
    end = starts[-1] + READ_AT_ONCE
    frequencies = -np.log2(ngram.probs(data.test[:end])[0])
    carried, reset = carried_and_reset(model, data.test[:end])
    gains = [frequencies - carried, reset - carried]
    for name, gain in zip(("below_frequencies", "carried_gain"), gains, strict=True):
        record.add(f"D5/{name}", gain.reshape(len(starts), -1).mean(1), *READ)
        say(f"{name}: {gain.mean():.3f} bits")


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


def _typing(record: Record, model: LanguageModel, data: Encoded, say) -> None:
    found = np.array([typed_gains(model, data, text) for text in typed_stretches(data)])
    say(f"keys saved, beyond the dictionary, beyond the word: {found.mean(0).round(3)}")
    for name, values in zip(("saved", "beyond_dictionary", "beyond_word"), found.T, strict=True):
        record.add(f"B2/{name}", values, 0.01, TYPED)
