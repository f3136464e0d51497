"""Scaled dot products, many queries at once."""

import numpy as np

from rnncourse.core.arithmetic import is_in_range
from rnncourse.grading.writing import question


@question("12-scaled", 3, "A look-up with scaled dot products", "apply", returns="contexts")
def scaled_attention(queries, keys, values):
    """Return the context of each query, `(T, E)`."""
    scores = queries @ keys.T / np.sqrt(keys.shape[1])
    p = np.exp(scores - scores.max(axis=1, keepdims=True))
    return p / p.sum(axis=1, keepdims=True) @ values


@scaled_attention.inputs
def _sample_inputs(rng):
    yield np.eye(2), np.array([[2.0, 0.0], [0.0, 3.0]]), np.array([[1.0], [5.0]])
    queries = rng.normal([[3000, 0], [0, 0]])
    yield queries, np.array([[1.0, 2.0], [0.5, 1.0]]), rng.normal(size=(2, 1))
    sizes = rng.integers((13, 13, 2, 2), (20, 20, 9, 9))
    for T, S, H, E in ((3, 3, 4, 4), (2, 5, 9, 3), (4, 4, 3, 4), (5, 5, 5, 5), sizes):
        yield rng.normal(0, 1.5, (T, H)), rng.normal(0, 1.5, (S, H)), rng.normal(size=(S, E))


@scaled_attention.property("a context lies between the smallest and the largest value")
def _is_within_values(arguments, contexts):
    """It is a mean: weights are positive and sum to 1."""
    return is_in_range(contexts, arguments[2])


scaled_attention.mistake("By the size, not its root", {"np.sqrt(keys.shape[1])": "keys.shape[1]"})(
    "You divided by the size of a key. Of a sum of H independent products it is the variance that "
    "grows like H; what is the spread?"
)

scaled_attention.mistake("Not scaled", {" / np.sqrt(keys.shape[1])": ""})(
    "You did not scale. The longer the vectors, the harder your look-up would be."
)

scaled_attention.mistake("Multiplied by the root", {"/ np.sqrt": "* np.sqrt"})(
    "You multiplied by the root. It makes large scores larger still."
)

scaled_attention.mistake("By the number of keys")(
    "You scaled by the number of keys. What makes dot products large is the size of a vector.",
    {"keys.shape[1]": "len(keys)"},
    {"np.sqrt(keys.shape[1])": "len(keys)"},
)

scaled_attention.mistake("By the number of queries")(
    "You scaled by the number of queries. What makes dot products large is the size of a vector.",
    {"keys.shape[1]": "len(queries)"},
    {"np.sqrt(keys.shape[1])": "len(queries)"},
)

scaled_attention.mistake("By the size of the values", {"keys.shape": "values.shape"})(
    "You took the size from the values. What grows large is the product of a query and a key."
)

scaled_attention.mistake("By the length of the vectors")(
    "You divided by the norms: that is the cosine. Long keys may call louder here.",
    {
        "np.sqrt(keys.shape[1])": (
            "np.linalg.norm(queries, axis=1)[:, None] / np.linalg.norm(keys, axis=1)"
        )
    },
)

scaled_attention.mistake("Over the queries", {"axis=1": ("axis=0", 2)})(
    "Your softmax runs over the queries. Keys compete for one query, not queries for one key."
)

scaled_attention.mistake("Exponentials that overflow")(
    "Large scores overflow: subtract the largest of each query first.",
    {" - scores.max(axis=1, keepdims=True)": ""},
)

scaled_attention.mistake("One maximum for all queries", {"max(axis=1, keepdims=True)": "max()"})(
    "You subtracted the largest of all scores. The weights of a query whose scores are far smaller "
    "are all 0 then, and 0/0 is NaN: each query needs its own maximum."
)

scaled_attention.mistake("One maximum for all queries, and another scale")(
    "You subtracted the largest of all scores. The weights of a query whose scores are far smaller "
    "are all 0 then, and 0/0 is NaN: each query needs its own maximum. And the scale is not one "
    "over the root of the size of a key.",
    {"max(axis=1, keepdims=True)": "max()", " / np.sqrt(keys.shape[1])": ""},
    {"max(axis=1, keepdims=True)": "max()", "np.sqrt(keys.shape[1])": "keys.shape[1]"},
)

scaled_attention.mistake("The maximum of each key", {"max(axis=1": "max(axis=0"})(
    "You subtracted the largest score of each key. Only what is the same for all keys of one query "
    "cancels: take the maximum of each query."
)

scaled_attention.mistake("One softmax for all queries", {"axis=1, keepdims=True": ("", 2)})(
    "The weights of all queries together sum to 1. Each query has its own softmax: divide by the "
    "sum of its row."
)

scaled_attention.mistake("The best key alone")(
    "You took the value of the best key alone. A soft look-up is a mean of all.",
    lambda queries, keys, values: values[(queries @ keys.T).argmax(axis=1)],
)

scaled_attention.mistake("Scores in the place of weights")(
    "You summed values under scores. The softmax is missing.",
    lambda queries, keys, values: queries @ keys.T / np.sqrt(keys.shape[1]) @ values,
)

scaled_attention.mistake("Scaled after the softmax")(
    "You divided what was found, not the scores. The root belongs in front of the softmax.",
    lambda q, k, v: scaled_attention(q * np.sqrt(q.shape[1]), k, v) / np.sqrt(q.shape[1]),
)

scaled_attention.mistake("Not divided by the sum", {"p / p.sum(axis=1, keepdims=True)": "p"})(
    "Your weights do not sum to 1: the division by their sum is missing."
)

scaled_attention.mistake("Large scores cut off")(
    "You cut large scores off, so two keys far apart look alike. Subtract the largest score "
    "of each query.",
    {"(scores - scores.max(axis=1, keepdims=True))": "(scores.clip(-50, 50))"},
)
