"""Tables and source code as Markdown, which a notebook and the book both render."""

import ast
import html
import inspect
import re
import textwrap
from collections.abc import Iterable, Sequence

_TAGS = {
    "math": '<span class="math notranslate nohighlight">\\({}\\)</span>',
    "code": "<code>{}</code>",
    "strong": "<strong>{}</strong>",
    "em": "<em>{}</em>",
}
_INLINE = re.compile(
    r"\$(?P<math>[^$]+)\$|`(?P<code>[^`]+)`|\*\*(?P<strong>.+?)\*\*|\*(?P<em>[^*]+)\*"
)


class Markdown:
    """Text that a notebook displays as Markdown; its plain form is the text itself."""

    def __init__(self, text: str):
        self.text = text

    def _repr_markdown_(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return self.text


def table(
    header: Sequence[object],
    rows: Iterable[Sequence[object]],
    form: str = "{}",
    *,
    caption: str = "",
    name: str = "",
) -> Markdown:
    """Lay out rows under a header; numbers stand right.

    Args:
        header: One title a column.
        rows: Strings and numbers.
        form: How floating-point numbers are printed, for instance `"{:.2f}"`.
        caption: A sentence that says what to see; a table that the prose refers to has one.
        name: With a caption: the place in the page is `#tab-NAME`, and the prose refers to it with
            a `ref` role. The page gives the number.

    Raises:
        ValueError: If a row does not fit the header, if a column has no title (a screen reader
            would have nothing to say), or if one of caption and name is missing.

    >>> table(["order", "bits"], [[1, 4.519]], "{:.1f}")
    | order | bits |
    |--:|--:|
    | 1 | 4.5 |
    """
    rows = [list(row) for row in rows]
    if bool(caption) != bool(name):
        raise ValueError("A caption needs a name, and a name a caption.")
    if not all(str(title).strip() for title in header):
        raise ValueError("Every column needs a title.")
    if any(len(row) != len(header) for row in rows):
        raise ValueError(f"Every row needs {len(header)} cells, one for each title.")

    def format_cell(value):
        text = form.format(value) if isinstance(value, float) else str(value)
        return text.replace("|", r"\|")

    is_numeric = [all(not isinstance(row[i], str) for row in rows) for i in range(len(header))]
    lines = [header, [], *rows]
    text = ["| " + " | ".join(map(format_cell, line)) + " |" for line in lines]
    text[1] = "|" + "|".join("--:" if is_number else ":--" for is_number in is_numeric) + "|"
    # The comment is for scripts/sphinx_ext/numbered.py; a notebook shows the rest.
    caption_line = f"<!-- tab-{name} -->\n\n**Table.** {caption}\n\n" if caption else ""
    return Markdown(caption_line + "\n".join(text))


def source(obj: object) -> Markdown:
    """Show the code of a function or class as it is, without its docstrings.

    Args:
        obj: Something defined in a module of this package.
    """
    code = textwrap.dedent(inspect.getsource(obj))
    lines = code.splitlines()
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and ast.get_docstring(node):
            for number in range(node.body[0].lineno - 1, node.body[0].end_lineno):
                lines[number] = None
    without_docstrings = "\n".join(line for line in lines if line is not None)
    return Markdown(f"```python\n{without_docstrings}\n```")


def render_inline(text: str) -> str:
    """Turn the Markdown of a sentence (math, code, strong, emphasis) into HTML, escaping the rest.

    >>> render_inline("*not* `a < b` & <b>")
    '<em>not</em> <code>a &lt; b</code> &amp; &lt;b&gt;'
    """
    parts, end = [], 0
    for match in _INLINE.finditer(text):
        kind, body = match.lastgroup, match[match.lastgroup]
        body = render_inline(body) if kind in ("strong", "em") else html.escape(body, quote=False)
        parts += [html.escape(text[end : match.start()], quote=False), _TAGS[kind].format(body)]
        end = match.end()
    return "".join(parts) + html.escape(text[end:], quote=False)
