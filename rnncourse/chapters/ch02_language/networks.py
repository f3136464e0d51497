"""The recorded runs of the recurrent language models.

A run trains one model with fixed settings and keeps what the chapter needs: the
learning curve, the probability of every test character, and the weights. Runs
are long, so each is kept in `_build/runs` as soon as it is done, under a name
that changes with its settings; `make measure` goes on where it stopped.
"""

import hashlib
import json
import os
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
import torch

from rnncourse.analysis.splits import MAX_ORDER, Encoded
from rnncourse.chapters.ch02_language.brackets import find_brackets
from rnncourse.chapters.ch02_language.ngrams import (
    BracketScores,
    Places,
    matched_places,
)
from rnncourse.models.counting import count_orders
from rnncourse.models.language import LanguageModel
from rnncourse.models.ngram import NGrams
from rnncourse.models.smoothing import KneserNey
from rnncourse.training.language import StreamSettings, probs, read_through, train

FOLDER = Path("_build") / "runs"
CHECKPOINTS = 12
VALID_CHARACTERS = 50_000


@dataclass(frozen=True)
class Run:
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
RATES = (1e-3, 2e-3, 4e-3, 8e-3, 16e-3)
# The learning rate is chosen on the validation text of split 0, with a seed of its own.
TRIED = [
    Run(f"{cell}-rate-{rate:g}", cell, H, 0, StreamSettings(1000, 32, 64, rate, seed=9))
    for cell, H in SIZES.items()
    for rate in RATES
]
CHOSEN = {"rnn": 4e-3, "gru": 8e-3, "lstm": 16e-3}
SEEDS = (0, 1)
COMPARED = [
    Run(
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
# The model in the page: as many weights as fit into 1 MB at 16 bits.
PAGE = Run("page", "gru", 352, 0, StreamSettings(12_000, B=32, T=100), dropout=0.15)
# The same on another split with another seed: does the result stand?
AGAIN = replace(PAGE, name="page-1", split=1, settings=replace(PAGE.settings, seed=1))
THIRD = replace(PAGE, name="page-2", split=2, settings=replace(PAGE.settings, seed=2))
# Twice the weights.
LARGE = Run("large", "gru", 512, 0, StreamSettings(9_000, 32, 100, 3e-3), E=64, dropout=0.3)


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
    """Read a result that `perform` kept."""
    with np.load(path) as kept:
        curve = (kept[name] for name in ("updates", "seconds", "valid_bits", "test_probs"))
        weights = {k.removeprefix("w:"): kept[k] for k in kept.files if k.startswith("w:")}
        return RunResult(*curve, weights)


def perform(run: Run, data: Encoded, say: Callable[[str], None] = print) -> RunResult:
    """Do a run, or read its result if it was done before."""
    if run.path.exists():
        return load_result(run.path)
    torch.set_num_threads(1)
    model = run.model(len(data.vocabulary))
    stops = set(np.geomspace(50, run.settings.updates, CHECKPOINTS).astype(int).tolist())
    curve: list[tuple[float, float, float]] = []
    spent, since = 0.0, time.process_time()

    def report(step: int, loss: float) -> None:
        nonlocal spent, since
        if step not in stops:
            return
        spent += time.process_time() - since
        bits = float(-np.log2(probs(model, data.valid[:VALID_CHARACTERS])).mean())
        curve.append((step, spent, bits))
        say(f"{run.name:8s} update {step:5d}  {spent:6.0f} CPU s  valid {bits:.3f} bits")
        since = time.process_time()

    train(model, data.train, run.settings, report)
    weights = {f"w:{name}": p.detach().numpy() for name, p in model.named_parameters()}
    names = dict(zip(("updates", "seconds", "valid_bits"), np.array(curve).T, strict=True))
    FOLDER.mkdir(parents=True, exist_ok=True)
    part = run.path.with_suffix(".part.npz")
    np.savez(part, test_probs=probs(model, data.test), **names, **weights)
    os.replace(part, run.path)
    return load_result(run.path)


def kept(name: str, compute: Callable[[], np.ndarray]) -> np.ndarray:
    """Return an array that was kept under a name, or compute it and keep it."""
    path = FOLDER / f"{name}.npy"
    if not path.exists():
        FOLDER.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(".part.npy")
        np.save(part, compute())
        os.replace(part, path)
    return np.load(path)


def mixture_bits(first: np.ndarray, second: np.ndarray) -> float:
    """Return the bits per character of the plain average of two models' probabilities."""
    return float(-np.log2((first + second) / 2).mean())


def adaptive_probs(data: Encoded, every: int = 2000) -> np.ndarray:
    """Score the test text by n-grams that are counted again every so many characters.

    Args:
        data: A split; modified Kneser-Ney of order 9 is fitted to its training text.
        every: After how many test characters what was read joins the training text.

    Returns:
        The probability of every test character, before it was counted.
    """
    found = []
    for start in range(0, len(data.test), every):
        known = np.r_[data.train, data.test[:start]]
        model = NGrams(count_orders(known, MAX_ORDER), len(data.vocabulary), KneserNey())
        context = max(start - MAX_ORDER, 0)
        piece = model.probs(data.test[context : start + every])[-1]
        found.append(piece[start - context :])
    return np.concatenate(found)


def network_brackets(model: LanguageModel, data: Encoded) -> BracketScores:
    """Score a network at the round brackets, at the places where `bracket_scores` scores n-grams.

    Args:
        model: In evaluation mode.
        data: A split; its test text is read once, from the beginning.

    Returns:
        As `bracket_scores` with one row of hits.
    """
    close = int(data.vocabulary.encode(")")[0])
    return scored_brackets(*closing_probs(model, data.test, close), data)


def scored_brackets(expected: np.ndarray, likeliest: np.ndarray, data: Encoded) -> BracketScores:
    """Score what `closing_probs` returned for the test text; see `network_brackets`."""
    close = int(data.vocabulary.encode(")")[0])
    brackets = find_brackets(data.test_text)
    far, none = matched_places(brackets, data.test, MAX_ORDER - 1)

    def places(where: np.ndarray) -> Places:
        came = (data.test[where] == close).mean()
        return Places(int(where.sum()), float(expected[where].mean()), float(came))

    hits = (likeliest == close)[brackets.close]
    return BracketScores(hits[None], brackets.distance, places(far), places(none))


def open_over_none(expected: np.ndarray, data: Encoded, stretches: int) -> np.ndarray:
    """Return how much likelier a closing bracket is where one is open, stretch by stretch.

    Args:
        expected: The probability of a closing bracket at every place of the test text.
        data: A split.
        stretches: Into how many parts of one length the places are divided.

    Returns:
        For each stretch, log2 of the mean where a bracket is open over that where none is, after
        the same eight characters.
    """
    far, none = matched_places(find_brackets(data.test_text), data.test, MAX_ORDER - 1)
    parts = zip(*(np.array_split(a, stretches) for a in (expected, far, none)), strict=True)
    return np.array([np.log2(e[f].mean() / e[n].mean()) for e, f, n in parts])


def closing_probs(
    model: LanguageModel, ids: np.ndarray, character: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return, at every place of a text, the probability of one character, and the likeliest one."""
    expected, likeliest = [], []
    for log_probs in read_through(model, ids):
        expected.append(log_probs[:, character].exp())
        likeliest.append(log_probs.argmax(-1))
    return torch.cat(expected).double().numpy(), torch.cat(likeliest).numpy()
