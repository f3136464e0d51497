r"""What only IPython understands, taken out of a cell: the rest stays where it stood.

A line is IPython's only where Python cannot read it: `% x` may go on with a sum, and `!ls` may
stand in a text.
"""

import ast
import re

_UNREADABLE = SyntaxError, ValueError, RecursionError, MemoryError
_LINE = re.compile(r"(?P<indent>\s*)(?P<target>\w[\w., ]*=\s*)?(?P<magic>[%!?].*|[\w.%]+\?+\s*)$")
_STATEMENT = re.compile(r"%(?:time|prun|mprun|lprun|memit)\b(?:\s+-[-\w]+(?:[ =]\d+)?)*\s+(?=\S)")
_OF_PYTHON = re.compile(r"%%(time|timeit|capture|prun|memit|notify)\b")
_PROMPTS = (
    (re.compile(r"^>>>( |$)"), re.compile(r"^(>>>|\.\.\.)( |$)")),
    (re.compile(r"^In \[\d+\]: "), re.compile(r"^(In \[\d+\]: |\s*\.{3,}: ?)")),
)
_MAX_PARSED = 5_000_000  # characters, in a cell that is read again for each of its magics


def remove_magics(source: str) -> tuple[str, str]:
    r"""Take out what only IPython understands, and as it does, the indent of the first line.

    Returns:
        Python, line for line, which may still be wrong; and "" or the word that a cell of
        another language begins with, which is empty then.

    >>> remove_magics("if x:\n    !pip install y\n%time z = 1")
    ('if x:\n    pass\nz = 1', '')
    >>> remove_magics(">>> x = 1\n>>> y = 2")
    ('x = 1\ny = 2', '')
    >>> remove_magics("%%bash\nls")
    ('', '%%bash')
    """
    lines = source.split("\n")
    first_line = next((line for line in lines if line.strip()), "")
    indent = first_line[: len(first_line) - len(first_line.lstrip())]
    lines, first_line = [line.removeprefix(indent) for line in lines], first_line.lstrip()
    for begins, prompt in _PROMPTS:  # of a cell that was copied from a console
        if begins.match(first_line):
            lines = [prompt.sub("", line) for line in lines]
            break
    if first_line.startswith("%%"):
        if not _OF_PYTHON.match(first_line):
            return "", first_line.split()[0][:40]
        lines[next(n for n, line in enumerate(lines) if line.strip())] = ""
    if any(map(_LINE.match, lines)):
        _remove_ipython_lines(lines)
    return "\n".join(lines), ""


def _remove_ipython_lines(lines: list[str]) -> None:
    """Replace IPython's lines, the first that Python cannot read, then the next."""
    for _ in range(_MAX_PARSED // sum(len(line) + 1 for line in lines)):
        try:
            ast.parse("\n".join(lines))
        except SyntaxError as error:
            if not _replace_ipython_line(lines, (error.lineno or 0) - 1):
                return
        except _UNREADABLE:
            return
        else:
            return
    for number in range(len(lines)):  # somebody plays: all at once, in time that is linear
        _replace_ipython_line(lines, number)


def _replace_ipython_line(lines: list[str], number: int) -> bool:
    """Replace a line of IPython's, and those it goes on in; say whether it is one."""
    magic_line = _LINE.match(lines[number]) if 0 <= number < len(lines) else None
    if not magic_line:
        return False
    end = number
    while lines[end].endswith("\\") and end + 1 < len(lines):
        end += 1
    lines[number + 1 : end + 1] = [""] * (end - number)
    magic, target = magic_line["magic"].removesuffix("\\"), magic_line["target"]
    timed = _STATEMENT.match(magic)
    nothing = "pass" if magic_line["indent"] else ""  # a block needs a statement
    code = magic[timed.end() :] if timed else "[]" if target else nothing
    lines[number] = magic_line["indent"] + (target or "") + code
    return True
