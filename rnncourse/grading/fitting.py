"""Questions that train a network: how references do it, and the usual wrong answers."""

from collections.abc import Callable, Sequence

import numpy as np

from rnncourse.grading.writing import Words

TRAINED = {"level": "project", "packages": ("numpy", "torch"), "seconds": 30.0}
"""What most questions have in common whose answer trains a network.

The judge runs what comes back in NumPy; only reference and wrong answers need PyTorch.
"""


def describe_first_error(is_wrong: np.ndarray, describe: Callable[[int], str]) -> str:
    """Return what to tell of the first place where an answer is wrong; "" if there is none.

    >>> describe_first_error(np.array([False, True, True]), "Place {} is wrong.".format)
    'Place 1 is wrong.'
    """
    return describe(int(is_wrong.argmax())) if is_wrong.any() else ""


def draw_recall_rows(
    rng: np.random.Generator, rule: np.ndarray, T: int, n: int
) -> tuple[np.ndarray, np.ndarray]:
    """Draw inputs `(T, n, D)`, a symbol and then noise, and answers `(n,)`, the rule's of it."""
    D = len(rule)
    symbols, xs = rng.integers(D, size=n), 0.1 * rng.normal(size=(T, n, D))
    xs[0] = np.eye(D)[symbols]
    return xs, rule[symbols]


def describe_first_forgotten(xs: np.ndarray, predicted: np.ndarray, target: np.ndarray) -> str:
    """Return what to tell of the first of `draw_recall_rows` whose answer is wrong; or ""."""
    return describe_first_error(
        predicted != target,
        lambda n: (
            f"After symbol {xs[0, n].argmax()} it answers {predicted[n]}; right is {target[n]}."
        ),
    )


def describe_exposure_gap(teacher_forced: float, free_running: float) -> str:
    """Say what a network does that is told what was right before, if that is more than alone."""
    if teacher_forced < free_running + 0.1:
        return ""
    return (
        f" Told what is right so far, it goes on rightly in {teacher_forced:.0%}; alone, in "
        f"{free_running:.0%}. A loss with teacher forcing is that of the first, and the mark that "
        "of the second."
    )


def fit(
    w: Sequence,
    compute_loss: Callable,
    *data: np.ndarray,
    rate: float,
    maximize: bool = False,
    zero_grad: bool = True,
    anneal: bool = True,
    max_norm: float = 1.0,
    select: Callable = lambda data: data,
    return_start: bool = False,
) -> tuple[np.ndarray, ...]:
    """Train with Adam, one update for each batch, as references and their usual slips do.

    Args:
        w: Tensors of PyTorch; they are trained in place.
        compute_loss: From a batch of each array, as tensors, to the loss.
        *data: Arrays of as many batches.
        rate: The learning rate of the start.
        maximize: Whether updates go up the gradient.
        zero_grad: Whether gradients are cleared before each update.
        anneal: Whether the rate falls to 0.
        max_norm: What the norm of the gradient is clipped to.
        select: From all batches to those that are trained on.
        return_start: Whether the start weights are returned.

    Returns:
        An array for each tensor, and the losses, one for each update.
    """
    import torch

    start = [p.detach().clone().numpy() for p in w]
    adam, losses = torch.optim.Adam(w, lr=rate, maximize=maximize), []
    schedule = torch.optim.lr_scheduler.LinearLR(adam, 1.0, 0.0 if anneal else 1.0, len(data[0]))
    for batch in zip(*(torch.from_numpy(select(a)) for a in data), strict=True):
        loss = compute_loss(*batch)
        if zero_grad:
            adam.zero_grad()
        loss.backward()
        if max_norm < np.inf:
            torch.nn.utils.clip_grad_norm_(w, max_norm)
        adam.step()
        schedule.step()
        losses.append(loss.item())
    return *(start if return_start else [p.detach().numpy() for p in w]), np.array(losses)


ASCENT_WORDS = {"rate=": "maximize=True, rate="}
"""In a reference that calls `fit`: updates that go up the gradient."""


def add_ascent_slip(
    question: Callable, symptom: Callable, answer: Callable | Words = ASCENT_WORDS
) -> None:
    """Add to a question that trains the wrong answer that goes up; see `add_usual_slips`."""
    question.mistake("Up the gradient", answer, symptom=symptom)(
        "Your loss rises: the updates go up the gradient."
    )


def add_untrained_slip(question: Callable, symptom: Callable) -> None:
    """Add to a question that trains the wrong answer that is untrained; see `add_usual_slips`."""
    question.mistake("The start weights come back")(
        "Your losses fall, and what you return does not know the task. Are these the arrays that "
        "were trained, taken after the last update, and does your network use each of them as the "
        "formula says? The check runs the formula.",
        {"rate=": "return_start=True, rate="},
        symptom=symptom,
    )


def add_usual_slips(question: Callable, *not_falling: Words, memorizes: bool = True) -> None:
    """Add the wrong answers that any training can be.

    Args:
        question: A question whose reference calls `fit` with a `rate`; among its facts are
            `on_first` and `on_last`: how well the network does on the first and on the last batch.
        *not_falling: Other wrong answers whose loss does not fall.
        memorizes: Whether who trains on one batch alone fails on others.
    """
    add_ascent_slip(question, lambda s: s.lowest_loss > s.first_loss + 0.1)
    question.mistake("The loss does not fall")(
        "Your loss stays where it began. Does each step take the state of the one before, does the "
        "optimizer hold the very tensors that the forward pass uses, are gradients cleared before "
        "each `backward`, is the rate large enough, and does each input meet its own target?",
        {"rate=": "rate=0 * "},
        {"rate=": "rate=1e-6 + 0 * "},
        *not_falling,
        symptom=lambda s: (
            abs(s.last_loss - s.first_loss) < 0.2 and s.lowest_loss > s.first_loss - 0.2
        ),
    )
    add_untrained_slip(
        question,
        lambda s: (
            s.last_loss < s.first_loss - 0.4 and max(s.facts["on_first"], s.facts["on_last"]) < 0.5
        ),
    )
    if memorizes:
        question.mistake("Fits the training set only")(
            "The network knows one batch by heart and fails on others. Each update should take the "
            "next batch.",
            {"rate=": "select=lambda data: data[[0] * len(data)], rate="},
            symptom=lambda s: s.facts["on_first"] > max(s.score, s.facts["on_last"]) + 0.25,
        )
