"""The boxes that ask to predict keep a guess, show it beside what came out, and count."""

import pytest

from .axe import find_violations
from .conftest import VIEWS, WIDTH

pytestmark = [pytest.mark.built, pytest.mark.browser]

PAGE = "02-language-models.html"
GUESS = "two bits & <b>no</b>\nor infinity"
SECTIONS = "e => e.closest('section').id"
BROKEN = """for (const name of ["getItem", "setItem"]) {
    const was = Storage.prototype[name];
    Storage.prototype[name] = function (key, ...rest) {
        if (key.startsWith("rnncourse")) throw new Error("Nothing may be kept.");
        return was.call(this, key, ...rest); }; }"""


def submit_guess(page, guess: str = GUESS, number: int = 0) -> None:
    page.locator(f"#rc-guess-{number}").focus()
    page.keyboard.insert_text(guess)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")


def test_a_submitted_guess_survives_a_reload_and_is_shown_below_the_result(open_blank, book_url):
    visit = open_blank()
    page = visit.page
    page.goto(f"{book_url}/{PAGE}")
    assert page.locator(".rc-guess-sum").is_hidden()
    submit_guess(page)
    page.reload()
    box, back = page.locator("div.predict").first, page.locator(".rc-guess-back").first
    assert box.locator("textarea").is_hidden()
    assert f"Your guess: {GUESS}" in box.inner_text()
    assert f"You guessed: {GUESS}" in back.inner_text()
    assert back.evaluate(SECTIONS) == box.evaluate(SECTIONS)
    assert "0 right, 0 in part, 0 wrong, and 1 not judged" in page.inner_text(".rc-guess-sum")
    back.get_by_role("button", name="in part").press("Enter")
    assert page.evaluate("document.activeElement.getAttribute('aria-pressed')") == "true"
    box.get_by_role("button", name="Change it").press("Enter")
    page.keyboard.press("End")
    page.keyboard.insert_text("!")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.reload()
    assert "infinity!" in back.inner_text()
    assert page.inner_text(".rc-guess-sum p >> nth=0").endswith("0 right, 1 in part, 0 wrong.")
    page.get_by_role("button", name="Forget these guesses").press("Enter")
    assert page.locator(".rc-guess-sum").is_hidden()
    page.reload()
    assert box.locator("textarea").input_value() == ""
    assert not [error for error in visit.errors if error.startswith("script:")]


def test_a_guess_that_another_window_forgot_cannot_be_judged(open_page):
    visit = open_page(PAGE)
    submit_guess(visit.page)
    visit.page.evaluate("localStorage.setItem('rnncourse-guesses', '{}')")
    visit.page.locator(".rc-guess-back").first.get_by_role("button", name="right").click()
    assert visit.page.locator(".rc-guess-sum").is_hidden()
    assert visit.errors == []


def test_without_storage_a_guess_lasts_until_reload(open_page):
    visit = open_page(PAGE)
    visit.page.add_init_script(BROKEN)
    visit.page.reload()
    submit_guess(visit.page)
    assert GUESS in visit.page.locator(".rc-guess-back").first.inner_text()
    assert visit.errors == []


def test_on_paper_there_is_the_guess_and_no_field(open_page):
    visit = open_page(PAGE)
    submit_guess(visit.page)
    visit.page.emulate_media(media="print")
    assert (
        visit.page.locator(":is(.rc-guess, .rc-guess-back) :is(button, textarea):visible").count()
        == 0
    )
    assert visit.page.locator(".rc-guess-back p:visible").count() == 1


@pytest.mark.parametrize("view", VIEWS)
def test_a_page_with_guesses_can_be_read_everywhere(open_page, view):
    visit = open_page(PAGE, view)
    submit_guess(visit.page, "x" * 300)
    submit_guess(visit.page, "none", 1)
    visit.rest()
    assert find_violations(visit) == []
    assert visit.page.evaluate(WIDTH) <= VIEWS[view]["viewport"]["width"]
    assert visit.errors == []
