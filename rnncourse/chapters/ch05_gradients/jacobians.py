"""The product of Jacobians that a gradient goes through, and what decides how long it gets.

Going back, a gradient as a row meets one factor a step, `diag(s_t) W_hh^T`, where `s_t` are the
slopes of the activation at that step: `1 - h_t^2` for tanh, 1 in a linear network. All functions
take the slopes, so that both kinds of networks are one; row 0 is the oldest step.
"""

import math
from collections.abc import Iterator

import numpy as np
from jaxtyping import Float

from rnncourse.cells.initial import NormalSource, random_orthogonal

Matrix = Float[np.ndarray, "H H"]
Slopes = Float[np.ndarray, "T H"]
N_SETTLING = 50
"""Steps until a network has settled in."""


def run_on_noise(
    W_hh: Matrix, strength: float | int, steps: int, rng: NormalSource
) -> Float[np.ndarray, "T H"]:
    """Run a tanh network on random inputs, and return its states after the first 50.

        h_t = tanh(strength e_t + h_(t-1) W_hh),   e_t normal, a number of its own for every unit

    Args:
        W_hh: From state to state.
        strength: Standard deviation of what the inputs add to each unit.
        steps: T, how many states to return.
        rng: Where the first state (small) and the inputs come from.

    Returns:
        The states, `T H`.

    >>> run_on_noise(np.zeros((2, 2)), 0.0, 3, np.random.default_rng(0)).shape
    (3, 2)
    """
    H = len(W_hh)
    h, hs = 0.1 * rng.normal(size=H), np.empty((N_SETTLING + steps, H))
    noise = strength * rng.normal(size=(N_SETTLING + steps, H))
    for t in range(N_SETTLING + steps):
        h = hs[t] = np.tanh(noise[t] + h @ W_hh)
    return hs[N_SETTLING:]


def tanh_slopes(hs: Float[np.ndarray, "T H"]) -> Slopes:
    """Return the slopes of tanh, `1 - h^2`, by its values.

    >>> tanh_slopes(np.array([[0.0, 0.5]]))
    array([[1.  , 0.75]])
    """
    return 1 - hs**2


def multiply_jacobians(
    W_hh: Matrix, slopes: Slopes, unscaled: bool = False
) -> Iterator[tuple[Matrix, float]]:
    """Multiply the Jacobians from the last step back.

        P_0 = 1,   P_k = P_(k-1) diag(s_(T-k+1)) W_hh^T

    A gradient dL/dh_T, as a row, arrives k steps before as dL/dh_T P_k.

    Args:
        W_hh: From state to state.
        slopes: `T H`, one row a step; the last row is the first factor.
        unscaled: Do not scale: P itself and 0, which may overflow.

    Yields:
        For k from 0 to T: P_k, scaled to a Frobenius norm of root H, and the logarithm to base 10
        of what it was divided by.

    Source: the product in equation (eq-paths) of chapter 4; Pascanu et al. 2013, equation 5.
    Oracle: autograd, in test_jacobians.py.
    """
    H = len(W_hh)
    P, log = np.eye(H), 0.0
    yield P, log
    for s in slopes[::-1]:
        P = P * s @ W_hh.T
        if not unscaled:
            norm = np.linalg.norm(P) / H**0.5
            P, log = P / (norm or 1.0), log + (float(np.log10(norm)) if norm else -math.inf)
        yield P, log


def norms_by_lag(W_hh: Matrix, slopes: Slopes) -> Float[np.ndarray, " lags"]:
    r"""Return how long a gradient gets on its way back, for every lag.

        log10 root of the mean of |g P_k|^2 over all directions g of length 1
            = log10 (Frobenius norm of P_k / root of H)

    Args:
        W_hh: From state to state.
        slopes: `T H`.

    Returns:
        In powers of ten, for lags from 0 to T: 0 is as long as it was, -1 a tenth.

    >>> norms_by_lag(np.diag([2.0, 2.0]), np.ones((3, 2))).round(3)
    array([0.   , 0.301, 0.602, 0.903])
    """
    return np.array([log for _, log in multiply_jacobians(W_hh, slopes)])


def vector_norms_by_lag(
    W_hh: Matrix, slopes: Slopes, g: Float[np.ndarray, " H"]
) -> Float[np.ndarray, " lags"]:
    """Return how long one gradient is on its way back, for every lag: a logarithm to base 10.

    Args:
        W_hh: From state to state.
        slopes: `T H`.
        g: The gradient at the last state.

    Returns:
        In powers of ten, for lags from 0 to T.

    >>> vector_norms_by_lag(np.diag([2.0, 0.1]), np.ones((2, 2)), np.array([0.0, 3.0])).round(3)
    array([ 0., -1., -2.])
    """
    size = np.linalg.norm(g)
    return np.array(
        [
            log + np.log10(np.linalg.norm(g @ P) / size)
            for P, log in multiply_jacobians(W_hh, slopes)
        ]
    )


def growth_rate(decades: Float[np.ndarray, " lags"], first_lag: int = 20) -> float:
    """Return the growth in powers of ten a step, from lag `first_lag` to the last.

    Raises:
        ValueError: If there are not so many lags.
    """
    if len(decades) < first_lag + 2:
        raise ValueError(f"A growth from lag {first_lag} needs more than {len(decades)} lags.")
    return float((decades[-1] - decades[first_lag]) / (len(decades) - 1 - first_lag))


def singular_values(W_hh: Matrix, slopes: Slopes) -> Float[np.ndarray, "lags H"]:
    """Return the logarithms, to base 10, of the singular values of P_k, for every k.

    Rounding hides those far below the largest: they are NaN from 12 powers of ten below on.

    Args:
        W_hh: From state to state.
        slopes: `T H`.

    Returns:
        A row a lag, from 0 to T; the largest first.

    >>> singular_values(np.diag([2.0, 0.1]), np.ones((2, 2))).round(3)[2]
    array([ 0.602, -2.   ])
    """
    rows = []
    for P, log in multiply_jacobians(W_hh, slopes):
        values = np.linalg.svd(P, compute_uv=False)
        nonzero = np.where(values > 1e-12 * values[0], values, np.nan)
        rows.append(np.log10(nonzero) + log)
    return np.array(rows)


def lyapunov_exponent(W_hh: Matrix, slopes: Slopes, rng: NormalSource) -> float:
    """Follow a tiny change of the state forward, and return how fast it grows.

        v_t = v_(t-1) W_hh diag(s_t),   the mean of log10 (|v_t| / |v_(t-1)|)

    Over many steps this is the largest Lyapunov exponent, here in powers of ten a step.

    Args:
        W_hh: From state to state.
        slopes: `T H`; the more steps, the better.
        rng: Draws the change at the start.

    Source: Mikhaeil, Monfared and Durstewitz 2022, section 3, for its place in recurrent networks.

    >>> round(lyapunov_exponent(0.1 * np.eye(3), np.ones((50, 3)), np.random.default_rng(0)), 6)
    -1.0
    """
    v = rng.normal(size=len(W_hh))
    v, total = v / np.linalg.norm(v), 0.0
    for s in slopes:
        v = v @ W_hh * s
        size = np.linalg.norm(v)
        v, total = v / (size or 1.0), total + (float(np.log10(size)) if size else -math.inf)
    return total / len(slopes)


# ---- Matrices --------------------------------------------------------------------------------


def spectral_radius(W: Matrix) -> float:
    """Return the spectral radius: the largest absolute value of an eigenvalue.

    >>> spectral_radius(np.array([[0.9, 5.0], [0.0, 0.8]]))
    0.9
    """
    return float(abs(np.linalg.eigvals(W)).max())


def sample_gaussian(H: int, rho: float | int, rng: NormalSource) -> Matrix:
    """Draw independent normal entries, scaled to the spectral radius `rho`."""
    W = rng.normal(size=(H, H))
    return rho * W / spectral_radius(W)


def sample_symmetric(H: int, rho: float | int, rng: NormalSource) -> Matrix:
    """Draw a symmetric matrix with normal entries, of spectral radius `rho`."""
    W = rng.normal(size=(H, H))
    W = W + W.T
    return rho * W / spectral_radius(W)


def scaled_orthogonal(H: int, rho: float | int, rng: NormalSource) -> Matrix:
    """Draw `rho` times a random orthogonal matrix: all singular values are `rho`."""
    return rho * random_orthogonal(H, rng)


def nonnormal_matrix(H: int, rho: float | int, skew: float | int, rng: NormalSource) -> Matrix:
    """Draw a matrix with chosen eigenvalues, as far from normal as wanted.

        W = rho Q (D + skew N) Q^T

    D has a block of 2 x 2 a pair of eigenvalues, which fill a disk of radius 1 evenly; N has
    normal entries above the blocks, of standard deviation 1 / root H; Q is a random orthogonal
    matrix. N does not change the eigenvalues. With a skew of 0 the matrix is normal: its singular
    values are the absolute values of its eigenvalues.

    Args:
        H: Size, even.
        rho: Spectral radius.
        skew: How far from normal.
        rng: Where the numbers come from, `normal(size=...)` and `uniform(size=...)`.

    Source: the real Schur form of a matrix; Trefethen and Embree 2005, chapter 48, for the measure
    of departure from normality. The widget draws the same matrices.
    """
    Q = scaled_orthogonal(H, 1, rng)
    radii, angles = np.sqrt(rng.uniform(size=H // 2)), np.pi * rng.uniform(size=H // 2)
    radii = radii / radii.max()
    core = skew * np.triu(rng.normal(size=(H, H)), 1) / H**0.5
    for i, (r, a) in enumerate(zip(radii, angles, strict=True)):
        rotation_2d = np.array([[np.cos(a), -np.sin(a)], [np.sin(a), np.cos(a)]])
        core[2 * i : 2 * i + 2, 2 * i : 2 * i + 2] = r * rotation_2d
    return rho * Q @ core @ Q.T
