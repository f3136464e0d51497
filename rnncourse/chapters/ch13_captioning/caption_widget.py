"""A letter of the reader's is captioned word by word, and shown where each word is looked up.

Page and notebook run `caption_widget.mjs`, which computes everything itself from the kept weights.
"""

import base64
from pathlib import Path

import numpy as np
import torch

from rnncourse.chapters.ch13_captioning.composing import Part, compose, draw_bases, extract_marks
from rnncourse.chapters.ch13_captioning.stored import load_weights
from rnncourse.data.glyphs import choose_held_out, list_letters
from rnncourse.decoding.stepping import greedy
from rnncourse.viz import elements

LIVE_FIGURE = elements.LiveFigure(
    "live-caption",
    Path(__file__).parent,
    "Here a network captions a letter that you choose or draw, and you see where it looks for each "
    "word. In the book it needs JavaScript; in a notebook, run the cell.",
    "A small network captions your letter. The more purple a place, the "
    "more it counts for the chosen word. Draw on the letter to see what the caption hangs on.",
    "caption_widget",
)
NETWORK = "letters"
MAX_LENGTH, DIGITS = 8, 6
BASE, MARK = "q", "\u0301"
"""What is shown first: a letter that no font has."""


def live_caption() -> object:
    """Show the captioner, live: a letter, its caption, and the looks.

    Returns:
        An object that a notebook displays when it is the last value of a cell.

    Raises:
        WeightsError: If the weights are missing, or were changed.

    Source: `Captioner`; tests/chapters/ch13_captioning/test_widget.py compares the two.
    """
    tables = {
        "bases": {char: _encode_part(part) for char, part in draw_bases().items()},
        "marks": {char: _encode_part(part) for char, part in extract_marks().items()},
        "names": {char: " ".join(name) for char, name in mark_names().items()},
        "known": training_status(),
        "initial": initial_view(),
        "first": [BASE, MARK],
    }
    facts = {name: elements.dump_json(table) for name, table in tables.items()} | {
        "max": MAX_LENGTH
    }
    manifest, _ = LIVE_FIGURE.files(NETWORK)
    words = f"Live captions: where a captioner looks, {manifest['bytes']} bytes of weights"
    return LIVE_FIGURE.show(facts, words, (NETWORK,))


def _encode_part(part: Part) -> list[object]:
    """Say a part as the page reads it: size, place, kind, and its ink in base 64."""
    h, w = part.ink.shape
    ink = base64.b64encode(part.ink.tobytes()).decode()
    return [h, w, part.top, part.left, int(part.above), ink]


def mark_names() -> dict[str, tuple[str, ...]]:
    """Name every combining mark by the words of a caption."""
    return {
        letter.mark: letter.words[letter.mark_slice] for letter in list_letters() if letter.mark
    }


def training_status() -> dict[str, str]:
    """List the letters that fonts have, by what the training had of them."""
    unseen = frozenset.union(*choose_held_out().values())
    chars = [letter.char for letter in list_letters()]
    return {
        "trained": "".join(char for char in chars if char not in unseen),
        "held": "".join(char for char in chars if char in unseen),
    }


@torch.no_grad()
def initial_view() -> dict[str, object]:
    """Caption the first letter: what the page shows before it has the weights.

    Returns:
        The numbers of the words, and the weights of each step, that of the end included.
    """
    model = load_weights(NETWORK).double()
    images = torch.from_numpy(compose(BASE, MARK)[0] / 255.0)[None]
    (hypothesis,) = greedy(model, model.initial_state(images), 1, max_length=MAX_LENGTH)
    symbols = torch.tensor([[*hypothesis.ids.tolist(), model.eos_id]])
    _, weights = model.teacher_forced(images, symbols)
    attention = np.round(weights[0].numpy(), DIGITS).tolist()
    return {"ids": hypothesis.ids.tolist(), "rows": attention, "words": list(list_model_words())}


def list_model_words() -> list[str]:
    """Return the vocabulary of the network that is kept."""
    return LIVE_FIGURE.files(NETWORK)[0]["about"]["vocabulary"]
