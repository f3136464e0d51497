"""One step of a beam: of all continuations of all hypotheses the best."""

import numpy as np

from rnncourse.grading.writing import question


@question("11-step", 5, "One step of a beam", "build", returns="rows symbols new")
def beam_step(totals, log_probs, width):
    """Return hypothesis, symbol and sum of the best candidates, each `(width,)`."""
    sums = totals[:, None] + log_probs
    best_places = np.argsort(-sums, axis=None)[:width]
    return best_places // sums.shape[1], best_places % sums.shape[1], sums.ravel()[best_places]


@beam_step.inputs
def _sample_inputs(rng):
    yield np.array([-1.0, -1.2]), np.log([[0.2, 0.8], [0.9, 0.1]]), 2
    yield np.array([0.0]), np.log([[0.1, 0.3, 0.6]]), 2
    yield np.array([-0.1, -5.0]), np.log([[0.25, 0.35, 0.4], [0.1, 0.85, 0.05]]), 3
    log_probs = np.log(rng.permuted([[0.1, 0.2, 0.7], [0.1, 0.3, 0.6]], axis=1))
    yield np.array([-800.0, -801.5]) - rng.random(), log_probs, 2  # so far from 1 that exp gives 0
    sizes = rng.integers((13, 3, 3), (20, 12, 12)).tolist()
    for K, V, width in ((3, 4, 3), (4, 6, 5), (2, 7, 1), sizes):
        yield -rng.uniform(0.5, 2.5, K), np.log(rng.dirichlet(np.ones(V), K)), width


@beam_step.property("the new sums fall from the first to the last")
def _is_descending(arguments, rows, symbols, new):
    """The best comes first."""
    return np.all(np.diff(new) <= 1e-9)


@beam_step.property("a new sum is that of its hypothesis plus that of its symbol")
def _adds_log_probs(arguments, rows, symbols, new):
    """Log-probabilities of a text are added, symbol by symbol."""
    totals, log_probs, _ = arguments
    rows, symbols = rows.astype(int), symbols.astype(int)
    K, V = log_probs.shape
    are_valid = all(((a >= 0) & (a < n)).all() for a, n in ((rows, K), (symbols, V)))
    return are_valid and np.allclose(new, totals[rows] + log_probs[rows, symbols], atol=1e-5)


beam_step.mistake("The history forgotten", {"= totals": "= 0 * totals"})(
    "You compare the symbols of this step alone. What a hypothesis has gathered counts, too."
)

beam_step.mistake("Log-probabilities multiplied", {"+ log_probs": "* log_probs"})(
    "You multiplied logarithms. Probabilities are multiplied; their logarithms are added."
)

beam_step.mistake("The lowest", {"-sums": "sums"})(
    "You took the lowest sums. Log-probabilities are negative: the best are nearest to 0."
)

beam_step.mistake("In rising order", {"[:width]": "[:width][::-1]"})(
    "You have the right ones, in the wrong order: the best comes first."
)


@beam_step.mistake("One for each hypothesis")
def _extend_each_hypothesis(totals, log_probs, width):
    """You took the best symbol of each hypothesis. A good hypothesis may have several children
    among the best, and a poor one none."""
    symbols = log_probs.argmax(axis=1)
    new_totals = totals + log_probs.max(axis=1)
    rows = np.argsort(-new_totals)[:width]
    return rows, symbols[rows], new_totals[rows]


@beam_step.mistake("The best hypothesis alone")
def _extend_best_hypothesis(totals, log_probs, width):
    """You continued the best hypothesis alone. Then the others are kept for nothing."""
    k = np.argmax(totals)
    symbols = np.argsort(-log_probs[k])[:width]
    return np.full(len(symbols), k), symbols, totals[k] + log_probs[k, symbols]


beam_step.mistake("The place divided by the wrong size")(
    "A place in the flattened table is `row * V + symbol`, with V symbols in a row. You divided by "
    "another number.",
    {"shape[1]": ("shape[0]", 2)},
    {"// sums.shape[1]": "% sums.shape[0]", "% sums.shape[1]": "// sums.shape[0]"},
)

beam_step.mistake("Probabilities, not logarithms", {"sums.ravel": "np.exp(sums).ravel"})(
    "Your sums are probabilities. Return logarithms, as they are given."
)

beam_step.mistake("The symbols' own log-probabilities", {"sums.ravel": "log_probs.ravel"})(
    "You chose rightly, but return the log-probability of the last symbol. The sum goes on."
)
