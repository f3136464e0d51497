"""Nobody is missing in the table because of the ending of a file's name, and no README is in it."""

import zipfile

import pytest

from rnncourse.grading.batch.file_kinds import find_misplaced_files, is_notebook
from rnncourse.grading.batch.submissions import PathError, SubmissionError, collect_submissions

SILENT = "README.txt README.md data.csv .DS_Store Thumbs.db plot.png __init__.pyc LICENSE x.npz "
SILENT += "hw.ipynb~ hw.ipynb.bak notes.tex .hw.ipynb.swp requirements.txt weights.pt names.json"


@pytest.mark.parametrize(
    "name",
    [
        *("hw.ipynb", "HW.IPYNB", "hw.ipynb.txt", "hw.ipynb.json", "hw.ipynb (1)", "hw.ipynb(12)"),
        *("hw.ipynb.txt (2)", "hw.ipynb (1).txt", "hw.ipynb.ipynb", "hw.ipynb_1", "hw.ipynb.1"),
        *("hw.ipynb.download", "a.py.ipynb", "hw (1).ipynb", "hw.ipynb."),
    ],
)
def test_a_notebook_under_any_name_is_read(name, tmp_path):
    (tmp_path / name).write_text("content")
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr(f"b/{name}", "content")
    result = collect_submissions([tmp_path])
    assert sorted(s.name for s in result) == sorted([name, f"a.zip/b/{name}"])
    assert {s.read() for s in result} == {b"content"}


@pytest.mark.parametrize("name", SILENT.split())
def test_files_that_are_no_submission_have_no_row(name, tmp_path):
    (tmp_path / name).write_text("")
    with pytest.raises(PathError, match="no notebook in the folder"):
        collect_submissions([tmp_path])
    for handed_in in ("a.ipynb", "b.ipynb"):
        (tmp_path / handed_in).write_text("")
    assert [s.name for s in collect_submissions([tmp_path])] == ["a.ipynb", "b.ipynb"]


ENDINGS = "py html htm mhtml pdf doc docx odt rtf pages rar 7z tar tgz tar.gz tar.xz"


@pytest.mark.parametrize("ending", ENDINGS.split())
def test_a_submission_in_another_format_is_a_row_with_a_reason(ending, tmp_path):
    files = ["anna.ipynb", "ben.ipynb", f"carl.{ending}", f"dora/HW.{ending.upper()}"]
    for name in files:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("")
    with zipfile.ZipFile(tmp_path / "class.zip", "w") as archive:
        for name in files:
            archive.writestr(name, "")
    result = collect_submissions([tmp_path])
    everything = [*files, *(f"class.zip/{name}" for name in files)]
    assert sorted(s.name for s in result) == sorted(everything)
    for s in result:
        assert bool(s.reason) != is_notebook(s.name)
        if s.reason:
            assert s.reason.endswith(
                "hand in the notebook itself, a file whose name ends in .ipynb."
            )
            with pytest.raises(SubmissionError):
                s.read()
    (alone,) = collect_submissions([tmp_path / f"carl.{ending}"])
    assert alone.reason


@pytest.mark.parametrize(
    ("files", "chosen"),
    [
        ("hw.py", "hw.py"),
        ("hw.ipynb helper.py hw.html", ""),
        ("anna/hw.ipynb anna/src/helper.py anna/report.pdf ben/hw.py", "ben/hw.py"),
        ("anna/nb/hw.ipynb anna/hw.html ben/x/y/hw.html", "ben/x/y/hw.html"),
        ("a.ipynb b.ipynb a.html c.py", "c.py"),
        ("a.ipynb b.ipynb sub/c.py", "sub/c.py"),
        ("a.ipynb.txt b.zip b.pdf a.py c.pdf", "c.pdf"),
        ("anna/hw.ipynb sheet.pdf", "sheet.pdf"),
        ("a.ipynb.pdf", "a.ipynb.pdf"),
    ],
)
def test_files_beside_a_notebook_have_no_row(files, chosen):
    result = find_misplaced_files(tuple(name.split("/")) for name in files.split())
    assert {"/".join(parts) for parts in result} == set(chosen.split())
