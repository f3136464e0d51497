"""Smoothing: what Witten and Bell pass on, and what Kneser and Ney count."""

import numpy as np

from rnncourse.grading.questions import EXACT
from rnncourse.grading.writing import question

# --- 3. Witten-Bell ---


def _divide(counts, total):
    return counts / total if total else np.zeros(len(counts))


def _compute_backoff_share(counts, kinds, total):
    return kinds / total if counts.any() else 1.0


@question("02-witten-bell", 3, "Witten–Bell: share and rest", "apply", returns="share rest")
def witten_bell(counts):
    """Return the share of each character, `(V,)`, and what is left for the backoff."""
    kinds = np.count_nonzero(counts)
    total = counts.sum() + kinds
    return _divide(counts, total), _compute_backoff_share(counts, kinds, total)


@witten_bell.inputs
def _sample_contexts(rng):
    yield (np.array([3, 1, 0, 0]),)
    yield (np.zeros(rng.integers(1, 99), int),)
    yield (np.array([0, 0, 7]),)
    yield (rng.poisson(1.0, size=8) + np.eye(8, dtype=int)[0],)
    yield (rng.poisson(0.5, size=96) + 2 * np.eye(96, dtype=int)[5],)
    yield (rng.poisson(0.5, size=rng.integers(97, 400)),)


@witten_bell.property("the shares and the rest sum to 1")
def _sums_to_one(_, share, rest):
    """What is not kept is passed on, and nothing is lost."""
    return np.isclose(share.sum() + rest, 1, rtol=1e-5)


witten_bell.property(
    "the rest lies between 0 and 1", predicate=lambda _, share, rest: 0 <= rest <= 1
)

witten_bell.mistake("The rest not divided by the enlarged total")(
    "Your shares are right. The rest has the same denominator, c(u) plus the number of kinds; you "
    "divided it by c(u) alone, and together they exceed 1.",
    {"kinds, total": "kinds, counts.sum()"},
)

witten_bell.mistake("The shares not lowered", {"counts, total": "counts, counts.sum()"})(
    "Your rest is right, but the shares alone already sum to 1. What is passed on has to be taken "
    "from them: divide by c(u) plus the number of kinds."
)

witten_bell.mistake("Every character of the vocabulary counted as a kind")(
    "You passed on V / (c(u) + V), as add-one does. Witten–Bell counts only the kinds of "
    "characters that were seen after this context.",
    {
        "np.count_nonzero(counts)": "len(counts)",
        "_compute_backoff_share(counts, kinds, total)": "kinds / total",
    },
)

witten_bell.mistake("Only characters seen once counted as kinds")(
    "You counted the characters that were seen exactly once. The number of kinds is how many "
    "different characters were seen at all.",
    {"count_nonzero(counts)": "count_nonzero(counts == 1)"},
)

witten_bell.mistake("Nothing passed on by a context never seen")(
    "Right, except for a context that was never seen: its rest should be 1. With 0 the model would "
    "give every character probability 0 there.",
    {"_compute_backoff_share(counts, kinds, total)": "kinds / max(total, 1)"},
)

witten_bell.mistake("0/0 for a context never seen")(
    "Right, except for a context that was never seen: there 0/0 gives NaN. Its shares are 0 and "
    "its rest is 1.",
    {
        "_divide(counts, total)": "counts / total",
        "_compute_backoff_share(counts, kinds, total)": "kinds / total",
    },
)


# --- 4. Continuation counts ---


@question(
    "02-continuations",
    4,
    "Kneser–Ney: continuation counts",
    "apply",
    returns="count",
    comparison=EXACT,
)
def continuation_count(text, run):
    """Return after how many different characters a run occurs."""
    return len({v for i, v in enumerate(text, 1) if text.startswith(run, i)})


@continuation_count.inputs
def _sample_runs(rng):
    yield "banana", "an"
    a, b, c, d = rng.permutation([*"abcdefghijkl"])[:4].tolist()
    yield a + b, a
    yield f"{a}{b}{c}{d}.{c}", f".{c}"  # a dot is a character like any other
    yield a + b + c, d
    yield a + 3 * b + c, 2 * b
    yield "abracadabra", "a"
    yield "".join(rng.choice([*"ab"], size=30)), "ab"
    yield "".join(rng.choice([*"abc"], size=60)), "aa"
    for _ in range(3):  # before the run stand many kinds, neither all nor each once
        text = "".join(rng.choice([*"abcdefghijkl"], size=rng.integers(60, 200)))
        yield text, text[rng.integers(20)]


def _find_starts(text, run):
    return [i for i in range(len(text)) if text.startswith(run, i)]


def _find_non_overlapping(text, run):
    starts = []
    for i in _find_starts(text, run):
        if not starts or i >= starts[-1] + len(run):
            starts.append(i)
    return starts


continuation_count.property(
    "the count is a whole number from 0 to the number of different characters",
    predicate=lambda arguments, count: count in range(len(set(arguments[0])) + 1),
)

continuation_count.mistake("Occurrences counted", lambda text, run: len(_find_starts(text, run)))(
    "You counted how often the run occurs. Kneser–Ney asks in how many different places: after how "
    "many different characters."
)

continuation_count.mistake("Occurrences counted with `text.count`")(
    "You counted how often the run occurs, and `text.count` even skips occurrences that overlap. "
    "Kneser–Ney asks after how many different characters the run occurs.",
    lambda text, run: text.count(run),
)


@continuation_count.mistake("The characters after the run")
def _count_followers(text, run):
    """You counted the different characters after the run. That is what Witten–Bell uses; Kneser–Ney
    looks at the characters before it."""
    return len({text[i + len(run)] for i in _find_starts(text, run) if i + len(run) < len(text)})


continuation_count.mistake("Before the beginning comes the end")(
    "Where the run stands at the beginning of the text, `text[i - 1]` is `text[-1]`: the last "
    "character, which does not stand before it. That occurrence has no place.",
    lambda text, run: len({text[i - 1] for i in _find_starts(text, run)}),
)

continuation_count.mistake("Overlapping occurrences skipped")(
    "You skip occurrences that overlap with the one before, as `text.find`, `text.split` and `re` "
    "do when they go on after a match. In `caaab` the run `aa` occurs twice.",
    lambda text, run: len({text[i - 1] for i in _find_non_overlapping(text, run) if i}),
)

continuation_count.mistake("The end of the text not reached")(
    "You miss a run at the very end of the text. The last place where it can begin is `len(text) - "
    "len(run)`, and `range` leaves its end out: add 1.",
    lambda text, run: len({text[i - 1] for i in _find_starts(text[:-1], run) if i}),
)
