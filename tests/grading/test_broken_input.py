"""Whatever bytes come in, a result with a plain reason goes out, and nothing else is harmed.

Here 200 of 2,000 mutations run. All of them:

    RNNCOURSE_MUTATIONS=2000 pytest tests/grading/test_broken_input.py
"""

import json
import os
import time

import pytest

from rnncourse.grading import marking
from rnncourse.grading.judging import ERROR, HARNESS_ERROR, NOT_STARTED, PASSED, TIMEOUT
from rnncourse.grading.marking import GradingJob, grade_bytes
from rnncourse.grading.results import GRADED, INVALID, SubmissionResult
from rnncourse.grading.sandbox.isolation import NAMESPACES

from .handed_in import (
    ASSIGNMENT,
    IMPORT,
    RIGHT,
    SECRET,
    SOLUTIONS,
    grade_notebook,
    list_points,
    make_code_cell,
    make_notebook,
)
from .mutations import KINDS, mutate_notebook

THREE = "02-bits", "02-bigrams", "02-step"
SMALL = make_notebook(
    IMPORT, *(RIGHT[q] for q in THREE), {"cell_type": "markdown", "source": "Text."}
)
COUNT = int(os.environ.get("RNNCOURSE_MUTATIONS", "200"))
GROUPS = 20


@pytest.fixture(scope="module", autouse=True)
def closed_sandbox():
    yield
    marking.close_sandbox()


def is_readable(text: str) -> bool:
    """Say whether a text is fit to be read by a person, on any screen."""
    return text.isprintable() and len(text) < 1500 and "Traceback" not in text


def check_complete(result: SubmissionResult) -> bool:
    """Say whether a result is complete, and tells no fault of ours."""
    json.dumps(result.to_json(), ensure_ascii=False).encode()
    messages = [result.reason, *(q.message for q in result.questions)]
    blank = all(question.status == NOT_STARTED for question in result.questions)
    reason = result.status == INVALID or blank  # for nothing graded, or nothing answered
    known = result.status in (GRADED, INVALID) and bool(result.reason) == reason
    return known and not result.needs_person and all(map(is_readable, messages))


NO_JSON = "The file is not JSON: it may be cut off or damaged."
NO_CELLS = "The file is JSON, but no notebook: it has no list of cells."
NO_UTF_8 = "The file is not text in UTF-8."
TOO_MUCH = "It has more than 20,000 code cells or 5,000,000 characters of code."
CONFLICT = make_notebook("x").replace(
    b'"source": "x"', b'\n<<<<<<< HEAD\n"source": "x"\n=======\n"source": "y"\n>>>>>>> upstream\n'
)
INVALID_FILES = {
    "empty": (b"", "The file is empty."),
    "blank": (b" \r\n\t\n", "The file is empty."),
    "cut off": (SOLUTIONS[: len(SOLUTIONS) // 2], NO_JSON),
    "last byte missing": (SMALL[:-1], NO_JSON),
    "first byte missing": (SMALL[1:], NO_JSON),
    "a picture": (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(range(256)), NO_UTF_8),
    "a zip file": (b"PK\x03\x04\x14\x00" + bytes(1000), NO_JSON),
    "zeros": (bytes(10_000), NO_JSON),
    "latin-1": (SMALL.replace(b"Text.", "Größe".encode("latin-1")), NO_UTF_8),
    "UTF-16 without a mark": (SMALL.decode().encode("utf-16-le"), NO_JSON),
    "UTF-32": (SMALL.decode().encode("utf-32"), NO_JSON),
    "halves of characters": (b'{"cells": "\xed\xa0\x80"}', NO_UTF_8),
    "a script": (RIGHT["02-bits"].encode(), NO_JSON),
    "text": ("Sehr geehrte Damen und Herren, anbei meine Lösung.".encode(), NO_JSON),
    "HTML": (b"<!doctype html><title>Sign in</title>", NO_JSON),
    "CSV": (b"a,b\n1,2\n", NO_JSON),
    "a number": (b"3", NO_CELLS),
    "NaN": (b"NaN", NO_CELLS),
    "a list": (b"[]", NO_CELLS),
    "a record": (b"{}", NO_CELLS),
    "two notebooks": (SMALL + SMALL, NO_JSON),
    "deep lists": (b"[" * 1_000_000, NO_JSON),
    "deep records": (b'{"cells":' * 100_000 + b"1" + b"}" * 100_000, NO_CELLS),
    "cells in a record": (b'{"cells": {"0": {}}}', NO_CELLS),
    "cells missing": (json.dumps({"metadata": {}, "nbformat": 4}).encode(), NO_CELLS),
    "an old notebook": (b'{"worksheets": [{"cells": []}], "nbformat": 3}', "before version 4"),
    "trailing comma": (SMALL[:-1] + b",}", NO_JSON),
    "a merge conflict": (CONFLICT, "merge conflict"),
    "a merge conflict on Windows": (CONFLICT.replace(b"\n", b"\r\n"), "merge conflict"),
    "too many cells": (make_notebook(*["x = 1"] * 20_001), TOO_MUCH),
    "too much code": (make_notebook("x" * 5_000_001), TOO_MUCH),
}


@pytest.mark.parametrize("name", INVALID_FILES)
def test_a_file_that_is_no_notebook_is_invalid_with_a_reason(name):
    start, (data, reason) = time.process_time(), INVALID_FILES[name]
    result = grade_bytes(name, data, GradingJob(ASSIGNMENT, SECRET))
    assert (result.status, result.questions) == (INVALID, ())
    assert check_complete(result)
    assert reason in result.reason
    assert result.reason.endswith(".")
    assert time.process_time() - start < 60  # not for ever


def test_metadata_and_outputs_may_be_nested_deeply():
    deep = b'{"cells": [' + b"[" * 100_000 + b"]" * 100_000 + b", " + SMALL[len(b'{"cells": [') :]
    assert grade_bytes("deep", deep, GradingJob(ASSIGNMENT, SECRET)).earned == 6


def test_without_an_assignment_a_notebook_without_answers_is_invalid():
    for cells in (
        [],
        [{}],
        [None, 3, "x"],
        [make_code_cell("x = 1")],
        [make_code_cell("\n" * 100_000)],
        [make_code_cell(" " * 9)],
    ):
        result = grade_bytes("x", make_notebook(*map(_make_cell, cells)), GradingJob(None, SECRET))
        assert (result.status, check_complete(result)) == (INVALID, True)
        assert "no function" in result.reason


def _make_cell(cell: object) -> dict:
    return cell if isinstance(cell, dict) else {"cell_type": "code", "source": cell}


LONG = 100_000
WHOLE = {
    "no cells": make_notebook(),
    "cells that are none": make_notebook(
        {}, {"cell_type": "code"}, {"cell_type": None, "source": 1}
    ),
    "cells of other types": json.dumps({"cells": [None, 3, "x", [], True, 1e9]}).encode(),
    "NaN and infinity": b'{"cells": [], "metadata": {"a": NaN, "b": -Infinity, "c": 1e999}}',
    "numbers of a million digits": b'{"cells": [], "nbformat": ' + b"9" * 1_000_000 + b"}",
    "duplicate keys": b'{"cells": 3, "cells": [], "cells": []}',
    "thousands of cells": make_notebook(*["x = 1"] * 20_000),
    "odd keys": json.dumps({"cells": [], "\ud800": 1, "": 2, "\0": 3}).encode(),
}


@pytest.mark.parametrize("name", WHOLE)
def test_a_notebook_without_answers_is_not_started(name, monkeypatch):
    result = grade_notebook(monkeypatch, WHOLE[name], NAMESPACES, ids=THREE)
    assert (result.status, check_complete(result)) == (GRADED, True)
    assert {q.status for q in result.questions} == {NOT_STARTED}


SOURCES = {
    "null bytes": "x = 1\0",
    "halves of characters": "x = '\ud800'",
    "nested parentheses": "(" * 10_000 + ")" * 10_000,
    "open parentheses": "(" * LONG,
    "minus signs": "x = " + "-" * LONG + "1",
    "nots": "x = " + "not " * LONG + "1",
    "a long sum": "x = " + "+".join(["1"] * LONG),
    "a long sum that Python reads": "x = " + "+".join(["1"] * 900),
    "a long chain of attributes": "x = a" + ".b" * LONG,
    "a long chain of calls": "x = a" + "()" * LONG,
    "a long chain of powers": "x = " + "**".join(["1"] * LONG),
    "many branches": "if 1: pass\n" + "elif 1: pass\n" * 10_000,
    "lambdas": "x = " + "lambda: " * LONG + "1",
    "deep blocks": "".join(" " * i + "if 1:\n" for i in range(150)) + " " * 150 + "pass",
    "deep functions": "".join(" " * i + f"def f{i}():\n" for i in range(99)) + " " * 99 + "pass",
    "a long integer": "x = " + "1" * 10_000,
    "a long integer in hexadecimal": "x = 0x" + "f" * LONG,
    "a line of a megabyte": "x = [" + "1," * 500_000 + "]",
    "a text of a megabyte": "x = '" + "a" * 1_000_000 + "'",
    "a name of a megabyte": "a" * 1_000_000 + " = 1",
    "texts side by side": "x = " + "'a' " * LONG,
    "continued lines": "\\\n" * LONG + "x = 1",
    "decorators": "@a\n" * 10_000 + "def f(): pass",
    "open texts": '"""' * 9_999,
    "formats in formats": "x = f'{f\"{1:{2:{3}}}\"}'" * 100,
    "form feeds and separators": "x = 1\x0cy = 2\x1cz = 3\u2028w = 4",
    "question marks": "x" + "?" * LONG + "y",
    "spaces": " " * LONG + "?",
    "percent signs": "%" * LONG + "\n" + "%\n" * LONG,
    "other languages": "%%javascript\n" + "(" * LONG,
    "blank lines": "\n" * LONG + "x = ",
    "a coding that is not so": "# -*- coding: utf-7 -*-\nx = '+AGE-'",
    "byte-order marks": "\ufeffx = 1\ufeff",
    "arabic digits and fullwidth letters": "ｘ = ٣",
    "star imports": "from os import *\n" * 1000,
}


@pytest.mark.grading
@pytest.mark.parametrize("name", SOURCES)
def test_a_cell_that_cannot_be_read_harms_nobody(name, monkeypatch):
    cells = [SOURCES[name], IMPORT, *(RIGHT[q] for q in THREE), SOURCES[name]]
    result = grade_notebook(monkeypatch, make_notebook(*cells), NAMESPACES, ids=THREE)
    assert check_complete(result)
    assert result.earned == result.points == 6


@pytest.mark.grading
@pytest.mark.parametrize("name", SOURCES)
def test_a_broken_line_in_an_answer_costs_that_answer_at_most(name, monkeypatch):
    cells = [IMPORT, f"{RIGHT['02-bits']}\n{SOURCES[name]}", RIGHT["02-bigrams"], RIGHT["02-step"]]
    result = grade_notebook(monkeypatch, make_notebook(*cells), NAMESPACES, ids=THREE)
    assert check_complete(result)
    first, *rest = result.questions
    assert all(q.status == PASSED for q in rest)
    assert first.status in (PASSED, ERROR, NOT_STARTED, TIMEOUT)
    if first.status == ERROR:
        assert first.message.startswith("`bits_and_perplexity` stands in cell 2, which Python")


@pytest.mark.grading
@pytest.mark.parametrize("name", SOURCES)
def test_a_broken_cell_an_answer_needs_costs_that_answer_at_most(name, monkeypatch):
    source = f"{RIGHT['02-bits']}\n\nbits_and_perplexity.needs = lambda: x"
    cells = [IMPORT, SOURCES[name], source, RIGHT["02-bigrams"], RIGHT["02-step"]]
    result = grade_notebook(monkeypatch, make_notebook(*cells), NAMESPACES, ids=THREE)
    assert check_complete(result)
    assert [q.status for q in result.questions[1:]] == [PASSED, PASSED]


@pytest.mark.grading
@pytest.mark.parametrize("group", range(GROUPS))
def test_mutations_are_graded_or_invalid(group, monkeypatch):
    """Each seed damages bytes, JSON or code; a question that hangs has a second."""
    for seed in range(group, COUNT, GROUPS):
        data = mutate_notebook(SMALL, seed)
        result = grade_notebook(
            monkeypatch, data, NAMESPACES, ids=THREE, seconds=dict.fromkeys(THREE, 1.0)
        )
        assert check_complete(result), (seed, result)
        assert HARNESS_ERROR not in [q.status for q in result.questions]
    honest = grade_notebook(monkeypatch, SMALL, NAMESPACES, ids=THREE)
    assert set(list_points(honest).values()) == {(2, 2)}


def test_mutations_are_many_and_always_the_same():
    mutants = [mutate_notebook(SMALL, seed) for seed in range(60)]
    assert mutants == [mutate_notebook(SMALL, seed) for seed in range(60)]
    assert len({*mutants, SMALL}) > 55
    assert {seed % len(KINDS) for seed in range(COUNT)} == {0, 1, 2}
