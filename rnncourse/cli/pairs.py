"""`rnncourse learn pairs.tsv`: an encoder and a decoder with attention learn one's own pairs."""

import argparse
import html
import math
import random
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from jaxtyping import Int, Shaped

from rnncourse.cli.commands import CommandError, print_note
from rnncourse.cli.learn import decode_text, describe_plan, plan_run, train_with_progress
from rnncourse.data.pairs import END, START, PairData, TokenPair

MIN_PAIRS, MAX_SYMBOLS, MAX_KINDS = 100, 60, 500
"""Sources that there must be; symbols of a source or a target; different ones in a column."""
H, E, B, LEARNING_RATE = 128, 64, 64, 4e-3
"""Units of the encoder and of the decoder; numbers of a symbol; pairs a batch; learning rate."""
N_VALIDATED, MAX_SCORED, MAX_SHOWN = 500, 500, 12
"""Pairs that a look reads; sources that are scored at the end; those of them on the page."""
NEAREST = "the answer to the training source with the fewest symbols to change"


def read_pairs(paths: Sequence[Path]) -> list[tuple[str, str]]:
    """Return the pairs of files: in each line a source, a tab and a target.

    Raises:
        CommandError: If a file is no text, or a line no pair.
    """
    rows = []
    for path in paths:
        for n, line in enumerate(decode_text(path).split("\n"), 1):
            if not line:
                continue
            columns = [column.strip() for column in line.split("\t")]
            if len(columns) != 2 or not all(columns):
                raise CommandError(
                    f"{path}, line {n} is no pair: it takes a source, one tab and a target."
                )
            rows.append(tuple(columns))
    return rows


def split_pairs(rows: Sequence[tuple[str, str]]) -> tuple[PairData, list[str], int]:
    """Cut pairs into symbols, and into three parts; no source is in two of them.

    A symbol is a character; in a column in which most texts have a space, it is what stands between
    spaces.

    Args:
        rows: Sources and targets.

    Returns:
        The pairs, as `rnncourse.data.pairs.PairData`; what joins the symbols of either column; and
        how many pairs were left out, too long or with a rare symbol.

    Raises:
        CommandError: If there are too few.
    """
    from rnncourse.data.splits import split_items

    columns, joints, symbol_lists = [], [], []
    for column in zip(*rows, strict=True) if rows else ((), ()):
        joints.append(" " if 2 * sum(" " in text for text in column) > len(column) else "")
        columns.append([tuple(text.split() if joints[-1] else text) for text in column])
        counts = Counter(symbol for text in columns[-1] for symbol in text)
        symbol_lists.append(sorted(symbol for symbol, _ in counts.most_common(MAX_KINDS)))
    known_symbols = [set(symbols) for symbols in symbol_lists]
    pairs = [
        TokenPair(*symbols_of_pair, (), (), (), joints[0].join(symbols_of_pair[0]))
        for symbols_of_pair in zip(*columns, strict=True)
        if all(
            len(t) <= MAX_SYMBOLS and known_symbols[i].issuperset(t)
            for i, t in enumerate(symbols_of_pair)
        )
    ]
    if (sources := len({pair.key for pair in pairs})) < MIN_PAIRS:
        raise CommandError(
            f"{sources} different sources of {MAX_SYMBOLS} symbols or less are too few to learn "
            f"from: it takes {MIN_PAIRS}."
        )
    random.Random(0).shuffle(pairs)
    splits = split_items(pairs, lambda pair: pair.key)
    return (
        PairData(*splits, tuple(symbol_lists[0]), (END, START, *symbol_lists[1])),
        joints,
        len(rows) - len(pairs),
    )


def measure_edit_distances(
    text: Sequence, answers: Shaped[np.ndarray, "L N"], lengths: Int[np.ndarray, " N"]
) -> Int[np.ndarray, " N"]:
    """Return how many symbols must be put in, taken out or changed between one text and many.

    Args:
        text: Symbols, or their ids.
        answers: The same, padded behind the ends.
        lengths: How many of each are real.

    Source: R. A. Wagner and M. J. Fischer, "The string-to-string correction problem" (1974).
    """
    steps = np.arange(len(answers) + 1, dtype=np.int16)[:, None]
    edits = np.tile(steps, answers.shape[1])
    for symbol in text:
        new_edits = edits + 1
        new_edits[1:] = np.minimum(new_edits[1:], edits[:-1] + (answers != symbol))
        edits = np.minimum.accumulate(new_edits - steps) + steps
    return edits[lengths, np.arange(len(lengths))]


def measure_error_rates(
    texts: Sequence[Sequence], right_answers: Sequence[Sequence[Sequence]]
) -> tuple[float, float]:
    """Return how many of 100 texts are wrong, and how many symbols to change in 100 that are right.

    Args:
        texts: What was written.
        right_answers: For each the right answers; the nearest counts.
    """
    from rnncourse.data.padding import pad

    changes = symbols = n_wrong = 0
    for text, answers in zip(texts, right_answers, strict=True):
        lengths = np.array([len(answer) for answer in answers])
        distances = measure_edit_distances(text, pad(answers)[0], lengths)
        changes += int(distances.min())
        symbols += int(lengths[distances.argmin()])
        n_wrong += bool(distances.min())
    return 100 * n_wrong / len(texts), 100 * changes / symbols


def find_nearest_targets(data: PairData, sources: Sequence) -> list[tuple[str, ...]]:
    """Return for each pair the target of the training pair whose source is most like its own."""
    from rnncourse.data.padding import pad

    train_ids, mask = pad(data.ids(data.train)[0])
    lengths, source_ids = mask.sum(0), data.ids(sources)[0]
    return [
        data.train[measure_edit_distances(ids, train_ids, lengths).argmin()].target
        for ids in source_ids
    ]


def learn_pairs(options: argparse.Namespace) -> Path:
    """Train a network on pairs; return its page."""
    import torch

    from rnncourse.analysis.translations import (
        batch_pairs,
        build_network,
        store_network,
        translate_sources,
    )
    from rnncourse.training.sequence import TrainingSettings
    from rnncourse.training.translation import target_nll, train_translator

    rows = read_pairs(options.paths)
    data, joints, n_dropped = split_pairs(rows)
    train_pairs = batch_pairs(data, data.train)
    valid_pairs = batch_pairs(data, data.valid[:N_VALIDATED])
    size = min(B, len(train_pairs))
    architecture = {"H": H, "E": E, "attention": "general", "query": "after"}

    def make_network():
        return build_network(data, **architecture, dropout=0.1)

    def run_updates(updates: int) -> None:
        train_translator(make_network, train_pairs, TrainingSettings(updates, size))

    def translate(chosen) -> list[tuple[str, ...]]:
        hypotheses = translate_sources(model, batch_pairs(data, chosen), max_length=MAX_SYMBOLS + 1)
        return [tuple(data.targets[i] for i in hypothesis.ids) for hypothesis in hypotheses]

    @torch.no_grad()
    def validate(update: int) -> tuple[float, str]:
        examples = data.valid[:2]
        lines = (
            f"{p.key} → {joints[1].join(t)}"
            for p, t in zip(examples, translate(examples), strict=True)
        )
        return float(target_nll(model, valid_pairs)) / math.log(2), "; ".join(lines)[:76]

    name, folder, updates = plan_run(options, repr(rows), run_updates)
    torch.manual_seed(0)
    model = make_network()
    descriptions = (
        f"{len(k)} symbols{', parted by spaces' * bool(j)}"
        for k, j in zip((data.sources, data.targets[2:]), joints, strict=True)
    )
    omission = f"; {n_dropped:,} are left out, too long or with a rare symbol" if n_dropped else ""
    print_note(
        f"{len(rows):,} pairs ({' to '.join(descriptions)}{omission}). {describe_plan(updates)}"
    )
    settings = TrainingSettings(updates, size, LEARNING_RATE)
    train_with_progress(
        model,
        updates,
        folder,
        validate,
        lambda report, checkpoint: train_translator(
            lambda: model, train_pairs, settings, report, checkpoint=checkpoint
        ),
    )
    about = {"joints": joints, "maxLength": MAX_SYMBOLS + 1}
    store_network("model", model, data, about, folder)
    test_pairs = list({pair.key: pair for pair in data.test}.values())[:MAX_SCORED]
    translations = translate(test_pairs)
    heading, errors = _score_translations(data, test_pairs, translations)
    shown = [
        (pair.key, joints[1].join(text), joints[1].join(pair.target))
        for pair, text in zip(test_pairs[:MAX_SHOWN], translations, strict=False)
    ]
    page = folder / "index.html"
    page.write_text(_make_page(name, folder, heading, errors, shown), encoding="utf-8")
    return page


def _score_translations(
    data: PairData, test_pairs: Sequence, translations: Sequence
) -> tuple[str, list[tuple[float, float, str]]]:
    """Print what the network has wrong, and what the nearest training pair has.

    Returns:
        The heading; and of each method the errors of `measure_error_rates`, and its name.
    """
    answers_by_key = defaultdict(list)
    for pair in data.test:
        answers_by_key[pair.key].append(pair.target)
    answers = [answers_by_key[pair.key] for pair in test_pairs]
    by_method = {"the network": translations, NEAREST: find_nearest_targets(data, test_pairs)}
    errors = [(*measure_error_rates(texts, answers), method) for method, texts in by_method.items()]
    heading = f"Wrong, and symbols to change, of 100, for {len(answers)} sources that chose nothing"
    print(f"{heading}:")
    for wrong, changes, method in errors:
        print(f"  {wrong:5.1f}  {changes:5.1f}  {method}")
    return heading, errors


def _make_page(
    name: str, folder: Path, heading: str, errors: list[tuple], examples: list[tuple]
) -> str:
    """Return the live page of a network, as one file."""
    from rnncourse.viz.elements import SHARED, LiveFigure, render_page

    live = LiveFigure(
        "own-pairs",
        SHARED,
        "Here a network answers what you type. It needs JavaScript.",
        "The darker a cell, the more the symbol of its row looks at the symbol of its column.",
        "pairs",
    )

    def render_table(rows: list[tuple]) -> str:
        cells = ("".join(f"<td>{html.escape(str(cell))}</td>" for cell in row) for row in rows)
        return f"<table>{''.join(f'<tr>{row}</tr>' for row in cells)}</table>"

    rows = [(f"{wrong:.1f}", f"{changes:.1f}", method) for wrong, changes, method in errors]
    summary = (
        f"<p>{heading}: fewer are better.</p>{render_table(rows)}<p>Some of these sources, what "
        f"the network writes, and a right answer:</p>{render_table(examples)}"
    )
    title = f"A network that has learned {name}"
    return render_page(live, {"text": examples[0][0]}, "model", folder, title, summary)
