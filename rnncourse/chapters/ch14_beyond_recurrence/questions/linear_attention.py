"""Linear attention as a recurrent network."""

import numpy as np

from rnncourse.grading.writing import question


@question("14-linear", 6, "Attention as a recurrence", "derive", points=3, returns="ys S z")
def linear_attention_step(q, k, v, S, z):
    """Return all outputs, and the state, S and z, to go on from."""
    ys = []
    for t, q_t in enumerate(q):
        S, z = S + np.outer(k[t], v[t]), z + k[t]
        ys.append(q_t @ S / (q_t @ z))
    return np.stack(ys), S, z


@linear_attention_step.inputs
def _sample_inputs(rng):
    q, k = np.eye(2), np.array([[1.0, 2.0], [3.0, 4.0]])
    yield q, k, np.array([[1.0], [5.0]]), np.zeros((2, 1)), np.zeros(2)
    sizes = rng.integers((13, 2, 2, 2), (20, 8, 8, 8))
    for T, D, E, n_before in ((3, 2, 4, 2), (5, 4, 2, 0), (4, 3, 5, 3), (6, 2, 3, 1), sizes):
        q, k = rng.uniform(0.2, 2.0, (2, T, D))
        keys, values = rng.uniform(0.2, 2.0, (n_before, D)), rng.normal(size=(n_before, E))
        yield q, k, rng.normal(size=(T, E)), keys.T @ values, keys.sum(axis=0)


@linear_attention_step.property("with nothing read before, the first answer is the first value")
def _begins_with_first_value(arguments, ys, S, z):
    """There is nothing else to look at."""
    return arguments[4].any() or np.allclose(ys[0], arguments[2][0])


@linear_attention_step.property("the new z is the old one and all keys")
def _adds_all_keys(arguments, ys, S, z):
    """Each symbol adds its key to z, once; the next call goes on from there."""
    return np.allclose(z, arguments[4] + arguments[1].sum(axis=0))


linear_attention_step.mistake("Not divided", {" / (q_t @ z)": ""})(
    "You did not divide: the weights should sum to 1."
)

linear_attention_step.mistake("Divided by the number of symbols", {"(q_t @ z)": "(t + 1)"})(
    "You divided by how many symbols came so far. What the weights sum to is q . z."
)

linear_attention_step.mistake("The softmax")(
    "You took exponentials. The weights here are the products themselves.",
    {
        "ys.append(q_t @ S / (q_t @ z))": (
            "p = np.exp(k[: t + 1] @ q_t)\n        ys.append(p @ v[: t + 1] / p.sum())"
        )
    },
)

linear_attention_step.mistake("All of the text")(
    "Your first symbol sees the last one. The state holds only what was read so far.",
    {"ys.append(q_t @ S / (q_t @ z))": "pass", "np.stack(ys)": "q @ S / (q @ z)[:, None]"},
)

linear_attention_step.mistake("Divided by the last state's sum")(
    "You divided by the sum of all keys. z, too, holds only what was read so far.",
    {" / (q_t @ z)": "", "stack(ys)": "stack(ys) / (q @ z)[:, None]"},
)

linear_attention_step.mistake("The key divides", {"(q_t @ z)": "(k[t] @ z)"})(
    "You divided by k . z. It is the query that asks."
)

linear_attention_step.mistake("Answered before it was read")(
    "You answered from the state before, and added the symbol afterwards. A symbol sees itself.",
    {
        "S, z = S": "ys.append(q_t @ S / (q_t @ z))\n        S, z = S",
        "k[t]\n        ys.append(q_t @ S / (q_t @ z))": "k[t]",
    },
)

linear_attention_step.mistake("The text before forgotten")(
    "You began with zeros. S and z hold what was read before.",
    {"ys = []": "ys, S, z = [], 0 * S, 0 * z"},
)

linear_attention_step.mistake("The text before not handed on")(
    "Your answers are right, and the state you return holds this text alone.",
    lambda q, k, v, S, z: (linear_attention_step(q, k, v, S, z)[0], k.T @ v, k.sum(axis=0)),
)

linear_attention_step.mistake("The state as it came")(
    "Your answers are right, and you returned the state that came in. Who reads on needs the new "
    "one.",
    lambda q, k, v, S, z: (linear_attention_step(q, k, v, S, z)[0], S, z),
)

linear_attention_step.mistake("The state of the symbol alone", {"S + np": "np", "z + k": "k"})(
    "You did not add to the state of the step before: each symbol sees itself alone."
)

linear_attention_step.mistake("Query and key exchanged")(
    "You kept the queries, and asked with the keys. What stays in the state is the key.",
    {"enumerate(q)": "enumerate(k)", "k[t]": ("q[t]", 2)},
)

linear_attention_step.mistake("The key added too late")(
    "Each answer of yours is made before the key and the value of its own symbol have been added. "
    "The sums run to s = t.",
    {
        "S, z = S + np.outer(k[t], v[t]), z + k[t]\n        ys.append(q_t @ S / (q_t @ z))": ""
        "ys.append(q_t @ S / (q_t @ z) if q_t @ z else 0 * v[t])\n"
        "        S, z = S + np.outer(k[t], v[t]), z + k[t]"
    },
)

linear_attention_step.mistake(
    "The wrong divisor", {"(q_t @ z)": "z.sum()"}, {"(q_t @ z)": "q_t.sum()"}
)("What you divide by is no sum of the weights. A weight is q · k, so their sum is q · z.")
