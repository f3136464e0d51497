"""Roles: by hand on small sources, by the compiler's tables on real ones; no file in two parts."""

import ast
import re
import symtable
import warnings
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import rnncourse
from rnncourse.data import roles as roles_module
from rnncourse.data.corpus import LIBRARIES
from rnncourse.data.roles import (
    NO_ROLE,
    ROLES,
    SLOTS,
    SYMBOLS,
    VOCABULARY_SIZE,
    batch_segments,
    cut_segments,
    encode_token,
    load_sources,
    tag_source,
)
from rnncourse.data.splits import DataWarning


def format_roles(source):
    """The roles as text: `name:role`, in the order of the source."""
    tagged = tag_source(source)
    pairs = zip(tagged.tokens, tagged.roles, strict=True)
    return " ".join(f"{token}:{ROLES[role]}" for token, role in pairs if role != NO_ROLE)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("x = y", "x:store y:load"),
        ("x += y", "x:store y:load"),
        ("x: int = 3", "x:store int:load"),
        ("del x, y.z", "x:store y:load z:attr"),
        ("f(x)(y)", "f:call x:load y:load"),
        ("(f)(x)", "f:call x:load"),
        ("f(\n    x,  # comment\n    key=y,\n)", "f:call x:load key:kwarg y:load"),
        ("value = (\n    a.b\n    .c(d)\n)", "value:store a:load b:attr c:method d:load"),
        ("result = call \\\n    (x)", "result:store call:call x:load"),
        ("a.b.c = d.e()", "a:load b:attr c:attr d:load e:method"),
        ("a[i].b(*args, **kw)", "a:load i:load b:method args:load kw:load"),
        ("f(key=key)", "f:call key:kwarg key:load"),
        ("@a\n@b.c\n@d(e)\n@f.g()\ndef h(): pass", "a:load b:load c:attr d:call e:load f:load "
         "g:method h:def"),
        ("def f(a, /, b: int = c, *d, e=1, **g) -> h: ...", "f:def a:param b:param int:load c:load "
         "d:param e:param g:param h:load"),
        ("lambda x, *y: x", "x:param y:param x:load"),
        ("class A(B, metaclass=C): z = 1", "A:def B:load metaclass:kwarg C:load z:store"),
        ("async def f(x):\n    async with a.b() as c, d as (e, g):\n        await h(c)\n"
         "    async for i in j: yield i", "f:def x:param a:load b:method c:store d:load e:store "
         "g:store h:call c:load i:store j:load i:load"),
        ("if (n := len(x)) > 1: pass", "n:store len:call x:load"),
        ("[x for x, y in z if y]", "x:load x:store y:store z:load y:load"),
        ("import a.b as c, d", "a:import b:import c:import d:import"),
        ("from .a.b import (\n    c as d,\n    e,\n)\nf = 1", "a:import b:import c:import d:import "
         "e:import f:store"),
        ("from . import a; b", "a:import b:load"),
        ("try: pass\nexcept E as e: pass", "E:load e:store"),
        ("def f():\n    global a, b\n    c", "f:def a:store b:store c:load"),
        ("x = f'{y!r:>{w}} {z(1)}' 'more'", "x:store"),  # a formatted string is one string
        ("f'a' f'{b}'\nc", "c:load"),
        ("'é' + x.ü", "x:load ü:attr"),  # the parser counts bytes, the tokenizer characters
        ("print('''\n''', end=x); y()", "print:call end:kwarg x:load y:call"),
        ("match = 1\ntype(match)", "match:store type:call match:load"),
        ("match x:\n    case [a, *b]: pass\n    case {1: c}: pass\n    case D(2) as d: pass",
         "x:load a:store b:store c:store D:load d:store"),
        ("\r\nx\r\ny\r\n", "x:load y:load"),
        ("\f\nx", "x:load"),
        ("", ""),
    ],
)  # fmt: skip
def test_roles_found_by_hand(source, expected):
    assert format_roles(source) == expected


def test_tokens_are_what_is_written_or_a_class():
    source = 'def f(a):  # comment\n\n    """Text."""\n    return a >= 1.5 or f"{a}"\n'
    assert " ".join(tag_source(source).tokens) == (
        "def f ( a ) : <newline> <indent> <string> <newline> return a >= <number> or <string> "
        "<newline> <dedent>"
    )


def test_source_that_does_not_parse_is_a_syntax_error():
    with pytest.raises(SyntaxError):
        tag_source("def {{ name }}():")


def test_a_warning_in_foreign_source_is_not_ours():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert format_roles('x = "\\d"') == "x:store"


def list_names_by_symtable(source):
    """Names that are parameters, bound, or imported somewhere, as the compiler's tables say."""
    result = {"param": set(), "import": set(), "store": set()}
    tables = [symtable.symtable(source, "f", "exec")]
    while tables:
        table = tables.pop()
        tables += table.get_children()
        for symbol in table.get_symbols():
            if symbol.get_name().startswith((".", "__")):
                continue  # made by the compiler, or renamed by it
            result["param"] |= {symbol.get_name()} if symbol.is_parameter() else set()
            result["import"] |= {symbol.get_name()} if symbol.is_imported() else set()
            if symbol.is_assigned() and not (symbol.is_imported() or symbol.is_namespace()):
                result["store"].add(symbol.get_name())
    return result


def list_formatted_names(source):
    """Names in formatted strings, which are one token for us."""
    strings = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.JoinedStr)]
    nodes = [node for string in strings for node in ast.walk(string)]
    return {getattr(node, "id", getattr(node, "arg", None)) for node in nodes}


@pytest.mark.tools
def test_the_compilers_own_tables_agree_on_the_files_of_this_package():
    paths = sorted(Path(rnncourse.__file__).parent.rglob("*.py"))
    assert len(paths) > 50
    for path in paths:
        source = path.read_text(encoding="utf-8")
        tagged = tag_source(source)
        actual = {role: set() for role in ROLES}
        for token, role in zip(tagged.tokens, tagged.roles, strict=True):
            if role != NO_ROLE and not token.startswith("__"):
                actual[ROLES[role]].add(token)
        expected = list_names_by_symtable(source)
        hidden = list_formatted_names(source)
        assert actual["param"] <= expected["param"] <= actual["param"] | hidden, path
        assert expected["import"] <= actual["import"], path
        assert (
            expected["store"] <= actual["store"] | actual["param"] | expected["import"] | hidden
        ), path


def test_punctuation_agrees_with_the_roles(corpus_sources):
    """What can be seen from the neighboring tokens, in every file of the three parts."""
    for file in [f for part in corpus_sources for f in part]:
        tokens = ("", *file.tokens, "")
        triples = zip(tokens, tokens[1:], tokens[2:], strict=False)
        for (before, token, after), role in zip(triples, file.roles, strict=True):
            kind = ROLES[role] if role != NO_ROLE else ""
            if token in SYMBOLS:
                assert role == NO_ROLE, file.name
                continue
            assert (kind == "def") == (before in ("def", "class")), file.name
            assert (kind in ("attr", "method")) == (before == "." and kind != "import"), file.name
            assert after == "=" or kind != "kwarg", file.name
            assert after in ("(", ")") or kind not in ("call", "method"), file.name
            assert after != "(" or kind in ("call", "method", "def", "import", ""), file.name


# --- The real files ---


@pytest.fixture(scope="module")
def corpus_sources():
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # the files are the pinned ones
        return load_sources()


def test_the_files_come_from_all_libraries_and_are_in_one_part(corpus_sources):
    names = [{file.name for file in part} for part in corpus_sources]
    assert sum(map(len, names)) == len(set.union(*names)) == 189
    assert {name.split("/")[0] for name in names[0]} == set(LIBRARIES)
    assert not [
        n for n in set.union(*names) if re.search(r"/(tests?|distutils)/|/test_|/_[^/]*$", n)
    ]


def test_sizes_are_those_that_the_docstring_says(corpus_sources):
    files = [file for part in corpus_sources for file in part]
    roles = np.concatenate([file.roles for file in files])
    assert sum(len(file.tokens) for file in files) == len(roles) == 284_963
    assert (roles != NO_ROLE).sum() == 85_148
    assert set(roles) == {NO_ROLE, *range(len(ROLES))}


def test_every_token_without_a_role_is_a_symbol_but_for_a_few(corpus_sources):
    rest = {
        token
        for part in corpus_sources
        for file in part
        for token, role in zip(file.tokens, file.roles, strict=True)
        if role == NO_ROLE and token not in SYMBOLS
    }
    assert rest <= {"match", "case", "_"}


def test_other_files_are_announced_in_one_sentence_and_used(monkeypatch):
    small = [tag_source("x = 1", f"{i}.py") for i in range(30)]
    monkeypatch.setattr(roles_module, "read_sources", lambda: small)
    with pytest.warns(DataWarning, match=r"^These sources are not .*numpy \d.*: install the vers"):
        assert sum(map(len, load_sources())) == 30


# --- Indices ---


@pytest.mark.parametrize("symbol", SYMBOLS)
def test_a_symbol_has_an_index_of_its_own(symbol):
    assert encode_token(symbol) == (1 + SYMBOLS.index(symbol), 0, 0, 0, 0)


def test_the_symbols_are_the_same_in_every_version_of_python():
    assert len(SYMBOLS) == len(set(SYMBOLS)) == 89
    assert VOCABULARY_SIZE == 1114


@given(st.from_regex(r"[A-Za-z_][A-Za-z_0-9]{0,30}", fullmatch=True))
def test_an_identifier_is_a_name_and_its_pieces(token):
    ids = encode_token(token)
    assert len(ids) == SLOTS
    if token not in SYMBOLS:
        assert ids[0] == 1 + SYMBOLS.index("<name>")
        assert all(i == 0 or len(SYMBOLS) < i < VOCABULARY_SIZE for i in ids[1:])
        assert ids[1] > 0


@pytest.mark.parametrize(
    ("token", "pieces"),
    [
        ("plot", ["plot"]),
        ("to_array", ["to", "array"]),
        ("_x0", ["_", "x", "0"]),
        ("LinearRegression", ["Linear", "Regression"]),
        ("parseHTMLPage", ["parse", "HTML", "Page"]),
        ("one_two_three_four_five", ["one", "two", "three", "four"]),
        ("__init__", ["__", "init"]),
    ],
)
def test_pieces_of_an_identifier(token, pieces):
    hashes = [encode_token(piece)[1] for piece in pieces]
    assert list(encode_token(token)[1:]) == (hashes + [0] * SLOTS)[: SLOTS - 1]


def test_an_index_is_the_same_in_every_process():
    assert encode_token("load_digits") == (1, 119, 780, 0, 0)


def test_pieces_put_together_are_the_file(corpus_sources):
    file = corpus_sources.test[0]
    pieces = cut_segments([file], T=10)
    assert sum((piece.tokens for piece in pieces), ()) == file.tokens
    assert sum((piece.roles for piece in pieces), ()) == file.roles
    assert {len(piece.tokens) for piece in pieces[:-1]} == {10}


def test_a_batch_holds_the_pieces(corpus_sources):
    pieces = cut_segments(corpus_sources.test[:2])
    xs, targets, mask = batch_segments(pieces)
    assert xs.shape == (*targets.shape, SLOTS) == (*mask.shape, SLOTS) == (64, len(pieces), SLOTS)
    for b, piece in enumerate(pieces):
        assert targets[mask[:, b], b].tolist() == list(piece.roles)
        assert [tuple(ids) for ids in xs[mask[:, b], b]] == [*map(encode_token, piece.tokens)]
    assert (targets[~mask] == NO_ROLE).all()
