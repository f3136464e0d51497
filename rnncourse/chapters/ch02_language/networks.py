"""The recorded runs of the recurrent language models.

A run trains one model with fixed settings and keeps what the chapter needs: the
learning curve, the probability of every test character, and the weights. Runs
are long, so each is kept in `_build/runs` as soon as it is done, under a name
that changes with its settings; `make measure` goes on where it stopped.
"""

import hashlib
import json
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch

from rnncourse.analysis.splits import MAX_ORDER, EncodedSplit
from rnncourse.chapters.ch02_language.brackets import find_brackets
from rnncourse.chapters.ch02_language.ngrams import BracketScores, average_at, match_positions
from rnncourse.core.files import open_atomically
from rnncourse.models.language import LanguageModel
from rnncourse.training.checkpoint import Checkpoint
from rnncourse.training.language import StreamSettings, train_language_model
from rnncourse.training.reading import iter_log_probs, predict_probs

FOLDER = Path("_build") / "runs"
READINGS = 12
"""How often the validation text is read on the way, at geometric distances."""
VALID_CHARACTERS = 50_000
TRAINING_TOLERANCE = (
    0.01,
    "trained once; another processor's training ends within a few thousandths of a bit",
)
REEVALUATION_TOLERANCE = (
    1e-4,
    "fixed weights read again; float32 sums in another order differ by less than 1e-5",
)
EXACT_TOLERANCE = (1e-6, "float64 arithmetic on fixed numbers")


@dataclass(frozen=True)
class TrainingRun:
    """One training run.

    Args:
        name: What the record calls it.
        cell: `"rnn"`, `"gru"` or `"lstm"`.
        H: Size of the hidden state.
        split: Which division of the corpus.
        settings: How it is trained.
        E: Size of the embedding.
        dropout: Of embedding and state.
    """

    name: str
    cell: str | int
    H: int
    split: int
    settings: StreamSettings
    E: int = 48
    dropout: float = 0.0

    @property
    def path(self) -> Path:
        """Where its result is kept."""
        text = json.dumps(asdict(self), sort_keys=True)
        return FOLDER / f"{self.name}-{hashlib.sha256(text.encode()).hexdigest()[:8]}.npz"

    def model(self, V: int) -> LanguageModel:
        """Make the model, freshly initialized from the run's seed."""
        torch.manual_seed(self.settings.seed)
        return LanguageModel(V, self.H, self.cell, self.E, self.dropout)


# About 270,000 parameters each, so that the cells compare.
SIZES = {"rnn": 448, "gru": 256, "lstm": 224}
RATES = (2e-3, 4e-3, 8e-3, 16e-3, 32e-3, 64e-3)
# The learning rate is chosen on the validation text of split 0, with a seed of its own.
CANDIDATES = [
    TrainingRun(f"{cell}-rate-{rate:g}", cell, H, 0, StreamSettings(1000, 32, 64, rate, seed=9))
    for cell, H in SIZES.items()
    for rate in RATES
]
CHOSEN = {"rnn": 4e-3, "gru": 8e-3, "lstm": 32e-3}
SEEDS = (0, 1)
COMPARED = [
    TrainingRun(
        f"{cell}-{split}-{seed}",
        cell,
        H,
        split,
        StreamSettings(1000, 32, 64, CHOSEN[cell], seed=seed),
    )
    for split in (0, 1, 2)
    for seed in SEEDS
    for cell, H in SIZES.items()
]


@dataclass(frozen=True)
class RunResult:
    """What a run leaves behind.

    Args:
        updates: When the curve was read.
        seconds: CPU seconds of training until then, on one thread.
        valid_bits: Bits per character on the beginning of the validation text.
        test_probs: The probability of every test character.
        weights: The trained parameters by name.
    """

    updates: np.ndarray
    seconds: np.ndarray
    valid_bits: np.ndarray
    test_probs: np.ndarray
    weights: dict[str, np.ndarray]


def load_result(path: Path) -> RunResult:
    """Read a result that `train_run` kept."""
    with np.load(path) as arrays:
        columns = (arrays[name] for name in ("updates", "seconds", "valid_bits", "test_probs"))
        weights = {k.removeprefix("w:"): arrays[k] for k in arrays.files if k.startswith("w:")}
        return RunResult(*columns, weights)


def train_run(run: TrainingRun, data: EncodedSplit) -> RunResult:
    """Do a run, go on with it if it was stopped, or read its result if it was done before."""
    if run.path.exists():
        return load_result(run.path)
    torch.set_num_threads(1)
    model = run.model(len(data.vocabulary))
    checkpoints = set(np.geomspace(50, run.settings.updates, READINGS).astype(int).tolist())
    checkpoint = Checkpoint(run.path.with_suffix(".pt"), extra_state={"spent": 0.0, "curve": []})
    progress, started = checkpoint.extra_state, time.process_time()

    def report(step: int, loss: float) -> None:
        nonlocal started
        progress["spent"] += time.process_time() - started
        if step in checkpoints:
            bits = float(-np.log2(predict_probs(model, data.valid[:VALID_CHARACTERS])).mean())
            progress["curve"].append((step, progress["spent"], bits))
        started = time.process_time()

    train_language_model(model, data.train, run.settings, report, checkpoint)
    weights = {f"w:{name}": p.detach().numpy() for name, p in model.named_parameters()}
    curve = dict(
        zip(("updates", "seconds", "valid_bits"), np.array(progress["curve"]).T, strict=True)
    )
    test_probs = predict_probs(model, data.test)
    with open_atomically(run.path) as file:
        np.savez(file, test_probs=test_probs, **curve, **weights)
    checkpoint.path.unlink(missing_ok=True)
    return load_result(run.path)


def score_brackets(
    expected: np.ndarray, likeliest: np.ndarray, data: EncodedSplit, order: int
) -> BracketScores:
    """Score a network at the round brackets, where `LongScores.brackets` scores an order.

    Args:
        expected: The probability of a closing bracket at every place of the test text.
        likeliest: The likeliest character there; see `closing_probs`.
        data: A split.
        order: Whose context has not seen the bracket at the places of `opened`.

    Returns:
        As `LongScores.brackets` with one row of hits.
    """
    close = int(data.vocabulary.encode(")")[0])
    brackets = find_brackets(data.test_text)
    masks = match_positions(brackets, data.test, MAX_ORDER - 1, order - 1)
    positions = average_at(masks, expected, data.test == close)
    hits = (likeliest == close)[brackets.close]
    return BracketScores(hits[None], brackets.distance, *positions)


def closing_probs(
    model: LanguageModel, ids: np.ndarray, character: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return, at every place of a text, the probability of one character, and the likeliest one."""
    expected, likeliest = [], []
    for log_probs in iter_log_probs(model, ids):
        expected.append(log_probs[:, character].exp())
        likeliest.append(log_probs.argmax(-1))
    return torch.cat(expected).double().numpy(), torch.cat(likeliest).numpy()
