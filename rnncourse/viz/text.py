"""Tables and source code as Markdown, which a notebook and the book both render."""

import ast
import inspect
import textwrap
from collections.abc import Iterable, Sequence


class Markdown:
    """Text that a notebook displays as Markdown; its plain form is the text itself."""

    def __init__(self, text: str):
        self.text = text

    def _repr_markdown_(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return self.text


def table(header: Sequence[object], rows: Iterable[Sequence[object]], form: str = "{}") -> Markdown:
    """Lay out rows under a header; numbers stand right.

    Args:
        header: One title a column.
        rows: Strings and numbers.
        form: How floating-point numbers are printed, for instance `"{:.2f}"`.

    Raises:
        ValueError: If a row does not fit the header, or a column has no title:
            a screen reader would have nothing to say.

    >>> table(["order", "bits"], [[1, 4.519]], "{:.1f}")
    | order | bits |
    |--:|--:|
    | 1 | 4.5 |
    """
    rows = [list(row) for row in rows]
    if not all(str(title).strip() for title in header):
        raise ValueError("Every column needs a title.")
    if any(len(row) != len(header) for row in rows):
        raise ValueError(f"Every row needs {len(header)} cells, one for each title.")

    def cell(value):
        text = form.format(value) if isinstance(value, float) else str(value)
        return text.replace("|", r"\|")

    numeric = [all(not isinstance(row[i], str) for row in rows) for i in range(len(header))]
    lines = [header, [], *rows]
    text = ["| " + " | ".join(map(cell, line)) + " |" for line in lines]
    text[1] = "|" + "|".join("--:" if right else ":--" for right in numeric) + "|"
    return Markdown("\n".join(text))


def source(thing: object) -> Markdown:
    """Show the code of a function or class as it is, without its docstrings.

    Args:
        thing: Something defined in a module of this package.
    """
    code = textwrap.dedent(inspect.getsource(thing))
    lines = code.splitlines()
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and ast.get_docstring(node):
            for number in range(node.body[0].lineno - 1, node.body[0].end_lineno):
                lines[number] = None
    kept = "\n".join(line for line in lines if line is not None)
    return Markdown(f"```python\n{kept}\n```")
