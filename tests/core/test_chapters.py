"""Chapters are found by their folders, and one that is no chapter is named in a sentence."""

import pytest

from rnncourse.core import chapters
from rnncourse.core.chapters import ChapterError

SAID = 'PAGE = "05-gradients"\nTITLE = "Gradients"\nQUESTION = """Why do they\nvanish?"""\n'


@pytest.fixture
def write_chapter(tmp_path, monkeypatch):
    """`write_chapter(folder, text)` writes the `__init__.py` of a chapter."""
    monkeypatch.setattr(chapters, "FOLDER", tmp_path)

    def write(name, text=None):
        (tmp_path / name).mkdir()
        if text is not None:
            (tmp_path / name / "__init__.py").write_text(text)

    return write


def test_a_chapter_says_what_it_is_and_is_not_run(write_chapter, tmp_path):
    write_chapter("ch05_gradients", f"raise SystemExit\n{SAID}")
    write_chapter("ch06_gone")  # only caches are left of it
    write_chapter("notes", "PAGE = 1")
    (result,) = chapters.list_chapters()
    assert (result.page, result.title) == ("05-gradients", "Gradients")
    assert result.pages[0].question == "Why do they\nvanish?"
    assert (result.folder, result.has_module("questions")) == (tmp_path / "ch05_gradients", False)


@pytest.mark.parametrize(
    ("folders", "sentence"),
    [
        ({"ch05_a": '"""Chapter 5."""'}, "ch05_a/__init__.py does not say its PAGE, QUESTION, TIT"),
        ({"ch06_a": SAID}, "ch06_a: its page must begin with 06-"),
        ({"ch05_a": SAID, "ch05_b": SAID}, "ch05_b: its page .* no other chapter's"),
        ({"ch05_a": SAID + 'PAGE_B = "05b-x"\n'}, "ch05_a/__init__.py .* QUESTION_B, TITLE_B"),
        ({"ch05_a": f'{SAID}LAB = "05-lab"\n'}, "ch05_a: its page must begin with lab-05-"),
        (
            {"ch05_a": f'{SAID}PAGE_B = "05-x"\nTITLE_B = "x"\nQUESTION_B = "x"\n'},
            "ch05_a: its page must begin with 05b-",
        ),
    ],
)
def test_a_folder_that_is_no_chapter_raises(write_chapter, folders, sentence):
    for name, text in folders.items():
        write_chapter(name, text)
    with pytest.raises(ChapterError, match=sentence):
        chapters.list_chapters()


def test_a_chapter_may_have_a_second_page(write_chapter):
    second = 'PAGE_B = "05b-more"\nTITLE_B = "More"\nQUESTION_B = "And then?"\n'
    write_chapter("ch05_gradients", SAID + second)
    (result,) = chapters.list_chapters()
    assert (result.page, result.number) == ("05-gradients", 5)
    assert [(p.name, p.number, p.title) for p in chapters.list_pages()] == [
        ("05-gradients", "5", "Gradients"),
        ("05b-more", "5b", "More"),
    ]


def test_a_chapter_may_have_a_lab_report(write_chapter):
    write_chapter("ch05_gradients", SAID + 'LAB = "lab-05-gradients"\n')
    (result,) = chapters.list_chapters()
    assert result.page == "05-gradients"
    assert [p.name for p in result.lessons] == ["05-gradients"]
    assert result.pages[1].is_lab
    assert (result.pages[1].number, result.pages[1].title) == ("L5", "Lab report: gradients")


def test_the_course_has_its_chapters():
    assert [chapter.name[:4] for chapter in chapters.list_chapters()][:4] == [
        "ch01",
        "ch02",
        "ch03",
        "ch04",
    ]
