"""Training and scoring a network on a task of any shape."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor, nn
from torch.optim import Optimizer
from torch.optim.lr_scheduler import OneCycleLR

from rnncourse.models.sequence import SequenceBatch, SequenceModel
from rnncourse.training.fit import fit


@dataclass(frozen=True)
class TrainingSettings:
    """How a model is trained.

    Args:
        updates: How many.
        B: Sequences a batch.
        learning_rate: The highest; it warms up over a tenth of the updates and falls to 0 along a
            cosine.
        clip: Largest norm of a gradient.
        seed: Of weights and order.
    """

    updates: int = 600
    B: int = 64
    learning_rate: float = 5e-3
    clip: float = 1.0
    seed: int = 0


def warm_up_cosine(settings: TrainingSettings) -> Callable[[Optimizer], OneCycleLR]:
    """Make the schedule of `TrainingSettings`, for `fit`: a warm-up, then a cosine to 0.

    Args:
        settings: The highest learning rate, and how many updates.

    Returns:
        From an optimizer to its schedule.
    """
    rate, updates = settings.learning_rate, settings.updates
    return lambda optimizer: OneCycleLR(optimizer, rate, updates, pct_start=0.1)


def sequence_nll(model: SequenceModel, task: SequenceBatch) -> Float[Tensor, ""]:
    """Return the mean negative log-likelihood of the answers that count, in nats."""
    logits, _ = model(task.inputs)
    return nn.functional.cross_entropy(logits[task.answers], task.targets[task.answers])


def train_sequence_model(
    make_model: Callable[[], SequenceModel],
    task: SequenceBatch,
    settings: TrainingSettings,
    report: Callable[[int, float], object] | None = None,
) -> SequenceModel:
    """Train a new model on a task.

    Args:
        make_model: Makes the model, after the seed was set.
        task: The training sequences.
        settings: How.
        report: Told the number of every update, from 1, and its loss in nats; see `fit`.

    Returns:
        The model, in evaluation mode.
    """
    torch.manual_seed(settings.seed)
    model = make_model()
    order = torch.empty(0, dtype=torch.long)

    def compute_loss(_: int) -> Tensor:
        nonlocal order
        if len(order) < settings.B:
            order = torch.randperm(len(task))
        indices, order = order[: settings.B], order[settings.B :]
        return sequence_nll(model, task.select(indices))

    fit(
        model.parameters(),
        compute_loss,
        settings.updates,
        settings.learning_rate,
        clip=settings.clip,
        schedule=warm_up_cosine(settings),
        report=report,
    )
    return model.eval()


@torch.no_grad()
def mark_counted_answers(model: SequenceModel, task: SequenceBatch) -> Bool[Tensor, "T B"]:
    """Tell which answers that count are right; False where none counts."""
    logits, _ = model(task.inputs)
    return (logits.argmax(-1) == task.targets) & task.answers


def answer_accuracy(model: SequenceModel, task: SequenceBatch) -> float:
    """Return the share of right answers among those that count."""
    return float(mark_counted_answers(model, task).sum() / task.answers.sum())


@torch.no_grad()
def generate_answers(
    model: nn.Module, inputs: Int[Tensor, "T B"], stop: int, max_length: int
) -> Int[Tensor, "S B"]:
    """Let a network answer after its input has ended, feeding each answer back.

    Args:
        model: It reads and writes the same ids.
        inputs: All of one length; the last is the sign that it is to answer.
        stop: The id that ends an answer.
        max_length: Longest answer.

    Returns:
        The likeliest id of every step; after `stop` only `stop`.
    """
    answers, state = [], None
    is_done = torch.zeros(inputs.shape[1], dtype=torch.bool)
    for _ in range(max_length):
        logits, state = model(inputs, state)
        likeliest = torch.where(is_done, stop, logits[-1].argmax(-1))
        answers.append(likeliest)
        is_done = is_done | (likeliest == stop)
        inputs = likeliest[None]
    return torch.stack(answers)
