"""Lists of numbers, two languages: what a network makes of sources, and whether it is right.

Chapters 11 and 12 train on the same lists, and score in the same way.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

import numpy as np
from jaxtyping import Bool, Float

from rnncourse.data.number_pairs import load_lists
from rnncourse.data.pairs import PairData, TokenPair, to_ids
from rnncourse.decoding.beam import beam_search
from rnncourse.decoding.stepping import Hypothesis, greedy
from rnncourse.models import weights
from rnncourse.models.translation import EncoderDecoder, PaddedPairs

MAX_TRAIN_LENGTH, MAX_TEST_LENGTH = 6, 8
"""Numbers in the longest list of the training, and in the longest that is scored."""
LENGTHS = tuple(range(1, MAX_TEST_LENGTH + 1))
MAX_LENGTH = 60
"""Tokens that a translation may have; that of eight numbers has at most 32, its end included."""


@cache
def load_number_lists() -> PairData:
    """Load the lists: 20,000 of one to six numbers to train on; others to score, up to eight."""
    return load_lists(max_train_length=MAX_TRAIN_LENGTH, max_test_length=MAX_TEST_LENGTH)


def count_numbers(pair: TokenPair) -> int:
    """Count the numbers of a list, whatever stands between them."""
    return len(pair.key.split())


def select_by_length(pairs: Sequence[TokenPair], k: int) -> list[TokenPair]:
    """Take the lists of k numbers."""
    return [pair for pair in pairs if count_numbers(pair) == k]


def build_network(data: PairData, **settings: object) -> EncoderDecoder:
    """Make a network with new weights, for the vocabularies of some data.

    Args:
        data: Its tokens.
        settings: What else `EncoderDecoder` takes.
    """
    sizes = len(data.sources), len(data.targets)
    return EncoderDecoder(*sizes, bos_id=data.bos_id, eos_id=data.eos_id, **settings)


def batch_pairs(data: PairData, pairs: Sequence[TokenPair]) -> PaddedPairs:
    """Lay pairs side by side, in the vocabularies of their data."""
    return PaddedPairs.from_sequences(*data.ids(pairs), eos_id=data.eos_id)


def translate_sources(
    model: EncoderDecoder,
    pairs: PaddedPairs,
    beam_size: int = 1,
    length_penalty: float = 0.0,
    max_length: int = MAX_LENGTH,
) -> list[Hypothesis]:
    """Translate sources: greedily, or with a beam.

    Args:
        model: The network.
        pairs: Whose sources; targets are not looked at.
        beam_size: Of the beam; 1 is greedy, always the likeliest next symbol.
        length_penalty: How lengths are normalized; see `beam_search`.
        max_length: Symbols that a translation may have, its end included.
    """
    state, B = model.initial_state(pairs.source, pairs.source_lengths), len(pairs)
    if beam_size == 1:
        return greedy(model, state, B, max_length=max_length)
    hypotheses = beam_search(
        model,
        state,
        B,
        beam_size=beam_size,
        max_length=max_length,
        length_penalty=length_penalty,
        count_eos=True,
    )
    return [ranked[0] for ranked in hypotheses]


def find_exact_matches(
    hypotheses: Sequence[Hypothesis], data: PairData, pairs: Sequence[TokenPair]
) -> Bool[np.ndarray, " N"]:
    """Tell which translations are right from the first symbol to the end.

    Args:
        hypotheses: A translation of each pair.
        data: Whose vocabulary the translations are in.
        pairs: What is translated.
    """
    targets = [to_ids(pair.target, data.targets) for pair in pairs]
    return np.array(
        [
            text.finished and list(text.ids) == ids
            for text, ids in zip(hypotheses, targets, strict=True)
        ]
    )


def accuracy_by_length(
    is_exact: Bool[np.ndarray, " N"], pairs: Sequence[TokenPair]
) -> Float[np.ndarray, " K"]:
    """Average by the number of numbers in a list, 1 to `MAX_TEST_LENGTH`."""
    counts = np.array([count_numbers(pair) for pair in pairs])
    return np.array([is_exact[counts == k].mean() for k in LENGTHS])


def store_network(
    name: str, model: EncoderDecoder, data: PairData, about: Mapping[str, object], folder: Path
) -> str:
    """Write the weights of a network, 16 bits a number.

    Args:
        name: The files' stem.
        model: The network.
        data: What it was trained on; its tokens are kept with it, those of targets as vocabulary.
        about: How it came about.
        folder: The chapter's folder of weights.

    Returns:
        The SHA-256 of the file.
    """
    arrays = {key: tensor.numpy() for key, tensor in model.state_dict().items()}
    tokens = {"vocabulary": list(data.targets), "sources": list(data.sources)}
    return weights.save(name, arrays, {"cell": "gru", **tokens, **about}, folder)
