"""Rosters, rules and corrections by people: every form is read, every fault is one sentence."""

import csv
import io
import json
import re
import time

import pytest

from rnncourse.cli import main
from rnncourse.grading.classes.attempts import fill_questions
from rnncourse.grading.classes.dates import parse_time
from rnncourse.grading.classes.gradebooks import build_canvas_gradebook, build_moodle_gradebook
from rnncourse.grading.classes.joining import Member
from rnncourse.grading.classes.lateness import LatePolicy, read_late_policy, read_times
from rnncourse.grading.classes.overrides import Override, apply_override, read_overrides
from rnncourse.grading.classes.roster import Student, is_moodle, read_roster
from rnncourse.grading.classes.tables import ClassDataError
from rnncourse.grading.judging import NOT_STARTED, PASSED, make_result
from rnncourse.grading.overview.page import Overview
from rnncourse.grading.registry import load_questions
from rnncourse.grading.reports.exports import export_reports, load_results
from rnncourse.grading.reports.totals import Totals
from rnncourse.grading.results import GRADED, INVALID, MISSING, SubmissionResult

from ..handed_in import IMPORT, RIGHT, make_notebook, write_file

ASSIGNMENT = "02-language-models"
QUESTIONS = load_questions(ASSIGNMENT)
FULL = tuple(make_result(q, PASSED, earned=q.points) for q in QUESTIONS.values())
TABLE = 'id,name,email\n007,"Bond, Jörg",j@example.org\n7,"Lì, Ann",a@example.org\n'


def read_refusal(read, *arguments):
    with pytest.raises(ClassDataError) as caught:
        read(*arguments)
    message = str(caught.value)
    assert all(re.search(r"[.]$", line) for line in message.splitlines())
    return message


# --- Rosters ---


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_a_roster_is_read_in_any_form(tmp_path, encoding, separator, ends):
    text = TABLE.replace('"Bond, Jörg"', '"Bond\\ Jörg"').replace('"Lì, Ann"', '"Lì\\ Ann"')
    text = text.replace(",", separator).replace("\\", ",").replace("\n", ends)
    roster = read_roster(write_file(tmp_path / "r.csv", text, encoding))
    assert [(s.id, s.name) for s in roster.students] == [("007", "Bond, Jörg"), ("7", "Lì, Ann")]


def test_a_roster_in_latin_1_is_read(tmp_path):
    roster = read_roster(write_file(tmp_path / "r.csv", TABLE.replace("ì", "i"), "latin-1"))
    assert roster.students[0].name == "Bond, Jörg"


def test_an_id_is_a_text_and_lost_zeros_are_found(tmp_path):
    roster = read_roster(write_file(tmp_path / "r.csv", TABLE + "0042,Zed,z@example.org\n"))
    for text, name in (("007", "Bond, Jörg"), ("7", "Lì, Ann"), ("42", "Zed"), ("042", "Zed")):
        assert [s.name for s in roster.find(("id",), text)] == [name]
    assert roster.find(("id",), "70") == []


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "is empty"),
        ("  \n\n", "is empty"),
        ("height,weight\n1,2\n", "has no column with ids, names or addresses; it has 'height'"),
        ("height;weight\n1;2\n", "has no column with ids, names or addresses; it has 'height', 'w"),
        ("id,name\n", "names nobody"),
        ("id,name\n,\n", "names nobody"),
        ("id,id\n1,2\n", "has the column 'id' twice"),
        ("name,room\nAnn Li,A\nAnn Li,B\n", "has 'Ann Li' in rows 2 and 3, and nothing tells the"),
        ("id,name\n5,Ann\n5,Bob\n", "gives '5' to two students, in rows 2 and 3"),
        ("id,email\n5,a@b.org\n6,A@B.org\n", "gives 'a@b.org' to two students, in rows 2 and 3"),
        ('id,name\n5,"Ann\n', "is no CSV file"),
        (b"PK\x03\x04 a spreadsheet", "is a spreadsheet, or packed"),
        (b"\x89PNG\x00\x01", "is no CSV file"),
    ],
)
def test_a_roster_that_is_none_is_one_sentence(tmp_path, text, sentence):
    assert sentence in read_refusal(read_roster, write_file(tmp_path / "r.csv", text))


def test_an_unreadable_roster_is_one_sentence(tmp_path):
    assert "cannot be read: No such file" in read_refusal(read_roster, tmp_path / "nowhere.csv")
    assert "cannot be read: Is a directory" in read_refusal(read_roster, tmp_path)


def test_rows_that_say_nothing_or_the_same_are_noted(tmp_path):
    text = 'id,name,room\n5,Ann Li,A\n,,B\n5,"Li, Ann",C\n6,Bob,\n'
    roster = read_roster(write_file(tmp_path / "r.csv", text))
    assert [s.id for s in roster.students] == ["5", "6"]
    assert [*roster.notes] == [
        "Row 3 of the roster names nobody, and is left out.",
        "Row 4 of the roster repeats row 2.",
    ]


def test_two_students_of_one_name_are_two(tmp_path):
    roster = read_roster(write_file(tmp_path / "r.csv", "id,name\n1,Kim Lee\n2,Kim Lee\n"))
    assert [s.id for s in roster.find(("name",), "Lee, Kim")] == ["1", "2"]


# --- Late days ---

DUE = "due = 2026-10-05T12:00:00+00:00\npercent_per_day = 10\nmost_days = 3\ngrace_minutes = 30\n"


def test_each_day_that_has_begun_costs(tmp_path):
    policy = read_late_policy(write_file(tmp_path / "r.toml", DUE + '[extensions]\n"007" = 2\n'))
    times = write_file(
        tmp_path / "t.csv",
        "student;time\na;2026-10-05 12:30:00+00:00\nb;2026-10-05T12:31:00Z\n"
        "c;2026-10-08 12:00:00 +0000\nd;2026-10-09T00:00:00Z\ne;-\n",
    )
    times_by_student, strangers = read_times(times, lambda name: [Student(name)] * (name < "c"))
    assert strangers == ["c", "d"]
    ann = Student("ann")
    assert {student.id for student in times_by_student} == {"a", "b"}
    at = [parse_time(f"2026-10-{t}Z") for t in ("05 12:30", "05 12:31", "08 12:00", "09 00:00")]
    assert [*times_by_student.values()] == at[:2]
    assert [policy.count_days_late(ann, time, False) for time in (*at, None)] == [0, 1, 3, 4, 0]
    assert [policy.compute_cost(20, days) for days in (0, 1, 3, 4)] == [0, 2, 6, 20]
    bond = Student("007")
    assert [policy.count_days_late(bond, time, False) for time in at] == [0, 0, 1, 2]


BERLIN = 'zone = "Europe/Berlin"\n'


@pytest.mark.parametrize("machine", ["UTC", "America/Los_Angeles", "Asia/Tokyo"])
@pytest.mark.parametrize(
    ("rules", "text", "days"),
    [
        ("due = 2026-10-05T23:59:00+02:00", "5 October 2026, 11:00 PM", 0),
        ("due = 2026-10-05T23:59:00+02:00", "6. Oktober 2026, 00:00", 1),
        ("due = 2026-10-05T23:59:00+02:00", "2026-10-05 21:58:00 Z", 0),
        ("due = 2026-10-05T23:59:00+02:00", "2026-10-05 23:00:00 UTC", 1),
        ('zone = "Europe/Berlin"\ndue = 2026-10-05T23:59:00', "5 October 2026, 11:59 PM", 0),
        # On 25 October clocks there go back by an hour; written without a zone, and with one.
        ('zone = "Europe/Berlin"\ndue = 2026-10-20T23:59:00', "26 October 2026, 11:58 PM", 6),
        ('zone = "Europe/Berlin"\ndue = 2026-10-20T23:59:00', "2026-10-26T22:58:00Z", 6),
        ('zone = "Europe/Berlin"\ndue = 2026-10-20T21:59:00Z', "2026-10-26T23:00:00Z", 7),
        ("due = 2026-10-05T23:59:00-07:00\n[extensions]\nann = 2", "7 October 2026, 11:00 PM", 0),
        # The hour that comes twice, the one that is left out, and a day of 25 hours.
        (BERLIN + "due = 2026-10-25T02:30:00+01:00", "2026-10-25T00:45:00Z", 0),
        (BERLIN + "due = 2026-10-25T02:30:00+02:00", "2026-10-25T01:20:00Z", 1),
        (BERLIN + "due = 2027-03-28T01:55:00+01:00\ngrace_minutes = 10", "2027-03-28T01:04:00Z", 0),
        (BERLIN + "due = 2026-10-24T23:59:00", "2026-10-25T22:58:00Z", 1),
        (BERLIN + "due = 2027-03-27T23:59:00", "2027-03-28T22:01:00Z", 2),
    ],
)
def test_times_without_zone_take_the_deadline_s(tmp_path, monkeypatch, machine, rules, text, days):
    """Whatever the zone of the machine that grades: a hosted one is in UTC."""
    monkeypatch.setenv("TZ", machine)
    time.tzset()
    try:
        policy = read_late_policy(write_file(tmp_path / "r.toml", rules))
        table = write_file(tmp_path / "t.csv", f'student,time\nann,"{text}"\n')
        times, _ = read_times(table, zone=policy.zone)
        assert policy.count_days_late(Student("ann"), times[Student("ann")], False) == days
        assert policy.count_days_late(Student("ann"), parse_time(text), False) == days
    finally:
        monkeypatch.undo()
        time.tzset()


HANDED_IN = {  # Moodle's worksheet: full points, two late days of which one is free, a damaged one
    "Ada Ash_1_assignsubmission_file": "5 October 2026, 11:00 PM",
    "Bo Li_2_assignsubmission_file": "7 October 2026, 10:00 AM",
    "Cy Day_3_assignsubmission_file": "5 October 2026, 3:00 PM",
}
LATE = "due = 2026-10-05T23:59:00+02:00\nfree_days = 1\npercent_per_day = 50\n"


def test_moodles_times_are_read_in_the_deadline_s_zone_on_a_hosted_machine(tmp_path, monkeypatch):
    """From the worksheet to the marks, with the clock of a hosted runner."""
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    lines = ['Identifier,"Full name",Status,Grade,"Maximum grade","Last modified (submission)",']
    lines[0] += '"Last modified (grade)"'
    for number, (folder, sent) in enumerate(HANDED_IN.items(), start=1):
        lines.append(f'"Participant {number}","{folder.split("_")[0]}",Submitted,,20,"{sent}",-')
        data = b"{" if number == 3 else make_notebook(IMPORT, RIGHT["02-bits"])
        write_file(tmp_path / "in" / folder / "hw.ipynb", data)
    roster = write_file(tmp_path / "w.csv", "\n".join(lines))
    rules = write_file(tmp_path / "r.toml", LATE)
    call = ["grade", tmp_path / "in", "--out", tmp_path / "out", "--roster", roster]
    code = main([*map(str, [*call, "--late-rules", rules, "--assignment", ASSIGNMENT])])
    stored = json.loads((tmp_path / "out" / "results.json").read_text("utf-8"))
    ada, bo, cy = stored["submissions"]
    assert (ada["late"], ada["mark"]) == ("", 2)
    assert (bo["late"], bo["mark"]) == ("Late by 2 days. 1 of 2 points are taken off.", 1)
    book = (tmp_path / "out" / "gradebook" / "moodle.csv").read_text("utf-8")
    grades = [row["Grade"] for row in csv.DictReader(io.StringIO(book))]
    assert grades == ["2", "1", ""]  # what is damaged is no zero
    assert (code, cy["status"]) == (1, "invalid")
    deadline = "Due 2026-10-05 23:59 (UTC+02:00). Handed in 2026-10-05 23:00 (UTC+02:00)."
    assert ada["due"] == deadline
    for name in ("marks.csv", "report/Ada-Ash.html", "gradescope/Ada-Ash.json"):
        assert deadline in (tmp_path / "out" / name).read_text("utf-8-sig")
    for name in ("summary.md", "report/index.html", "report/class.html"):
        assert "a time that is written without a zone is read in" in (
            tmp_path / "out" / name
        ).read_text("utf-8")
    monkeypatch.undo()
    time.tzset()


def test_the_late_policy_describes_due_and_hand_in_times():
    due = parse_time("2026-10-05T23:59:00+02:00")
    policy = LatePolicy(due, grace_minutes=10, extensions={Student("bo"): 2.0})
    sentence = policy.describe(Student("ann"), parse_time("5 October 2026, 11:00 PM"))
    assert sentence == (
        "Due 2026-10-05 23:59 (UTC+02:00) and 10 minutes. Handed in 2026-10-05 23:00 (UTC+02:00)."
    )
    sentence = policy.describe(Student("bo"), parse_time("2026-10-07T21:59:30Z"))
    assert sentence.startswith(
        "Due 2026-10-07 23:59 (UTC+02:00) and 10 minutes. Handed in 2026-10-07"
    )
    assert sentence.endswith("23:59:30 (UTC+02:00).")
    assert policy.describe(Student("ann"), None).endswith("No time of the hand-in is known.")
    assert LatePolicy().describe(Student("ann"), due) == ""


@pytest.mark.parametrize(
    ("days", "cost"), [(0, 0), (1, 0), (2, 0), (3, 2), (4, 4), (5, 6), (6, 20)]
)
def test_free_days_cost_nothing_and_the_next_ones_do(tmp_path, days, cost):
    text = "free_days = 2\npercent_per_day = 10\nmost_days = 5\n"
    assert read_late_policy(write_file(tmp_path / "r.toml", text)).compute_cost(20, days) == cost


def test_of_several_times_the_latest_counts(tmp_path):
    rows = "a,2026-10-07 12:00Z\na,2026-10-09 12:00Z\na,2026-10-08 12:00Z\n"
    times, _ = read_times(write_file(tmp_path / "t.csv", "student,time\n" + rows))
    assert times[Student("a")].day == 9
    rows = "a,2026-10-07 12:00\na,2026-10-07 11:00Z\n"  # with a zone, and without one
    times, _ = read_times(write_file(tmp_path / "t.csv", "student,time\n" + rows))
    assert times[Student("a")].hour == 12


def test_a_flag_without_a_time_is_one_day():
    assert LatePolicy().count_days_late(Student("a"), None, True) == 1
    assert LatePolicy().compute_cost(20, 1) == 0
    policy = LatePolicy(
        extensions={Student("a"): 1.0, Student("b"): parse_time("2026-10-05T23:59:00Z")}
    )
    assert [policy.count_days_late(Student(id), None, True) for id in "abc"] == [0, 0, 1]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("due = ", "are no TOML"),
        ("due = 5", "say due = '5', which is no date with its time"),
        ("due = 2026-10-05", "which is no date with its time"),
        ('due = "2026-10-05"', "which is no date with its time"),
        ('due = "5 October 2026, 13:00 AM"', "which is no date with its time"),
        ("due = 9999-12-31T23:59:00-05:00", "for no deadline there is no such line"),
        ("due = 2026-10-05T23:59:00", "and not in which zone: write it as 2026-10-05T23:59:00+02"),
        ("[extensions]\nann = 2026-10-05T23:59:00", "and not in which zone"),
        ('zone = "Here"', "say zone = 'Here', which this machine does not know"),
        ("zone = 2", "say zone = '2', which this machine does not know"),
        ("percent = 5", "have a line 'percent' that means nothing here"),
        ('percent_per_day = "5"', "say percent_per_day = '5', which is no number"),
        ("percent_per_day = 101", "from 0 to 100 is possible"),
        ("percent_per_day = nan", "from 0 to 100 is possible"),
        ("extensions = 5", "need [extensions] to be a table"),
        ("[extensions]\nzoe = 3", "give an extension to 'zoe', whom nobody knows"),
        ("[extensions]\nann = -3", "from 0 to 1000 is possible"),
        ("[extensions]\nkim = 3", "give an extension to 'kim', which could mean several students"),
        ("[extensions]\nann = 3\nAnn = 2", "to 'Ann', who has one by another name"),
    ],
)
def test_rules_that_are_none_are_one_sentence(tmp_path, text, sentence):
    path = write_file(tmp_path / "r.toml", text)
    ann, kims = [Student("ann")], [Student("1", "kim"), Student("2", "kim")]
    result = {"ann": ann, "Ann": ann, "kim": kims}
    assert sentence in read_refusal(read_late_policy, path, lambda name: result.get(name, []))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("student\nann\n", "needs"),
        ("student,time\nann,tomorrow\n", "Row 2 of the table of times has 'tomorrow', which is no"),
    ],
)
def test_times_that_are_none_are_one_sentence(tmp_path, text, sentence):
    assert sentence in read_refusal(read_times, write_file(tmp_path / "t.csv", text))


# --- Corrections ---

HEAD = "student,question,points,reason\n"


def find_students(text):
    return {"ann": [0], "kim": [1, 2]}.get(text, [])


def test_corrections_count_and_are_shown(tmp_path):
    text = HEAD + 'ann,02-bits,1,"Half right, said in class"\n'
    (override,) = read_overrides(write_file(tmp_path / "o.csv", text), find_students, QUESTIONS)
    questions = tuple(make_result(q, NOT_STARTED) for q in QUESTIONS.values())
    result = SubmissionResult("ann", "", 0, ASSIGNMENT, GRADED, questions=questions)
    after = apply_override(result, [override])
    assert (after.earned, after.questions[0].by_hand) == (1, "Half right, said in class")
    assert result.earned == 0


@pytest.mark.parametrize("points", [0, 2])
@pytest.mark.parametrize("status", [MISSING, INVALID])
def test_a_corrected_file_that_was_empty_counts_as_graded_everywhere(tmp_path, status, points):
    was = fill_questions(SubmissionResult("Ann", "", 0, "", status, "It is empty."), ASSIGNMENT)
    result = apply_override(was, [Override(0, "02-bits", points, "On paper", 2)])
    pages = export_reports([result], tmp_path)
    missing = "0 submissions (1 student handed in nothing and has points by hand)"
    assert Totals.from_results([result]).counted == (
        missing if status == MISSING else "1 submission"
    )
    assert Totals.from_results([result]).shares == (100 * points / was.points,)
    assert load_results(tmp_path / "results.json")[0].status == GRADED
    assert f",graded,{points}," in (tmp_path / "marks.csv").read_text("utf-8")
    summary = (tmp_path / "summary.md").read_text("utf-8")
    assert "Not graded" not in summary
    by_hand = "Corrected by hand: On paper (02-bits)."
    reason = f"{by_hand} The grader found: It is empty."
    for file in ("marks.csv", "report/index.html", "report/Ann.html", "gradescope/Ann.json"):
        assert reason in (tmp_path / file).read_text("utf-8")
    by_hand = by_hand.replace(":", "&#58;")  # in Markdown
    assert f"| graded. {by_hand} | {points} of {was.points} |" in summary
    assert json.loads((tmp_path / "gradescope" / "Ann.json").read_text("utf-8"))["score"] == points
    assert 'errors="0"' in (tmp_path / "junit.xml").read_text("utf-8").split("<testsuite ")[1]
    index = (tmp_path / "report" / "index.html").read_text("utf-8")
    assert "<td>graded" in index
    assert "Isolation" not in index, "nothing ran"
    shown = Overview([result], [*pages])
    assert shown.to_json()["need_a_person"] == []
    (bits,) = [q for q in shown.to_json()["questions"] if q["question"] == "02-bits"]
    assert (bits["students"], bits["n_not_started"]) == (1, 0)
    assert apply_override(was, []) == was


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ("zoe,02-bits,1,x", "Row 2 of the corrections names 'zoe', who is not in the class"),
        (",02-bits,1,x", "Row 2 of the corrections names no student."),
        ("kim,02-bits,1,x", "names 'kim', which could mean several students"),
        ("ann,02-bit,1,x", "names the question '02-bit', which does not exist"),
        ("ann,02-bits,3,x", "gives 3 points, and 02-bits has 2"),
        ("ann,02-bits,-1,x", "gives '-1' points: a whole number from 0 to 2"),
        ("ann,02-bits,1.5,x", "gives '1.5' points: a whole number"),
        ("ann,02-bits,,x", "gives '' points"),
        ("ann,02-bits,1,", "gives no reason"),
        ("ann,02-bits,1,x\nann,02-bits,2,y", "Row 3 of the corrections corrects what row 2 has"),
    ],
)
def test_a_correction_that_makes_no_sense_is_one_sentence(tmp_path, row, sentence):
    path = write_file(tmp_path / "o.csv", HEAD + row + "\n")
    assert sentence in read_refusal(read_overrides, path, find_students, QUESTIONS)


def test_all_faults_of_corrections_are_told_at_once(tmp_path):
    path = write_file(tmp_path / "o.csv", HEAD + "zoe,02-bits,1,x\nann,02-bits,9,x\n")
    assert len(read_refusal(read_overrides, path, find_students, QUESTIONS).splitlines()) == 2


def test_missing_columns_of_corrections_are_named(tmp_path):
    path = write_file(tmp_path / "o.csv", "student,points\nann,1\n")
    assert "no column 'question' and no 'reason'" in read_refusal(
        read_overrides, path, find_students, QUESTIONS
    )


def test_a_correction_of_another_assignment_is_refused(tmp_path):
    (c,) = read_overrides(
        write_file(tmp_path / "o.csv", HEAD + "ann,02-bits,1,x\n"), find_students, QUESTIONS
    )
    result = SubmissionResult("ann", "", 0, "03-recurrent-networks", GRADED)
    assert "03-recurrent-networks does not ask that" in read_refusal(apply_override, result, [c])


# --- As platforms write in German ---

WORKSHEET = (
    'ID,"Vollständiger Name",E-Mail-Adresse,Status,Bewertung,Bestwertung,'
    '"Bewertung kann geändert werden","Zuletzt geändert (Abgabe)","Zuletzt geändert (Bewertung)",'
    '"Feedback als Kommentar"\n'
    'Teilnehmer/in4711,"Ada Lovelace",ada@example.org,Abgegeben,,"20,00",Ja,'
    '"Sonntag, 4. Oktober 2026, 23:27",-,"<p>Gut,\nso</p>"\n'
    'Teilnehmer/in12,"Bo Li",bo@example.org,-,"3,50","20,00",Ja,-,-,""\n'
)


def test_moodles_worksheet_in_german_is_read(tmp_path):
    roster = read_roster(write_file(tmp_path / "r.csv", WORKSHEET, "utf-8-sig"))
    ada, bo = roster.students
    assert (ada.key("moodle"), ada.name, ada.email) == ("4711", "Ada Lovelace", "ada@example.org")
    assert (bo.key("moodle"), bo.key("id")) == ("12", "")
    assert (parse_time(ada.time).day, parse_time(ada.time).hour, parse_time(bo.time)) == (
        4,
        23,
        None,
    )


def test_moodles_worksheet_in_german_is_filled_in(tmp_path):
    """Its importer looks for its own names of columns, which it has in its own language."""
    book, (head, ada, bo) = fill_worksheet(tmp_path, WORKSHEET)
    assert {"ID", "Bewertung", "Zuletzt geändert (Bewertung)"} <= {*head}
    assert "Feedback als Kommentar" not in head
    cell = head.index("Bewertung")
    assert (ada[0], ada[cell], bo[0], bo[cell]) == (
        "Teilnehmer/in4711",
        "0",
        "Teilnehmer/in12",
        "3,50",
    )
    (note,) = book.notes
    assert "without 'Feedback als Kommentar'" in note


def fill_worksheet(tmp_path, text):
    """Fill in a worksheet of Moodle's for two students, the first of whom has handed in."""
    roster = read_roster(write_file(tmp_path / "r.csv", text))
    results = [SubmissionResult("a", "", 0, ASSIGNMENT, status) for status in (GRADED, MISSING)]
    book = build_moodle_gradebook([Member(student) for student in roster.students], results, roster)
    return book, csv.reader(io.StringIO(book.text))


def test_a_head_with_tags_is_the_head_that_it_shows(tmp_path):
    _, rows = fill_worksheet(tmp_path, WORKSHEET.replace(",Bewertung", ",<b>Bewertung</b>"))
    head, ada, _ = rows
    assert ada[head.index("<b>Bewertung</b>")] == "0"


@pytest.mark.parametrize(
    "text",
    [
        "Matrikelnummer;Nachname;Vorname;E-Mail-Adresse\n00123;Lovelace;Ada;a@example.org\n",
        "Kennung;Name\n00123;Ada Lovelace\n",
        "ID-Nummer;Vollsta\u0308ndiger Name\n00123;Ada Lovelace\n",
    ],
)
def test_a_roster_with_german_column_names_is_read(tmp_path, text):
    (student,) = read_roster(write_file(tmp_path / "r.csv", text)).students
    assert (student.id, student.name) == ("00123", "Ada Lovelace")


@pytest.mark.parametrize("first", ["identifier", "ID"])
def test_other_tables_are_no_worksheet_of_moodles(tmp_path, first):
    more = "github_username" if first == "identifier" else "Bewertung"
    roster = read_roster(write_file(tmp_path / "r.csv", f"{first},{more},name\ns4711,x,Ada\n"))
    assert not is_moodle(roster.table)
    assert roster.students[0].id == "s4711"


# --- Canvas's gradebook ---

LOGIN = "da39a3ee5e6b4b0d3255bfef95601890afd80709"

CANVAS_HEAD = "Student,ID,SIS User ID,SIS Login ID,Section,PS 1 (98),PS 2 (99),Exam (7),Final Score"
MOODLE_HEAD = "Identifier,Full name,Email address,Status,Grade,Maximum grade"


def write_submission(tmp_path, name):
    """Write a file that was handed in; return the command that grades it with its roster."""
    path = write_file(tmp_path / "in" / name, "{}").parent
    call = ["grade", path, "--out", tmp_path / "out", "--roster", tmp_path / "r.csv"]
    return [*map(str, call)]


@pytest.mark.parametrize(
    ("title", "phrase"),
    [
        ("PS  2", "no assignment 'PS  2'; did you mean 'PS 2' or 'PS 1'? To make"),
        ("ps 2", "did you mean 'PS 2' or 'PS 1'?"),
        ("Exma", "did you mean 'Exam'?"),
        ("Recurrence", "no assignment 'Recurrence' and none of a title near it. To make a new"),
    ],
)
def test_a_typo_in_an_assignment_title_writes_nothing(tmp_path, monkeypatch, capsys, title, phrase):
    monkeypatch.setenv("RNNCOURSE_SECRET", "enough of a secret")
    write_file(
        tmp_path / "r.csv", f'{CANVAS_HEAD}\n    Points Possible,,,,,20,20,9,\n"Lee, Ann",5,7,a,A\n'
    )
    call = write_submission(tmp_path, "leeann_5_9_hw.ipynb")
    assert main([*call, "--column", title]) not in (0, 1)
    assert phrase in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
    assert main([*call, "--column", title, "--new-column"]) in (0, 1)
    head = (tmp_path / "out" / "gradebook" / "canvas.csv").read_text("utf-8-sig").splitlines()[0]
    assert head.endswith(f",{title}")


def test_a_title_is_refused_where_no_table_has_titles(tmp_path, capsys):
    write_file(tmp_path / "r.csv", f"{MOODLE_HEAD}\nParticipant 5,Ann Lee,a@b.org,,,20\n")
    assert main([*write_submission(tmp_path, "hw.ipynb"), "--column", "PS 2"]) not in (0, 1)
    assert "'PS 2': Moodle's worksheet is of one assignment." in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("head", "rows"),
    [
        (
            "Student,ID,SIS User ID,SIS Login ID,Section,Hw (9)",
            [
                ',,,,,"Manual Posting"',
                '    Points Possible,,,,,"24,00"',
                '"Lee, Ann",5,007,ann,A,',
                f'"Student, Test",6,,{LOGIN},A,',
            ],
        ),
        (
            "LastName,FirstName,ID,SIS Login ID,Section,Hw (9)",
            ["    Points Possible,,,,,24.00", "Lee,Ann,5,ann,A,", f"Schueler,Test,6,{LOGIN},A,"],
        ),
        (
            "Student,ID,SIS Login ID,Section,Hw (9)",
            ["Points Possible,,,,24", '"Lee, Ann",5,ann,A,', '"Student, Test",6,,A,'],
        ),
    ],
)
def test_canvas_test_student_is_left_out_of_the_roster(tmp_path, head, rows):
    """It is in every gradebook of a course that a teacher has looked at as a student."""
    roster = read_roster(write_file(tmp_path / "r.csv", "\n".join([head, *rows]) + "\n"))
    (ann,) = roster.students
    assert (ann.key("canvas"), sorted(ann.name.replace(",", "").split())) == ("5", ["Ann", "Lee"])
    assert [s.key("canvas") for s in roster.nobody] == ["6"]
    (note,) = roster.notes
    assert note.endswith("of the roster is Canvas's test student, and is left out.")
    result = SubmissionResult("a", "", 0, ASSIGNMENT, GRADED, questions=FULL)
    book = build_canvas_gradebook([Member(ann)], [result], "Hw", roster)
    assert book.notes == ()  # 24,00 points are 24
    assert len(lines := book.text.splitlines()) == 3
    assert lines[0].endswith("Hw (9)")


def test_a_student_named_test_student_is_kept(tmp_path):
    rows = 'Student,ID,SIS User ID,SIS Login ID,Section\n"Student, Test",6,,ts12,A\n'
    assert len(read_roster(write_file(tmp_path / "r.csv", rows)).students) == 1
    assert (
        len(read_roster(write_file(tmp_path / "s.csv", 'id,name\n6,"Student, Test"\n')).students)
        == 1
    )
