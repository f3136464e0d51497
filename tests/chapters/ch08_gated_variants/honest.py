"""Honest answers to chapter 8, however they are written."""

from ...grading.handed_in import IMPORT

ASSIGNMENT = "08-gated-variants"
HONEST: dict[str, tuple[tuple[str, ...], list[str]]] = {
    "formulas": (
        ("08-count", "08-units", "08-coupled", "08-compare"),
        [
            "import math",
            IMPORT,
            """
def count_parameters(D, H, gates, peepholes):
    total = sum(D * H + H * H + H for _ in range(gates + 1))
    return total + (H * gates if peepholes else 0)

def units_for(budget, D, V, blocks):
    b = blocks * (D + 1) + V
    guess = int((math.sqrt(b * b + 4 * blocks * max(budget - V, 0)) - b) / (2 * blocks))
    fits = [H for H in range(max(guess - 2, 1), guess + 3)
            if blocks * H * (D + H + 1) + V * (H + 1) <= budget]
    return max(fits, default=0)

def couple(c, a_f, a_g):
    g = np.tanh(a_g)
    return g + 0.5 * (1 + np.tanh(a_f / 2)) * (c - g)

def compare(validation, test, t):
    K, R, S = test.shape
    chosen, means, halves = [], [], []
    for k in range(K):
        sums = [sum(validation[k, r]) for r in range(R)]
        chosen.append(sums.index(min(sums)))
        pairs = zip(test[k, chosen[k]], test[0, chosen[0]])
        gaps = [math.log(a / b) / math.log(2) for a, b in pairs]
        m = sum(gaps) / S
        variance = sum((g - m) ** 2 for g in gaps) / (S - 1)
        means.append(m)
        halves.append(t * math.sqrt(variance / S))
    return chosen, means, halves
""",
        ],
    ),
    "loops over units": (
        ("08-gone", "08-peepholes", "08-recurrent"),
        [
            "import math",
            IMPORT,
            """
def s(a):
    return 1 / (1 + math.exp(-a))

def one(x, h, c, W_xh, W_hh, b_h, p, gone=""):
    B, H = c.shape
    h_new, c_new = np.zeros((B, H)), np.zeros((B, H))
    for n in range(B):
        a = x[n] @ W_xh + h[n] @ W_hh + b_h
        for k in range(H):
            i = 1.0 if gone == "i" else s(a[k] + p[0][k] * c[n, k])
            f = 1.0 if gone == "f" else s(a[H + k] + p[1][k] * c[n, k])
            c_new[n, k] = f * c[n, k] + i * math.tanh(a[2 * H + k])
            o = 1.0 if gone == "o" else s(a[3 * H + k] + p[2][k] * c_new[n, k])
            h_new[n, k] = o * math.tanh(c_new[n, k])
    return h_new, c_new

def step_without(x, h, c, W_xh, W_hh, b_h, gate):
    return one(x, h, c, W_xh, W_hh, b_h, np.zeros((3, h.shape[1])), gate)

def peephole_step(x, h, c, W_xh, W_hh, b_h, P):
    return one(x, h, c, W_xh, W_hh, b_h, P)

def recurrent_gates(a, R):
    T, B, G = a.shape
    q = np.zeros((T + 1, B, G))
    for t in range(T):
        for b in range(B):
            for k in range(G):
                q[t + 1, b, k] = s(a[t, b, k] + sum(q[t, b, j] * R[j, k] for j in range(G)))
    return q[1:]
""",
        ],
    ),
}
"""The questions that are answered, and the cells."""
