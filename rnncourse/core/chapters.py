"""The chapters of the course: found in `rnncourse/chapters`, never listed.

A chapter is a folder `chNN_word` there. Its `__init__.py` says what the chapter is and nothing
else: `PAGE`, the stem of its notebook; `TITLE`; `QUESTION`, what it asks, for its card on the
front page. A chapter of two lessons says `PAGE_B`, `TITLE_B` and `QUESTION_B` too; `LAB` is the
stem of its lab report, `lab-NN-...`, if it has one; `ARCHITECTURE` names the drawing of the front
page that leads to it. All share its folder, its record and its exercises, which go by the first
page.
"""

import ast
import importlib
import re
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parents[1] / "chapters"
PACKAGE = "rnncourse.chapters"
ABOUT_LAB = "What was measured, how, how sure it is, and how to run it again:"


@dataclass(frozen=True)
class Page:
    """One page of a chapter.

    Args:
        name: The stem of its notebook, for instance `"04-backpropagation-through-time"`.
        title: As it stands on the page.
        question: What it asks, in a sentence or two.
    """

    name: str
    title: str
    question: str

    @property
    def is_lab(self) -> bool:
        """Whether it is a lab report, and no lesson."""
        return self.name.startswith("lab-")

    @property
    def number(self) -> str:
        """Its place in the course: `"2"`, `"2b"` for a second lesson, `"L2"` for a lab report."""
        place = self.name.removeprefix("lab-").partition("-")[0].lstrip("0")
        return f"L{place}" if self.is_lab else place


@dataclass(frozen=True)
class Chapter:
    """One chapter.

    Args:
        name: Its folder, for instance `"ch04_bptt"`; records and weights go by this name.
        pages: Its lessons, mostly one, and its lab report, if it has one.
        architecture: What it teaches, one of `rnncourse.viz.architectures`; or "".
    """

    name: str
    pages: tuple[Page, ...]
    architecture: str = ""

    @property
    def lessons(self) -> tuple[Page, ...]:
        """Its pages but for the lab report."""
        return tuple(page for page in self.pages if not page.is_lab)

    @property
    def page(self) -> str:
        """The stem of its first notebook; its exercises and solutions have the same."""
        return self.pages[0].name

    @property
    def title(self) -> str:
        """The title of its first page."""
        return self.pages[0].title

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

    def has_module(self, module: str) -> bool:
        """Say whether the chapter has a module or a package of this name."""
        return (self.folder / f"{module}.py").is_file() or (
            self.folder / module / "__init__.py"
        ).is_file()

    def load(self, module: str) -> object:
        """Import one of its modules, for instance `"experiments"`."""
        return importlib.import_module(f"{self.package}.{module}")


class ChapterError(ValueError):
    """A folder that is no chapter; the sentence names it and says what is missing."""


def list_chapters() -> list[Chapter]:
    """Return all chapters, in order. Their `__init__.py` is read and not run.

    Raises:
        ChapterError: If a folder does not say what its chapter is, or two have one page.
    """
    by_page: dict[str, Chapter] = {}
    for folder in sorted(FOLDER.iterdir()):
        file = folder / "__init__.py"
        if re.fullmatch(r"ch\d\d_[a-z0-9_]+", folder.name) and file.is_file():
            constants = _read_constants(file)
            required = {"PAGE", "TITLE", "QUESTION"}
            if any(name.endswith("_B") for name in constants):
                required |= {f"{name}_B" for name in required}
            if missing := required - constants.keys():
                names = ", ".join(sorted(missing))
                raise ChapterError(f"chapters/{folder.name}/__init__.py does not say its {names}.")
            pages = [Page(constants["PAGE"], constants["TITLE"], constants["QUESTION"])]
            if "PAGE_B" in constants:
                pages.append(
                    Page(constants["PAGE_B"], constants["TITLE_B"], constants["QUESTION_B"])
                )
            prefixes = [f"{folder.name[2:4]}{letter}-" for letter in ("", "b")[: len(pages)]]
            if "LAB" in constants:
                titles = " and ".join(page.title[0].lower() + page.title[1:] for page in pages)
                question = f"{ABOUT_LAB} {titles}."
                pages.append(Page(constants["LAB"], f"Lab report: {titles}", question))
                prefixes.append(f"lab-{folder.name[2:4]}-")
            chapter = Chapter(folder.name, tuple(pages), constants.get("ARCHITECTURE", ""))
            for page, prefix in zip(pages, prefixes, strict=True):
                if not page.name.startswith(prefix) or page.name in by_page:
                    raise ChapterError(
                        f"chapters/{folder.name}: its page must begin with {prefix} and be no "
                        f"other chapter's; got {page.name!r}."
                    )
                by_page[page.name] = chapter
    return list(dict.fromkeys(by_page.values()))


def list_pages() -> list[Page]:
    """Return the pages of all chapters, in order; lab reports come after their lessons."""
    return [page for chapter in list_chapters() for page in chapter.pages]


def _read_constants(file: Path) -> dict[str, str]:
    """Read the texts that a module gives names to."""
    return {
        target.id: node.value.value
        for node in ast.parse(file.read_text(encoding="utf-8")).body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        for target in node.targets
        if isinstance(target, ast.Name) and isinstance(node.value.value, str)
    }
