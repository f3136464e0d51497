"""Training and scoring a recurrent language model."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor, nn
from torch.optim import Optimizer
from torch.optim.lr_scheduler import LambdaLR

from rnncourse.models.language import LanguageModel
from rnncourse.models.sequence import State, detach
from rnncourse.training.fit import fit


@dataclass(frozen=True)
class StreamSettings:
    """How a language model is trained; the budget is in updates, not in seconds.

    Args:
        updates: Number of steps of the optimizer.
        B: Streams that are read side by side.
        T: Characters of a stream that one update sees: gradients go no further back.
        learning_rate: Adam's at its highest; it warms up, then falls like a cosine.
        clip: Largest norm of the gradient.
        seed: Of the initialization, of dropout, and of where the streams begin.
    """

    updates: int
    B: int = 32
    T: int = 64
    learning_rate: float = 4e-3
    clip: float = 1.0
    seed: int = 0


def windows(ids: Int[np.ndarray, " N"], B: int, T: int) -> Iterator[tuple[Tensor, Tensor, bool]]:
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


def share_of_rate(update: int, updates: int) -> float:
    """Return the learning rate of an update over the highest.

    100 updates of warm-up, then half a cosine down to a fiftieth.

    >>> [round(float(share_of_rate(update, 1000)), 3) for update in (0, 99, 500, 999)]
    [0.01, 0.976, 0.51, 0.02]
    """
    warm = min(1.0, (update + 1) / max(1, min(100, updates)))
    fall = 0.5 * (1 + np.cos(np.pi * update / max(1, updates)))
    return warm * (0.02 + 0.98 * fall)


def train(
    model: LanguageModel,
    ids: Int[np.ndarray, " N"],
    settings: StreamSettings,
    report: Callable[[int, float], None] | None = None,
) -> list[float]:
    """Train by truncated backpropagation through time with a carried state.

    Args:
        model: Trained in place.
        ids: The text.
        settings: How.
        report: Called after every update with its number, from 1, and its loss; see `fit`.

    Returns:
        The loss of every update, in nats per character.
    """
    torch.manual_seed(settings.seed)
    model.train()
    state: State | None = None
    shifted = np.roll(ids, -settings.seed * 7919)  # streams begin elsewhere for every seed
    stream = windows(shifted, settings.B, settings.T)

    def loss(_: int) -> Tensor:
        nonlocal state
        x, targets, begins = next(stream)
        logits, state = model(x, None if begins else state)
        state = detach(state)
        return nn.functional.cross_entropy(logits.flatten(0, 1), targets.flatten())

    def schedule(optimizer: Optimizer) -> LambdaLR:
        return LambdaLR(optimizer, partial(share_of_rate, updates=settings.updates))

    losses = fit(
        model.parameters(),
        loss,
        settings.updates,
        settings.learning_rate,
        clip=settings.clip,
        schedule=schedule,
        betas=(0.9, 0.98),
        report=report,
    )
    model.eval()
    return losses


def probs(
    model: LanguageModel, ids: Int[np.ndarray, " N"], chunk: int = 2000
) -> Float[np.ndarray, " N"]:
    """Return the probability of every character of a text, given all before it.

    Args:
        model: In evaluation mode or not; dropout is off either way.
        ids: The text. As for n-grams, a newline (index 0) stands before its beginning.
        chunk: Characters read at once; the state is carried from one to the next.
    """
    targets, found, t = torch.from_numpy(ids), [], 0
    for log_probs in read_through(model, ids, chunk):
        chosen = targets[t : t + len(log_probs), None]
        found.append(log_probs.gather(1, chosen)[:, 0].exp())
        t += len(log_probs)
    return torch.cat(found).double().numpy()


def read_through(
    model: LanguageModel, ids: Int[np.ndarray, " N"], chunk: int = 2000
) -> Iterator[Float[Tensor, "C V"]]:
    """Read a text once, a newline before it, and carry the state from chunk to chunk.

    Yields:
        The log-probabilities of all characters at each place of a chunk. Dropout is off while a
        chunk is read; between two chunks, where a caller may stop, the model's mode is as it was.
    """
    inputs, state = torch.from_numpy(np.r_[0, ids[:-1]]), None
    for t in range(0, len(ids), chunk):
        training = model.training
        model.eval()
        try:
            with torch.no_grad():
                logits, state = model(inputs[t : t + chunk, None], state)
        finally:
            model.train(training)
        yield logits[:, 0].log_softmax(-1)


def dynamic_probs(
    model: LanguageModel, ids: Int[np.ndarray, " N"], learning_rate: float = 1e-3, T: int = 32
) -> Float[np.ndarray, " N"]:
    """Score a text while learning from it: predict T characters, then train on them once.

    Args:
        model: Changed in place; give a copy.
        ids: The text, a newline before its beginning.
        learning_rate: Adam's, without momentum.
        T: Characters between two updates; each is predicted before it is learned.

    Returns:
        The probability of every character, before the model was trained on it.

    Source: B. Krause and others, "Dynamic evaluation of neural sequence models",
    arXiv:1709.07432v2, with Adam in the place of their update rule.
    """
    model.eval()
    optimizer = torch.optim.Adam(model.parameters(), learning_rate, betas=(0.0, 0.99))
    inputs, targets = torch.from_numpy(np.r_[0, ids[:-1]]), torch.from_numpy(ids)
    state, found = None, []
    for t in range(0, len(ids), T):
        logits, state = model(inputs[t : t + T, None], state)
        state = detach(state)
        losses = nn.functional.cross_entropy(logits[:, 0], targets[t : t + T], reduction="none")
        found.append((-losses.detach()).exp())
        optimizer.zero_grad()
        losses.mean().backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
    return torch.cat(found).double().numpy()


class Reader:
    """A language model as `next_probs`: from the characters so far to the next one's distribution.

    The states after the last texts are kept, so a text that grows by a character costs one step,
    and so does one that is taken up again where it stood a few calls ago. A newline (index 0)
    stands before the beginning.

    Args:
        model: In evaluation mode.
    """

    KEPT = 32
    """States that are kept."""

    def __init__(self, model: LanguageModel) -> None:
        self.model = model
        self._read = np.empty(0, np.int64)
        self._states: list[tuple[int, State]] = []  # after how many characters

    @torch.no_grad()
    def __call__(self, context: Int[np.ndarray, " T"]) -> Float[np.ndarray, " V"]:
        """Return the distribution of the character after `context`."""
        text = np.r_[0, context].astype(np.int64)
        both = min(len(text), len(self._read))
        differ = np.flatnonzero(text[:both] != self._read[:both])
        same = min(int(differ[0]) if len(differ) else both, len(text) - 1)
        self._states = [kept for kept in self._states[-self.KEPT :] if kept[0] <= same]
        known, state = self._states[-1] if self._states else (0, None)
        logits, state = self.model(torch.from_numpy(text[known:, None]), state)
        self._read = text
        self._states.append((len(text), state))
        return logits[-1, 0].double().softmax(-1).numpy()
