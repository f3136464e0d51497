"""What single cells of an LSTM know about the text that it reads."""

import re
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int

from rnncourse.cells.convert import from_torch
from rnncourse.cells.lstm import LSTMWeights
from rnncourse.cells.lstm_layer import LSTMLayer
from rnncourse.models.language import LanguageModel

WINDOW = 8
"""Characters: what can be seen in the last so many needs no memory."""
N_BINS = 20


@dataclass(frozen=True)
class Feature:
    """Something that may be known after each character of a text.

    Args:
        values: True or False, or a number, after each character.
        hidden: Where the last characters alone do not show it: what last changed it, lies further
            back than `WINDOW` characters.
    """

    values: Bool[np.ndarray, " T"] | Float[np.ndarray, " T"]
    hidden: Bool[np.ndarray, " T"]

    @property
    def is_binary(self) -> bool:
        """Whether it is true or false, not a number."""
        return self.values.dtype == bool


def steps_since(event: Bool[np.ndarray, " T"]) -> Int[np.ndarray, " T"]:
    """Return how many characters ago an event was, 0 where it is; before the first from the start.

    >>> steps_since(np.array([False, True, False, False, True])).tolist()
    [0, 0, 1, 2, 0]
    """
    positions = np.arange(len(event))
    return positions - np.maximum.accumulate(np.where(event, positions, 0))


def inside_brackets(text: str, opening: str, closing: str) -> Bool[np.ndarray, " T"]:
    """Say after each character whether more brackets were opened than closed in its paragraph.

    >>> inside_brackets("a (b) c", "(", ")").astype(int).tolist()
    [0, 0, 1, 1, 0, 0, 0]
    """
    depth, inside = 0, np.zeros(len(text), bool)
    for t, character in enumerate(text):
        if character == "\n":
            depth = 0
        elif character in (opening, closing):
            depth = max(0, depth + (1 if character == opening else -1))
        inside[t] = depth > 0
    return inside


def mark_quotations(text: str, mark: str) -> Bool[np.ndarray, " T"]:
    """Say after each character whether a quotation is open: after an odd number of runs of a mark.

    >>> mark_quotations("a ``b`` c", "`").astype(int).tolist()
    [0, 0, 1, 1, 1, 0, 0, 0, 0]
    """
    is_open, inside = False, np.zeros(len(text), bool)
    for t, character in enumerate(text):
        if character == "\n":
            is_open = False
        elif character == mark and text[t - 1 : t] != mark:
            is_open = not is_open
        inside[t] = is_open
    return inside


def compute_features(text: str) -> dict[str, Feature]:
    """Compute what cells may know after each character of a text of paragraphs, one a line.

    Returns:
        By name; numbers are counted in characters, as log(1 + n).
    """
    characters = np.array(list(text))

    def find_ends(pattern: str) -> Bool[np.ndarray, " T"]:
        mask = np.zeros(len(text), bool)
        mask[[match.end() - 1 for match in re.finditer(pattern, text)]] = True
        return mask

    def make_distance_feature(event: Bool[np.ndarray, " T"]) -> Feature:
        n = steps_since(event)
        return Feature(np.log1p(n), n >= WINDOW)

    newline = characters == "\n"
    bracket, backtick = np.isin(characters, ["(", ")", "\n"]), np.isin(characters, ["`", "\n"])
    sentence_ends = find_ends(r"\. (?=[A-Z])") | newline
    # where the sentence began, in its paragraph
    since_sentence = steps_since(newline) - steps_since(sentence_ends)
    return {
        "inside brackets": Feature(inside_brackets(text, "(", ")"), steps_since(bracket) >= WINDOW),
        "inside backticks": Feature(mark_quotations(text, "`"), steps_since(backtick) >= WINDOW),
        "first sentence": Feature(since_sentence == 0, steps_since(sentence_ends) >= WINDOW),
        "position in paragraph": make_distance_feature(newline),
        "position in sentence": make_distance_feature(sentence_ends),
        "position in word": Feature(
            np.log1p(steps_since(~np.char.isalpha(characters))), np.ones_like(newline)
        ),
    }


@dataclass(frozen=True)
class CellStates:
    """The states of an LSTM after each character of a text.

    Args:
        h: Hidden state.
        c: Cells.
    """

    h: Float[np.ndarray, "T H"]
    c: Float[np.ndarray, "T H"]


def lstm_weights(model: LanguageModel) -> LSTMWeights:
    """Return the weights of the LSTM of a language model, in NumPy."""
    state = {n: p.detach().double().numpy() for n, p in model.recurrent.named_parameters()}
    return from_torch(state, "lstm")[0]


def read_text(
    model: LanguageModel, ids: Int[np.ndarray, " T"], streams: int = 32, n_warm_up: int = 300
) -> CellStates:
    """Read a text in parts side by side, and keep all states.

    Args:
        model: An LSTM.
        ids: The text.
        streams: How many parts.
        n_warm_up: Characters that a stream reads ahead of its part, from a state of zero.
    """
    length = -(-len(ids) // streams)
    positions = np.arange(streams) * length + np.arange(-n_warm_up, length)[:, None]
    inputs = ids[positions.clip(-len(ids), len(ids) - 1)]  # before the beginning stands the end
    embedding = model.embedding.weight.detach().numpy()
    w = lstm_weights(model)
    layer = LSTMLayer(LSTMWeights(*(a.astype(np.float32) for a in (w.W_xh, w.W_hh, w.b_h))))
    hs, _ = layer.forward(embedding[inputs].astype(np.float32))
    arrays = (
        a[n_warm_up:].swapaxes(0, 1).reshape(-1, model.H)[: len(ids)] for a in (hs, layer.c[1:])
    )
    return CellStates(*(a.astype(np.float32) for a in arrays))


def auc(values: Float[np.ndarray, "T N"], truth: Bool[np.ndarray, " T"]) -> Float[np.ndarray, " N"]:
    """Return how often a value is larger where something is true than where it is not.

        AUC = P(value at a place where it is true > value where it is not), ties count a half

    Args:
        values: One column for each that is scored.
        truth: What is to be told.

    Returns:
        From 0 to 1 for each column; 0.5 is chance, and 0 as good as 1: it is only turned around.

    Source: the definition; against scikit-learn's `roc_auc_score` in test_cell_states.py.

    >>> auc(np.array([[1.0], [2.0], [3.0]]), np.array([False, True, True])).tolist()
    [1.0]
    """
    areas = np.empty(values.shape[1])
    positives = int(truth.sum())
    for n, column in enumerate(values.T):
        _, inverse, counts = np.unique(column, return_inverse=True, return_counts=True)
        ranks = (np.cumsum(counts) - (counts - 1) / 2)[inverse]
        areas[n] = (ranks[truth].sum() - positives * (positives + 1) / 2) / (
            positives * (len(truth) - positives)
        )
    return areas


def explained_variance(
    fit_values: Float[np.ndarray, " S"],
    fit_truth: Float[np.ndarray, " S"],
    values: Float[np.ndarray, " T"],
    truth: Float[np.ndarray, " T"],
) -> float:
    """Return the share of the variance that a value explains, by steps that were fitted elsewhere.

    Args:
        fit_values: The value on the text it is fitted to, cut into 20 bins that are equally full.
        fit_truth: What is to be told there: a bin answers with its mean.
        values: The value on another text.
        truth: What is to be told there.

    Returns:
        R^2, at most 1; 0 is what the mean explains.
    """
    edges = np.quantile(fit_values, np.arange(1, N_BINS) / N_BINS)
    bins = np.searchsorted(edges, fit_values)
    count = np.bincount(bins, minlength=N_BINS)
    total = np.bincount(bins, fit_truth, minlength=N_BINS)
    means = np.where(count > 0, total / np.maximum(count, 1), fit_truth.mean())
    error = truth - means[np.searchsorted(edges, values)]
    return float(1 - (error**2).mean() / ((truth - fit_truth.mean()) ** 2).mean())
