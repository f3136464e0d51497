"""The chapters of the course: found in `rnncourse/chapters`, never listed.

A chapter is a folder `chNN_word` there. Its `__init__.py` says what the chapter is and nothing
else: `PAGE`, the stem of its notebook; `TITLE`; `QUESTION`, what it asks, for its card on the
front page.
"""

import ast
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
    def number(self) -> int:
        """Its place in the course, from 1."""
        return int(self.page[:2])

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


class ChapterError(ValueError):
    """A folder that is no chapter; the sentence names it and says what is missing."""


def chapters() -> list[Chapter]:
    """Return all chapters, in order. Their `__init__.py` is read and not run.

    Raises:
        ChapterError: If a folder does not say what its chapter is, or two have one page.
    """
    found: dict[str, Chapter] = {}
    for path in sorted(FOLDER.iterdir()):
        file = path / "__init__.py"
        if re.fullmatch(r"ch\d\d_[a-z0-9_]+", path.name) and file.is_file():
            said = _constants(file)
            if missing := {"PAGE", "TITLE", "QUESTION"} - said.keys():
                lacks = ", ".join(sorted(missing))
                raise ChapterError(f"chapters/{path.name}/__init__.py does not say its {lacks}.")
            chapter = Chapter(path.name, said["PAGE"], said["TITLE"], said["QUESTION"])
            if chapter.page[:3] != f"{path.name[2:4]}-" or chapter.page in found:
                raise ChapterError(
                    f"chapters/{path.name}: its page must begin with {path.name[2:4]}- and be no "
                    f"other chapter's; got {chapter.page!r}."
                )
            found[chapter.page] = chapter
    return list(found.values())


def _constants(file: Path) -> dict[str, str]:
    """Read the texts that a module gives names to."""
    return {
        target.id: node.value.value
        for node in ast.parse(file.read_text(encoding="utf-8")).body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        for target in node.targets
        if isinstance(target, ast.Name) and isinstance(node.value.value, str)
    }
