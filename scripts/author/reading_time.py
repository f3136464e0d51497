"""How long a page takes to read: python -m scripts.author.reading_time [PATH...].

A page says it in one line, "**Time:** an hour to read; ...". The line is computed from what stands
on the page, at the rates that readers needed: 200 words of prose a minute; 15 seconds for a line of
code and for the card of a claim; a minute for a figure and for a displayed formula (a derivation
line by line is one), half for a question to answer before going on, two for a live model. Hidden
cells count for nothing, and neither do the exercises, which are on pages of their own.
`scripts/author/run_notebooks.py` writes the line; a test compares.

`list_remarks` says where a lesson costs its reader more than it should; `make check` prints it.
"""

import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import nbformat

from scripts import ROOT, run_script
from scripts.author.kernels import find_notebooks, make_paths_argument

SECONDS = {
    "words": 60 / 200,
    "lines of code": 15,
    "lines printed": 0,
    "equations": 60,
    "figures": 60,
    "predictions": 30,
    "cards": 15,
    "live models": 120,
}
FIGURE, CARD, PREDICTION = "Figure: ", "Claim ", ":class: predict"
DERIVATION = "{.derivation}"
LIMITS = {"words": 3000, "lines of code": 100}
MAX_MINUTES, MAX_NUMERALS = 50, 2  # numerals in 100 words of prose
NUMERAL = re.compile(r"\{glue:text\}`[^`]*`|(?<![\w.])[−-]?\d[\d,]*(?:\.\d+)?(?!\w)")
NO_NUMERALS = re.compile(  # chapter 5, figure 5.2, 1997: no numerals that one has to remember
    r"(?i)\b(?:chapter|figure|table|section|deck|claim|exercise|question|part|step)s?\s+\d+[a-z]?"
    r"(?:\.\d+)?|\b(?:18|19|20)\d\d\b|\]\([^)]*\)|(?<!glue:text\})`[^`]*`"
)
HEDGE = re.compile(
    r"(?i)\bnot (?:been )?(?:tried|measured|varied|tested|looked into)\b|\bwe have not\b"
)
TIME_LINE = re.compile(r"(\*\*Time:\*\* )[^;]*?( to read\b)")
HOURS = ("an hour", "two hours", "three hours", "four hours")
WORDS = re.compile(r"[^\W_][\w'’\-]*")
NOT_PROSE = re.compile(
    r"\(#?[\w/.\-#:]+\)(?=[\s.,;:)]|$)"  # targets of links
    r"|\{[\w:]+\}(?=`)"  # names of roles
    r"|^:::.*$|^:\w+:.*$",
    re.MULTILINE,
)
MARK = re.compile(r"<!--.*?-->", re.DOTALL)
DISPLAYED = re.compile(r"\$\$.*?\$\$", re.DOTALL)
FORMULA = re.compile(r"\$[^$\n]+\$")
TEXT_LINE = re.compile(r"^.*\S", re.MULTILINE)
TABLE_ROW = re.compile(r"^\|(?!:?-)", re.MULTILINE)


def count_parts(nb: nbformat.NotebookNode) -> Counter:
    """Count what a reader meets on a page, by the names in `SECONDS`."""
    counts: Counter = Counter()
    for cell in nb.cells:
        if cell.cell_type == "markdown":
            text = MARK.sub("", cell.source)
            displayed = len(DISPLAYED.findall(text))
            counts["equations"] += min(displayed, 1) if DERIVATION in text else displayed
            counts["figures"] += text.count("<svg")
            counts["predictions"] += text.count(PREDICTION)
            text = DISPLAYED.sub(" ", text)
            counts["words"] += len(WORDS.findall(NOT_PROSE.sub(" ", FORMULA.sub(" x ", text))))
        elif cell.cell_type == "code":
            tags = set(cell.metadata.get("tags", []))
            if not {"remove-input", "hide-input", "remove-cell"} & tags:
                counts["lines of code"] += len(TEXT_LINE.findall(cell.source))
            for output in cell.outputs if "remove-output" not in tags else ():
                counts += _count_output_parts(output)
    return counts


def _count_output_parts(output: nbformat.NotebookNode) -> Counter:
    """Count the parts of one output: a figure, a live model, code, a table, or printed lines."""
    data = output.get("data", {})
    plain = "".join(data.get("text/plain", ""))
    if output.output_type == "stream":
        return Counter({"lines printed": len(TEXT_LINE.findall(output.text))})
    if plain.startswith(FIGURE):
        return Counter({"figures": 1})
    if plain.startswith(CARD):
        return Counter({"cards": 1})
    if "text/html" in data:
        return Counter({"live models": 1})
    shown = "".join(data.get("text/markdown", ""))
    if shown.startswith("```"):
        return Counter({"lines of code": len(shown.strip().splitlines()) - 2})
    return Counter({"lines printed": len(TABLE_ROW.findall(shown))})


def estimate_minutes(parts: Counter) -> float:
    """Return how many minutes the parts of a page take."""
    return sum(SECONDS[name] * count for name, count in parts.items()) / 60


def phrase_minutes(n_minutes: float) -> str:
    """Say a time as one says it, to five minutes.

    >>> [phrase_minutes(m) for m in (38, 61, 77, 118, 124)]
    ['about 40 minutes', 'about an hour', 'about 75 minutes', 'about two hours', 'about two hours']
    """
    rounded = max(5, 5 * round(n_minutes / 5))
    if abs(n_minutes - 60 * round(n_minutes / 60)) <= 5 and n_minutes > 50:
        return f"about {HOURS[round(n_minutes / 60) - 1]}"
    return f"about {rounded} minutes"


def write_time(nb: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """Write the computed time into the one line of a page that says it; nothing without a line."""
    replacement = rf"\g<1>{phrase_minutes(estimate_minutes(count_parts(nb)))}\g<2>"
    for cell in nb.cells:
        if cell.cell_type == "markdown":
            cell.source = TIME_LINE.sub(replacement, cell.source)
    return nb


def list_remarks(nb: nbformat.NotebookNode) -> list[str]:
    """Say where a lesson costs more than it should: words, code, minutes, numerals, caveats."""
    parts, numerals, hedges = count_parts(nb), 0, []
    for cell in nb.cells:
        if cell.cell_type == "markdown":
            text = FORMULA.sub(" ", DISPLAYED.sub(" ", MARK.sub("", cell.source)))
            numerals += len(NUMERAL.findall(NO_NUMERALS.sub(" ", text)))
            hedges += HEDGE.findall(text)
    faults = [
        f"{parts[name]:,} {name}, aim {aim:,}" for name, aim in LIMITS.items() if parts[name] > aim
    ]
    if (n_minutes := estimate_minutes(parts)) > MAX_MINUTES + 5:
        faults.append(f"{n_minutes:.0f} minutes, aim {MAX_MINUTES}")
    if (per_100 := 100 * numerals / max(parts["words"], 1)) > MAX_NUMERALS:
        faults.append(f"{per_100:.1f} numerals in 100 words, aim {MAX_NUMERALS}")
    return faults + [f"a caveat for the lab: {hedge}" for hedge in hedges]


def main(paths: Sequence[Path]) -> None:
    for path in find_notebooks(paths):
        nb = nbformat.read(path, as_version=4)
        parts = count_parts(nb)
        minutes = estimate_minutes(parts)
        print(f"{path.name}: {minutes:.0f} minutes, {phrase_minutes(minutes)}")
        print("   ", ", ".join(f"{count:,} {name}" for name, count in parts.items() if count))
        for remark in list_remarks(nb):
            print("    remark:", remark)


if __name__ == "__main__":
    run_script(main, make_paths_argument(ROOT / "book"))
