"""Honest answers to the questions of page 7b, however they are written."""

from ...grading.handed_in import read_cases

HONEST = read_cases("""
=== ranks, and one step at a time: 07-score 07-hold
import numpy as np
# %%
def score_cells(cs, truth, cs_new, truth_new):
    def area(c, inside):
        won = 0.0
        for high in c[inside]:
            for low in c[~inside]:
                won += 1.0 if high > low else 0.5 if high == low else 0.0
        return won / (inside.sum() * (~inside).sum())

    best, furthest, turned = 0, -1.0, False
    for j in range(cs.shape[1]):
        a = area(cs[:, j], truth)
        if abs(a - 0.5) > furthest:
            best, furthest, turned = j, abs(a - 0.5), a < 0.5
    new = -cs_new if turned else cs_new
    return best, area(new[:, best], truth_new)

def hold(xs, W_xh, W_hh, b_h, cell, value):
    H = len(b_h) // 4
    mask = np.arange(H) == cell
    h, c, hs = np.zeros((1, H)), np.zeros((1, H)), []
    for x in xs:
        a = (x @ W_xh + h @ W_hh + b_h).reshape(4, H)
        i, f, o = (1 / (1 + np.exp(-a[n])) for n in (0, 1, 3))
        c = np.where(mask, value, f * c + i * np.tanh(a[2]))
        h = o * np.tanh(c)
        hs.append(h[0])
    return hs
=== weights taken out, and the effect first: 07-prove
import numpy as np
# %%
def used_cell(ids, W_xh, W_hh, b_h, W_hy, b_y):
    H = W_hh.shape[0]

    def closing(cell=None, value=0.0):
        h, c, cs, out = np.zeros(H), np.zeros(H), [], []
        for x in ids:
            a = (W_xh[x] + h @ W_hh + b_h).reshape(4, H)
            gates = 0.5 + 0.5 * np.tanh(a / 2)
            c = gates[1] * c + gates[0] * np.tanh(a[2])
            if cell is not None:
                c[cell] = value
            h = gates[3] * np.tanh(c)
            p = np.exp(h @ W_hy + b_y)
            out.append(p[5] / p.sum())
            cs.append(c.copy())
        return np.array(cs), np.array(out)

    depth = np.cumsum(np.array(ids) == 4) - np.cumsum(np.array(ids) == 5)
    inside = depth > 0
    cs, usual = closing()
    found = []
    for cell in range(H):
        gap = cs[inside, cell].mean() - cs[~inside, cell].mean()
        spread = cs[:, cell].std()
        _, turned = closing(cell, cs[~inside, cell].mean())
        lost = np.log(usual[inside] / turned[inside]).mean()
        found.append(lost * (abs(gap) > 1.2 * spread))
    return np.argmax(found)
""")
