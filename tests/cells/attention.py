"""Attention forward and backward: additive, dot and general, for any number of queries.

A decoder that asks before each step calls it with one query at a time (T = 1), and adds up the
gradients by the states and the weights; one that knows all its queries calls it once.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Inexact

from rnncourse.cells.shapes import ShapeError, check_mask, check_same

Queries = Inexact[np.ndarray, "T B H"]
States = Inexact[np.ndarray, "S B E"]
Alpha = Inexact[np.ndarray, "T B S"]
Contexts = Inexact[np.ndarray, "T B E"]


@dataclass(frozen=True)
class AdditiveWeights:
    """The parameters of additive attention: score = v_a . tanh(s W_a + h U_a).

    Deck A writes columns, W_a s; in this course vectors are rows, so these are the transposes of
    its matrices.

    Args:
        W_a: Query to the inner layer.
        U_a: State to the inner layer.
        v_a: Inner layer to a score.
    """

    W_a: Inexact[np.ndarray, "H N"]
    U_a: Inexact[np.ndarray, "E N"]
    v_a: Inexact[np.ndarray, " N"]


@dataclass(frozen=True)
class GeneralWeights:
    """The parameter of general attention: score = (s W_a) . h.

    Args:
        W_a: Query to what is compared with a state.
    """

    W_a: Inexact[np.ndarray, "H E"]


def attend(
    queries: Inexact[np.ndarray, "... H"],
    states: Inexact[np.ndarray, "... E"],
    mask: Bool[np.ndarray, "_ _"],
    w: AdditiveWeights | GeneralWeights | None = None,
    scale: float = 1.0,
) -> tuple[Contexts, Alpha]:
    """Answer queries with what the states of a source hold.

        e_ij = v_a . tanh(s_i W_a + h_j U_a),   or (s_i W_a) . h_j,   or scale * (s_i . h_j)
        alpha_ij = exp e_ij / sum over k of exp e_ik,   context_i = sum over j of alpha_ij h_j

    where j and k run over the real symbols of the source.

    Args:
        queries: s_i, `T B H`.
        states: h_j, `S B E`.
        mask: True at a real symbol, `S B`; a padded one has weight 0.
        w: Parameters: `AdditiveWeights`, `GeneralWeights`, or None for a dot product.
        scale: Of a dot product; 1 / sqrt(H) keeps its spread the same for every H.

    Returns:
        Contexts, and weights alpha: from 0 to 1, with sum 1 for every query.

    Raises:
        ShapeError: If the arrays do not fit, or a source has no real symbol.

    Source: deck A, "Classic Encoder-Decoder" and after; D. Bahdanau, K. Cho and Y. Bengio,
    arXiv:1409.0473v7, appendix A.1.2; M.-T. Luong, H. Pham and C. D. Manning,
    arXiv:1508.04025v5, section 3.1; oracles in tests/cells/test_attention.py.

    >>> states, mask = np.array([[[1.0]], [[3.0]]]), np.array([[True], [True]])
    >>> contexts, weights = attend(np.zeros((1, 1, 1)), states, mask)
    >>> contexts.ravel(), weights.ravel()
    (array([2.]), array([0.5, 0.5]))
    """
    _check(queries, states, mask, w)
    alpha = _softmax(_scores(queries, states, w, scale), mask.T)
    return np.einsum("ibj,jbe->ibe", alpha, states), alpha


def attend_backward(
    dcontexts: Contexts,
    queries: Inexact[np.ndarray, "... H"],
    states: Inexact[np.ndarray, "... E"],
    mask: Bool[np.ndarray, "_ _"],
    w: AdditiveWeights | GeneralWeights | None = None,
    scale: float = 1.0,
) -> tuple[Queries, States, AdditiveWeights | GeneralWeights | None]:
    """Go back through `attend`.

        dalpha_ij = dcontext_i . h_j
        de_ij = alpha_ij (dalpha_ij - sum over k of alpha_ik dalpha_ik)

    A state is read twice, as what is compared and as what is summed, so its gradient has two
    parts: dh_j = sum over i of alpha_ij dcontext_i, and what comes through the scores e_ij.

    Args:
        dcontexts: Gradient of the loss by the contexts.
        queries: As in `attend`.
        states: As in `attend`.
        mask: As in `attend`.
        w: As in `attend`.
        scale: As in `attend`.

    Returns:
        Gradients by queries, states (0 at padding) and parameters.

    Raises:
        ShapeError: If the arrays do not fit, or a source has no real symbol.
    """
    check_same("dcontexts", dcontexts, (*queries.shape[:2], states.shape[2]), "contexts")
    _, alpha = attend(queries, states, mask, w, scale)
    dalpha = np.einsum("ibe,jbe->ibj", dcontexts, states)
    de = alpha * (dalpha - (alpha * dalpha).sum(axis=-1, keepdims=True))
    dstates = np.einsum("ibj,ibe->jbe", alpha, dcontexts)
    if w is None:
        dqueries = scale * np.einsum("ibj,jbe->ibe", de, states)
        return dqueries, dstates + scale * np.einsum("ibj,ibe->jbe", de, queries), None
    if isinstance(w, GeneralWeights):
        asked = np.einsum("ibj,jbe->ibe", de, states)  # gradient by s_i W_a
        dstates = dstates + np.einsum("ibj,ibe->jbe", de, queries @ w.W_a)
        dw = GeneralWeights(W_a=np.einsum("ibh,ibe->he", queries, asked))
        return asked @ w.W_a.T, dstates, dw
    inner = _inner(queries, states, w)
    da = de[..., None] * w.v_a * (1 - inner**2)  # T B S N
    by_query, by_state = da.sum(axis=2), np.einsum("ibjn->jbn", da)
    dw = AdditiveWeights(
        W_a=np.einsum("ibh,ibn->hn", queries, by_query),
        U_a=np.einsum("jbe,jbn->en", states, by_state),
        v_a=np.einsum("ibj,ibjn->n", de, inner),
    )
    return by_query @ w.W_a.T, dstates + by_state @ w.U_a.T, dw


def _scores(queries, states, w, scale):
    """Say how well each state fits each query: `T B S`."""
    if isinstance(w, AdditiveWeights):
        return _inner(queries, states, w) @ w.v_a
    if w is not None:
        return np.einsum("ibe,jbe->ibj", queries @ w.W_a, states)
    return scale * np.einsum("ibe,jbe->ibj", queries, states)


def _inner(queries, states, w):
    """Compute the inner layer of the additive score: `T B S N`."""
    keys = (states @ w.U_a).swapaxes(0, 1)
    return np.tanh((queries @ w.W_a)[:, :, None] + keys)


def _softmax(scores, real):
    """Turn scores into weights; 0 where nothing is real."""
    top = np.where(real, scores.real, -np.inf).max(axis=-1, keepdims=True)
    p = np.where(real, np.exp(np.where(real, scores - top, 0)), 0)
    return p / p.sum(axis=-1, keepdims=True)


def _check(queries, states, mask, w):
    """Check that everything fits."""
    if queries.ndim != 3 or states.ndim != 3 or queries.shape[1] != states.shape[1]:
        raise ShapeError(
            "queries must be (T, B, H) and states (S, B, E) with one B; "
            f"got {queries.shape} and {states.shape}. Try: queries[None] for one step."
        )
    check_mask(mask, *states.shape[:2])
    if not mask.any(axis=0).all():
        raise ShapeError("A source has no real symbol. Try: mask True where there is one.")
    H, E = queries.shape[-1], states.shape[-1]
    if w is None and H != E:
        raise ShapeError(
            f"A dot product needs queries and states of one size; got {H} and {E}. "
            "Try: GeneralWeights."
        )
    if isinstance(w, GeneralWeights):
        check_same("W_a", w.W_a, (H, E), "queries and states")
    if isinstance(w, AdditiveWeights):
        N = len(w.v_a)
        check_same("W_a", w.W_a, (H, N), "queries and v_a")
        check_same("U_a", w.U_a, (E, N), "states and v_a")
