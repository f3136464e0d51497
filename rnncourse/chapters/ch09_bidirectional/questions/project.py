"""The open question: roles that depend on what comes before and after, learned from examples."""

import numpy as np

from rnncourse.grading.writing import question

STEPS = ((0.4, 1), (0.6, 2), (0.8, 3), (0.97, 4))
"""Shares of names with the right role, and points for that; reading one way has about half."""
NAMES, MARKS = 8, 4
LENGTH, TRAIN, TEST = 40, 60, 20


def _drawn(rng):
    """Draw sequences; the role of a name depends on the mark before it and on the one after it."""
    order = rng.permutation(NAMES + MARKS)
    roles = rng.permutation(4)
    ahead, back = (rng.permutation([0, 0, 1, 1]) for _ in range(2))
    tokens = np.where(
        rng.random((TRAIN + TEST, LENGTH)) < 0.3,
        NAMES + rng.integers(MARKS, size=(TRAIN + TEST, LENGTH)),
        rng.integers(NAMES, size=(TRAIN + TEST, LENGTH)),
    )
    found = np.full(tokens.shape, -1)
    for row, told in zip(tokens, found, strict=True):
        before, after = 0, [0] * (LENGTH + 1)
        for t in reversed(range(LENGTH)):
            after[t] = back[row[t] - NAMES] if row[t] >= NAMES else after[t + 1]
        for t, token in enumerate(row):
            if token >= NAMES:
                before = ahead[token - NAMES]
            else:
                told[t] = roles[2 * before + after[t]]
    return order[tokens], found


@question("09-label", number=7, level="project", points=4, returns="labels")
def label(tokens, roles, new):
    """Roles from both sides."""
    marks = [v for v in np.unique(tokens) if np.all(roles[tokens == v] == -1)]
    table = {}
    for row, told in zip(tokens, roles, strict=True):
        for around, role in zip(_around(row, marks), told, strict=True):
            table.setdefault(around, []).append(role)
    best = {around: max(set(given), key=given.count) for around, given in table.items()}
    return np.array([[best.get(around, 0) for around in _around(row, marks)] for row in new])


def _around(row, marks):
    """Return the mark before and the one after each token, and whether it is one itself."""
    before, after = [-1], [-1]
    for token in row:
        before.append(token if token in marks else before[-1])
    for token in row[::-1]:
        after.append(token if token in marks else after[-1])
    after = after[::-1]
    return [(before[t], after[t + 1], token in marks) for t, token in enumerate(row.tolist())]


@label.inputs
def _samples(rng):
    for seed in rng.integers(0, 2**31, 2):
        tokens, found = _drawn(np.random.default_rng(seed))
        yield tokens[:TRAIN], found[:TRAIN], tokens[TRAIN:]


def _tell(score):
    return f"Of the names in new sequences, {score:.0%} get their role."


@label.measured(STEPS, _tell)
def _score(cases, values, expected):
    """How many names get the role that the marks around them decide."""
    hits = []
    for (tokens, roles, new), (labels,), (right,) in zip(cases, values, expected, strict=True):
        marks = [v for v in np.unique(tokens) if np.all(roles[tokens == v] == -1)]
        names = ~np.isin(new, marks)
        hits.append(np.zeros(1) if np.shape(labels) != new.shape else (labels == right)[names])
    return float(np.concatenate(hits).mean())


# --- What goes wrong ---


def _by(key):
    """Make a wrong answer: the most frequent role among examples with the same key."""

    def answer(tokens, roles, new):
        table, every = {}, []
        for row, told in zip(tokens.tolist(), roles.tolist(), strict=True):
            for t, role in enumerate(told):
                if role >= 0:
                    table.setdefault(key(row, t, told), []).append(role)
                    every.append(role)
        most = max(set(every), key=every.count)
        marks = set(tokens[roles < 0].tolist())
        found = []
        for row in new.tolist():
            told = [-1 if token in marks else 0 for token in row]
            given = [table.get(key(row, t, told), [most]) for t in range(len(row))]
            found.append([max(set(g), key=g.count) for g in given])
        return np.array(found)

    return answer


def _nearest(row, told, places):
    return next((row[i] for i in places if told[i] < 0), -1)


label.mistake(
    "Reading forward only",
    "You look at the mark before a name. Two names after the same mark may have different roles: "
    "what comes later decides.",
    _by(lambda row, t, told: _nearest(row, told, range(t - 1, -1, -1))),
)

label.mistake(
    "Reading backward only",
    "You look at the mark after a name alone. What came before decides as well.",
    _by(lambda row, t, told: _nearest(row, told, range(t + 1, len(row)))),
)

label.mistake(
    "One role for each name",
    "You give each name its most frequent role. Here a name's role depends on what is around it.",
    _by(lambda row, t, told: row[t]),
)

label.mistake(
    "One role for all",
    "You give all names the same role.",
    _by(lambda row, t, told: 0),
)

label.mistake(
    "Only the neighbors",
    "You look at the tokens right beside a name. The marks that decide may be several names away.",
    _by(lambda row, t, told: (row[t - 1] if t else -1, row[t + 1] if t + 1 < len(row) else -1)),
)
