"""One network for all shapes: windows see their steps, states all before, and tasks cut right."""

import pytest
import torch

from rnncourse.models.sequence import SequenceBatch, SequenceModel

IDS = torch.randint(1, 8, (12, 3), generator=torch.Generator().manual_seed(0))


def make_model(cell, **options):
    torch.manual_seed(1)
    return SequenceModel(8, 4, H=16, cell=cell, E=6, **options).double()


def find_changed_answers(model, at):
    """Tell which steps answer differently when one input is another."""
    changed = IDS.clone()
    changed[at] = (changed[at] + 1) % 8
    gap = (model(IDS)[0] - model(changed)[0]).abs().amax((1, 2))
    return [t for t in range(len(IDS)) if gap[t] > 0]


@pytest.mark.parametrize("k", [1, 2, 5])
def test_a_window_ends_with_its_step_and_has_so_many(k):
    assert find_changed_answers(make_model(k), 4) == list(range(4, 4 + k))


@pytest.mark.parametrize("cell", ["rnn", "gru", "lstm"])
def test_a_state_reaches_from_its_step_to_the_end(cell):
    assert find_changed_answers(make_model(cell), 4) == list(range(4, 12))


@pytest.mark.parametrize("cell", ["rnn", "gru", "lstm"])
def test_reading_in_two_pieces_gives_the_same_states(cell):
    model = make_model(cell)
    at_once, _ = model(IDS)
    _, between = model(IDS[:5])
    torch.testing.assert_close(model(IDS[5:], between)[0], at_once[5:])


def test_several_ids_are_the_sum_of_their_embeddings_and_0_is_none():
    model = make_model("gru", read="ids")
    single, padded = IDS[..., None], torch.stack([IDS, torch.zeros_like(IDS)], -1)
    torch.testing.assert_close(model(single)[0], model(padded)[0])
    swapped = torch.stack([torch.zeros_like(IDS), IDS], -1)
    torch.testing.assert_close(model(swapped)[0], model(single)[0])


def test_vectors_are_read_too():
    model = SequenceModel(5, 4, read="vector")
    assert model(torch.zeros(7, 2, 5))[0].shape == (7, 2, 4)


def test_a_part_of_a_task_has_the_steps_it_needs():
    loss_mask = torch.zeros(12, 3, dtype=torch.bool)
    loss_mask[2, 0] = loss_mask[7, 1] = loss_mask[11, 2] = True
    task = SequenceBatch(IDS, IDS, loss_mask)
    part = task.select(torch.tensor([1, 0]))
    assert len(task) == 3
    assert part.inputs.shape == (8, 2)
    assert part.loss_mask.nonzero().tolist() == [[2, 1], [7, 0]]


@pytest.mark.parametrize("cell", ["transformer", 0, -1])
def test_an_unknown_cell_raises(cell):
    with pytest.raises(ValueError, match=r"no cell .* rnn, gru, lstm, and windows: 1, 2"):
        SequenceModel(8, 4, cell=cell)
