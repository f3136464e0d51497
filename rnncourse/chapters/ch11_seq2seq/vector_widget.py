"""A word of the reader's, read into one vector and said from it: in page and notebook.

Both run `vector_widget.mjs`, which computes everything itself from the stored weights.
"""

from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from rnncourse.analysis.pronouncing import encode_word, pronounce_all, teacher_forced
from rnncourse.chapters.ch11_seq2seq.stored import PAIRS_NAME, load_pairs
from rnncourse.data.pronunciations import BEGIN, END, SOUNDS
from rnncourse.viz import elements

LIVE_FIGURE = elements.LiveFigure(
    "live-vector",
    Path(__file__).parent,
    "Here two networks say the word that you type, through one vector. In the book it needs "
    "JavaScript; in a notebook, run the cell.",
    "Each row is a state: ten of its 128 numbers, the bluer, the higher, underlined where one "
    "just moved by more than 0.5; beside a letter: how many did. The framed state is all that the "
    "decoder knows. In percent: how likely a sound was.",
    "vector_widget",
)
WORD = "phone"
WIDTH = 3
DIGITS = 6


def live_vector() -> object:
    """Show the two networks that say any word, state by state, and how often they are right.

        h_j = GRU(e(x_j), h_(j-1)),   s_0 = h_S,   s_i = GRU(e(y_(i-1)), s_(i-1))

    Returns:
        An object that a notebook displays when it is the last value of a cell.

    Raises:
        WeightsError: If the weights are missing, or were changed.

    Source: `PronouncingEncoder` and `PronouncingDecoder`; test_vector_widget.py compares the two.
    """
    manifest, _ = LIVE_FIGURE.files(PAIRS_NAME)
    pair = load_pairs()["reading_forward"].double()
    facts = {
        "word": WORD,
        "width": WIDTH,
        "sounds": elements.dump_json(SOUNDS),
        "lists": elements.dump_json(manifest["about"]["words"]),
        "initial": elements.dump_json(trace_word(pair, WORD, WIDTH)),
    }
    words = f"Live spelling to sound through one vector, {manifest['bytes']} bytes of weights"
    return LIVE_FIGURE.show(facts, words, (PAIRS_NAME,))


@torch.no_grad()
def trace_word(model: nn.ModuleDict, word: str, width: int) -> dict[str, object]:
    """Say a word and keep all states: what the page shows before it has the weights.

    Args:
        model: An encoder that reads forward, and its decoder, in float64.
        word: What is said.
        width: Of the beam.

    Returns:
        `reads`, each letter with the state after it; `says`, each symbol of the best answer with
        its probability and the state that says it, states in percent; and the answers, `guesses`.
    """
    encoder, decoder = model["encoder"], model["decoder"]
    answers = pronounce_all(encoder, decoder, [word], beam_size=width, n_best=width)[word]
    log_probs = [teacher_forced(encoder, decoder, [(word, a)])[word].log_prob for a in answers]
    ids = [[SOUNDS.index(sound) for sound in answer] for answer in answers]
    letters, symbols = encode_word(word), [*ids[0], END]
    encoded, context = encoder.cell(encoder.embedding(letters))
    states, _ = decoder.cell(decoder.embedding(torch.tensor([BEGIN, *ids[0]])[:, None]), context)
    probs = decoder.logits(states)[:, 0].softmax(-1)[range(len(symbols)), symbols]
    return {
        "reads": [[c, _round_percents(h)] for c, h in zip(word, encoded[:, 0], strict=True)],
        "says": [
            [symbol, round(prob, DIGITS), _round_percents(s)]
            for symbol, prob, s in zip(symbols, probs.tolist(), states[:, 0], strict=True)
        ],
        "guesses": [
            {"ids": answer, "total": round(total, DIGITS), "finished": True}
            for answer, total in zip(ids, log_probs, strict=True)
        ],
    }


def _round_percents(state: Tensor) -> list[int]:
    return np.rint(100 * state.numpy()).astype(int).tolist()
