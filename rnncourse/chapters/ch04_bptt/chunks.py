"""A stream that is learned in chunks: how long must a chunk be, against the lag?

In the stream a marked symbol comes now and then, and `LAG` steps later the network is asked for it.
The stream is cut into chunks; the state is carried from one to the next, or reset, and the gradient
stays within the chunk. However the stream is cut, as much of it is read.
"""

from collections.abc import Callable
from functools import cache, partial

import numpy as np
import torch
from jaxtyping import Int
from torch import Tensor, nn
from torch.optim.lr_scheduler import LambdaLR

from rnncourse.core.records import Record, provenance
from rnncourse.core.seeds import CONFIRMING, require_pilot_seeds
from rnncourse.data.recall import SYMBOLS
from rnncourse.models.sequence import SequenceModel, State, detach_state
from rnncourse.training.fit import fit
from rnncourse.training.language import lr_factor
from rnncourse.training.lr_search import best_rate

LAG = 8
"""Steps from a marked symbol to its question."""
GAPS = (1, 4)
"""The fewest and the most steps from a question to the next marked symbol."""
QUESTION = 2 * SYMBOLS  # its id, the last one
N_IDS = QUESTION + 1
NO_ANSWER = -100
H, B, STEPS = 32, 32, 12_800
RATIOS = (0.5, 0.75, 1.0, 1.25, 1.5, 2.0, 4.0)
"""A chunk's length over the lag."""
REFERENCE_RATIO = 8.0
"""The longest chunk, again over the lag, which the others are held against."""
RATES = (0.0003, 0.001, 0.003, 0.01, 0.03)
SEARCH_SEEDS = (0, 1)
TEST_SHAPE = (256, 200)  # streams of a test, and their steps
N_WARM_UP = 20  # first steps of a test, which do not count
TRAINING_TOLERANCE = (
    0.25,
    "float32 training with fixed seeds: a run that has not settled ends elsewhere on another "
    "processor",
)
SEARCH_TOLERANCE = (1.0, "two seeds a rate, to choose by")


def sample_streams(
    rng: np.random.Generator, B: int, steps: int
) -> tuple[Int[np.ndarray, "T B"], Int[np.ndarray, "T B"]]:
    """Draw streams of distractors, marked symbols and questions.

    Args:
        rng: Where they come from.
        B: How many.
        steps: Their length T.

    Returns:
        Ids: 0 to 3 distractors, 4 to 7 the same symbols marked, 8 the question. And the answers:
        0 to 3 at a question, elsewhere -100.
    """
    ids, answers = rng.integers(SYMBOLS, size=(steps, B)), np.full((steps, B), NO_ANSWER)
    for b in range(B):
        t = int(rng.integers(LAG + GAPS[1]))
        while t + LAG < steps:
            symbol = ids[t, b]
            ids[t, b] += SYMBOLS
            ids[t + LAG, b], answers[t + LAG, b] = QUESTION, symbol
            t += LAG + int(rng.integers(GAPS[0], GAPS[1] + 1))
    return ids, answers


def train_on_chunks(ratio: float, stateful: bool, rate: float, seed: int) -> SequenceModel:
    """Train an LSTM on 32 streams of 12,800 steps, chunk by chunk.

    The loss is the mean over all steps of the chunk, zero where nothing is asked. Adam; the rate
    warms up over 100 updates and falls like a cosine; the gradient's norm is clipped at 1.

    Args:
        ratio: A chunk's length over the lag.
        stateful: Whether a chunk begins with the state that the one before has left, or with zeros.
        rate: The highest learning rate.
        seed: Of weights and streams.
    """
    torch.manual_seed(seed)
    model, k = SequenceModel(N_IDS, SYMBOLS, H, "lstm"), round(ratio * LAG)
    ids, answers = map(torch.from_numpy, sample_streams(np.random.default_rng([seed, 0]), B, STEPS))
    last_state: list[State | None] = [None]

    def compute_loss(update: int) -> Tensor:
        chunk = slice(update * k, (update + 1) * k)
        logits, state = model(ids[chunk], last_state[0])
        last_state[0] = detach_state(state) if stateful else None
        nats = nn.functional.cross_entropy(
            logits.flatten(0, 1), answers[chunk].flatten(), ignore_index=NO_ANSWER, reduction="sum"
        )
        return nats / (k * B)

    factor = partial(lr_factor, updates=STEPS // k)
    fit(model.parameters(), compute_loss, STEPS // k, rate, schedule=lambda o: LambdaLR(o, factor))
    return model.eval()


@torch.no_grad()
def recall_accuracy(model: Callable, seed: int, part: int = 2) -> float:
    """Return how often a network names the symbol in streams that are read without a break.

    Args:
        model: A `SequenceModel`, or what is called like one; it carries its state.
        seed: Of the streams.
        part: 1, to choose by; 2, to judge by.

    Returns:
        The share of right answers; chance is 0.25.
    """
    ids, answers = sample_streams(np.random.default_rng([seed, part]), *TEST_SHAPE)
    predicted = model(torch.from_numpy(ids))[0].argmax(-1).numpy()[N_WARM_UP:]
    targets = answers[N_WARM_UP:]
    return float((predicted == targets)[targets != NO_ANSWER].mean())


@cache
def score_run(ratio: float, stateful: bool, rate: float, seed: int, part: int = 2) -> float:
    """Train a network and return its `recall_accuracy`; see `train_on_chunks`."""
    return recall_accuracy(train_on_chunks(ratio, stateful, rate, seed), seed, part)


def measure_chunks(ratio: float) -> Record:
    """Train ten networks with chunks of one length, the state stateful, and ten with it reset.

    Four minutes. LSTMs of 32 units; see `train_on_chunks`. Each way gets the best of five learning
    rates, 0.0003 to 0.03, by two pilot seeds on other streams.

    Args:
        ratio: A chunk's length over the lag.
    """
    about = {"data": "drawn at random"}
    about |= {"seeds": [*CONFIRMING], "torch": torch.__version__, **provenance()}
    record = Record("ch04_bptt", name_section(ratio), about)
    search_seeds = require_pilot_seeds(SEARCH_SEEDS)
    for mode, stateful in (("carried", True), ("reset", False)):
        scores = [
            float(np.mean([score_run(ratio, stateful, rate, seed, 1) for seed in search_seeds]))
            for rate in RATES
        ]
        rate = best_rate(RATES, scores)
        record.add(f"D5/rate/{mode}/{ratio:g}", rate, 0, "chosen from the search")
        record.add(f"D5/search/{mode}/{ratio:g}", scores, *SEARCH_TOLERANCE)
        accuracies = [score_run(ratio, stateful, rate, seed) for seed in CONFIRMING]
        record.add(f"D5/{mode}/{ratio:g}", accuracies, *TRAINING_TOLERANCE)
    return record


def name_section(ratio: float) -> str:
    """Name the record's section of a length: `"chunks_0.5"`."""
    return f"chunks_{ratio:g}"


EXPERIMENTS = {
    name_section(ratio): partial(measure_chunks, ratio) for ratio in (*RATIOS, REFERENCE_RATIO)
}
"""By section of the record."""
