"""The seeds of the ledger's runs: those that may be looked at first, and those that decide.

A threshold is written after trials, so the runs that judge it have seeds that no trial has seen.
The blocks of the ledger stand here; what else a chapter measures may name seeds of its own.
"""

from collections.abc import Sequence

PILOT_SEEDS = tuple(range(10))
"""For trials: learning rates, sizes, and what effect can be expected."""

CONFIRMING = tuple(range(100, 110))
"""For the run that judges a claim; all of them, and each once."""

THIRTY = tuple(range(110, 140))
"""For a run that judges a claim again, where ten left the size of its effect open."""


class SeedError(ValueError):
    """Seeds of the wrong block."""


def require_pilot_seeds(seeds: Sequence[int] = PILOT_SEEDS) -> tuple[int, ...]:
    """Return the seeds of a trial.

    Args:
        seeds: Some of the block, when all would take too long.

    Raises:
        SeedError: If one is no seed for trials.

    >>> require_pilot_seeds([0, 1])
    (0, 1)
    """
    if invalid := [seed for seed in seeds if seed not in PILOT_SEEDS]:
        raise SeedError(
            f"Seed {invalid[0]} is not for trials. "
            f"Try: seeds from {PILOT_SEEDS[0]} to {PILOT_SEEDS[-1]}."
        )
    return tuple(seeds)
