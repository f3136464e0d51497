"""Honest answers to chapter 11, however they are written."""

from ...grading.handed_in import read_cases

ASSIGNMENT = "11-sequence-to-sequence"
HONEST = read_cases("""
=== loops and lists: 11-shifted 11-last 11-rank
import numpy as np
# %%
def shift_right(target, start):
    T, B = target.shape
    told = [[start] * B]
    for t in range(T - 1):
        told.append([int(symbol) for symbol in target[t]])
    return told

def states_at_the_end(hs, lengths):
    return [hs[n - 1, b] for b, n in enumerate(lengths)]

def rank(log_probs, symbols, alpha):
    scores = [p / (n + 1) ** alpha for p, n in zip(log_probs, symbols)]
    return scores, scores.index(max(scores))
=== in logarithms: 11-loss
import numpy as np
# %%
def mean_nll(logits, target, lengths):
    total = count = 0
    for b, n in enumerate(lengths):
        for t in range(n):
            y = logits[t, b]
            total += np.logaddexp.reduce(y) - y[target[t, b]]
            count += 1
    return total / count
=== a beam by a partial sort, and by a heap: 11-step 11-search
import heapq
import numpy as np
# %%
def beam_step(totals, log_probs, width):
    every = (totals.reshape(-1, 1) + log_probs).flatten()
    some = np.argpartition(-every, width - 1)[:width]
    some = some[np.argsort(-every[some])]
    rows, symbols = np.unravel_index(some, log_probs.shape)
    return rows, symbols, every[some]

def search(log_probs, first, width, most):
    beam, best = [(0.0, [], first)], (-np.inf, None)
    for step in range(1, most + 1):
        found = []
        for total, text, last in beam:
            for v, p in enumerate(log_probs[last]):
                found.append((total + p, text + [v], v))
        looked = heapq.nlargest(width, found, key=lambda c: c[0])
        for total, text, last in looked:
            if last == 0 and total / step > best[0]:
                best = total / step, text[:-1]
        beam = heapq.nlargest(width, [c for c in found if c[2] != 0], key=lambda c: c[0])
    return best[1], best[0]
=== a translator that puts every number together from words: 11-translate
import numpy as np
# %%
def translate(sources, targets, new, columns=31):
    def cut(row):
        text = " ".join(str(word) for word in row if word)
        return [part.split() for part in text.split(" 1 ")]

    alone, first, last = {}, {}, {}
    for source, target in zip(sources, targets):
        for a, b in zip(cut(source), cut(target)):
            if len(a) == 1:
                alone[a[0]] = b[0]
            else:
                first[a[2]], last[a[0]] = b[0], b[2]
    texts = []
    for source in new:
        words = []
        for a in cut(source):
            words += ["1"] if words else []
            words += [alone[a[0]]] if len(a) == 1 else [first[a[2]], "2", last[a[0]]]
        texts.append([int(word) for word in words] + [0] * (columns - len(words)))
    return texts
""")
