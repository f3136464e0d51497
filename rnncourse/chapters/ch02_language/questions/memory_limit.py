"""The best counts under a limit of memory: the student packs, the judge reads unseen text with it.

Training text and test text are other documents of the corpus in each draw, in letters and spaces,
and which number stands for which letter is drawn, too: what was packed before is worth nothing.
"""

import functools
from collections import Counter, defaultdict

import numpy as np
from jaxtyping import Float, Int

from rnncourse.chapters.ch02_language.questions.cache_model import V, encode_letters
from rnncourse.data.corpus import load_corpus
from rnncourse.grading.questions import Evaluation, HeldOutCase
from rnncourse.grading.writing import question

MAX_RUN_LENGTH, CHARACTER_BITS = 8, 5
"""Characters of a run at most; bits that a character takes."""
TRAIN_LENGTH, TEST_LENGTH, DOCUMENT_LENGTH = 150_000, 30_000, 3_000
LIMITS = 100_000, 300_000
ORDER = 6
"""Order of the whole tables whose size is predicted, and bits of a share in them."""
POINTS_BY_SHARE = (0.4, 1), (0.6, 2), (0.85, 3)
PREDICTION_TOLERANCE = 0.01


@question(
    "02-memory",
    9,
    "As much as fits",
    "project",
    returns="runs shares b cache bits times",
    seconds=30.0,
)
def pack(text, limit):
    """Return a model of `limit` bits at most, a value for each name, and `times`."""
    return _pack_model(text, limit)


def _pack_model(
    text,
    limit,
    max_order=6,
    b=5,
    m=2000,
    r=5,
    w=0.5,
    min_order=1,
    compute_value=lambda count, prob, shorter_prob: count * np.log2(prob / shorter_prob),
    limit_share=1.0,
    prediction=None,
):
    """Pack a model; what is not by default is a slip.

    Args:
        text: `(T,)`, integers from 0.
        limit: Bits.
        max_order: Characters of the longest runs.
        b: Bits of a share.
        m: Characters in the cache.
        r: Characters that must look the same.
        w: Weight of the cache.
        min_order: Characters of the shortest runs.
        compute_value: From count, probability and that of the shorter context to a run's worth.
        limit_share: How much of the limit is used.
        prediction: By default the right one.
    """
    runs, shares, free_bits = [], [], limit_share * limit - CHARACTER_BITS * m
    for _, run, share in _rank_runs(bytes(text.tolist()), max_order, b, compute_value):
        run_bits = CHARACTER_BITS * len(run) + b
        if share and run_bits <= free_bits and len(run) >= min_order:
            runs.append([-1] * (MAX_RUN_LENGTH - len(run)) + list(run))
            shares.append(share)
            free_bits -= run_bits
    if prediction is None:
        prediction = count_bits_of_all_runs(text) / limit
    return np.array(runs), np.array(shares), b, np.array([m, r, w]), np.zeros(1), prediction


def _rank_runs(text: bytes, max_order, b, compute_value):
    """Return of all runs what each is worth for a bit of memory, the run, and its share, sorted."""
    ranked_runs, prob_by_run = [], {b"": 1 / V}
    for n in range(1, max_order + 1):
        counts = Counter(_list_runs(text, n))
        count_by_context, kinds_by_context = Counter(), Counter(run[:-1] for run in counts)
        for run, count in counts.items():
            count_by_context[run[:-1]] += count
        for run, count in counts.items():
            n_kinds, shorter_prob = kinds_by_context[run[:-1]], prob_by_run[run[1:]]
            total = count_by_context[run[:-1]] + n_kinds
            share = count / total
            prob_by_run[run] = share + n_kinds / total * shorter_prob
            value = compute_value(count, prob_by_run[run], shorter_prob)
            ranked_runs.append((value / (CHARACTER_BITS * n + b), run, int(share * (2**b - 1))))
    return sorted(ranked_runs, reverse=True)


def _list_runs(text: bytes, n):
    return [text[i : i + n] for i in range(len(text) - n + 1)]


def count_bits_of_all_runs(text: Int[np.ndarray, " T"]) -> int:
    """Return the bits of a model that stores all runs of up to `ORDER` characters."""
    text = bytes(text.tolist())
    runs_by_length = {n: {*_list_runs(text, n)} for n in range(1, ORDER + 1)}
    return sum(len(runs) * (CHARACTER_BITS * n + ORDER) for n, runs in runs_by_length.items())


# --- The task, and what the judge looks at ---


@functools.cache
def _load_documents() -> list[np.ndarray]:
    return [encode_letters(d.text + " ")[:DOCUMENT_LENGTH] for d in load_corpus()]


def sample_texts(rng: np.random.Generator) -> list[Int[np.ndarray, " T"]]:
    """Draw training and test text: other documents, the letters in another order."""
    documents = iter(rng.permutation(len(_load_documents())))
    permutation, texts = rng.permutation(V), []
    for size in (TRAIN_LENGTH, TEST_LENGTH):
        text = np.zeros(0, np.int64)
        while len(text) < size:
            text = np.append(text, _load_documents()[next(documents)])
        texts.append(permutation[text[:size]])
    return texts


@pack.inputs
def _sample_inputs(rng):
    train, test = sample_texts(rng)
    yield HeldOutCase((train, int(rng.integers(*LIMITS))), test)


def _make_zero_outputs(text, limit):
    runs, shares = np.zeros((0, MAX_RUN_LENGTH)), np.zeros(0)  # any number of them
    return runs, shares, np.zeros(()), np.zeros(3), np.zeros(1), np.zeros(())


def count_bits(runs: np.ndarray, b: float, cache: np.ndarray) -> float:
    """Return the bits of memory that a packed model takes."""
    return CHARACTER_BITS * ((runs >= 0).sum() + cache[0]) + b * len(runs)


def compute_bits(
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
    share_by_run = {
        bytes(run[run >= 0].tolist()): s / 2**b for run, s in zip(runs, shares, strict=True)
    }
    context_sums = Counter()
    for run, share in share_by_run.items():
        context_sums[run[:-1]] += share
    counts = defaultdict(Counter)
    for t in range(len(text)):
        p = 1 / V
        for n in range(min(t, MAX_RUN_LENGTH - 1) + 1):
            context = text[t - n : t]
            if context in context_sums:
                p = share_by_run.get(text[t - n : t + 1], 0) + (1 - context_sums[context]) * p
        if t > r and m > r:
            oldest = t - m + r - 1
            if oldest >= r:
                counts[text[oldest - r : oldest]][text[oldest]] -= 1
            if total := counts[text[t - r : t]].total():
                p = (1 - w) * p + w * counts[text[t - r : t]][text[t]] / total
        if t >= r:
            counts[text[t - r : t]][text[t]] += 1
        bits.append(-np.log2(p) if p > 0 else np.inf)
    return np.array(bits)


def _convert_model(runs, shares, b, cache):
    return runs.astype(int), shares.astype(int), int(b), (int(cache[0]), int(cache[1]), cache[2])


@pack.trained(_make_zero_outputs, POINTS_BY_SHARE)
def _evaluate(arguments, *values):
    text, limit = arguments
    *model, trial_bits, prediction = values
    model = _convert_model(*model)
    new_text, true_prediction = arguments.held_out, count_bits_of_all_runs(text) / limit
    baseline_model = _convert_model(
        *_pack_model(text, 1e9, max_order=3, b=6, m=0, compute_value=lambda count, *_: count)[:4]
    )
    bits = compute_bits(new_text, *model)
    lengths = (model[0] >= 0).sum(axis=1)
    t = int(np.argmax(bits)) if len(bits) else 0
    ratio = min(float(prediction), 1e9)
    return Evaluation(
        score=bits.mean(),
        baseline=compute_bits(new_text, *baseline_model).mean(),
        reference=compute_bits(new_text, *_convert_model(*_pack_model(text, limit)[:4])).mean(),
        templates=("all runs of three {:.2f}", "yours {:.2f} bits", "the course's {:.2f}"),
        losses=trial_bits,
        label="Bits of what you tried",
        example=f"At most, {bits[t]:.3g} bits, it is surprised by character {t} of the "
        f"unseen text: a {new_text[t]} after {new_text[max(t - 5, 0) : t].tolist()}.",
        is_prediction_right=bool(
            abs(prediction - true_prediction) <= PREDICTION_TOLERANCE * true_prediction
        ),
        hint=f"Your prediction, {ratio:.4g} times the limit, is not yet right. How many "
        f"different runs of 1, 2, ... {ORDER} characters has the text, and what does each cost?",
        facts={
            "is_infinite": bool(np.isinf(bits).any()),
            "min_length": lengths.min(initial=MAX_RUN_LENGTH),
            "max_length": lengths.max(initial=0),
            "cache_weight": model[3][0] * model[3][2],
        },
    )


def _are_whole(values, lowest, highest):
    return bool(np.all((values >= lowest) & (values <= highest) & (values == np.round(values))))


@pack.property(
    "`b` is a whole number from 1 to 16, and `cache` holds whole `m` ≥ 0, `r` from 1 to 8, "
    "and `w` from 0 to below 1"
)
def _has_valid_sizes(arguments, runs, shares, b, cache, *_):
    m, r, w = cache
    sizes_fit = _are_whole(b, 1, 16) and _are_whole(m, 0, TRAIN_LENGTH) and _are_whole(r, 1, 8)
    return sizes_fit and 0 <= w < 1


@pack.property(
    "the rows of `runs` are different, with characters from 0 to 26 behind any −1, and "
    "there is a share for each"
)
def _has_distinct_runs(arguments, runs, shares, *_):
    is_empty = runs == -1
    return (
        len(runs) == len(shares)
        and _are_whole(runs, -1, V - 1)
        and not (is_empty[:, 1:] & ~is_empty[:, :-1]).any()
        and not is_empty[:, -1:].any()
        and len(np.unique(runs, axis=0)) == len(runs)
    )


@pack.property(
    "`shares` are whole numbers from 0 to 2**b − 1, and those of one context sum to no more "
    "than 2**b"
)
def _has_valid_shares(arguments, runs, shares, b, *_):
    """The rest goes to the shorter context, and nothing is left for it. Round down."""
    _, context = np.unique(runs[:, :-1], axis=0, return_inverse=True)
    sums = np.bincount(context.ravel(), shares, minlength=1)
    return _are_whole(shares, 0, 2**b - 1) and bool((sums <= 2**b).all())


@pack.property("the model takes no more than `limit` bits")
def _fits_the_limit(arguments, runs, shares, b, cache, *_):
    """A run of n characters takes 5n + b, and a cache of m characters 5m."""
    return bool(count_bits(runs, b, cache) <= arguments[1])


def _pack_without_rest(text, limit):
    """Store pairs whose shares leave nothing over."""
    counts = np.zeros((V, V))
    np.add.at(counts, (text[:-1], text[1:]), 1)
    runs = [[-1] * 6 + [u, w] for u, w in zip(*np.nonzero(counts), strict=True)]
    shares, b = [], 8
    for u in range(V):
        row = counts[u][counts[u] > 0]
        if len(row):
            row_shares = np.floor(row / row.sum() * 2**b)
            row_shares[row_shares.argmax()] += 2**b - row_shares.sum() - (len(row) == 1)
            shares += row_shares.tolist()
    prediction = count_bits_of_all_runs(text) / limit
    return np.array(runs), np.array(shares), b, np.array([0, 1, 0.0]), np.zeros(1), prediction


pack.mistake(
    "Over the limit", {"limit)": "limit, limit_share=1.1)"}, symptom="no more than `limit` bits"
)(
    "Your model takes more memory than it may. A run of n characters costs 5n + b bits, and a "
    "cache of m characters 5m."
)

pack.mistake("Nothing is passed on")(
    "A character that came had probability 0, which costs infinitely many bits. The shares of a "
    "context sum to 2**b, so that nothing is left for the shorter one: keep something back.",
    _pack_without_rest,
    symptom=lambda s: s.facts["is_infinite"],
)

pack.mistake(
    "Long runs alone",
    {"limit)": "limit, min_order=5)"},
    symptom=lambda s: s.facts["min_length"] > 1,
)(
    "You store long runs only. What they pass on goes to shorter contexts, down to single "
    "characters, and finds nothing there."
)

pack.mistake(
    "Short runs alone",
    {"limit)": "limit, max_order=3, m=0)"},
    symptom=lambda s: s.facts["max_length"] <= 3,
)(
    "You store runs of up to three characters only, and have memory left, or spend it on numbers "
    "that are finer than they need to be. Which longer runs would save the most?"
)

pack.mistake("The commonest runs, and no cache")(
    "A run that comes often is not yet worth its memory: the shorter context may know the "
    "character as well. And a few thousand characters that are remembered while the text is read "
    "are cheap: what is your cache for?",
    {"limit)": "limit, compute_value=lambda count, *_: count, m=0)"},
    symptom=lambda s: s.facts["cache_weight"] == 0,
)
