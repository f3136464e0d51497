"""Sphinx extension: figures and tables that cells show get numbers, and the prose may name them.

`show(fig, name="orders", ...)` stands at #fig-orders of its page and {ref}`fig-orders` reads
"Figure 2.4"; `table(..., name="best")` is "Table 2.1" at #tab-best. Numbers follow from the page
alone: its number (2, or 2b for a second page), then the order on it. Live widgets are figures too.
"""

import re

from docutils import nodes
from sphinx.util import logging

from rnncourse.core.chapters import list_pages

FIGURE = re.compile(r'<figure class="rc-figure[^"]*" id="(fig-[\w-]+)"')
CAPTION = re.compile("<figcaption>")
TABLE = re.compile(r"<!-- (tab-[\w-]+) -->")
LOGGER = logging.getLogger(__name__)


class PageNumbers:
    """The numbers of one page, and where they are told to Sphinx."""

    def __init__(self, env, page: str):
        self.env, self.page, self.counts = env, page, {"Figure": 0, "Table": 0}

    def assign(self, kind: str, name: str) -> str:
        """Give the next number of a kind to a name, and let references find it."""
        self.counts[kind] += 1
        title = f"{kind} {self.page}.{self.counts[kind]}"
        domain, page = self.env.get_domain("std"), self.env.docname
        if name in domain.labels:
            LOGGER.warning("%s is the name of two places", name, location=page)
        domain.labels[name] = (page, name, title)
        domain.anonlabels[name] = (page, name)
        return title


def number_page(app, doctree):
    """Number what stands on a chapter's page."""
    numbers_here = [page.number for page in list_pages() if page.name == app.env.docname]
    if not numbers_here:
        return
    numbers = PageNumbers(app.env, numbers_here[0])
    for node in list(doctree.findall(nodes.raw)):
        if name := FIGURE.search(text := node.astext()):
            number = f'<span class="rc-number">{numbers.assign("Figure", name[1])}.</span> '
            text = CAPTION.sub(f"<figcaption>{number}", text, count=1)
            node.replace_self(nodes.raw("", text, **node.attributes))
        elif name := TABLE.search(text):
            make_caption(node, name[1], numbers)


def make_caption(comment: nodes.Node, name: str, numbers: PageNumbers):
    """Make the sentence between a comment and a table the table's caption."""
    sentence, table = find_following(comment, nodes.paragraph), find_following(comment, nodes.table)
    parts = enumerate(sentence or ())
    begin = next((n for n, part in parts if isinstance(part, nodes.strong)), None)
    if begin is None or table is None:
        LOGGER.warning("%s has no table", name, location=numbers.env.docname)
        return
    number = nodes.inline("", f"{numbers.assign('Table', name)}.", classes=["rc-number"])
    words = sentence.children[begin + 1 :]  # without "Table."
    table.insert(0, nodes.title("", "", number, *words))
    table["ids"].append(name)
    for node in (comment, sentence):
        node.parent.remove(node)


def find_following(node: nodes.Node, kind: type) -> nodes.Node | None:
    """The first sibling of a kind after a node."""
    later = node.parent.children[node.parent.index(node) + 1 :]
    return next((sibling for sibling in later if isinstance(sibling, kind)), None)


def disable_sphinx_numbers(app, config):
    """Keep Sphinx from numbering tables too, over all pages; Jupyter Book turns that on."""
    config["numfig"] = False


def setup(app):
    """Come when a page was read; what is known of it then goes with it."""
    app.connect("config-inited", disable_sphinx_numbers, priority=900)  # after Jupyter Book
    app.connect("doctree-read", number_page)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
