"""How many matrix products must wait for one another, counted while PyTorch computes.

Products that do not need each other's results can be computed at the same time, given enough
processors. Computed in the order that is written, the longest chain of products in which each needs
the one before takes its time however many processors there are; another order may have a shorter
one. It is a count: the same on every machine.
"""

import numpy as np
from torch import Tensor, nn
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

from rnncourse.chapters.ch03_recurrence.kinds import KINDS, batch
from rnncourse.data.running import SYMBOLS
from rnncourse.models.recurrences import Recurrence

PRODUCTS = {"mm", "addmm", "bmm", "baddbmm", "mv", "addmv"}
WAYS = {
    "teacher_forced": ("output recurrence", False),
    "free_running": ("output recurrence", True),
    "hidden": ("hidden recurrence, tanh", False),
}


class Waiting(TorchDispatchMode):
    """Inside this context every operation, forward and backward, is followed.

    What is followed is memory: what an operation writes has behind it what it reads had.

    >>> import torch
    >>> a = torch.eye(2)
    >>> with Waiting() as waiting:
    ...     b, c = a @ a, a @ a
    ...     d = torch.tanh(b @ c)
    >>> waiting.chain(d), waiting.chain(c)
    (2, 1)
    """

    def __init__(self):
        super().__init__()
        self._chains: dict[int, int] = {}
        self._alive: list[Tensor] = []  # or another array could get the memory of one that is gone

    def __torch_dispatch__(self, function, types, args=(), kwargs=None):
        """Compute, and note the longest chain behind what was written."""
        found = function(*args, **(kwargs or {}))
        if function.is_view:
            return found
        name = function.overloadpacket.__name__
        read = [] if name.endswith("_like") else _tensors((args, kwargs))  # those read a shape only
        behind = max(map(self.chain, read), default=0) + (name in PRODUCTS)
        for tensor in _tensors(found):
            self._alive.append(tensor)
            self._chains[tensor.untyped_storage()._cdata] = behind
        return found

    def chain(self, tensor: Tensor) -> int:
        """Return how many products had to be computed one after the other to get this array."""
        return self._chains.get(tensor.untyped_storage()._cdata, 0)


def _tensors(values) -> list[Tensor]:
    return [leaf for leaf in tree_leaves(values) if isinstance(leaf, Tensor)]


def chains(way: str, steps: int, H: int = 8) -> tuple[int, int]:
    """Count the products that must be computed one after the other for a sequence.

    Args:
        way: One of `WAYS`: output recurrence told the right answers, the same running free, or
            hidden recurrence.
        steps: Length of the sequence.
        H: Hidden units; they make no difference.

    Returns:
        For the logits of all steps, and for the logits and the gradients of all weights.
    """
    name, free_running = WAYS[way]
    kind = KINDS[name]
    net = Recurrence(SYMBOLS, H, kind.cell, kind.feedback)
    xs, ys = batch("running sum", np.random.default_rng(0), steps, 1)
    with Waiting() as waiting:
        logits = net.free_running(xs) if free_running else net.teacher_forced(xs, ys)
        forward = waiting.chain(logits)
        nn.functional.cross_entropy(logits.flatten(0, 1), ys.flatten()).backward()
    return forward, max(waiting.chain(p.grad) for p in net.parameters())
