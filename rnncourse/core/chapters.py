"""The chapters of the course: found in `rnncourse/chapters`, never listed.

A chapter is a folder `chNN_word` there. Its `__init__.py` says what the chapter is and nothing
else: `PAGE`, the stem of its notebook; `TITLE`; `QUESTION`, what it asks, for its card on the
front page.
"""

import importlib
import re
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parents[1] / "chapters"
PACKAGE = "rnncourse.chapters"


@dataclass(frozen=True)
class Chapter:
    """One chapter.

    Args:
        name: Its folder, for instance `"ch04_bptt"`; records and weights go by this name.
        page: The stem of its notebooks, for instance `"04-backpropagation-through-time"`.
        title: As it stands on the page.
        question: What it asks, in a sentence or two.
    """

    name: str
    page: str
    title: str
    question: str

    @property
    def folder(self) -> Path:
        """Where its code, its record and its weights are."""
        return FOLDER / self.name

    @property
    def package(self) -> str:
        """Its dotted name."""
        return f"{PACKAGE}.{self.name}"

    def has(self, part: str) -> bool:
        """Say whether the chapter has a module or a package of this name."""
        return (self.folder / f"{part}.py").is_file() or (
            self.folder / part / "__init__.py"
        ).is_file()

    def load(self, part: str) -> object:
        """Import one of its modules, for instance `"experiments"`."""
        return importlib.import_module(f"{self.package}.{part}")


def chapters() -> list[Chapter]:
    """Return all chapters, in order."""
    found = []
    for path in sorted(FOLDER.iterdir()):
        if re.fullmatch(r"ch\d\d_[a-z0-9_]+", path.name) and (path / "__init__.py").is_file():
            module = importlib.import_module(f"{PACKAGE}.{path.name}")
            found.append(Chapter(path.name, module.PAGE, module.TITLE, module.QUESTION))
    return found
