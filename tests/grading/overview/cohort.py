"""A class whose page has something in each of its parts: what the crowd has, and a few more."""

import random
import zipfile
from pathlib import Path

from ..classes import crowd
from ..handed_in import IMPORT, RIGHT, notebook
from ..likeness.planted import commented, renamed

ODD = "def bits_and_perplexity(log_probs):\n    n = np.mean(log_probs) ** 2\n    return n, n + 1"
SAME_ODD = (
    "def bits_and_perplexity(lp):\n    m = np.asarray(lp).mean()\n    return m * m, m * m + 1.0"
)
RAISES = "def bits_and_perplexity(log_probs):\n    return log_probs['nats'], 2"
OWN = """
def bigram_probs(ids, V):
    table = [[0.0 for _ in range(V)] for _ in range(V)]
    position = 0
    while position < len(ids) - 1:
        here, there = int(ids[position]), int(ids[position + 1])
        table[here][there] = table[here][there] + 1.0
        position = position + 1
    for row in table:
        total = sum(row)
        if total > 0:
            for column in range(V):
                row[column] = row[column] / total
    return np.array(table)
"""
OWN_TOO = """
def bits_and_perplexity(log_probs):
    total, seen = 0.0, 0
    for entry in list(np.asarray(log_probs).ravel()):
        total = total - float(entry)
        seen = seen + 1
    average = total / max(seen, 1)
    bits, surprise = average / np.log(2.0), np.exp(average)
    return bits, surprise
"""
OWN_THIRD = """
def continuation_count(text, run):
    befores = []
    place = text.find(run, 1)
    while place != -1:
        letter = text[place - 1 : place]
        if letter and letter not in befores:
            befores.append(letter)
        place = text.find(run, place + 1)
    return len(befores)
"""
OWN_FOURTH = """
def nucleus(probs, p):
    pairs = sorted(enumerate(probs), key=lambda pair: -pair[1])
    kept, mass = [0.0] * len(probs), 0.0
    for index, weight in pairs:
        if mass >= p:
            break
        kept[index] = weight
        mass = mass + weight
    return np.array([weight / sum(kept) for weight in kept])
"""
ALL_OWN = [IMPORT, OWN_TOO, OWN, OWN_THIRD, OWN_FOURTH]
MORE = {
    "fay": [IMPORT, ODD],
    "gus": [IMPORT, SAME_ODD],
    "hal": [IMPORT, RAISES],
    "ida": ALL_OWN,
    "jan": commented(renamed(ALL_OWN, random.Random(1)), random.Random(2)),
    "<script>alert(1)<b>": [IMPORT, RIGHT["02-bits"]],
    "class": [IMPORT, RIGHT["02-bits"], "# class"],
}


def cohort(folder: Path) -> tuple[Path, Path]:
    """Write Canvas's zip file with the crowd and a few more, and the roster."""
    path, roster = crowd.canvas(folder)
    with zipfile.ZipFile(path, "a") as archive:
        for number, (name, cells) in enumerate(MORE.items()):
            plain = "".join(c for c in name if c.isalnum())
            archive.writestr(f"{plain}_{9000 + number}_{800 + number}_hw.ipynb", notebook(*cells))
    lines = [f'"{name}",{9000 + n},{n},{n}@x,"A, B",,' for n, name in enumerate(MORE)]
    text = roster.read_text("utf-8-sig") + "\n".join(lines) + "\n"
    roster.write_text(text, "utf-8-sig")
    return path, roster


def alone(folder: Path) -> Path:
    """Write a class of one."""
    path = folder / "kim.ipynb"
    path.write_bytes(notebook(IMPORT, ODD, RIGHT["02-bigrams"]))
    return path
