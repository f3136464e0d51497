"""The shapes in a browser, beyond what holds for every widget: networks on demand, every task."""

import pytest

from rnncourse.chapters.ch01_sequences import widget as shapes
from rnncourse.data import numerals, roles

from ...browser.widgets import button, choose, heavy, load, loader, said

pytestmark = pytest.mark.built
ELEMENT = shapes.shapes_explorer

SHAPES = {
    "image": "one to one",
    "language": "many to one",
    "name": "one to many",
    "role": "many to many, in step",
    "numeral": "many to many, after the input",
}


def ask_for(seen, task):
    """Choose a shape, and load its network."""
    choose(seen, SHAPES[task])
    load(seen)


def field(seen):
    return seen.page.locator(".rc-w-field :is(input, select)")


def row(seen, part):
    """What stands in a row of the diagram, step by step; what is for the ear only is left out."""
    boxes = seen.page.locator(f".rc-shapes-column .rc-shapes-{part}").all()
    read = "e => [...e.children].filter(c => !c.matches('.rc-w-sr-only')).map(c => c.textContent)"
    return ["|".join(box.evaluate(read)) for box in boxes]


def kinds(seen, part, name):
    """Which boxes of a row are of a kind."""
    boxes = seen.page.locator(f".rc-shapes-column .rc-shapes-{part}").all()
    return [f"rc-shapes-{name}" in box.get_attribute("class") for box in boxes]


def test_nothing_is_loaded_before_the_button_is_pressed_and_then_once(opened):
    seen = opened()
    for task in SHAPES:
        choose(seen, SHAPES[task])
        assert loader(seen).count() == 1
    choose(seen, SHAPES["language"])
    field(seen).fill("Ranska")
    assert row(seen, "in") == [*"Ranska"]
    assert row(seen, "out") == [""] * 5 + ["?"]
    seen.rest()
    assert heavy(seen) == []
    loader(seen).dblclick()
    seen.page.locator(".rc-w-facts", has_text="GRU of").wait_for()
    assert [url.rpartition("/")[2].partition("?")[0] for url in heavy(seen)] == [
        "language.js",
    ]
    choose(seen, SHAPES["name"])
    choose(seen, SHAPES["language"])
    assert loader(seen).count() == 0
    assert len(heavy(seen)) == 1
    assert seen.foreign + seen.errors == []


def test_a_small_network_loads_by_itself(opened):
    seen = opened(saves=False)
    choose(seen, SHAPES["language"])
    seen.page.locator(".rc-w-facts", has_text="GRU of").wait_for()
    assert loader(seen).count() == 0
    field(seen).fill("Ranska")
    assert row(seen, "out")[:5] == [""] * 5
    assert row(seen, "out")[5] != "?"


def test_one_to_one_answers_once_and_what_is_drawn_changes_it(opened):
    seen = opened()
    ask_for(seen, "image")
    canvas = seen.page.get_by_role("application")
    ink = "es => es.map(e => parseInt(e.style.getPropertyValue('--ink-share')))"

    def pixels():
        return canvas.locator("i").evaluate_all(ink)

    for digit, answer in (("0", "0"), ("2", "2"), ("3", "3"), ("5", "5"), ("9", "3")):
        button(seen, f"A picture of a {digit}").click()
        assert row(seen, "out")[0].split("|")[0] == answer  # the last one is misread
        assert said(seen) == f"One picture, one step, one answer: {answer}."
        assert len(seen.page.locator(".rc-shapes-answer li").all()) == 3
    button(seen, "Clear").click()
    assert said(seen) == "Draw a digit."
    assert pixels() == [0] * 64
    canvas.focus()
    for key in ("ArrowUp", "ArrowRight", "ArrowDown", " ", "ArrowDown", "ArrowDown", " ", " "):
        canvas.press(key)
    assert [i for i, share in enumerate(pixels()) if share] == [9]
    status = seen.page.locator(".rc-w-sr-only[role=status]")
    assert status.text_content() == "Row 4, column 2: paper."
    assert row(seen, "out") != []
    box = canvas.bounding_box()
    at = [(box["x"] + 14 * x + 7, box["y"] + 14 * y + 7) for x, y in ((4, 2), (4, 3), (4, 4))]
    seen.page.mouse.move(*at[0])
    seen.page.mouse.down()
    for place in at[1:]:
        seen.page.mouse.move(*place)
    seen.page.mouse.up()
    assert [i for i, share in enumerate(pixels()) if share] == [9, 20, 28, 36]
    assert seen.errors == []


@pytest.mark.parametrize(("task", "max_length"), [("language", 40), ("role", 120), ("numeral", 5)])
def test_what_does_not_fit_is_told(opened, task, max_length):
    seen = opened()
    choose(seen, SHAPES[task])
    fault = seen.page.locator(".rc-w-fault")
    field(seen).fill("1" * max_length)
    assert fault.inner_text() == ""
    field(seen).fill("1" * 2 * max_length)
    assert f"reads at most {max_length} " in fault.inner_text()
    assert "left out" in fault.inner_text()
    assert field(seen).input_value() == "1" * max_length
    field(seen).fill("1")
    assert fault.inner_text() == ""
    assert seen.errors == []


def test_many_to_one_answers_once(opened):
    seen = opened()
    ask_for(seen, "language")
    field(seen).fill("Campuchia")
    assert row(seen, "in") == [*"Campuchia"]
    assert kinds(seen, "out", "full") == [False] * 8 + [True]
    bars = seen.page.locator(".rc-shapes-answer li").all_inner_texts()
    assert len(bars) == 3
    assert bars[0].split("\n")[0] == row(seen, "out")[-1].split("|")[0]
    assert said(seen).startswith("After 9 characters it answers once: ")
    seen.page.get_by_label("What it would say after each character").check()
    early = kinds(seen, "out", "early")
    assert early == [True] * 8 + [False]
    assert all("%" in text for text in row(seen, "out"))
    seen.page.get_by_label("Units 1 to 6").check()
    assert seen.page.locator(".rc-shapes-units i").count() == 9 * 6
    field(seen).fill("Ελλάδα")
    assert "does not know: Ε λ ά δ α" in seen.page.locator(".rc-w-fault").inner_text()
    field(seen).fill("")
    assert said(seen) == "Type a name."
    assert seen.page.locator(".rc-shapes-column").count() == 0
    button(seen, "Ranska").click()
    assert field(seen).input_value() == "Ranska"
    assert seen.errors == []


def test_one_to_many_reads_its_own_answers(opened):
    seen = opened()
    ask_for(seen, "name")
    choose(seen, SHAPES["name"])
    first = said(seen)
    button(seen, "Draw another").click()
    assert said(seen) != first
    read, answers = row(seen, "in"), [text.split("|")[0] for text in row(seen, "out")]
    assert read[0] == "German"
    assert read[1:] == answers[:-1]
    assert kinds(seen, "in", "fed") == [False] + [True] * (len(read) - 1)
    assert seen.page.locator(".rc-shapes-answer").inner_text().count(" · ") == 1
    button(seen, "Likeliest").click()
    likeliest = said(seen)
    button(seen, "Likeliest").click()
    assert said(seen) == likeliest
    field(seen).select_option("fi")
    assert row(seen, "in")[0] == "Finnish"
    other = opened()  # the seed decides, so that a lecture goes as it was prepared
    ask_for(other, "name")
    assert said(other) == first
    assert seen.errors == []


def test_in_step_answers_at_every_identifier(opened):
    seen = opened()
    ask_for(seen, "role")
    field(seen).fill('y = f(x, k="a")  # c')
    read = ["new line", "y", "=", "f", "(", "x", ",", "k", "=", "string", ")"]
    assert row(seen, "in") == read
    names = {"y", "f", "x", "k"}
    assert kinds(seen, "out", "full") == [text in names for text in read]
    named_roles = {text.split("|")[0] for text in row(seen, "out")} - {""}
    assert named_roles <= set(roles.ROLES)
    meanings = seen.page.locator(".rc-shapes-meanings").inner_text()
    assert all(f"{role}: {shapes.MEANINGS[role]}" in meanings for role in named_roles)
    assert "4 answers" in said(seen)
    field(seen).fill("y = 'a")
    fault = seen.page.locator(".rc-w-fault")
    assert fault.inner_text() == "The string has no end yet."
    field(seen).fill("y = a ? b")
    assert fault.inner_text() == "Python has no token that begins with “?”."
    field(seen).fill("y = a")
    assert fault.inner_text() == ""
    assert seen.errors == []


def test_after_the_input_is_marked_right_or_wrong(opened):
    seen = opened()
    ask_for(seen, "numeral")
    marks = set()
    for digits in ("208", "11", "99999", "7", "80080"):
        field(seen).fill(digits)
        n = len(digits)
        assert row(seen, "in")[: n + 1] == [*digits, "go"]
        assert kinds(seen, "out", "full")[: n + 1] == [False] * n + [True]
        assert not any(kinds(seen, "out", "full")[:n])
        answers = [text.split("|")[0] for text in row(seen, "out")[n:]]
        words = numerals.split_words(numerals.spell_number(int(digits), "en"))
        mark = seen.page.locator(".rc-shapes-answer").inner_text()
        if answers == [*words, "end"]:
            assert mark == "✓ Right."
        else:
            assert mark == f"✗ Wrong. The right answer: {' '.join(words)}."
        marks.add(mark[0])
    field(seen).fill("007")
    assert "no right answer" in seen.page.locator(".rc-shapes-answer").inner_text()
    field(seen).fill("4x")
    fault = seen.page.locator(".rc-w-fault")
    assert fault.inner_text() == "Read as “4”, without “x”."
    assert row(seen, "in")[:2] == ["4", "go"]
    field(seen).fill("")
    assert (said(seen), fault.inner_text()) == ("Type up to five digits.", "")
    assert marks <= {"✓", "✗"}
    assert seen.errors == []


def test_a_screen_reader_hears_once_the_typing_rests(opened):
    seen = opened()
    ask_for(seen, "numeral")
    field(seen).focus()
    field(seen).evaluate("""(input) => {
      const status = document.querySelector(".rc-w-sr-only[role=status]");
      window.heard = [];
      new MutationObserver(() => window.heard.push(status.textContent))
        .observe(status, { childList: true });
      for (const digits of ["1", "12"]) {
        input.value = digits;
        input.dispatchEvent(new Event("input", { bubbles: true }));
      }
    }""")  # at once, so that no load of the machine is a rest
    seen.page.wait_for_function("window.heard.length")
    (once,) = seen.page.evaluate("window.heard")
    assert once.startswith("2 digits read, then ")
    steps = seen.page.get_by_role("listitem").all_inner_texts()
    assert "answers nothing" in steps[0]
    assert "Step 1" in " ".join(steps[0].split())


def test_what_scrolls_is_reached_by_keyboard_and_shows_the_answer(opened):
    seen = opened("phone")
    ask_for(seen, "language")
    field(seen).fill("Dominikanische Republik")
    scroller = seen.page.locator(".rc-shapes-scroller")
    seen.page.locator(".rc-shapes-scroller[tabindex='0']").wait_for()
    frame = scroller.bounding_box()

    def answer_is_seen():
        box = seen.page.locator(".rc-shapes-out").last.bounding_box()
        return box["x"] + box["width"] <= frame["x"] + frame["width"] + 1

    assert answer_is_seen()
    seen.page.get_by_label("What it would say").check()  # wider, and still seen
    assert answer_is_seen()
    labels = seen.page.locator(".rc-shapes-rows").bounding_box()
    assert abs(labels["x"] - frame["x"]) < 4  # the names of the rows stay
