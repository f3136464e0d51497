"""What a reader ticks is kept, counted on the front page, saved as a file, and taken back."""

import json

import pytest

from rnncourse.core.chapters import list_pages

from .axe import find_violations
from .conftest import VIEWS, WIDTH
from .test_predict import BROKEN

pytestmark = [pytest.mark.built, pytest.mark.browser]

CHAPTER, EXERCISES = "03-recurrent-networks.html", "exercises/03-recurrent-networks.html"
TAKE = "Take your progress from a file"


def count_progress(page) -> str:
    return page.locator(".rc-progress [role=status]").inner_text()


def test_ticks_are_counted_exported_cleared_and_imported(open_blank, tmp_path, book_url):
    visit = open_blank()
    page = visit.page
    page.goto(f"{book_url}/{CHAPTER}")
    page.get_by_label("I have read this page.").press("Space")
    page.goto(f"{book_url}/{EXERCISES}")
    boxes = page.get_by_label("I have solved it.")
    assert boxes.count() >= 7
    boxes.first.press("Space")
    boxes.nth(1).press("Space")
    boxes.nth(1).press("Space")  # and not solved after all
    page.reload()
    assert [box.is_checked() for box in boxes.all()[:2]] == [True, False]
    page.goto(f"{book_url}/index.html")
    text = count_progress(page)
    lessons = sum(not page.name.startswith("lab-") for page in list_pages())
    assert text.startswith(f"You have read 1 of {lessons} lessons, solved 1 question and kept 0")
    with page.expect_download() as download:
        page.get_by_role("button", name="Save it as a file").press("Enter")
    download.value.save_as(tmp_path / "progress.json")
    page.get_by_role("button", name="Forget it").press("Enter")
    assert count_progress(page).startswith("You have read 0 of")
    page.reload()
    assert count_progress(page) == ""  # as for a newcomer, who needs no counts
    page.locator(".rc-progress summary").click()  # and for whom it is folded
    assert page.locator(".rc-progress button:visible").all_inner_texts() == [TAKE]
    page.locator(".rc-progress input[type=file]").set_input_files(tmp_path / "progress.json")
    page.wait_for_function(f"document.querySelector('.rc-progress').innerText.includes({text!r})")
    assert count_progress(page) == text
    assert not [error for error in visit.errors if error.startswith("script:")]


@pytest.mark.parametrize("text", ["", "[]", '{"read": {"x": 1}}', '{"course": "rnncourse"', "1"])
def test_another_file_is_refused_in_a_sentence(open_page, tmp_path, text):
    visit = open_page("index.html")
    (tmp_path / "other.json").write_text(text)
    visit.page.locator(".rc-progress input[type=file]").set_input_files(tmp_path / "other.json")
    visit.page.get_by_text("That file holds no progress in this course.").wait_for()
    assert visit.errors == []


def test_an_odd_progress_file_is_imported_without_breaking_the_page(open_page, tmp_path):
    visit = open_page("index.html")
    strange = {"course": "rnncourse", "read": {"<b>x</b>": {}}, "solved": [1], "guesses": {"a": 2}}
    (tmp_path / "strange.json").write_text(json.dumps(strange))
    visit.page.locator(".rc-progress input[type=file]").set_input_files(tmp_path / "strange.json")
    visit.rest()
    assert ", solved 0 questions" in count_progress(visit.page)
    assert visit.errors == []


def test_without_storage_a_tick_lasts_until_reload(open_page):
    visit = open_page(CHAPTER)
    visit.page.add_init_script(BROKEN)
    visit.page.reload()
    box = visit.page.get_by_label("I have read this page.")
    box.press("Space")
    assert box.is_checked()
    assert visit.errors == []


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("name", ["index.html", EXERCISES])
def test_the_boxes_can_be_read_everywhere(open_page, name, view):
    visit = open_page(name, view)
    visit.rest()
    assert find_violations(visit) == []
    assert visit.page.evaluate(WIDTH) <= VIEWS[view]["viewport"]["width"]
