"""What chapter 9 measures."""

from functools import partial, update_wrapper

from rnncourse.chapters.ch09_bidirectional.deep import DEPTH_KINDS
from rnncourse.chapters.ch09_bidirectional.other_experiments import (
    measure_depth,
    measure_ends,
    measure_prices,
    measure_prices_beyond,
)
from rnncourse.chapters.ch09_bidirectional.spelling_experiments import (
    measure_counts,
    measure_directions,
    measure_sounds,
)

EXPERIMENTS = {
    "sounds": measure_sounds,
    "counts": measure_counts,
    "directions": measure_directions,
    "prices": measure_prices,
    "prices_beyond": measure_prices_beyond,
    "ends": measure_ends,
    **{
        f"depth_{name.replace(' ', '_')}": update_wrapper(
            partial(measure_depth, name), measure_depth
        )
        for name in DEPTH_KINDS
    },
}
"""What `make measure` runs: by section of the record."""
