"""Frame-level video: a digit moves through a noisy frame; every frame gets a direction.

A sequence of images goes in, a label for each of them comes out. One frame
shows where the digit is; only the frames before tell where it came from.

Source: the images are real handwritten digits, scikit-learn's `load_digits`:
the test part of "Optical Recognition of Handwritten Digits" by E. Alpaydin and
C. Kaynak, UCI Machine Learning Repository (CC BY 4.0), read from the installed
package. The motion is generated, so there is no end of clips.
"""

import hashlib
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from rnncourse.data.splits import check_pinned, split_items

DIRECTIONS = ("left", "still", "right")
FRAME = 16
SIDE = 8
TURN_PROBABILITY = 0.25
PINNED_SHA256 = "9660f26bfefacaabb1c93ec6c7208456d82dda5376ddc9293431d8f0f85d56a5"


@dataclass(frozen=True)
class DigitImages:
    """Real digits, 8 by 8 pixels from 0 (paper) to 1 (ink); no image is in two parts.

    Args:
        train: Images for clips to fit on: about 80 %, `N 8 8`.
        valid: Images for clips to choose settings on: about 10 %.
        test: Images for clips that are only ever scored: about 10 %.
    """

    train: Float[np.ndarray, "train 8 8"]
    valid: Float[np.ndarray, "valid 8 8"]
    test: Float[np.ndarray, "test 8 8"]


@dataclass(frozen=True)
class Clips:
    """A batch of clips. All are of one length, so there is no padding and no mask.

    Args:
        frames: Pixels, 0 to 1 before the noise; `T B 16 16`, `float32`.
        directions: The last step of the digit in every frame, as a place in
            `DIRECTIONS`; `T B`. Nothing has moved in the first frame: still.
    """

    frames: Float[np.ndarray, "T B 16 16"]
    directions: Int[np.ndarray, "T B"]


def load_digit_images(seed: int = 0) -> DigitImages:
    """Return the 1,797 digit images of scikit-learn, in three parts.

    The part is read off a hash of the pixels.

    Args:
        seed: Which division; the course uses 0, 1 and 2.

    Returns:
        The images.

    Warns:
        DataWarning: If the images are not those that the recorded numbers were
            measured on, because another version of scikit-learn is installed.

    >>> images = load_digit_images()
    >>> len(images.train), len(images.valid), len(images.test)
    (1438, 182, 177)
    """
    from sklearn.datasets import load_digits  # takes a second, and only this function needs it

    images = load_digits().images
    hashes = [hashlib.sha256(image.astype(np.uint8).tobytes()).hexdigest() for image in images]
    check_pinned("digit images", hashes, PINNED_SHA256, ["scikit-learn"])
    parts = split_items(range(len(images)), hashes.__getitem__, seed)
    return DigitImages(*((images[list(part)] / 16).astype(np.float32) for part in parts))


def sample_clips(
    rng: np.random.Generator,
    images: Float[np.ndarray, "N 8 8"],
    B: int,
    T: int = 12,
    noise: float = 0.1,
) -> Clips:
    """Draw clips: one image a clip, moving left or right by one pixel a frame, or not at all.

    Before each step the digit changes its mind with probability 1/4 and draws
    one of the three directions anew. Where it would leave the frame it bounces:
    it turns round and steps back. Its row stays the same.

    Args:
        rng: Where images, places, directions and noise come from.
        images: The images to draw from: one part of `load_digit_images`.
        B: How many clips.
        T: How many frames.
        noise: Standard deviation of the normal noise on every pixel; ink is 1.

    Returns:
        Frames and directions.

    Raises:
        ValueError: If B or T is below 1, or there is no image.

    >>> clips = sample_clips(np.random.default_rng(0), load_digit_images().train, B=500)
    >>> clips.frames.shape, clips.directions.shape
    ((12, 500, 16, 16), (12, 500))
    >>> shares = np.bincount(clips.directions[1:].ravel()) / clips.directions[1:].size
    >>> dict(zip(DIRECTIONS, shares.round(2).tolist()))
    {'left': 0.34, 'still': 0.35, 'right': 0.32}
    """
    if B < 1 or T < 1 or len(images) == 0:
        raise ValueError(
            f"B, T and the number of images must be 1 or more; got {B}, {T}, {len(images)}."
        )
    digits = images[rng.integers(len(images), size=B)]
    row = rng.integers(FRAME - SIDE + 1, size=B)
    columns = np.empty((T, B), np.int64)
    columns[0] = rng.integers(FRAME - SIDE + 1, size=B)
    steps = np.zeros((T, B), np.int64)
    new_headings = rng.integers(-1, 2, size=(T, B))
    turns = rng.random((T, B)) < TURN_PROBABILITY
    heading = new_headings[0]
    for t in range(1, T):
        heading = np.where(turns[t], new_headings[t], heading)
        ahead = columns[t - 1] + heading
        heading = np.where((ahead < 0) | (ahead > FRAME - SIDE), -heading, heading)
        steps[t], columns[t] = heading, columns[t - 1] + heading
    frames = rng.normal(0, noise, (T, B, FRAME, FRAME)).astype(np.float32)
    pixels = np.arange(SIDE)
    window = (
        np.arange(T)[:, None, None, None],
        np.arange(B)[:, None, None],
        row[:, None, None] + pixels[:, None],
        columns[..., None, None] + pixels,
    )
    frames[window] += digits
    return Clips(frames, steps + 1)
