"""Any word said as sounds, with the letters that each sound looks at: in page and notebook.

Both run `spelling_widget.mjs`, which computes everything itself from the recorded weights.
"""

from pathlib import Path

import numpy as np
import torch

from rnncourse.analysis.pronouncing import encode_word, pronounce_all
from rnncourse.chapters.ch12_attention.spelling import as_encoder_decoder, sound_ids
from rnncourse.chapters.ch12_attention.spelling_network import NAME, load_live_network
from rnncourse.data.pronunciations import SOUNDS
from rnncourse.viz import elements

LIVE_FIGURE = elements.LiveFigure(
    "live-spelling",
    Path(__file__).parent,
    "Here a network says the word that you type, and you see where it looks. In the book it needs "
    "JavaScript; in a notebook, run the cell.",
    "The network of lesson 12, with larger states, a second layer to read with and longer "
    "training, says your word. The wider a line, the more the sound below looks at the letter "
    "above.",
    "spelling_widget",
)
WORD = "knight"
DIGITS = 6


def live_spelling() -> object:
    """Show the network that says any word, with the weights of every sound.

        alpha_ij = softmax over j of s_i . h_j / sqrt(H)

    Returns:
        An object that a notebook displays when it is the last value of a cell.

    Raises:
        WeightsError: If the weights are missing, or were changed.

    Source: `spelling.AttentionPronouncer`; test_spelling_widget.py compares the two.
    """
    facts = {
        "word": WORD,
        "sounds": elements.dump_json(SOUNDS),
        "initial": elements.dump_json(_initial_view()),
    }
    size = LIVE_FIGURE.files(NAME)[0]["bytes"]
    return LIVE_FIGURE.show(facts, f"Live spelling to sound, {size} bytes of weights", (NAME,))


@torch.no_grad()
def _initial_view() -> dict[str, object]:
    """Return ids and weights for the first word: what the page shows before it has the weights."""
    network = load_live_network().double()
    (sounds,) = pronounce_all(*as_encoder_decoder(network), [WORD])[WORD]
    _, weights = network(encode_word(WORD), sound_ids(sounds))
    attention = np.round(weights[:, 0].numpy(), DIGITS).tolist()
    return {"said": [SOUNDS.index(sound) for sound in sounds], "rows": attention}
