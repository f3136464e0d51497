"""Training an encoder and a decoder on pairs, in batches of like lengths."""

from collections.abc import Callable, Iterator
from itertools import islice

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor, nn

from rnncourse.models.translation import EncoderDecoder, PaddedPairs
from rnncourse.training.checkpoint import Checkpoint
from rnncourse.training.fit import fit, one_cycle_schedule
from rnncourse.training.sequence import TrainingSettings

POOL = 16  # batches among which pairs are sorted by length


def target_nll(model: EncoderDecoder, pairs: PaddedPairs) -> Float[Tensor, ""]:
    """Return the mean negative log-likelihood of a target's symbol, teacher-forced, in nats.

        L = mean of -ln p(y_i | y_1 ... y_(i-1), x) over the real symbols of all targets,

    the stop symbol included.
    """
    logits, _ = model.teacher_forced(pairs.source, pairs.source_lengths, pairs.target)
    return nn.functional.cross_entropy(logits[pairs.mask], pairs.target[pairs.mask])


def sample_pair_batches(
    pairs: PaddedPairs, B: int, rng: np.random.Generator
) -> Iterator[PaddedPairs]:
    """Draw batches without an end; each pair comes once a turn.

    Pairs are shuffled; then those of 16 batches are sorted by the lengths of sources and targets,
    so that there is little padding in a batch, and the batches are shuffled. What is left of a
    turn, fewer than B pairs, is left out.

    Args:
        pairs: To draw from.
        B: Pairs a batch; at most as many as there are.
        rng: The order.

    Raises:
        ValueError: If there are fewer than B pairs.
    """
    if len(pairs) < B:
        raise ValueError(f"There are {len(pairs)} pairs, fewer than a batch of {B}.")
    lengths = np.stack([pairs.target_lengths.numpy(), pairs.source_lengths.numpy()])
    while True:
        order = rng.permutation(len(pairs))[: len(pairs) // B * B]
        batches = []
        for begin in range(0, len(order), POOL * B):
            pool = order[begin : begin + POOL * B]
            batches += np.split(pool[np.lexsort(lengths[:, pool])], len(pool) // B)
        for i in rng.permutation(len(batches)):
            yield pairs.select(torch.from_numpy(batches[i]))


def train_translator(
    make_model: Callable[[], EncoderDecoder],
    pairs: PaddedPairs,
    settings: TrainingSettings,
    report: Callable[[int, float], object] | None = None,
    checkpoint: Checkpoint | None = None,
) -> EncoderDecoder:
    """Train a new model on pairs.

    Args:
        make_model: Makes the model, after the seed was set.
        pairs: The training pairs.
        settings: How; the seed is that of weights and order.
        report: Told the number of every update, from 1, and its loss in nats; see `fit`.
        checkpoint: Where the run is kept, to be taken up again; it goes on to the last bit as if it
            had not been stopped.

    Returns:
        The model, in evaluation mode.
    """
    torch.manual_seed(settings.seed)
    model = make_model()
    batches, n_read = (
        sample_pair_batches(pairs, settings.B, np.random.default_rng(settings.seed)),
        0,
    )

    def compute_loss(update: int) -> Tensor:
        nonlocal n_read
        batch = next(islice(batches, update - n_read, None))  # a resumed run skips ahead
        n_read = update + 1
        return target_nll(model, batch)

    fit(
        model.parameters(),
        compute_loss,
        settings.updates,
        settings.learning_rate,
        max_grad_norm=settings.max_grad_norm,
        schedule=one_cycle_schedule(settings.learning_rate, settings.updates, warm_up=0.1),
        report=report,
        checkpoint=checkpoint,
    )
    return model.eval()
