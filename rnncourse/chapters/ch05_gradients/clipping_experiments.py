"""What is recorded of clipping in training on the text of chapter 2."""

from collections.abc import Callable, Sequence

import numpy as np
import torch
from jaxtyping import Float

from rnncourse.analysis.splits import Encoded, encode_split
from rnncourse.chapters.ch05_gradients.clipping import Run, train
from rnncourse.core.records import Record, provenance
from rnncourse.core.seeds import CONFIRMING, confirming
from rnncourse.data.corpus import fingerprint, load_corpus

UPDATES = 200
SEEDS, TUNING_SEEDS = (0, 1, 2, 3, 4), (1000,)
RATES = (0.3, 0.6, 1.0, 1.4, 2.0, 3.0, 4.2, 6.0, 10.0, 30.0, 100.0)
BEST_RATE, WILD_RATE = 1.4, 4.2
"""The best rate of plain descent, and three times that, which is too much for it."""
SWEPT_RATES = (0.6, 1.0, 1.4, 2.0, 3.0, 4.2, 6.0, 10.0)
PRINTED, FACTORS = {"norm": 1.0, "value": 0.05}, (0.04, 0.2, 1.0, 5.0, 25.0)
"""The thresholds of deck C's code, and what they are multiplied by."""
PRINTED_RATES = (2.0, 2.5, 3.0, 3.6, 4.2, 6.0)
"""For these thresholds: from the lowest rate at which every trial without a bound explodes."""
ROUGH = {
    "none": ("none", 0.0),
    "norm": ("norm", 0.25),
    "value": ("value", 0.002),
    "squared": ("squared", 0.25),
}
"""The settings that are best at that rate, by rule."""
SETTINGS = (
    ("none", 0.0),
    ("norm", 0.05),
    ("norm", 0.25),
    ("norm", 1.0),
    ("value", 0.002),
    ("value", 0.01),
    ("value", 0.05),
    ("each", 0.25),
    ("squared", 0.25),
    ("squared", 1.0),
)
FEW = (("none", 0.0), ("norm", 0.25), ("value", 0.01))
GAIN, GAIN_RATES = 2.0, (0.1, 0.3, 1.0, 3.0, 10.0, 30.0)
GAIN_SETTINGS = (("none", 0.0), ("norm", 0.25), ("norm", 1.0), ("value", 0.01), ("squared", 1.0))
ADAM_RATES = (0.001, 0.003, 0.01, 0.03, 0.1)
QUANTILES = (0.5, 0.9, 0.99, 1.0)
TOLERANCE = (
    0.1,
    "float32: sums in another order; first weights nudged by a millionth moved no run by more",
)
TOLERANCE_WILD = (1.0, "a run that explodes depends on the last bit")

Setting = tuple[str, float]


def key(setting: Setting) -> str:
    """Name a setting in the record: `norm/0.25`, or `none`."""
    rule, threshold = setting
    return f"{rule}/{threshold:g}" if threshold else rule


def tune(
    data: Encoded,
    settings: Sequence[Setting],
    rates: Sequence[float],
    seeds: Sequence[int],
    **more,
) -> dict[tuple[Setting, float], float]:
    """Train every setting with every rate: the mean bits on validation text, over the seeds."""
    every = [(s, rate) for s in settings for rate in rates]
    runs = [Run(*s, rate, seed, **more) for s, rate in every for seed in seeds]
    bits = train(data.train, data.valid, len(data.vocabulary), runs, UPDATES).bits
    means = bits.reshape(-1, len(seeds)).mean(1)
    return dict(zip(every, map(float, means), strict=True))


def best(bits: dict[tuple[Setting, float], float], rule: str, rate: float | None = None):
    """Return setting and rate of the fewest bits: of a rule, or of `rule/threshold`, at a rate."""
    fits = [
        (s, r) for s, r in bits if rule in (s[0], key(s)) and (rate is None or abs(r - rate) < 1e-9)
    ]
    return min(fits, key=bits.__getitem__)


def repeated(
    data: Encoded, chosen: Sequence[tuple[Setting, float]], seeds: Sequence[int] = SEEDS, **more
):
    """Train chosen settings with fresh seeds: a history whose last axis is settings times seeds."""
    runs = [Run(*s, rate, seed, **more) for s, rate in chosen for seed in seeds]
    return train(data.train, data.valid, len(data.vocabulary), runs, UPDATES)


def measure_text(log: Callable[[str], None] = print) -> Record:
    """Measure what bounds on the gradient do to a tanh network on text (half a minute)."""
    record, data = _begin("text")
    _plain(record, data, log)
    return record


def measure_bounds(log: Callable[[str], None] = print, seeds: Sequence[int] = CONFIRMING) -> Record:
    """Sweep the rate with and without a bound, and at one rate the threshold (half a minute).

    Tanh networks of 32 units, weights uniform in +-1 / root of 32; 200 updates of plain gradient
    descent at a fixed rate, each on 4 pieces of 64 characters of the training text of split 0, from
    a zero state. Bits are of the first 8,192 characters of the validation text in pieces of 64, and
    log2 96 for who is no better than guessing.
    """
    seeds = confirming(seeds)
    record, data = _begin("bounds", seeds=[*seeds])
    plain, norm = ROUGH["none"], ROUGH["norm"]
    chosen = {f"rate/{s[0]}/{rate:g}": (s, rate) for s in (plain, norm) for rate in SWEPT_RATES}
    for rule, threshold in PRINTED.items():
        for factor in FACTORS:
            chosen[f"factor/{rule}/{factor:g}"] = ((rule, factor * threshold), WILD_RATE)
    rows = repeated(data, [*chosen.values()], seeds).bits.reshape(len(chosen), -1)
    for name, row in zip(chosen, rows, strict=True):
        record.add(f"bounds/{name}", row, *(TOLERANCE_WILD if "none" in name else TOLERANCE))
        log(f"{name:20s} {row.mean():.3f} bits {np.round(row, 2)}")
    return record


def measure_printed(
    log: Callable[[str], None] = print, seeds: Sequence[int] = CONFIRMING
) -> Record:
    """Sweep the rate at deck C's own thresholds, and without a bound (half a minute).

    Networks, training and bits are those of `measure_bounds`.
    """
    seeds = confirming(seeds)
    record, data = _begin("printed", seeds=[*seeds])
    settings = [("none", 0.0), *PRINTED.items()]
    chosen = {f"{s[0]}/{rate:g}": (s, rate) for s in settings for rate in PRINTED_RATES}
    rows = repeated(data, [*chosen.values()], seeds).bits.reshape(len(chosen), -1)
    for name, row in zip(chosen, rows, strict=True):
        record.add(f"printed/{name}", row, *TOLERANCE_WILD)
        log(f"{name:10s} {row.mean():.3f} bits {np.round(row, 2)}")
    return record


def measure_others(log: Callable[[str], None] = print) -> Record:
    """Measure the same for a GRU, for Adam, and where the first gradients explode."""
    record, data = _begin("others")
    _others(record, data, log)
    return record


def _begin(section: str, **more) -> tuple[Record, Encoded]:
    torch.set_num_threads(1)
    documents = load_corpus()
    about = {"corpus_sha256": fingerprint(documents), "updates": UPDATES, **more, **provenance()}
    return Record("ch05_gradients", section, about), encode_split(documents, 0, 1)


def _plain(record: Record, data: Encoded, log: Callable[[str], None]) -> None:
    """The tanh network: every setting at its best rate, and some where plain descent explodes."""
    bits = tune(data, SETTINGS, RATES, TUNING_SEEDS)
    for s in SETTINGS:
        record.add(f"text/grid/{key(s)}", [bits[s, rate] for rate in RATES], *TOLERANCE_WILD)
    chosen = [best(bits, key(s)) for s in SETTINGS]
    wild = min(RATES, key=lambda rate: abs(rate - 3 * best(bits, "none")[1]))
    rough = [best(bits, rule, wild) for rule in ("none", "norm", "value", "squared")]
    history = repeated(data, [*chosen, *rough])
    rows = history.bits.reshape(-1, len(SEEDS))
    for (s, rate), row in zip(chosen, rows, strict=False):
        record.add(f"text/rate/{key(s)}", rate, 1e-9, "from a grid")
        record.add(f"text/bits/{key(s)}", row, *TOLERANCE)
        log(f"{key(s):14s} rate {rate:g}: {row.mean():.3f} bits {np.round(row, 2)}")
    for (s, _), row in zip(rough, rows[len(chosen) :], strict=True):
        record.add(f"text/wild/{s[0]}", row, *TOLERANCE_WILD)
        log(f"rate {wild:g}: {key(s):14s} {row.mean():.3f} bits {np.round(row, 2)}")
    _gradients(record, history, [s for s, _ in chosen])


def _gradients(record: Record, history, settings: Sequence[Setting]) -> None:
    """What the gradients were like, and what the bound made of them."""
    n, why = len(SEEDS), "float32, and each update depends on all before"
    for i, s in enumerate(settings):
        some = slice(i * n, (i + 1) * n)
        acted = history.shares[:, some] < 0.999
        record.add(f"text/acted/{key(s)}", acted.mean(0), 0.05, why)
        record.add(f"text/cosine/{key(s)}", history.cosines[:, some].mean(0), 0.05, why)
    at_best, exploding = history.norms[:, :n], history.norms[:, len(settings) * n :][:, :n]
    for name, norms in (("best", at_best), ("wild", exploding)):
        finite = norms[np.isfinite(norms)]
        record.add(f"text/norms/{name}", np.quantile(finite, QUANTILES), 1e4, "it explodes")
        trace = np.nan_to_num(norms[:, 0], nan=0.0, posinf=0.0)
        record.add(f"text/trace/{name}", trace, 1e4, "it explodes")


def _others(record: Record, data: Encoded, log: Callable[[str], None]) -> None:
    """A GRU; Adam; and a tanh network whose first gradients explode, tuned alike."""
    groups = {
        "gru": (FEW, RATES, {"cell": "gru"}),
        "adam": (FEW[:2], ADAM_RATES, {"adam": True}),
        "gain": (GAIN_SETTINGS, GAIN_RATES, {"gain": GAIN}),
    }
    for name, (settings, rates, more) in groups.items():
        bits = tune(data, settings, rates, TUNING_SEEDS, **more)
        chosen = [best(bits, key(s)) for s in settings]
        history = repeated(data, chosen, **more)
        rows = history.bits.reshape(-1, len(SEEDS))
        for (s, rate), row in zip(chosen, rows, strict=True):
            record.add(f"{name}/bits/{key(s)}", row, *TOLERANCE_WILD)
            record.add(f"{name}/rate/{key(s)}", rate, 1e-9, "from a grid")
            grid = [bits[s, r] for r in rates]
            record.add(f"{name}/grid/{key(s)}", grid, *TOLERANCE_WILD)
            log(f"{name} {key(s):14s} rate {rate:g}: {row.mean():.3f} bits {np.round(row, 2)}")
        first = np.median(history.norms[0].reshape(len(settings), -1)[0])
        record.add(f"{name}/first", float(first), 0.05 * float(first), "float32")


def lag_fractions(steps: int = 20, seed: int = 0) -> Float[np.ndarray, "2 L"]:
    """Tell which part of a clipped gradient comes from how many steps ago.

    A tanh network starts at a random state and reads random inputs; the loss is at the end. The
    gradient of W_hh is a sum over the steps at which it acts. Clipping by norm multiplies all of
    them by one factor.

    Returns:
        The length of each step's part, the last step first, over the length of the whole gradient:
        before clipping, and after.
    """
    rng = np.random.default_rng(seed)
    W, xs = rng.normal(size=(16, 16)) / 4, rng.normal(size=(steps, 16))
    hs = [np.tanh(rng.normal(size=16))]
    for x in xs:
        hs.append(np.tanh(x + hs[-1] @ W))
    dh, parts = 100 * rng.normal(size=16), []
    for t in reversed(range(steps)):
        da = dh * (1 - hs[t + 1] ** 2)
        parts.append(np.outer(hs[t], da))
        dh = da @ W.T
    whole = sum(parts)
    factor = min(1, 1 / np.linalg.norm(whole))
    before = np.array([np.linalg.norm(p) for p in parts]) / np.linalg.norm(whole)
    after = np.array([np.linalg.norm(factor * p) for p in parts])
    return np.array([before, after / np.linalg.norm(factor * whole)])
