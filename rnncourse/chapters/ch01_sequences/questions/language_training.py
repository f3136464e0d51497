"""A reader of words from made-up languages, trained by the student: letters in their order."""

import numpy as np

from rnncourse.grading.fitting import (
    RELU,
    TRAINED,
    TRANSPOSED,
    add_formula_mistakes,
    add_usual_mistakes,
    describe_first_wrong,
    fit,
)
from rnncourse.grading.questions import Evaluation, HeldOutCase
from rnncourse.grading.writing import question

UPDATES, BATCH, LETTERS, LANGUAGES, UNITS = 600, 64, 12, 4, 32
MIN_LENGTH, MAX_LENGTH = 3, 10
POINTS_BY_SHARE = (0.4, 1), (0.6, 2), (0.75, 3)
PREDICTION_TOLERANCE = 0.005
"""How near a prediction has to be, as a share: it is counted, and other draws have other shares."""


@question("01-train", 9, "Which language is it?", returns="E W b V losses prediction", **TRAINED)
def train_reader(words, languages, H):
    """Return E, W, b and V as arrays, the loss of each update, and what half the words give."""
    import torch

    torch.manual_seed(1)
    shapes = [v.shape for v in _make_zero_outputs(words, languages, H)[:4]]
    w = [(torch.randn(s) / H**0.5 * (len(s) == 2)).requires_grad_() for s in shapes]
    E, W, b, V = w

    def compute_loss(batch, targets):
        h = torch.zeros(len(batch), H)
        for letters in batch.T:
            h_new = torch.tanh(E[letters] + h @ W + b)
            h = torch.where(letters[:, None] >= 0, h_new, h)
        return torch.nn.functional.cross_entropy(h @ V, targets)

    prediction = _measure_second_half(words, languages)
    return *fit(w, compute_loss, words, languages, rate=0.015), prediction


def _measure_second_half(words, languages):
    """Return how often who counts letters in half of the batches is right in the other half."""
    half = len(words) // 2
    new_words = words[half:].reshape(-1, words.shape[2])
    predicted = _predict_by_counts(words[:half], languages[:half], new_words)
    return (predicted == languages[half:].ravel()).mean()


def _predict_by_counts(words, languages, new_words):
    """Name the language by how often each letter stands in a word, whatever the order."""
    letter_counts = (words.reshape(-1, words.shape[-1], 1) == np.arange(LETTERS)).sum(axis=1)
    counts_by_language = np.eye(LANGUAGES)[languages.ravel()].T @ letter_counts + 1
    scores = np.log(counts_by_language / counts_by_language.sum(axis=1, keepdims=True))
    return ((new_words[:, :, None] == np.arange(LETTERS)).sum(axis=1) @ scores.T).argmax(axis=1)


# --- The task, and what the judge looks at ---


@train_reader.inputs
def _sample_tasks(rng):
    """Draw `words`, `(N, B, T)`, with -1 behind the end of each, and `languages`, `(N, B)`."""
    chains = _sample_chains(rng)
    words, languages = _sample_words(rng, chains, UPDATES * BATCH)
    held_out = *_sample_words(rng, chains, 4000), chains
    shape = UPDATES, BATCH
    yield HeldOutCase(
        (words.reshape(*shape, MAX_LENGTH), languages.reshape(shape), UNITS), held_out
    )


def _sample_chains(rng):
    """Return `(L, S, S)`: which letter follows which; three are likely, the others by language."""
    letter_shares = rng.dirichlet(np.full(LETTERS, 1.5), size=LANGUAGES)
    permutations = [
        [np.eye(LETTERS)[rng.permutation(LETTERS)] for _ in range(3)] for _ in letter_shares
    ]
    mixing = rng.uniform(0.05, 0.2)
    return (1 - mixing) * np.mean(permutations, axis=1) + mixing * letter_shares[:, None]


def _sample_words(rng, chains, n):
    languages = rng.integers(LANGUAGES, size=n)
    lengths = rng.integers(MIN_LENGTH, MAX_LENGTH + 1, size=n)
    words, letters = np.full((n, MAX_LENGTH), -1), rng.integers(LETTERS, size=n)
    cumulative = chains.cumsum(axis=2)
    for t in range(MAX_LENGTH):
        words[:, t] = np.where(t < lengths, letters, -1)
        is_passed = rng.random((n, 1)) > cumulative[languages, letters]
        letters = is_passed.sum(axis=1).clip(max=LETTERS - 1)
    return words, languages


def _predict_by_chains(chains, words):
    """Name the language as who knows the chains does: the highest likelihood."""
    letters, next_letters = words[:, :-1], words[:, 1:]
    log_probs = np.where(next_letters >= 0, np.log(chains[:, letters, next_letters]), 0.0)
    return log_probs.sum(axis=2).argmax(axis=0)


def _make_zero_outputs(words, languages, H):
    shapes = (LETTERS, H), (H, H), (H,), (H, LANGUAGES), (len(words),), ()
    return tuple(map(np.zeros, shapes))


def _classify(w, words, masked=True, activation=np.tanh):
    E, W, b, V = w
    h = np.zeros((len(words), len(W)))
    for letters in words.T:
        h_new = activation(E[letters] + h @ W + b)
        h = np.where(letters[:, None] >= 0, h_new, h) if masked else h_new
    return (h @ V).argmax(axis=1)


@train_reader.trained(_make_zero_outputs, POINTS_BY_SHARE)
def _evaluate(arguments, *values):
    words, languages, _ = arguments
    new_words, answers, chains = arguments.held_out
    *w, losses, prediction = values
    E, W, b, V = w
    predicted = _classify(w, new_words)
    true_prediction = _measure_second_half(words, languages)
    facts = {
        "unmasked_accuracy": (_classify(w, new_words, masked=False) == answers).mean(),
        "W transposed": (_classify((E, W.T, b, V), new_words) == answers).mean(),
        "A ReLU in place of tanh": (
            _classify(w, new_words, activation=lambda a: a.clip(min=0)) == answers
        ).mean(),
        "on_first": (_classify(w, words[0]) == languages[0]).mean(),
        "on_last": (_classify(w, words[-1]) == languages[-1]).mean(),
    }
    return Evaluation(
        score=(predicted == answers).mean(),
        baseline=(_predict_by_counts(words, languages, new_words) == answers).mean(),
        reference=(_predict_by_chains(chains, new_words) == answers).mean(),
        templates=(
            "letters counted {:.0%} are right",
            "yours {:.0%}",
            "who knows the rules {:.0%}",
        ),
        losses=losses,
        example=describe_first_wrong(
            predicted != answers,
            lambda n: (
                f"For `{new_words[n][new_words[n] >= 0].tolist()}` it names {predicted[n]}; "
                f"right is {answers[n]}."
            ),
        ),
        is_prediction_right=bool(abs(prediction - true_prediction) < PREDICTION_TOLERANCE),
        hint=f"Your prediction, {prediction:.3g}, is not yet right. Count each letter in "
        "each language, and name for a word the language in which its letters are the most likely: "
        "how often is that right on words that were not counted?",
        facts=facts,
    )


train_reader.mistake("Padding read as letters")(
    "Your network is better when its state goes on changing behind the end of a word than when it "
    "stays. A word ends with its last letter: where a letter is -1, keep the state that was there.",
    {"torch.where(letters[:, None] >= 0, h_new, h)": "h_new", "rate=0.015": "rate=0.01"},
    symptom=lambda s: (
        s.facts["unmasked_accuracy"] > s.score + 0.1 and s.last_loss < s.first_loss - 0.2
    ),
)

add_formula_mistakes(
    train_reader,
    {
        "W transposed": (TRANSPOSED.format("W"), {"h @ W": "h @ W.T"}),
        "A ReLU in place of tanh": (RELU, {"torch.tanh": "torch.relu"}),
    },
)

add_usual_mistakes(train_reader, {"rate=": "zero_grad=False, rate="}, {"h @ W": "0 * h @ W"}, few=0)
