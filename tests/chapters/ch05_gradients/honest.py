"""Honest answers to chapter 5, however they are written."""

from ...grading.handed_in import read_cases

ASSIGNMENT = "05-gradients"
HONEST = read_cases("""
=== loops and lists: 05-left 05-clip 05-value
import math
# %%
import numpy as np
# %%
def gradient_left(w, ks):
    left = []
    for k in ks:
        product = 1
        for _ in range(k):
            product *= w
        left.append(product)
    return left

def clip_by_norm(dW_xh, dW_hh, db_h, threshold):
    total = 0
    for grad in (dW_xh, dW_hh, db_h):
        for entry in grad.flat:
            total += entry * entry
    factor = min(1, threshold / math.sqrt(total)) if total else 1
    return [dW_xh * factor, dW_hh * factor, db_h * factor]
# %%
def clip_by_value(dW, threshold):
    clipped = [[max(-threshold, min(threshold, entry)) for entry in row] for row in dW]
    pairs = [pair for rows in zip(dW, clipped) for pair in zip(*rows)]
    product = sum(a * b for a, b in pairs)
    lengths = [math.hypot(*numbers) for numbers in zip(*pairs)]
    return clipped, product / lengths[0] / lengths[1]
=== the rule of torch, with a small number below the fraction: 05-clip 05-value
import numpy as np
# %%
def clip_by_norm(dW_xh, dW_hh, db_h, threshold):
    grads = dW_xh, dW_hh, db_h
    norm = np.linalg.norm([np.linalg.norm(grad) for grad in grads])
    factor = np.clip(threshold / (norm + 1e-6), None, 1.0)
    return tuple(factor * grad for grad in grads)

def clip_by_value(dW, threshold):
    clipped = dW.copy()
    clipped[clipped > threshold] = threshold
    clipped[clipped < -threshold] = -threshold
    return clipped, np.trace(dW.T @ clipped) / np.linalg.norm(dW) / np.linalg.norm(clipped)
=== changed in place, in copies: 05-clip 05-left
import numpy as np
# %%
def clip_by_norm(*given):
    *grads, threshold = given
    grads = [np.array(grad, dtype=np.float32) for grad in grads]
    norm = sum((grad**2).sum() for grad in grads) ** 0.5
    if norm >= threshold:
        for grad in grads:
            grad *= threshold / norm
    return grads

def gradient_left(w, ks):
    return np.power(np.float64(w), ks)
=== indices, sums of Einstein's, and columns: 05-jacobian 05-lags
import numpy as np
# %%
def step_jacobian(x, h, W_xh, W_hh, b_h):
    a = np.einsum("d,dh->h", x, W_xh) + np.einsum("i,ij->j", h, W_hh) + b_h
    return np.einsum("i,ji->ij", 1 / np.cosh(a) ** 2, W_hh)

def gradient_by_lag(hs, W_hh):
    T, H = hs.shape
    W = W_hh.T  # for columns
    norms = np.ones(T + 1)
    for k in range(1, T + 1):
        product = np.eye(H)
        for t in range(T - k, T):
            product = np.diag(1 - hs[t] ** 2) @ W @ product
        norms[k] = np.sqrt(np.linalg.eigvalsh(product @ product.T)[-1])
    return norms
=== loops over units: 05-jacobian 05-lags
import math
import numpy as np
# %%
def step_jacobian(x, h, W_xh, W_hh, b_h):
    H = len(h)
    J = [[0.0] * H for _ in range(H)]
    for i in range(H):
        a = b_h[i]
        for d in range(len(x)):
            a += x[d] * W_xh[d, i]
        for j in range(H):
            a += h[j] * W_hh[j, i]
        for j in range(H):
            J[i][j] = (1 - math.tanh(a) ** 2) * W_hh[j, i]
    return J

def gradient_by_lag(hs, W_hh):
    back = np.eye(len(W_hh))
    norms = []
    for t in range(len(hs), -1, -1):
        norms.append(np.linalg.svd(back, compute_uv=False).max())
        if t > 0:
            back = W_hh @ np.diag(1 - hs[t - 1] ** 2) @ back
    return norms
=== Gram and Schmidt: 05-start
import numpy as np
# %%
def start_weights(A, radius):
    values, _ = np.linalg.eig(A)
    W = A * (radius / max(abs(value) for value in values))
    columns = []
    for a in A.T:
        for _ in range(2):
            for q in columns:
                a = a - (a @ q) * q
        columns.append(a / np.linalg.norm(a))
    return W, np.stack(columns, axis=1)
=== Cholesky: 05-start
import numpy as np
# %%
def start_weights(A, radius):
    R = np.linalg.cholesky(A.T @ A).T
    roots = np.roots(np.poly(A))
    return A * radius / np.abs(roots).max(), A @ np.linalg.inv(R)
=== rows added for the strength: 05-probe
import numpy as np
# %%
def probe(hs, labels, hs_new, labels_new, V, strength):
    N, H = hs.shape
    top = np.hstack([np.ones((N, 1)), hs])
    low = np.hstack([np.zeros((H, 1)), np.sqrt(strength) * np.eye(H)])
    E = np.zeros((N + H, V))
    E[np.arange(N), labels] = 1
    b, *W = np.linalg.lstsq(np.vstack([top, low]), E, rcond=None)[0]
    ys = b + hs_new @ np.array(W)
    hits = 0
    for y, label in zip(ys, labels_new):
        hits += int(np.argmax(y)) == label
    return ys, hits / len(labels_new)
=== through the kernel: 05-probe
import numpy as np
# %%
def probe(hs, labels, hs_new, labels_new, V, strength):
    mean = np.mean(hs, axis=0)
    onehot = np.array([[float(c == v) for v in range(V)] for c in labels])
    K = (hs - mean) @ (hs - mean).T
    alpha = np.linalg.inv(K + strength * np.eye(len(hs))) @ (onehot - onehot.mean(0))
    ys = ((hs_new - mean) @ (hs - mean).T) @ alpha + onehot.mean(0)
    return np.float32(ys), (ys.argmax(1) == labels_new).sum() / labels_new.size
=== brought back now and then: 05-exponent
import numpy as np
# %%
def lyapunov_exponent(hs, W_hh, v):
    log = -np.log(np.linalg.norm(v))
    for t in range(len(hs)):
        v = (W_hh * (1 - hs[t] ** 2)).T @ v
        if t % 7 == 0:
            log += np.log(abs(v).max())
            v = v / abs(v).max()
    return (log + np.log(np.linalg.norm(v))) / len(hs)
=== a search by the answer to another question: 05-exponent 05-alive
import numpy as np
# %%
def lyapunov_exponent(hs, W_hh, v):
    total = 0
    for h in hs:
        new = v.dot(W_hh) * (1 - h * h)
        total += np.log(np.linalg.norm(new) / np.linalg.norm(v))
        v = new / np.linalg.norm(new)
    return total / hs.shape[0]

def states(a, W):
    h, hs = np.zeros(a.shape[1]), []
    for a_t in a:
        h = np.tanh(a_t + h @ W)
        hs.append(h)
    return np.array(hs)

def mean_exponent(a, W):
    v = np.ones(a.shape[2])
    runs = range(a.shape[1])
    return np.mean([lyapunov_exponent(states(a[:, b], W)[20:], W, v) for b in runs])

def living_weights(a):
    H = a.shape[2]
    Q = np.linalg.qr(np.random.default_rng(11).normal(size=(H, H)))[0]
    old, new = 1.0, 1.3
    f_old, f_new = mean_exponent(a, old * Q), mean_exponent(a, new * Q)
    for _ in range(12):
        if abs(f_new) < 0.003:
            break
        step = f_new * (new - old) / (f_new - f_old)
        old, f_old = new, f_new
        new = new - np.clip(step, -1, 1)
        f_new = mean_exponent(a, new * Q)
    return new * Q
""")
