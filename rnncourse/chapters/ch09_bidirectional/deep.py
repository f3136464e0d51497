"""What a gradient loses on its way back through a network that is made deeper in one place."""

import torch
from torch import nn

PLACES = ("nowhere", "input to state", "state to state", "state to output")


def lost(
    steps: int,
    place: str = "nowhere",
    skip: bool = False,
    gain: float = 1.0,
    seed: int = 0,
    H: int = 64,
) -> float:
    """Return how many powers of ten a gradient loses from the last output to the first input.

        inner_t = tanh(x_t + h_(t-1) U),   h_t = tanh(inner_t M + h_(t-1) K)

    with a layer from state to state, K only with a skip; else h_t = inner_t. A layer at the input
    makes x_t = tanh(x_t E), one at the output tanh(h_T A). All matrices are random rotations, the
    inputs are normal, and the gradient is that of the sum of what the output reads.

    Args:
        steps: Between them.
        place: One of `PLACES`: where there is a layer more.
        skip: Whether a path leads around a layer from state to state.
        gain: What recurrent rotations are multiplied by.
        seed: Of rotations and inputs.
        H: Units of every layer.
    """
    torch.manual_seed(seed)
    U, M, K, E, A = (nn.init.orthogonal_(torch.empty(H, H)).double() for _ in range(5))
    xs = torch.randn(steps + 1, H, dtype=torch.double, requires_grad=True)
    h, deeper = torch.zeros(H, dtype=torch.double), place == "state to state"
    for x in torch.tanh(xs @ E) if place == "input to state" else xs:
        inner = torch.tanh(x + gain * h @ U)
        h = torch.tanh(gain * inner @ M + skip * h @ K) if deeper else inner
    read = torch.tanh(h @ A) if place == "state to output" else h
    (grad,) = torch.autograd.grad(read.sum(), xs)
    length = grad.norm(dim=1)
    return float(torch.log10(length[-1] / length[0]))
