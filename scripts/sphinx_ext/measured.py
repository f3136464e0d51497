"""Sphinx extension: a number of a record in the prose.

``{measured}`ch07_lstm:lag/learned/lstm-3 sum` `` is the sum of the list that the record of
chapter 7 has under that key. After the key come, both if need be: what is made of a list (`mean`,
which is the default, `median`, `sum`, `least`, `most`, or `[2]` for its third entry), and Python's
format (`.0f` is the default; `.0%` makes a percentage). A key that is not there ends the build.
"""

import html
import re
import statistics

from docutils import nodes
from sphinx.util import logging

from rnncourse.core.records import Record, RecordError

SUMMARIES = {
    "mean": statistics.fmean,
    "median": statistics.median,
    "sum": sum,
    "least": min,
    "most": max,
}
ENTRY = re.compile(r"\[\d+\]")
LOGGER = logging.getLogger(__name__)


def format_record_value(text: str) -> str:
    """Return the number that a role asks for, as it is printed.

    Raises:
        RecordError: If there is no such record or key.
        ValueError: If the text is no question of the form above.
    """
    source, form, summary = text.strip(), ".0f", "mean"
    while True:
        remaining, _, word = source.rpartition(" ")
        if word in SUMMARIES or ENTRY.fullmatch(word):
            source, summary = remaining, word
        elif word.startswith("."):
            source, form = remaining, word
        else:
            break
    name, colon, key = source.partition(":")
    if not colon:
        raise ValueError(f"{text!r} names no record. Try: ch07_lstm:lag/learned/lstm-3 sum.")
    value = Record.load(name).value(key)
    if isinstance(value, list):
        value = value[int(summary[1:-1])] if ENTRY.fullmatch(summary) else SUMMARIES[summary](value)
    value_text = format(value, form)
    return value_text.replace("-", "\N{MINUS SIGN}").replace("%", "\N{NARROW NO-BREAK SPACE}%")


def make_number_node(name, rawtext, text, lineno, inliner, options=None, content=None):
    """The role."""
    try:
        value_text = html.escape(format_record_value(text))
    except (IndexError, RecordError, ValueError) as error:
        LOGGER.warning("{measured}: %s", error, location=inliner.document.current_source)
        return [], []
    span = f'<span class="rc-measured" title="{html.escape(text)}">{value_text}</span>'
    return [nodes.raw("", span, format="html")], []


def setup(app):
    """A record may change without its page: then the package has, and all is built again."""
    app.add_role("measured", make_number_node)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
