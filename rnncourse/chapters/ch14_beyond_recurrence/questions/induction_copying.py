"""The open question: what a head that copies can do, without a network."""

import numpy as np

from rnncourse.grading.writing import question

POINTS_BY_SCORE = ((0.5, 1), (0.68, 2), (0.72, 3), (0.8, 4))
"""Shares that are right, and points for that. They stand between what people do, not on it: what
followed the last symbol has 41 % where it stood last, and 62 % by majority; the longest end that
stood there before, 77 %; three symbols, counted, 86 %; the phrase's length, 90 % and more."""
ROWS, V = 400, 8


def _sample_rows(rng):
    """Draw rows: a phrase again and again, some symbols changed, cut at a random place."""
    rows, answers = [], []
    for length in rng.integers(5, 12, ROWS):
        phrase = rng.integers(V, size=length)
        row = np.tile(phrase, 12)[rng.integers(length) :][:38]
        noisy_row = np.where(rng.random(38) < 0.1, rng.integers(V, size=38), row)
        rows.append(noisy_row[:-1])
        answers.append(row[-1])
    return np.array(rows), np.array(answers)


@question("14-finish", 7, "What comes next?", "project", returns="symbols")
def finish_rows(rows):
    """Return for each row the symbol that comes next."""
    T = rows.shape[1]
    votes = np.zeros((len(rows), rows.max() + 1))
    for lag in np.arange(3, T // 2):
        match_rate = (rows[:, lag:] == rows[:, :-lag]).mean(axis=1)
        votes[np.arange(len(rows)), rows[:, T - lag]] += match_rate**12
    return votes.argmax(axis=1)


@finish_rows.inputs
def _sample_inputs(rng):
    for seed in rng.integers(0, 2**31, 2):
        yield (_sample_rows(np.random.default_rng(seed))[0],)


def _find_period(row):
    """Find how long a phrase is: after so many symbols most come again."""
    return 5 + int(np.argmax([(row[n:] == row[:-n]).mean() for n in range(5, 12)]))


def _find_truth(rows):
    """Find the phrase again: its length, and the majority at its next place."""
    T, symbols = rows.shape[1], []
    for row in rows:
        n = _find_period(row)
        symbols.append(np.bincount(row[T % n :: n], minlength=V).argmax())
    return np.array(symbols)


@finish_rows.measured(POINTS_BY_SCORE, "Of the rows, {:.0%} are finished rightly.".format)
def _measure_accuracy(cases, values, expected):
    """How many rows go on as their phrase does."""
    hits = []
    for (rows,), (symbols,) in zip(cases, values, strict=True):
        has_shape = np.shape(symbols) == (len(rows),)
        hits += list(symbols == _find_truth(rows)) if has_shape else [False] * len(rows)
    return float(np.mean(hits))


@finish_rows.mistake("The commonest symbol")
def _predict_commonest_symbol(rows):
    """You take the symbol that stands most often in the row. Where in the phrase does it end?"""
    counts = (rows[:, :, None] == np.arange(rows.max() + 1)).sum(axis=1)
    return counts.argmax(axis=1)


finish_rows.mistake("The last symbol again", lambda rows: rows[:, -1])(
    "You repeat the last symbol."
)


def _make_neighbor_copier(shift):
    """Make a wrong answer that copies the symbol beside the right one."""

    def answer(rows):
        periods = [_find_period(row) for row in rows]
        return rows[np.arange(len(rows)), rows.shape[1] - np.array(periods) + shift]

    return answer


finish_rows.mistake("One place off", _make_neighbor_copier(-1), _make_neighbor_copier(1))(
    "You found how long the phrases are, and copy the symbol beside the right one. In a row of T "
    "symbols what comes next has place T, so a phrase before it is place T − n."
)

finish_rows.mistake("The first symbol", lambda rows: rows[:, 0])(
    "You begin from the front. A row need not end where its phrase ends."
)

finish_rows.mistake("The same distance for all", lambda rows: rows[:, -8])(
    "You look a fixed number of symbols back. Phrases are of different lengths."
)


@finish_rows.mistake("After the last symbol's last place")
def _copy_last_follower(rows):
    """You copy what followed the last symbol, where it stood last. One symbol says too little of
    where in the phrase it stands: compare more of them.
    """
    T = rows.shape[1]
    is_same = rows[:, : T - 1] == rows[:, -1:]
    last_match = (is_same * np.arange(1, T)).max(axis=1)
    return np.where(last_match > 0, rows[np.arange(len(rows)), np.minimum(last_match, T - 1)], 0)
