"""Training on any shape: only answers count, seeds decide, and writing feeds back."""

import pytest
import torch

from rnncourse.models.sequence import SequenceBatch, SequenceModel
from rnncourse.training.sequence import (
    TrainingSettings,
    answer_accuracy,
    find_correct_targets,
    generate_answers,
    sequence_nll,
    train_sequence_model,
)


def copy_task(T=6, B=64):
    """Repeat the first symbol at the last step."""
    ids = torch.randint(0, 4, (T, B), generator=torch.Generator().manual_seed(0))
    answers = torch.zeros(T, B, dtype=torch.bool)
    answers[-1] = True
    return SequenceBatch(ids, ids[:1].expand(T, B), answers)


def make_model():
    return SequenceModel(4, 4, H=24, cell="gru", E=8)


def test_targets_without_a_mark_change_no_loss():
    task, model = copy_task(), make_model().eval()
    other = SequenceBatch(task.inputs, torch.where(task.loss_mask, task.targets, 3), task.loss_mask)
    torch.testing.assert_close(sequence_nll(model, task), sequence_nll(model, other))
    expected = torch.nn.functional.cross_entropy(model(task.inputs)[0][-1], task.targets[-1])
    torch.testing.assert_close(sequence_nll(model, task), expected)
    assert not find_correct_targets(model, task)[:-1].any()
    assert answer_accuracy(model, task) == find_correct_targets(model, task)[-1].float().mean()


def test_training_learns_a_copy_task_and_repeats_by_seed():
    task, losses = copy_task(), []
    model = train_sequence_model(
        make_model, task, TrainingSettings(250, 32, 1e-2), lambda n, loss: losses.append((n, loss))
    )
    assert [n for n, _ in losses] == list(range(1, 251))
    assert answer_accuracy(model, task) > 0.95
    again = train_sequence_model(make_model, task, TrainingSettings(20, 32, 1e-2))
    same = train_sequence_model(make_model, task, TrainingSettings(20, 32, 1e-2))
    other = train_sequence_model(make_model, task, TrainingSettings(20, 32, 1e-2, seed=1))
    assert sequence_nll(again, task) == sequence_nll(same, task) != sequence_nll(other, task)


class Counter(torch.nn.Module):
    """Answers the input plus one, with certainty; its state counts the steps."""

    def forward(self, inputs, state=None):
        logits = torch.nn.functional.one_hot((inputs + 1) % 7, 7).float()
        return logits, (state or 0) + len(inputs)


@pytest.mark.parametrize("max_length", [3, 10])
def test_answers_are_fed_back_until_the_end(max_length):
    actual = generate_answers(
        Counter(), torch.tensor([[0, 9], [2, 4]]) % 7, eos_id=6, max_length=max_length
    )
    expected = torch.tensor([[3, 4, 5, 6, 6, 6, 6, 6, 6, 6], [5, 6, 6, 6, 6, 6, 6, 6, 6, 6]]).T
    torch.testing.assert_close(actual, expected[:max_length])
