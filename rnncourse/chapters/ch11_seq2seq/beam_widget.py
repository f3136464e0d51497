"""A number that the reader types, translated, with the tree of the beam: in page and notebook.

Both run `beam_widget.mjs`, which computes everything itself from the weights of the page's network.
"""

from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch

from rnncourse.analysis.translations import batch_pairs, find_exact_matches
from rnncourse.chapters.ch11_seq2seq.page_experiments import LIVE_FIGURE_CONFIG, load_numerals
from rnncourse.chapters.ch11_seq2seq.stored import load_weights
from rnncourse.core.records import Record
from rnncourse.data.number_pairs import spell_pair
from rnncourse.data.pairs import PairData
from rnncourse.decoding.beam import beam_search
from rnncourse.decoding.stepping import greedy
from rnncourse.models.translation import EncoderDecoder
from rnncourse.viz import elements

LIVE_FIGURE = elements.LiveFigure(
    "live-beam",
    Path(__file__).parent,
    "Here a network translates the number that you type, and you see the tree of its beam search. "
    "In the book it needs JavaScript; in a notebook, run the cell.",
    "A network of this report translates your number. Each column is a step, the likeliest "
    "hypothesis on top; numbers are ln p of all that was written so far.",
    "beam_widget",
)
NETWORK = "numerals"
NUMBER, WIDTH = 21345, 3
MAX_LENGTH = 20
"""Symbols at most; German numbers below 100,000 have ten or less, their end included."""
DIGITS = 6


def live_beam() -> object:
    """Show the network that translates numbers, with its beam of one to five hypotheses.

        ln p(y) = sum over i of ln p(y_i | y_1 ... y_(i-1), x);   no length is normalized

    Returns:
        An object that a notebook displays when it is the last value of a cell.

    Raises:
        WeightsError: If the weights are missing, or were changed.

    Source: `rnncourse.decoding.beam`; test_beam_widget.py compares the two.
    """
    data = load_numerals()
    model = load_weights(NETWORK, data, LIVE_FIGURE_CONFIG).double()
    exact = float(np.mean(Record.load("ch11_seq2seq").value("numerals/longer")))
    facts = {"number": NUMBER, "width": WIDTH, "max": MAX_LENGTH, "exact": f"{100 * exact:.0f}"}
    tables = {"sources": data.sources, "targets": data.targets}
    tables["examples"] = find_examples(model, data)
    tables["initial"] = trace_search(model, data, NUMBER, WIDTH)
    facts |= {name: elements.dump_json(table) for name, table in tables.items()}
    manifest, _ = LIVE_FIGURE.files(NETWORK)
    words = f"Live beam search: a number in German, {manifest['bytes']} bytes of weights"
    return LIVE_FIGURE.show(facts, words, (NETWORK,))


def find_examples(model: EncoderDecoder, data: PairData) -> dict[str, int]:
    """Find test numbers that greedy decoding gets wrong: one that the beam mends, one it does not.

    Args:
        model: The network.
        data: Whose test numbers.
    """
    pairs = batch_pairs(data, data.test)
    state = model.initial_state(pairs.source, pairs.source_lengths)
    hits = find_exact_matches(
        greedy(model, state, len(pairs), max_length=MAX_LENGTH), data, data.test
    )
    missed = [pair for pair, hit in zip(data.test, hits, strict=True) if not hit]
    pairs = batch_pairs(data, missed)
    state, settings = (
        model.initial_state(pairs.source, pairs.source_lengths),
        {"length_penalty": 0.0, "max_length": MAX_LENGTH},
    )
    hypotheses = beam_search(model, state, len(missed), beam_size=WIDTH, count_eos=True, **settings)
    is_mended = find_exact_matches([hypothesis for (hypothesis,) in hypotheses], data, missed)
    masks = {"greedy is wrong, the beam right": is_mended, "both are wrong": ~is_mended}
    numbers = np.array([int(pair.key) for pair in missed])
    return {name: int(max(numbers[mask])) for name, mask in masks.items() if mask.any()}


class BeamCandidate(NamedTuple):
    """A way to go on: the row of a hypothesis, the symbol that it writes, and ln p of them all."""

    row: int
    symbol: int
    score: float


@torch.no_grad()
def trace_search(
    model: EncoderDecoder, data: PairData, number: int, width: int
) -> dict[str, object]:
    """Search for a translation, and keep the tree: what the page shows before it has the weights.

    Args:
        model: The network, in float64.
        data: Its tokens.
        number: What is translated, below 100,000.
        width: Hypotheses that go on.

    Returns:
        The steps, each with `[symbol, place in the step before, ln p, ended]` of what was kept, the
        likeliest first; ids and ln p of what greedy decoding writes.
    """
    pairs = batch_pairs(data, [spell_pair(number, "digits", "de", characters=False)])
    state = model.initial_state(pairs.source, pairs.source_lengths)
    (greedy_hypothesis,) = greedy(model, state, 1, max_length=MAX_LENGTH)
    parents, totals, symbols = np.array([-1]), np.zeros(1), np.array([model.bos_id])
    steps, best_finished = [], -np.inf
    while len(steps) < MAX_LENGTH:
        logits, state = model.step(state, symbols)
        scores = totals[:, None] + logits.log_softmax(-1).numpy()
        rows, ids = np.divmod(np.argsort(-scores, axis=None, kind="stable"), scores.shape[1])
        ranked = [BeamCandidate(row, v, scores[row, v]) for row, v in zip(rows, ids, strict=True)]
        finished = [c for c in ranked[:width] if c.symbol == model.eos_id]
        unfinished = [c for c in ranked if c.symbol != model.eos_id][:width]
        beam = sorted(unfinished + finished, key=lambda c: -c.score)
        steps.append(
            [
                [int(v), int(parents[row]), round(float(total), DIGITS), int(v == model.eos_id)]
                for row, v, total in beam
            ]
        )
        best_finished = max([best_finished, *(c.score for c in finished)])
        if best_finished >= unfinished[0].score or (finished and width == 1):
            break
        parents = np.array([beam.index(c) for c in unfinished])
        totals = np.array([c.score for c in unfinished])
        symbols = np.array([c.symbol for c in unfinished])
        state = model.reorder(state, np.array([[c.row for c in unfinished]]))
    return {
        "steps": steps,
        "greedy": [greedy_hypothesis.ids.tolist(), round(greedy_hypothesis.log_prob, DIGITS)],
    }
