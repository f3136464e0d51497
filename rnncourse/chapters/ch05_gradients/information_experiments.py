"""What an untrained state holds of a symbol, by lag: for a line, and for who knows the rest."""

import torch

from rnncourse.chapters.ch05_gradients.information import (
    LAGS,
    init_networks,
    nearest_state_probe,
    probe_accuracy,
)
from rnncourse.core.records import Record, provenance
from rnncourse.core.seeds import CONFIRMING

STORED_DTYPES = ("float16", "float32")
DRAWN_STATES_TOLERANCE = (
    0.01,
    "10 of 1,000 test sequences; in float64, with fixed seeds, and no training",
)
ROUNDED_STATES_TOLERANCE = (
    0.1,
    "5 of 50 sequences a network, for differences as small as the rounding of what is stored; "
    "sums in another order move float64 states by 1e-16",
)


def measure_digits() -> Record:
    """Read the usual weights' states, also with all other symbols known (ten seconds).

    Untrained tanh networks of 32 units, float64; weights uniform in +-1 / root of 32, zero biases,
    one-hot inputs: the first symbol is one of four, the others are of four more. A linear reader of
    its own for each lag and network is fitted by least squares to 1,000 sequences and judged on
    1,000; the reader who knows the other symbols, on 50 sequences a network.
    """
    about = {"data": "drawn at random", "seeds": [*CONFIRMING], **provenance()}
    record = Record("ch05_gradients", "digits", about)
    accuracies = {"linear": probe_accuracy(init_networks(CONFIRMING), CONFIRMING)}
    for dtype in STORED_DTYPES:
        accuracies[dtype] = nearest_state_probe(CONFIRMING, getattr(torch, dtype))
    for name, shares in accuracies.items():
        for lag, values in zip(LAGS, shares, strict=True):
            tolerance = DRAWN_STATES_TOLERANCE if name == "linear" else ROUNDED_STATES_TOLERANCE
            record.add(f"digits/{name}/{lag}", values, *tolerance)
    return record
