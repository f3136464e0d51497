"""The shapes in a browser, beyond what holds for every widget: networks on demand, every task."""

import pytest

from rnncourse.chapters.ch01_sequences import widget as shapes
from rnncourse.data import numerals, roles

from ...browser.widgets import (
    choose_options,
    find_button,
    find_load_button,
    list_weight_requests,
    load_model,
    read_sentence,
)

pytestmark = pytest.mark.built
ELEMENT = shapes.shapes_explorer

SHAPES = {
    "image": "one to one",
    "language": "many to one",
    "name": "one to many",
    "role": "many to many, in step",
    "numeral": "many to many, after the input",
}


def ask_for(visit, task):
    """Choose a shape, and load its network."""
    choose_options(visit, SHAPES[task])
    load_model(visit)


def find_field(visit):
    return visit.page.locator(".rc-w-field :is(input, select)")


def read_row(visit, part):
    """What stands in a row of the diagram, step by step; what is for the ear only is left out."""
    boxes = visit.page.locator(f".rc-shapes-column .rc-shapes-{part}").all()
    read = "e => [...e.children].filter(c => !c.matches('.rc-w-sr-only')).map(c => c.textContent)"
    return ["|".join(box.evaluate(read)) for box in boxes]


def list_boxes_of_kind(visit, part, name):
    boxes = visit.page.locator(f".rc-shapes-column .rc-shapes-{part}").all()
    return [f"rc-shapes-{name}" in box.get_attribute("class") for box in boxes]


def test_nothing_is_loaded_before_the_button_is_pressed_and_then_once(open_widget):
    visit = open_widget()
    for task in SHAPES:
        choose_options(visit, SHAPES[task])
        assert find_load_button(visit).count() == 1
    choose_options(visit, SHAPES["language"])
    find_field(visit).fill("Ranska")
    assert read_row(visit, "in") == [*"Ranska"]
    assert read_row(visit, "out") == [""] * 5 + ["?"]
    visit.rest()
    assert list_weight_requests(visit) == []
    find_load_button(visit).dblclick()
    visit.page.locator(".rc-w-facts", has_text="GRU of").wait_for()
    assert [url.rpartition("/")[2].partition("?")[0] for url in list_weight_requests(visit)] == [
        "language.js"
    ]
    choose_options(visit, SHAPES["name"])
    choose_options(visit, SHAPES["language"])
    assert find_load_button(visit).count() == 0
    assert len(list_weight_requests(visit)) == 1


def test_a_small_network_loads_by_itself(open_widget):
    visit = open_widget(saves=False)
    choose_options(visit, SHAPES["language"])
    visit.page.locator(".rc-w-facts", has_text="GRU of").wait_for()
    assert find_load_button(visit).count() == 0
    find_field(visit).fill("Ranska")
    assert read_row(visit, "out")[:5] == [""] * 5
    assert read_row(visit, "out")[5] != "?"


def test_one_to_one_answers_once_and_what_is_drawn_changes_it(open_widget):
    visit = open_widget()
    ask_for(visit, "image")
    canvas = visit.page.get_by_role("application")
    ink = "es => es.map(e => parseInt(e.style.getPropertyValue('--ink-share')))"

    def pixels():
        return canvas.locator("i").evaluate_all(ink)

    for digit, answer in (("0", "0"), ("2", "2"), ("3", "3"), ("5", "5"), ("9", "3")):
        find_button(visit, f"A picture of a {digit}").click()
        assert read_row(visit, "out")[0].split("|")[0] == answer  # the last one is misread
        assert read_sentence(visit) == f"One picture, one step, one answer: {answer}."
        assert len(visit.page.locator(".rc-shapes-answer li").all()) == 3
    find_button(visit, "Clear").click()
    assert read_sentence(visit) == "Draw a digit."
    assert pixels() == [0] * 64
    canvas.focus()
    for key in ("ArrowUp", "ArrowRight", "ArrowDown", " ", "ArrowDown", "ArrowDown", " ", " "):
        canvas.press(key)
    assert [i for i, share in enumerate(pixels()) if share] == [9]
    status = visit.page.locator(".rc-w-sr-only[role=status]")
    assert status.text_content() == "Row 4, column 2: paper."
    assert read_row(visit, "out") != []
    box = canvas.bounding_box()
    at = [(box["x"] + 14 * x + 7, box["y"] + 14 * y + 7) for x, y in ((4, 2), (4, 3), (4, 4))]
    visit.page.mouse.move(*at[0])
    visit.page.mouse.down()
    for place in (*at[1:], (box["x"] + box["width"] + 7, at[2][1])):  # beyond its edge: no pixel
        visit.page.mouse.move(*place)
    visit.page.mouse.up()
    assert [i for i, share in enumerate(pixels()) if share] == [9, 20, 28, 36]


@pytest.mark.parametrize(("task", "max_length"), [("language", 40), ("role", 120), ("numeral", 5)])
def test_too_long_input_is_cut_and_announced(open_widget, task, max_length):
    visit = open_widget()
    choose_options(visit, SHAPES[task])
    fault = visit.page.locator(".rc-w-fault")
    find_field(visit).fill("1" * max_length)
    assert fault.inner_text() == ""
    find_field(visit).fill("1" * 2 * max_length)
    assert f"reads at most {max_length} " in fault.inner_text()
    assert "left out" in fault.inner_text()
    assert find_field(visit).input_value() == "1" * max_length
    find_field(visit).fill("1")
    assert fault.inner_text() == ""


def test_many_to_one_answers_once(open_widget):
    visit = open_widget()
    ask_for(visit, "language")
    find_field(visit).fill("Campuchia")
    assert read_row(visit, "in") == [*"Campuchia"]
    assert list_boxes_of_kind(visit, "out", "full") == [False] * 8 + [True]
    bars = visit.page.locator(".rc-shapes-answer li").all_inner_texts()
    assert len(bars) == 3
    assert bars[0].split("\n")[0] == read_row(visit, "out")[-1].split("|")[0]
    assert read_sentence(visit).startswith("After 9 characters it answers once: ")
    visit.page.get_by_label("What it would say earlier").check()
    assert list_boxes_of_kind(visit, "out", "early") == [True] * 8 + [False]
    assert all("%" in text for text in read_row(visit, "out"))
    visit.page.get_by_label("Units 1 to 6").check()
    assert visit.page.locator(".rc-shapes-units i").count() == 9 * 6
    find_field(visit).fill("Ελλάδα")
    assert "does not know: Ε λ ά δ α" in visit.page.locator(".rc-w-fault").inner_text()
    find_field(visit).fill("")
    assert read_sentence(visit) == "Type a name."
    assert visit.page.locator(".rc-shapes-column").count() == 0
    find_button(visit, "Ranska").click()
    assert find_field(visit).input_value() == "Ranska"


def test_one_to_many_reads_its_own_answers(open_widget):
    visit = open_widget()
    ask_for(visit, "name")
    choose_options(visit, SHAPES["name"])
    first = read_sentence(visit)
    find_button(visit, "Draw another").click()
    assert read_sentence(visit) != first
    read, answers = read_row(visit, "in"), [text.split("|")[0] for text in read_row(visit, "out")]
    assert read[0] == "German"
    assert read[1:] == answers[:-1]
    assert list_boxes_of_kind(visit, "in", "fed") == [False] + [True] * (len(read) - 1)
    assert visit.page.locator(".rc-shapes-answer").inner_text().count(" · ") == 1
    find_button(visit, "Likeliest").click()
    likeliest = read_sentence(visit)
    find_button(visit, "Likeliest").click()
    assert read_sentence(visit) == likeliest
    find_field(visit).select_option("fi")
    assert read_row(visit, "in")[0] == "Finnish"
    again = open_widget()  # the seed decides, so that a lecture goes as it was prepared
    ask_for(again, "name")
    assert read_sentence(again) == first


def test_in_step_answers_at_every_identifier(open_widget):
    visit = open_widget()
    ask_for(visit, "role")
    find_field(visit).fill('y = f(x, k="a")  # c')
    read = ["new line", "y", "=", "f", "(", "x", ",", "k", "=", "string", ")"]
    assert read_row(visit, "in") == read
    names = {"y", "f", "x", "k"}
    assert list_boxes_of_kind(visit, "out", "full") == [text in names for text in read]
    named_roles = {text.split("|")[0] for text in read_row(visit, "out")} - {""}
    assert named_roles <= set(roles.ROLES)
    meanings = visit.page.locator(".rc-shapes-meanings").inner_text()
    assert all(f"{role}: {shapes.MEANINGS[role]}" in meanings for role in named_roles)
    assert "4 answers" in read_sentence(visit)
    find_field(visit).fill("y = 'a")
    fault = visit.page.locator(".rc-w-fault")
    assert fault.inner_text() == "The string has no end yet."
    find_field(visit).fill("y = a ? b")
    assert fault.inner_text() == "Python has no token that begins with “?”."
    find_field(visit).fill("y = a")
    assert fault.inner_text() == ""


def test_answers_after_the_input_are_marked_right_or_wrong(open_widget):
    visit = open_widget()
    ask_for(visit, "numeral")
    marks = set()
    for digits in ("208", "11", "99999", "7", "80080"):
        find_field(visit).fill(digits)
        n = len(digits)
        assert read_row(visit, "in")[: n + 1] == [*digits, "go"]
        assert list_boxes_of_kind(visit, "out", "full")[: n + 1] == [False] * n + [True]
        assert not any(list_boxes_of_kind(visit, "out", "full")[:n])
        answers = [text.split("|")[0] for text in read_row(visit, "out")[n:]]
        words = numerals.split_words(numerals.spell_number(int(digits), "en"))
        mark = visit.page.locator(".rc-shapes-answer").inner_text()
        if answers == [*words, "end"]:
            assert mark == "✓ Right."
        else:
            assert mark == f"✗ Wrong. The right answer: {' '.join(words)}."
        marks.add(mark[0])
    find_field(visit).fill("007")
    assert "no right answer" in visit.page.locator(".rc-shapes-answer").inner_text()
    find_field(visit).fill("4x")
    fault = visit.page.locator(".rc-w-fault")
    assert fault.inner_text() == "Read as “4”, without “x”."
    assert read_row(visit, "in")[:2] == ["4", "go"]
    find_field(visit).fill("")
    assert (read_sentence(visit), fault.inner_text()) == ("Type up to five digits.", "")
    assert marks <= {"✓", "✗"}


def test_a_screen_reader_is_told_once_after_typing_stops(open_widget):
    visit = open_widget()
    ask_for(visit, "numeral")
    find_field(visit).focus()
    find_field(visit).evaluate("""(input) => {
      const status = document.querySelector(".rc-w-sr-only[role=status]");
      window.heard = [];
      new MutationObserver(() => window.heard.push(status.textContent))
        .observe(status, { childList: true });
      for (const digits of ["1", "12"]) {
        input.value = digits;
        input.dispatchEvent(new Event("input", { bubbles: true }));
      }
    }""")  # at once, so that no load of the machine is a rest
    visit.page.wait_for_function("window.heard.length")
    (once,) = visit.page.evaluate("window.heard")
    assert once.startswith("2 digits read, then ")
    steps = visit.page.get_by_role("listitem").all_inner_texts()
    assert "answers nothing" in steps[0]
    assert "Step 1" in " ".join(steps[0].split())


def test_what_scrolls_is_reached_by_keyboard_and_shows_the_answer(open_widget):
    visit = open_widget("phone")
    ask_for(visit, "language")
    find_field(visit).fill("Dominikanische Republik")
    scroller = visit.page.locator(".rc-shapes-scroller")
    visit.page.locator(".rc-shapes-scroller[tabindex='0']").wait_for()
    frame = scroller.bounding_box()

    def answer_is_seen():
        box = visit.page.locator(".rc-shapes-out").last.bounding_box()
        return box["x"] + box["width"] <= frame["x"] + frame["width"] + 1

    assert answer_is_seen()
    visit.page.get_by_label("What it would say").check()  # wider, and still seen
    assert answer_is_seen()
    labels = visit.page.locator(".rc-shapes-rows").bounding_box()
    assert abs(labels["x"] - frame["x"]) < 4  # the names of the rows stay
