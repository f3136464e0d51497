"""A transformer beside the lesson's networks: letters and sounds in one row. Lesson 14b has it."""

import time
from collections.abc import Callable

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn

from rnncourse.analysis.pronouncing import error_rates, pronounce_all
from rnncourse.chapters.ch12_attention.spelling import (
    AttentionPronouncer,
    as_encoder_decoder,
    train_pronouncer,
)
from rnncourse.chapters.ch12_attention.spelling_experiments import begin_record
from rnncourse.core.records import Record
from rnncourse.core.seeds import require_pilot_seeds
from rnncourse.data.pronunciations import LETTERS, SOUNDS, load_pronunciations
from rnncourse.models.transformer import Transformer

SEEDS = require_pilot_seeds(range(3))
RATES = (0.002, 0.004, 0.008)
HIGHER_RATE = 0.016
"""Twice the highest rate of the search, which was the best of each network."""
TUNING_SEED = 9
"""The seed that rates are compared with."""
TUNING_UPDATES = 750  # of 64 words each, while rates are compared on validation words
BUDGETS = (1500, 6000)  # updates of what is scored
H = 80
"""Numbers of a transformer's symbol: so that it has about as many parameters as the GRUs."""
TRAINING_TOLERANCE = (
    3.0,
    "float32: another processor trains another network; three seeds lie within 3",
)
EXACT_TOLERANCE = (0, "chosen, or counted")
# So wide that any finite number passes: a clock is recorded, and no machine is held to it.
CLOCK_TOLERANCE = (1e9, "processor time of one machine")


class PrefixLM(nn.Module):
    """A causal transformer that reads a word's letters and goes on with its sounds."""

    def __init__(self) -> None:
        super().__init__()
        self.model = Transformer(len(LETTERS) + len(SOUNDS), len(SOUNDS), H)

    def forward(
        self, source: Int[Tensor, "S B"], inputs: Int[Tensor, "T B"]
    ) -> tuple[Float[Tensor, "T B V"], None]:
        """Return the logits after each input sound."""
        logits, _ = self.model(torch.cat([source, len(LETTERS) + inputs]))
        return logits[len(source) :], None

    def as_encoder_decoder(self) -> tuple[Callable, Callable]:
        """Return an encoder and a decoder for `pronounce_all`; what is handed over is the row."""

        def decoder(inputs: Tensor, symbols: Tensor) -> tuple[Tensor, Tensor]:
            symbols = torch.cat([symbols, len(LETTERS) + inputs])
            return self.model(symbols)[0][-len(inputs) :], symbols

        return (lambda source: source), decoder


NETWORKS: dict[str, Callable[[], nn.Module]] = {
    "one vector": lambda: AttentionPronouncer(attends=False),
    "attention": AttentionPronouncer,
    "transformer": PrefixLM,
}


def train_and_test(
    name: str, seed: int, updates: int, rate: float, split: str
) -> tuple[float, float]:
    """Train a network and let it speak; return its word error rate and the seconds of training."""
    words = load_pronunciations()
    torch.manual_seed(seed)
    network, start = NETWORKS[name](), time.process_time()
    train_pronouncer(network, seed, updates, words.train, rate=rate)
    seconds = time.process_time() - start
    pair = (
        network.as_encoder_decoder()
        if isinstance(network, PrefixLM)
        else as_encoder_decoder(network)
    )
    words_of_split = getattr(words, split)
    pronounced = {word: ranked[0] for word, ranked in pronounce_all(*pair, words_of_split).items()}
    return error_rates(pronounced, words_of_split)[0], seconds


def measure_prefix_lm() -> Record:
    """Search a rate for each network, train three with it, and score them (40 CPU minutes)."""
    record = begin_record("one_row", SEEDS)
    for name, make in NETWORKS.items():
        size = sum(p.numel() for p in make().parameters())
        record.add(f"one row/size/{name}", size, *EXACT_TOLERANCE)
        errors = [train_and_test(name, 9, TUNING_UPDATES, rate, "valid")[0] for rate in RATES]
        rate = min(zip(errors, RATES, strict=True))[1]
        record.add(f"one row/rates/{name}", errors, *TRAINING_TOLERANCE)
        record.add(f"one row/rate/{name}", rate, *EXACT_TOLERANCE)
        for updates in BUDGETS:
            outcomes = [train_and_test(name, seed, updates, rate, "test") for seed in SEEDS]
            errors_in_test, seconds = zip(*outcomes, strict=True)
            record.add(f"one row/wrong/{name}/{updates}", errors_in_test, *TRAINING_TOLERANCE)
            record.add(f"one row/seconds/{name}/{updates}", seconds, *CLOCK_TOLERANCE)
    return record


def measure_prefix_lm_higher_lr() -> Record:
    """Try twice the highest rate, as in the search: is it better still? (two CPU minutes)."""
    record = begin_record("one_row_beyond", [TUNING_SEED])
    for name in NETWORKS:
        wer, _ = train_and_test(name, TUNING_SEED, TUNING_UPDATES, HIGHER_RATE, "valid")
        record.add(f"one row beyond/{name}", wer, *TRAINING_TOLERANCE)
    return record
