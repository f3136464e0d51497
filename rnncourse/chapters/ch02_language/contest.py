"""A window, a state, and counts of the same size on the same text: claims C1 and E6.

Two networks of about 84,000 weights read the text. One sees the last k characters through one
hidden layer, the other keeps a state. Both get the same CPU seconds on one thread: the numbers of
updates follow from the time of one update, and the seconds of every run are recorded. Both were
tuned on the validation text of split 0 by trials of half the seconds: seven for the state, nine
for the window. Then counts are cut until they take as many bytes as the weights.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from statistics import fmean

import numpy as np
import torch

from rnncourse.analysis.splits import SPLITS, Encoded, encode_split
from rnncourse.chapters.ch02_language.cut_counts import bits, cut
from rnncourse.chapters.ch02_language.networks import Run, RunResult, perform
from rnncourse.core.records import Record, provenance
from rnncourse.data.corpus import fingerprint, load_corpus
from rnncourse.data.recall import SYMBOLS, recall_batch
from rnncourse.models.language import LanguageModel, WindowLanguageModel
from rnncourse.models.sequence import SequenceModel, Task
from rnncourse.models.smoothing import KneserNey
from rnncourse.training.language import StreamSettings
from rnncourse.training.sequence import Settings, accuracy, train

SECONDS_OF_AN_UPDATE = {"lstm": 0.0128, "gru": 0.036, "window": 0.0160}
"""CPU seconds for 32 streams of 64 characters on one thread; the budgets follow from them."""
SECONDS = 50
"""CPU seconds of a run; a trial has half."""
LONG = 150
"""CPU seconds of one more run of the state network, on split 0."""
SEEDS = (0, 1, 2)
CHOSEN: dict[str, tuple[str | int, float]] = {"state": ("lstm", 0.032), "window": (6, 0.016)}
"""Cell or width, and learning rate: the best of the trials."""
STATE_TRIALS = (("lstm", 0.008), ("lstm", 0.016), ("lstm", 0.032), ("lstm", 0.064),
                ("gru", 0.008), ("gru", 0.016), ("gru", 0.032))  # fmt: skip
WINDOW_TRIALS = ((8, 0.004), (8, 0.008), (8, 0.016), (12, 0.004), (12, 0.008),
                 (6, 0.008), (6, 0.016), (6, 0.032), (5, 0.016))  # fmt: skip
WEIGHT_BYTES = 4
GRAM_BYTES = (2, 4, 8)
"""What one n-gram may take. 4: its character, its share, and what its context passes on, a byte
each, and a byte of the tree's pointers; the shares are nevertheless kept exact."""
ORDERS = (5, 6, 7, 8, 9)
FIRST_WEIGHTS, FIRST_SPLITS = 463_008, (0, 1)
"""Weights of an earlier network of the page, and its splits: counts of its size are recorded."""
RECALL_SEEDS = range(6)
REACH, WITHIN, BEYOND = 8, 6, 12
"""Steps of the window, and the lags that are asked for."""
RECALL = Settings(updates=600)

TRAINED = (0.01, "another processor's training ends within a few thousandths of a bit")
NAMED = (0.03, "float32 training ends elsewhere on another processor, within the spread of seeds")
EXACT = (1e-6, "exact counts and float64 sums")


@dataclass(frozen=True)
class Contestant(Run):
    """A run whose cell may be a number: a window of so many characters, and no state."""

    def model(self, V: int) -> LanguageModel:
        """Make the model, freshly initialized from the run's seed."""
        if not isinstance(self.cell, int):
            return super().model(V)
        torch.manual_seed(self.settings.seed)
        return WindowLanguageModel(V, self.H, self.cell, self.E)


def contestant(
    cell: str | int, rate: float, split: int, seed: int, seconds: float = SECONDS
) -> Contestant:
    """Describe a run of the contest; 83,000 to 87,000 weights.

    Args:
        cell: `"lstm"`, `"gru"`, or the width of a window.
        rate: Learning rate.
        split: Division of the text.
        seed: Of weights and of where the streams begin.
        seconds: CPU seconds that it may take.
    """
    if isinstance(cell, int):
        kind, H, E = "window", 167, 384 // cell
    else:
        kind, H, E = cell, {"lstm": 108, "gru": 126}[cell], 48
    updates = round(seconds / SECONDS_OF_AN_UPDATE[kind])
    settings = StreamSettings(updates, B=32, T=64, learning_rate=rate, seed=seed)
    name = f"contest-{kind}{cell if kind == 'window' else ''}-{rate:g}-{split}-{seed}"
    return Contestant(name, cell, H, split, settings, E)


def measure_contest(say: Callable[[str], None] = print) -> Record:
    """Train both networks on three splits, cut the counts, and test recall (half an hour)."""
    documents = load_corpus()
    record = Record(
        "ch02_language",
        "contest",
        {"corpus_sha256": fingerprint(documents), "torch": torch.__version__, **provenance()},
    )
    found: dict[str, list[list[RunResult]]] = {name: [] for name in CHOSEN}
    rivals, page = [], []
    for split in SPLITS:
        data = encode_split(documents, split)
        if split == SPLITS[0]:
            _trials(record, data, say)
            late = perform(contestant(*CHOSEN["state"], split, len(SEEDS), LONG), data, say)
            record.add("contest/long", bits_on_test(late), *TRAINED)
        for name in CHOSEN:
            found[name].append([])
        for seed in SEEDS:  # the two take turns, so that a busy machine slows both
            for name, choice in CHOSEN.items():
                result = perform(contestant(*choice, split, seed), data, say)
                found[name][-1].append(result)
        weights = count_weights(found["state"][-1][0])
        rivals.append([_rival(data, weights, size, say) for size in GRAM_BYTES])
        if split in FIRST_SPLITS:
            page.append(_rival(data, FIRST_WEIGHTS, WEIGHT_BYTES, say))
    record.add("contest/page_counts", page, *EXACT)
    _text(record, found)
    _bytes(record, np.array(rivals), count_weights(found["state"][0][0]))
    _recall(record, say)
    record.about = {
        **record.about,
        "runs": {name: asdict(contestant(*choice, 0, 0)) for name, choice in CHOSEN.items()},
    }
    return record


def measure_trained(say: Callable[[str], None] = print) -> Record:
    """Compare the page's network, trained on each split, with counts of its size (ten minutes).

    Its bits are those of the sections `long_0`, `long_1` and `long_2`.
    """
    documents = load_corpus()
    before = Record.load("ch02_language")
    about = {"corpus_sha256": fingerprint(documents), "torch": torch.__version__, **provenance()}
    record = Record("ch02_language", "trained", about)
    found = [before.value(f"long-{split}/rounded") for split in SPLITS]
    weights = int(before.value("long-0/weights"))
    rivals = [_rival(encode_split(documents, s), weights, WEIGHT_BYTES, say) for s in SPLITS]
    record.add("trained/counts", rivals, *EXACT)
    record.add("E6/saved_trained", np.subtract(rivals, found), *TRAINED)
    small = np.array(before.value("contest/state/by_split"))
    for order in (3, 4):  # of full tables, the best that was counted
        full = [before.value(f"bits/modified Kneser-Ney/{split}")[order - 1] for split in SPLITS]
        record.add(f"E6/saved_order_{order}", full - small, *TRAINED)
    return record


def count_weights(result: RunResult) -> int:
    """Count the weights of a network that was trained."""
    return sum(array.size for array in result.weights.values())


def bits_on_test(result: RunResult) -> float:
    """Return the bits per character of the test text.

    What float32 cannot tell from 0 counts as its smallest number: 149 bits for one character.
    """
    smallest = np.finfo(np.float32).smallest_subnormal
    return float(-np.log2(np.maximum(result.test_probs, smallest)).mean())


def _trials(record: Record, data: Encoded, say) -> None:
    """Tune both with the same number of trials; the choice is checked, not made, here."""
    for name, trials in (("state", STATE_TRIALS), ("window", WINDOW_TRIALS)):
        runs = [contestant(*trial, 0, seed=9, seconds=SECONDS / 2) for trial in trials]
        valid = [perform(run, data, say).valid_bits[-1] for run in runs]
        say(f"{name}: {dict(zip(trials, np.round(valid, 3).tolist(), strict=True))}")
        record.add(f"contest/trials/{name}", valid, *TRAINED)


def _rival(data: Encoded, weights: int, size: int, say) -> float:
    """Score the counts that take as many bytes as the weights; the order is tuned."""
    grams, V = weights * WEIGHT_BYTES // size, len(data.vocabulary)
    models = [cut(data.counts[:n], V, KneserNey(), grams) for n in ORDERS]
    valid = [bits(model, data.valid) for model in models]
    best = int(np.argmin(valid))
    say(f"{grams:,} n-grams of {size} bytes: order {ORDERS[best]}, {min(valid):.3f} bits")
    return bits(models[best], data.test)


def _text(record: Record, found) -> None:
    for name, by_split in found.items():
        every = [bits_on_test(result) for results in by_split for result in results]
        record.add(f"contest/bits/{name}", every, *TRAINED)
        seconds = [result.seconds[-1] for results in by_split for result in results]
        record.add(f"contest/seconds/{name}", seconds, 1e5, "times, quoted and never compared")
        record.add(f"contest/weights/{name}", count_weights(by_split[0][0]), 0, "a count")
    means = {
        name: [fmean(map(bits_on_test, results)) for results in by_split]
        for name, by_split in found.items()
    }
    record.add("C1/text_saved", np.subtract(means["window"], means["state"]), *TRAINED)
    record.add("contest/state/by_split", means["state"], *TRAINED)


def _bytes(record: Record, rivals: np.ndarray, weights: int) -> None:
    """Compare weights with counts of the same bytes, and with a full table."""
    for size, values in zip(GRAM_BYTES, rivals.T, strict=True):
        record.add(f"contest/counts/{size}", values, *EXACT)
    record.add("E6/table_share", weights / 96 ** max(ORDERS), 1e-18, "a ratio of counts")
    four = rivals[:, GRAM_BYTES.index(4)]
    record.add("E6/bits_saved", four - record.value("contest/state/by_split"), *TRAINED)


def recall(cell: str | int, lag: int, seed: int) -> float:
    """Train on delayed recall, and return the share of new sequences that are answered right.

    Args:
        cell: `"lstm"`, or the width of a window.
        lag: Steps from the symbol to the question.
        seed: Of the sequences and the weights.
    """
    rng = np.random.default_rng(seed)
    fitted, tested = (_recall_task(rng, n, lag) for n in (4000, 1000))
    H = 32 if cell == "lstm" else 80  # about 5,500 weights each

    def make() -> SequenceModel:
        return SequenceModel(SYMBOLS, SYMBOLS, H, cell, E=8, read="vector")

    return accuracy(train(make, fitted, replace(RECALL, seed=seed)), tested)


def _recall_task(rng: np.random.Generator, n: int, lag: int) -> Task:
    """Ask for the first symbol after the last, as a task."""
    one_hot, first = recall_batch(rng, n, lag)
    answers = np.zeros(one_hot.shape[:2], bool)
    answers[-1] = True
    targets = np.broadcast_to(first, answers.shape).copy()
    return Task(
        torch.from_numpy(one_hot.astype(np.float32)),
        torch.from_numpy(targets),
        torch.from_numpy(answers),
    )


def _recall(record: Record, say) -> None:
    torch.set_num_threads(1)
    for name, lag in (("within", WITHIN), ("past", BEYOND)):
        named = {
            cell: np.array([recall(cell, lag, seed) for seed in RECALL_SEEDS])
            for cell in ("lstm", REACH)
        }
        say(f"recall, lag {lag}: {named}")
        record.add(f"C1/recall_{name}_reach", named["lstm"] - named[REACH], *NAMED)
        for cell, values in named.items():
            record.add(f"contest/recall/{cell}/{lag}", values, *NAMED)
