"""From pixels to the places of a map."""

import numpy as np

from rnncourse.grading.writing import question


@question("13-grid", 5, "From pixels to places", "apply", returns="regions")
def on_regions(region):
    """Return the places, 4 by 4 pixels, in which the region has a pixel."""
    return _pool_blocks(np.pad(region, ((2, 0), (2, 0)))[:-2, :-2])


@on_regions.inputs
def _sample_inputs(rng):
    example = np.zeros((8, 12), bool)
    example[0, 6] = True
    yield (example,)
    for g, k in ((2, 3), (3, 3), (4, 2), (5, 4), rng.integers(2, 20, size=2)):
        region = rng.random((4 * g, 4 * k)) < 0.06
        region[1, 6] = region[5, 3] = True
        yield (region,)


@on_regions.property("no more places than pixels")
def _has_no_more_places(arguments, regions):
    """A pixel belongs to one place at most."""
    return regions.sum() <= arguments[0].sum()


def _pool_blocks(region):
    """Say of blocks of 4 by 4 pixels, the first of which begins at pixel 0, whether one is on."""
    height, width = region.shape
    return region.reshape(height // 4, 4, width // 4, 4).any(axis=(1, 3))


on_regions.mistake("Places that begin on their pixel", _pool_blocks)(
    "Your place i stands for the pixels 4i to 4i + 3. It is centered on pixel 4i, so it stands for "
    "4i - 2 to 4i + 1; maps drawn in the other way lie two pixels too far down and right."
)

on_regions.mistake("Rows and columns exchanged", lambda region: on_regions(region).T)(
    "Your map is transposed. The first index counts the rows, from the top."
)

on_regions.mistake("The center pixel alone", lambda region: region[::4, ::4])(
    "You asked for the pixel 4i alone. A place stands for the four pixels around it."
)

on_regions.mistake("Shifted the other way")(
    "You shifted the pixels up and left. Place 0 is centered on pixel 0, half of it beyond the "
    "edge.",
    lambda region: _pool_blocks(np.pad(region, ((0, 2), (0, 2)))[2:, 2:]),
)

on_regions.mistake("Where there is nothing", lambda region: ~on_regions(region))(
    "You marked the places without a pixel of the region."
)


def _slice_each_place(region, before, behind, combine=np.any):
    g, k = np.array(region.shape) // 4
    return np.array(
        [
            [
                combine(region[_cut(4 * i, before, behind), _cut(4 * j, before, behind)])
                for j in range(k)
            ]
            for i in range(g)
        ]
    )


def _cut(center, before, behind):
    return slice(center - before, center + behind)


on_regions.mistake("A slice from a negative place")(
    "Right, except for the first row and column of places. A slice from −2 counts from the end, "
    "and is empty here: begin at `max(4 * i - 2, 0)`.",
    lambda region: _slice_each_place(region, 2, 2),
)

on_regions.mistake("The last pixel of a place left out")(
    "You left out the pixels 4i + 1: a slice leaves its end out.",
    lambda region: _slice_each_place(np.pad(region, ((4, 0), (4, 0))), 2, 1)[1:, 1:],
    lambda region: _slice_each_place(region, 2, 1),
)
