"""What the live figure of page 7b is given: where each cell usually is, and a first picture."""

import numpy as np

from rnncourse.chapters.ch07_lstm.cell_experiments import describe_texts, read_texts, split_features
from rnncourse.chapters.ch07_lstm.char_lstm import FIRST, load_char_lstm
from rnncourse.chapters.ch07_lstm.clamping import ClampedLSTM
from rnncourse.chapters.ch07_lstm.live_text import N_READ, SENTENCE
from rnncourse.core.records import Record
from rnncourse.data.text import Vocabulary

SWITCHES = ("inside brackets", "inside backticks")
"""Features that are true or false, each of which a cell tells: its mean where they are false."""
QUANTILES = (0.01, 0.99)
CELL_TOLERANCE = (
    0.02,
    "fixed weights read again: float32 sums in another order, cells as large as 170",
)
SENTENCE_TOLERANCE = (
    0.002,
    "fixed weights read again: float32 sums in another order, over 100 characters",
)


def measure_live_cells() -> Record:
    """Read 60,000 characters of validation text, and one sentence twice (ten seconds)."""
    record = Record("ch07_lstm", "live", describe_texts())
    model, cells = load_char_lstm(FIRST), Record.load("ch07_lstm")
    c = read_texts(model)[0].c.astype(np.float64)
    record.add("live/mean", c.mean(0), *CELL_TOLERANCE)
    for name, edge in zip(("low", "high"), QUANTILES, strict=True):
        record.add(f"live/{name}", np.quantile(c, edge, axis=0), *CELL_TOLERANCE)
    for feature in SWITCHES:
        j = int(cells.value(f"cells/{FIRST.name}/cell/{feature}"))
        f = split_features()[0][feature]
        record.add(f"live/off/{feature}", float(c[f.hidden & ~f.values, j].mean()), *CELL_TOLERANCE)
    j = int(cells.value(f"cells/{FIRST.name}/cell/{SWITCHES[0]}"))
    off_value = float(record.value(f"live/off/{SWITCHES[0]}"))
    lstm, ids = ClampedLSTM(model), Vocabulary().encode("\n" + SENTENCE)
    for name, clamps in (("unclamped", {}), ("clamped", {j: off_value})):
        hs, cs = clamped_states(lstm, ids, clamps)
        record.add(f"live/still/{name}", 2 ** lstm.log2_probs(hs)[N_READ], *SENTENCE_TOLERANCE)
        if not clamps:
            record.add("live/still/c", cs[1:, j], *SENTENCE_TOLERANCE)
            values = read_unit(lstm, ids[N_READ], hs[N_READ - 1], cs[N_READ - 1], j)
            record.add("live/still/unit", values, *SENTENCE_TOLERANCE)
    return record


def clamped_states(
    lstm: ClampedLSTM, ids: np.ndarray, clamped: dict[int, float]
) -> tuple[np.ndarray, np.ndarray]:
    """Return h and c after each character; a cell is held from the first one on."""
    h = c = np.zeros((1, lstm.H), np.float32)
    states = []
    for character in ids:
        h, c = lstm.step(np.array([character]), h, c, clamped)
        states.append((h[0], c[0]))
    hs, cs = zip(*states, strict=True)
    return np.array(hs), np.array(cs)


def read_unit(lstm: ClampedLSTM, id_: int, h: np.ndarray, c: np.ndarray, j: int) -> np.ndarray:
    """Return i, f, g and o of one cell at a step, and its c before and after, and h."""
    a = (lstm.inputs[id_] + h @ lstm.W_hh).astype(np.float64).reshape(4, lstm.H)[:, j]
    i, f, o = 1 / (1 + np.exp(-a[[0, 1, 3]]))
    g, c_before = np.tanh(a[2]), float(c[j])
    c_after = f * c_before + i * g
    return np.array([i, f, g, o, c_before, c_after, o * np.tanh(c_after)])
