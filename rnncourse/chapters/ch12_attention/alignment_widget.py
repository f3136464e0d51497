"""Where attention looks as it translates what the reader types: in page and notebook.

Both run `alignment_widget.mjs`, which computes everything itself from the weights of the page's
network.
"""

from pathlib import Path

import numpy as np
import torch

from rnncourse.analysis.translations import MAX_LENGTH, load_number_lists
from rnncourse.chapters.ch12_attention.stored import load_weights
from rnncourse.data.number_pairs import spell_list
from rnncourse.data.pairs import PairData
from rnncourse.decoding.stepping import greedy
from rnncourse.models.translation import EncoderDecoder, PaddedPairs
from rnncourse.viz import elements

LIVE_FIGURE = elements.LiveFigure(
    "live-alignment",
    Path(__file__).parent,
    "Here a network translates the numbers that you type, and you see where it looks. In the book "
    "it needs JavaScript; in a notebook, run the cell.",
    "A network translates your numbers into German. The fuller the purple of a source symbol, the "
    "more the chosen symbol of the translation looks at it; ◆ marks where it truly comes from.",
    "alignment_widget",
)
NETWORK = "lists"
NUMBERS = (21, 47, 9)
DIGITS = 6


def live_alignment() -> object:
    """Show the network that translates lists, with the weights of every symbol that it writes.

        alpha_ij = softmax over j of s_i . W_a h_j;   a hidden symbol j has the score minus infinity

    Returns:
        An object that a notebook displays when it is the last value of a cell.

    Raises:
        WeightsError: If the weights are missing, or were changed.

    Source: `Decoder` with a mask; test_alignment_widget.py compares the two.
    """
    data = load_number_lists()
    facts = {"numbers": ", ".join(map(str, NUMBERS)), "max": MAX_LENGTH}
    tables = {"sources": data.sources, "targets": data.targets}
    tables["initial"] = initial_view(load_weights(NETWORK).double(), data)
    facts |= {name: elements.dump_json(table) for name, table in tables.items()}
    manifest, _ = LIVE_FIGURE.files(NETWORK)
    words = f"Live attention: where a translator looks, {manifest['bytes']} bytes of weights"
    return LIVE_FIGURE.show(facts, words, (NETWORK,))


@torch.no_grad()
def initial_view(model: EncoderDecoder, data: PairData) -> dict[str, object]:
    """Translate the first list: what the page shows before it has the weights.

    Args:
        model: The network, in float64.
        data: Its tokens.

    Returns:
        The ids that it writes, and the weights of each step, that of the end included.
    """
    sources, _ = data.ids([spell_list(NUMBERS)])
    state = model.initial_state(torch.tensor(sources).T, torch.tensor([len(sources[0])]))
    (hypothesis,) = greedy(model, state, 1, max_length=MAX_LENGTH)
    pairs = PaddedPairs.from_sequences(sources, [hypothesis.ids.tolist()], data.eos_id)
    _, weights = model.teacher_forced(pairs.source, pairs.source_lengths, pairs.target)
    return {
        "ids": hypothesis.ids.tolist(),
        "rows": np.round(weights[:, 0].numpy(), DIGITS).tolist(),
    }
