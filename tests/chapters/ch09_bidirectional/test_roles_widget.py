"""The taggers of the page compute what the package computes, whatever part of a line is there."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch

from rnncourse.chapters.ch09_bidirectional import roles_widget as widget
from rnncourse.chapters.ch09_bidirectional import tagging
from rnncourse.chapters.ch09_bidirectional.tagging_experiments import (
    FOLDER,
    KINDS,
    SHOWN,
    STORED,
    stored,
)
from rnncourse.data import roles
from rnncourse.models import weights

from ... import node

DRIVER = Path(__file__).with_name("roles_widget_driver.mjs")
TABLES = {"symbols": roles.SYMBOLS, "buckets": roles.BUCKETS, "slots": roles.SLOTS}
LINES = (
    widget.LINE,
    "total, count = pair()",
    "rows = text.splitlines(keep=True)",
    "import numpy as np",
    "def area(width, height=2): return f'{width}' + b'x'",
    "x",
)


def ask(*questions):
    """Put questions to the script; see roles_widget_driver.mjs."""
    paths = {"manifest": FOLDER / f"{STORED}.json", "weights": FOLDER / f"{STORED}.bin"}
    given = {name: str(path) for name, path in paths.items()}
    return node.ask(DRIVER, questions, tables=TABLES, **given)


@pytest.mark.parametrize("line", LINES)
def test_every_probability_of_every_beginning_of_a_line(line):
    piece = tagging.line(f"{line}\n")
    found, (told,) = ask(["read", piece.tokens])[0], ask(["tokens", line])
    assert told == {"tokens": list(piece.tokens), "fault": ""}
    for name in SHOWN:
        model = stored(name)
        for n in range(1, len(piece.tokens) + 1):
            part = roles.Tagged("", piece.tokens[:n], piece.roles[:n])
            with torch.no_grad():
                p = model(tagging.Tokens.of([part]).ids)[:, 0].softmax(-1).numpy()
            np.testing.assert_allclose(found[name][n - 1], p, atol=1e-5)


def test_a_line_as_it_is_typed():
    found = ask(*(["tokens", line] for line in ("", "f(", "a = 'b", "a $ b", "  # nothing")))
    assert [one["tokens"] for one in found] == [
        [],
        ["<newline>", "f", "("],  # within brackets a line goes on
        ["<newline>", "a", "="],
        ["<newline>", "a"],
        [],
    ]
    assert ["no end yet" in found[2]["fault"], "“$”" in found[3]["fault"]] == [True, True]


def test_only_both_ways_changes_its_mind():
    tokens = tagging.line(f"{widget.LINE}\n").tokens
    (found,) = ask(["answers", tokens])
    at = tokens.index("time")
    said = {
        k: [roles.ROLES[rows[n][at][0]] for n in range(at, len(tokens))]
        for k, rows in found.items()
    }
    assert len(set(said["forward"])) == 1
    assert said["both"][0] == "load"
    assert set(said["both"][1:]) == {"call"}
    assert found["both"][-1][tokens.index("=")] is None


def test_what_is_kept_has_the_kinds_of_the_page():
    assert set(SHOWN) <= set(KINDS)
    manifest, _ = weights.files(STORED, FOLDER)
    assert manifest["about"]["kinds"] == list(SHOWN)


# --- What the page is given ---


@pytest.fixture(scope="module")
def given():
    """The attributes of the element."""
    shown = widget.live_roles()
    shown.close()
    return node.attributes(shown.texts["text/html"])


def test_the_first_picture_is_what_the_networks_give(given):
    (found,) = ask(["answers", tagging.line(f"{widget.LINE}\n").tokens])
    still = json.loads(given["still"])
    assert given["line"] == widget.LINE
    for name in SHOWN:
        for mine, theirs in zip(still[name], found[name], strict=True):
            assert [m and m[0] for m in mine] == [t and t[0] for t in theirs]
            pairs = [(m[1], t[1]) for m, t in zip(mine, theirs, strict=True) if m]
            np.testing.assert_allclose(*np.array(pairs or [(0, 0)]).T, atol=1e-5)


def test_the_tables_are_those_of_the_data(given):
    tables = json.loads(given["tables"])
    assert tables["roles"] == list(roles.ROLES) == [*tables["meanings"]]
    assert (tables["symbols"], tables["buckets"]) == (list(roles.SYMBOLS), roles.BUCKETS)
