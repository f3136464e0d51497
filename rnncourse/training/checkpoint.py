"""A long training run on disk, so that one that was stopped goes on where it stood."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from torch.optim import Optimizer
from torch.optim.lr_scheduler import LRScheduler

from rnncourse.core.files import open_atomically


@dataclass
class Checkpoint:
    """Where a run is kept, and what it carries from update to update beside its parameters.

    Args:
        path: The file.
        every: After how many updates it is written again.
        extra_state: Tensors, numbers, and tuples, lists and dictionaries of these: what the loss or
            whoever looks on needs to go on, such as the state of a network between two windows.
    """

    path: Path
    every: int = 200
    extra_state: dict[str, Any] = field(default_factory=dict)

    def resume(
        self, parameters: Sequence[Tensor], stateful_objects: Sequence[Optimizer | LRScheduler]
    ) -> list[float]:
        """Put a run that was kept back into its parameters, optimizers and schedulers.

        Args:
            parameters: Changed in place, as are the generator of random numbers and `extra_state`.
            stateful_objects: The optimizers and schedulers, in the order that they were kept in.

        Returns:
            The losses until then, one an update; none if nothing was kept.
        """
        if not self.path.exists():
            return []
        stored = torch.load(self.path, weights_only=True)
        with torch.no_grad():
            for parameter, value in zip(parameters, stored["parameters"], strict=True):
                parameter.copy_(value)
        for item, state in zip(stateful_objects, stored["parts"], strict=True):
            item.load_state_dict(state)
        torch.set_rng_state(stored["rng"])
        self.extra_state.update(stored["extra_state"])
        return stored["losses"]

    def save(
        self,
        parameters: Sequence[Tensor],
        stateful_objects: Sequence[Optimizer | LRScheduler],
        losses: list[float],
    ) -> None:
        """Write the run, whole or not at all, if it is time to; see `resume`."""
        if len(losses) % self.every:
            return
        state = {
            "parameters": [parameter.detach() for parameter in parameters],
            "parts": [item.state_dict() for item in stateful_objects],
            "rng": torch.get_rng_state(),
            "extra_state": self.extra_state,
            "losses": losses,
        }
        with open_atomically(self.path) as file:
            torch.save(state, file)
