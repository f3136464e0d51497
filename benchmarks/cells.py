"""How fast the NumPy layers are: python -m benchmarks.cells.

One run is forward and backward: states, and gradients by inputs, first state and every weight. On
one thread, in turns, so that whatever else the machine does hits all alike, it takes the processor
time of

- our layer,
- `torch.nn`'s, with autograd, and
- the matrix products alone, as the textbook has them: one for the inputs of all steps, one a step
  forward, one a step backward, and three at the end.

It does so under OpenBLAS's kernel for this processor, and again under the one for AVX2 (Haswell),
because NumPy's speed depends on it. `--kernels SkylakeX` takes the one for AVX-512, where the
processor has that. Ratios are ours to the other: below 1 we are faster.

At the end: how long it takes to check every entry of the three gradients by complex steps.
"""

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Callable
from itertools import product

from rnncourse.core.threads import ONE_THREAD
from scripts import ROOT, Argument, run_script

CELL_NAMES, DTYPES = ("RNN", "GRU", "LSTM"), ("float32", "float64")
KERNELS = {"automatic": {}, **{k: {"OPENBLAS_CORETYPE": k} for k in ("Haswell", "SkylakeX")}}
SIZES = ((35, 32, 32, 32), (64, 32, 64, 128), (100, 64, 128, 256))
# Largest ratios to torch.nn that were aimed at; 1 for all others. Torch uses AVX-512; OpenBLAS, on
# a processor of AMD, that for AVX2: in float32 the products alone may then take more than 1.3.
GOALS = {("LSTM", "float32"): 1.3}
HEAD = "cell  dtype     T   B   D   H   torch ms   ours: torch (fastest)   goal   products"


def measure_kernel(
    kernel: str, cells: list[str], dtypes: list[str], seconds: float, size: list[int] | None
) -> None:
    """Print the table of one kernel."""
    import numpy as np
    import torch
    from threadpoolctl import threadpool_info

    torch.set_num_threads(1)
    used = [lib["architecture"] for lib in threadpool_info() if lib["internal_api"] == "openblas"]
    print(f"NumPy {np.__version__}, OpenBLAS kernel {', '.join(used)} ({kernel}); ", end="")
    print(f"torch {torch.__version__}, {torch.backends.cpu.get_cpu_capability()}; one thread")
    print(HEAD)
    for cell, dtype, numbers in product(cells, dtypes, [size] if size else SIZES):
        times = time_in_turns(prepare_runs(cell, dtype, *numbers), seconds)
        print(format_line(cell, dtype, numbers, times), flush=True)


def prepare_runs(cell: str, dtype: str, T: int, B: int, D: int, H: int) -> dict[str, Callable]:
    """Make what is timed, and check that ours and torch's agree."""
    import numpy as np
    import torch

    from rnncourse.cells.convert import from_torch
    from rnncourse.cells.layers import build_layer

    torch.manual_seed(0)
    torch_layer = getattr(torch.nn, cell)(D, H).to(getattr(torch, dtype))
    inputs = torch.randn(T, B, D, dtype=getattr(torch, dtype), requires_grad=True)
    outside = torch.randn(T, B, H, dtype=getattr(torch, dtype))
    (w,) = from_torch({key: p.numpy() for key, p in torch_layer.state_dict().items()}, cell.lower())
    layer, xs, dhs = build_layer(w), inputs.detach().numpy(), outside.numpy()

    def run_torch():
        for leaf in (inputs, *torch_layer.parameters()):
            leaf.grad = None
        hs, _ = torch_layer(inputs)
        hs.backward(outside)
        return inputs.grad.numpy()

    def run_ours():
        layer.forward(xs)
        return layer.backward(dhs)[0]

    exact = 1e-4 if dtype == "float32" else 1e-10
    np.testing.assert_allclose(run_ours(), run_torch(), rtol=exact, atol=exact)
    return {"ours": run_ours, "torch": run_torch, "products": make_products(w, xs)}


def make_products(w, xs) -> Callable:
    """Make the matrix products of one run, into memory that is there."""
    import numpy as np

    T, B, D = xs.shape
    H, G = w.W_hh.shape
    a, da = (np.full((T, B, G), 0.1, xs.dtype) for _ in range(2))
    hs = np.full((T, B, H), 0.1, xs.dtype)
    dh, dxs = np.empty((B, H), xs.dtype), np.empty((T * B, D), xs.dtype)
    W_hh_T, W_xh_T = w.W_hh.T.copy(), w.W_xh.T.copy()
    dW_xh, dW_hh = np.empty_like(w.W_xh), np.empty_like(w.W_hh)

    def run():
        np.matmul(xs.reshape(T * B, D), w.W_xh, a.reshape(T * B, G))
        for h, a_t in zip(hs, a, strict=True):
            np.matmul(h, w.W_hh, a_t)
        for da_t in da[::-1]:
            np.matmul(da_t, W_hh_T, dh)
        flat = da.reshape(T * B, G)
        np.matmul(flat, W_xh_T, dxs)
        np.matmul(xs.reshape(T * B, D).T, flat, dW_xh)
        np.matmul(hs.reshape(T * B, H).T, flat, dW_hh)

    return run


def check_gradients(T: int = 6, B: int = 3, D: int = 5, H: int = 7) -> None:
    """Print the errors of our gradients, and how long their full check takes."""
    import numpy as np

    from rnncourse.cells import gru, lstm, rnn
    from rnncourse.cells.initial import initial_weights
    from rnncourse.cells.layers import build_layer
    from rnncourse.core.gradcheck import check_gradient

    rng, total = np.random.default_rng(0), 0
    xs, h, c = (rng.normal(size=size) for size in [(T, B, D), (B, H), (B, H)])
    print(f"\nEvery entry of the gradients, by complex steps: {T=} {B=} {D=} {H=}, float64")
    for kind, step, state in [
        (rnn.HiddenWeights, rnn.hidden_step, h),
        (gru.GRUWeights, gru.gru_step, h),
        (lstm.LSTMWeights, lstm.lstm_step, lstm.LSTMState(h, c)),
    ]:
        w = initial_weights(kind, D, H, rng)

        def compute_loss(at, step=step):
            """Add up h^2 / 2 of all steps: its gradient by every h is that h."""
            xs, state, w = at
            total = 0
            for t in range(T):
                state = step(xs[..., t, :, :], state, w)
                h = state[0] if isinstance(state, tuple) else state
                total = total + (h * h).sum(axis=(-2, -1)) / 2
            return total

        layer = build_layer(w)
        gradient = layer.backward(layer.forward(xs, state)[0])

        def run(loss=compute_loss, at=(xs, state, w), gradient=gradient):
            return check_gradient(loss, at, gradient)

        best = min(time_in_turns({"ours": run}, 0.5)["ours"])
        total += best
        print(f"{layer.__class__.__name__:9} {run()}; {1e3 * best:.1f} ms")
    print(f"All three: {1e3 * total:.1f} ms")


def time_in_turns(runs: dict[str, Callable], seconds: float) -> dict[str, list[float]]:
    """Time all of them in turns, at least 7 times each."""
    times = {name: [] for name in runs}
    for run in runs.values():
        run()
    fine = time.get_clock_info("process_time").resolution < 1e-6
    clock = time.process_time if fine else time.perf_counter  # the first does not count waiting
    end = time.perf_counter() + seconds
    while time.perf_counter() < end or len(times["ours"]) < 7:
        for name, run in runs.items():
            start = clock()
            run()
            times[name].append(clock() - start)
    return times


def format_line(cell, dtype, size, times) -> str:
    """Format one line: the median of the ratios of every turn, and the ratio of the fastest."""
    import numpy as np

    ours = np.array(times["ours"])
    ratio = {name: np.median(ours / np.array(t)) for name, t in times.items()}
    fastest = ours.min() / min(times["torch"])
    sizes = " ".join(f"{n:3d}" for n in size)
    goal = GOALS.get((cell, dtype), 1)
    return (
        f"{cell:5} {dtype:8} {sizes} {1e3 * np.median(times['torch']):10.2f}   "
        f"{ratio['torch']:11.2f} {f'({fastest:.2f})':>9} {goal:6.2f} "
        f"{ratio['products']:10.2f}"
    )


def main(kernels: list[str], here: str | None, **options: object) -> None:
    """Measure under every kernel that was asked for, each in a process of its own."""
    if here == "gradients":
        check_gradients()
    elif here:
        measure_kernel(here, **options)
    else:
        words = [sys.executable, "-m", "benchmarks.cells", *sys.argv[1:], "--here"]
        for kernel in [*kernels, "gradients"]:
            variables = {**os.environ, **ONE_THREAD, **KERNELS.get(kernel, {})}
            subprocess.run([*words, kernel], cwd=ROOT, env=variables, check=True)


if __name__ == "__main__":
    kernels = {"choices": KERNELS, "default": ["automatic", "Haswell"], "help": ", ".join(KERNELS)}
    cells = {"choices": CELL_NAMES, "default": CELL_NAMES, "help": ", ".join(CELL_NAMES)}
    dtypes = {"choices": DTYPES, "default": DTYPES, "help": ", ".join(DTYPES)}
    run_script(
        main,
        Argument("--kernels", nargs="+", metavar="KERNEL", **kernels),
        Argument("--cells", nargs="+", metavar="CELL", **cells),
        Argument("--dtypes", nargs="+", metavar="DTYPE", **dtypes),
        Argument("--seconds", type=float, default=4, metavar="S", help="for each line"),
        Argument("--size", nargs=4, type=int, metavar=tuple("TBDH"), help="(default: three sizes)"),
        Argument("--here", metavar="KERNEL", help=argparse.SUPPRESS),
    )
