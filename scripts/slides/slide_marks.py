"""Slides of a chapter, found in its built page by the marks that its notebook has.

In Markdown cells, comments that neither Jupyter nor the page shows:

    <!-- slide: Title -->       opens a slide; without a title it has that of the nearest heading
    <!-- slide cut: Title -->   opens one that is in the cut, too, a deck of twenty minutes
    <!-- slide+ -->             goes on with the slide opened last
    <!-- /slide -->             closes it

What stands between them, blocks or sentences, is on the slide. A cell with the tag `slide` joins
the slide opened last, if that is of its section; one with the tag `slide-new` opens a slide of its
own, with the tag `cut` one of the cut. All other prose of a section with slides becomes speaker's
notes.
"""

import copy
import html
import re
from dataclasses import dataclass, field
from typing import NoReturn

from bs4 import BeautifulSoup, Comment, NavigableString, Tag

MARK = re.compile(
    r"\s*(?:(?P<more>slide\+)|slide(?P<cut> cut)?(?::\s*(?P<title>\S.*?))?|(?P<end>/slide))\s*"
)
ANY_MARK = re.compile(r"\s*/?\s*slide", re.IGNORECASE)
COMMENT = re.compile(r"<!--(.*?)-->", re.DOTALL)
FENCE, TITLE = re.compile(r"^```.*?^```", re.DOTALL | re.MULTILINE), re.compile(r"#{1,6} (.*)")
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
HOLDERS = ("section", "div", "ul", "ol", "blockquote", "li", "dl", "dd")
"""Elements that are walked through, if a mark is inside: the others are taken as they are."""


class MarkError(Exception):
    """A mark that cannot be followed; the message is one sentence that names it."""


@dataclass
class Slide:
    """One slide: its title as HTML, what is on it, and what the lecturer says with it."""

    title: str
    mark: str
    cut: bool = False
    items: list = field(default_factory=list)
    notes: list = field(default_factory=list)


def render_heading(tag: Tag) -> str:
    """The HTML inside a heading, without the sign that links to it."""
    heading = copy.copy(tag)
    for link in heading.select(".headerlink"):
        link.decompose()
    return heading.decode_contents().strip()


def find_marks(tag: Tag) -> list[Comment]:
    """The marks anywhere below an element."""
    return tag.find_all(string=lambda s: isinstance(s, Comment) and bool(ANY_MARK.match(s)))


class SlideReader:
    """Walks through a page in the order of its text."""

    def __init__(self, name: str):
        self.name = name
        self.slides: list[Slide] = []
        self.is_open = False
        self.heading = ""
        self.slide_heading = ""
        """The heading below which the slide opened last was opened."""
        self.notes: list | None = None
        """Prose of a section that has no slide yet: notes of its first one."""

    def refuse(self, mark: str, fault: str) -> NoReturn:
        """Raise the sentence that names notebook and mark."""
        raise MarkError(f"{self.name}: {mark} {fault}.")

    def require_closed(self, before: str = "") -> None:
        """Refuse a slide that is still open here."""
        if self.is_open:
            self.refuse(self.slides[-1].mark, f"is not closed{before}")

    def begin_slide(self, title: str, mark: str, cut: bool) -> None:
        """Begin a slide."""
        self.slides.append(Slide(title, mark, cut, notes=self.notes or []))
        self.notes, self.slide_heading = None, self.heading

    def follow_mark(self, comment: Comment) -> None:
        """Follow one mark."""
        mark = f"<!--{comment}-->"
        match = MARK.fullmatch(comment)
        if not match:
            known = "slide, slide: Title, slide cut, slide cut: Title, slide+ and /slide"
            self.refuse(mark, f"is no mark; there are {known}")
        if match["end"]:
            if not self.is_open:
                self.refuse(mark, f"below “{self.heading_text}” closes no slide")
            self.is_open = False
            return
        self.require_closed(" before the next slide opens")
        if match["more"] and not self.slides:
            self.refuse(mark, "comes before the first slide")
        if not match["more"]:
            title = html.escape(match["title"] or "", quote=False)
            self.begin_slide(title or self.heading, mark, bool(match["cut"]))
        self.is_open = True

    @property
    def heading_text(self) -> str:
        """The nearest heading, as text."""
        return BeautifulSoup(self.heading, "html.parser").get_text()

    def add_block(self, block: object) -> None:
        """Give a block to the slide that is open, else to the notes."""
        if self.is_open:
            self.slides[-1].items.append(block)
        elif self.notes is not None:
            self.notes.append(block)
        elif self.slides:
            self.slides[-1].notes.append(block)

    def split_paragraph(self, tag: Tag) -> None:
        """Divide a paragraph, or what is set like one, at the marks in it."""
        parts: list[Comment | list] = [[]]
        for child in list(tag.children):
            if isinstance(child, Comment) and ANY_MARK.match(child):
                parts += [child, []]
            elif isinstance(child, Tag) and (marks := find_marks(child)):
                self.refuse(f"<!--{marks[0]}-->", f"stands inside a <{child.name}>; move it out")
            else:
                parts[-1].append(copy.copy(child))
        for part in parts:
            if isinstance(part, Comment):
                self.follow_mark(part)
                continue
            paragraph = Tag(name="p")
            paragraph.extend(part)
            if paragraph.get_text(strip=True):
                self.add_block(paragraph)

    def add_cell(self, tag: Tag) -> None:
        """Take what a tagged cell shows."""
        tags = [c.removeprefix("tag_") for c in tag["class"] if c.startswith("tag_slide")]
        self.require_closed(" before the next code cell")
        cut, location = "tag_cut" in tag["class"], f"below “{self.heading_text}”"
        if cut and "slide-new" not in tags:
            self.refuse("the tag cut", "opens no slide; it stands beside slide-new")
        for name in tags:
            if name not in ("slide", "slide-new"):
                self.refuse(f"the tag {name}", "is no mark; there are slide and slide-new")
            if name == "slide-new":
                self.begin_slide(self.heading, f"the tag slide-new {location}", cut)
            if not self.slides:
                self.refuse("a cell with the tag slide", "comes before the first slide")
            if self.slide_heading != self.heading:
                fault = "joins a slide of another section; it needs its own"
                self.refuse(f"a cell with the tag slide {location}", fault)
            shown = copy.copy(tag)
            for hidden in shown.find_all("details", class_="hide", recursive=False):
                hidden.decompose()
            if not (shown.get_text(strip=True) or shown.find(["svg", "img"])):
                self.refuse(f"the tag {name} {location}", "is on a cell that shows nothing")
            self.slides[-1].items.append(shown)

    def walk(self, tag: Tag) -> None:
        """Go through the children of an element that holds blocks."""
        last_mark = None
        for child in list(tag.children):
            if isinstance(child, Comment):
                if ANY_MARK.match(child):
                    self.follow_mark(child)
                    last_mark = child
            elif isinstance(child, NavigableString):
                if child.strip() and last_mark is not None:
                    words = " ".join(child.split())[:30]
                    self.refuse(
                        f"<!--{last_mark}-->",
                        f"begins a line that goes on with “{words}”; put it on a line of its own,"
                        " or at the end of the line before",
                    )
            elif child.name in HEADINGS:
                self.require_closed(" before the next heading")
                self.heading, self.notes = render_heading(child), []
            elif "cell" in child.get("class", []):
                self.add_cell(child)
            elif child.name == "section" or self.holds_marked_blocks(child):
                self.walk(child)
            elif find_marks(child):
                self.split_paragraph(child)
            else:
                self.add_block(child)

    @staticmethod
    def holds_marked_blocks(tag: Tag) -> bool:
        """Tell whether marks stand among or in blocks of an element."""
        has_blocks = tag.find(["p", "ul", "ol", "div"], recursive=False) is not None
        return tag.name in HOLDERS and has_blocks and bool(find_marks(tag))


def find_slides(article: Tag, name: str) -> list[Slide]:
    """Find the slides of a chapter.

    Args:
        article: The article of its built page.
        name: The notebook, for messages.

    Raises:
        MarkError: If a mark is unknown, not closed, or marks nothing.
    """
    reader = SlideReader(name)
    reader.walk(article)
    reader.require_closed()
    for slide in reader.slides:
        if not slide.items:
            reader.refuse(slide.mark, "is a slide with nothing on it")
    return reader.slides


def list_planned_slides(cells: list[dict]) -> list[Slide]:
    """The slides that a notebook marks, before it is built: title, cut, and the tagged cells.

    Titles are Markdown here; a mark that cannot be followed is left to `find_slides`.
    """
    slides, heading = [], ""
    for cell in cells:
        text, tags = "".join(cell["source"]), cell["metadata"].get("tags", [])
        if cell["cell_type"] == "markdown":
            for line in FENCE.sub("", text).split("\n"):
                heading = title[1] if (title := TITLE.match(line)) else heading
                for mark in map(MARK.fullmatch, COMMENT.findall(line)):
                    if mark and not (mark["more"] or mark["end"]):
                        slides.append(Slide(mark["title"] or heading, line, bool(mark["cut"])))
        elif "slide-new" in tags:
            slides.append(Slide(heading, "slide-new", "cut" in tags, [cell]))
        elif "slide" in tags:
            slides[-1].items.append(cell)
    return slides
