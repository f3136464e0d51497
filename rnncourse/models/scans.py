"""Recurrences that are linear in their state, all steps at once."""

import torch
from jaxtyping import Float
from torch import Tensor


def scan(a: Float[Tensor, "T ..."], b: Float[Tensor, "T ..."]) -> Float[Tensor, "T ..."]:
    """Take the steps of a diagonal linear recurrence together, in about log2 T rounds.

        h_t = a_t h_(t-1) + b_t,   h_0 = 0

    In each round steps become twice as long:

        (a, b) after (a', b')  is  (a a', a b' + b)

    because a (a' h + b') + b = (a a') h + (a b' + b).

    Args:
        a: What each number of the state is multiplied by.
        b: What is added.

    Returns:
        All states, but for rounding those of a loop.

    Source: W. D. Hillis and G. L. Steele, "Data parallel algorithms", Communications of the ACM 29
    (1986); a loop is its oracle in tests/models/test_scans.py.
    """
    distance = 1
    while distance < len(b):
        b = torch.cat([b[:distance], a[distance:] * b[:-distance] + b[distance:]])
        a = torch.cat([a[:distance], a[distance:] * a[:-distance]])
        distance *= 2
    return b


def linear_attention(
    q: Float[Tensor, "T D"], k: Float[Tensor, "T D"], v: Float[Tensor, "T E"]
) -> Float[Tensor, "T E"]:
    """Look back with products in the place of exponentials, all looks at once.

        y_t = (sum over s <= t of (q_t . k_s) v_s) / (sum over s <= t of q_t . k_s)

    Args:
        q: Queries with positive numbers.
        k: Keys with positive numbers.
        v: Values.

    Returns:
        The means.

    Source: A. Katharopoulos and others, arXiv:2006.16236v3, section 3.2.
    """
    scores = (q @ k.T).tril()
    return scores @ v / scores.sum(1, keepdim=True)
