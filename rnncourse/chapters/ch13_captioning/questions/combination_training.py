"""Captions for pictures whose combinations nobody has seen, trained by the student."""

import numpy as np

from rnncourse.cells.convert import gru_from_torch
from rnncourse.cells.gru import gru_step
from rnncourse.core.arithmetic import softmax
from rnncourse.grading.fitting import (
    ATTENTION_MISTAKES,
    TRAINED,
    add_formula_mistakes,
    add_usual_mistakes,
    decode_teacher_forced,
    describe_exposure_gap,
    describe_first_wrong,
    fit,
)
from rnncourse.grading.questions import Evaluation, HeldOutCase
from rnncourse.grading.writing import question

UPDATES, BATCH, UNITS = 400, 64, 32
KINDS, HALF_PLACES, PLACES, FEATURES = 4, 3, 6, 16
END, BEGIN = 2 * KINDS, 2 * KINDS + 1
WORDS = 5
SCORE_OF_SUMMED_PLACES = 0.25
"""New pictures that the same decoder tells rightly that is given the sum of all places, at most."""
POINTS_BY_SHARE = (0.4, 1), (0.6, 2), (0.8, 3)


@question(
    "13-unseen",
    8,
    "Combinations that nobody has seen",
    returns="W_ih W_hh b_ih b_hh W_k W_y b_y losses prediction",
    **TRAINED,
)
def train_captioner(pictures, captions, kinds, never, H):
    """Return the trained weights, the losses, and the chance of a combination from `never`."""
    import torch

    torch.manual_seed(1)
    decoder = torch.nn.GRU(BEGIN + 1, H)
    keys = torch.nn.Linear(FEATURES, H, bias=False)
    readout = torch.nn.Linear(H + FEATURES, END + 1)
    w = [*decoder.parameters(), *keys.parameters(), *readout.parameters()]

    def compute_loss(regions, y):
        inputs = torch.cat([torch.full_like(y[:1], BEGIN), y[:-1]])
        states, _ = decoder(torch.eye(BEGIN + 1)[inputs])
        p = torch.einsum("tbh,bsh->tbs", states, keys(regions)).softmax(dim=2)
        contexts = torch.einsum("tbs,bsc->tbc", p, regions)
        logits = readout(torch.cat((states, contexts), dim=2))
        return torch.nn.functional.cross_entropy(logits.flatten(0, 1), y.flatten())

    outputs = fit(w, compute_loss, pictures, captions.swapaxes(1, 2), rate=0.02)
    return *outputs, 1 - (1 - never / kinds**2) ** 2


# --- The task, and what the judge looks at ---


@train_captioner.inputs
def _sample_tasks(rng):
    """Draw `pictures`, `(N, B, P, C)`, features of places, and `captions`, `(N, B, 5)`, words."""
    rule = np.linalg.qr(rng.normal(size=(FEATURES, FEATURES)))[0], rng.permutation(KINDS)
    pictures, captions = _sample_pictures(rng, rule, UPDATES * BATCH, has_unseen=False)
    batches = pictures.reshape(UPDATES, BATCH, PLACES, -1), captions.reshape(UPDATES, BATCH, -1)
    kinds = int(rng.integers(6, 12))
    n_never = int(rng.integers(kinds // 2, 2 * kinds))
    unseen, known = (_sample_pictures(rng, rule, 1000, has_unseen) for has_unseen in (True, False))
    yield HeldOutCase((*batches, kinds, n_never, UNITS), (*unseen, known))


def _sample_pictures(rng, rule, n, has_unseen):
    """Draw pictures, `(n, 6, 16)`, and captions, `(n, 5)`: with a new combination, or without."""
    mixing, partners = rule
    pairs = rng.integers(KINDS, size=(20 * n, 2, 2))  # two things: color and shape
    is_unseen = (partners[pairs[..., 0]] == pairs[..., 1]).any(axis=1)
    combinations, rows = pairs[is_unseen == has_unseen][:n], np.arange(n)
    features = np.zeros((n, PLACES, FEATURES))
    for side in 0, 1:
        region = side * HALF_PLACES + rng.integers(HALF_PLACES, size=n)
        for part in 0, 1:
            features[rows, region, part * KINDS + combinations[:, side, part]] = 1.0
        features[:, side * HALF_PLACES : (side + 1) * HALF_PLACES, 2 * KINDS + side] = 1.0
    features += 0.1 * rng.normal(size=features.shape)
    words = np.add(combinations, [0, KINDS]).reshape(n, -1)
    return (features @ mixing).astype(np.float32), np.hstack([words, np.full((n, 1), END)])


def _make_zero_outputs(pictures, captions, kinds, n_never, H):
    shapes = (3 * H, BEGIN + 1), (3 * H, H), (3 * H,), (3 * H,), (H, FEATURES)
    shapes = *shapes, (END + 1, H + FEATURES), (END + 1,), (len(pictures),), ()
    return tuple(map(np.zeros, shapes))


def _generate(w, pictures):
    """Return what the network writes alone, `(n, 5)`."""
    decoder = gru_from_torch(w[:4])
    W_k, W_y, b_y = w[4:]
    h, inputs, predicted = np.zeros((len(pictures), len(W_k))), np.full(len(pictures), BEGIN), []
    for _ in range(WORDS):
        h = gru_step(np.eye(BEGIN + 1)[inputs], h, decoder)
        p = softmax(np.einsum("bh,bsh->bs", h, pictures @ W_k.T))
        context = np.einsum("bs,bsc->bc", p, pictures)
        inputs = (np.hstack((h, context)) @ W_y.T + b_y).argmax(axis=1)
        predicted.append(inputs)
    return np.array(predicted).T


FORMULAS: dict[str, tuple[str, dict, dict]] = {
    **{
        title: (words, answer, {"weigh": weigh})
        for title, (words, answer, weigh) in ATTENTION_MISTAKES.items()
        if "divided" not in title  # does no harm here
    },
    "The sum of all places": (
        "each place has the weight 1. The sum of all places knows which colors and shapes there "
        "are, and not which belong together. Here softmax gives the weights.",
        {", p, regions": ", torch.ones_like(p), regions"},
        {"weigh": lambda scores, H: np.ones_like(scores)},
    ),
    "The context stands first": (
        "the readout has the context before the state. Here the state of the decoder comes first.",
        {"(states, contexts)": "(contexts, states)"},
        {"context_first": True},
    ),
    "A query of the step before": (
        "the query is the state that the decoder had before it heard the last word. Here it hears "
        "first, and the new state is the query.",
        {"states, keys": "torch.cat([0 * states[:1], states[:-1]]), keys"},
        {"uses_old_state": True},
    ),
    "Told the word that it should say": (
        "it hears the very word that it should say. It should hear the one before: `BEGIN` first, "
        "then the words without the last.",
        {"y[:-1]": "y[1:]"},
        {"input_kind": 1},
    ),
    "Never told to end": (
        "the end does not count: it does not say it. In the loss the end is a target like the "
        "words.",
        {"y.flatten()": "y.masked_fill(y == END, -100).flatten()"},
        {"last": WORDS - 1},
    ),
}
"""Other formulas: words, what they are in PyTorch, and what `_measure_formula` makes of them."""


def _measure_formula(w, pictures, captions, *, input_kind=0, last=WORDS, **options):
    """Return the share of words that is right when those before are told.

    Args:
        w: All weights, in the order of the answer.
        pictures: `(n, P, C)`.
        captions: `(n, 5)`.
        input_kind: 0 for the word before, 1 for the one that should be said.
        last: How many words count.
        options: Of `decode_teacher_forced`.
    """
    W_k, *readout = w[4:]
    told = np.insert(captions, 0, BEGIN, axis=1)[:, input_kind : input_kind + WORDS]
    start, keys = np.zeros((len(pictures), len(W_k))), pictures @ W_k.T
    said = decode_teacher_forced(
        gru_from_torch(w[:4]), readout, start, told, keys, pictures, **options
    )
    return (said == captions)[:, :last].mean()


@train_captioner.trained(_make_zero_outputs, POINTS_BY_SHARE)
def _evaluate(arguments, *values):
    pictures, captions, kinds, n_never, _ = arguments
    new_pictures, truth, (known, known_truth) = arguments.held_out
    *w, losses, prediction = values
    predicted, share = _generate(w, new_pictures), 1 - (1 - n_never / kinds**2) ** 2
    forced_accuracy = _measure_formula(w, new_pictures, truth)
    on_first, on_last = (_measure_exact_match(w, pictures[k], captions[k]) for k in (0, -1))
    return Evaluation(
        score=(predicted == truth).all(axis=1).mean(),
        baseline=SCORE_OF_SUMMED_PLACES,
        templates=("the sum of all places at most {:.0%}", "yours {:.0%}", "all {:.0%}"),
        losses=losses,
        example=describe_first_wrong(
            (predicted != truth).any(axis=1),
            lambda k: (
                f"A picture should be told as {truth[k].tolist()}; "
                f"your network said {predicted[k].tolist()}."
            ),
        )
        + describe_exposure_gap(forced_accuracy, (predicted == truth).mean()),
        is_prediction_right=bool(abs(prediction - share) < 0.005),
        hint=f"Your prediction, {prediction:.3g}, is not yet right. How likely is it that "
        "neither of the two things is one of these combinations?",
        facts={
            "on_first": on_first,
            "on_last": on_last,
            "forced_accuracy": _measure_formula(w, known, known_truth),
            **{
                title: _measure_formula(w, known, known_truth, **options)
                for title, (_, _, options) in FORMULAS.items()
            },
        },
    )


def _measure_exact_match(w, pictures, captions):
    """Return the share of captions that are right in all five words."""
    return (_generate(w, pictures) == captions).all(axis=1).mean()


add_formula_mistakes(train_captioner, {title: rest[:2] for title, rest in FORMULAS.items()})

add_usual_mistakes(train_captioner, memorizes=False, few=40)
