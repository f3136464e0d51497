"""Words of an invented spelling, said by a decoder with attention, trained by the student."""

import numpy as np

from rnncourse.cells.convert import gru_from_torch
from rnncourse.cells.gru import gru_step
from rnncourse.core.arithmetic import softmax
from rnncourse.data.invented import (
    BEGIN,
    END,
    LETTERS,
    correct_words,
    describe_wrong_word,
    draw_spelling,
    draw_words,
)
from rnncourse.grading.fitting import TRAINED, add_usual_slips, describe_exposure_gap, fit
from rnncourse.grading.questions import Evaluation, HeldOutCase
from rnncourse.grading.writing import question

UPDATES, BATCH, UNITS, LENGTH = 500, 64, 48, 8
SCORE_WITHOUT_ATTENTION = 0.3
"""Words that these networks say rightly after the same training without attention, at most."""
POINTS_BY_SHARE = (0.4, 1), (0.65, 2), (0.85, 3)
PREDICTION_TOLERANCE = 0.01
"""How near a prediction has to be, as a share."""


@question(
    "12-attend",
    8,
    "Train attention",
    returns="W_ih W_hh b_ih b_hh V_ih V_hh a_ih a_hh W_y b_y losses prediction",
    **TRAINED | {"seconds": 60.0},
)
def train_attention(letters, sounds, n, d, H):
    """Return the trained weights, the loss of each update, and the predicted weight."""
    import torch

    torch.manual_seed(1)
    encoder, decoder = torch.nn.GRU(LETTERS, H), torch.nn.GRU(BEGIN + 1, H)
    readout = torch.nn.Linear(2 * H, END + 1)
    w = [*encoder.parameters(), *decoder.parameters(), *readout.parameters()]

    def compute_loss(x, y):
        encoder_states, vector = encoder(torch.eye(LETTERS)[x])
        inputs = torch.cat([torch.full_like(y[:1], BEGIN), y[:-1].clamp(min=0)])
        states, _ = decoder(torch.eye(BEGIN + 1)[inputs], vector)
        scores = torch.einsum("tbh,sbh->tbs", states, encoder_states)
        contexts = torch.einsum("tbs,sbh->tbh", scores.softmax(dim=2), encoder_states)
        logits = readout(torch.cat((states, contexts), dim=2))
        return torch.nn.functional.cross_entropy(logits.flatten(0, 1), y.flatten(), ignore_index=-1)

    data = (a.swapaxes(1, 2) for a in (letters, sounds))
    return *fit(w, compute_loss, *data, rate=0.01), np.exp(d) / (np.exp(d) + n - 1)


# --- The task, and what the judge looks at ---


@train_attention.inputs
def _draw_tasks(rng):
    """Draw `letters`, `(N, B, T)`, and `sounds`, `(N, B, T + 1)`, what they say; `n` and `d`."""
    spelling = draw_spelling(rng)
    letters, sounds, _ = draw_words(rng, spelling, UPDATES * BATCH, LENGTH)
    batches = (a.reshape(UPDATES, BATCH, -1) for a in (letters, sounds))
    n, d = int(rng.integers(10, 60)), float(rng.uniform(2.0, 5.0))
    yield HeldOutCase((*batches, n, d, UNITS), draw_words(rng, spelling, 1000, LENGTH)[:2])


def _make_zero_outputs(letters, sounds, n, d, H):
    shapes = [s for V in (LETTERS, BEGIN + 1) for s in ((3 * H, V), (3 * H, H), (3 * H,), (3 * H,))]
    return tuple(map(np.zeros, (*shapes, (END + 1, 2 * H), (END + 1,), (len(letters),), ())))


def _predict(
    w, letters, size=1.0, uses_old_state=False, context_first=False, attends=True, fed_sounds=None
):
    """Return what the network says after each sound, `(n, T + 1)`.

    Args:
        w: All weights, in the order of the answer.
        letters: `(n, T)`.
        size: By what scores are divided.
        uses_old_state: Whether the query is the state before a sound was read, not the one after.
        context_first: Whether the context stands before the state, not behind it.
        attends: Whether there is a context at all.
        fed_sounds: What it reads after each sound, `(n, T + 1)`; None for what it has said.
    """
    encoder, decoder = gru_from_torch(w[:4]), gru_from_torch(w[4:8])
    W_y, b_y = w[8:]
    h, encoder_states, predicted = np.zeros((len(letters), W_y.shape[1] // 2)), [], []
    for x in np.eye(LETTERS)[letters.T]:
        h = gru_step(x, h, encoder)
        encoder_states.append(h)
    encoder_states, inputs = np.stack(encoder_states, axis=1), np.full(len(letters), BEGIN)
    for t in range(letters.shape[1] + 1):
        h_before, h = h, gru_step(np.eye(BEGIN + 1)[inputs], h, decoder)
        scores = np.einsum("bh,bsh->bs", h_before if uses_old_state else h, encoder_states) / size
        context = np.einsum("bs,bsh->bh", softmax(scores), encoder_states) * attends
        halves = (context, h) if context_first else (h, context)
        predicted.append((np.hstack(halves) @ W_y.T + b_y).argmax(axis=1))
        inputs = predicted[-1] if fed_sounds is None else fed_sounds[:, t].clip(0)
    return np.array(predicted).T


@train_attention.trained(_make_zero_outputs, POINTS_BY_SHARE)
def _evaluate(arguments, *values):
    letters, sounds, n, d, H = arguments
    words, truth = arguments.held_out
    *w, losses, prediction = values
    predicted = _predict(w, words)
    is_correct, weight = correct_words(predicted, truth), np.exp(d) / (np.exp(d) + n - 1)
    on_first, on_last = (correct_words(_predict(w, letters[k]), sounds[k]).mean() for k in (0, -1))
    options_by_fact = {
        "scaled_accuracy": {"size": H**0.5},
        "old_state_accuracy": {"uses_old_state": True},
        "swapped_accuracy": {"context_first": True},
    }
    runs = predicted, _predict(w, words, attends=False), _predict(w, words, fed_sounds=truth)
    accuracy, accuracy_without_attention, forced_accuracy = (
        (run == truth)[truth >= 0].mean() for run in runs
    )
    return Evaluation(
        score=is_correct.mean(),
        baseline=SCORE_WITHOUT_ATTENTION,
        templates=("without attention at most {:.0%}", "yours {:.0%}", "all {:.0%}"),
        losses=losses,
        example=describe_wrong_word(words, truth, predicted)
        + describe_exposure_gap(forced_accuracy, accuracy),
        is_prediction_right=bool(abs(prediction - weight) < PREDICTION_TOLERANCE),
        hint=f"Your prediction, {prediction:.3g}, is not yet right. Softmax divides the "
        f"exponential of a score by the sum of all: one is larger, and {n - 1} are alike.",
        facts={
            "on_first": on_first,
            "on_last": on_last,
            "sound_accuracy": accuracy,
            "unattended_accuracy": accuracy_without_attention,
            **{
                name: correct_words(_predict(w, words, **options), truth).mean()
                for name, options in options_by_fact.items()
            },
        },
    )


train_attention.mistake("The context stands first")(
    "Your network is right when the readout has the context before the state. Here the state of "
    "the decoder comes first.",
    {"(states, contexts)": "(contexts, states)"},
    symptom=lambda s: s.facts["swapped_accuracy"] > s.score + 0.2,
)

train_attention.mistake("Scores divided by the root of the width")(
    "Your network is right when scores are divided by the square root of `H`, as in a transformer. "
    "Here they are the bare products.",
    {"states, encoder_states)": "states, encoder_states) / H**0.5"},
    symptom=lambda s: s.facts["scaled_accuracy"] > s.score + 0.1,
)

train_attention.mistake("A query of the step before")(
    "Your network is right when the query is the state that the decoder had before it read the "
    "last sound. Here it reads first, and the new state is the query.",
    {"states, encoder_states": "torch.cat([vector, states[:-1]]), encoder_states"},
    symptom=lambda s: s.facts["old_state_accuracy"] > s.score + 0.2,
)

train_attention.mistake("It does not attend")(
    "Your network does as well without a context: in training, the context did not reach the "
    "readout. All letters go through the one vector then, and eight are too many for it here.",
    {"dim=2), encoder_states)": "dim=2), encoder_states) * 0"},
    symptom=lambda s: (
        s.score < 0.4
        and s.facts["unattended_accuracy"] > max(0.3, s.facts["sound_accuracy"] - 0.02)
    ),
)

add_usual_slips(train_attention)
