"""A whole beam search, in a table that gives the next symbol; a symbol's mean decides."""

from itertools import pairwise

import numpy as np

from rnncourse.grading.writing import question

STOP = 0


@question("11-search", 6, "A whole beam search", "build", points=4, returns="text score")
def search(log_probs, first, width, max_length):
    """Return the best text that a beam has ended, symbols without first and end, and its score."""
    beam, endings = [(0.0, (first,))], []
    for _ in range(max_length):
        candidates = _list_candidates(log_probs, beam)
        endings += [
            (total / (len(text) - 1), text) for total, text in candidates[:width] if not text[-1]
        ]
        beam = [candidate for candidate in candidates if candidate[1][-1] != STOP][:width]
    score, text = max(endings)
    return np.array(text[1:-1]), score


@search.inputs
def _sample_inputs(rng):
    greedy_trap = np.full((5, 5), 0.02)
    greedy_trap[1, 2:4] = 0.52, 0.42
    greedy_trap[2], greedy_trap[3] = (0.30, 0.01, 0.2, 0.2, 0.29), (0.02, 0.01, 0.02, 0.05, 0.9)
    greedy_trap[4] = 0.9, 0.02, 0.02, 0.03, 0.03
    yield _sample_near_table(rng, greedy_trap), 1, 1, 4
    yield _sample_near_table(rng, greedy_trap), 1, 2, 4
    dead_end = np.array(  # to stop at once is likely, and so is a road that leads nowhere
        [
            [0.96, 0.01, 0.01, 0.01, 0.01],
            [0.40, 0.01, 0.33, 0.25, 0.01],
            [0.20, 0.20, 0.20, 0.19, 0.21],
            [0.01, 0.01, 0.01, 0.01, 0.96],
            [0.95, 0.02, 0.01, 0.01, 0.01],
        ]
    )
    for max_length in (2, 3, 4):  # the best text takes three steps
        yield _sample_near_table(rng, dead_end), 1, 2, max_length
    yield np.log(_sample_late_best(rng)), 1, 2, 13
    early_stop = np.array(  # to stop at once is the second best at first, and the best mean
        [
            [0.6, 0.1, 0.1, 0.1, 0.1],
            [0.388, 0.004, 0.6, 0.004, 0.004],
            [0.21, 0.18, 0.14, 0.26, 0.21],
            [0.3, 0.2, 0.2, 0.1, 0.2],
            [0.3, 0.2, 0.2, 0.1, 0.2],
        ]
    )
    yield _sample_near_table(rng, early_stop), 1, 1, 3
    sizes = rng.integers((4, 2, 4), (9, 5, 7), size=(2, 3)).tolist()
    for V, width, max_length in ((4, 2, 4), (5, 3, 5), (6, 4, 4), *sizes):
        yield *_sample_random_table(rng, V, width, max_length), width, max_length
    for width in (3, 4, int(rng.integers(2, 6))):
        yield *_sample_ladder(rng, width), width, 5


def _sample_near_table(rng, table):
    """Draw log-probabilities near those of a table."""
    table = table * rng.uniform(0.999, 1.001, table.shape)
    return np.log(table / table.sum(axis=1, keepdims=True))


def _sample_late_best(rng):
    """Draw a road of 13 steps: one text ends at each, and every one has a better mean."""
    path = [1, *rng.permutation(np.arange(2, 14)), STOP]
    table = rng.uniform(0.001, 0.003, (14, 14))
    for symbol, next_symbol in pairwise(path):
        table[symbol, STOP] = rng.uniform(0.3, 0.33)
        table[symbol, next_symbol] = rng.uniform(0.6, 0.63)
    return table / table.sum(axis=1, keepdims=True)


def _sample_ladder(rng, width):
    """Draw a table where each width ends elsewhere: the less likely at first, the better later."""
    n_rungs = width + int(rng.integers(1, 4))
    first, hub, *ladder = (1 + rng.permutation(n_rungs + 2)).tolist()
    table = rng.uniform(0.01, 0.02, (n_rungs + 3, n_rungs + 3))
    hub_probs = 0.95 / rng.uniform(1.2, 1.3) ** np.arange(n_rungs)[::-1]
    table[ladder, hub] = 0
    table[ladder] *= ((1 - hub_probs) / table[ladder].sum(axis=1))[:, None]
    table[ladder, hub] = hub_probs
    table[first, ladder] = rng.uniform(0.85, 0.9) ** np.arange(n_rungs)
    table[hub, STOP] = 1
    return np.log(table / table.sum(axis=1, keepdims=True)), first


def _sample_random_table(rng, V, width, max_length):
    """Draw a table, and a first symbol from which every narrower beam ends after some, too."""
    while True:
        first = int(rng.integers(1, V))
        table = rng.dirichlet(np.ones(V), V)
        table[:, STOP] *= 0.3
        table[rng.integers(2, V), STOP] += 1
        log_probs = np.log(table / table.sum(axis=1, keepdims=True))
        texts = [
            _list_endings(log_probs, first, smaller_width, max_length)
            for smaller_width in range(1, width + 1)
        ]
        if all(texts) and len(texts[-1][0][1]) > 3 and _has_one_best(texts[-1]):
            return log_probs, first


def _has_one_best(endings):
    """Tell whether no second text is as good as the best, but for rounding."""
    means = sorted(map(_compute_mean_log_prob, endings))
    return len(means) < 2 or means[-1] - means[-2] > 1e-3


def _list_endings(log_probs, first, width, max_length):
    """Return all endings, the best first."""
    beam, endings = [(0.0, (first,))], []
    for _ in range(max_length):
        new_endings, beam = _split_candidates(_list_candidates(log_probs, beam), width)
        endings += new_endings
    return sorted(endings, key=_compute_mean_log_prob, reverse=True)


@search.property("the score is the mean of the log-probabilities of the text and of its end")
def _is_mean_log_prob(arguments, text, score):
    """Walk through the text, from `first` to the stop symbol: add, and divide by the steps."""
    log_probs, first, _, _ = arguments
    symbols = [first, *text.astype(int), STOP]
    is_known = all(0 <= symbol < len(log_probs) for symbol in symbols)
    steps = [log_probs[a, b] for a, b in pairwise(symbols)] if is_known else [np.inf]
    return is_known and np.isclose(score, np.mean(steps), atol=1e-5)


def _list_candidates(log_probs, beam):
    """Return all candidates, the likeliest first."""
    candidates = (
        (total + log_probs[text[-1], v], (*text, v))
        for total, text in beam
        for v in range(len(log_probs))
    )
    return sorted(candidates, reverse=True)


def _split_candidates(candidates, width):
    """Return those of the best that stop, and the best of those that do not."""
    return (
        [candidate for candidate in candidates[:width] if candidate[1][-1] == STOP],
        [candidate for candidate in candidates if candidate[1][-1] != STOP][:width],
    )


def _compute_mean_log_prob(candidate):
    total, symbols = candidate
    return total / (len(symbols) - 1)


search.mistake("Finished texts continued", {" if candidate[1][-1] != STOP": ""})(
    "A text that has ended goes on in your search, and writes symbols behind its stop symbol. Take "
    "it out of the beam."
)

search.mistake("Finished texts take a place", {"candidates if": "candidates[:width] if"})(
    "Texts that have ended take the place of others: your beam becomes narrower. The `width` best "
    "of those that have not ended go on."
)

search.mistake("Every ending kept", {"candidates[:width] if": "candidates if"})(
    "You keep every text that stops. Only those among the `width` best candidates are looked at: a "
    "narrow beam does not see the others."
)

search.mistake("As soon as there are enough")(
    "Your search is over when some number of texts have ended, `width` of them, say. One that ends "
    "later may be better: go on for `max_length` steps.",
    *({"STOP][:width]": f"STOP][:width] * (len(endings) < {n})"} for n in ("width", 4, 8)),
)

search.mistake("The first that ends", {"STOP][:width]": "STOP][:width] * (not endings)"})(
    "Your search is over when the first text has ended. One that ends later may be better."
)

search.mistake("Greedy", {"[:width]": ("[:1]", 2)})(
    "You keep a single hypothesis, whatever the width is."
)

search.mistake("The last that ended", {"max(endings)": "endings[-1]"})(
    "You return the text that ended last. The best of all that ended is asked for."
)

search.mistake("The lowest score", {"max(endings)": "min(endings)"})(
    "You return the worst of the texts that ended: log-probabilities are negative."
)

search.mistake("The likeliest text")(
    "You return the text with the highest sum. Asked for is the highest mean of a symbol: else "
    "short texts have an advantage.",
    {"max(endings)": "max(endings, key=lambda candidate: candidate[0] * (len(candidate[1]) - 1))"},
    {"total / (len(text) - 1)": "total"},
)

search.mistake("The sum for the mean", {", score": ", score * (len(text) - 1)"})(
    "You chose the right text. Its score is the sum over the number of symbols."
)

search.mistake("The stop symbol left out of the length")(
    "You divide by the symbols without the stop symbol. Its log-probability is in the sum, so it "
    "counts.",
    {"(total / (len(text) - 1), text)": "(total / max(len(text) - 2, 1), text)"},
)

search.mistake("What stands before the text counted")(
    "You divide by one too many: `first` was not written by the decoder.",
    {"(total / (len(text) - 1), text)": "(total / len(text), text)"},
)

search.mistake("With its begin or its end")(
    "The score is right. The text comes without the symbol that stands before it, and without the "
    "stop symbol.",
    {"[1:-1]": ""},
    {"[1:-1]": "[1:]"},
    {"[1:-1]": "[:-1]"},
)
