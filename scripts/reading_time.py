"""How long a page takes to read: python scripts/reading_time.py [NOTEBOOK...] prints its parts.

A page says it in one line, "**Time:** an hour to read; ...". The line is computed from what stands
on the page, at these rates: 200 words of prose a minute; four seconds for a line of code, two for
a line that it prints or a row of a table; 15 seconds for a displayed equation and for the card of a
claim, 30 for a figure and for a question to answer before going on, two minutes for a live model.
Hidden cells count for nothing, and neither do the exercises, which are on pages of their own.
`scripts/run_notebooks.py` writes the line; a test compares.
"""

import argparse
import re
import sys
from collections import Counter
from pathlib import Path

import nbformat
from kernels import ROOT, notebooks_in

SECONDS = {
    "words": 60 / 200,
    "lines of code": 4,
    "lines printed": 2,
    "equations": 15,
    "figures": 30,
    "predictions": 30,
    "cards": 15,
    "live models": 120,
}
FIGURE, CARD, PREDICTION = "Figure: ", "Claim ", ":class: predict"
LINE = re.compile(r"(\*\*Time:\*\* )[^;]*?( to read\b)")
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
ROW = re.compile(r"^\|(?!:?-)", re.MULTILINE)


def parts_of(nb: nbformat.NotebookNode) -> Counter:
    """Count what a reader meets on a page, by the names in `SECONDS`."""
    found: Counter = Counter()
    for cell in nb.cells:
        if cell.cell_type == "markdown":
            text = MARK.sub("", cell.source)
            found["equations"] += len(DISPLAYED.findall(text))
            found["predictions"] += text.count(PREDICTION)
            text = DISPLAYED.sub(" ", text)
            found["words"] += len(WORDS.findall(NOT_PROSE.sub(" ", FORMULA.sub(" x ", text))))
        elif cell.cell_type == "code":
            if not {"remove-input", "hide-input", "remove-cell"} & set(
                cell.metadata.get("tags", [])
            ):
                found["lines of code"] += sum(
                    1 for line in cell.source.splitlines() if line.strip()
                )
            for output in cell.outputs:
                found += _shown(output)
    return found


def _shown(output: nbformat.NotebookNode) -> Counter:
    """Count the parts of one output: a figure, a live model, code, a table, or printed lines."""
    data = output.get("data", {})
    plain = "".join(data.get("text/plain", ""))
    if output.output_type == "stream":
        return Counter(
            {"lines printed": sum(1 for line in output.text.splitlines() if line.strip())}
        )
    if plain.startswith(FIGURE):
        return Counter({"figures": 1})
    if plain.startswith(CARD):
        return Counter({"cards": 1})
    if "text/html" in data:
        return Counter({"live models": 1})
    shown = "".join(data.get("text/markdown", ""))
    if shown.startswith("```"):
        return Counter({"lines of code": len(shown.strip().splitlines()) - 2})
    return Counter({"lines printed": len(ROW.findall(shown))})


def minutes(parts: Counter) -> float:
    """Return how many minutes the parts of a page take."""
    return sum(SECONDS[name] * count for name, count in parts.items()) / 60


def phrase(needed: float) -> str:
    """Say a time as one says it, to five minutes.

    >>> [phrase(m) for m in (38, 61, 77, 118, 124)]
    ['about 40 minutes', 'about an hour', 'about 75 minutes', 'about two hours', 'about two hours']
    """
    five = max(5, 5 * round(needed / 5))
    if abs(needed - 60 * round(needed / 60)) <= 5 and needed > 50:
        return f"about {HOURS[round(needed / 60) - 1]}"
    return f"about {five} minutes"


def with_time(nb: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """Write the computed time into the one line of a page that says it; nothing without a line."""
    said = rf"\g<1>{phrase(minutes(parts_of(nb)))}\g<2>"
    for cell in nb.cells:
        if cell.cell_type == "markdown":
            cell.source = LINE.sub(said, cell.source)
    return nb


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("notebooks", nargs="*", type=Path, default=[ROOT / "book"])
    for path in notebooks_in(parser.parse_args().notebooks):
        parts = parts_of(nbformat.read(path, as_version=4))
        print(f"{path.name}: {minutes(parts):.0f} minutes, {phrase(minutes(parts))}")
        print("   ", ", ".join(f"{count:,} {name}" for name, count in parts.items() if count))
    return 0


if __name__ == "__main__":
    sys.exit(main())
