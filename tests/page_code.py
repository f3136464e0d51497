"""Code that a page shows, run as it stands there."""

import json

from scripts import ROOT


def read_cells(page: str) -> dict[str, str]:
    """Return the cells of a page, as `solutions/01-sequences`: their texts by id."""
    notebook = json.loads((ROOT / f"{page}.ipynb").read_text("utf-8"))
    return {cell["id"]: "".join(cell["source"]) for cell in notebook["cells"]}


def run_cells(page: str, *begins: str, **names) -> dict:
    """Run the cells that begin so, with the names that they need; return what there is then."""
    for code in read_cells(page).values():
        if code.startswith(begins):
            exec(code, names)
    return names
