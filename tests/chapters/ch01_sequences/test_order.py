"""Shuffles: one for all, or another for each; what they keep and what they destroy."""

import pytest
import torch

from rnncourse.chapters.ch01_sequences import order
from rnncourse.chapters.ch01_sequences.tasks import shuffled
from rnncourse.core.records import Record
from rnncourse.models.sequence import Task


def numbered(T: int = 6, B: int = 40, several: bool = True) -> Task:
    """Return sequences of several lengths that read, and are to answer, the number of the step."""
    steps = torch.arange(T)[:, None].expand(T, B).clone()
    lengths = torch.arange(B) % (T - 1) + 2
    answers = steps < lengths if several else steps == lengths - 1
    return Task(steps, steps.clone(), answers)


@pytest.mark.parametrize("several", [True, False])
def test_one_shuffle_puts_the_same_steps_in_the_same_order(several):
    given = numbered(several=several)
    mixed = order.one_shuffle(given, seed=3)
    lengths = (given.answers * (given.inputs + 1)).max(0).values.tolist()
    whole = mixed.inputs[:, lengths.index(6)].tolist()
    for b, n in enumerate(lengths):
        column = mixed.inputs[:, b].tolist()
        assert column == [t for t in whole if t < n] + list(range(n, 6))
    assert whole != sorted(whole)  # planted: nothing is mixed
    moved = mixed.inputs if several else given.inputs
    assert mixed.targets.equal(moved)  # an answer goes with its input; a single one stays
    assert mixed.answers.equal(given.answers)
    assert order.one_shuffle(given, seed=4).inputs.ne(mixed.inputs).any()


def test_training_and_test_are_shuffled_alike():
    """Planted: `shuffled` takes another order for every sequence."""
    long, short = numbered(T=6), numbered(T=4)
    one = [order.one_shuffle(task, seed=3).inputs for task in (long, short)]
    assert one[0][:4, 0].equal(one[1][:, 0])
    each = shuffled(long, seed=3).inputs
    assert len(each[:, 4::5].unique(dim=1).T) > 1
    assert len(one[0][:, 4::5].unique(dim=1).T) == 1


def test_pixels_are_shuffled_alike_or_each_in_its_way():
    pixels = torch.arange(9.0).expand(1, 20, 9)
    given = Task(pixels, torch.zeros(1, 20, dtype=torch.long), torch.ones(1, 20, dtype=torch.bool))
    one, each = (order.mixed_pixels(given, way, seed=0).inputs[0] for way in order.WAYS)
    assert len(one.unique(dim=0)) == 1
    assert len(each.unique(dim=0)) == 20
    for mixed in (one, each):
        assert mixed.sort().values.equal(pixels[0])
        assert not mixed.equal(pixels[0])


def test_marks_tell_counts_where_a_name_ends():
    """Where the ends say something, marks help: better than the same counts without them."""
    record = Record.load("ch01_sequences")
    fresh = order.marked(0)
    assert fresh == pytest.approx(record.value("marked/language")[0], abs=0.005)
    assert fresh > record.value("baseline/language/counts")[0] + 0.01
