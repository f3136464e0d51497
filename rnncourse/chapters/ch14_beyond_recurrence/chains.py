"""How many operations have to wait for each other: the longest chain in the graph of a result."""

import torch
from torch import Tensor, nn

from rnncourse.models.transformer import Transformer

V, H = 16, 32
"""Of the small models whose chains are counted."""


VIEWS = ("View", "Unsafe", "Reshape", "Transpose", "Permute", "TBackward", "Select", "Slice")
VIEWS += ("Unsqueeze", "Squeeze", "Expand", "Unbind", "Split", "Alias", "torch::autograd")
"""How the names begin of what computes nothing: the same numbers in another shape, and leaves."""


def count_longest_chain(result: Tensor, views: bool = True) -> int:
    """Count the operations on the longest way from a leaf to a result, by autograd's own graph.

    Args:
        result: What was computed, with gradients.
        views: Whether a step counts that only looks at numbers in another shape, and the leaf.

    Returns:
        At least 1 with views. What happens inside of an operation, such as a sum, is not seen.
    """
    depth: dict[object, int] = {None: 0}
    stack = [result.grad_fn]
    while stack:
        node = stack[-1]
        inputs = [n for n, _ in node.next_functions]
        missing = [n for n in inputs if n not in depth]
        if missing:
            stack += missing
        else:
            is_counted = views or not node.name().startswith(VIEWS)
            depth[node] = is_counted + max((depth[n] for n in inputs), default=0)
            stack.pop()
    return depth[result.grad_fn]


def count_reading(name: str, T: int, views: bool = True) -> int:
    """Count the chain of the last answer of a model that reads T symbols that are there.

    Args:
        name: `"transformer"`, or `"gru"`, step by step.
        T: Symbols.
        views: As in `count_longest_chain`.
    """
    torch.manual_seed(0)
    ids = torch.arange(T)[:, None] % V
    if name == "transformer":
        logits, _ = Transformer(V, V, H)(ids)
        return count_longest_chain(logits[-1].sum(), views)
    embedding, cell, h = nn.Embedding(V, H), nn.GRUCell(H, H), torch.zeros(1, H)
    for symbol in ids:
        h = cell(embedding(symbol), h)
    return count_longest_chain(nn.Linear(H, V)(h).sum(), views)


def count_writing(T: int) -> int:
    """Count the chain of a transformer with a cache that writes T symbols one by one.

    What is written is a mean of all symbols under their probabilities, so that autograd sees that
    the next step needs it.
    """
    torch.manual_seed(0)
    model = Transformer(V, V, H)
    x, past = model.embedding(torch.zeros(1, 1, dtype=torch.long)), [None] * len(model.blocks)
    for _ in range(T):
        for n, block in enumerate(model.blocks):
            x, past[n] = block(x, past[n])
        logits = model.logits(model.norm(x))
        x = logits.softmax(-1) @ model.embedding.weight
    return count_longest_chain(logits.sum())
