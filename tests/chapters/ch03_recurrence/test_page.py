"""The unfolding in a browser, beyond what holds for every widget: positions, switches, arrows."""

import pytest

from rnncourse.chapters.ch03_recurrence.widget import unfolding_stepper

from ...browser.conftest import VIEWS
from ...browser.widgets import choose_options, read_position, read_sentence, set_position

pytestmark = pytest.mark.built
ELEMENT = unfolding_stepper

POSITIONS = ["Folded", *(f"Step {t} of 6" for t in range(1, 7))]
DIGITS = "130123"
ECHO, SUM = "echo, two steps", "sum modulo 4"


def find_column(visit, t):
    return visit.page.get_by_role("group", name=f"Step {t}", exact=True)


def read_numbers(visit, t):
    """The numbers of column t: eight of the state, four of the softmax."""
    texts = find_column(visit, t).locator(".rc-w-number").all_text_contents()
    return [float(text.replace("−", "-")) for text in texts]


def read_last_rows(visit, t):
    """The last lines of column t: its answer with a mark, and the right one."""
    lines = find_column(visit, t).locator(".rc-unf-answer").all()
    return [(e.locator("kbd").inner_text(), e.locator(".rc-unf-verdict").count()) for e in lines]


def count_uses(visit):
    active = visit.page.locator(".rc-w-now .rc-unf-tap b > .rc-w-m").all_inner_texts()
    return active, visit.page.locator(".rc-unf-plug > span").all_inner_texts()


def test_every_position_unfolds_one_column(open_widget):
    visit = open_widget()
    for position, words in enumerate(POSITIONS):
        set_position(visit, position)
        assert read_position(visit) == words
        assert read_sentence(visit).startswith(words.removesuffix(" of 6"))
        if position == 0:
            assert visit.page.locator(".rc-unf-loop").count() == 1
            assert "tanh(xt Wxh + ht−1 Whh + bh)" in visit.page.locator(
                ".rc-unf-equations"
            ).inner_text().replace("\n", "")
        for t in range(1, 7 if position else 0):
            assert len(read_numbers(visit, t)) == 12 * (t <= position)
            assert f"reads {DIGITS[t - 1]}" in find_column(visit, t).inner_text()
            assert find_column(visit, t).locator(".rc-unf-tap").count() == 3 * (t <= position)
        assert visit.page.locator(".rc-unf-arrow.rc-unf-state").count() == max(1, position)
        active, counts = count_uses(visit)
        assert [name.replace("\n", "") for name in active] == ["Wxh", "Whh", "Why"] * (position > 0)
        assert all(text.startswith(str(position)) for text in counts if text)
        if position == 6:
            assert "768 numbers" in visit.page.locator(".rc-unf-counter").text_content()


def test_columns_show_the_numbers_and_the_answers(open_widget):
    visit = open_widget()
    set_position(visit, 6)
    for t in range(1, 7):
        state, chances = read_numbers(visit, t)[:8], read_numbers(visit, t)[8:]
        assert all(-1 <= v <= 1 for v in state)
        assert sum(chances) == pytest.approx(1, abs=0.021)
        (answer, verdict), (correct, _) = read_last_rows(visit, t)
        assert chances[int(answer)] == max(chances)
        assert correct == str(sum(map(int, DIGITS[:t])) % 4)
        assert verdict == 1
        words = "right" if answer == correct else "wrong"
        assert words in find_column(visit, t).locator(".rc-unf-answer").first.text_content()
    wrong = [
        t for t in range(1, 7) if read_last_rows(visit, t)[0][0] != read_last_rows(visit, t)[1][0]
    ]
    assert wrong == [5]
    number = find_column(visit, 1).locator(".rc-w-number").first
    assert number.bounding_box()["width"] <= 1  # heard, not seen
    visit.page.get_by_label("Show the numbers").check()
    assert number.bounding_box()["width"] > 10


def test_arrows_of_feedback_start_at_their_source(open_widget):
    """The arrow of step 4 starts at the height of what it brings, and ends at its matrix."""
    visit = open_widget()
    choose_options(visit, ECHO, "its own answer")
    set_position(visit, 4)
    lines = find_column(visit, 3).locator(".rc-unf-answer")
    starts = {"its own answer": lines.nth(0), "the right answer": lines.nth(1)}
    for name, line in starts.items():
        choose_options(visit, name)
        arrow = visit.page.locator(".rc-unf-arrow").nth(3)
        bottom = arrow.evaluate(
            """e => e.getBoundingClientRect().bottom
            - parseFloat(getComputedStyle(e, "::before").bottom)"""
        )
        box = line.bounding_box()
        assert box["y"] <= bottom <= box["y"] + box["height"]
        assert arrow.locator("kbd").inner_text() == line.locator("kbd").inner_text()
    choose_options(visit, "the state")
    assert visit.page.locator(".rc-unf-arrow").nth(3).inner_text().replace("\n", "") == "h3"


def test_a_switch_changes_the_network_and_keeps_the_position(open_widget):
    visit = open_widget()
    set_position(visit, 4)
    matrix = visit.page.locator(".rc-unf-plug b")
    assert matrix.nth(1).inner_text().replace("\n", "") == "Whh"
    choose_options(visit, ECHO)
    assert "Two steps ago it read 3; the network answers 3: right." in read_sentence(visit)
    choose_options(visit, "its own answer")
    assert "From step 3 comes its answer, 0, which was wrong." in read_sentence(visit)
    assert matrix.nth(1).inner_text().replace("\n", "") == "Wyh"
    assert visit.page.locator(".rc-unf-picked").count() == 2  # a row of W_xh, a row of W_yh
    choose_options(visit, "the right answer")
    assert "comes the right answer, 1, not its own, 0." in read_sentence(visit)
    assert read_position(visit) == POSITIONS[4]
    chosen = visit.page.locator(".rc-unf-chosen")
    assert chosen.all_text_contents() == ["0.50"]
    choose_options(visit, SUM)
    assert chosen.all_text_contents() == ["1.00"]
    set_position(visit, 0)
    assert "the right answer of the step before" in (
        visit.page.locator(".rc-unf-equations").inner_text()
    )
    assert "96 numbers" in visit.page.locator(".rc-unf-counter").text_content()


def test_wrong_digits_are_reported_and_change_nothing(open_widget):
    visit = open_widget()
    field = visit.page.get_by_label("Six digits, 0 to 3")
    fault, digits = visit.page.locator(".rc-w-fault"), field.input_value()
    set_position(visit, 4)
    before = read_sentence(visit)
    for text, sentence in (
        ("13012x", "Read as “13012”, without “x”."),  # perhaps not finished
        ("xyz", "Nothing is read: “x”, “y” and “z” are not known. Still shown: “{}”."),
        ("130", ""),
    ):
        field.fill(text)
        assert fault.inner_text() == sentence.format(digits)
        assert field.get_attribute("aria-invalid") == str("Still" in sentence).lower()
        assert read_sentence(visit) == before
        assert visit.page.locator(".rc-w-stale").count() == 1
    field.press("Enter")
    note = "The network reads six digits from 0 to 3: this has 3."
    assert fault.inner_text() == f"{note} Still shown: “{digits}”."
    field.fill("13012301")
    assert fault.inner_text() == "Read as “130123”: 6 digits at most."
    assert visit.page.locator(".rc-w-stale").count() == 0
    field.fill("2 2 2 2 2 2")
    assert fault.inner_text() == ""
    assert read_position(visit) == POSITIONS[4]
    assert "Step 4 reads 2." in read_sentence(visit)
    assert "The sum so far is 8, modulo 4 that is 0;" in read_sentence(visit)


def test_on_a_phone_the_weights_and_two_columns_are_in_sight(open_widget):
    visit = open_widget("phone")
    stage = visit.page.locator(".rc-w-stage")
    frame = stage.bounding_box()
    for position in (5, *range(1, 7)):  # at first, and step by step
        set_position(visit, position)
        visit.rest()
        shared = visit.page.locator(".rc-unf-shared").bounding_box()
        assert shared["x"] <= frame["x"] + 1
        for t in {max(1, position - 1), position}:
            box = find_column(visit, t).bounding_box()
            assert box["x"] >= shared["x"] + shared["width"] - 1
            assert box["x"] + box["width"] <= frame["x"] + frame["width"] + 1
    assert stage.get_attribute("tabindex") == "0"  # it scrolls
    for width, height in ((740, 360), (360, 740)):  # turned, and back again
        visit.page.set_viewport_size({"width": width, "height": height})
        visit.rest()
    box = find_column(visit, 6).bounding_box()
    assert box["x"] + box["width"] <= frame["x"] + frame["width"] + 1


def test_no_column_is_cut_as_long_as_the_present_one_is_in_sight(open_widget):
    """Planted by what was: a page a little too narrow for six columns began with half of step 1."""
    visit = open_widget()
    visit.page.set_viewport_size({"width": 640, "height": 900})
    visit.rest()
    stage = visit.page.locator(".rc-w-stage")
    assert read_position(visit) == POSITIONS[5]
    assert stage.evaluate("e => [e.scrollLeft, e.scrollWidth > e.clientWidth]") == [0, True]
    set_position(visit, 6)
    box, frame = find_column(visit, 6).bounding_box(), stage.bounding_box()
    assert box["x"] + box["width"] <= frame["x"] + frame["width"] + 1


def test_nothing_in_a_column_is_cut_off(open_widget):
    for view in VIEWS:
        visit = open_widget(view)
        choose_options(visit, ECHO, "its own answer")
        set_position(visit, 6)
        for shown in (False, True):
            visit.page.get_by_label("Show the numbers").set_checked(shown)
            wide = "es => es.filter(e => e.scrollWidth > e.clientWidth + 1).map(e => e.className)"
            lines = ".rc-w-column :is(.rc-unf-answer, .rc-w-label, .rc-w-reads, .rc-w-head)"
            lines += ", .rc-unf-answer > span:first-child, .rc-w-entry, .rc-unf-tap b"
            assert visit.page.locator(lines).evaluate_all(wide) == []


def test_an_old_link_with_settings_that_are_no_more_opens_without_a_fault(open_widget):
    visit = open_widget()
    chosen = visit.page.locator("input[type=radio]:checked")
    before = chosen.evaluate_all("es => es.map((e) => e.value)")
    words = "recurrence=output&fed=told&task=echo&no=1"
    visit.page.evaluate(f"() => {{ location.hash = '#fig-unfolding-stepper?{words}' }}")
    visit.page.get_by_label(ECHO).and_(visit.page.locator(":checked")).wait_for()
    after = chosen.evaluate_all("es => es.map((e) => e.value)")
    assert ["echo" if value == "running sum" else value for value in before] == after
    assert "recurrence" not in visit.page.locator("unfolding-stepper").evaluate("e => e.address")
