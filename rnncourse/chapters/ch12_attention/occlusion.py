"""What a network of lists writes when a symbol of the source is hidden from its looks."""

from collections.abc import Sequence

import numpy as np
import torch

from rnncourse.analysis.translations import MAX_LENGTH, batch_pairs
from rnncourse.data.pairs import PairData, TokenPair
from rnncourse.decoding.stepping import greedy
from rnncourse.models.translation import EncoderDecoder


@torch.no_grad()
def occlude_symbols(
    model: EncoderDecoder, data: PairData, pairs: Sequence[TokenPair]
) -> dict[str, float]:
    """Hide each symbol of a source in turn, at every step, as the live figure does.

    Args:
        model: A network with attention.
        data: Its vocabularies.
        pairs: Lists of numbers.

    Returns:
        By symbol, `","`, `"-"` or `"number"` for a ten or a unit: how often another text is
        written than with nothing hidden.
    """
    changes: dict[str, list[bool]] = {}
    for pair in pairs:
        S = len(pair.source)
        copies = batch_pairs(data, [pair] * (S + 1))
        states, summary = model.encode(copies.source, copies.source_lengths)
        mask = torch.cat([torch.ones(S, 1), 1 - torch.eye(S)], 1).bool()
        texts = greedy(
            model, model.decoder.initial_state(summary, states, mask), S + 1, max_length=MAX_LENGTH
        )
        original, *masked = [text.ids.tolist() for text in texts]
        for symbol, ids in zip(pair.source, masked, strict=True):
            changes.setdefault(symbol if symbol in ",-" else "number", []).append(ids != original)
    return {symbol: float(np.mean(is_changed)) for symbol, is_changed in changes.items()}
