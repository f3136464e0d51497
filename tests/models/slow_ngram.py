"""n-gram models the slow way: dictionaries, recursion, exact fractions. Nothing here is clever.

Each model is a function that takes a text (a tuple of integers), the size V of
the vocabulary and the order n, and returns p(w, u): the probability, an exact
fraction, of the character w after the context u, a tuple of n - 1 characters.
"""

from collections import Counter, defaultdict
from fractions import Fraction
from functools import cache

HALF = Fraction(1, 2)


def count_ngrams(text, n):
    return Counter(text[i : i + n] for i in range(len(text) - n + 1))


def count_left_neighbors(text, n):
    """After how many different characters each n-gram occurs."""
    before = defaultdict(set)
    for i in range(1, len(text) - n + 1):
        before[text[i : i + n]].add(text[i - 1])
    return {gram: len(characters) for gram, characters in before.items()}


def group_by_context(table):
    """The counts of the characters that follow each context."""
    after = defaultdict(dict)
    for gram, count in table.items():
        after[gram[:-1]][gram[-1]] = count
    return dict(after)


def make_uniform(V):
    return lambda w, u: Fraction(1, V)


def fit_maximum_likelihood(text, V, n):
    after = group_by_context(count_ngrams(text, n))

    @cache
    def p(w, u):
        if u not in after:
            return Fraction(0)
        return Fraction(after[u].get(w, 0), sum(after[u].values()))

    return p


def add_k(text, V, n, k):
    after = group_by_context(count_ngrams(text, n))
    k = Fraction(k)  # exactly the float

    @cache
    def p(w, u):
        counts = after.get(u, {})
        return (counts.get(w, 0) + k) / (sum(counts.values()) + k * V)

    return p


def fit_witten_bell(text, V, n):
    if n == 0:
        return make_uniform(V)
    after, shorter = group_by_context(count_ngrams(text, n)), fit_witten_bell(text, V, n - 1)

    @cache
    def p(w, u):
        if u not in after:
            return shorter(w, u[1:])
        counts = after[u]
        return (counts.get(w, 0) + len(counts) * shorter(w, u[1:])) / (
            sum(counts.values()) + len(counts)
        )

    return p


def compute_one_discount(counts):
    """The discount of every count in a plain Kneser-Ney model."""
    how_many = Counter(counts)
    if not (how_many[1] and how_many[2]):
        return lambda c: HALF if c else 0
    Y = Fraction(how_many[1], how_many[1] + 2 * how_many[2])
    return lambda c: Y if c else 0


def compute_three_discounts(counts):
    """The discounts of 1, 2, and 3 or more in a modified Kneser-Ney model."""
    how_many = Counter(counts)
    if not (how_many[1] and how_many[2] and how_many[3]):
        return lambda c: HALF if c else 0
    Y = Fraction(how_many[1], how_many[1] + 2 * how_many[2])
    D = {i: i - (i + 1) * Y * how_many[i + 1] / how_many[i] for i in (1, 2, 3)}
    if not all(0 < D[i] <= i for i in D):
        return lambda c: HALF if c else 0
    return lambda c: D[min(c, 3)] if c else 0


def fit_kneser_ney(text, V, n, discounts, highest=True):
    if n == 0:
        return make_uniform(V)
    table = count_ngrams(text, n) if highest else count_left_neighbors(text, n)
    after, D = group_by_context(table), discounts(table.values())
    shorter = fit_kneser_ney(text, V, n - 1, discounts, highest=False)
    passed_on = {u: sum(D(c) for c in counts.values()) for u, counts in after.items()}

    @cache
    def p(w, u):
        if u not in after:
            return shorter(w, u[1:])
        count = after[u].get(w, 0)
        discounted_count = count - D(count)
        return (discounted_count + passed_on[u] * shorter(w, u[1:])) / sum(after[u].values())

    return p
