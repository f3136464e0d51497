"""Questions that train a network: how references do it, and the usual wrong answers."""

import itertools
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from rnncourse.cells.gru import GRUWeights, gru_step
from rnncourse.core.arithmetic import softmax
from rnncourse.grading.writing import Words

TRAINED = {"level": "project", "packages": ("numpy", "torch"), "seconds": 30.0}
"""What most questions have in common whose answer trains a network.

The judge runs what comes back in NumPy; only reference and wrong answers need PyTorch.
"""


def describe_first_wrong(is_wrong: np.ndarray, describe: Callable[[int], str]) -> str:
    """Return what to tell of the first place where an answer is wrong; "" if there is none.

    >>> describe_first_wrong(np.array([False, True, True]), "Place {} is wrong.".format)
    'Place 1 is wrong.'
    """
    return describe(int(is_wrong.argmax())) if is_wrong.any() else ""


def sample_recall_rows(
    rng: np.random.Generator, rule: np.ndarray, T: int, n: int
) -> tuple[np.ndarray, np.ndarray]:
    """Draw inputs `(T, n, D)`, a symbol and then noise, and answers `(n,)`, the rule's of it."""
    D = len(rule)
    symbols, xs = rng.integers(D, size=n), 0.1 * rng.normal(size=(T, n, D))
    xs[0] = np.eye(D)[symbols]
    return xs, rule[symbols]


def describe_first_forgotten(xs: np.ndarray, predicted: np.ndarray, target: np.ndarray) -> str:
    """Return what to tell of the first of `sample_recall_rows` whose answer is wrong; or ""."""
    return describe_first_wrong(
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
    """Train with Adam, one update for each batch, as references and their usual mistakes do.

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


def add_ascent_mistake(
    question: Callable, symptom: Callable, answer: Callable | Words = ASCENT_WORDS
) -> None:
    """Add to a question that trains the wrong answer that goes up; see `add_usual_mistakes`."""
    question.mistake("Up the gradient", answer, symptom=symptom)(
        "Your loss rises: the updates go up the gradient."
    )


def add_formula_mistakes(
    question: Callable, answers_by_title: Mapping[str, tuple[str, Callable | Words]]
) -> None:
    """Add wrong answers whose network does better under another formula than that of the text.

    Args:
        question: Among its facts is under each title the share that is right under the other
            formula: of all answers or, where there is a `forced_accuracy`, of those of a network
            that is told what came before.
        answers_by_title: The formula in words, and an answer that is trained with it.
    """
    for title, (words, answer) in answers_by_title.items():
        question.mistake(title)(
            f"Your network does better when {words}",
            answer,
            symptom=lambda s, title=title: (
                s.facts[title] == max(s.facts[other] for other in answers_by_title)
                and s.facts[title] > max(0.6, s.facts.get("forced_accuracy", s.score) + 0.03)
                and 1 - s.facts[title] < 0.75 * (1 - s.facts.get("forced_accuracy", s.score))
            ),
        )


TRANSPOSED = (
    "`{0}` is transposed. Here a state stands to the left of it: `h @ {0}`. (PyTorch's layers keep "
    "the other one: return its `.T`.)"
)
RELU = "ReLU stands in the place of tanh. Train with tanh, as the formula has it."
"""What a formula is called in `add_formula_mistakes`: of a matrix by name; of any layer."""


ATTENTION_MISTAKES: dict[str, tuple[str, Words, Callable]] = {
    "Softmax over the steps": (
        "each place shares one softmax among the decoder's steps. Here each step shares it among "
        "the places: which axis of your scores is that?",
        {"softmax(dim=2)": "softmax(dim=0)"},
        lambda scores, H: softmax(scores, axis=0),
    ),
    "Scores without a softmax": (
        "scores are taken as they are. Here softmax makes weights of them, which sum to 1.",
        {".softmax(dim=2)": ""},
        lambda scores, H: scores,
    ),
    "Scores through a sigmoid": (
        "each score goes through a sigmoid. Here softmax makes weights of them, which sum to 1.",
        {".softmax(dim=2)": ".sigmoid()"},
        lambda scores, H: 1 / (1 + np.exp(-scores)),
    ),
    "All places alike": (
        "all places have the same weight: in training, scores made no difference. Here softmax "
        "makes the weights of them.",
        {".softmax(dim=2)": ".mul(0).softmax(dim=2)"},
        lambda scores, H: np.full_like(scores, 1 / scores.shape[2]),
    ),
    "Scores divided by the root of the width": (
        "scores are divided by the square root of `H`, as in a transformer. Here they are the bare "
        "products.",
        {".softmax(dim=2)": ".div(H**0.5).softmax(dim=2)"},
        lambda scores, H: softmax(scores / H**0.5),
    ),
}
"""Other weights than the softmax of a score: words, what it is in PyTorch, from scores and width
to weights."""


def decode_teacher_forced(
    decoder: GRUWeights,
    readout: tuple[np.ndarray, np.ndarray],
    start: np.ndarray,
    inputs: np.ndarray,
    keys: np.ndarray,
    values: np.ndarray,
    *,
    weigh: Callable = lambda scores, H: softmax(scores),
    uses_old_state: bool = False,
    context_first: bool = False,
) -> np.ndarray:
    """Return what a decoder with attention says, `(n, T)`, that is told what it hears.

    Args:
        decoder: Its weights.
        readout: `W_y` and `b_y`, as PyTorch has them.
        start: `(n, H)`.
        inputs: `(n, T)`, symbols.
        keys: `(n, S, H)`.
        values: `(n, S, D)`.
        weigh: From scores, `(T, n, S)`, and `H` to weights.
        uses_old_state: Whether the query is the state before the symbol was heard.
        context_first: Whether the context stands before the state.
    """
    states = [start]
    for symbols in np.eye(len(decoder.W_xh))[inputs.T]:
        states.append(gru_step(symbols, states[-1], decoder))
    states = np.array(states)
    queries = states[:-1] if uses_old_state else states[1:]
    weights = weigh(np.einsum("tbh,bsh->tbs", queries, keys), keys.shape[2])
    contexts = np.einsum("tbs,bsd->tbd", weights, values)
    halves = (contexts, states[1:]) if context_first else (states[1:], contexts)
    W_y, b_y = readout
    return (np.concatenate(halves, axis=2) @ W_y.T + b_y).argmax(axis=2).T


def reorder_gates(w: Sequence[np.ndarray], order: Sequence[int]) -> tuple[np.ndarray, ...]:
    """Return an LSTM's weights, `W`, `b`, `W_y` and `b_y`, its gates' blocks in another order."""
    W, b, *readout = w
    blocks = -1, 4, len(readout[0])
    return *(a.reshape(blocks)[:, order].reshape(a.shape) for a in (W, b)), *readout


def measure_reordered_accuracy(
    w: Sequence[np.ndarray], measure: Callable, accuracy: float
) -> float:
    """Return the best that an LSTM does with its gates in any order; 0 if it does well as it is.

    Args:
        w: As in `reorder_gates`.
        measure: From weights to the share that is right, of few inputs.
        accuracy: The share that is right as they are.
    """
    orders = [] if accuracy > 0.8 else itertools.permutations(range(4))
    return max((measure(reorder_gates(w, order)) for order in orders), default=0)


def add_gate_order_mistake(question: Callable, *orders: Sequence[int]) -> None:
    """Add the gates in other orders to a question that has a fact `reordered_accuracy`."""

    def answer_in(order):
        def answer(*arguments):
            W, b, W_y, b_y, *rest = question(*arguments)
            return *reorder_gates((W, b, W_y, b_y), order), *rest

        return answer

    question.mistake("The gates in another order")(
        "With the blocks of `W` and `b` in another order your network is right far more often. "
        "Here they are those of PyTorch: i, f, g, o.",
        *map(answer_in, orders),
        symptom=lambda s: (
            s.facts["reordered_accuracy"] > s.score + 0.25 and s.last_loss < s.first_loss
        ),
    )


def add_untrained_mistake(question: Callable, symptom: Callable) -> None:
    """Add to a question that trains the answer that is untrained; see `add_usual_mistakes`."""
    question.mistake("The start weights come back")(
        "Your losses fall, and what you return does not know the task. Are these the arrays that "
        "were trained, taken after the last update, and does your network use each of them as the "
        "formula says? The check runs the formula.",
        {"rate=": "return_start=True, rate="},
        symptom=symptom,
    )


def add_usual_mistakes(
    question: Callable, *not_falling: Words, memorizes: bool = True, few: int = 20
) -> None:
    """Add the wrong answers that any training can be.

    Args:
        question: A question whose reference calls `fit` with a `rate`; among its facts are
            `on_first` and `on_last`: how well the network does on the first and on the last batch.
        *not_falling: Other wrong answers whose loss does not fall.
        memorizes: Whether who trains on one batch alone fails on others.
        few: One batch in so many is too few for the loss to fall far; 0 for a task whose start
            already fits half, or that is learned by then.
    """
    add_ascent_mistake(question, lambda s: s.lowest_loss > s.first_loss + 0.1)
    question.mistake("The loss does not fall")(
        "Your loss stays where it began. Does each step take the state of the one before, does the "
        "optimizer hold the very tensors that the forward pass uses, are gradients cleared before "
        "each `backward`, is the rate the one that is named, and does each input meet its own "
        "target?",
        {"rate=": "rate=0 * "},
        {"rate=": "rate=1e-6 + 0 * "},
        *not_falling,
        symptom=lambda s: (
            abs(s.last_loss - s.first_loss) < 0.2 and s.lowest_loss > s.first_loss - 0.2
        ),
    )
    if few:
        question.mistake("The loss falls too little")(
            "Your loss falls, and stays high. Is there an update for each of the batches, at the "
            "rate that is named? Does every array that you return get gradients and updates, those "
            "that read as well? And does the loss get logits, which no softmax has changed?",
            {"rate=": f"select=lambda data: data[: len(data) // {few}], rate="},
            symptom=lambda s: (
                0.25 * s.first_loss < s.last_loss < s.first_loss - 0.2
                and max(s.facts["on_first"], s.facts["on_last"]) < 0.5
            ),
        )
    add_untrained_mistake(
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
