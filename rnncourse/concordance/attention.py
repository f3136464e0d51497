"""One step of additive attention in the letters of deck A, PyTorch and Keras, for one sequence.

Deck A writes Bahdanau's attention. PyTorch has no layer for it: it is three `Linear` layers without
bias. Keras has `AdditiveAttention`, which leaves the two products before the tanh to the caller.

Sources: A, "Classic Encoder-Decoder" and after; D. Bahdanau, K. Cho and Y. Bengio,
arXiv:1409.0473v7, appendix A.1.2; Keras 3, `keras/src/layers/attention/additive_attention.py`.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Inexact

from rnncourse.core.arithmetic import softmax

Scores = Inexact[np.ndarray, " S"]
Context = Inexact[np.ndarray, " E"]


@dataclass(frozen=True)
class AttentionDeckA:
    """Deck A's alignment model, which it calls a; N is its inner width.

        e_ij = v_a^T tanh(W_a s_(i-1) + U_a h_j),  alpha_ij = exp e_ij / sum over k of exp e_ik
        c_i  = sum over j of alpha_ij h_j

    The deck prints the last sum over k, with j inside; the j is meant. `h_j` has width E: both
    directions of the encoder, concatenated.
    """

    v_a: Inexact[np.ndarray, " N"]
    W_a: Inexact[np.ndarray, "N H"]
    U_a: Inexact[np.ndarray, "N E"]

    def step(
        self, s: Inexact[np.ndarray, " H"], hs: Inexact[np.ndarray, "S E"]
    ) -> tuple[Scores, Scores, Context]:
        """Attend once.

        Args:
            s: Decoder state before the step.
            hs: Encoder states h_1 ... h_S, one a row.

        Returns:
            Scores e, weights alpha and context c.
        """
        e = np.array([self.v_a @ np.tanh(self.W_a @ s + self.U_a @ h) for h in hs])
        alpha = softmax(e)
        return e, alpha, sum(a * h for a, h in zip(alpha, hs, strict=True))


def keras_additive(
    query: Inexact[np.ndarray, " N"],
    key: Inexact[np.ndarray, "S N"],
    value: Inexact[np.ndarray, "S E"],
    scale: Inexact[np.ndarray, " N"],
) -> tuple[Scores, Scores, Context]:
    """Attend once as `AdditiveAttention` does: scores = sum of scale * tanh(query + key).

    It is deck A's attention with query = W_a s, key = U_a h_j, value = h_j and scale = v_a.

    Args:
        query: One query.
        key: What it is compared with.
        value: What is summed; the key, if the caller gives none.
        scale: The only weight of the layer: in its code a vector, in its documentation a scalar.

    Returns:
        Scores, weights and context.
    """
    scores = (scale * np.tanh(query + key)).sum(axis=-1)
    weights = softmax(scores)
    return scores, weights, weights @ value
