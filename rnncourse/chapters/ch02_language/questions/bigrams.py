"""Surprise in bits, and bigrams by counting."""

import numpy as np

from rnncourse.grading.writing import question

# --- 1. Bits and perplexity ---


@question("02-bits", 1, "Bits and perplexity", "recall", points=2, returns="bits perplexity")
def bits_and_perplexity(log_probs):
    """Return the mean bits per character and the perplexity of log probabilities in nats."""
    nats = -np.mean(log_probs)
    return nats / np.log(2), np.exp(nats)


@bits_and_perplexity.inputs
def _sample_log_probs(rng):
    yield (np.log([0.5, 0.125]),)
    yield (np.zeros(1),)
    yield (np.array([-1.0, -np.inf, -2.0]),)
    yield (np.log(rng.uniform(0.01, 1, size=6)),)
    yield (np.log(rng.uniform(0.001, 1, size=40)),)
    yield (3 * np.log(rng.uniform(0.001, 1, size=rng.integers(300, 400))),)  # their product is 0
    log_probs = np.log(rng.uniform(0.01, 1, size=rng.integers(4, 40)))
    log_probs[rng.integers(len(log_probs))] = -np.inf
    yield (log_probs,)


bits_and_perplexity.property("bits are at least 0", predicate=lambda a, bits, _: bits >= 0)

bits_and_perplexity.property(
    "perplexity is at least 1", predicate=lambda a, _, perplexity: perplexity >= 1
)

bits_and_perplexity.property(
    "perplexity is 2 to the power of the bits",
    predicate=lambda _, bits, perplexity: np.isclose(perplexity, 2.0**bits, rtol=1e-5),
)

bits_and_perplexity.mistake("Two to the power of nats", {"np.exp(nats)": "2.0**nats"})(
    "Your bits are right, but the perplexity is 2 to the power of a loss in nats. Nats belong to "
    "e, bits to 2."
)

bits_and_perplexity.mistake("e to the power of bits", {"np.exp(nats)": "np.exp(nats / np.log(2))"})(
    "Your bits are right, but the perplexity is e to the power of a loss in bits. Nats belong to "
    "e, bits to 2."
)

bits_and_perplexity.mistake("Nats where bits were asked", {"nats / np.log(2)": "nats"})(
    "Your perplexity is right, but the first number is in nats. A nat is 1.44 bits: divide by the "
    "natural logarithm of 2."
)

bits_and_perplexity.mistake("Nats taken for bits")(
    "The logarithms are natural, so their mean is in nats. You took it for bits: divide by the "
    "natural logarithm of 2.",
    {"nats / np.log(2), np.exp(nats)": "nats, 2.0**nats"},
)

bits_and_perplexity.mistake("Multiplied by ln 2", {"/ np.log(2)": "* np.log(2)"})(
    "You multiplied by ln 2. A nat is more than a bit, 1.44 of them: divide."
)

bits_and_perplexity.mistake("The mean of the probabilities")(
    "You averaged the probabilities and took the logarithm after that. Surprises are averaged, so "
    "the logarithm comes first: one impossible character must make the mean infinite.",
    {"np.mean(log_probs)": "np.log(np.mean(np.exp(log_probs)))"},
)

bits_and_perplexity.mistake("A product of all probabilities")(
    "Right for short texts. A product of many probabilities is smaller than a computer's numbers "
    "can be, and becomes 0. Stay with logarithms, and add them.",
    {"np.mean(log_probs)": "np.log(np.prod(np.exp(log_probs))) / len(log_probs)"},
)

bits_and_perplexity.mistake("The sum in the place of the mean", {"mean": "sum"})(
    "You added the surprises of the whole text. Per character means: divide by how many there are."
)

bits_and_perplexity.mistake("The sign", {"-np.mean": "np.mean"})(
    "Your sign is the wrong way round. The logarithm of a probability is negative, and surprise is "
    "minus that."
)

bits_and_perplexity.mistake("The sign of the perplexity", {"np.exp(nats)": "np.exp(-nats)"})(
    "Your bits are right, but the perplexity is e to the power of the mean logarithm, which is "
    "negative: surprise is minus that."
)

bits_and_perplexity.mistake("Impossible characters left out")(
    "You left out the characters whose probability was 0. The model called something impossible "
    "that happened: no finite number of bits pays for that, and both answers are infinite.",
    lambda log_probs: bits_and_perplexity(log_probs[np.isfinite(log_probs)]),
)

bits_and_perplexity.mistake("The perplexity by a product")(
    "Your bits are right. The perplexity is right for short texts only: a product of many "
    "probabilities is smaller than a computer's numbers can be, and becomes 0.",
    {"np.exp(nats)": "np.prod(np.exp(log_probs)) ** (-1 / len(log_probs))"},
)


@bits_and_perplexity.mistake("Weighted by the probabilities")
def _weight_by_probs(log_probs):
    """You weighted each surprise by its probability, as an entropy does. Here each character of
    the text came once: take the plain mean."""
    with np.errstate(invalid="ignore"):
        nats = -np.mean(np.exp(log_probs) * log_probs)
    return nats / np.log(2), np.exp(nats)


bits_and_perplexity.mistake("The mean of perplexities")(
    "Your bits are right, but you took e to the power of each loss, and averaged after that. The "
    "mean of the losses comes first.",
    {"np.exp(nats)": "np.mean(np.exp(-log_probs))"},
)


# --- 2. Bigrams ---


def _count_pairs(ids, V):
    one_hot = np.eye(V)[ids]
    return one_hot[:-1].T @ one_hot[1:]


def _divide(counts, denominators):
    return counts / np.maximum(denominators, 1)


@question("02-bigrams", 2, "Bigram probabilities", "apply", returns="probs")
def bigram_probs(ids, V):
    """Return P(w | u) at row u and column w, `(V, V)`."""
    counts = _count_pairs(ids, V)
    return _divide(counts, counts.sum(axis=1, keepdims=True))


@bigram_probs.inputs
def _sample_texts(rng):
    yield np.array([0, 1, 1, 2]), 3
    yield np.array([3]), 4
    yield np.array([0, 1, 2, 0, 3, 0, 4, 0, 1, 2, 0]), 5  # abracadabra
    yield rng.integers(20, size=30), 21
    yield rng.integers(8, size=200), 8
    V = int(rng.integers(9, 40))
    yield rng.integers(V, size=rng.integers(201, 300)), V


bigram_probs.property("no probability is negative", predicate=lambda _, probs: np.all(probs >= 0))


@bigram_probs.property("every row sums to 1, or to 0 where nothing followed")
def _rows_are_distributions(_, probs):
    """A row belongs to one context: divide it by how often that context was followed."""
    sums = probs.sum(axis=1)
    return np.all(np.isclose(sums, 1, rtol=1e-5) | (np.abs(sums) < 1e-7))


bigram_probs.mistake("The last character counted as a context")(
    "You divide by how often a character occurs. The last character of the text is followed by "
    "nothing, so there it is no context: its row sums to less than 1.",
    {"counts.sum(axis=1, keepdims=True)": "np.bincount(ids, minlength=V)[:, None]"},
)

bigram_probs.mistake("Normalized over the wrong axis", {"axis=1, keepdims=True": "axis=0"})(
    "You normalized over the contexts: your columns sum to 1. That answers what came before a "
    "character. Here the rows should sum to 1, over what comes after."
)

bigram_probs.mistake("Rows and columns exchanged", lambda ids, V: bigram_probs(ids, V).T)(
    "Your numbers are right, but rows and columns are exchanged: row u is the context, column w "
    "the character after it."
)

bigram_probs.mistake("Add-one by habit", {"(ids, V)": "(ids, V) + 1"})(
    "You added 1 to every count. That is add-one smoothing; asked for is the plain ratio."
)

bigram_probs.mistake("Divided by the number of all pairs")(
    "You divided by the number of all pairs, so the whole table sums to 1. That is how likely a "
    "pair is; asked for is how likely a character is after its context.",
    {"counts.sum(axis=1, keepdims=True)": "counts.sum()"},
)

bigram_probs.mistake("0/0 left in the table")(
    "A character that nothing followed gives 0/0 here, which is NaN. Its row should be 0.",
    {"_divide(counts, ": "(counts / "},
)

bigram_probs.mistake("A uniform row for a context never seen")(
    "You gave a context that was never followed the uniform distribution. A sensible idea, and a "
    "kind of smoothing; asked for is a row of zeros.",
    {"return": "return ~counts.any(axis=1)[:, None] / V +"},
)


@bigram_probs.mistake("Pairs that come again counted once")
def _count_kinds_of_pairs(ids, V):
    """You counted a pair once, however often it comes. `counts[a, b] += 1` with arrays as places
    adds 1 to each place a single time: use `np.add.at`, or a loop."""
    counts = np.minimum(_count_pairs(ids, V), 1)
    return _divide(counts, counts.sum(axis=1, keepdims=True))


@bigram_probs.mistake("The pair turned around")
def _count_turned_pairs(ids, V):
    """Your rows belong to the character that comes after, and say what came before it. Row u is
    the character that comes first."""
    counts = _count_pairs(ids, V).T
    return _divide(counts, counts.sum(axis=1, keepdims=True))


bigram_probs.mistake("The last pair left out", {"(ids, V)": "(ids[:-1], V)"})(
    "You left out the last pair. A text of T characters has T − 1 of them."
)
