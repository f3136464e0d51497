"""One more symbol, with a cache."""

import numpy as np

from rnncourse.grading.writing import question


@question("14-cache", 4, "One more symbol", "build", points=2, returns="y keys values")
def read_next(x, W_q, W_k, W_v, keys, values):
    """Return the output of the new symbol, and the longer caches, `(T + 1, D)`."""
    keys = np.concatenate([keys, (x @ W_k)[None]])
    values = np.concatenate([values, (x @ W_v)[None]])
    scores = keys @ (x @ W_q) / np.sqrt(keys.shape[1])
    return np.exp(scores - np.logaddexp.reduce(scores)) @ values, keys, values


@read_next.inputs
def _sample_inputs(rng):
    yield (
        np.array([1.0, 0.0]),
        np.array([[1.0, 1.0], [0.0, 1.0]]),
        2 * np.eye(2),
        3 * np.eye(2),
        np.array([[0.0, 1.0]]),
        np.array([[5.0, 5.0]]),
    )
    sizes = rng.integers((13, 2, 2), (20, 9, 9))
    for S, H, D in ((1, 3, 2), (4, 3, 5), (6, 2, 4), (0, 3, 3), sizes, (5, 4, 4)):
        matrices = (rng.normal(size=(H, D)) for _ in range(3))
        caches = (rng.normal(size=(S, D)) for _ in range(2))
        yield (rng.normal(size=H), *matrices, *caches)


@read_next.property("the caches are one row longer, and their other rows are as they were")
def _adds_one_row(arguments, y, keys, values):
    """Each symbol leaves one key and one value, behind the others."""
    if not len(keys) == len(values) == len(arguments[4]) + 1:
        return False
    return np.allclose(keys[:-1], arguments[4]) and np.allclose(values[:-1], arguments[5])


STRICTLY_CAUSAL = {"= keys @": "= keys[:-1] @", ") @ values": ") @ values[:-1]"}
"""A look before the own key is there; the answers below differ where there is no other key."""


read_next.mistake("Looked before it stood there", raises="ValueError")(
    "The symbol looked before its own key and value were in the cache. It sees itself, too.",
    STRICTLY_CAUSAL,
    *(
        {**STRICTLY_CAUSAL, "return": f"return {first_answer} if len(keys) == 1 else"}
        for first_answer in ("values[0]", "np.nan * values[0]", "scores.max()")
    ),
)

read_next.mistake("Keys and values exchanged", {"keys @": "values @", "@ values": "@ keys"})(
    "You compared the query with values, and took the mean of keys."
)

read_next.mistake("The cache of the wrong matrix")(
    "You put the value into the cache of the keys, and the key into that of the values.",
    lambda x, W_q, W_k, W_v, *caches: read_next(x, W_q, W_v, W_k, *caches),
)

read_next.mistake("Put in front")(
    "You put the new symbol in front. The mean is the same; the cache is in the wrong order.",
    {"values, keys, values": "values, np.roll(keys, 1, axis=0), np.roll(values, 1, axis=0)"},
)

read_next.mistake("Not scaled", {" / np.sqrt(keys.shape[1])": ""})(
    "You did not divide the scores by the root of a key's size."
)

read_next.mistake("The query in the cache", {"W_k": "W_q"})(
    "You kept the query. A query is asked once; what later symbols need is the key."
)

read_next.mistake("The vector as query", {"x @ W_q": "x if len(x) == W_q.shape[1] else x @ W_q"})(
    "Your query is x itself, wherever that fits. It is x W_q."
)

read_next.mistake("Another root")(
    "You divided by the root of another size. A score is a sum of D products, one for each number "
    "of a key.",
    {"keys.shape[1]": "len(x)"},
    {"keys.shape[1]": "len(keys)"},
    {"np.sqrt(keys.shape[1])": "keys.shape[1]"},
)

read_next.mistake("The caches as they were", lambda *args: (read_next(*args)[0], *args[-2:]))(
    "You returned the caches that came in. The next symbol would not find this one."
)

read_next.mistake("All alike")(
    "You took the plain mean of the values. The query says which of them count.",
    {"np.exp(scores - np.logaddexp.reduce(scores)) @ values": "values.mean(axis=0)"},
)

read_next.mistake("Scores as weights", {"np.exp(scores - np.logaddexp.reduce(scores))": "scores"})(
    "You multiplied by the scores themselves. Weights are their softmax."
)

read_next.mistake("The key asks", {"x @ W_q": "x @ W_k"})(
    "The new symbol asks with its key. It asks with its query, `x @ W_q`."
)

read_next.mistake("Keys in the place of values", {" @ values, keys": " @ keys, keys"})(
    "You summed the keys. They only say where to look; what is summed are the values."
)
