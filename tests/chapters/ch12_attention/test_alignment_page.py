"""The live attention in a browser, beyond what holds for every widget: looking, and hiding."""

import pytest

from rnncourse.chapters.ch12_attention.alignment_widget import live_alignment

from ...browser.widgets import list_weight_requests, load_model, read_fault, read_text

pytestmark = pytest.mark.built
ELEMENT = live_alignment

DEEP = "es => es.map(e => parseInt(e.style.getPropertyValue('--deep')))"


def find_field(visit):
    return visit.page.get_by_label("Numbers from 1 to 99")


def read_target(visit):
    return visit.page.locator(".rc-alignment-target b").all_inner_texts()


def read_attention(visit):
    """How dark each symbol of the source is."""
    return visit.page.locator("li.rc-alignment-tile").evaluate_all(DEEP)


def hide_symbol(visit, value):
    visit.page.get_by_label("Hide from attention").select_option(value)


RIGHT = ["ein", "und", "zwanzig", ",", "sieben", "und", "vierzig", ",", "neun", "end"]


def test_the_first_picture_is_what_the_model_gives(open_widget):
    visit = open_widget()
    shown, sentence = read_attention(visit), read_text(visit, "alignment-said")
    assert read_target(visit) == RIGHT
    assert list_weight_requests(visit) == []
    load_model(visit)
    assert (read_attention(visit), read_text(visit, "alignment-said"), read_target(visit)) == (
        shown,
        sentence,
        RIGHT,
    )
    assert max(shown) == shown[2] > 30  # ein, of one
    assert "“ein” it looks" in sentence


def test_arrow_keys_and_the_pointer_choose_a_symbol(open_widget):
    visit = open_widget()
    load_model(visit)
    visit.page.get_by_role("radio", name="ein", exact=True).focus()
    for _ in range(2):
        visit.page.keyboard.press("ArrowRight")
    assert "As it writes “zwanzig” it looks" in read_text(visit, "alignment-said")
    shown = read_attention(visit)
    assert shown.index(max(shown)) == 0  # twenty
    assert visit.page.locator("li.rc-alignment-true").all_inner_texts()[0].startswith("twenty")
    visit.page.locator(".rc-alignment-target label").nth(8).hover()
    assert "As it writes “neun”" in read_text(visit, "alignment-said")
    find_field(visit).hover()
    assert "“zwanzig”" in read_text(visit, "alignment-said")  # the one that was chosen
    visit.page.locator("summary").click()
    rows = visit.page.locator(".rc-alignment-table tbody tr")
    assert rows.count() == len(RIGHT)
    (cell,) = rows.nth(2).locator("td", has_text="◆").all_inner_texts()
    assert float(cell.split()[0]) == pytest.approx(shown[0] / 36, abs=0.02)


def test_a_hidden_symbol_gets_no_attention(open_widget):
    visit = open_widget()
    load_model(visit)
    hide_symbol(visit, "2")  # one
    assert read_attention(visit)[2] == 0
    assert visit.page.locator("li.rc-alignment-hidden").inner_text().split() == ["one", "hidden"]
    assert read_target(visit) != RIGHT
    assert visit.page.locator(".rc-alignment-changed").count() > 0
    assert "With nothing hidden it writes: ein und zwanzig" in read_text(visit, "alignment-before")
    hide_symbol(visit, "")
    assert read_target(visit) == RIGHT
    assert read_text(visit, "alignment-before") == "The translation is right."
    visit.page.locator("li.rc-alignment-tile").first.click()  # a pointer may press the symbol
    assert visit.page.get_by_label("Hide from attention").input_value() == "0"
    visit.page.locator("li.rc-alignment-tile").first.click()
    assert read_target(visit) == RIGHT


def test_numbers_are_spelled_and_odd_input_is_reported(open_widget):
    visit = open_widget()
    find_field(visit).fill("ninety-eight, 7")  # typing loads the model
    visit.page.locator("live-alignment[data-state=ready]").wait_for()
    tiles = visit.page.locator("li.rc-alignment-tile b")
    assert tiles.all_inner_texts() == ["ninety", "-", "eight", ",", "seven"]
    before = read_target(visit)
    for text, words in {"x": "“x” is", "0": "“0” is", "-5": "“-5” is", "$ xqé": "“$” and “xqé” are",
                      "一": "“一” is"}.items():  # fmt: skip
        find_field(visit).fill(text)
        assert read_fault(visit) == f"Nothing is read: {words} not known. Still shown: “98, 7”."
        assert read_target(visit) == before
        assert visit.page.locator(".rc-w-stale").count() == 1
    find_field(visit).fill("")
    assert read_fault(visit) == "Type numbers from 1 to 99. Still shown: “98, 7”."
    find_field(visit).fill("98, x, 7")
    assert read_fault(visit) == "Read as “98, 7”, without “x”."
    assert read_target(visit) == before
    find_field(visit).fill("1,2,3,4,5,6,7,8,9")
    assert read_fault(visit) == "Read as “1, 2, 3, 4, 5, 6, 7, 8”: 8 numbers at most."
    find_field(visit).fill("٩")
    assert read_target(visit)[0] == "neun"
    assert visit.page.get_by_label("Hide from attention").locator("option").count() == 1
    find_field(visit).fill("1 2 3 4 5 6 7")
    assert "expect mistakes" in read_text(visit, "alignment-note")
