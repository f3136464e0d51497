"""What was handed in is found, named and read, or refused in one sentence; nothing is lost."""

import io
import os
import stat
import tracemalloc
import zipfile
import zlib

import pytest

from rnncourse.grading.batch import archives, submissions
from rnncourse.grading.batch.submissions import (
    PathError,
    Submission,
    SubmissionError,
    collect_submissions,
)

from ..handed_in import write_file


def zip_entries(entries, method=zipfile.ZIP_DEFLATED):
    """Return a zip file as bytes; entries are names or ZipInfos with their content."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, content in entries:
            archive.writestr(name, content)
    return file.getvalue()


def write_zip(path, entries, method=zipfile.ZIP_DEFLATED):
    return write_file(path, zip_entries(entries, method))


def measure_peak_memory(function):
    """Return the most memory that a call took, in bytes."""
    tracemalloc.start()
    try:
        function()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def list_contents(submissions):
    return [(s.name, s.reason or s.read().decode()) for s in submissions]


def read_refusal(submission: Submission) -> str:
    with pytest.raises(SubmissionError) as caught:
        submission.read()
    return str(caught.value)


def read_or_refuse(submission: Submission) -> bytes | str:
    try:
        return submission.read()
    except SubmissionError as error:
        return str(error)


# --- Files and folders ---


def test_folders_are_searched_to_the_bottom_in_a_stable_order(tmp_path):
    for name in ("b/hw.ipynb", "a/deep/er/HW.IPYNB", "a.ipynb", "notes.txt"):
        write_file(tmp_path / name, name)
    for name in (".git/x.ipynb", "a/.ipynb_checkpoints/hw.ipynb", "b/._hw.ipynb"):
        write_file(tmp_path / name)
    names = ["a/deep/er/HW.IPYNB", "a.ipynb", "b/hw.ipynb"]
    assert list_contents(collect_submissions([tmp_path])) == [(name, name) for name in names]


def test_paths_keep_their_order_and_a_path_given_twice_counts_once(tmp_path):
    b, a = write_file(tmp_path / "b.ipynb", "1"), write_file(tmp_path / "a.ipynb", "2")
    assert list_contents(collect_submissions([b, a, b, str(a), tmp_path])) == [
        ("b.ipynb", "1"),
        ("a.ipynb", "2"),
    ]


def test_equal_names_get_as_many_folders_as_tell_them_apart(tmp_path):
    paths = [write_file(tmp_path / name / "week 1" / "hw.ipynb", name) for name in ("anna", "ben")]
    paths.append(write_file(tmp_path / "carl" / "other.ipynb", "carl"))
    names = [("anna/week 1/hw.ipynb", "anna"), ("ben/week 1/hw.ipynb", "ben")]
    assert list_contents(collect_submissions(paths)) == [*names, ("other.ipynb", "carl")]


def test_names_that_cannot_be_told_apart_are_numbered(tmp_path):
    write_file(tmp_path / "a\x1b.ipynb"), write_file(tmp_path / "a\x07.ipynb")
    first, second = (s.name for s in collect_submissions([tmp_path]))
    assert first.endswith("a�.ipynb")
    assert second == f"{first} (2)"


def test_names_that_are_no_text_become_text(tmp_path):
    with open(os.fsencode(tmp_path) + b"/\xff\n\xe2\x80\xae.ipynb", "w"):
        pass
    (submission,) = collect_submissions([tmp_path])
    assert submission.name == "� �.ipynb"
    assert submission.read() == b""


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        ("nowhere.ipynb", "There is no file or folder '.*nowhere.ipynb'.$"),
        ("a.ipynb/b.ipynb", "There is no file or folder"),
        ("empty", "There is no notebook in the folder '.*empty'.$"),
        ("pipe", "is neither a notebook, nor a folder, nor a zip file.$"),
        ("a\0b", "cannot be read"),
        ("x" * 5000, "cannot be read"),
    ],
)
def test_a_path_that_leads_nowhere_is_a_usage_error(tmp_path, path, sentence):
    write_file(tmp_path / "a.ipynb")
    (tmp_path / "empty").mkdir()
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(PathError, match=sentence):
        collect_submissions([tmp_path / "a.ipynb", tmp_path / path])


def test_links_in_a_folder_are_not_followed_but_those_on_the_command_line_are(tmp_path):
    solution = write_file(tmp_path / "solution.ipynb", "all points")
    inside = tmp_path / "class"
    inside.mkdir()
    (inside / "hw.ipynb").symlink_to(solution)
    (inside / "more").symlink_to(tmp_path)
    reason = "It is a link to another {}, and links are not followed."
    result = [("hw.ipynb", reason.format("file")), ("more", reason.format("folder"))]
    assert list_contents(collect_submissions([inside])) == result
    assert list_contents(collect_submissions([inside / "hw.ipynb"])) == [("hw.ipynb", "all points")]


def test_a_pipe_in_a_folder_is_refused_at_once(tmp_path):
    os.mkfifo(tmp_path / "hw.ipynb")
    assert list_contents(collect_submissions([tmp_path])) == [
        ("hw.ipynb", "It is no ordinary file.")
    ]
    assert read_refusal(Submission("hw", tmp_path / "hw.ipynb")) == "It is no ordinary file."


def test_a_file_too_large_or_gone_has_a_reason(tmp_path, monkeypatch):
    monkeypatch.setattr(submissions, "MAX_NOTEBOOK", 2**20)
    (submission,) = collect_submissions([write_file(tmp_path / "hw.ipynb", "x" * 2**20)])
    assert len(submission.read()) == 2**20
    write_file(submission.path, "x" * (2**20 + 1))
    assert read_refusal(submission) == "It is larger than 1 MB."
    submission.path.unlink()
    assert read_refusal(submission) == "It cannot be read: No such file or directory."


def test_collecting_submissions_reads_no_file(tmp_path):
    big = tmp_path / "big.ipynb"
    with big.open("wb") as file:
        file.truncate(50 * 2**20)
    write_zip(tmp_path / "big.zip", [("big.ipynb", big.read_bytes())])
    assert measure_peak_memory(lambda: collect_submissions([tmp_path])) < 2**20
    # A notebook with 50 MB of stored output is fine.
    assert [len(s.read()) for s in collect_submissions([tmp_path])] == [50 * 2**20] * 2


# --- Zip files ---

HIDDEN = "__MACOSX/._hw.ipynb", "a/.ipynb_checkpoints/hw-checkpoint.ipynb", ".git/x.ipynb"
UNUSUAL = "It is packed in an unusual way: pack it again with the usual settings."


@pytest.mark.parametrize(
    ("entries", "method", "members"),
    [
        (
            [("b/h.ipynb", "b"), ("./a/h.ipynb", "a"), ("a/readme.md", ""), ("folder.ipynb/", "")],
            zipfile.ZIP_DEFLATED,
            [("/a/h.ipynb", "a"), ("/b/h.ipynb", "b")],
        ),
        (
            [(name, "") for name in HIDDEN] + [("h.ipynb", "1")],
            zipfile.ZIP_DEFLATED,
            [("/h.ipynb", "1")],
        ),
        ([("h.ipynb", "as it is")], zipfile.ZIP_STORED, [("/h.ipynb", "as it is")]),
        ([("h.ipynb", "x" * 10**6)], zipfile.ZIP_BZIP2, [("/h.ipynb", UNUSUAL)]),
        (
            [("essay.docx", "")],
            zipfile.ZIP_DEFLATED,
            [("", "There is no notebook in the zip file.")],
        ),
    ],
    ids=["folders", "hidden", "stored", "unusual", "no notebook"],
)
def test_a_zip_file_is_read_in_memory_or_refused(tmp_path, entries, method, members):
    path = write_zip(tmp_path / "a.zip", entries, method)
    assert list_contents(collect_submissions([path])) == [
        (f"a.zip{name}", content) for name, content in members
    ]
    assert list(tmp_path.iterdir()) == [path]


def test_zip_files_in_folders_are_opened_too(tmp_path):
    write_zip(tmp_path / "anna" / "in.zip", [("hw.ipynb", "anna")])
    write_file(tmp_path / "ben" / "hw.ipynb", "ben")
    result = [("anna/in.zip/hw.ipynb", "anna"), ("ben/hw.ipynb", "ben")]
    assert list_contents(collect_submissions([tmp_path])) == result


def test_two_archives_of_one_name_are_told_apart(tmp_path):
    paths = [write_zip(tmp_path / n / "in.zip", [("hw.ipynb", n)]) for n in ("anna", "ben")]
    result = [("anna/in.zip/hw.ipynb", "anna"), ("ben/in.zip/hw.ipynb", "ben")]
    assert list_contents(collect_submissions(paths)) == result


def make_special_entry(name, mode):
    info = zipfile.ZipInfo(name)
    info.create_system, info.external_attr = 3, mode << 16
    return info


ELSEWHERE = "Its name in the zip file leads to another folder."


@pytest.mark.parametrize(
    ("name", "shown", "reason"),
    [
        ("../../hw.ipynb", "../../hw.ipynb", ELSEWHERE),
        ("a/../../hw.ipynb", "a/../../hw.ipynb", ELSEWHERE),
        ("..\\hw.ipynb", "../hw.ipynb", ELSEWHERE),
        ("/etc/hw.ipynb", "etc/hw.ipynb", ELSEWHERE),
        ("\\\\host\\hw.ipynb", "host/hw.ipynb", ELSEWHERE),
        ("C:/hw.ipynb", "C:/hw.ipynb", ELSEWHERE),
        ("inner.zip", "inner.zip", "It is not a zip file, or it is damaged."),
        (make_special_entry("hw.ipynb", stat.S_IFLNK | 0o777), "hw.ipynb",
         "It is a link to another file, and links are not followed."),
        (make_special_entry("hw.ipynb", stat.S_IFIFO | 0o644), "hw.ipynb",
         "It is no ordinary file."),
    ],
)  # fmt: skip
def test_a_bad_entry_is_refused_and_the_others_are_read(tmp_path, name, shown, reason):
    path = write_zip(tmp_path / "a.zip", [(name, "/etc/passwd"), ("z.ipynb", "fine")])
    result = [(f"a.zip/{shown}", reason), ("a.zip/z.ipynb", "fine")]
    assert sorted(list_contents(collect_submissions([path]))) == sorted(result)


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_entries_of_the_same_name_are_all_refused(tmp_path):
    entries = [("hw.ipynb", "1"), ("hw.ipynb", "2"), ("./hw.ipynb", "3"), ("ok.ipynb", "4")]
    result = list_contents(collect_submissions([write_zip(tmp_path / "a.zip", entries)]))
    assert len(result) == len({name for name, _ in result}) == 4
    assert {reason for _, reason in result[:-1]} == {
        "The zip file has several entries of this name."
    }
    assert result[-1] == ("a.zip/ok.ipynb", "4")


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_no_name_says_where_the_files_are_on_this_machine(tmp_path):
    """A name has the folders that tell it apart, also among those that nothing tells apart."""
    twice = [("hw.ipynb", "1"), ("hw.ipynb", "2"), ("x" * 300 + ".ipynb", ""), ("a\x1b.ipynb", "")]
    paths = [write_zip(tmp_path / name / "in.zip", twice) for name in ("anna", "ben")]
    paths += [write_file(tmp_path / name / "in.zip" / "hw.ipynb") for name in ("carl", "dora")]
    paths += [write_file(tmp_path / f"a{n}.ipynb") for n in ("\x1b", "\x07")]
    names = [s.name for s in collect_submissions(paths)]
    assert len(set(names)) == len(names) == 12
    assert not [name for name in names if tmp_path.name in name or name.startswith("/")]
    assert {"anna/in.zip/hw.ipynb", "anna/in.zip/hw.ipynb (2)"} <= set(names)


def test_an_archive_after_other_bytes_is_read(tmp_path):
    path = write_zip(tmp_path / "a.zip", [("hw.ipynb", "late")])
    path.write_bytes(b"#!/bin/sh\n" * 10 + path.read_bytes())
    assert list_contents(collect_submissions([path])) == [("a.zip/hw.ipynb", "late")]


def edit_index(path, field, value, width=4):
    """Change a field of the first entry of the index: its offset there, and the new value."""
    data = bytearray(path.read_bytes())
    place = data.rindex(b"PK\x01\x02") + field
    data[place : place + width] = value.to_bytes(width, "little")
    path.write_bytes(data)


DAMAGED = "It is damaged in the zip file, or larger than the zip file says."
FLAGS, CRC, PACKED, SIZE, OFFSET = 8, 16, 20, 24, 42


def test_an_encrypted_entry_is_refused(tmp_path):
    path = write_zip(tmp_path / "a.zip", [("hw.ipynb", "secret")])
    edit_index(path, FLAGS, 1, width=2)
    assert list_contents(collect_submissions([path])) == [("a.zip/hw.ipynb", "It is encrypted.")]


def test_a_bomb_is_refused_by_what_it_declares(tmp_path):
    path = write_zip(tmp_path / "a.zip", [("hw.ipynb", bytes(archives.MAX_NOTEBOOK + 1))])
    assert path.stat().st_size < 200_000
    assert list_contents(collect_submissions([path])) == [
        ("a.zip/hw.ipynb", "It is larger than 100 MB.")
    ]


def test_a_bomb_that_declares_little_is_not_unpacked_further(tmp_path):
    path = write_zip(tmp_path / "a.zip", [("hw.ipynb", bytes(8 * 2**20))])
    edit_index(path, SIZE, 1000)
    (submission,) = collect_submissions([path])
    assert "larger than the zip file says" in read_refusal(submission)
    assert measure_peak_memory(lambda: read_refusal(submission)) < 2**20


def test_an_archive_too_large_when_unpacked_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(archives, "MAX_ARCHIVE", 2500)
    path = write_zip(tmp_path / "a.zip", [(f"{i}.ipynb", "x" * 1000) for i in range(4)])
    reasons = [s.reason for s in collect_submissions([path])]
    assert reasons == ["", "", *["The zip file unpacks to far too much."] * 2]


@pytest.mark.parametrize(
    ("name", "bound", "ending", "count", "reason"),
    [
        ("MAX_ENTRIES", 10, "txt", 11, "The zip file has more than 10 entries."),
        ("_MAX_INDEX", 10_000, "ipynb", 300, "The index of the zip file is too long."),
    ],
)
def test_an_archive_of_too_much_is_one_row(
    tmp_path, monkeypatch, name, bound, ending, count, reason
):
    monkeypatch.setattr(archives, name, bound)
    path = write_zip(tmp_path / "a.zip", [(f"{i}.{ending}", "") for i in range(count)])
    assert list_contents(collect_submissions([path])) == [("a.zip", reason)]


@pytest.mark.parametrize("content", [b"", b"no zip file", b"PK\x05\x06", b"PK\x03\x04" * 30])
def test_a_damaged_archive_is_a_row(tmp_path, content):
    (tmp_path / "a.zip").write_bytes(content)
    write_file(tmp_path / "b.ipynb", "fine")
    result = [("a.zip", "It is not a zip file, or it is damaged."), ("b.ipynb", "fine")]
    assert list_contents(collect_submissions([tmp_path])) == result


def test_zip_files_in_zip_files_are_opened_to_a_depth(tmp_path):
    deep = zip_entries([("hw.ipynb", "4"), ("more.zip", zip_entries([("hw.ipynb", "5")]))])
    for level in (3, 2):
        deep = zip_entries([("hw.ipynb", str(level)), ("in.zip", deep), ("data.csv", "")])
    path = write_zip(
        tmp_path / "a.zip", [("in.zip", deep), ("no.zip", zip_entries([("a.md", "")]))]
    )
    assert list_contents(collect_submissions([path], include_all=True)) == [
        ("a.zip/in.zip/hw.ipynb", "2"),
        ("a.zip/in.zip/in.zip/hw.ipynb", "3"),
        ("a.zip/in.zip/in.zip/in.zip/hw.ipynb", "4"),
        (
            "a.zip/in.zip/in.zip/in.zip/more.zip",
            "It is a zip file within 4 others: hand in the notebook itself.",
        ),
        ("a.zip/no.zip", "There is no notebook in the zip file."),
    ]


def test_a_notebook_counts_with_all_that_is_around_it(tmp_path, monkeypatch):
    notebook = os.urandom(50)
    inner = zip_entries([("hw.ipynb", notebook)])
    middle = zip_entries([("in.zip", inner)])
    path = write_zip(tmp_path / "a.zip", [("in.zip", middle)])
    size = 3 * len(middle) + 2 * len(inner) + len(notebook)
    for max_bytes, reason in ((size, ""), (size - 1, "The zip file unpacks to far too much.")):
        monkeypatch.setattr(archives, "MAX_ARCHIVE", max_bytes)
        assert [s.reason for s in collect_submissions([path])] == [reason]


def test_the_bounds_are_those_of_one_archive_however_deep(tmp_path, monkeypatch):
    """Each notebook counts with what it is in, and all entries count together."""
    inner = zip_entries([(f"{i}.ipynb", os.urandom(50)) for i in range(4)])
    path = write_zip(tmp_path / "a.zip", [(f"{n}.zip", inner) for n in range(3)])
    size = len(inner)
    monkeypatch.setattr(archives, "MAX_ARCHIVE", size + 3 * (size + 50))
    reasons = [s.reason for s in collect_submissions([path])]
    assert reasons == ["", "", "", *["The zip file unpacks to far too much."] * 3]
    monkeypatch.setattr(archives, "MAX_ARCHIVE", 2**30)
    monkeypatch.setattr(archives, "MAX_ENTRIES", 3 + 5)
    opened = []
    real = archives.read_entry
    monkeypatch.setattr(archives, "read_entry", lambda *a: opened.append(a) or real(*a))
    reasons = [s.reason for s in collect_submissions([path])]
    assert reasons == [*[""] * 4, *["The zip file has more than 8 entries."] * 2]
    assert len(opened) == 2, "the third is not even unpacked"


def test_a_bomb_inside_nested_zip_files_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(archives, "MAX_NOTEBOOK", 2**20)
    inner = zip_entries([("hw.ipynb", bytes(2**20 + 1))])
    large = zip_entries([("hw.ipynb", os.urandom(2**20 + 1))])
    path = write_zip(tmp_path / "a.zip", [("in.zip", inner), ("large.zip", large)])
    assert measure_peak_memory(lambda: collect_submissions([path])) < 2**20
    result = [("a.zip/in.zip/hw.ipynb", "It is larger than 1 MB.")]
    assert list_contents(collect_submissions([path])) == [
        *result,
        ("a.zip/large.zip", "It is larger than 1 MB."),
    ]


@pytest.mark.parametrize(("field", "value"), [(CRC, 1), (PACKED, 3), (SIZE, 999), (OFFSET, 7)])
def test_an_entry_whose_index_lies_is_damaged(tmp_path, field, value):
    path = write_zip(tmp_path / "a.zip", [("hw.ipynb", "some text")])
    edit_index(path, field, value)
    for s in collect_submissions([path]):
        assert "damaged" in read_refusal(s)


@pytest.mark.parametrize("content", ["", "some text"])
def test_bytes_beyond_the_declared_size_of_an_entry_are_not_read(tmp_path, content):
    path = write_zip(tmp_path / "a.zip", [("hw.ipynb", content + " and more" * 1000)])
    edit_index(path, SIZE, len(content))
    edit_index(path, CRC, zlib.crc32(content.encode()))
    assert {read_or_refuse(s) for s in collect_submissions([path])} <= {content.encode(), DAMAGED}


def test_reading_an_entry_takes_little_more_than_its_size(tmp_path):
    noise = os.urandom(10 * 2**20)
    for method in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        (s,) = collect_submissions([write_zip(tmp_path / "a.zip", [("hw.ipynb", noise)], method)])
        assert measure_peak_memory(s.read) < 3 * len(noise)
        assert s.read() == noise


def test_damage_of_any_kind_ends_in_a_reason(tmp_path):
    """Every byte of an archive, changed in turn: rows with reasons, or the true content."""
    path = write_zip(tmp_path / "a.zip", [("hw.ipynb", "some text"), ("b/hw.ipynb", "more")])
    sound = path.read_bytes()
    for place in range(len(sound)):
        path.write_bytes(sound[:place] + bytes([sound[place] ^ 0xFF]) + sound[place + 1 :])
        for s in collect_submissions([path]):
            assert read_or_refuse(s) in (b"some text", b"more") or read_or_refuse(s).endswith(".")
        if place % 7:  # every cut takes the end of the index away: these are all of one kind
            continue
        path.write_bytes(sound[:place])
        for s in collect_submissions([path]):
            assert read_refusal(s).endswith(".")


def test_the_index_is_not_read_again_for_every_entry(tmp_path):
    path = write_zip(tmp_path / "class.zip", [(f"{n}.ipynb", f"{n}" * 9) for n in range(3)])
    result = archives.list_notebooks(path)
    with path.open("r+b") as file:
        file.seek(-30, os.SEEK_END)  # the end of the index
        file.write(bytes(30))
    with pytest.raises(archives.ArchiveError):
        archives.list_notebooks(path)
    assert [archives.read_entry(path, entry) for entry in result] == [b"0" * 9, b"1" * 9, b"2" * 9]
