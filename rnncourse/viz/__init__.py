"""The one door to matplotlib, IPython and glue: figures, cards, numbers in prose."""

from rnncourse.viz.cards import claim_card
from rnncourse.viz.figures import say, show
from rnncourse.viz.live import live_model
from rnncourse.viz.shapes import shapes_explorer
from rnncourse.viz.stepper import bptt_stepper
from rnncourse.viz.text import source, table
from rnncourse.viz.unfolding import unfolding_stepper

__all__ = [
    "bptt_stepper",
    "claim_card",
    "live_model",
    "say",
    "shapes_explorer",
    "show",
    "source",
    "table",
    "unfolding_stepper",
]
