"""The live attention in a browser, beyond what holds for every widget: looking, and hiding."""

import pytest

from rnncourse.chapters.ch12_attention.alignment_widget import live_alignment

from ...browser.widgets import fault, heavy, load

pytestmark = pytest.mark.built
ELEMENT = live_alignment

DEEP = "es => es.map(e => parseInt(e.style.getPropertyValue('--deep')))"


def field(seen):
    return seen.page.get_by_label("Numbers from 1 to 99")


def text(seen, name):
    return seen.page.locator(f".rc-alignment-{name}").inner_text()


def read_target(seen):
    return seen.page.locator(".rc-alignment-target b").all_inner_texts()


def attention(seen):
    """How dark each symbol of the source is."""
    return seen.page.locator("li.rc-alignment-tile").evaluate_all(DEEP)


def hide(seen, value):
    seen.page.get_by_label("Hide from attention").select_option(value)


RIGHT = ["ein", "und", "zwanzig", ",", "sieben", "und", "vierzig", ",", "neun", "end"]


def test_the_first_picture_is_what_the_model_gives(opened):
    seen = opened()
    shown, sentence = attention(seen), text(seen, "said")
    assert read_target(seen) == RIGHT
    assert heavy(seen) == []
    load(seen)
    assert (attention(seen), text(seen, "said"), read_target(seen)) == (shown, sentence, RIGHT)
    assert max(shown) == shown[2] > 30  # ein, of one
    assert "“ein” it looks" in sentence


def test_arrow_keys_and_the_pointer_choose_a_symbol(opened):
    seen = opened()
    load(seen)
    seen.page.get_by_role("radio", name="ein", exact=True).focus()
    for _ in range(2):
        seen.page.keyboard.press("ArrowRight")
    assert "As it writes “zwanzig” it looks" in text(seen, "said")
    shown = attention(seen)
    assert shown.index(max(shown)) == 0  # twenty
    assert seen.page.locator("li.rc-alignment-true").all_inner_texts()[0].startswith("twenty")
    seen.page.locator(".rc-alignment-target label").nth(8).hover()
    assert "As it writes “neun”" in text(seen, "said")
    field(seen).hover()
    assert "“zwanzig”" in text(seen, "said")  # the one that was chosen
    seen.page.locator("summary").click()
    rows = seen.page.locator(".rc-alignment-table tbody tr")
    assert rows.count() == len(RIGHT)
    (cell,) = rows.nth(2).locator("td", has_text="◆").all_inner_texts()
    assert float(cell.split()[0]) == pytest.approx(shown[0] / 36, abs=0.02)


def test_what_is_hidden_is_not_looked_at_and_the_answer_may_change(opened):
    seen = opened()
    load(seen)
    hide(seen, "2")  # one
    assert attention(seen)[2] == 0
    assert seen.page.locator("li.rc-alignment-hidden").inner_text().split() == ["one", "hidden"]
    assert read_target(seen) != RIGHT
    assert seen.page.locator(".rc-alignment-changed").count() > 0
    assert "With nothing hidden it writes: ein und zwanzig" in text(seen, "before")
    hide(seen, "")
    assert read_target(seen) == RIGHT
    assert text(seen, "before") == "The translation is right."
    seen.page.locator("li.rc-alignment-tile").first.click()  # a pointer may press the symbol itself
    assert seen.page.get_by_label("Hide from attention").input_value() == "0"
    seen.page.locator("li.rc-alignment-tile").first.click()
    assert read_target(seen) == RIGHT


def test_numbers_and_odd_input(opened):
    seen = opened()
    field(seen).fill("ninety-eight, 7")  # typing loads the model
    seen.page.locator("live-alignment[data-state=ready]").wait_for()
    tiles = seen.page.locator("li.rc-alignment-tile b")
    assert tiles.all_inner_texts() == ["ninety", "-", "eight", ",", "seven"]
    before = read_target(seen)
    for odd, words in {"x": "“x” is", "0": "“0” is", "-5": "“-5” is", "$ xqé": "“$” and “xqé” are",
                      "一": "“一” is"}.items():  # fmt: skip
        field(seen).fill(odd)
        assert fault(seen) == f"Nothing is read: {words} not known. Still shown: “98, 7”."
        assert read_target(seen) == before
        assert seen.page.locator(".rc-w-stale").count() == 1
    field(seen).fill("")
    assert fault(seen) == "Type numbers from 1 to 99. Still shown: “98, 7”."
    field(seen).fill("98, x, 7")
    assert fault(seen) == "Read as “98, 7”, without “x”."
    assert read_target(seen) == before
    field(seen).fill("1,2,3,4,5,6,7,8,9")
    assert fault(seen) == "Read as “1, 2, 3, 4, 5, 6, 7, 8”: 8 numbers at most."
    field(seen).fill("٩")
    assert read_target(seen)[0] == "neun"
    assert seen.page.get_by_label("Hide from attention").locator("option").count() == 1
    field(seen).fill("1 2 3 4 5 6 7")
    assert "expect mistakes" in text(seen, "note")
    assert seen.foreign + seen.errors == []
