"""Output recurrence that runs free, after a few answers that it is told."""

import numpy as np

from rnncourse.chapters.ch03_recurrence.questions.teacher_forcing import (
    EXAMPLE,
    draw_sequences,
    draw_weights,
    forced_logits,
)
from rnncourse.grading.writing import question

CLEAR = 1e-3  # how far the largest logit is above the next: rounding in float32 changes no answer


@question("03-free", number=7, level="build", points=3, returns="answers")
def free_running_answers(xs, targets, k, W_xh, W_yh, W_hy, b_h, b_y):
    """Running free."""
    before, answers = np.zeros(xs.shape[1], int), []
    for t, x in enumerate(xs):
        h = np.tanh(x @ W_xh + W_yh[before] + b_h)
        answers.append((h @ W_hy + b_y).argmax(axis=1))
        before = targets[t] if t < k else answers[t]
    return np.array(answers)


@free_running_answers.inputs
def _free_running_networks(rng):
    xs, targets, *weights = EXAMPLE
    for k in (0, 1):
        yield xs, targets, k, *weights
    for k in (0, 3, 12):
        yield _clear_answers(rng, k, D=2, H=5, V=5)
    yield _clear_answers(rng, 4, D=4, H=4, V=4)
    yield _clear_answers(rng, int(rng.integers(2, 11)), *rng.integers(3, 7, size=3))


def _clear_answers(rng, k, D, H, V):
    """Draw until no two logits are a close race, whatever the network makes of its answers."""
    while True:
        xs, targets = draw_sequences(rng, T=12, B=6, D=D, V=V)
        weights = draw_weights(rng, D, H, V)
        answers = free_running_answers(xs, targets, k, *weights)
        ys = np.sort(
            forced_logits(xs, np.concatenate([targets[:k], answers[k:]]), *weights), axis=2
        )
        if np.min(ys[:, :, -1] - ys[:, :, -2]) > CLEAR:
            return xs, targets, k, *weights


# --- What goes wrong ---


def _answers(fed):
    """Make a wrong answer of another rule of what comes back.

    Args:
        fed: From t, k, the right answers, a list of the logits of the steps before, and the inputs
            to what comes back: symbols, rows that meet `W_yh`, or None for nothing.
    """

    def answer(xs, targets, k, W_xh, W_yh, W_hy, b_h, b_y):
        ys = []
        for t, x in enumerate(xs):
            back = fed(t, k, targets, ys, xs)
            more = 0 if back is None else back @ W_yh if np.ndim(back) == 2 else W_yh[back]
            ys.append(np.tanh(x @ W_xh + more + b_h) @ W_hy + b_y)
        return np.argmax(ys, axis=2)

    return answer


def _comes_back(t, k, targets, ys, xs):
    """Return what comes back in step t: told, or its own; 0 in front of the first."""
    if t == 0:
        return np.zeros_like(targets[0])
    return targets[t - 1] if t <= k else ys[t - 1].argmax(axis=1)


def _own(form):
    """Make a wrong answer of a form in which its own answers come back, from the logits so far."""

    def fed(t, k, targets, ys, xs):
        return form(ys) if t > k else _comes_back(t, k, targets, ys, xs)

    return _answers(fed)


def _softmax(y):
    p = np.exp(y - y.max(axis=1, keepdims=True))
    return p / p.sum(axis=1, keepdims=True)


@free_running_answers.mistake("The teacher never leaves", by=_answers)
def _(t, k, *rest):
    """Your network is told the right answers to the end, so it never has to live with an error of
    its own. When does the teacher leave?"""
    return _comes_back(t, len(rest[0]), *rest)


@free_running_answers.mistake("The teacher never comes", by=_answers)
def _(t, k, *rest):
    """Your network runs free from the first step on. The first k answers are told."""
    return _comes_back(t, 0, *rest)


@free_running_answers.mistake("The teacher leaves one step late", by=_answers)
def _(t, k, *rest):
    """You tell one answer too many. Steps count from 0: after which ones do you tell?"""
    return _comes_back(t, k + 1, *rest)


@free_running_answers.mistake("The teacher leaves one step early", by=_answers)
def _(t, k, *rest):
    """You tell one answer too few. Steps count from 0, and the answer of step `t` comes back in the
    step after it."""
    return _comes_back(t, k - 1, *rest)


@free_running_answers.mistake("First free, then told", by=_answers)
def _free_then_forced(t, k, targets, ys, xs):
    """Your network runs free first and is told from step k on. It is the other way round."""
    if t == 0:
        return np.zeros_like(targets[0])
    return ys[t - 1].argmax(axis=1) if t <= k else targets[t - 1]


@free_running_answers.mistake("The logits come back", by=_own)
def _(ys):
    """Your logits themselves come back. In training a single symbol came back, with weight 1: what
    has to be made of the logits?"""
    return ys[-1]


@free_running_answers.mistake("The probabilities come back", by=_own)
def _(ys):
    """A mixture of all symbols comes back, by their probabilities. In training it was a single one:
    what has to be made of the logits?"""
    return _softmax(ys[-1])


@free_running_answers.mistake("The least likely symbol", by=_own)
def _(ys):
    """The symbol with the smallest logit comes back. Which one does the network answer?"""
    return ys[-1].argmin(axis=1)


@free_running_answers.mistake("The first answer for ever", by=_own)
def _(ys):
    """Running free, your network always goes on from its first answer. Each step makes a new
    one."""
    return ys[0].argmax(axis=1)


@free_running_answers.mistake("The answer two steps before", by=_own)
def _(ys):
    """Running free, your network goes on from its answer two steps before. What comes back is that
    of the step right before."""
    return ys[-2].argmax(axis=1) if len(ys) > 1 else np.zeros(len(ys[0]), int)


@free_running_answers.mistake("The first row's answer for all", by=_own)
def _(ys):
    """All rows go on from the answer of the first one. Each sequence of the batch has an answer of
    its own."""
    return np.repeat(ys[-1].argmax(axis=1)[:1], len(ys[-1]))


@free_running_answers.mistake("Nothing comes back", by=_own)
def _(ys):
    """When the teacher has left, nothing comes back in your network."""
    return None


@free_running_answers.mistake("The input comes back", by=_answers)
def _(t, k, *rest):
    """When the teacher has left, the input of the step before comes back in your network. What
    belongs there is its answer."""
    return rest[-1][t - 1] if t > k else _comes_back(t, k, *rest)


@free_running_answers.mistake("What came back is returned")
def _what_came_back(xs, targets, k, *weights):
    """Your first k answers are the right ones, not the network's. Told or not, it answers at every
    step, and that is asked for."""
    answers = free_running_answers(xs, targets, k, *weights)
    return np.concatenate([targets[:k], answers[k:]])
