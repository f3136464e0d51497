"""Sphinx extension: equations of docstrings stand as equations on the pages of the API.

A docstring is read in an editor first, so its equations are plain lines, indented like code:

    c' = f * c + i * g,   h' = o * tanh(c'),   with the gates of `lstm_gates`

Here such a block becomes TeX. What is no equation stays as it is written, letter by letter.
"""

import re

SECTION = re.compile(r"(Args|Returns|Raises|Yields|Attributes|Examples?|Notes?|Source):")
GREEK = {"sigma": r"\sigma", "phi": r"\varphi", "Gamma": r"\Gamma", "alpha": r"\alpha"}
NAMED = {name: f"\\{name}" for name in ("tanh", "exp", "ln", "log")} | GREEK
NAMED |= {
    name: rf"\operatorname{{{name}}}"
    for name in ("softmax", "relu", "norm", "diag", "onehot", "argmax", "Im")
}
FUNCTIONS = (
    "cell",
    "step",
    "rest",
    "share",
    "back",
    "cost",
    "mean",
)  # English too, if nothing follows
SIGNS = {"*": r"\odot ", "|": r"\mid ", "<=": r"\le ", ">=": r"\ge ", "...": r"\dots ", "%": r"\%"}
SIGNS |= {"..": r"\dots ", "·": r"\cdot "}
TOKEN = re.compile(
    r"(?P<sum>sum over (?P<index>\w+) of )"
    r"|(?P<mean>mean over (?P<steps>\w+) of )"
    r"|(?P<total>sum of (?!the ))"
    r"|(?P<code>`[^`]+`)"
    r"|(?P<article>\ba (?=[A-Z]{2}|(?!where|for)[a-z]{2}))"
    r"|(?P<english>[A-Za-z]+'s\b)"
    r"|(?P<name>[A-Za-z]+)(?P<early>'*(?=_))?(?P<sub>_(?:\([^()]*\)|\{[^{}]*\}|[A-Za-z0-9]+(?:_[A-Za-z0-9]+)*))?"
    r"(?P<prime>'*)(?P<hat>~|\^(?= ?=| ?$))?"
    r"|(?P<power>\^(?:T\b|[A-Za-z0-9]|\([^()]*\)))"
    r"|(?P<number>\d+(?:[.,]\d+)*)"
    r"|(?P<sign>\.\.\.|\.\.|<=|>=|[-+*·/=<>|%()\[\]{}:;,.])"
    r"|(?P<space>\s+)"
)


def make_subscript(text: str | None, primes: str = "") -> str:
    """Set `_(t-1)`, `_{t-1}` and `_xh` as TeX."""
    if not text:
        return primes
    inner = text[1:].strip("(){}").replace("_", ", ")
    return f"_{{{inner}}}{primes}"


def make_word(match: re.Match) -> str:
    """Set a name: a symbol, a function, a word of code or of English."""
    name, sub, primes = match["name"], match["sub"], (match["early"] or "") + match["prime"]
    follows = match.string[match.end() : match.end() + 1]
    if name in NAMED:
        return NAMED[name] + make_subscript(sub, primes)
    if name == "mod":
        return r"\bmod "
    if name in FUNCTIONS and (sub or follows == "("):
        return rf"\operatorname{{{name}}}{make_subscript(sub, primes)}"
    if len(name) > 1 and not re.fullmatch("d[A-Za-z]|rh", name):
        if sub and re.fullmatch(r"_(\w|\(.*\))", sub):
            return rf"\mathrm{{{name}}}{make_subscript(sub, primes)}"
        return rf"\texttt{{{name}{sub}}}" if sub else rf"\text{{ {name}{primes} }}"
    if match["hat"]:
        name = rf"\{'tilde' if match['hat'] == '~' else 'hat'}{{{name}}}"
    if primes and sub and len(sub) > 2 and name.isupper():
        return name + make_subscript(sub + primes)  # deck C's W_xh'
    return name + make_subscript(sub, primes)


def convert_tex(text: str) -> str:
    """Set one equation or remark as TeX.

    Raises:
        ValueError: If there is something that no equation of ours has.
    """
    parts, position = [], 0
    while position < len(text):
        match = TOKEN.match(text, position)
        if not match:
            raise ValueError(f"{text!r}: what is {text[position:]!r}?")
        position, kind = match.end(), match.lastgroup
        if match["name"]:
            parts.append(make_word(match))
        elif match["sum"]:
            parts.append(rf"\sum_{{{match['index']}}} ")
        elif match["mean"]:
            parts.append(rf"\operatorname{{mean}}_{{\mathrm{{{match['steps']}}}}} ")
        elif match["total"]:
            parts.append(r"\sum ")
        elif match["code"]:
            parts.append(rf"\texttt{{ {match['code'][1:-1]}}}")
        elif match["article"] or match["english"]:
            parts.append(rf"\text{{ {match[0].strip()} }}")
        elif match["power"]:
            power = match["power"][1:].strip("()").replace("T", r"\top")
            parts.append(f"^{{{power}}}")
        elif kind == "space":  # what stands side by side in a matrix
            around = text[position - len(match[0]) - 1] + text[position]
            beside = text[:position].count("[") > text[:position].count("]")
            beside &= not set(around) & set("*+-=,") and ("  " not in text or len(match[0]) > 1)
            parts.append(r"\;\; " if beside else " ")
        else:
            sign = match[0]
            parts.append(SIGNS.get(sign, rf"\{sign}" if sign in "{}" else sign))
    return re.sub(r" \}\s*\\text\{ ", " ", "".join(parts)).strip()  # words in a row


def split_columns(line: str) -> list[str]:
    """Split the equations of a line at gaps of two and more, outside brackets."""
    line = re.sub(r" +(?==)", " ", line.strip())
    columns, depth = [""], 0
    for token in re.split(r"( {2,}|[\[\]])", line):
        depth += {"[": 1, "]": -1}.get(token, 0)
        if token.startswith("  ") and depth == 0:
            columns.append("")
        else:
            columns[-1] += token
    return [column.strip() for column in columns if column.strip()]


def make_row(line: str) -> str:
    """Set one line of a block, its equations aligned at their first equals sign."""
    cells = []
    for equation in split_columns(line):
        left, equals, right = equation.partition(" = ")
        if "rest(" in equation:
            right = right.replace("*", "·")
        if re.fullmatch(r"\(.*[a-z]{4}.*\)", equation):
            cells.append(rf"& \text{{{equation}}}")
        elif equals:
            cells.append(rf"{convert_tex(left)} &= {convert_tex(right)}")
        elif cells:
            cells.append(rf"& {convert_tex(equation)}")
        else:
            label = re.fullmatch(r"[A-Za-z]{3,}[\w -]*:?", equation)
            cells.append((rf"\text{{{equation}}}" if label else convert_tex(equation)) + " &")
    return r" &\quad ".join(cells)


def is_equation(line: str) -> bool:
    """Tell an equation from a sentence that has an equals sign in it."""
    try:
        text = "".join(convert_tex(part) for part in split_columns(line))
    except ValueError:
        return False
    words = [word for words in re.findall(r"\\text\{([^}]*)\}", text) for word in words.split()]
    return " = " in line and len(words) <= 6


def make_block(lines: list[str]) -> list[str]:
    """Write a block of a docstring as reStructuredText: an equation, or as it is written."""
    indent = min(len(line) - len(line.lstrip()) for line in lines if line.strip())
    lines = [line[indent:].rstrip() for line in lines]
    try:
        if not all(" = " in line for line in lines):
            raise ValueError
        rows = [make_row(line) for line in lines]
    except ValueError:
        return ["::", "", *(f"    {line}" for line in lines), ""]
    body = [f"   {line} \\\\" for line in rows[:-1]] + [f"   {rows[-1]}"]
    return [".. math::", "", r"   \begin{aligned}", *body, r"   \end{aligned}", ""]


def find_paragraphs(lines: list[str]) -> list[list[str]]:
    """Find the lines between blank ones."""
    paragraphs: list[list[str]] = [[]]
    for line in lines:
        if line.strip():
            paragraphs[-1].append(line)
        elif paragraphs[-1]:
            paragraphs.append([])
    return [paragraph for paragraph in paragraphs if paragraph]


def set_equations(lines: list[str]) -> list[str]:
    """Set the blocks of a docstring; what stands in its sections stays."""
    output, section, code = [], False, False
    for i, part in enumerate(find_paragraphs(lines)):
        indented = all(line.startswith("    ") for line in part)
        code = part[-1].endswith("::") or (code and indented)  # marked as such by its author
        section = bool(SECTION.match(part[0])) or (section and indented)
        # A docstring that ends with its equations has lost their indentation.
        bare = i > 0 and not part[0].startswith(">>>") and all(map(is_equation, part))
        output += make_block(part) if (indented or bare) and not (section or code) else [*part, ""]
    return output


def convert_docstring(app, what, name, obj, options, lines):
    """Change a docstring in place, before its sections are read."""
    lines[:] = set_equations(lines)


def setup(app):
    """Come before Napoleon."""
    app.connect("autodoc-process-docstring", convert_docstring, priority=400)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
