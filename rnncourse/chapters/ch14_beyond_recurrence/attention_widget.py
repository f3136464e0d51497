"""A transformer reads what the reader types: where each head looks, and what a character costs.

Page and notebook run `attention_widget.mjs`, which computes everything itself from the kept
weights.
"""

from pathlib import Path

import numpy as np
import torch

from rnncourse.chapters.ch14_beyond_recurrence.contest import SIZES, WINDOW, make_model
from rnncourse.chapters.ch14_beyond_recurrence.stored import NAME, load_stored
from rnncourse.data.text import ASCII, Vocabulary
from rnncourse.models.transformer import Transformer
from rnncourse.viz import elements

LIVE_FIGURE = elements.LiveFigure(
    "live-attention",
    Path(__file__).parent,
    "Here a transformer reads what you type: you see where each head looks, and what the next "
    "character costs. In the book it needs JavaScript; in a notebook, run the cell.",
    "The transformer of lesson 14 reads your text. The stronger the color of a character, the more "
    "the chosen one looks at it, by one head: point at another, or go to its plug. A plug that was "
    "pulled tells what the text costs more without its head alone, in bits per character; a tick "
    "on a bar is with all heads.",
    "attention_widget",
)
TEXT = "Return the value of the val"
"""What stands there at first: its last word has begun before."""
MAX_LENGTH, N_WRITTEN, N_LIKELIEST, DIGITS = 200, 10, 5, 6
GATES = {"gru": 3, "lstm": 4}
STATES = {"gru": 1, "lstm": 2}
"""How many vectors a recurrent network hands on."""


def live_attention() -> object:
    """Show the kept transformer, live: its heads, and the cost of the next character.

    Returns:
        An object that a notebook displays when it is the last value of a cell.

    Raises:
        WeightsError: If the weights are missing, or were changed.

    Source: `Transformer`; tests/chapters/ch14_beyond_recurrence/test_widget.py compares the two.
    """
    V = len(ASCII)
    E = make_model("gru", V).embedding.embedding_dim
    rivals = [[name, GATES[name], STATES[name], SIZES[name], E] for name in ("gru", "lstm")]
    tables = {"rivals": rivals, "initial": initial_view(load_stored(V).double())}
    facts = {name: elements.dump_json(table) for name, table in tables.items()}
    facts |= {"text": TEXT, "max": MAX_LENGTH, "writes": N_WRITTEN, "window": WINDOW}
    manifest, _ = LIVE_FIGURE.files(NAME)
    words = f"Live attention: a transformer's heads, {manifest['bytes']} bytes of weights"
    return LIVE_FIGURE.show(facts, words, (NAME,))


@torch.no_grad()
def initial_view(model: Transformer) -> dict[str, object]:
    """Read the first text: what the page shows before it has the weights.

    Args:
        model: The network, in float64.

    Returns:
        Where each head of each block looks from the last character, a newline before the text
        included; and the likeliest next characters with their probabilities.
    """
    ids = torch.from_numpy(Vocabulary().encode("\n" + TEXT))[:, None]
    probs = model(ids)[0][-1, 0].softmax(-1)
    likeliest = probs.topk(N_LIKELIEST).indices.tolist()
    V, H = model.embedding.weight.shape
    return {
        **{"H": H, "blocks": len(model.blocks), "V": V},
        "attention": np.round(model.attention_weights(ids)[:, 0, :, -1].numpy(), DIGITS).tolist(),
        "next": [[ASCII[i], round(float(probs[i]), DIGITS)] for i in likeliest],
    }
