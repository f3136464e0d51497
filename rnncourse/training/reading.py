"""Reading with a recurrent language model that is trained: probabilities of what comes next."""

import math
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor, nn

from rnncourse.models.language import LanguageModel
from rnncourse.models.sequence import State, detach_state


@contextmanager
def _evaluation_mode(model: LanguageModel) -> Iterator[None]:
    """Read without dropout and without gradients; the model's mode comes back, errors or not."""
    training = model.training
    model.eval()
    try:
        with torch.no_grad():
            yield
    finally:
        model.train(training)


def predict_probs(
    model: LanguageModel, ids: Int[np.ndarray, " N"], chunk: int = 2000
) -> Float[np.ndarray, " N"]:
    """Return the probability of every character of a text, given all before it.

    Args:
        model: In evaluation mode or not; dropout is off either way.
        ids: The text. As for n-grams, a newline (index 0) stands before its beginning.
        chunk: Characters read at once; the state is carried from one to the next.
    """
    targets, chunks, t = torch.from_numpy(ids), [], 0
    for log_probs in iter_log_probs(model, ids, chunk):
        chosen = targets[t : t + len(log_probs), None]
        chunks.append(log_probs.gather(1, chosen)[:, 0].exp())
        t += len(log_probs)
    return torch.cat(chunks).double().numpy()


def iter_log_probs(
    model: LanguageModel, ids: Int[np.ndarray, " N"], chunk: int = 2000
) -> Iterator[Float[Tensor, "C V"]]:
    """Read a text once, a newline before it, and carry the state from chunk to chunk.

    Yields:
        The log-probabilities of all characters at each place of a chunk. Dropout is off while a
        chunk is read; between two chunks, where a caller may stop, the model's mode is as it was.
    """
    inputs, state = torch.from_numpy(np.r_[0, ids[:-1]]), None
    for t in range(0, len(ids), chunk):
        with _evaluation_mode(model):
            logits, state = model(inputs[t : t + chunk, None], state)
        yield logits[:, 0].log_softmax(-1)


def read_in_streams(
    model: LanguageModel, ids: Int[np.ndarray, " N"], streams: int = 8, n_warm_up: int = 1000
) -> Float[Tensor, "N V"]:
    """Read a text in parts side by side: nearly what `iter_log_probs` finds, in less time.

    Args:
        model: In evaluation mode or not; dropout is off.
        ids: The text, a newline before it.
        streams: How many parts; a text of at most `n_warm_up` characters is read in one.
        n_warm_up: Characters before its part that a stream reads first, from a state of zero. The
            state of the pages' networks has forgotten by then how it began.

    Returns:
        The log-probabilities of all characters at each place.
    """
    if len(ids) <= n_warm_up:
        streams = 1
    length = math.ceil((len(ids) + (streams - 1) * n_warm_up) / streams)
    starts = np.minimum(np.arange(streams) * (length - n_warm_up), len(ids) - length)
    inputs = torch.from_numpy(np.r_[0, ids[:-1]][starts + np.arange(length)[:, None]])
    log_probs, state = [], None
    with _evaluation_mode(model):
        for chunk in inputs.split(500):
            logits, state = model(chunk, state)
            log_probs.append(logits.log_softmax(-1))
    bounds = np.r_[0, starts[1:] + n_warm_up, len(ids)]
    spans = zip(torch.cat(log_probs).unbind(1), starts, bounds[:-1], bounds[1:], strict=True)
    return torch.cat([stream[begin - start : end - start] for stream, start, begin, end in spans])


def dynamic_evaluation_probs(
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
    state, chunks = None, []
    for t in range(0, len(ids), T):
        logits, state = model(inputs[t : t + T, None], state)
        state = detach_state(state)
        losses = nn.functional.cross_entropy(logits[:, 0], targets[t : t + T], reduction="none")
        chunks.append((-losses.detach()).exp())
        optimizer.zero_grad()
        losses.mean().backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
    return torch.cat(chunks).double().numpy()


class StreamingReader:
    """A language model as `next_probs`: from the characters so far to the next one's distribution.

    The states after the last texts are kept, so a text that grows by a character costs one step,
    and so does one that is taken up again where it stood a few calls ago. A newline (index 0)
    stands before the beginning.

    Args:
        model: In evaluation mode or not; dropout is off.
    """

    MAX_STATES = 32
    """States that are kept."""

    def __init__(self, model: LanguageModel) -> None:
        self.model = model
        self._read = np.empty(0, np.int64)
        self._states: list[tuple[int, State]] = []  # after how many characters

    def __call__(self, context: Int[np.ndarray, " T"]) -> Float[np.ndarray, " V"]:
        """Return the distribution of the character after `context`."""
        text = np.r_[0, context].astype(np.int64)
        shared = min(len(text), len(self._read))
        differences = np.flatnonzero(text[:shared] != self._read[:shared])
        n_same = min(int(differences[0]) if len(differences) else shared, len(text) - 1)
        self._states = [
            known_state
            for known_state in self._states[-self.MAX_STATES :]
            if known_state[0] <= n_same
        ]
        n_known, state = self._states[-1] if self._states else (0, None)
        with _evaluation_mode(self.model):
            logits, state = self.model(torch.from_numpy(text[n_known:, None]), state)
        self._read = text
        self._states.append((len(text), state))
        return logits[-1, 0].double().softmax(-1).numpy()
