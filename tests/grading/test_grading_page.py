"""The pages about grading say what the code does: tables, commands, numbers and files."""

import re
import shlex
from dataclasses import fields
from fnmatch import fnmatch

import pytest

from rnncourse.cli import classes, command, commands
from rnncourse.grading import judging, results
from rnncourse.grading.classes import layouts
from rnncourse.grading.classes.lateness import read_late_policy
from rnncourse.grading.judging import Result
from rnncourse.grading.overview.page import SCHEMA, Overview
from rnncourse.grading.questions import Question
from rnncourse.grading.registry import ASSIGNMENTS
from rnncourse.grading.reports import exports
from rnncourse.grading.results import SubmissionResult
from rnncourse.grading.sandbox.isolation import LEVELS, MAX_THREADS, WATCH_INTERVAL
from scripts import ROOT

BOOK = ROOT / "book"
PAGE = "\n".join((BOOK / f"grading{end}.md").read_text("utf-8") for end in ("", "-internals"))
TEXT = " ".join(PAGE.split())
EXAMPLE = SubmissionResult(
    name="ann.ipynb",
    sha256="00",
    size=2,
    assignment="02-language-models",
    status=results.GRADED,
    questions=(Result("02-bits", "Bits", judging.WRONG, 0, 2, "Look.", 0.5, progress=0.5),),
    notes=("A note.",),
)

LISTS = {"questions": "questions", "output_signature": "numbers"}


def read_tables() -> list[list[list[str]]]:
    """Return the tables of the page: rows of cells, the head first."""
    result = re.findall(r"(?:^\|.*\|\n)+", PAGE, re.MULTILINE)
    cells = [
        [
            [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
            for line in table.splitlines()
        ]
        for table in result
    ]
    return [[head, *rows] for head, _, *rows in cells]


def list_rows(*head: str) -> list[list[list[str]]]:
    return [rows for first, *rows in read_tables() if first == [*head]]


def list_first_column(table: list[list[str]]) -> list[str]:
    return [row[0].strip("`") for row in table]


def name_type(name: str, value: object) -> str:
    if isinstance(value, list | tuple):
        return f"list of {LISTS.get(name, 'texts')}"
    return {str: "text", int: "whole number", float: "number"}[type(value)]


def test_the_fields_are_those_of_the_result():
    example = EXAMPLE.to_json()
    submission, question = list_rows("field", "type", "meaning")
    for table, document in ((submission, example), (question, example["questions"][0])):
        types = {name: row[1] for name, row in zip(list_first_column(table), table, strict=True)}
        assert types == {name: name_type(name, value) for name, value in document.items()}
        assert [*types] == [*document]  # in the same order
        assert all(row[2] for row in table)
    sums = {"schema", "earned", "points", "mark"}
    assert {f.name for f in fields(SubmissionResult)} | sums == {*example}
    assert f"`{results.SCHEMA}`" in TEXT


def test_the_statuses_are_all_there_are():
    submission, question = map(list_first_column, list_rows("status", "meaning"))
    known = [results.GRADED, results.INVALID, results.MISSING, judging.HARNESS_ERROR]
    assert submission == known
    known = {v for name, v in vars(judging).items() if name.isupper() and isinstance(v, str)}
    assert sorted(question) == sorted(known)


def test_the_levels_and_exit_codes_are_all_there_are():
    (levels,) = list_rows("level", "an answer runs", "it can still", "where")
    assert list_first_column(levels) == [*LEVELS]
    (codes,) = list_rows("exit code", "meaning")
    known = (commands.DONE, commands.TO_DO, commands.USAGE, commands.FAULT, commands.STOPPED)
    assert list_first_column(codes) == [str(code) for code in known]


def test_the_files_are_those_that_are_written(tmp_path):
    (table,) = list_rows("file", "for", "what it holds")
    exports.export_reports([EXAMPLE], tmp_path)
    Overview([EXAMPLE], ["ann.html"]).write(tmp_path / "report")
    written = [p.relative_to(tmp_path).as_posix() for p in tmp_path.rglob("*") if p.is_file()]
    later = ("results/", "gradebook/", "feedback/", "moved")  # tests/grading/classes
    listed = [name for name in list_first_column(table) if not name.startswith(later)]
    assert all(any(fnmatch(file, name) for name in listed) for file in written)
    assert all(any(fnmatch(file, name) for file in written) for name in listed)
    row_of_results = next(row for row in table if row[0] == "`results.json`")
    assert f"`{exports.BATCH_SCHEMA}`" in row_of_results[2]
    assert f"`{SCHEMA}`" in TEXT


def list_commands() -> list[str]:
    blocks = re.findall(r"^```sh\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    lines = [line for block in blocks for line in block.replace("\\\n", " ").splitlines()]
    return [line for line in lines if line.startswith("rnncourse ")]


def test_no_line_of_code_has_to_be_scrolled():
    blocks = re.findall(r"^```sh\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    files = (BOOK / "_assets" / "workflows").glob("*.yml")
    shown = "\n".join([*blocks, *(file.read_text(encoding="utf-8") for file in files)])
    assert [line for line in shown.splitlines() if len(line) > 72] == []


@pytest.mark.parametrize("line", list_commands())
def test_the_commands_can_be_given(line, monkeypatch):
    calls = []
    for name in ("run_check", "run_grade", "run_gradescope", "run_needs", "run_selfcheck"):
        monkeypatch.setattr(command, name, lambda options: calls.append(options) or 0)
    assert command.main(shlex.split(line)[1:]) == 0
    (options,) = calls
    assert getattr(options, "assignment", None) in {None, *ASSIGNMENTS}
    assert {*getattr(options, "chapters", ())} <= {*ASSIGNMENTS}


def test_the_rules_for_late_days_can_be_read(tmp_path):
    (block,) = re.findall(r"^```toml\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    (tmp_path / "late.toml").write_text(block, "utf-8")
    rules = read_late_policy(tmp_path / "late.toml")
    assert (rules.grace_minutes, rules.free_days, rules.percent_per_day) == (10, 1, 10)
    assert [student.id for student in rules.extensions] == ["00123", "ada@example.org"]


def test_the_layouts_are_all_there_are():
    (table,) = list_rows("layout", "what is read", "whose it is")
    assert {*list_first_column(table)} == {*layouts.LAYOUTS} - {layouts.AUTO, layouts.FILES}
    assert classes.LAYOUTS == layouts.LAYOUTS
    assert {f"`{name}`" in TEXT for name in layouts.LAYOUTS if name != layouts.AUTO} == {True}


def test_every_command_is_shown():
    shown = {line.split()[1] for line in list_commands()}
    assert shown == {"check", "grade", "gradescope", "needs", "selfcheck"}


def test_the_numbers_are_those_of_the_code():
    seconds = next(f.default for f in fields(Question) if f.name == "seconds")
    assert f"The deadline of a question is {seconds:g} seconds unless it states another" in TEXT
    assert f"An answer may have {MAX_THREADS} threads" in TEXT
    assert f"looks { ({20: 'twenty'}[round(1 / WATCH_INTERVAL)]) } times a second" in TEXT
    assert f"The secret has at least {commands.SHORTEST_SECRET} bytes" in TEXT
    assert f"if that is below `{commands.EXPECTED_LEVEL}`" in TEXT
    assert f"variable `{commands.SECRET}`" in TEXT


def test_files_shown_and_downloaded_on_the_page_exist():
    targets = re.findall(r"\{download\}`[^<]*<([^>]*)>`", PAGE)
    targets += re.findall(r"\{literalinclude\} (\S+)", PAGE)
    assert {BOOK / t for t in targets} >= {*(BOOK / "_assets" / "workflows").glob("*.yml")}
    assert all((BOOK / target).is_file() for target in targets)
