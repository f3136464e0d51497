"""Tagging: every identifier of Python source gets its role, such as call, attribute, parameter.

A sequence of tokens goes in, a role for each identifier comes out. The labels
are exact, because Python's own parser gives them. Many need what comes later:
in `x = time` and `x = time()` only the bracket after the name makes it a call.

Source: module files of NumPy, SciPy, scikit-learn, NetworkX (BSD-3-Clause) and
Matplotlib (its own license, based on the PSF's), read from the installed
packages and never redistributed here.
"""

import ast
import functools
import importlib.util
import io
import keyword
import re
import tokenize
import warnings
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from jaxtyping import Bool, Int

from rnncourse.data.corpus import LIBRARIES
from rnncourse.data.padding import pad
from rnncourse.data.splits import Splits, check_pinned, sha256_hex, split_items

ROLES = ("load", "store", "call", "attr", "method", "kwarg", "param", "def", "import")
"""What an identifier does: a variable is read, bound or deleted, called; an attribute is read or
bound, called; then `f(kwarg=1)`, a parameter, the name after `def` or `class`, any in an import."""
NO_ROLE = -1
NAME = "<name>"
_KINDS = "number string newline indent dedent"
_CLASSES = {getattr(tokenize, kind.upper()): f"<{kind}>" for kind in _KINDS.split()}
_OPERATORS = "! != % %= & &= ( ) * ** **= *= + += , - -= -> . ... / // //= /= : := ; < << <<= <= ="
_OPERATORS += " == > >= >> >>= @ @= [ ] ^ ^= { | |= } ~"
SYMBOLS = (NAME, *_CLASSES.values(), *keyword.kwlist, *_OPERATORS.split())
"""Tokens with an index of their own: the classes, the keywords, the operators."""

BUCKETS = 1024
SLOTS = 5
VOCABULARY_SIZE = 1 + len(SYMBOLS) + BUCKETS
PINNED_SHA256 = "d2ad37ff4d8c4ebd7cba8060861e3ba557290b1793fd6c1a9b89b26093ebf9d4"
_SYMBOL_IDS = {symbol: 1 + i for i, symbol in enumerate(SYMBOLS)}
_SKIPPED_FOLDERS = {"tests", "testing", "distutils", "_vendor", "externals", "array_api_compat"}
_IGNORED_TYPES = {tokenize.COMMENT, tokenize.NL, tokenize.ENDMARKER}
_FORMATTED_NODES = (ast.JoinedStr, getattr(ast, "TemplateStr", ast.JoinedStr))


@dataclass(frozen=True)
class TaggedSource:
    """Tokens and their roles: a file, or a piece of one.

    Args:
        name: Where they come from, for instance `"scipy/signal/windows.py"`.
        tokens: Identifiers, keywords, operators as written; else a class: `"<string>"`.
        roles: One a token: its place in `ROLES`, or `NO_ROLE`.
    """

    name: str
    tokens: tuple[str, ...]
    roles: tuple[int, ...]


def tag_source(source: str, name: str = "") -> TaggedSource:
    """Split Python source into tokens, and tell the role of every identifier.

    Comments and blank lines are left out. A formatted string is one `<string>`,
    as in Python 3.11. Words that are keywords in some places only (`match`) have
    no role there, nor have names of attributes or the rest of a mapping in a pattern.

    Args:
        source: Python that parses.
        name: Where it comes from.

    Raises:
        SyntaxError: If the source does not parse.

    >>> tagged = tag_source("x = time.time(zone=z)")
    >>> [(t, ROLES[r]) for t, r in zip(tagged.tokens, tagged.roles) if r != NO_ROLE]
    [('x', 'store'), ('time', 'load'), ('time', 'method'), ('zone', 'kwarg'), ('z', 'load')]
    """
    source = re.sub("\r\n?", "\n", source)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # other people's invalid escape sequences
        by_position, spans = _find_roles(ast.parse(source))
    tokens, roles, lines = [], [], [*source.split("\n"), ""]
    end, span_role, previous = (0, 0), None, ""
    for token in _yield_tokens(source):
        row, column = token.start
        position = row, len(lines[row - 1][:column].encode())  # the parser counts bytes
        end, span_role = spans.get(position, (end, span_role))
        role = None
        if token.type == tokenize.NAME and not keyword.iskeyword(token.string):
            role = span_role if position < end else by_position.get(position)
            role = role or {"def": "def", "class": "def", "as": "store"}.get(previous)
        tokens.append(_CLASSES.get(token.type, token.string))
        roles.append(ROLES.index(role) if role else NO_ROLE)
        previous = token.string
    return TaggedSource(name, tuple(tokens), tuple(roles))


def _yield_tokens(source: str) -> Iterator[tokenize.TokenInfo]:
    """Yield the tokens that count; what Python 3.12 splits a formatted string into is one."""
    depth = 0
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        kind = tokenize.tok_name[token.type]
        if kind.endswith("STRING_END"):
            depth -= 1
        elif kind.endswith("STRING_START"):
            if depth == 0:
                yield token._replace(type=tokenize.STRING)
            depth += 1
        elif depth == 0 and token.type not in _IGNORED_TYPES:
            yield token


def _find_roles(tree: ast.AST) -> tuple[dict, dict]:
    """Return the roles by line and byte; and where statements start that give one to all names."""
    roles, spans, nodes = {}, {}, [tree]
    while nodes:  # a call comes before the name that is called
        node = nodes.pop()
        nodes += () if isinstance(node, _FORMATTED_NODES) else ast.iter_child_nodes(node)
        start = getattr(node, "lineno", 0), getattr(node, "col_offset", 0)
        end = getattr(node, "end_lineno", 0), getattr(node, "end_col_offset", 0)
        match node:
            case ast.Call(func=ast.Name() as called):
                roles[called.lineno, called.col_offset] = "call"
            case ast.Call(func=ast.Attribute(attr=name) as called):
                roles[called.end_lineno, called.end_col_offset - len(name.encode())] = "method"
            case ast.Name():
                roles.setdefault(start, "load" if isinstance(node.ctx, ast.Load) else "store")
            case ast.Attribute(attr=name):
                roles.setdefault((end[0], end[1] - len(name.encode())), "attr")
            case ast.arg():
                roles[start] = "param"
            case ast.keyword(arg=str()):
                roles[start] = "kwarg"
            case ast.MatchAs(pattern=None, name=str(name)) | ast.MatchStar(name=str(name)):
                roles[end[0], end[1] - len(name.encode())] = "store"
            case ast.Import() | ast.ImportFrom():
                spans[start] = end, "import"
            case ast.Global() | ast.Nonlocal():
                spans[start] = end, "store"
    return roles, spans


def read_sources() -> list[TaggedSource]:
    """Tag module files of the five libraries, in the order of a hash of their names.

    Files with tests, files of other packages, names that start with an
    underscore (some are written when a package is built), and files that are
    not 3,000 to 40,000 characters of ASCII are passed over. Each library gives
    60,000 tokens, to the end of the file.
    """
    files = []
    for library in LIBRARIES:
        root, n_tokens = Path(importlib.util.find_spec(library).origin).parent, 0
        paths = {"/".join((library, *p.relative_to(root).parts)): p for p in root.rglob("*.py")}
        for name in sorted(paths, key=sha256_hex):
            is_private = paths[name].name.startswith(("_", "test_"))
            if is_private or _SKIPPED_FOLDERS & {*name.split("/")} or n_tokens >= 60_000:
                continue
            source = paths[name].read_text("utf-8", errors="replace")
            if source.isascii() and 3_000 <= len(source) <= 40_000:
                files.append(tag_source(source, name))
                n_tokens += len(files[-1].tokens)
    return files


def load_sources(seed: int = 0) -> Splits[TaggedSource]:
    """Return the files of `read_sources` in three parts: 285,000 tokens, 85,000 identifiers.

    Args:
        seed: Which division, by a hash of the names; the course uses 0, 1 and 2.

    Warns:
        DataWarning: If the recorded numbers were measured on files of other versions.

    >>> sources = load_sources()
    >>> len(sources.train), len(sources.valid), len(sources.test)
    (152, 23, 14)
    """
    files = read_sources()
    lines = [f"{f.name} {' '.join(f.tokens)} {f.roles}" for f in files]
    check_pinned("sources", lines, PINNED_SHA256, list(LIBRARIES.values()))
    return split_items(files, lambda file: file.name, seed)


def cut_segments(files: Iterable[TaggedSource], T: int = 64) -> list[TaggedSource]:
    """Cut files into pieces of T tokens; the last piece of a file may be shorter.

    >>> [piece.tokens for piece in cut_segments([tag_source("a = b")], T=3)]
    [('a', '=', 'b'), ('<newline>',)]
    """
    return [
        TaggedSource(file.name, file.tokens[i : i + T], file.roles[i : i + T])
        for file in files
        for i in range(0, len(file.tokens), T)
    ]


@functools.lru_cache(maxsize=100_000)
def encode_token(token: str) -> tuple[int, ...]:
    """Turn a token into `SLOTS` indices; a model adds up their embeddings.

    An identifier is `<name>` and its first four pieces: words of `snake_case`
    and `CamelCase`, digits, leading underscores. A piece's index is a hash, so
    no vocabulary of names is needed, and no name is unknown.

    Returns:
        Indices below `VOCABULARY_SIZE`; 0 where a slot is empty.

    >>> encode_token("def")
    (18, 0, 0, 0, 0)
    >>> encode_token("to_array")[2] == encode_token("array")[1]
    True
    """
    if token in _SYMBOL_IDS:
        return (_SYMBOL_IDS[token],) + (0,) * (SLOTS - 1)
    subwords = re.findall(r"^_+|\d+|[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[^\W\d_a-zA-Z]+", token)
    ids = [1 + len(SYMBOLS) + zlib.crc32(subword.encode()) % BUCKETS for subword in subwords]
    return tuple([_SYMBOL_IDS[NAME], *ids, *(0,) * SLOTS][:SLOTS])


def batch_segments(
    segments: Sequence[TaggedSource],
) -> tuple[Int[np.ndarray, "T B slots"], Int[np.ndarray, "T B"], Bool[np.ndarray, "T B"]]:
    """Turn one or more segments of source, for instance from `cut_segments`, into a batch.

    Returns:
        Indices, time first, `SLOTS` for a token; roles, `NO_ROLE` where there is
        none to tell; and the mask, True at a real token.

    >>> xs, targets, mask = batch_segments([tag_source("y = f(x)"), tag_source("del y")])
    >>> targets.T.tolist()
    [[1, -1, 2, -1, 0, -1, -1], [-1, 1, -1, -1, -1, -1, -1]]
    """
    xs, mask = pad([[encode_token(token) for token in segment.tokens] for segment in segments])
    targets, _ = pad([segment.roles for segment in segments])
    return xs, np.where(mask, targets, NO_ROLE), mask
