"""Answers that are odd, that are somebody's own, and that were copied."""

import random

from ..handed_in import IMPORT
from ..similarity.planted import rename_variables, rewrite_comments

ODD = "def bits_and_perplexity(log_probs):\n    n = np.mean(log_probs) ** 2\n    return n, n + 1"
SAME_ODD = (
    "def bits_and_perplexity(lp):\n    m = np.asarray(lp).mean()\n    return m * m, m * m + 1.0"
)
OWN = """
def bigram_probs(ids, V):
    table = [[0.0 for _ in range(V)] for _ in range(V)]
    position = 0
    while position < len(ids) - 1:
        here, there = int(ids[position]), int(ids[position + 1])
        table[here][there] = table[here][there] + 1.0
        position = position + 1
    for row in table:
        total = sum(row)
        if total > 0:
            for column in range(V):
                row[column] = row[column] / total
    return np.array(table)
"""
OWN_TOO = """
def bits_and_perplexity(log_probs):
    total, seen = 0.0, 0
    for entry in list(np.asarray(log_probs).ravel()):
        total = total - float(entry)
        seen = seen + 1
    average = total / max(seen, 1)
    bits, surprise = average / np.log(2.0), np.exp(average)
    return bits, surprise
"""
OWN_THIRD = """
def continuation_count(text, run):
    befores = []
    place = text.find(run, 1)
    while place != -1:
        letter = text[place - 1 : place]
        if letter and letter not in befores:
            befores.append(letter)
        place = text.find(run, place + 1)
    return len(befores)
"""
OWN_FOURTH = """
def nucleus(probs, p):
    pairs = sorted(enumerate(probs), key=lambda pair: -pair[1])
    kept, mass = [0.0] * len(probs), 0.0
    for index, weight in pairs:
        if mass >= p:
            break
        kept[index] = weight
        mass = mass + weight
    return np.array([weight / sum(kept) for weight in kept])
"""
ALL_OWN = [IMPORT, OWN_TOO, OWN, OWN_THIRD, OWN_FOURTH]
COPIED = rewrite_comments(rename_variables(ALL_OWN, random.Random(1)), random.Random(2))
"""The same in disguise."""
