"""Training and scoring a network on a task of any shape."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor, nn

from rnncourse.models.sequence import SequenceBatch, SequenceModel
from rnncourse.training.fit import fit, one_cycle_schedule


@dataclass(frozen=True)
class TrainingSettings:
    """How a model is trained.

    Args:
        updates: How many.
        B: Sequences a batch.
        learning_rate: The highest; it warms up over a tenth of the updates and falls to 0 along a
            cosine.
        max_grad_norm: Largest norm of a gradient.
        seed: Of weights and order.
    """

    updates: int = 600
    B: int = 64
    learning_rate: float = 5e-3
    max_grad_norm: float = 1.0
    seed: int = 0


def sequence_nll(model: SequenceModel, task: SequenceBatch) -> Float[Tensor, ""]:
    """Return the mean negative log-likelihood of the answers that count, in nats."""
    logits, _ = model(task.inputs)
    return nn.functional.cross_entropy(logits[task.loss_mask], task.targets[task.loss_mask])


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
        max_grad_norm=settings.max_grad_norm,
        schedule=one_cycle_schedule(settings.learning_rate, settings.updates, warm_up=0.1),
        report=report,
    )
    return model.eval()


@torch.no_grad()
def find_correct_targets(model: SequenceModel, task: SequenceBatch) -> Bool[Tensor, "T B"]:
    """Tell which answers that count are right; False where none counts."""
    logits, _ = model(task.inputs)
    return (logits.argmax(-1) == task.targets) & task.loss_mask


def answer_accuracy(model: SequenceModel, task: SequenceBatch) -> float:
    """Return the share of right answers among those that count."""
    return float(find_correct_targets(model, task).sum() / task.loss_mask.sum())


@torch.no_grad()
def generate_answers(
    model: nn.Module, inputs: Int[Tensor, "T B"], eos_id: int, max_length: int
) -> Int[Tensor, "S B"]:
    """Let a network answer after its input has ended, feeding each answer back.

    Args:
        model: It reads and writes the same ids.
        inputs: All of one length; the last is the sign that it is to answer.
        eos_id: The id that ends an answer.
        max_length: Longest answer.

    Returns:
        The likeliest id of every step; after `eos_id` only `eos_id`.
    """
    answers, state = [], None
    is_done = torch.zeros(inputs.shape[1], dtype=torch.bool)
    for _ in range(max_length):
        logits, state = model(inputs, state)
        likeliest = torch.where(is_done, eos_id, logits[-1].argmax(-1))
        answers.append(likeliest)
        is_done = is_done | (likeliest == eos_id)
        inputs = likeliest[None]
    return torch.stack(answers)
