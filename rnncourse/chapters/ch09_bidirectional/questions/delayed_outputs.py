"""An LSTM that may answer a few steps late, trained by the student: what a look ahead is worth."""

import numpy as np

from rnncourse.cells.layers import build_layer
from rnncourse.cells.lstm import LSTMWeights
from rnncourse.grading.fitting import (
    TRAINED,
    add_gate_order_mistake,
    add_usual_mistakes,
    fit,
    measure_reordered_accuracy,
)
from rnncourse.grading.questions import Evaluation, HeldOutCase
from rnncourse.grading.writing import question

UPDATES, BATCH, LENGTH, UNITS = 500, 32, 20, 32
LETTERS, SOUNDS, MAX_DELAY = 6, 4, 3
SWITCH_RATE = 0.06
"""How often a token says which language follows."""
POINTS_BY_SHARE = (0.4, 1), (0.6, 2), (0.75, 3)
PREDICTION_TOLERANCE = 0.005
"""How near a share has to be: it is counted, and other languages have other shares."""


@question(
    "09-late", 7, "Better late than wrong", returns="W b W_y b_y delay losses share", **TRAINED
)
def train_late(tokens, sounds, V, H):
    """Return the trained weights, the delay, the losses, and how often a table is right."""
    import torch

    delay = max(range(MAX_DELAY + 1), key=lambda k: _measure_pair_share(tokens, sounds, k))
    torch.manual_seed(1)
    lstm, output = torch.nn.LSTM(V, H), torch.nn.Linear(H, SOUNDS)
    w, one_hot = [*lstm.parameters(), *output.parameters()], torch.eye(V)

    def compute_loss(x, y):
        logits = output(lstm(one_hot[x])[0][delay:]).flatten(0, 1)
        targets = y[: len(y) - delay].flatten()
        return torch.nn.functional.cross_entropy(logits, targets, ignore_index=-1)

    W_ih, W_hh, b_ih, b_hh, W_y, b_y, losses = fit(w, compute_loss, tokens, sounds, rate=0.02)
    W, b, share = np.vstack([W_ih.T, W_hh.T]), b_ih + b_hh, _measure_language_share(tokens, sounds)
    return W, b, W_y.T, b_y, delay, losses, share


# --- What counts know ---


def _measure_pair_share(tokens, sounds, k):
    """Return the share that a table of a letter and the token k steps later has right."""
    T = tokens.shape[1] - k
    return _measure_table_share(tokens[:, :T], tokens[:, k:], sounds[:, :T])


def _measure_language_share(tokens, sounds):
    """Return the share that a table of the language and the letter has right."""
    return _measure_table_share(tokens, _find_languages(tokens), sounds)


def _measure_table_share(row_keys, column_keys, sounds):
    counts = np.zeros((LETTERS + 2, LETTERS + 2, SOUNDS))
    has_sound = sounds >= 0
    np.add.at(counts, (row_keys[has_sound], column_keys[has_sound], sounds[has_sound]), 1)
    return counts.max(axis=2).sum() / counts.sum()


def _find_languages(tokens):
    """Return the newest token that tells a language at each step; there is one at the first."""
    steps = np.arange(tokens.shape[1])[:, None]
    last_signs = np.maximum.accumulate(np.where(tokens >= LETTERS, steps, 0), axis=1)
    return np.take_along_axis(tokens, last_signs, axis=1)


# --- The task, and what the judge looks at ---


@train_late.inputs
def _sample_tasks(rng):
    """Draw `tokens` and `sounds`, -1 where there is none, `(N, T, B)` each."""
    lookahead = rng.integers(1, MAX_DELAY + 1)
    rule = rng.integers(SOUNDS, size=(2, LETTERS, LETTERS))
    tokens, sounds = _sample_rows(rng, lookahead, rule, UPDATES, BATCH)
    new_rows = _sample_rows(rng, lookahead, rule, 1, 500)
    yield HeldOutCase((tokens, sounds, LETTERS + 2, UNITS), (*new_rows, lookahead))


def _sample_rows(rng, lookahead, rule, N, B):
    """Return tokens and sounds, `(N, T, B)`: the rule of language, letter and a later letter."""
    tokens = rng.integers(LETTERS, size=(N, LENGTH, B))
    is_sign = rng.random(tokens.shape) < SWITCH_RATE
    is_sign[:, 0] = True
    tokens = np.where(is_sign, LETTERS + rng.integers(2, size=tokens.shape), tokens)
    T = LENGTH - lookahead
    tokens_now, tokens_later = tokens[:, :T], tokens[:, lookahead:]
    language = _find_languages(tokens)[:, :T] - LETTERS
    are_letters = (tokens_now < LETTERS) & (tokens_later < LETTERS)
    letters, later_letters = (np.minimum(a, LETTERS - 1) for a in (tokens_now, tokens_later))
    sounds = np.full(tokens.shape, -1)
    sounds[:, :T] = np.where(are_letters, rule[language, letters, later_letters], -1)
    return tokens, sounds


def _make_zero_outputs(tokens, sounds, V, H):
    shapes = (V + H, 4 * H), (4 * H,), (H, SOUNDS), (SOUNDS,), (), (len(tokens),), ()
    return tuple(map(np.zeros, shapes))


def _predict(w, tokens, delay):
    """Return the sound that is said of each letter, `(T - delay, B)`."""
    W, b, W_y, b_y = w
    V = len(W) - len(W_y)
    hs, _ = build_layer(LSTMWeights(W[:V], W[V:], b)).forward(np.eye(V)[tokens])
    return (hs @ W_y + b_y).argmax(axis=2)[delay:]


def _measure_accuracy(w, tokens, sounds, delay):
    """Return the share that is right; what is said after the end is not."""
    predicted, targets = _predict(w, tokens, delay), sounds[: len(sounds) - delay]
    return ((predicted == targets) & (targets >= 0)).sum() / (sounds >= 0).sum()


@train_late.trained(_make_zero_outputs, POINTS_BY_SHARE)
def _evaluate(arguments, *values):
    tokens, sounds, *_ = arguments
    (new_tokens,), (targets,), lookahead = arguments.held_out
    *w, delay, losses, share = values
    rounded_delay = int(np.clip(np.nan_to_num(delay), 0, MAX_DELAY))
    table_share = max(_measure_pair_share(tokens, sounds, k) for k in range(1, MAX_DELAY + 1))
    accuracies = [_measure_accuracy(w, new_tokens, targets, k) for k in range(MAX_DELAY + 1)]
    sample = new_tokens[:, :100], targets[:, :100], rounded_delay
    true_share = _measure_language_share(tokens, sounds)
    return Evaluation(
        score=accuracies[rounded_delay] if delay == rounded_delay else 0.0,
        baseline=table_share,
        templates=("a table of two letters {:.0%}", "yours {:.0%}", "all {:.0%}"),
        losses=losses,
        example=_describe_error(w, new_tokens, targets, rounded_delay),
        is_prediction_right=bool(abs(share - true_share) < PREDICTION_TOLERANCE),
        hint=f"Your share, {share:.3g}, is not yet right. Count, for each language and each "
        "letter, how often each sound comes; who has to answer at once says the most frequent one.",
        facts={
            "delay": float(delay),
            "lookahead": float(lookahead),
            "best_accuracy": max(accuracies),
            "reordered_accuracy": measure_reordered_accuracy(
                w, lambda w: _measure_accuracy(w, *sample), accuracies[rounded_delay]
            ),
            "on_first": _measure_accuracy(w, tokens[0], sounds[0], rounded_delay),
            "on_last": _measure_accuracy(w, tokens[-1], sounds[-1], rounded_delay),
        },
    )


def _describe_error(w, tokens, targets, delay):
    predicted = _predict(w, tokens, delay)
    t, b = np.nonzero((predicted != targets[: LENGTH - delay]) & (targets[: LENGTH - delay] >= 0))
    if not len(t):
        return ""
    t, b = t[0], b[0]
    next_tokens = tokens[t : t + MAX_DELAY + 1, b].tolist()
    language = _find_languages(tokens[None])[0, t, b]
    return (
        f"After token {language}, of {next_tokens[0]}, with {next_tokens[1:]} after it, "
        f"it says {predicted[t, b]}; right is {targets[t, b]}."
    )


train_late.mistake("Another delay than in training")(
    "Read with another delay, your network is right far more often. The `delay` that you return "
    "is the one that it was trained with: what it says at step t + `delay` is for step t.",
    {"delay, losses": "delay + 1, losses"},
    {"delay, losses": "delay - 1, losses"},
    symptom=lambda s: s.facts["best_accuracy"] > s.score + 0.25,
)

train_late.mistake("No wait", symptom=lambda s: s.facts["delay"] == 0 and s.score < 0.8)(
    "Your network answers at once, and what decides comes later: no network of this kind can know "
    "it yet. Let the answer to step t be given at step t + `delay`, in training, too.",
    {"= max(": "= 0 * max("},
)

add_gate_order_mistake(train_late, [0, 2, 1, 3], [1, 0, 2, 3])

add_usual_mistakes(train_late, few=0)
