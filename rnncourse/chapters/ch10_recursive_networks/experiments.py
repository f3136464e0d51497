"""What chapter 10 measures."""

import numpy as np

from rnncourse.chapters.ch10_recursive_networks import depth
from rnncourse.chapters.ch10_recursive_networks.tree_experiments import MEASURE_FUNCTIONS
from rnncourse.chapters.ch10_recursive_networks.tree_training import measure_widget
from rnncourse.core.records import Record, provenance
from rnncourse.core.seeds import CONFIRMING

CELL_GAINS = {"tanh": ("tanh", 1.0), "small": ("tanh", 0.7), "lstm": ("lstm", 1.0)}
"""Untrained cells: two rotations; two rotations times 0.7; a Tree-LSTM."""
ROUNDING_TOLERANCE = (
    1e-4,
    "float64, untrained; products that sum in another order differ in the last digits",
)


def measure_leaf_gradient(cell: str, tree: str, seed: int) -> np.ndarray:
    """Return by tau what a gradient leaves at the leaf that gets least, as a power of ten."""
    name, gain = CELL_GAINS[cell]
    return np.array(
        [depth.leaf_gradients(name, gain, tree, tau, [seed])[0].min() for tau in depth.TAUS]
    )


def measure_depth() -> Record:
    """Measure gradients of untrained networks by number of leaves (a minute).

    64 units; the leaf that gets least counts, and of random trees each seed draws one.
    """
    about = {"data": "drawn at random", "seeds": [*CONFIRMING], **provenance()}
    record = Record("ch10_recursive_networks", "depth", about)
    for cell in CELL_GAINS:
        by_tree = {
            tree: np.array([measure_leaf_gradient(cell, tree, seed) for seed in CONFIRMING])
            for tree in depth.TREES
        }
        for tree, decades in by_tree.items():
            record.add(f"gradient/{cell}/{tree}", decades.mean(0), *ROUNDING_TOLERANCE)
    return record


EXPERIMENTS = {"depth": measure_depth, "widget": measure_widget} | MEASURE_FUNCTIONS
"""What `make measure` runs: by section of the record."""
