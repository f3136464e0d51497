"""How long an error in the state lasts while a network reads on."""

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor, nn

from rnncourse.chapters.ch03_recurrence.kinds import TESTED, T, batch
from rnncourse.models.recurrences import Recurrence

SIZE = 0.1
"""Length of the error, as a share of the length of the state it is added to."""


def read(
    net: Recurrence, xs: Int[Tensor, "T B"], h: Float[Tensor, "B H"] | None = None
) -> Float[Tensor, "T B H"]:
    """Return the hidden units of all steps, one step after the other, running free.

    Args:
        net: With a cell whose state is one array: tanh, GRU, or none.
        xs: Inputs.
        h: Hidden units of the step before, if there is one; from them follow the answer that comes
            back and the state that does.
    """
    found = []
    for x in xs:
        inputs = nn.functional.one_hot(x, net.symbols)
        if net.feedback:
            before = torch.zeros_like(x) if h is None else net.logits(h).argmax(-1)
            inputs = torch.cat([inputs, nn.functional.one_hot(before, net.symbols)], -1)
        inputs = inputs.to(net.logits.weight.dtype)
        if net.cell == "none":
            h = net.hidden(inputs)
        else:
            h = net.hidden(inputs[None], None if h is None else h[None])[0][0]
        found.append(h)
    return torch.stack(found)


@torch.no_grad()
def error_left(net: Recurrence, task: str, later: int = T) -> Float[np.ndarray, " later"]:
    """Add an error to the hidden units after 20 steps, and see what is left of it step by step.

        left_k = mean of norm(h'_(T+k) - h_(T+k)) / norm(h'_T - h_T)   over 500 sequences

    where h' is the state with the error, which has a random direction, and both read the same.

    Args:
        net: A trained network, which runs free.
        task: What it was trained on.
        later: How many steps it is followed.

    Returns:
        The share of the error's length that is left after 1, 2, ... steps.
    """
    xs, _ = batch(task, np.random.default_rng(10**6 + 2), T + later, TESTED)
    h = read(net, xs[:T])[-1]
    error = torch.randn(h.shape, generator=torch.Generator().manual_seed(0)).to(h)
    error *= SIZE * h.norm(dim=-1, keepdim=True) / error.norm(dim=-1, keepdim=True)
    apart = (read(net, xs[T:], h + error) - read(net, xs[T:], h)).norm(dim=-1)
    return (apart / error.norm(dim=-1)).mean(1).numpy()
