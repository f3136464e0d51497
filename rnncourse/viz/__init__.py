"""The one door to matplotlib, IPython and glue: figures, cards, numbers in prose."""

from rnncourse.viz.cards import claim_card
from rnncourse.viz.figures import say, show
from rnncourse.viz.live import live_model
from rnncourse.viz.text import source, table

__all__ = ["claim_card", "live_model", "say", "show", "source", "table"]
