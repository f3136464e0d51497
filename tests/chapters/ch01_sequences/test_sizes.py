"""One size, and each by itself: what is measured sees what is planted."""

import pytest
import torch

from rnncourse.chapters.ch01_sequences import sizes
from rnncourse.chapters.ch01_sequences.sizes import WholeClip, dependence, lengths_taken, moving
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


def test_a_whole_clip_has_one_size_and_a_window_any():
    assert lengths_taken(WholeClip()) == 1
    assert lengths_taken(MODELS["clip"](cell=8)) == len(sizes.LENGTHS)
    logits, _ = WholeClip()(torch.zeros(12, 5, 256))
    assert logits.shape == (12, 5, 3)


def test_a_whole_clip_keeps_frames_and_clips_apart():
    """Planted: weights that copy; every output reads its own frame of its own clip."""
    model = WholeClip(T=2, H=2)
    first, _, last = model.layers
    with torch.no_grad():
        for p in model.parameters():
            p.zero_()
        first.weight[0, 0], first.weight[1, 256] = 1, 1  # the first pixel of each frame
        last.weight[0, 0], last.weight[3, 1] = 1, 1
    inputs = torch.zeros(2, 3, 256)
    inputs[0, 1, 0], inputs[1, 2, 0] = 5, -5
    logits, _ = model(inputs)
    assert logits[..., 0].round().tolist() == [[0, 1, 0], [0, 0, -1]]
    assert (logits[..., 1:] == 0).all()
