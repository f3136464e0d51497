"""Clips of digits: the picture shows the digit where the labels say that it went."""

import warnings

import numpy as np
import pytest

from rnncourse.data import clips as clips_module
from rnncourse.data.clips import DIRECTIONS, load_digit_images, sample_clips
from rnncourse.data.splits import DataWarning


@pytest.fixture(scope="module")
def clip_images():
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # the images are the pinned ones
        return load_digit_images()


def sample_example_clips(images, B=300, T=12, noise=0.0, seed=0):
    return sample_clips(np.random.default_rng(seed), images, B, T, noise)


def find_corners(frames, image):
    """All corners where an image alone makes the frame."""
    corners = [(r, c) for r in range(9) for c in range(9)]
    canvas = np.zeros((len(corners), 16, 16))
    for k, (r, c) in enumerate(corners):
        canvas[k, r : r + 8, c : c + 8] = image
    return [{corners[k] for k in np.flatnonzero((canvas == f).all((1, 2)))} for f in frames]


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_no_image_is_in_two_parts_and_none_is_lost(seed):
    sets = [{image.tobytes() for image in part} for part in vars(load_digit_images(seed)).values()]
    assert sum(map(len, sets)) == len(set.union(*sets)) == 1797
    assert np.allclose([len(part) / 1797 for part in sets], [0.8, 0.1, 0.1], atol=0.03)


def test_pixels_go_from_paper_to_ink(clip_images):
    for part in vars(clip_images).values():
        assert part.dtype == np.float32
        assert (part.min(), part.max()) == (0, 1)


def test_the_digit_moves_along_the_directions(clip_images):
    clips = sample_example_clips(clip_images.test, B=40)
    for b in range(40):
        complete = [x for x in clip_images.test if find_corners(clips.frames[:1, b], x)[0]]
        corners = find_corners(clips.frames[:, b], complete[0])
        assert len(complete) == 1
        for t in range(1, 12):
            step = clips.directions[t, b] - 1
            assert {(r, c + step) for r, c in corners[t - 1]} & corners[t]


def find_ink_columns(clips):
    """The center of the ink, from left to right, without noise."""
    ink = clips.frames.sum(axis=2, dtype=np.float64)
    return (ink * np.arange(16)).sum(axis=-1) / ink.sum(axis=-1)


def test_the_center_of_the_ink_moves_as_labeled(clip_images):
    clips = sample_example_clips(clip_images.train, B=500)
    np.testing.assert_allclose(
        np.diff(find_ink_columns(clips), axis=0), clips.directions[1:] - 1, atol=1e-5
    )
    assert (clips.directions[0] == DIRECTIONS.index("still")).all()


def test_a_digit_never_leaves_the_frame_and_reaches_both_walls(clip_images):
    ink = clip_images.train.sum(axis=(1, 2))
    clips = sample_example_clips(clip_images.train[ink > 0], B=500, T=40)
    assert clips.frames.sum(axis=(2, 3)).std(axis=0).max() < 1e-4
    place = np.cumsum(clips.directions - 1, axis=0)
    reach = place.max(axis=0) - place.min(axis=0)
    assert reach.max() == 8


def test_directions_are_uniform_at_a_step_and_persist_over_steps(clip_images):
    steps = sample_example_clips(clip_images.train, B=5000).directions[1:]
    shares = np.bincount(steps.ravel(), minlength=3) / steps.size
    assert np.allclose(shares, 1 / 3, atol=0.02)
    again = (steps[1:] == steps[:-1]).mean()
    assert 0.7 < again < 3 / 4 + 1 / 12  # without walls it would be 3/4 + 1/4 * 1/3


def test_noise_is_added_to_every_pixel(clip_images):
    clean = sample_example_clips(clip_images.train, noise=0.0)
    noisy = sample_example_clips(clip_images.train, noise=0.1)
    np.testing.assert_array_equal(clean.directions, noisy.directions)
    noise = noisy.frames - clean.frames
    assert noise.std() == pytest.approx(0.1, rel=0.01)
    assert abs(noise.mean()) < 1e-3
    assert (noise != 0).mean() > 0.999


def test_the_generator_decides_everything(clip_images):
    first, same, changed = (
        sample_example_clips(clip_images.train, B=20, noise=0.1, seed=seed) for seed in (0, 0, 1)
    )
    np.testing.assert_array_equal(first.frames, same.frames)
    np.testing.assert_array_equal(first.directions, same.directions)
    assert not np.array_equal(first.directions, changed.directions)


def test_clips_have_their_shape_and_type(clip_images):
    clips = sample_example_clips(clip_images.train, B=3, T=1)
    assert (clips.frames.shape, clips.frames.dtype) == ((1, 3, 16, 16), np.float32)
    assert clips.directions.shape == (1, 3)


@pytest.mark.parametrize(("B", "T", "N"), [(0, 12, 5), (3, 0, 5), (3, 12, 0)])
def test_a_size_of_0_is_refused(clip_images, B, T, N):
    with pytest.raises(ValueError, match=f"must be 1 or more; got {B}, {T}, {N}"):
        sample_example_clips(clip_images.train[:N], B=B, T=T)


def test_other_images_are_announced_in_one_sentence_and_used(monkeypatch):
    monkeypatch.setattr(clips_module, "PINNED_SHA256", "0" * 64)
    with pytest.warns(DataWarning, match=r"^These digit images are not .*scikit-learn \d"):
        assert len(load_digit_images().train) == 1438
