"""Texts by strangers, made safe: for every format, for HTML, for Markdown, for file names.

Names and messages hold what a student has written. They may be as long as a
book, hold control characters, or turn the direction of writing around.
"""

import html
import re
import unicodedata
from collections.abc import Iterable, Sequence

_SPACES = re.compile(r"[\t\n\v\f\r\x85\u2028\u2029]+")
# Controls, marks that turn the direction of writing, halves of characters, and what is no
# character: a screen shows none of them, a terminal obeys some, and XML forbids most.
_HIDDEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ud800-\udfff\ufdd0-\ufdef"
    "\ufeff\ufff9-\ufffb\ufffe\uffff\U000e0000-\U000e0fff]"
)
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d|index|class|similar)(\.|$)", re.IGNORECASE)
_CODE = re.compile(r"`([^`]+)`")


def clean_text(text: str, max_length: int = 2000) -> str:
    r"""Return a text on one line that any format can hold and any screen can show.

    >>> clean_text("two\nlines, \x1b[31m")
    'two lines, �[31m'
    """
    text = _HIDDEN.sub("\ufffd", _SPACES.sub(" ", text))
    return text if len(text) <= max_length else text[: max_length - 1] + "…"


def clean_code_line(line: str) -> str:
    """Return a line of a stranger's code that a page can hold, with its indent."""
    indent = line[: len(line) - len(line.lstrip(" \t"))].replace("\t", "    ")[:80]
    return indent + clean_text(line.lstrip(" \t"), 300)


def render_html(text: str) -> str:
    """Write as HTML: escaped, and what stands between backticks as code.

    >>> render_html("`a < b` & more")
    '<code>a &lt; b</code> &amp; more'
    """
    return _CODE.sub(r"<code>\1</code>", html.escape(text))


def join_first(texts: Sequence[str], limit: int, separator: str = ", ") -> str:
    """Write the first of some texts in a row, and how many more there are.

    >>> join_first(["a", "b", "c"], limit=2)
    'a, b and 1 more'
    """
    more = len(texts) - limit
    return separator.join(texts[:limit]) + (f" and {more} more" if more > 0 else "")


def escape_markdown(text: str) -> str:
    """Write as Markdown: escaped, and what stands between backticks as code. Not for tables.

    >>> escape_markdown("`a*b` is *it*")
    '`a*b` is &#42;it&#42;'
    """
    parts = _CODE.split(text)
    return "".join(
        f"`{p}`" if i % 2 and p.strip() else _escape_signs(p) for i, p in enumerate(parts)
    )


def quote_markdown(text: str) -> str:
    """Write a name in Markdown, in a table too: as code, if it has none of Markdown's signs.

    >>> quote_markdown("anna/hw_1.ipynb"), quote_markdown("a|b")
    ('`anna/hw_1.ipynb`', 'a&#124;b')
    """
    return _escape_signs(text) if re.search(r"[`|\\]", text) or not text.strip() else f"`{text}`"


def _escape_signs(text: str) -> str:
    return re.sub(r"[^\w\s.,;()/'\"=%-]", lambda m: f"&#{ord(m[0])};", text).replace("_", "&#95;")


def number_duplicates(names: Iterable[str], form: str = "{} ({})") -> list[str]:
    """Number the names that were there before, in capitals or not.

    >>> number_duplicates(["a", "b", "A"])
    ['a', 'b', 'A (2)']
    """
    used_names: set[str] = set()
    numbered = []
    for name in names:
        number, candidate = 1, name
        while candidate.casefold() in used_names:
            number += 1
            candidate = form.format(name, number)
        used_names.add(candidate.casefold())
        numbered.append(candidate)
    return numbered


def make_file_names(names: Iterable[str]) -> list[str]:
    """Make a file's name, without suffix, of each submission's name; all are different.

    >>> make_file_names(["anna/hw.ipynb", "../../etc", "con.ipynb"])
    ['anna-hw', 'etc', '_con']
    """
    stems = []
    for name in names:
        name = unicodedata.normalize("NFC", name).removesuffix(".ipynb")
        stem = "".join(c if c.isalnum() or c in "._" else "-" for c in name)
        stem = stem.encode(errors="replace")[:120].decode(errors="ignore")
        stem = re.sub("-+", "-", stem).strip("-. ")
        stems.append("_" * bool(_RESERVED.match(stem)) + (stem or "submission"))
    return number_duplicates(stems, "{}-{}")
