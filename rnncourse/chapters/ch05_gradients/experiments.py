"""What chapter 5 measures."""

from rnncourse.chapters.ch05_gradients.cliff_experiments import measure_cliff, measure_wall
from rnncourse.chapters.ch05_gradients.clipping_experiments import (
    measure_adam,
    measure_bounds,
    measure_deck_thresholds,
    measure_text,
)
from rnncourse.chapters.ch05_gradients.clock_widget import measure_clock
from rnncourse.chapters.ch05_gradients.growth_experiments import measure_growth_predictors
from rnncourse.chapters.ch05_gradients.information_experiments import measure_digits
from rnncourse.chapters.ch05_gradients.initialization_experiments import (
    measure_adding_50,
    measure_adding_50_beyond,
    measure_gradient_by_gain,
    measure_remedies,
)
from rnncourse.chapters.ch05_gradients.jacobian_experiments import (
    measure_latched,
    measure_over_100_steps,
    measure_radii,
    measure_sizes,
)
from rnncourse.chapters.ch05_gradients.lesson import measure_lesson

EXPERIMENTS = {
    "lesson": measure_lesson,
    "clock": measure_clock,
    "digits": measure_digits,
    "sizes": measure_sizes,
    "radii": measure_radii,
    "deciding": measure_growth_predictors,
    "lasting": measure_over_100_steps,
    "latched": measure_latched,
    "cliff": measure_cliff,
    "wall": measure_wall,
    "text": measure_text,
    "bounds": measure_bounds,
    "printed": measure_deck_thresholds,
    "others": measure_adam,
    "adding_50": measure_adding_50,
    "adding_50_beyond": measure_adding_50_beyond,
    "reaching": measure_gradient_by_gain,
    "remedies": measure_remedies,
}
"""What `make measure` runs: by section of the record."""
