"""The one door to matplotlib, IPython and glue: figures, cards, numbers in prose."""

from rnncourse.viz.cards import claim_card
from rnncourse.viz.figures import say, show
from rnncourse.viz.text import source, table

__all__ = [
    "claim_card",
    "say",
    "show",
    "source",
    "table",
]
