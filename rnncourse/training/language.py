"""Training a language model that reads streams of a text."""

import math
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import islice

import numpy as np
import torch
from jaxtyping import Int
from torch import Tensor, nn
from torch.nn.functional import dropout
from torch.optim import AdamW, Optimizer
from torch.optim.lr_scheduler import LambdaLR

from rnncourse.models.language import LanguageModel
from rnncourse.models.sequence import State, detach_state
from rnncourse.training.checkpoint import Checkpoint
from rnncourse.training.fit import fit


@dataclass(frozen=True)
class StreamSettings:
    """How a language model is trained; the budget is in updates, not in seconds.

    Args:
        updates: Number of steps of the optimizer.
        B: Streams that are read side by side.
        T: Characters of a stream that one update sees: gradients go no further back.
        learning_rate: Adam's at its highest; it warms up, then falls like a cosine.
        max_grad_norm: Largest norm of the gradient.
        seed: Of the initialization, of dropout, and of where the streams begin.
        min_lr_factor: The learning rate at the end, as a fraction of the highest.
        weight_decay: Adam's decoupled weight decay.
        weight_drop: Fraction of recurrent weights that are 0 in an update, at all its steps; the
            others are larger for it.
        bfloat16: Whether matrix products are computed with 8 bits of precision. States, weights and
            sums stay float32. Processors that can do it need about half the time.
        stateful: Whether a window begins with the state that the one before has left; without, each
            begins anew, as a transformer's must, whose state would grow.
    """

    updates: int
    B: int = 32
    T: int = 64
    learning_rate: float = 4e-3
    max_grad_norm: float = 1.0
    seed: int = 0
    min_lr_factor: float = 0.02
    weight_decay: float = 0.0
    weight_drop: float = 0.0
    bfloat16: bool = False
    stateful: bool = True


def stream_windows(
    ids: Int[np.ndarray, " N"], B: int, T: int
) -> Iterator[tuple[Tensor, Tensor, bool]]:
    """Cut a text into B streams and read them in windows of T characters, again and again.

    Consecutive windows continue each other, so that the state can be carried.

    Yields:
        Inputs and targets, `T B` each, the targets one character later; and
        whether the streams have just begun, so that the state must too.

    Raises:
        ValueError: If the text is too short for a window.
    """
    length = (len(ids) - 1) // B
    if length < T:
        raise ValueError(f"{len(ids)} characters are too few for {B} streams of {T}.")
    starts = np.arange(B) * length
    inputs = torch.from_numpy(np.stack([ids[s : s + length] for s in starts], axis=1))
    targets = torch.from_numpy(np.stack([ids[s + 1 : s + 1 + length] for s in starts], axis=1))
    while True:
        for t in range(0, length - T + 1, T):
            yield inputs[t : t + T], targets[t : t + T], t == 0


def lr_factor(update: int, updates: int, min_factor: float = 0.02, warm_up: int = 100) -> float:
    """Return the learning rate of an update over the highest.

    It rises in the first updates, the warm-up, while half a cosine falls to `min_factor`.

    >>> [round(lr_factor(update, 1000), 3) for update in (0, 99, 500, 999)]
    [0.01, 0.976, 0.51, 0.02]
    """
    ramp = min(1.0, (update + 1) / max(1, min(warm_up, updates)))
    cosine = 0.5 * (1 + math.cos(math.pi * update / max(1, updates)))
    return ramp * (min_factor + (1 - min_factor) * cosine)


def recurrent_matrices(model: LanguageModel) -> list[Tensor]:
    """Return the matrices from state to state."""
    parameters = model.recurrent.named_parameters()
    return [p for name, p in parameters if name.startswith("weight_hh")]


@contextmanager
def drop_weights(matrices: Iterable[Tensor], p: float) -> Iterator[None]:
    """Drop a fraction p of weights while a gradient is computed; the others are larger for it.

    Afterwards, and after an error, the weights are what they were, and a weight that was 0 has no
    gradient.

    Args:
        matrices: Parameters.
        p: Of the weights of each, from 0 to less than 1, drawn anew.

    Source: S. Merity, N. S. Keskar and R. Socher, "Regularizing and optimizing LSTM language
    models", arXiv:1708.02182v1, section 2.
    """
    saved = [(m, m.detach().clone(), dropout(torch.ones_like(m), p)) for m in matrices if p]
    with torch.no_grad():
        for matrix, _, mask in saved:
            matrix.mul_(mask)
    try:
        yield
    finally:
        with torch.no_grad():
            for matrix, weights, mask in saved:
                matrix.copy_(weights)
                if matrix.grad is not None:
                    matrix.grad.mul_(mask)


def train_language_model(
    model: nn.Module,
    ids: Int[np.ndarray, " N"],
    settings: StreamSettings,
    report: Callable[[int, float], None] | None = None,
    checkpoint: Checkpoint | None = None,
    task: Callable[[Tensor, Tensor], tuple[Tensor, Tensor]] = lambda x, targets: (x, targets),
) -> list[float]:
    """Train by truncated backpropagation through time, as a rule with a carried state.

    Args:
        model: Trained in place: a `LanguageModel`, or another that is called like one and has no
            recurrent weights to drop.
        ids: The text.
        settings: How.
        report: Called after every update with its number, from 1, and its loss; see `fit`.
        checkpoint: Where the run is kept, to be taken up again; it goes on to the last bit as if it
            had not been stopped.
        task: Makes, of a window and the characters that come next, what is read and what is to be
            said, `T B` each; a target of -100 does not count.

    Returns:
        The loss of every update, in nats per character that counts.

    Raises:
        ValueError: If a state that grows should be carried, or weights be dropped where none recur.
    """
    if settings.weight_drop and not hasattr(model, "recurrent"):
        raise ValueError("This model has no recurrent weights to drop: weight_drop must be 0.")
    torch.manual_seed(settings.seed)
    model.train()
    extra_state: dict[str, State] = {} if checkpoint is None else checkpoint.extra_state
    n_read = 0
    shifted = np.roll(ids, -settings.seed * 7919)  # streams begin elsewhere for every seed
    stream = stream_windows(shifted, settings.B, settings.T)

    def compute_loss(update: int) -> float:
        nonlocal n_read
        *window, is_first = next(islice(stream, update - n_read, None))  # a resumed run skips ahead
        (x, targets), n_read = task(*window), update + 1
        starts_anew = is_first or not settings.stateful
        matrices = recurrent_matrices(model) if settings.weight_drop else []
        with drop_weights(matrices, settings.weight_drop):
            with torch.autocast("cpu", torch.bfloat16, enabled=settings.bfloat16):
                logits, state = model(x, None if starts_anew else extra_state["state"])
            if settings.stateful:
                if isinstance(state, tuple) and isinstance(state[0], tuple):
                    raise ValueError("A transformer's state would grow: it needs stateful=False.")
                extra_state["state"] = detach_state(state)
            nats = nn.functional.cross_entropy(logits.float().flatten(0, 1), targets.flatten())
            nats.backward()
        return nats.item()

    def make_schedule(optimizer: Optimizer) -> LambdaLR:
        factor = partial(lr_factor, updates=settings.updates, min_factor=settings.min_lr_factor)
        return LambdaLR(optimizer, factor)

    adam = AdamW(
        model.parameters(),
        settings.learning_rate,
        betas=(0.9, 0.98),
        weight_decay=settings.weight_decay,
    )
    losses = fit(
        model.parameters(),
        compute_loss,
        settings.updates,
        max_grad_norm=settings.max_grad_norm,
        schedule=make_schedule,
        optimizers=[adam],
        checkpoint=checkpoint,
        report=report,
    )
    model.eval()
    return losses
