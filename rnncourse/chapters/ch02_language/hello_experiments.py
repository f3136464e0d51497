"""Four letters and one word, from ten beginnings: claims A4 and D4 (half a minute)."""

from collections.abc import Callable

import numpy as np

from rnncourse.analysis.hello import (
    LETTERS,
    WORD,
    draw,
    hello_weights,
    learn_hello,
    log_probs,
    loss_gap,
    word_log10,
)
from rnncourse.core.records import Record, provenance

SEEDS = range(10)
SAMPLES = 1000
EXACT = (1e-6, "float64 arithmetic on fixed numbers")


def drawn_share(w, seed: int, carried: bool = True) -> float:
    """Return the share of a thousand drawn samples that are the word."""
    texts = draw(w, np.random.default_rng(seed), SAMPLES, carried=carried)
    return texts.count(WORD) / SAMPLES


def put_first(w) -> float:
    """Return the share of the four next letters that are put first."""
    ids = LETTERS.encode(WORD)
    return float((log_probs(w, ids).argmax(1) == ids[1:]).mean())


def printed_change(seed: int) -> float:
    """Descend the log-likelihood, as printed, for 300 updates.

    Returns:
        By how many powers of ten the probability of the word changes.
    """
    w, _ = learn_hello(learning_rate=-0.5, seed=seed)
    return word_log10(w) - word_log10(hello_weights(seed))


def measure_hello(say: Callable[[str], None] = print) -> Record:
    """Train ten networks on "hello", ten that see one letter, and ten by the printed loss."""
    record = Record("ch02_language", "hello", {"data": "the word hello", **provenance()})
    right, sampled, one_letter, printed, gaps = [], [], [], [], []
    for seed in SEEDS:
        w, _ = learn_hello(seed=seed)
        right.append(put_first(w))
        sampled.append(drawn_share(w, seed))
        alone, _ = learn_hello(seed=seed, carried=False)
        one_letter.append(drawn_share(alone, seed, carried=False))
        printed.append(printed_change(seed))
        gaps += [loss_gap(w), loss_gap(hello_weights(seed))]
    say(f"put first {right}\ndrawn {sampled}\none letter {one_letter}\nprinted {printed}")
    record.add("D4/right", right, 0, "four choices, none of them close")
    record.add("D4/sampled", sampled, 0.002, "a draw or two of a thousand at the edge of its range")
    record.add("D4/one_letter", one_letter, 0.002, "as above")
    record.add("A4/loss_gap", max(gaps), 1e-13, "two ways to one number; only rounding differs")
    record.add("A4/printed_change", printed, 1e-4, EXACT[1])
    return record
