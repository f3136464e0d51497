"""Four letters and one word, from ten beginnings: claim D4 (half a minute)."""

from collections.abc import Callable, Sequence

import numpy as np

from rnncourse.analysis.hello import LETTERS, WORD, draw, learn_hello, log_probs
from rnncourse.core.records import Record, provenance
from rnncourse.core.seeds import CONFIRMING, confirming

SAMPLES = 1000


def drawn_fraction(w, seed: int, carried: bool = True) -> float:
    """Return the share of a thousand drawn samples that are the word."""
    texts = draw(w, np.random.default_rng(seed), SAMPLES, carried=carried)
    return texts.count(WORD) / SAMPLES


def put_first(w) -> float:
    """Return the share of the four next letters that are put first."""
    ids = LETTERS.encode(WORD)
    return float((log_probs(w, ids).argmax(1) == ids[1:]).mean())


def measure_hello(log: Callable[[str], None] = print, seeds: Sequence[int] = CONFIRMING) -> Record:
    """Train ten networks on "hello", and ten that see one letter.

    Tanh networks of three units, one-hot letters, first weights normal with a standard deviation of
    0.5; 300 updates of gradient descent on the whole word at a rate of 0.5. Samples begin with the
    *h*, and four letters are drawn.
    """
    seeds = confirming(seeds)
    about = {"data": "the word hello", "seeds": [*seeds], **provenance()}
    record = Record("ch02_language", "hello", about)
    right, sampled, one_letter = [], [], []
    for seed in seeds:
        w, _ = learn_hello(seed=seed)
        right.append(put_first(w))
        sampled.append(drawn_fraction(w, seed))
        alone, _ = learn_hello(seed=seed, carried=False)
        one_letter.append(drawn_fraction(alone, seed, carried=False))
    log(f"put first {right}\ndrawn {sampled}\none letter {one_letter}")
    record.add("D4/right", right, 0, "four choices, none of them close")
    record.add("D4/sampled", sampled, 0.002, "a draw or two of a thousand at the edge of its range")
    record.add("D4/one_letter", one_letter, 0.002, "as above")
    return record
