"""The chapters of the course: found in `rnncourse/chapters`, never listed.

A chapter is a folder `chNN_word` there. Its `__init__.py` says what the chapter is and nothing
else: `PAGE`, the stem of its notebook; `TITLE`; `QUESTION`, what it asks, for its card on the
front page. A chapter of two lessons says `PAGE_B`, `TITLE_B` and `QUESTION_B` too; `LAB` is the
stem of its lab report, `lab-NN-...`, if it has one. All share its folder, its record and its
exercises, which go by the first page.
"""

import ast
import importlib
import re
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parents[1] / "chapters"
PACKAGE = "rnncourse.chapters"
LAB = "What was measured, how, how sure it is, and how to run it again:"


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
    """

    name: str
    pages: tuple[Page, ...]

    @property
    def lessons(self) -> tuple[Page, ...]:
        """Its pages but for the lab report."""
        return tuple(page for page in self.pages if not page.is_lab)

    @property
    def lab(self) -> Page | None:
        """Its lab report, if it has one."""
        return next((page for page in self.pages if page.is_lab), None)

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

    def has_module(self, part: str) -> bool:
        """Say whether the chapter has a module or a package of this name."""
        return (self.folder / f"{part}.py").is_file() or (
            self.folder / part / "__init__.py"
        ).is_file()

    def load(self, part: str) -> object:
        """Import one of its modules, for instance `"experiments"`."""
        return importlib.import_module(f"{self.package}.{part}")


class ChapterError(ValueError):
    """A folder that is no chapter; the sentence names it and says what is missing."""


def list_chapters() -> list[Chapter]:
    """Return all chapters, in order. Their `__init__.py` is read and not run.

    Raises:
        ChapterError: If a folder does not say what its chapter is, or two have one page.
    """
    by_page: dict[str, Chapter] = {}
    for path in sorted(FOLDER.iterdir()):
        file = path / "__init__.py"
        if re.fullmatch(r"ch\d\d_[a-z0-9_]+", path.name) and file.is_file():
            constants = _constants(file)
            named = {"PAGE", "TITLE", "QUESTION"}
            if any(name.endswith("_B") for name in constants):
                named |= {f"{name}_B" for name in named}
            if missing := named - constants.keys():
                lacks = ", ".join(sorted(missing))
                raise ChapterError(f"chapters/{path.name}/__init__.py does not say its {lacks}.")
            pages = [Page(constants["PAGE"], constants["TITLE"], constants["QUESTION"])]
            if "PAGE_B" in constants:
                pages.append(
                    Page(constants["PAGE_B"], constants["TITLE_B"], constants["QUESTION_B"])
                )
            begins = [f"{path.name[2:4]}{letter}-" for letter in ("", "b")[: len(pages)]]
            if "LAB" in constants:
                titles = " and ".join(page.title[0].lower() + page.title[1:] for page in pages)
                pages.append(Page(constants["LAB"], f"Lab report: {titles}", f"{LAB} {titles}."))
                begins.append(f"lab-{path.name[2:4]}-")
            chapter = Chapter(path.name, tuple(pages))
            for page, begin in zip(pages, begins, strict=True):
                if not page.name.startswith(begin) or page.name in by_page:
                    raise ChapterError(
                        f"chapters/{path.name}: its page must begin with {begin} and be no "
                        f"other chapter's; got {page.name!r}."
                    )
                by_page[page.name] = chapter
    return list(dict.fromkeys(by_page.values()))


def list_pages() -> list[Page]:
    """Return the pages of all chapters, in order; lab reports come after their lessons."""
    return [page for chapter in list_chapters() for page in chapter.pages]


def _constants(file: Path) -> dict[str, str]:
    """Read the texts that a module gives names to."""
    return {
        target.id: node.value.value
        for node in ast.parse(file.read_text(encoding="utf-8")).body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        for target in node.targets
        if isinstance(target, ast.Name) and isinstance(node.value.value, str)
    }
