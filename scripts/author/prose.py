"""Write the notebooks as text, for the spelling: python -m scripts.author.prose FOLDER NOTEBOOK...

One process for all of them; a file is named after its notebook, so that a fault names it, too.
"""

from pathlib import Path

import jupytext

from scripts import Argument, require_path, run_script


def main(folder: Path, notebooks: list[Path]) -> None:
    for path in notebooks:
        text = jupytext.writes(jupytext.read(path), fmt="md")
        new = folder / path.parent.name / f"{path.name}.md"
        new.parent.mkdir(parents=True, exist_ok=True)
        new.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    run_script(
        main,
        Argument("folder", type=Path, metavar="FOLDER"),
        Argument("notebooks", type=require_path, metavar="NOTEBOOK", nargs="+"),
    )
