"""Beam search for many texts at once."""

import numpy as np
from jaxtyping import Bool, Float, Int

from rnncourse.decoding.sampling import DecodingError
from rnncourse.decoding.stepping import (
    DecodableModel,
    Hypothesis,
    State,
    check_max_length,
    logits_and_logsumexp,
)


def beam_search(
    model: DecodableModel,
    state: State,
    B: int,
    *,
    beam_size: int,
    max_length: int,
    length_penalty: float,
    count_eos: bool,
    n_best: int = 1,
    max_finished: int | None = None,
) -> list[list[Hypothesis]]:
    """Look for the likeliest texts, with `beam_size` hypotheses for each.

        score of a text y of L symbols = ln p(y) / L ** length_penalty

    In every step each hypothesis is continued with every symbol; stopping is one of them. Of all
    these candidates the `beam_size` best are looked at. Those that stop are endings: they are kept
    apart and never continued. The `beam_size` best of those that do not stop go on, so an ending
    takes nobody's place. Inside of a step all candidates are equally long, so lengths play no part
    there; they decide between endings.

    The search for a text is over

    - when no hypothesis that goes on can still be among the `n_best`: ln p only falls and L is at
      most `max_length`, so none can do better than ln p / max_length ** length_penalty. This
      changes no result; or
    - after the step in which it has `max_finished` endings or more, if such a number is given. This
      is usual, with `max_finished=beam_size`, and may lose a better text that would have ended
      later: then more hypotheses, which find `beam_size` endings, write a worse text than fewer; or
    - after `max_length` symbols. Then hypotheses without an end stand behind the endings, if there
      are fewer endings than `n_best`.

    One hypothesis alone, `beam_size=1`, is greedy decoding at any length penalty: there the first
    ending is enough unless you say otherwise. With a `beam_size` of at least V ** `max_length`
    nothing is ever left out: it finds the best texts of all. In between, a wider beam keeps other
    hypotheses, so it may still write a worse text than a narrow one, but never because it stopped
    too early. Among equals stands first what was found first; in a step, what comes of the better
    hypothesis, then the smaller symbol. Texts do not influence each other, except that a matrix
    product may round differently in a larger batch: two candidates that are equal but for
    rounding may change places.

    Args:
        model: What to ask.
        state: Where to begin, one row for each text.
        B: How many texts.
        beam_size: Hypotheses of a text that go on; 1 or more.
        max_length: Symbols of a text at most, its stop symbol included.
        length_penalty: 0: the likeliest text is the best, and short ones have an advantage; 1:
            the mean surprise of a symbol decides.
        count_eos: Whether the stop symbol is one of the L. If not, an empty text has L = 1.
        n_best: How many texts are wanted; at most `beam_size`.
        max_finished: With how many endings the search for a text is over, `n_best` or more;
            None: no number is, only what cannot be improved.

    Returns:
        For every text up to `n_best` different hypotheses, best first; endings before what was cut
        off.

    Raises:
        DecodingError: If a number makes no sense, or a step gives logits that are NaN.

    Source: I. Sutskever, O. Vinyals and Q. V. Le, arXiv:1409.3215v3, section 3.2 (beam search);
    Y. Wu and others, arXiv:1609.08144v2, section 7 (why lengths are normalized; their formula is
    another one). Oracles, exhaustive search among them, in tests/decoding/test_beam.py.
    """
    max_finished = 1 if max_finished is None and beam_size == 1 else max_finished
    _check_settings(beam_size, max_length, length_penalty, n_best, max_finished)
    max_divisor = max(max_length if count_eos else max_length - 1, 1) ** length_penalty
    hypotheses: list[list[Hypothesis]] = [[] for _ in range(B)]
    texts, totals = np.arange(B), np.zeros((B, 1))
    prefixes, symbols = np.zeros((B, 1, 0), np.int64), np.full(B, model.bos_id)
    for t in range(1, max_length + 1):
        logits, state = model.step(state, symbols)
        K, length = totals.shape[1], max(t if count_eos else t - 1, 1)
        totals, rows, symbols, end_scores = _find_candidates(
            *logits_and_logsumexp(logits), totals, model.eos_id, beam_size
        )
        for a, k in np.argwhere(end_scores > -np.inf):
            hypotheses[texts[a]].append(
                _make_hypothesis(prefixes[a, k], end_scores[a, k], True, length**length_penalty)
            )
        text_rows = np.arange(len(texts))[:, None]
        prefixes = np.concatenate([prefixes[text_rows, rows], symbols[..., None]], axis=-1)
        bounds = zip(texts, totals[:, 0] / max_divisor, strict=True)
        is_over = np.array(
            [_is_finished(hypotheses[b], bound, n_best, max_finished) for b, bound in bounds], bool
        )
        texts, totals, prefixes = texts[~is_over], totals[~is_over], prefixes[~is_over]
        if not len(texts):
            break
        if t < max_length:
            symbols = symbols[~is_over].reshape(-1)
            state = model.reorder(state, (text_rows * K + rows)[~is_over])
    for b, *beam in zip(texts, totals, prefixes, strict=True):
        paths = zip(*beam, strict=True)
        hypotheses[b] += [
            _make_hypothesis(ids, p, False, max_length**length_penalty)
            for p, ids in paths
            if p > -np.inf
        ]
    return [sorted(endings, key=_rank_key)[:n_best] for endings in hypotheses]


def _make_hypothesis(ids, log_prob, finished, divisor):
    return Hypothesis(ids, float(log_prob), finished, float(log_prob / divisor))


def _find_candidates(logits, logsumexps, totals, eos_id, beam_size):
    """Find the best that go on, and what stops: minus infinity where that is not among the best."""
    offsets, V = totals - logsumexps.reshape(totals.shape), logits.shape[1]
    scores, rows, symbols = find_best_candidates(logits, offsets, eos_id, beam_size)
    end_scores = offsets + logits[:, eos_id].reshape(offsets.shape)
    end_order = np.broadcast_to(np.arange(end_scores.shape[1]) * V + eos_id, end_scores.shape)
    is_best = is_among_best(scores, rows * V + symbols, end_scores, end_order)
    return scores, rows, symbols, np.where(is_best, end_scores, -np.inf)


def find_best_candidates(
    logits: Float[np.ndarray, "N V"], offsets: Float[np.ndarray, "B K"], eos_id: int, beam_size: int
) -> tuple[Float[np.ndarray, "B W"], Int[np.ndarray, "B W"], Int[np.ndarray, "B W"]]:
    """Find the best candidates that do not stop.

        score of hypothesis k with symbol v = offsets[b, k] + logits[b K + k, v],   v not eos_id

    Among equals the one of the earlier hypothesis counts, then the one with the smaller id.

    Args:
        logits: A number for every symbol, after each of N = B K hypotheses.
        offsets: What each hypothesis adds to all of its own.
        eos_id: The symbol that does not count.
        beam_size: W, how many are wanted.

    Returns:
        Scores, falling; then the hypothesis, 0 to K - 1, and the symbol of each. Where there are
        fewer than W candidates, scores of minus infinity fill up.

    >>> logits, offsets = np.array([[3.0, 1.0, 2.0]]), np.zeros((1, 1))
    >>> scores, rows, symbols = find_best_candidates(logits, offsets, 0, 2)
    >>> scores[0], rows[0], symbols[0]
    (array([2., 1.]), array([0, 0]), array([2, 1]))
    """
    (B, K), V = offsets.shape, logits.shape[1]
    candidates = logits.reshape(B, K, V) + offsets[..., None]
    candidates[..., eos_id] = -np.inf
    candidates, count = candidates.reshape(B, -1), min(beam_size, K * V)
    thresholds = np.partition(candidates, -count, axis=1)[:, -count]
    best_indices = np.zeros((B, beam_size), int)
    scores = np.full((B, beam_size), -np.inf)
    for b, row in enumerate(candidates):  # a stable sort of those that may count, equals too
        indices = np.flatnonzero(row >= thresholds[b])
        chosen = indices[np.argsort(-row[indices], kind="stable")][:beam_size]
        best_indices[b, : len(chosen)], scores[b, : len(chosen)] = chosen, row[chosen]
    return scores, best_indices // V, best_indices % V


def is_among_best(
    open_scores: Float[np.ndarray, "B W"],
    open_order: Int[np.ndarray, "B W"],
    end_scores: Float[np.ndarray, "B K"],
    end_order: Int[np.ndarray, "B K"],
) -> Bool[np.ndarray, "B K"]:
    """Tell which hypotheses, if they stop now, are among the W best candidates of all.

    Args:
        open_scores: Scores of the W best that go on.
        open_order: Where these stand in the order of candidates; it decides among equals.
        end_scores: Scores of those that stop.
        end_order: Where these stand.

    Returns:
        True for the endings that count; never for one that is impossible.
    """
    scores = np.concatenate([open_scores, end_scores], axis=1)[:, None]
    orders = np.concatenate([open_order, end_order], axis=1)[:, None]
    score, order = end_scores[..., None], end_order[..., None]
    is_ahead = (scores > score) | ((scores == score) & (orders < order))
    return (is_ahead.sum(axis=-1) < open_scores.shape[1]) & (end_scores > -np.inf)


def _is_finished(endings, bound, n_best, max_finished):
    """Tell whether a text has enough endings, or none to come would still change its n best."""
    if len(endings) < n_best:
        return bound == -np.inf
    if max_finished is not None and len(endings) >= max_finished:
        return True
    return sorted(ending.score for ending in endings)[-n_best] >= bound


def _rank_key(hypothesis):
    return not hypothesis.finished, -hypothesis.score


def _check_settings(beam_size, max_length, length_penalty, n_best, max_finished):
    check_max_length(max_length)
    if beam_size < 1:
        raise DecodingError(f"beam_size must be 1 or more; got {beam_size}.")
    if not 1 <= n_best <= beam_size:
        raise DecodingError(f"n_best must be 1 to beam_size, {beam_size}; got {n_best}.")
    if max_finished is not None and max_finished < n_best:
        raise DecodingError(f"max_finished must be n_best, {n_best}, or more; got {max_finished}.")
    if not 0 <= length_penalty < np.inf:
        raise DecodingError(f"length_penalty must be 0 or more; got {length_penalty}.")
