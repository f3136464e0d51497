"""Models whose every text can be listed: what comes next depends on all that came before."""

from itertools import product

import numpy as np

from rnncourse.decoding.stepping import FunctionStepper, logits_and_logsumexp

CONTEXTS = 97


def make_random_model(seed, V=4, forbidden=0.0, levels=None, dtype=float):
    """A model with random logits for every context, and the states of three texts.

    Args:
        seed: Of everything.
        V: Symbols; 0 starts, 1 stops.
        forbidden: Share of logits that are minus infinity.
        levels: How many different values a logit has; few make many ties.
        dtype: Of the logits.
    """
    rng = np.random.default_rng(seed)
    table = 2 * rng.normal(size=(CONTEXTS, V))
    if levels:
        table = rng.integers(0, levels, (CONTEXTS, V)).astype(float)
    table[rng.random((CONTEXTS, V)) < forbidden] = -np.inf
    table[:, rng.integers(V)] = 0.0  # something is always possible
    table = table.astype(dtype)

    def step(state, symbols):
        state = (31 * state + np.asarray(symbols) + 7) % CONTEXTS
        return table[state], state

    return FunctionStepper(step, bos_id=0, eos_id=1), rng.integers(0, CONTEXTS, 3)


def list_texts(model, state, max_length, length_penalty, count_eos):
    """List all texts with their probabilities, best first, endings before what is cut off."""
    V = len(model.step(state[:1], np.array([model.bos_id]))[0][0])
    texts = []
    for length in range(max_length + 1):
        for ids in product([v for v in range(V) if v != model.eos_id], repeat=length):
            finished = length < max_length
            previous, total, s = model.bos_id, 0.0, state
            for symbol in [*ids, model.eos_id][: max_length if not finished else None]:
                logits, s = model.step(s, np.array([previous]))
                values, log_z = logits_and_logsumexp(logits)
                total, previous = total + values[0, symbol] - log_z[0], symbol
            n_counted = length + (count_eos and finished)
            if total > -np.inf:
                score = total / max(n_counted, 1) ** length_penalty
                texts.append((list(ids), total, finished, score))
    return sorted(texts, key=lambda text: (not text[2], -text[3]))
