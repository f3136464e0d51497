"""Words of an invented spelling through one vector, trained by the student."""

import numpy as np

from rnncourse.cells.convert import gru_from_torch
from rnncourse.cells.gru import gru_step
from rnncourse.data.invented import (
    BEGIN,
    END,
    LETTERS,
    correct_words,
    describe_wrong_word,
    sample_spelling,
    sample_words,
)
from rnncourse.grading.fitting import (
    TRAINED,
    add_formula_mistakes,
    add_usual_mistakes,
    describe_exposure_gap,
    fit,
)
from rnncourse.grading.questions import Evaluation, HeldOutCase
from rnncourse.grading.writing import question

UPDATES, BATCH, UNITS, LENGTH = 600, 64, 64, 5
POINTS_BY_SHARE = (0.4, 1), (0.6, 2), (0.8, 3)
PREDICTION_TOLERANCE = 0.01
"""How near a prediction has to be, in bits."""


@question(
    "11-speak",
    8,
    "A spelling that nobody tells",
    returns="W_ih W_hh b_ih b_hh V_ih V_hh a_ih a_hh W_y b_y losses prediction",
    **TRAINED | {"seconds": 60.0},
)
def train_speaker(letters, sounds, n, H):
    """Return the trained weights, the loss of each update, and the bits a unit has to hold."""
    import torch

    torch.manual_seed(1)
    encoder, decoder = torch.nn.GRU(LETTERS, H), torch.nn.GRU(BEGIN + 1, H)
    readout = torch.nn.Linear(H, END + 1)
    w = [*encoder.parameters(), *decoder.parameters(), *readout.parameters()]

    def compute_loss(x, y):
        _, vector = encoder(torch.eye(LETTERS)[x])
        inputs = torch.cat([torch.full_like(y[:1], BEGIN), y[:-1]])
        states, _ = decoder(torch.eye(BEGIN + 1)[inputs.clamp(min=0)], vector)
        logits = readout(states).flatten(0, 1)
        return torch.nn.functional.cross_entropy(logits, y.flatten(), ignore_index=-1)

    data = (a.swapaxes(1, 2) for a in (letters, sounds))
    return *fit(w, compute_loss, *data, rate=0.01), n * np.log2(LETTERS) / H


# --- The task, and what the judge looks at ---


@train_speaker.inputs
def _sample_tasks(rng):
    """Draw `letters`, `(N, B, T)`, and `sounds`, `(N, B, T + 1)`, what they say."""
    spelling = sample_spelling(rng)
    letters, sounds, _ = sample_words(rng, spelling, UPDATES * BATCH, LENGTH)
    batches = (a.reshape(UPDATES, BATCH, -1) for a in (letters, sounds))
    n = int(rng.integers(100, 1000))
    yield HeldOutCase((*batches, n, UNITS), sample_words(rng, spelling, 1000, LENGTH))


def _make_zero_outputs(letters, sounds, n, H):
    shapes = [s for V in (LETTERS, BEGIN + 1) for s in ((3 * H, V), (3 * H, H), (3 * H,), (3 * H,))]
    return tuple(map(np.zeros, (*shapes, (END + 1, H), (END + 1,), (len(letters),), ())))


def _predict(w, letters, fed_sounds=None):
    """Return what the network says, `(n, T + 1)`: alone, or told what to hear, `(n, T + 1)`."""
    encoder, decoder = gru_from_torch(w[:4]), gru_from_torch(w[4:8])
    W_y, b_y = w[8:]
    h, predicted = np.zeros((len(letters), W_y.shape[1])), []
    for x in np.eye(LETTERS)[letters.T]:
        h = gru_step(x, h, encoder)
    inputs = np.full(len(letters), BEGIN)
    for t in range(letters.shape[1] + 1):
        if fed_sounds is not None:
            inputs = fed_sounds[:, t].clip(0)
        h = gru_step(np.eye(BEGIN + 1)[inputs], h, decoder)
        predicted.append((h @ W_y.T + b_y).argmax(axis=1))
        inputs = predicted[-1]
    return np.array(predicted).T


FORMULAS: dict[str, tuple[str, dict, dict]] = {
    "Read backward": (
        "words are read backward: did you turn the letters round? Here the encoder reads them as "
        "they stand.",
        {"[x]": "[x.flip(0)]"},
        {"step": -1},
    ),
    "Told the sound that it should say": (
        "it hears the very sound that it should say. It should hear the one before: `BEGIN` first, "
        "then the sounds without the last.",
        {"y[:-1]": "y[1:]"},
        {"input_kind": 1},
    ),
    "Never told to end": (
        "the end does not count: it says none. In the loss the end is a target like the sounds; "
        "only the fillers behind it are none.",
        {"y.flatten()": "y.masked_fill(y == END, -1).flatten()"},
        {"last": END - 1},
    ),
}
"""Other formulas: words, what they are in PyTorch, and what `_measure_formula` makes of them."""


def _measure_formula(w, letters, sounds, *, step=1, input_kind=0, last=END):
    """Return the share of sounds that is right when those before are told.

    Args:
        w: All weights, in the order of the answer.
        letters: `(n, T)`.
        sounds: `(n, T + 1)`.
        step: Of the encoder, through the letters.
        input_kind: 0 for the sound before, 1 for the one that should be said.
        last: The highest number that counts.
    """
    told = np.insert(sounds, 0, BEGIN, axis=1)[:, input_kind : input_kind + sounds.shape[1]]
    said = _predict(w, letters[:, ::step], told)
    return (said == sounds)[(sounds >= 0) & (sounds <= last)].mean()


@train_speaker.trained(_make_zero_outputs, POINTS_BY_SHARE)
def _evaluate(arguments, *values):
    letters, sounds, n, H = arguments
    words, truth, baseline_answers = arguments.held_out
    *w, losses, prediction = values
    predicted = _predict(w, words)
    is_correct, bits = correct_words(predicted, truth), n * np.log2(LETTERS) / H
    on_first, on_last = (correct_words(_predict(w, letters[k]), sounds[k]).mean() for k in (0, -1))
    forced_accuracy = _measure_formula(w, words, truth)
    return Evaluation(
        score=is_correct.mean(),
        baseline=correct_words(baseline_answers, truth).mean(),
        templates=("letter by letter {:.0%}", "yours {:.0%}", "all {:.0%}"),
        losses=losses,
        example=describe_wrong_word(words, truth, predicted)
        + describe_exposure_gap(forced_accuracy, (predicted == truth)[truth >= 0].mean()),
        is_prediction_right=bool(abs(prediction - bits) < PREDICTION_TOLERANCE),
        hint=f"Your prediction, {prediction:.4g}, is not yet right. How many bits is one of "
        f"{LETTERS} letters, if all are alike? And {n} of them? They share {H} numbers.",
        facts={
            "on_first": on_first,
            "on_last": on_last,
            "forced_accuracy": forced_accuracy,
            **{
                title: _measure_formula(w, words, truth, **options)
                for title, (_, _, options) in FORMULAS.items()
            },
        },
    )


add_formula_mistakes(train_speaker, {title: rest[:2] for title, rest in FORMULAS.items()})

add_usual_mistakes(train_speaker)
