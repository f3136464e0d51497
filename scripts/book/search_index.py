"""Write what the search page searches: the sections of all built pages, as one classic script.

MiniSearch, a small library, searches in the reader's browser. Two others were looked at. Sphinx's
own index leads to the top of a page, and fetches pages for its summaries, so it has none when the
book is opened as files. Pagefind finds sections, but it loads WebAssembly and its index by `fetch`
from a module: a browser refuses both to a page that was opened as a file. Here the index is plain
text in a script, which a browser loads from anywhere, and is built anew in each build.

Left out are formulas, code of cells, and what cells print; of the solutions all but the headings,
of the claims their notes, of the API all but the first paragraphs. A chapter with its exercises
comes to 10 KB compressed (and 4 KB of API, in a second script that is loaded where it is wanted).
So the search page has about 340 KB with fourteen chapters, of the 350 that a page may have.
"""

import hashlib
import json
import re
from html.parser import HTMLParser
from pathlib import Path

from rnncourse.core.files import write_changed

LISTS = {"genindex.html", "py-modindex.html", "search.html"}  # pages that repeat others
SKIPPED = {"script", "style", "svg", "pre", "form", "button", "noscript", "template"}
HIDDEN = {"headerlink", "cell_input", "collapsed", "expanded", "rc-menu", "rc-number", "rc-cite"}
HIDDEN |= {"claim-name", "claim-checks", "claim-more", "claim-note"}
INLINE = {"a", "b", "code", "em", "i", "kbd", "mark", "small", "span", "strong", "sub", "sup"}
MATH = re.compile(r"<mjx-container\b.*?</mjx-container>", re.DOTALL)
DRAWING = re.compile(r"(<svg\b[^>]*>).*?</svg>", re.DOTALL)
# Formulas and numbers of a table, several in a row.
FORMULA_RUNS = re.compile(r"(?<!\S)(?:(?:[…—○|]|[\d.,+−%×]*\d[\d.,%]*) ){2,}")
ARTICLE = re.compile(r'<article class="bd-article.*</article>', re.DOTALL)


class SectionParser(HTMLParser):
    """The sections of one page: `[anchor, title, text]` each; a term has its first link too."""

    def __init__(self, page: str):
        super().__init__()
        self.page, self.is_api = page, page.startswith("api/")
        self.sections: list[list[str]] = []
        self.around: list[list[str]] = []  # sections around this place
        self.entry: list[str] | None = None  # a function, a claim, a term: ends with the next one
        self.skipping, self.depth = "", 0
        self.in_title = self.is_summarized = False

    def begin_section(self, anchor: str, title: str = "") -> list[str]:
        """Start a section."""
        self.sections.append([anchor, title, ""])
        return self.sections[-1]

    def skip_element(self, tag: str) -> None:
        """Ignore everything up to the end of this element."""
        self.skipping, self.depth = tag, 1

    def handle_starttag(self, tag, attrs):
        """Find where sections begin, and what is left out."""
        attributes = {name: value or "" for name, value in attrs}
        classes, anchor = set(attributes.get("class", "").split()), attributes.get("id", "")
        if self.skipping:
            self.depth += tag == self.skipping
        elif tag in SKIPPED or classes & HIDDEN:
            if tag == "svg":
                self.add_text(f" {attributes.get('aria-label', '')} ")
            self.skip_element(tag)
        elif re.fullmatch(r"claim-[A-E]\d+", anchor):
            if self.page != "claims.html":
                return self.skip_element(tag)  # the ledger has it
            self.entry = self.begin_section(anchor, f"Claim {anchor.removeprefix('claim-')}")
        elif tag == "section":
            self.around.append(self.begin_section(anchor))
            self.entry = None
        elif tag == "dt" and anchor and classes & {"sig"}:
            self.entry = self.begin_section(anchor, anchor.rpartition(".")[2])
            self.is_summarized = False
            self.skip_element(tag)
        elif tag == "dt" and anchor.startswith("term-"):
            self.entry, self.in_title = self.begin_section(anchor), True
        elif re.fullmatch("h[1-6]", tag) and self.around:
            self.in_title = True
        elif tag == "a" and self.page == "glossary.html" and self.entry and not self.in_title:
            self.add_link(attributes.get("href", ""))
        elif tag not in INLINE:
            self.add_text(" ")

    def add_link(self, href: str) -> None:
        """Note where a term leads, and its synonyms, which stand above it without words."""
        if self.entry is None or len(self.entry) > 3:
            return
        self.entry.append(href)
        for entry in reversed(self.sections[:-1]):
            if entry[2].strip() or len(entry) > 3:
                break
            entry.append(href)

    def handle_endtag(self, tag):
        """Find where sections, titles and skipped elements end."""
        if self.skipping:
            self.depth -= tag == self.skipping
            if self.depth == 0:
                self.skipping = ""
        elif tag == "section":
            self.around.pop()
            self.entry = None
        elif tag == "dt" or re.fullmatch("h[1-6]", tag):
            self.in_title = False
        elif tag not in INLINE:
            self.add_text(" ")
            # Of a docstring the first paragraph says what a reader looks for.
            self.is_summarized |= self.is_api and tag == "p" and self.entry is not None

    def handle_data(self, data):
        """Keep what is neither skipped nor the rest of a docstring."""
        if not self.skipping:
            self.add_text(data)

    def add_text(self, text: str) -> None:
        """Add to the title or the text of the section at this place."""
        entry = self.entry or (self.around[-1] if self.around else None)
        if entry is not None and not (self.entry and self.is_summarized):
            entry[1 if self.in_title else 2] += text


def extract_sections(page: str, html: str) -> list[list[str]]:
    """The sections of a built page that say something."""
    article = ARTICLE.search(html)
    if not article:
        return []
    reader = SectionParser(page)
    reader.feed(DRAWING.sub(r"\1</svg>", MATH.sub("…", article[0])))
    tidy = ([" ".join(part.split()) for part in section] for section in reader.sections)
    return [
        [place, title, FORMULA_RUNS.sub("… ", text), *to]
        for place, title, text, *to in tidy
        if title
    ]


def build_index(site: Path, known: dict | None = None) -> list:
    """All pages, by name: `[address, title, sections]` each.

    Args:
        site: The built pages.
        known: The sections of pages that were read before, by the hash of the page, so that a
            build reads only what it wrote; those of these pages are in it afterwards.
    """
    entries, known = [], {} if known is None else known
    before, _ = dict(known), known.clear()
    for name in sorted(path.relative_to(site).as_posix() for path in site.rglob("*.html")):
        if name in LISTS or name.startswith("_"):
            continue
        html = (site / name).read_bytes()
        key = f"{name} {hashlib.sha256(html).hexdigest()}"
        parts = known[key] = before[key] if key in before else extract_sections(name, html.decode())
        if name.startswith("solutions/"):
            parts = [[anchor, title, ""] for anchor, title, *_ in parts]
        if parts:
            entries.append([name, parts[0][1], parts])
    return entries


def write_index(site: Path) -> None:
    """Write the two scripts, where they differ from those that are there."""
    memory, version = site.parent / "search.json", hashlib.sha256(Path(__file__).read_bytes())
    try:
        sections_by_version = json.loads(memory.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):  # none yet, or one whose writing was broken off
        sections_by_version = {}
    known = sections_by_version.get(version.hexdigest(), {})
    pages = build_index(site, known)
    memory.write_text(json.dumps({version.hexdigest(): known}), encoding="utf-8")
    for name, api in {"book": False, "api": True}.items():
        part = [page for page in pages if page[0].startswith("api/") == api]
        text = json.dumps(part, ensure_ascii=False, separators=(",", ":"))
        script, path = f"rcSearch({text});\n", site / "_static" / f"search-{name}.js"
        write_changed(path, script)
