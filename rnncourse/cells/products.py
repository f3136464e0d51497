"""Matrix products, cut so that OpenBLAS multiplies the matrices where they lie.

A recurrent layer multiplies with the same weights at every step. OpenBLAS first copies both
matrices into an order that suits it, at every step anew, unless they are small: its kernels for
processors with AVX512 multiply without copying where rows x inner x columns is at most 10^6. So
larger weights are cut into columns; each piece gives some columns of the result. Where that does
not suffice, they are cut into rows too, and what the pieces give is added. This saves up to a
quarter of the time of a product. Other kernels always copy, and several threads share one large
product better than many small ones: there nothing is cut.

Source: OpenBLAS 0.3.31, `sgemm_small_kernel_permit_skylakex.c` and `dgemm_...` in kernel/x86_64;
times in benchmarks/cells.py.
"""

import os
from collections.abc import Callable

import numpy as np
from jaxtyping import Inexact, Shaped

MAX_PRODUCTS = 10**6  # multiplications that OpenBLAS does without copying
NARROWEST = 32  # columns; narrower pieces are slow for other reasons


def multiplies_in_place() -> bool:
    """Tell from the environment and from what NumPy says about the processor."""
    variables = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS")
    threads = [os.environ[name] for name in variables if os.environ.get(name)]
    if (threads or [str(os.cpu_count())])[0] != "1":
        return False
    if kernel := os.environ.get("OPENBLAS_CORETYPE"):
        return kernel.lower() in ("skylakex", "cooperlake", "sapphirerapids")
    loops = np.lib.introspect.opt_func_info(func_name="^tanh$").get("tanh", {}).values()
    return any(loop["current"].startswith(("AVX512", "X86_V4")) for loop in loops)


IN_PLACE = multiplies_in_place()


def columns(a: Shaped[np.ndarray, "... N"], w: int) -> Shaped[np.ndarray, "... W"]:
    """View a matrix, or several, as pieces of w columns: `... B N` becomes `... N/w B w`.

    Uncut, if it has just w columns.
    """
    N = a.shape[-1]
    return a if w == N else a.reshape(*a.shape[:-1], N // w, w).swapaxes(-2, -3)


def width(B: int, K: int, N: int) -> int:
    """Choose how many of N columns to multiply at a time.

    Args:
        B: Rows of the matrices on the left.
        K: Their columns, which are the rows of the weights.
        N: Columns of the weights.

    Returns:
        N, or a half, a quarter, ... of it.
    """
    w = N
    while IN_PLACE and B * K * w > MAX_PRODUCTS and w % 2 == 0 and w >= 2 * NARROWEST:
        w //= 2
    return w if B * K * w <= MAX_PRODUCTS else N


def product(
    W: Inexact[np.ndarray, "K N"], out: Inexact[np.ndarray, "B N"], pieces: int = 1
) -> Callable[[Inexact[np.ndarray, "B K"]], object]:
    """Prepare to multiply many matrices with the same weights, always into the same memory.

        out = x W

    Args:
        W: The weights; they are copied in the order in which they are read.
        out: Where the results go.
        pieces: Into how many pieces the rows of the weights may be cut.

    Returns:
        A function of x.
    """
    (K, N), B = W.shape, len(out)
    w, w_if_cut = width(B, K, N), width(B, K // pieces, N)
    suffices = B * K * w <= MAX_PRODUCTS
    helps = IN_PLACE and B * (K // pieces) * w_if_cut <= MAX_PRODUCTS
    if suffices or not helps:
        W, out = columns(W, w).copy(), columns(out, w)
        times = np.dot if W.ndim == 2 else np.matmul  # of two matrices, dot takes less to begin
        return lambda x: times(x, W, out)
    parts = np.empty((pieces, B, N), out.dtype)
    W, into = columns(W.reshape(pieces, -1, N), w_if_cut).copy(), columns(parts, w_if_cut)

    def multiply_and_add(x):
        x = columns(x, K // pieces)
        np.matmul(x if into is parts else x[:, None], W, into)
        np.add.reduce(parts, 0, None, out)

    return multiply_and_add
