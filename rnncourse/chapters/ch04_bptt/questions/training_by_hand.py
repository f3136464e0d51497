"""A network that learns words until it writes them, trained by the student's own backward pass."""

import numpy as np

from rnncourse.core.arithmetic import softmax
from rnncourse.grading.fitting import describe_first_wrong
from rnncourse.grading.questions import Evaluation, HeldOutCase
from rnncourse.grading.writing import question

UPDATES, BATCH, UNITS = 200, 16, 16
WORDS, LETTERS, LENGTH = 5, 6, 5
POINTS_BY_SHARE = (0.5, 1), (0.75, 2), (0.95, 3)
PREDICTION_TOLERANCE = 0.03
"""How near a prediction has to be, in nats."""


@question(
    "04-train",
    9,
    "A network that writes",
    "project",
    returns="W_xh W_hh W_hy b_h b_y losses prediction",
    seconds=20.0,
)
def train_writer(batches, V, H):
    """Return the trained weights, the loss of each batch, and the loss of a table of pairs."""
    w, losses = _init_weights(V, H), []
    for ids in batches:
        loss, gradient = _backpropagate(w, ids[:-1], ids[1:])
        losses.append(loss)
        norm = np.sqrt(sum((dW**2).sum() for dW in gradient))
        for W, dW in zip(w, gradient, strict=True):
            W -= dW / max(norm, 1)
    return *w, np.array(losses), _measure_bigram_nll(batches, V)


def _init_weights(V, H):
    rng = np.random.default_rng(1)
    shapes = (V, H), (H, H), (H, V)
    return [*(rng.normal(size=s) / np.sqrt(s[0]) for s in shapes), np.zeros(H), np.zeros(V)]


def _run_forward(w, xs, is_recurrent=True):
    """Return the states with the start, `(T + 1, B, H)`, and the probabilities, `(T, B, V)`."""
    W_xh, W_hh, W_hy, b_h, b_y = w
    hs = [np.zeros((xs.shape[1], len(W_hh)))]
    for x in xs:
        hs.append(np.tanh(W_xh[x] + is_recurrent * hs[-1] @ W_hh + b_h))
    ys = np.array(hs[1:]) @ W_hy + b_y
    return np.array(hs), softmax(ys)


def _backpropagate(w, xs, targets, is_recurrent=True):
    """Return the mean loss and the gradients."""
    _, W_hh, W_hy, _, _ = w
    hs, p = _run_forward(w, xs, is_recurrent)
    one_hot_targets = np.eye(len(p[0, 0]))[targets]
    loss = -np.log((p * one_hot_targets).sum(axis=2)).mean()
    dys = (p - one_hot_targets) / targets.size
    one_hot_inputs, das, dh = np.eye(len(w[0]))[xs], np.zeros_like(hs[1:]), 0
    for t in reversed(range(len(xs))):
        das[t] = (dys[t] @ W_hy.T + dh) * (1 - hs[t + 1] ** 2)
        dh = is_recurrent * das[t] @ W_hh.T
    factors = (one_hot_inputs, das), (is_recurrent * hs[:-1], das), (hs[1:], dys)
    weight_gradients = [np.einsum("tbi,tbj->ij", a, b) for a, b in factors]
    return loss, [*weight_gradients, das.sum(axis=(0, 1)), dys.sum(axis=(0, 1))]


def _measure_bigram_nll(batches, V):
    """Return the mean surprise of the best table of pairs."""
    counts = np.zeros((V, V))
    np.add.at(counts, (batches[:, :-1], batches[:, 1:]), 1)
    probs = counts / counts.sum(axis=1, keepdims=True).clip(1)
    return -(counts * np.log(probs.clip(1e-12))).sum() / counts.sum()


# --- The task, and what the judge looks at ---


@train_writer.inputs
def _sample_inputs(rng):
    """Draw `batches`, `(N, T + 1, B)`, symbols."""
    first_letters = rng.permutation(LETTERS)[:WORDS]
    words = 1 + np.column_stack([first_letters, rng.integers(LETTERS, size=(WORDS, LENGTH - 1))])
    batches = (
        _sample_text(rng, words, 3, UPDATES * BATCH).reshape(-1, UPDATES, BATCH).swapaxes(0, 1)
    )
    held_out = words, _sample_text(rng, words, 3, 64), _sample_text(rng, words, 2, WORDS)
    yield HeldOutCase((batches, LETTERS + 1, UNITS), held_out)


def _sample_text(rng, words, n, B):
    """Return `(n (LENGTH + 1), B)` symbols: words in any order, each behind a 0."""
    spaced_words = np.pad(words, [(0, 0), (1, 0)])
    return spaced_words[rng.integers(len(words), size=(n, B))].transpose(0, 2, 1).reshape(-1, B)


def _make_zero_outputs(batches, V, H):
    return *_init_weights(V, H), np.zeros(len(batches)), np.zeros(())


def _generate(w, words, context):
    """Return what a network writes behind the first letter of each word, after a text."""
    text = np.concatenate([context, 0 * words[None, :, 0], words[None, :, 0]])
    for _ in range(LENGTH - 1):
        text = np.concatenate([text, _run_forward(w, text)[1][-1].argmax(axis=1)[None]])
    return text[-LENGTH + 1 :].T


def _write_by_pairs(words, V):
    """Return what a table of pairs writes: the symbol that most often follows."""
    spaced_words = np.pad(words, [(0, 0), (1, 1)])
    counts = np.zeros((V, V))
    np.add.at(counts, (spaced_words[:, :-1], spaced_words[:, 1:]), 1)
    text = [words[:, 0]]
    for _ in range(LENGTH - 1):
        text.append(counts[text[-1]].argmax(axis=1))
    return np.array(text[1:]).T


@train_writer.trained(_make_zero_outputs, POINTS_BY_SHARE)
def _evaluate(arguments, W_xh, W_hh, W_hy, b_h, b_y, losses, prediction):
    batches, V, _ = arguments
    words, text, context = arguments.held_out
    w = W_xh, W_hh, W_hy, b_h, b_y
    written_letters = _generate(w, words, context)
    is_correct = written_letters == words[:, 1:]
    # The first letter of a word is anybody's.
    is_inside = np.arange(1, len(text)) % (LENGTH + 1) > 1
    predicted = _run_forward(w, text[:-1])[1].argmax(axis=2)[is_inside]
    read_symbols, targets = text[:-1][is_inside], text[1:][is_inside]
    later_symbols = np.concatenate([text[2:], -text[:1] - 1])[is_inside]
    facts = {
        "copy_rate": (predicted == read_symbols)[read_symbols != targets].mean(),
        "ahead_rate": (predicted == later_symbols)[later_symbols != targets].mean(),
        "teacher_forced": (predicted == targets).mean(),
        "test_loss": _measure_loss(w, text),
        "stateless_loss": _measure_loss(w, text, is_recurrent=False),
    }
    return Evaluation(
        score=is_correct.mean(),
        baseline=(_write_by_pairs(words, V) == words[:, 1:]).mean(),
        templates=("a table of pairs writes {:.0%} of the letters", "yours {:.0%}", "all {:.0%}"),
        losses=losses,
        example=describe_first_wrong(
            ~is_correct.all(axis=1),
            lambda n: (
                f"After `{words[n, 0]}` it writes `{written_letters[n].tolist()}`; "
                f"the word is `{words[n].tolist()}`."
            ),
        ),
        is_prediction_right=bool(
            abs(prediction - _measure_bigram_nll(batches, V)) < PREDICTION_TOLERANCE
        ),
        hint=f"Your prediction, {prediction:.3g}, is not yet right: count which symbol "
        "follows which, and take the mean surprise of a table of these shares.",
        facts=facts,
    )


def _measure_loss(w, ids, is_recurrent=True):
    p = np.take_along_axis(_run_forward(w, ids[:-1], is_recurrent)[1], ids[1:, :, None], axis=2)
    return -np.log(p.clip(1e-300)).mean()


train_writer.mistake("Up the gradient")(
    "Your loss rises. The gradient points to where the loss grows: in which direction should the "
    "weights go?",
    {"W -= dW": "W += 0.1 * dW"},
    symptom=lambda s: s.last_loss > s.first_loss + 0.1 and s.lowest_loss > s.first_loss - 0.1,
)

train_writer.mistake(
    "The numbers run away", {"W -=": "W +="}, symptom="a finite number is expected"
)(
    "A loss or a weight is no finite number any more: the weights have run away. In which "
    "direction does an update go, and how far may it go? Clip the norm of the gradient to 1."
)

train_writer.mistake("The loss does not fall")(
    "Your loss stays where it began. Do the updates reach the weights that the next forward pass "
    "uses, and are they large enough? Try a rate of 1.",
    {"W -= dW": "W -= 0 * dW"},
    {"W -= dW": "W -= 1e-4 * dW"},
    symptom=lambda s: abs(s.last_loss - s.first_loss) < 0.1,
)

train_writer.mistake("The start weights come back")(
    "Your losses fall, and the network that you return is as it was at the start. Which arrays "
    "did the updates change?",
    {"return *w": "return *_init_weights(V, H)"},
    symptom=lambda s: (
        s.last_loss < s.first_loss - 0.3 and abs(s.facts["test_loss"] - s.first_loss) < 0.1
    ),
)


train_writer.mistake("Gradient not cleared")(
    "Your loss falls and then climbs again, or swings. That is what happens where the gradients of "
    "earlier updates are not cleared: every update should begin with gradients of 0. (A rate that "
    "is much too large looks the same.)",
    {
        "losses = _init_weights(V, H), []": "losses, gradient = _init_weights(V, H), [], [0] * 5",
        "loss, gradient = ": "loss, new_gradient = ",
        "append(loss)": "append(loss); gradient = [a + b for a, b in zip(gradient, new_gradient)]",
    },
    symptom=lambda s: s.last_loss > s.lowest_loss + 0.3,
)

train_writer.mistake("Labels shifted by one: the symbol just read")(
    "Your network repeats the symbol that it has just read: its targets are its inputs. The target "
    "of step `t` is the symbol of step `t + 1`.",
    {"ids[1:]": "ids[:-1]"},
    symptom=lambda s: s.facts["copy_rate"] > 0.8,
)

train_writer.mistake("Labels shifted by one: the symbol after the next")(
    "Your network names the symbol after the next one: its targets are shifted by one too many.",
    {"ids[:-1], ids[1:]": "ids[:-2], ids[2:]"},
    symptom=lambda s: s.facts["ahead_rate"] > 0.6,
)

train_writer.mistake("No state")(
    "Your network is no worse when each of its steps begins with a state of 0, so it stops where a "
    "table of pairs does. Does each step, forward and backward, use the state of the step before?",
    {"ids[1:]": "ids[1:], is_recurrent=False"},
    symptom=lambda s: (
        s.facts["stateless_loss"] < s.facts["test_loss"] + 0.02 and s.facts["teacher_forced"] < 0.9
    ),
)
