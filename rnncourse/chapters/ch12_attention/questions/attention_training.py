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
    sample_spelling,
    sample_words,
)
from rnncourse.grading.fitting import (
    ATTENTION_MISTAKES,
    TRAINED,
    add_formula_mistakes,
    add_usual_mistakes,
    decode_teacher_forced,
    describe_exposure_gap,
    fit,
)
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
def _sample_tasks(rng):
    """Draw `letters`, `(N, B, T)`, and `sounds`, `(N, B, T + 1)`, what they say; `n` and `d`."""
    spelling = sample_spelling(rng)
    letters, sounds, _ = sample_words(rng, spelling, UPDATES * BATCH, LENGTH)
    batches = (a.reshape(UPDATES, BATCH, -1) for a in (letters, sounds))
    n, d = int(rng.integers(10, 60)), float(rng.uniform(2.0, 5.0))
    yield HeldOutCase((*batches, n, d, UNITS), sample_words(rng, spelling, 1000, LENGTH)[:2])


def _make_zero_outputs(letters, sounds, n, d, H):
    shapes = [s for V in (LETTERS, BEGIN + 1) for s in ((3 * H, V), (3 * H, H), (3 * H,), (3 * H,))]
    return tuple(map(np.zeros, (*shapes, (END + 1, 2 * H), (END + 1,), (len(letters),), ())))


def _predict(w, letters):
    """Return what the network says alone, `(n, T + 1)`."""
    decoder, (encoder_states, h), (W_y, b_y) = gru_from_torch(w[4:8]), _encode(w, letters), w[8:]
    inputs, predicted = np.full(len(letters), BEGIN), []
    for _ in range(letters.shape[1] + 1):
        h = gru_step(np.eye(BEGIN + 1)[inputs], h, decoder)
        p = softmax(np.einsum("bh,bsh->bs", h, encoder_states))
        context = np.einsum("bs,bsh->bh", p, encoder_states)
        inputs = (np.hstack((h, context)) @ W_y.T + b_y).argmax(axis=1)
        predicted.append(inputs)
    return np.array(predicted).T


def _encode(w, letters):
    """Return the encoder's states, `(n, T, H)`, and its last one."""
    encoder, states = gru_from_torch(w[:4]), [np.zeros((len(letters), w[1].shape[1]))]
    for x in np.eye(LETTERS)[letters.T]:
        states.append(gru_step(x, states[-1], encoder))
    return np.stack(states[1:], axis=1), states[-1]


FORMULAS: dict[str, tuple[str, dict, dict]] = {
    **{
        title: (words, answer, {"weigh": weigh})
        for title, (words, answer, weigh) in ATTENTION_MISTAKES.items()
    },
    "The context stands first": (
        "the readout has the context before the state. Here the state of the decoder comes first.",
        {"(states, contexts)": "(contexts, states)"},
        {"context_first": True},
    ),
    "A query of the step before": (
        "the query is the state that the decoder had before it read the last sound. Here it reads "
        "first, and the new state is the query.",
        {"states, encoder_states": "torch.cat([vector, states[:-1]]), encoder_states"},
        {"uses_old_state": True},
    ),
    "A decoder that starts from zero": (
        "the decoder starts from zero. Here it starts from the encoder's last state.",
        {"inputs], vector)": "inputs], 0 * vector)"},
        {"start": 0.0},
    ),
    "Told the sound that it should say": (
        "it hears the very sound that it should say. It should hear the one before: `BEGIN` first, "
        "then the sounds without the last.",
        {"y[:-1]": "y[1:]"},
        {"input_kind": 1},
    ),
}
"""Other formulas: words, what they are in PyTorch, and what `_measure_formula` makes of them."""


def _measure_formula(w, letters, sounds, *, start=1.0, input_kind=0, **options):
    """Return the share of sounds that is right when those before are told.

    Args:
        w: All weights, in the order of the answer.
        letters: `(n, T)`.
        sounds: `(n, T + 1)`.
        start: What the encoder's last state is multiplied by.
        input_kind: 0 for the sound before, 1 for the one that should be said.
        options: Of `decode_teacher_forced`.
    """
    encoder_states, vector = _encode(w, letters)
    told = np.insert(sounds, 0, BEGIN, axis=1)[:, input_kind : input_kind + sounds.shape[1]].clip(0)
    said = decode_teacher_forced(
        gru_from_torch(w[4:8]), w[8:], start * vector, told, *[encoder_states] * 2, **options
    )
    return (said == sounds)[sounds >= 0].mean()


@train_attention.trained(_make_zero_outputs, POINTS_BY_SHARE)
def _evaluate(arguments, *values):
    letters, sounds, n, d, _ = arguments
    words, truth = arguments.held_out
    *w, losses, prediction = values
    predicted = _predict(w, words)
    is_correct, weight = correct_words(predicted, truth), np.exp(d) / (np.exp(d) + n - 1)
    on_first, on_last = (correct_words(_predict(w, letters[k]), sounds[k]).mean() for k in (0, -1))
    forced_accuracy = _measure_formula(w, words, truth)
    return Evaluation(
        score=is_correct.mean(),
        baseline=SCORE_WITHOUT_ATTENTION,
        templates=("without attention at most {:.0%}", "yours {:.0%}", "all {:.0%}"),
        losses=losses,
        example=describe_wrong_word(words, truth, predicted)
        + describe_exposure_gap(forced_accuracy, (predicted == truth)[truth >= 0].mean()),
        is_prediction_right=bool(abs(prediction - weight) < PREDICTION_TOLERANCE),
        hint=f"Your prediction, {prediction:.3g}, is not yet right. Softmax divides the "
        f"exponential of a score by the sum of all: one is larger, and {n - 1} are alike.",
        facts={
            "on_first": on_first,
            "on_last": on_last,
            "forced_accuracy": forced_accuracy,
            "unattended_accuracy": _measure_formula(
                w, words, truth, weigh=lambda scores, H: np.zeros_like(scores)
            ),
            **{
                title: _measure_formula(w, words, truth, **options)
                for title, (_, _, options) in FORMULAS.items()
            },
        },
    )


add_formula_mistakes(train_attention, {title: rest[:2] for title, rest in FORMULAS.items()})

train_attention.mistake("It does not attend")(
    "Your network does as well without a context: in training it hardly reached the readout. Along "
    "which axis goes your softmax, and what stands beside the state in the readout?",
    {"dim=2), encoder_states)": "dim=2), encoder_states) * 0"},
    symptom=lambda s: (
        s.score < 0.4
        and s.facts["unattended_accuracy"] > max(0.3, s.facts["forced_accuracy"] - 0.02)
    ),
)

add_usual_mistakes(train_attention)
