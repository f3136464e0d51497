"""One size, and each by itself: what is measured sees what is planted."""

import pytest
import torch

from rnncourse.chapters.ch01_sequences import sizes
from rnncourse.chapters.ch01_sequences.sizes import dependence, moving
from rnncourse.chapters.ch01_sequences.tasks import MODELS
from rnncourse.core.seeds import PILOT, SeedError
from rnncourse.models.sequence import SequenceModel


class Difference(SequenceModel):
    """Knows which way it went: the ink's center in a frame and in the one before."""

    def __init__(self):
        super().__init__(256, 3, H=1, read="vector")

    def forward(self, inputs, state=None):
        ink = inputs.unflatten(-1, (16, 16)).clamp(0.3).sub(0.3).sum(-2)
        center = (ink * torch.arange(16)).sum(-1) / ink.sum(-1)
        moved = torch.diff(center, dim=0, prepend=center[:1])
        return torch.stack([-moved, 0.5 - moved.abs(), moved], -1), None


@pytest.mark.parametrize("T", [4, 120])
def test_clips_have_the_length_and_a_network_that_knows_is_right(T):
    task = moving(50, T, 100)
    assert task.inputs.shape == (T, 100, 256)
    logits, _ = Difference()(task.inputs)
    right = (logits.argmax(-1) == task.targets)[task.answers].float().mean()
    assert right > 0.9


def test_training_and_test_show_other_images():
    images = [moving(50, 2, 400, part).inputs[0] for part in ("train", "test")]
    nearest = torch.cdist(*images).min()
    assert nearest > 1  # the noise alone differs by about 2.3 between clips of one image


def test_dependence_is_none_for_a_frame_alone_and_seen_where_it_is():
    torch.manual_seed(0)
    assert dependence(MODELS["clip"](cell=1), 50) == 0
    assert dependence(Difference(), 50) > 0.3


def test_every_length_is_measured_on_as_many_frames():
    for T in sizes.LENGTHS:
        assert sizes.FRAMES % T == 0
    found = sizes.by_length(Difference(), 50)
    assert len(found) == len(sizes.LENGTHS)
    assert min(found) > 0.9


def test_a_trial_s_seeds_are_refused():
    with pytest.raises(SeedError):
        sizes.measure_sizes(seeds=PILOT)
