"""Files find their students, whatever they are called; one attempt counts; nobody is lost."""

import os
import zipfile
from dataclasses import replace

import pytest

from rnncourse.grading.batch.results import read_package_version
from rnncourse.grading.batch.submissions import collect_submissions
from rnncourse.grading.classes.attempts import BEST
from rnncourse.grading.classes.cohort import ClassOptions, Cohort
from rnncourse.grading.classes.layouts import parse_canvas, parse_moodle
from rnncourse.grading.classes.mark_changes import list_mark_changes
from rnncourse.grading.classes.tables import ClassDataError
from rnncourse.grading.judging import NOT_STARTED, PASSED, WRONG, make_result
from rnncourse.grading.registry import load_questions
from rnncourse.grading.reports.exports import export_reports, load_results
from rnncourse.grading.reports.page import render_submission_page
from rnncourse.grading.results import GRADED, INVALID, MISSING, SubmissionResult

from ..handed_in import write_file

ASSIGNMENT = "02-language-models"
QUESTIONS = list(load_questions(ASSIGNMENT).values())
ALL = str(len(QUESTIONS))
"""The text of a file all of whose questions are right."""
ROSTER = (
    "sid,name,github_username\n007,Ann Lee,ann-lee\n008,Bo Li,bo\n009,Kim Wu,kim\n010,Kim Wu,\n"
)


def collect_cohort(top, tmp_path, roster=ROSTER, **options):
    path = tmp_path / "roster.csv"
    if roster:
        path.write_text(roster, "utf-8")
    paths = top if isinstance(top, list) else [top]
    return Cohort.collect(paths, ClassOptions(roster=path if roster else None, **options))


def mark_notebook(s):
    """Grade a file that says how many questions are right, or that it is of another assignment."""
    text = "?" if s.reason else s.read().decode()
    result = SubmissionResult(s.name, text, 1, ASSIGNMENT, GRADED)
    if s.reason or text == "broken":
        return replace(result, assignment="", status=INVALID, reason=s.reason or "It is broken.")
    if text == "other":
        right = make_result(QUESTIONS[0], PASSED, earned=2)
        return replace(result, assignment="03-recurrent-networks", questions=(right,))
    count = int(text)
    questions = tuple(
        make_result(q, PASSED, earned=q.points)
        if n < count
        else make_result(q, WRONG if count else NOT_STARTED)
        for n, q in enumerate(QUESTIONS)
    )
    return replace(result, questions=questions)


def join_results(cohort):
    results = cohort.build_results([mark_notebook(s) for s in cohort.submissions], ASSIGNMENT)
    assert len(results) == len(cohort.members)
    return {r.student or r.name: r for r in results}


def list_states(cohort):
    return {name: (r.status, r.earned) for name, r in join_results(cohort).items()}


FULL = sum(q.points for q in QUESTIONS)


def sum_points(count):
    return sum(q.points for q in QUESTIONS[:count])


# --- Names of platforms ---


@pytest.mark.parametrize(
    ("name", "user", "late"),
    [
        ("lovelaceada_12345_678901_notebook-1.ipynb", "12345", False),
        ("lovelaceada_LATE_12345_678901_hw.ipynb", "12345", True),
        ("oneil_mary_12345_678901_my_1_2_hw.ipynb", "12345", False),
        ("ʻōpūʻulaō_LATE_1_678_a\nb.ipynb", "1", True),
        ("lovelaceada_12345_text.html", "12345", False),
        ("lovelaceada_LATE_12345_link.html", "12345", True),
        ("anon_x1Y2z_678901_hw.ipynb", "anon_x1Y2z", False),
        ("LATE_anon_x1Y2z_678901_hw.ipynb", "anon_x1Y2z", True),
        ("hw.ipynb", None, None),
        ("hw_2026_10_05.ipynb", None, None),
        ("02-language-models.ipynb", None, None),
        ("Ann Lee_1_234_x.ipynb", None, None),
    ],
)
def test_file_names_of_canvas_are_told_from_similar_ones(name, user, late):
    owner = parse_canvas(name)
    assert (owner and owner.key, owner and owner.late) == (user, late)


@pytest.mark.parametrize("end", ["", "_", "_hw.ipynb"])
def test_moodle_file_names_are_parsed(end):
    owner = parse_moodle(f"Ada Lovelace_4711_assignsubmission_file{end}")
    assert (owner.key, owner.name) == ("4711", "Ada Lovelace")
    assert parse_moodle(f"Ada_4711_assignfeedback_file{end}") is None


def test_a_few_files_that_look_like_canvas_are_none(tmp_path):
    for name in ("a_1_234_x.ipynb", "b.ipynb", "c.ipynb"):
        write_file(tmp_path / "in" / name, "1")
    cohort = collect_cohort(tmp_path / "in", tmp_path, None)
    assert not cohort.has_students
    assert len(join_results(cohort)) == 3


# --- Whose it is ---


@pytest.mark.parametrize(
    ("path", "student"),
    [
        ("007/hw.ipynb", "007"),
        ("7.ipynb", "007"),
        ("Lee, Ann.ipynb", "007"),
        ("section A/Ann Lee/work/hw.ipynb", "007"),
        ("hw1_008.ipynb", "008"),
        ("ann-lee/bo.ipynb", "007"),  # what is inside was named by the student
        ("Kim Wu/hw.ipynb", None),
        ("hw.ipynb", None),
        ("02.ipynb", None),
    ],
)
def test_a_part_of_the_path_names_the_student(tmp_path, path, student):
    write_file(tmp_path / "in" / path, ALL)
    cohort = collect_cohort(tmp_path / "in", tmp_path)
    result = list_states(cohort)
    if student:
        assert result.pop(student) == (GRADED, FULL)
        assert set(result.values()) == {(MISSING, 0)}
    else:
        assert len(result) == 5
        assert [r.notes[0] for r in join_results(cohort).values() if r.earned] == [
            "Not in the roster."
        ]
        assert "Kim" not in path or any("'009' or '010'" in note for note in cohort.notes)


def test_folders_side_by_side_are_read_as_the_folder_around_them(tmp_path):
    """`grade class/* --roster ...` knows the students as `grade class` does."""
    for name in ("007", "008"):
        # As the student likes: it says nothing
        write_file(tmp_path / "in" / name / "009.ipynb", ALL)
        write_file(tmp_path / "of" / f"Bo Li_{name}_assignsubmission_file" / "hw.ipynb", ALL)
    paths = sorted((tmp_path / "in").iterdir())
    assert list_states(collect_cohort(paths, tmp_path)) == list_states(
        collect_cohort(tmp_path / "in", tmp_path)
    )
    assert list_states(collect_cohort(paths, tmp_path))["007"] == (GRADED, FULL)
    cohort = collect_cohort(sorted((tmp_path / "of").iterdir()), tmp_path, None)
    assert (cohort.platforms, len(cohort.members)) == (("moodle",), 2)


def test_participant_numbers_of_moodle_are_no_student_ids(tmp_path):
    """The participant 7 is not the student 007, unless the name says so."""
    write_file(tmp_path / "in" / "Bo Li_7_assignsubmission_file" / "hw.ipynb", ALL)
    assert list_states(collect_cohort(tmp_path / "in", tmp_path))["008"] == (GRADED, FULL)
    plain = collect_cohort(tmp_path / "in", tmp_path, ROSTER.replace("sid", "id"))
    assert list_states(plain)["008"] == (GRADED, FULL)


def test_two_students_of_one_name_on_a_platform_are_not_merged(tmp_path):
    """The roster has one Ann Lee and the platform two: one of them is somebody else."""
    for number, text in ((11, ALL), (12, "2")):
        write_file(tmp_path / "in" / f"Ann Lee_{number}_assignsubmission_file" / "hw.ipynb", text)
    write_file(tmp_path / "in" / "Bo Li_13_assignsubmission_file" / "hw.ipynb", ALL)
    cohort = collect_cohort(tmp_path / "in", tmp_path)
    result = list_states(cohort)
    assert (result["11"], result["12"]) == ((GRADED, FULL), (GRADED, sum_points(2)))
    assert (result["007"], result["008"]) == ((MISSING, 0), (GRADED, FULL))
    (sentence,) = [note for note in cohort.notes if "Moodle has several students 'Ann Lee'" in note]
    assert sentence.endswith("join them by hand.")
    worksheet = 'Identifier,"Full name"\nParticipant 11,Ann Lee\nParticipant 12,Ann Lee\n'
    cohort = collect_cohort(tmp_path / "in", tmp_path, worksheet)
    assert [list_states(cohort)[number] for number in ("11", "12")] == [
        (GRADED, FULL),
        (GRADED, sum_points(2)),
    ]
    assert not any("by hand" in note for note in cohort.notes)


def test_a_student_on_two_platforms_is_one(tmp_path):
    first = write_file(tmp_path / "hw-submissions" / "hw-ann-lee" / "hw.ipynb", "2").parents[1]
    second = write_file(tmp_path / "in" / "leeann_12_678_hw.ipynb", ALL).parent
    cohort = collect_cohort([first, second], tmp_path)
    result = join_results(cohort)["007"]
    assert result.earned == FULL
    assert "nobody can tell which is the latest, so the best" in result.choice
    assert "On two platforms: Ann Lee." in cohort.notes
    (sentence,) = [note for note in cohort.notes if "which attempt is the latest" in note]
    assert sentence.endswith("so the best one counts: Ann Lee.")


def test_two_exports_of_one_platform_are_joined(tmp_path):
    write_file(tmp_path / "a" / "leeann_12_678_hw.ipynb", ALL)
    write_file(tmp_path / "b" / "leeann_LATE_12_679_hw-1.ipynb", "2")
    cohort = collect_cohort([tmp_path / "a", tmp_path / "b"], tmp_path)
    result = join_results(cohort)["007"]
    lateness = "Late by at least 1 day: Canvas marks the file as late, without a time."
    assert (result.earned, result.late) == (sum_points(2), lateness)
    best = collect_cohort([tmp_path / "a", tmp_path / "b"], tmp_path, attempt=BEST)
    assert (join_results(best)["007"].earned, join_results(best)["007"].late) == (FULL, "")


def test_of_two_submissions_to_gradescope_the_one_that_came_last_counts(tmp_path):
    lines = ["---"]
    for number, day, text in ((1, 5, "2"), (2, 4, ALL)):
        write_file(tmp_path / "in" / f"submission_{number}" / "hw.ipynb", text)
        lines += [f"submission_{number}:", "  :submitters:", "  - :name: Ann Lee"]
        lines += ["    :sid: '007'", f"  :created_at: 2026-10-0{day} 21:27:00 Z"]
    write_file(tmp_path / "in" / "submission_metadata.yml", "\n".join(lines))
    result = join_results(collect_cohort(tmp_path / "in", tmp_path))["007"]
    assert (result.earned, "the latest one counts" in result.choice) == (sum_points(2), True)
    best = collect_cohort(tmp_path / "in", tmp_path, attempt=BEST)
    assert join_results(best)["007"].earned == FULL


def test_a_time_is_of_the_last_attempt(tmp_path):
    """A table says when a student was done, so an attempt before that is as late as Canvas says."""
    write_file(tmp_path / "in" / "leeann_12_678_hw.ipynb", "7")
    write_file(tmp_path / "in" / "leeann_LATE_12_679_hw-1.ipynb", ALL)
    late = write_file(tmp_path / "late.toml", "due = 2026-10-05T12:00:00Z\npercent_per_day = 50\n")
    times = write_file(tmp_path / "times.csv", "student,time\n007,2026-10-06 11:00Z\n")
    options = {"late": late, "times": times}
    best = join_results(collect_cohort(tmp_path / "in", tmp_path, attempt=BEST, **options))["007"]
    assert (best.earned, best.late, best.deducted) == (sum_points(7), "", 0)
    last = join_results(collect_cohort(tmp_path / "in", tmp_path, **options))["007"]
    assert (last.earned, last.deducted) == (FULL, FULL / 2)
    assert last.late.startswith("Late by 1 day.")


def test_work_of_canvas_test_student_is_not_graded(tmp_path):
    login = "da39a3ee5e6b4b0d3255bfef95601890afd80709"
    rows = f'Student,ID,SIS Login ID,Section\n"Lee, Ann",12,ann,A\n"Student, Test",13,{login},A\n'
    write_file(tmp_path / "in" / "leeann_12_678_hw.ipynb", ALL)
    write_file(tmp_path / "in" / "studenttest_13_679_hw.ipynb", "1")
    cohort = collect_cohort(tmp_path / "in", tmp_path, rows)
    assert [*join_results(cohort)] == ["ann"]
    assert len(cohort.submissions) == 1
    assert "What Canvas's test student handed in is nobody's, and is not graded." in cohort.notes


def test_hostile_names_are_text(tmp_path):
    names = ["<script>", "=1+1", "a\u202eb", "..", "CON", "x" * 90, "tab\tin"]
    lines = ["id,name", *(f'{n},"{name}"' for n, name in enumerate(names)), '98,"two\nlines"']
    for n in range(len(names)):
        write_file(tmp_path / "in" / f"00{n}" / "hw.ipynb", ALL)
    cohort = collect_cohort(tmp_path / "in", tmp_path, "\n".join(lines) + "\n")
    results = cohort.build_results([mark_notebook(s) for s in cohort.submissions], ASSIGNMENT)
    pages = export_reports(results, tmp_path / "out", cohort.notes)
    assert len(pages) == len({name.casefold() for name in pages}) == len(names) + 1
    assert all((tmp_path / "out" / "report" / name).is_file() for name in pages)
    text = "".join(pages.values()) + (tmp_path / "out" / "marks.csv").read_text("utf-8")
    assert "<script>" not in "".join(pages.values())
    assert "\u202e" not in text
    assert "\n=1" not in text


# --- What counts ---


def test_only_answers_to_the_assignment_are_attempts(tmp_path):
    for name, text in (("hw", "2"), ("scratch", "0"), ("03", "other"), ("bad", "broken")):
        write_file(tmp_path / "in" / "007" / f"{name}.ipynb", text)
    result = join_results(collect_cohort(tmp_path / "in", tmp_path))["007"]
    assert result.earned == sum_points(2)
    assert result.choice.startswith("Counted: `hw.ipynb`. Not counted: ")
    for phrase in ("`scratch.ipynb` (no answer in it)", "03-recurrent-networks", "It is broken"):
        assert phrase in result.choice


def test_blank_notebooks_answer_nothing(tmp_path):
    for name in ("01", "02", "03"):
        write_file(tmp_path / "in" / "007" / f"{name}.ipynb", "0")
    result = join_results(collect_cohort(tmp_path / "in", tmp_path))["007"]
    assert (result.status, result.earned, result.notes) == (GRADED, 0, ())
    assert result.choice.startswith("Counted: `01.ipynb`. Not counted: ")


@pytest.mark.parametrize(
    ("files", "status", "reason"),
    [
        ({"hw.html": ""}, INVALID, "It is a web page: hand in the notebook itself"),
        ({"a.txt": "", "b.png": ""}, INVALID, "No notebook was handed in, but `a.txt`, `b.png`."),
        ({"hw.ipynb": "broken"}, INVALID, "It is broken."),
        ({"03.ipynb": "other"}, INVALID, "Nothing for 02-language-models: what was handed in"),
        ({}, MISSING, "The folder is empty: nothing was handed in."),
    ],
)
def test_a_student_without_a_valid_file_has_a_row_with_the_reason(tmp_path, files, status, reason):
    write_file(tmp_path / "in" / "008" / "hw.ipynb", ALL)
    (tmp_path / "in" / "007").mkdir()
    for name, text in files.items():
        write_file(tmp_path / "in" / "007" / name, text)
    result = join_results(collect_cohort(tmp_path / "in", tmp_path))["007"]
    assert (result.status, result.earned) == (status, 0)
    assert reason in result.reason
    assert result.points == FULL


def test_archives_and_links_inside_are_one_sentence(tmp_path):
    with zipfile.ZipFile(tmp_path / "class.zip", "w") as archive:
        archive.writestr("leeann_12_678_hw.zip", "PK")
        archive.writestr("libo_13_679_../../hw.ipynb", ALL)
    results = join_results(collect_cohort(tmp_path / "class.zip", tmp_path))
    assert results["007"].reason == "It is not a zip file, or it is damaged."
    assert results["008"].status in (INVALID, MISSING)
    write_file(tmp_path / "solution.ipynb", ALL)
    (tmp_path / "in" / "008").mkdir(parents=True)
    os.symlink(tmp_path / "solution.ipynb", tmp_path / "in" / "008" / "hw.ipynb")
    results = join_results(collect_cohort(tmp_path / "in", tmp_path))
    assert "links are not followed" in results["008"].reason


def test_a_zip_file_that_a_student_uploaded_is_opened(tmp_path):
    """Canvas packs what was uploaded, so that a packed notebook is in a zip file in a zip file."""
    with zipfile.ZipFile(tmp_path / "mine.zip", "w") as archive:
        archive.writestr("work/008.ipynb", "1")
    with zipfile.ZipFile(tmp_path / "class.zip", "w") as archive:
        archive.writestr("leeann_12_678_hw.zip", (tmp_path / "mine.zip").read_bytes())
    result = join_results(collect_cohort(tmp_path / "class.zip", tmp_path))
    assert (result["007"].status, result["007"].earned) == (GRADED, sum_points(1))
    assert result["008"].status == MISSING


def test_the_page_of_who_handed_in_nothing_names_the_version(tmp_path):
    write_file(tmp_path / "in" / "007" / "hw.ipynb", "1")
    absent = join_results(collect_cohort(tmp_path / "in", tmp_path))["008"]
    assert (absent.status, absent.version) == (MISSING, read_package_version())
    assert f"<code>rnncourse {read_package_version()}</code>" in render_submission_page(absent)


LATE = "due = 2026-10-05T12:00:00+00:00\npercent_per_day = 10\n"


def test_unknown_late_days_are_reported(tmp_path):
    """Rules without times would be a promise that everybody was in time."""
    late = write_file(tmp_path / "late.toml", LATE)
    times = write_file(
        tmp_path / "t.csv", "student,time\n007,2026-10-06 12:00Z\nzoe,2026-10-06 12:00Z\n"
    )
    for name in ("007", "008"):
        write_file(tmp_path / "in" / name / "hw.ipynb", ALL)
    with pytest.raises(ClassDataError, match="nothing says whose these files are: give a roster"):
        collect_cohort(tmp_path / "in", tmp_path, None, late=late)
    cohort = collect_cohort(tmp_path / "in", tmp_path, late=late, times=times)
    assert join_results(cohort)["007"].deducted == FULL / 10
    assert "In the table of times, but not one student of the class: zoe." in cohort.notes
    assert "Counted as in time, because nothing says when it came: Bo Li." in cohort.notes
    write_file(tmp_path / "c" / "leeann_12_678_hw.ipynb", ALL)  # Canvas would say so
    cohort = collect_cohort(tmp_path / "c", tmp_path, late=late)
    assert join_results(cohort)["007"].late == ""
    assert not any("in time" in note for note in cohort.notes)


def test_of_identical_copies_the_earliest_counts(tmp_path):
    for name in ("leeann_12_678_hw.ipynb", "leeann_LATE_12_679_hw-1.ipynb"):
        write_file(tmp_path / "in" / name, ALL)
    late = write_file(tmp_path / "late.toml", LATE)
    assert join_results(collect_cohort(tmp_path / "in", tmp_path, late=late))["007"].deducted == 0
    write_file(tmp_path / "in" / "leeann_LATE_12_679_hw-1.ipynb", "1")  # another one, later
    assert (
        join_results(collect_cohort(tmp_path / "in", tmp_path, late=late))["007"].deducted
        == sum_points(1) / 10
    )


@pytest.mark.parametrize("name", ["007", "7", "Ann Lee", "Lee, Ann"])
def test_a_name_that_is_found_counts_in_extensions_and_times(tmp_path, name):
    """Lost zeros and turned names too: an extension that is accepted is applied."""
    times = write_file(tmp_path / "t.csv", f'student,time\n"{name}",2026-10-06 12:00Z\n')
    write_file(tmp_path / "in" / "007" / "hw.ipynb", ALL)
    for text, cost in (("", FULL / 10), (f'[extensions]\n"{name}" = 1\n', 0)):
        late = write_file(tmp_path / "late.toml", LATE + text)
        cohort = collect_cohort(tmp_path / "in", tmp_path, late=late, times=times)
        assert join_results(cohort)["007"].deducted == cost
        assert not any("table of times" in note for note in cohort.notes)


def test_a_layout_that_nothing_has_is_refused(tmp_path):
    write_file(tmp_path / "in" / "007" / "hw.ipynb", ALL)
    with pytest.raises(ClassDataError, match="No file has a name as Moodle gives it"):
        collect_cohort(tmp_path / "in", tmp_path, layout="moodle")
    assert list_states(collect_cohort(tmp_path / "in", tmp_path, layout="files"))["007"] == (
        GRADED,
        FULL,
    )


def test_names_with_commas_are_told_apart(tmp_path):
    write_file(tmp_path / "in" / "1" / "hw.ipynb", ALL)
    cohort = collect_cohort(tmp_path / "in", tmp_path, 'id,name\n1,Zoe\n2,"Lee, Ann"\n3,Bo\n')
    join_results(cohort)
    assert "Nothing came from Lee, Ann; Bo." in cohort.notes
    cohort = collect_cohort(tmp_path / "in", tmp_path, "id,name\n1,Zoe\n2,Kim Wu\n3,Kim Wu\n")
    join_results(cohort)
    assert "Nothing came from Kim Wu (2), Kim Wu (3)." in cohort.notes


def test_results_of_an_older_format_are_reported(tmp_path):
    write_file(tmp_path / "in" / "007" / "hw.ipynb", ALL)
    cohort = collect_cohort(tmp_path / "in", tmp_path)
    results = [*join_results(cohort).values()]
    assert cohort.report_mark_changes(results, tmp_path / "new") == []
    old = '{"schema": "rnncourse-results/1", "submissions": [{"schema": "rnncourse-result/1"}]}'
    for text in (old, "", "[]"):
        write_file(tmp_path / "out" / "results.json", text)
        (sentence,) = cohort.report_mark_changes(results, tmp_path / "out")
        assert sentence.startswith("The run before left results of another form")


def test_without_a_roster_each_file_is_a_submission(tmp_path):
    for name, text in (("ann.ipynb", ALL), ("ben.ipynb", "broken"), ("zoe.html", "")):
        write_file(tmp_path / "in" / name, text)
    cohort = collect_cohort(tmp_path / "in", tmp_path, None)
    assert [s.name for s in cohort.submissions] == [
        s.name for s in collect_submissions([tmp_path / "in"])
    ]
    assert {name: r.points for name, r in join_results(cohort).items()} == dict.fromkeys(
        ("ann.ipynb", "ben.ipynb", "zoe.html"), FULL
    )


# --- Corrections and moves ---


def test_a_correction_survives_and_moves_a_mark(tmp_path):
    write_file(tmp_path / "in" / "007" / "hw.ipynb", "1")
    before = [*join_results(collect_cohort(tmp_path / "in", tmp_path)).values()]
    export_reports(before, tmp_path / "out")
    rows = (
        f"student,question,points,reason\nAnn Lee,{QUESTIONS[1].id},1,Nearly\n008,02-bits,2,Oral\n"
    )
    path = write_file(tmp_path / "overrides.csv", rows)
    after = join_results(collect_cohort(tmp_path / "in", tmp_path, overrides=path))
    assert (after["007"].earned, after["008"].earned) == (sum_points(1) + 1, 2)
    assert after["008"].status == GRADED
    late = write_file(tmp_path / "late.toml", LATE.replace("10\n", "50\n"))
    times = write_file(tmp_path / "t.csv", "student,time\n007,2026-10-06 12:00Z\n")
    corrected = collect_cohort(tmp_path / "in", tmp_path, overrides=path, late=late, times=times)
    # Of what counts in the end
    assert join_results(corrected)["007"].deducted == (sum_points(1) + 1) / 2
    result = list_mark_changes(load_results(tmp_path / "out" / "results.json"), [*after.values()])
    assert [(m.student, m.before, m.after, m.questions) for m in result] == [
        ("007", 2, 3, (QUESTIONS[1].id,)),
        ("008", 0, 2, ("02-bits",)),
    ]
    assert str(result[0]) == f"Ann Lee: 2 → 3 ({QUESTIONS[1].id})"


def test_an_ambiguous_name_in_a_correction_raises(tmp_path):
    write_file(tmp_path / "in" / "007" / "hw.ipynb", "1")
    path = write_file(tmp_path / "o.csv", "student,question,points,reason\nKim Wu,02-bits,1,x\n")
    with pytest.raises(ClassDataError, match="'Kim Wu', which could mean several students"):
        collect_cohort(tmp_path / "in", tmp_path, overrides=path)


def test_exports_have_the_columns_of_their_platform(tmp_path):
    """Also without their own tables: by the numbers in the names."""
    write_file(tmp_path / "in" / "leeann_12_678_hw.ipynb", ALL)
    write_file(tmp_path / "more" / "Bo Li_4711_assignsubmission_file" / "hw.ipynb", "1")
    cohort = collect_cohort([tmp_path / "in", tmp_path / "more"], tmp_path)
    results = [*join_results(cohort).values()]
    pages = export_reports(results, tmp_path / "out", cohort.notes)
    sentences = cohort.write_exports(results, pages, tmp_path / "out")
    canvas_csv = (tmp_path / "out" / "gradebook" / "canvas.csv").read_text("utf-8").splitlines()
    assert canvas_csv[0] == f"Student,ID,SIS User ID,SIS Login ID,Section,{ASSIGNMENT}"
    assert canvas_csv[2] == f"Ann Lee,12,007,,,{FULL}"
    moodle_csv = (tmp_path / "out" / "gradebook" / "moodle.csv").read_text("utf-8").splitlines()
    assert moodle_csv[1:] == [f"Participant 4711,Bo Li,,graded,{sum_points(1)},{FULL},-"]
    assert [s for s in sentences if s.startswith("Moodle has no number for Ann Lee, ")]
    for platform, name in (
        ("canvas", "leeann_12_678_feedback.html"),
        ("moodle", "Bo Li_4711_assignsubmission_file/feedback.html"),
    ):
        with zipfile.ZipFile(tmp_path / "out" / "feedback" / f"{platform}.zip") as archive:
            assert archive.namelist() == [name]
            assert b"<!doctype html>" in archive.read(name)


def test_students_without_a_feedback_page_are_named(tmp_path):
    """A file that does not bear the name it got from Canvas is graded, and no page can go back."""
    for name in ("leeann_12_678_hw", "wukim_13_679_hw", "Bo Li"):
        write_file(tmp_path / "in" / f"{name}.ipynb", ALL)
    cohort = collect_cohort(tmp_path / "in", tmp_path)
    assert join_results(cohort)["008"].earned == FULL
    (sentence,) = [note for note in cohort.notes if note.startswith("In no zip file of feedback")]
    assert sentence.endswith(": Bo Li.")


def test_pages_of_an_earlier_class_are_not_handed_back(tmp_path):
    """Another class into the same folder: no page and no table of the first one is left."""
    out = tmp_path / "out"
    for name in ("leeann_12_678_hw.ipynb", "Bo Li_4711_assignsubmission_file/hw.ipynb"):
        folder = tmp_path / name.split("_", maxsplit=1)[0]
        write_file(folder / name, ALL)
        own_file = write_file(folder / "notes.txt", "1").name
        cohort = collect_cohort(folder, tmp_path, None)
        results = [*join_results(cohort).values()]
        pages = export_reports(results, out, cohort.notes)
        cohort.write_exports(results, pages, out)
        write_file(out / "report" / own_file, "1")
    actual = {str(path.relative_to(out)) for path in out.rglob("*.*") if path.suffix != ".json"}
    assert actual == {
        "marks.csv", "junit.xml", "summary.md", "report/index.html", "report/notes.txt",
        *(f"report/{page}" for page in pages), "gradebook/moodle.csv", "feedback/moodle.zip",
    }  # fmt: skip
    assert len([*(out / "gradescope").iterdir()]) == 1
