"""Honest answers to chapter 1, however they are written."""

from ...grading.handed_in import read_cases

ASSIGNMENT = "01-sequences"
HONEST = read_cases("""
=== an enumeration: 01-shape
from enum import IntEnum

class Shape(IntEnum):
    ONE_TO_ONE = 0
    ONE_TO_MANY = 1
    MANY_TO_ONE = 2
    IN_STEP = 3
    AFTER = 4

def shape_of(reads, answers):
    inputs, outputs = int(reads.sum(0).max()), int(answers.sum(0).max())
    waits = bool((answers.argmax(0) == reads.sum(0)).all())
    match (waits, inputs > 1, outputs > 1):
        case (True, _, _):
            return Shape.AFTER
        case (_, False, False):
            return Shape.ONE_TO_ONE
        case (_, False, True):
            return Shape.ONE_TO_MANY
        case (_, True, False):
            return Shape.MANY_TO_ONE
    return Shape.IN_STEP
=== loops over everything: 01-windows 01-pad 01-answers 01-score 01-reach
import numpy as np
ONE_TO_ONE, ONE_TO_MANY, MANY_TO_ONE, IN_STEP, AFTER = 0, 1, 2, 3, 4
# %%
def windows(xs, k):
    T, B, D = xs.shape
    result = np.zeros((T, B, k * D))
    for t in range(T):
        for b in range(B):
            for i in range(k):
                if t - i >= 0:
                    place = (k - 1 - i) * D
                    result[t, b, place : place + D] = xs[t - i, b]
    return result
# %%
def pad_batch(tokens, lengths):
    waiting, longest = list(tokens), max(lengths)
    rows = [[waiting.pop(0) for _ in range(n)] + [0] * (longest - n) for n in lengths]
    masks = [[t < n for t in range(longest)] for n in lengths]
    return list(zip(*rows)), list(zip(*masks))
# %%
def answer_steps(shape, n_in, n_out):
    steps = []
    for i, o in zip(n_in, n_out):
        if shape == IN_STEP:
            steps.append([True] * i)
        elif shape == AFTER:
            steps.append([False] * i + [True] * o)
        else:
            steps.append([False] * (i - 1) + [True] * o)
    longest = max(map(len, steps))
    return np.array([s + [False] * (longest - len(s)) for s in steps]).T
# %%
def score_answers(ys, targets, mask):
    good, all_answers, whole = 0, 0, 0
    T, B, V = ys.shape
    for b in range(B):
        wrong = 0
        for t in range(T):
            if mask[t, b]:
                all_answers += 1
                if np.argmax(ys[t, b]) == targets[t, b]:
                    good += 1
                else:
                    wrong += 1
        whole += wrong == 0
    return good / all_answers, whole / B
# %%
def seen_lags(widths, dilations):
    reach = sum((k - 1) * d for k, d in zip(widths, dilations))

    def changes(lag, layer):
        if lag < 0:
            return False
        if layer < 0:
            return lag == 0
        taps = range(widths[layer])
        return any(changes(lag - j * dilations[layer], layer - 1) for j in taps)

    return reach, np.array([changes(lag, len(widths) - 1) for lag in range(reach + 1)])
=== row by row: 01-teacher
import numpy as np
# %%
def teacher_forced(prompts, answers, lengths, end):
    S, N = len(prompts), len(answers)
    xs, ys, counts = [], [], []
    for prompt, answer, n in zip(prompts.T, answers.T, lengths):
        told = list(answer[:n])
        rest = [0] * (N - n)
        xs.append([*prompt, *told, *rest])
        ys.append([0] * (S - 1) + told + [end] + rest)
        counts.append([0] * (S - 1) + [1] * (n + 1) + rest)
    return np.array(xs).T, np.array(ys).T, np.array(counts).T
=== a ladder written as a table: 01-states
UP = {5: 6, 6: 7, 7: 0, 0: 1, 1: 2, 2: 3, 3: 4, 4: 4}
DOWN = {5: 5, 6: 5, 7: 6, 0: 7, 1: 0, 2: 1, 3: 2, 4: 3}

def next_state(h, x):
    return UP[int(h)] if x == 1 else DOWN[int(h)]
=== a ladder with signs: 01-states
import numpy as np
# %%
def next_state(h, x):
    level = (h + 1) // 2 if h % 2 else -(h // 2)
    level = int(np.clip(level + 2 * x - 1, -3, 4))
    return np.float64(2 * level - 1 if level > 0 else -2 * level)
""")
