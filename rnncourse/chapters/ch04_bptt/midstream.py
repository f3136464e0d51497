"""What a state still holds of a symbol, and which gradient comes back to it, in mid-stream.

Both are looked at in one situation: many symbols, the one that is asked for, and more symbols. A
network that has just begun holds its first symbol much longer.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from rnncourse.cells.initial import initial_weights, random_rotation
from rnncourse.cells.rnn import HiddenWeights, hidden_step
from rnncourse.chapters.ch04_bptt.recall import credit, readable
from rnncourse.core.records import Record, provenance
from rnncourse.core.seeds import CONFIRMING, confirming
from rnncourse.data.recall import SYMBOLS, recall_batch

LAG, BEFORE = 20, 80
DRAWN, FITTED, FOLLOWED = 5000, 4000, 200
SIZES = (16, 64, 128)
GAINS = (0.5, 0.58, 0.8, 0.9, 1.0, 1.2, 1.5, 2.0)
"""What the rotation is multiplied by; the usual random weights shrink a state by about 0.58."""

READ = (0.01, "10 of 1,000 test sequences")
DECADES = (
    1e-3,
    "decades, of float64 products over 20 steps; on the code path of an older processor none of "
    "three other seeds moved by 1e-6",
)


def network(gain: float, H: int, seed: int) -> HiddenWeights:
    """Draw an untrained tanh network whose W_hh is a rotation times `gain`.

    Args:
        gain: All singular values of W_hh.
        H: Units.
        seed: Of all weights; networks of one seed and size differ in the gain alone.
    """
    rng = np.random.default_rng([seed, 0])
    usual = initial_weights(HiddenWeights, 2 * SYMBOLS, H, rng)
    return replace(usual, W_hh=gain * random_rotation(H, rng))


def read_back(w: HiddenWeights, rng: np.random.Generator) -> float:
    """Tell how often a linear readout names the symbol of 20 steps ago.

    Args:
        w: The network; it stays as it is.
        rng: Where 5,000 sequences come from; the readout is fitted on 4,000.

    Returns:
        A share of the 1,000 others; chance is 0.25.
    """
    xs, asked = recall_batch(rng, DRAWN, LAG, same=False)
    others = np.eye(2 * SYMBOLS)[SYMBOLS + rng.integers(SYMBOLS, size=(BEFORE, DRAWN))]
    h = np.zeros((DRAWN, len(w.W_hh)))
    for x in (*others, *xs):
        h = hidden_step(x, h, w)
    return readable(h, asked, FITTED)


def come_back(w: HiddenWeights, rng: np.random.Generator) -> float:
    """Follow a gradient from the last state back to the input of 20 steps ago, in mid-stream.

    Args:
        w: The network.
        rng: Where 200 sequences and the gradient come from.

    Returns:
        The logarithm to base 10 of its length there, over that at the last input: a median.
    """
    xs, _ = recall_batch(rng, FOLLOWED, BEFORE + LAG, same=False)
    return float(np.log10(credit(w, xs, rng)[LAG]))


def in_mid_stream(gain: float, H: int, seed: int) -> tuple[float, float]:
    """Draw one network; return what `read_back` and `come_back` say of it."""
    w = network(gain, H, seed)
    rngs = [np.random.default_rng([seed, n]) for n in (1, 2)]
    return read_back(w, rngs[0]), come_back(w, rngs[1])


def measure_midstream(
    log: Callable[[str], None] = print, seeds: Sequence[int] = CONFIRMING
) -> Record:
    """Measure memory and gradient for every gain and size (about four minutes).

    One-hot inputs: the symbol that is asked for is one of four, all others are of four more. Input
    weights and biases are uniform in +-1 / root of H, the first state is zero. The readout is
    fitted by ridge regression (1e-6) to 4,000 states and judged on 1,000.
    """
    seeds = confirming(seeds)
    about = {"data": "drawn at random", "seeds": [*seeds], **provenance()}
    record = Record("ch04_bptt", "midstream", about)
    for H in SIZES:
        for gain in GAINS:
            read, back = np.array([in_mid_stream(gain, H, seed) for seed in seeds]).T
            record.add(f"read/{H}/{gain:g}", read, *READ)
            record.add(f"back/{H}/{gain:g}", back, *DECADES)
            log(f"{H:4} units, gain {gain:4}: {read.mean():.2f} read, {back.mean():+.2f} decades")
    return record
