"""The best counts under a limit of memory: the student packs, the judge reads unseen text with it.

Training text and test text are other documents of the corpus in each draw, in letters and spaces,
and which number stands for which letter is drawn, too: what was packed before is worth nothing.
"""

import functools
from collections import Counter, defaultdict

import numpy as np
from jaxtyping import Float, Int

from rnncourse.chapters.ch02_language.questions.project import V, letters_of
from rnncourse.data.corpus import load_corpus
from rnncourse.grading.questions import Evaluation, HeldOutCase
from rnncourse.grading.writing import question

LONGEST, CHARACTER = 8, 5
"""Characters of a run at most; bits that a character takes."""
TRAIN, TEST, OF_A_DOCUMENT = 150_000, 30_000, 3_000
LIMITS = 100_000, 300_000
WHOLE = 6
"""Order of the whole tables whose size is predicted, and bits of a share in them."""
STEPS = (0.4, 1), (0.6, 2), (0.85, 3)
NEAR = 0.01


@question(
    "02-memory",
    number=9,
    level="project",
    points=4,
    returns="runs shares b cache bits times",
    seconds=30.0,
)
def pack(text, limit):
    """As much as fits."""
    return _pack(text, limit)


def _pack(
    text,
    limit,
    longest=6,
    b=5,
    m=2000,
    r=5,
    w=0.5,
    shortest=1,
    saved=lambda c, p, low: c * np.log2(p / low),
    keeps=lambda kinds: kinds,
    over=1.0,
    times=None,
):
    """Pack a model; what is not by default is a slip.

    Args:
        text: `(T,)`, integers from 0.
        limit: Bits.
        longest: Characters of the longest runs.
        b: Bits of a share.
        m: Characters in the cache.
        r: Characters that must look the same.
        w: Weight of the cache.
        shortest: Characters of the shortest runs.
        saved: From count, probability and that of the shorter context to what a run is worth.
        keeps: From the number of kinds after a context to what it keeps back.
        over: How much of the limit is used.
        times: The prediction.
    """
    ranked = _ranked_runs(bytes(text.tolist()), longest, b, saved, keeps)
    ranked.sort(reverse=True)
    runs, shares, room = [], [], over * limit - CHARACTER * m
    for _, run, share in ranked:
        cost = CHARACTER * len(run) + b
        if share and cost <= room and len(run) >= shortest:
            runs.append([-1] * (LONGEST - len(run)) + list(run))
            shares.append(share)
            room -= cost
    prediction = bits_of_all_runs(text) / limit if times is None else times(text, limit)
    return np.array(runs), np.array(shares), b, np.array([m, r, w]), np.zeros(1), prediction


def _ranked_runs(text: bytes, longest, b, saved, keeps):
    """Return of all runs what each is worth for a bit of memory, the run, and its share."""
    ranked, p = [], {b"": 1 / V}
    for n in range(1, longest + 1):
        counts = Counter(text[i : i + n] for i in range(len(text) - n + 1))
        total, kinds = Counter(), Counter()
        for run, c in counts.items():
            total[run[:-1]] += c
            kinds[run[:-1]] += 1
        for run, c in counts.items():
            back = keeps(kinds[run[:-1]])
            share, low = c / (total[run[:-1]] + back), p[run[1:]]
            p[run] = share + back / (total[run[:-1]] + back) * low
            worth = saved(c, p[run], low) / (CHARACTER * n + b)
            ranked.append((worth, run, int(share * (2**b - 1))))
    return ranked


def bits_of_all_runs(text: Int[np.ndarray, " T"]) -> int:
    """Return the bits of a model that stores all runs of up to `WHOLE` characters."""
    text = bytes(text.tolist())
    kinds = [len({text[i : i + n] for i in range(len(text) - n + 1)}) for n in range(1, WHOLE + 1)]
    return sum(k * (CHARACTER * n + WHOLE) for n, k in enumerate(kinds, start=1))


# --- The task, and what the judge looks at ---


@functools.cache
def _load_documents() -> list[np.ndarray]:
    return [letters_of(d.text + " ")[:OF_A_DOCUMENT] for d in load_corpus()]


def draw(rng: np.random.Generator) -> list[Int[np.ndarray, " T"]]:
    """Draw training and test text: other documents, the letters in another order."""
    documents = iter(rng.permutation(len(_load_documents())))
    order, texts = rng.permutation(V), []
    for size in (TRAIN, TEST):
        text = np.zeros(0, np.int64)
        while len(text) < size:
            text = np.append(text, _load_documents()[next(documents)])
        texts.append(order[text[:size]])
    return texts


@pack.inputs
def _draw_inputs(rng):
    train, test = draw(rng)
    yield HeldOutCase((train, int(rng.integers(*LIMITS))), test)


def _output_shapes(text, limit):
    runs, shares = np.zeros((0, LONGEST)), np.zeros(0)  # any number of them
    return runs, shares, np.zeros(()), np.zeros(3), np.zeros(1), np.zeros(())


def cost(runs: np.ndarray, b: float, cache: np.ndarray) -> float:
    """Return the bits of memory that a packed model takes."""
    return CHARACTER * ((runs >= 0).sum() + cache[0]) + b * len(runs)


def nll(
    text: Int[np.ndarray, " T"],
    runs: Int[np.ndarray, "N L"],
    shares: Int[np.ndarray, " N"],
    b: int,
    cache: tuple[int, int, float],
) -> Float[np.ndarray, " T"]:
    """Return the bits of each character of a text under a packed model.

        p(w | u) = s + (1 - sum of the shares of u) p(w | u'),   s = share of u w / 2**b

    Args:
        text: The characters.
        runs: A context and the character after it, behind as many -1 as fit.
        shares: Of each run, from 0 to 2**b - 1.
        b: Bits of a share.
        cache: Of so many last characters it is known what followed the last r, and mixed in with
            weight w.
    """
    text, (m, r, w), bits = bytes(text.tolist()), cache, []
    kept = {bytes(run[run >= 0].tolist()): s / 2**b for run, s in zip(runs, shares, strict=True)}
    context_counts = Counter()
    for run, share in kept.items():
        context_counts[run[:-1]] += share
    counts = defaultdict(Counter)
    for t in range(len(text)):
        p = 1 / V
        for n in range(min(t, LONGEST - 1) + 1):
            u = text[t - n : t]
            if u in context_counts:
                p = kept.get(text[t - n : t + 1], 0) + (1 - context_counts[u]) * p
        if t > r and m > r:
            old = t - m + r - 1
            if old >= r:
                counts[text[old - r : old]][text[old]] -= 1
            if after := counts[text[t - r : t]].total():
                p = (1 - w) * p + w * counts[text[t - r : t]][text[t]] / after
        if t >= r:
            counts[text[t - r : t]][text[t]] += 1
        bits.append(-np.log2(p) if p > 0 else np.inf)
    return np.array(bits)


def _make_model(runs, shares, b, cache):
    return runs.astype(int), shares.astype(int), int(b), (int(cache[0]), int(cache[1]), cache[2])


@pack.trained(_output_shapes, STEPS)
def _evaluate(arguments, *values):
    text, limit = arguments
    *model, trial_bits, times = values
    model, unseen, true_times = (
        _make_model(*model),
        arguments.held_out,
        bits_of_all_runs(text) / limit,
    )
    table = _make_model(*_pack(text, 1e9, longest=3, b=6, m=0, saved=lambda c, p, low: c)[:4])
    best = nll(unseen, *_make_model(*_pack(text, limit)[:4])).mean()
    bits = nll(unseen, *model)
    lengths = (model[0] >= 0).sum(axis=1)
    worst = int(np.argmax(bits)) if len(bits) else 0
    stored = min(float(times), 1e9)
    return Evaluation(
        score=bits.mean(),
        baseline=nll(unseen, *table).mean(),
        reference=best,
        names=("all runs of three {:.2f}", "yours {:.2f} bits", "the course's {:.2f}"),
        losses=trial_bits,
        label="Bits of what you tried",
        example=f"At most, {bits[worst]:.3g} bits, it is surprised by character {worst} of the "
        f"unseen text: a {unseen[worst]} after {unseen[max(worst - 5, 0) : worst].tolist()}.",
        predicted=bool(abs(times - true_times) <= NEAR * true_times),
        prediction=f"Your prediction, {stored:.4g} times the limit, is not yet right. How many "
        f"different runs of 1, 2, ... {WHOLE} characters has the text, and what does each cost?",
        facts={
            "zero": float(np.isinf(bits).any()),
            "shortest": lengths.min(initial=LONGEST),
            "longest": lengths.max(initial=0),
            "cache": model[3][0] * model[3][2],
        },
    )


def _are_whole(values, low, high):
    return bool(np.all((values >= low) & (values <= high) & (values == np.round(values))))


@pack.property(
    "`b` is a whole number from 1 to 16, and `cache` holds whole `m` ≥ 0, `r` from 1 to 8, "
    "and `w` from 0 to below 1"
)
def _(a, runs, shares, b, cache, *_):
    m, r, w = cache
    return _are_whole(b, 1, 16) and _are_whole(m, 0, TRAIN) and _are_whole(r, 1, 8) and 0 <= w < 1


@pack.property(
    "the rows of `runs` are different, with characters from 0 to 26 behind any −1, and "
    "there is a share for each"
)
def _(a, runs, shares, *_):
    empty = runs == -1
    return (
        len(runs) == len(shares)
        and _are_whole(runs, -1, V - 1)
        and not (empty[:, 1:] & ~empty[:, :-1]).any()
        and not empty[:, -1:].any()
        and len(np.unique(runs, axis=0)) == len(runs)
    )


@pack.property(
    "`shares` are whole numbers from 0 to 2**b − 1, and those of one context sum to no more "
    "than 2**b"
)
def _(a, runs, shares, b, *_):
    """The rest goes to the shorter context, and nothing is left for it. Round down."""
    _, context = np.unique(runs[:, :-1], axis=0, return_inverse=True)
    sums = np.bincount(context.ravel(), shares, minlength=1)
    return _are_whole(shares, 0, 2**b - 1) and bool((sums <= 2**b).all())


@pack.property("the model takes no more than `limit` bits")
def _(a, runs, shares, b, cache, *_):
    """A run of n characters takes 5n + b, and a cache of m characters 5m."""
    return bool(cost(runs, b, cache) <= a[1])


pack.mistake("Over the limit", {"limit)": "limit, over=1.1)"}, symptom="no more than `limit` bits")(
    "Your model takes more memory than it may. A run of n characters costs 5n + b bits, and a "
    "cache of m characters 5m."
)

pack.mistake("Nothing is passed on")(
    "A character that came had probability 0, which costs infinitely many bits. The shares of a "
    "context sum to 2**b, so that nothing is left for the shorter one: keep something back.",
    lambda text, limit: _pack_without_rest(text, limit),
    symptom=lambda s: s.zero > 0,
)

pack.mistake("Long runs alone", {"limit)": "limit, shortest=5)"}, symptom=lambda s: s.shortest > 1)(
    "You store long runs only. What they pass on goes to shorter contexts, down to single "
    "characters, and finds nothing there."
)

pack.mistake(
    "Short runs alone", {"limit)": "limit, longest=3, m=0)"}, symptom=lambda s: s.longest <= 3
)(
    "You store runs of up to three characters only, and have memory left, or spend it on numbers "
    "that are finer than they need to be. Which longer runs would save the most?"
)

pack.mistake("The commonest runs, and no cache")(
    "A run that comes often is not yet worth its memory: the shorter context may know the "
    "character as well. And a few thousand characters that are remembered while the text is read "
    "are cheap: what is your cache for?",
    {"limit)": "limit, saved=lambda c, p, low: c, m=0)"},
    symptom=lambda s: s.cache == 0,
)


def _pack_without_rest(text, limit):
    """Store pairs whose shares leave nothing over."""
    counts = np.zeros((V, V))
    np.add.at(counts, (text[:-1], text[1:]), 1)
    runs = [[-1] * 6 + [u, w] for u, w in zip(*np.nonzero(counts), strict=True)]
    shares, b = [], 8
    for u in range(V):
        row = counts[u][counts[u] > 0]
        if len(row):
            parts = np.floor(row / row.sum() * 2**b)
            parts[parts.argmax()] += 2**b - parts.sum() - (len(row) == 1)
            shares += parts.tolist()
    prediction = bits_of_all_runs(text) / limit
    return np.array(runs), np.array(shares), b, np.array([0, 1, 0.0]), np.zeros(1), prediction
