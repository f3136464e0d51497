"""The command `rnncourse learn`: a network of one's own text or pairs, and a live page with it."""

import argparse
import hashlib
import html
import json
import re
import sys
import time
import webbrowser
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from rnncourse.cli.commands import DONE, CommandError, print_note

if TYPE_CHECKING:
    from torch import nn

MIN_CHARACTERS, MAX_KINDS, H = 20_000, 128, 256
"""Characters that a text must have; different ones that are kept; units of the network."""
MAX_ORDER, N_VALIDATIONS = 10, 12
"""Orders of the counts that are tried; how often the network is looked at while it learns."""
N_VALIDATED = 50_000
"""Characters of the part that chooses which a look reads."""
SUFFIXES = {".txt", ".md", ".abc", ".tex", ".py", ".csv", ".html", ".xml", ".json"}
"""What is read in a folder; a file that is named may have any other."""

PLAN_KEYS = ("text", "minutes", "updates")
"""What is planned, and must not change when a run goes on."""
RUN_FILES = {"plan.json", "model.json", "index.html"}
"""What a run writes into its folder that could be taken for text."""


@dataclass(frozen=True)
class SplitText:
    """A text, cut into three, in characters that the network knows.

    Args:
        characters: Which; the newline comes first.
        train: The first nine tenths, `(N,)`.
        valid: The next twentieth, by which order and weights are chosen.
        test: The last one, which chooses nothing.
        n_dropped: How many characters were left out, because they are rare.
    """

    characters: str
    train: np.ndarray
    valid: np.ndarray
    test: np.ndarray
    n_dropped: int


def read_texts(paths: list[Path]) -> str:
    """Return the text of files, and of all text files in folders, a newline between two.

    What an earlier run wrote into one of the folders is not read.

    Raises:
        CommandError: If one cannot be read as a text, or there is too little.
    """
    files: list[Path] = []
    for path in paths:
        runs = {plan.parent for plan in path.rglob("plan.json") if _is_plan(plan)}
        files_inside = sorted(
            p for p in path.rglob("*") if p.suffix.lower() in SUFFIXES and p.is_file()
        )
        texts_inside = [p for p in files_inside if p.parent not in runs or p.name not in RUN_FILES]
        files += texts_inside if path.is_dir() else [path]
    text = "\n".join(map(decode_text, files)).replace("\t", "    ")
    if len(text) < MIN_CHARACTERS:
        raise CommandError(
            f"{len(text):,} characters are too few to learn from: it takes {MIN_CHARACTERS:,}."
        )
    return text


def _is_plan(file: Path) -> bool:
    """Tell whether a file is the plan of a run, as `plan_run` writes it."""
    text = file.read_text(encoding="utf-8", errors="replace")
    return {*PLAN_KEYS} <= {*re.findall(r'"(\w+)":', text)}


def decode_text(file: Path) -> str:
    """Return the text of a file.

    Raises:
        CommandError: If it is not in UTF-8.
    """
    try:
        return file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise CommandError(
            f"{file} is no text in UTF-8 (byte {error.start} is none): save it as UTF-8 first."
        ) from None


def split_text(text: str) -> SplitText:
    """Cut a text, with its most frequent characters only."""
    counts = Counter(c for c in text if c.isprintable() and ord(c) < 1 << 16)
    characters = "\n" + "".join(sorted(c for c, _ in counts.most_common(MAX_KINDS - 1)))
    ids_by_character = {c: i for i, c in enumerate(characters)}
    ids = np.array([ids_by_character[c] for c in text if c in ids_by_character])
    bounds = len(ids) * np.array([18, 19]) // 20
    return SplitText(characters, *np.split(ids, bounds), n_dropped=len(text) - len(ids))


def fit_ngrams(text: SplitText) -> tuple[int, float]:
    """Return the best order of Kneser and Ney's counts, and its bits per character on the test."""
    from rnncourse.models.counting import count_orders
    from rnncourse.models.ngram import NGrams
    from rnncourse.models.smoothing import KneserNey

    counts = NGrams(count_orders(text.train, MAX_ORDER), len(text.characters), KneserNey())
    bits = [-np.log2(counts.probs(ids)).mean(axis=1) for ids in (text.valid, text.test)]
    index = int(bits[0].argmin())
    return index + 1, float(bits[1][index])


def train_and_show(options: argparse.Namespace) -> int:
    """Train a network on a text or on pairs, or go on with it; write and open a live page."""
    try:
        import torch  # noqa: F401
        import tqdm  # noqa: F401
    except ImportError as error:
        raise CommandError(
            f"To learn, `{error.name}` is missing. Try: pip install 'rnncourse[learn]'"
        ) from None
    from rnncourse.cli.pairs import learn_pairs

    kinds = {path.suffix == ".tsv" for path in options.paths}
    if len(kinds) == 2:
        raise CommandError("These are pairs (.tsv) and texts: give the ones or the others.")
    page = (learn_pairs if True in kinds else _learn_text)(options)
    print(f"The live page: {page}")
    if options.open:
        webbrowser.open(page.resolve().as_uri())
    return DONE


def _learn_text(options: argparse.Namespace) -> Path:
    """Train a network on a text; return its page."""
    import torch

    from rnncourse.decoding.sampling import sample_text
    from rnncourse.models import weights
    from rnncourse.models.language import LanguageModel
    from rnncourse.training.language import StreamSettings, train_language_model
    from rnncourse.training.reading import StreamingReader, predict_probs

    raw_text = read_texts(options.paths)
    text = split_text(raw_text)
    V = len(text.characters)
    if len(raw_text) - text.n_dropped < MIN_CHARACTERS:
        raise CommandError(
            f"{text.n_dropped:,} of {len(raw_text):,} characters are too rare to learn; what is "
            f"left is too little: it takes {MIN_CHARACTERS:,}."
        )

    def run_updates(updates: int) -> None:
        train_language_model(LanguageModel(V, H, "gru"), text.train, StreamSettings(updates))

    name, folder, updates = plan_run(options, raw_text, run_updates)
    torch.manual_seed(0)
    model = LanguageModel(V, H, "gru", dropout=0.2)

    def validate(update: int) -> tuple[float, str]:
        bits = -np.log2(predict_probs(model, text.valid[:N_VALIDATED])).mean()
        ids = sample_text(
            StreamingReader(model), text.valid[:1] * 0, 76, np.random.default_rng(update)
        )
        return float(bits), "".join(text.characters[i] for i in ids).replace("\n", " ")

    omission = f", {text.n_dropped:,} rare ones left out" if text.n_dropped else ""
    print_note(
        f"{len(raw_text):,} characters ({V} different ones{omission}). {describe_plan(updates)}"
    )
    settings = StreamSettings(updates, learning_rate=8e-3)
    train_with_progress(
        model,
        updates,
        folder,
        validate,
        lambda *args: train_language_model(model, text.train, settings, *args),
    )
    order, counts_bits = fit_ngrams(text)
    network_bits = float(-np.log2(predict_probs(model, text.test)).mean())
    arrays = {key: value.numpy() for key, value in model.state_dict().items()}
    about = {"cell": "gru", "vocabulary": text.characters}
    weights.save("model", arrays, about, folder)
    bits_by_method = {
        f"counts of {order} characters (Kneser–Ney)": counts_bits,
        "the network": network_bits,
    }
    print(f"Bits per character on the last {len(text.test):,} characters, which chose nothing:")
    for method, bits in bits_by_method.items():
        print(f"  {bits:.3f}  {method}")
    page = folder / "index.html"
    page.write_text(
        _make_page(name, folder, bits_by_method, len(text.test), raw_text), encoding="utf-8"
    )
    return page


def plan_run(
    options: argparse.Namespace, content: str, run_updates: Callable[[int], object]
) -> tuple[str, Path, int]:
    """Make a run's folder with its plan, or read the plan of one to go on with.

    Args:
        options: Of the command.
        content: What is learned.
        run_updates: Makes so many updates, to see how long they take.

    Returns:
        A name for it, the folder, and how many updates it takes.

    Raises:
        CommandError: If the folder holds a network of another text, other minutes or updates, or
            files of others that would be lost.
    """
    name = options.paths[0].resolve().stem
    folder = options.to or Path(f"{name}-learned")
    request = {"text": hashlib.sha256(content.encode()).hexdigest(), "minutes": options.minutes}
    plan, page = folder / "plan.json", folder / "index.html"
    for file in (plan, page):
        if file.exists() and not (plan.exists() and _is_plan(plan)):
            raise CommandError(
                f"{file} is not of a run, and would be lost: choose another folder with --to."
            )
    folder.mkdir(parents=True, exist_ok=True)
    if options.new:
        for file in (page, plan, folder / "run.pt"):
            file.unlink(missing_ok=True)
    if plan.exists():
        stored = json.loads(plan.read_text(encoding="utf-8"))
        if {key: stored[key] for key in request} != request:
            raise CommandError(
                f"{folder} holds a network of another text or of other minutes. Give --new to "
                "begin anew there, or another folder with --to."
            )
        if options.updates not in (None, stored["updates"]):
            raise CommandError(
                f"{folder} holds a network of {stored['updates']:,} updates. Give --new to begin "
                "anew there, or another folder with --to."
            )
    else:
        stored = {
            **request,
            "updates": options.updates or estimate_updates(options.minutes, run_updates),
        }
        plan.write_text(json.dumps(stored), encoding="utf-8")
    return name, folder, stored["updates"]


def estimate_updates(minutes: float, run_updates: Callable[[int], object]) -> int:
    """Return how many updates take so many minutes here."""
    run_updates(2)  # what is prepared at first
    start, n_updates = time.perf_counter(), 12
    run_updates(n_updates)
    return max(100, int(minutes * 60 * n_updates / (time.perf_counter() - start)))


def describe_plan(updates: int) -> str:
    """Say how long it takes, and that it can be stopped."""
    return f"{updates:,} updates; Ctrl-C stops, and the same command goes on."


def train_with_progress(
    model: "nn.Module", updates: int, folder: Path, validate: Callable, train: Callable
) -> None:
    """Train a model in sight, in a run that goes on where it was stopped; keep its best moment.

    Args:
        model: Trained in place; at the end it has the weights of the look with the fewest bits.
        updates: How many.
        folder: Where the run is kept.
        validate: From an update to bits on what chooses, and a line that the model wrote.
        train: Trains it, given what is told of each update, and the checkpoint.

    Raises:
        CommandError: If no validation gave a number.
    """
    from tqdm import tqdm

    from rnncourse.training.checkpoint import Checkpoint

    due = set(np.geomspace(max(1, updates // 100), updates, N_VALIDATIONS).astype(int).tolist())
    initial = {"best": float("inf"), "weights": {}}
    checkpoint = Checkpoint(folder / "run.pt", max(1, min(100, updates // 10)), initial)
    hidden = not sys.stderr.isatty()
    with tqdm(total=updates, unit="update", disable=hidden, dynamic_ncols=True) as bar:

        def report(update: int, loss: float) -> None:
            bar.update(update - bar.n)
            if update not in due:
                return
            model.eval()
            bits, line = validate(update)
            if bits < checkpoint.extra_state["best"]:
                state = {k: v.clone() for k, v in model.state_dict().items()}
                checkpoint.extra_state.update(best=bits, weights=state)
            model.train()
            tqdm.write(f"{update:6d}  {bits:.3f} bits  {line}")

        train(report, checkpoint)
    if not checkpoint.extra_state["weights"]:
        raise CommandError(
            "The training diverged: no validation gave a number. Give --new and other --minutes."
        )
    model.load_state_dict(checkpoint.extra_state["weights"])
    model.eval()


def _make_page(
    name: str, folder: Path, bits_by_method: dict[str, float], n_test: int, text: str
) -> str:
    """Return the live page of a network, as one file."""
    from rnncourse.core.chapters import list_chapters
    from rnncourse.viz.elements import render_page

    widgets = (c.load("widget") for c in list_chapters() if c.has_module("widget"))
    live = next(widget.LIVE_FIGURE for widget in widgets if widget.LIVE_FIGURE.tag == "live-model")
    table = "".join(
        f"<tr><td>{bits:.3f}</td><td>{html.escape(method)}</td></tr>"
        for method, bits in bits_by_method.items()
    )
    summary = (
        f"<p>Bits per character on the last {n_test:,} characters of the text, which chose "
        f"nothing: fewer are better.</p><table>{table}</table>"
    )
    prompt = text.lstrip()[:40].rsplit(" ", 1)[0].split("\n")[0]
    title = f"A network that has read {name}"
    facts = {"text": prompt, **({"tunes": "ABC"} if _holds_tunes(text) else {})}
    return render_page(live, facts, "model", folder, title, summary)


def _holds_tunes(text: str) -> bool:
    """Tell whether a text has tunes in ABC: a number and a key, each at the beginning of a line."""
    return all(re.search(rf"^{field}:", text, re.MULTILINE) for field in "XK")
