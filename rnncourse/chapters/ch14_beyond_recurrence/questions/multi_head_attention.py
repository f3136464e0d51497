"""Several heads side by side, each with its own part of the vectors."""

import numpy as np

from rnncourse.core.arithmetic import is_in_range, softmax
from rnncourse.grading.writing import question


@question("14-heads", 2, "Heads side by side", "apply", returns="contexts")
def many_heads(queries, keys, values, heads):
    """Return the contexts of all heads, side by side, a row for each query."""
    outputs = []
    for columns in np.split(np.arange(queries.shape[1]), heads):
        scores = queries[:, columns] @ keys[:, columns].T / np.sqrt(len(columns))
        p = np.exp(scores - np.logaddexp.reduce(scores, axis=1)[:, None])
        outputs.append(p @ values[:, columns])
    return np.concatenate(outputs, axis=1)


@many_heads.inputs
def _sample_inputs(rng):
    yield np.eye(4)[:2], np.eye(4)[1:], 2 * np.eye(4)[1:], 2
    T, S, D, heads = rng.integers((13, 13, 2, 2), (20, 20, 7, 7)).tolist()
    sizes = T, S, D * heads, heads
    for T, S, H, heads in ((1, 3, 4, 1), (3, 4, 4, 2), (2, 5, 6, 3), (4, 3, 8, 2), sizes):
        arrays = (rng.normal(0, 1.5, (n, H)) for n in (T, S, S))
        yield (*arrays, heads)


@many_heads.property(
    "a number of a context lies between the smallest and the largest of its column"
)
def _is_within_values(arguments, contexts):
    """Each head takes means of its own columns, and the columns stay where they are."""
    return is_in_range(contexts, arguments[2])


many_heads.mistake("Without the root", {" / np.sqrt(len(columns))": ""})(
    "You did not divide by the root of a head's size: long vectors give large scores, and a "
    "softmax that is hard at random."
)

many_heads.mistake("The root of the whole size", {"len(columns)": "queries.shape[1]"})(
    "You divided by the root of H. A head multiplies only H / N numbers."
)

many_heads.mistake("By the size, not its root", {"np.sqrt(len(columns))": "len(columns)"})(
    "You divided by the size of a head. A sum of D products has a spread like the root of D."
)

many_heads.mistake("Every N-th number")(
    "Your heads take every N-th number. The first head has the first H / N numbers.",
    {
        "np.split(np.arange(queries.shape[1]), heads)": (
            "np.arange(queries.shape[1]).reshape(-1, heads).T"
        ),
        "np.concatenate(outputs, axis=1)": "np.stack(outputs, axis=2).reshape(queries.shape)",
    },
)

many_heads.mistake("Over the queries", {"axis=1)[:, None]": "axis=0)"})(
    "Your softmax runs over the queries. Keys compete for one query."
)

many_heads.mistake("One head")(
    "You looked once, with whole vectors. Each head has a look of its own.",
    lambda queries, keys, values, heads: many_heads(queries, keys, values, 1),
)

many_heads.mistake("The heads added up", {"np.concatenate(outputs, axis=1)": "sum(outputs)"})(
    "You added up what the heads found. Their contexts stand side by side."
)


def _compute_weights(q, k):
    return softmax(q @ k.swapaxes(1, 2) / np.sqrt(q.shape[2]), axis=2)


@many_heads.mistake("Cut across the rows")
def _split_across_rows(queries, keys, values, heads):
    """You reshaped to N, T, D at once: that cuts across the symbols. Reshape to T, N, D, then
    exchange the first two axes.
    """
    D = queries.shape[1] // heads
    q, k, v = (x.reshape(heads, -1, D) for x in (queries, keys, values))
    return (_compute_weights(q, k) @ v).swapaxes(0, 1).reshape(queries.shape)


many_heads.mistake("Joined across the rows")(
    "You cut rightly, and joined N, T, D to T, H at once. Exchange the first two axes before.",
    {"np.concatenate(outputs, axis=1)": "np.array(outputs).reshape(queries.shape)"},
)

many_heads.mistake("Divided after the softmax")(
    "You divided the weights by the root. It belongs to the scores: weights sum to 1.",
    {" / np.sqrt(len(columns))": "", "p @": "p / np.sqrt(len(columns)) @"},
)

many_heads.mistake("With a mask", {"p @": "np.tril(p) / np.tril(p).sum(axis=1, keepdims=True) @"})(
    "You hid what comes later. Here every query sees every key."
)

many_heads.mistake("The root of the number of heads", {"len(columns)": "heads"})(
    "You divided by the root of N. What grows with its size is a sum of D = H / N products."
)

many_heads.mistake("Every N-th column")(
    "Your heads take every N-th column. The first head has the first H / N columns, and so on.",
    {
        "np.split(np.arange(queries.shape[1]), heads)": "("
        "np.arange(k, queries.shape[1], heads) for k in range(heads))"
    },
)

many_heads.mistake("The heads in reverse", {"outputs, axis": "outputs[::-1], axis"})(
    "Your heads stand in reverse order: what the first one finds comes first."
)

many_heads.mistake("The heads' columns mixed")(
    "You mixed the columns: the first of each head, then the second, and so on. All that the first "
    "head finds comes first.",
    lambda q, k, v, heads: (
        many_heads(q, k, v, heads).reshape(len(q), heads, -1).swapaxes(1, 2).reshape(len(q), -1)
    ),
)

many_heads.mistake("Scores as weights", {"p @ values": "scores @ values"})(
    "You summed values under scores. The softmax is missing."
)
