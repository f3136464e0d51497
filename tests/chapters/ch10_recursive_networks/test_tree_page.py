"""The live tree in a browser, beyond what holds for every widget: typing, and going about it."""

import pytest

from rnncourse.chapters.ch10_recursive_networks.tree_widget import expression_tree

from ...browser.widgets import choose_options, find_button, read_fault, read_sentence

pytestmark = pytest.mark.built
ELEMENT = expression_tree


def type_expression(visit, text):
    field = visit.page.get_by_role("textbox")
    field.fill(text)
    field.press("Tab")


def test_what_an_unfinished_expression_lacks_is_said_without_a_fault(open_widget):
    visit = open_widget()
    field = visit.page.get_by_role("textbox")
    for typed, missing in (
        ("(1+2", "“)” is to follow."),
        ("(1+", "A number is to follow."),
        ("1", "An operator is to follow."),
    ):
        field.fill(typed)
        assert read_fault(visit) == f"{missing} Still shown: “1-(2-(3-4))*3”."
        assert field.get_attribute("aria-invalid") == "false"
        assert visit.page.locator(".rc-w-note").count() == 1


def find_nodes(visit, state=""):
    return visit.page.locator(f"button.rc-tree-node{state}")


def test_a_wrong_node_lights_up_and_more_training_mends_it(open_widget):
    visit = open_widget()
    assert find_nodes(visit, ".rc-tree-wrong").count() >= 1
    assert find_nodes(visit, ".rc-tree-wrong").first.locator("s").count() == 1
    assert "It goes wrong at" in read_sentence(visit)
    choose_options(visit, "2,500 updates")
    assert find_nodes(visit, ".rc-tree-wrong").count() == 0
    assert "It is right at all" in read_sentence(visit)


def test_a_wrong_expression_is_reported_and_the_tree_stays(open_widget):
    visit = open_widget()
    before = find_nodes(visit).count()
    type_expression(visit, "2*(3+4")
    assert read_fault(visit).endswith("is never closed. Still shown: “1-(2-(3-4))*3”.")
    assert visit.page.locator(".rc-w-stale").count() == 1
    assert find_nodes(visit).count() == before
    type_expression(visit, "2 × (3+4)")
    assert read_fault(visit) == ""
    assert find_nodes(visit).count() == 2
    type_expression(visit, "2 x [3+9]=")
    assert read_fault(visit) == "Read as “2*(3+4)”, without “=”: modulo 5."
    assert find_nodes(visit).count() == 2
    type_expression(visit, "🙂")
    assert read_fault(visit) == "Nothing is read: “🙂” is not known. Still shown: “2*(3+4)”."
    assert find_nodes(visit).count() == 2
    find_button(visit, "2*(3+4)-1").click()
    assert read_fault(visit) == ""
    assert visit.page.get_by_role("textbox").input_value() == "2*(3+4)-1"
    assert find_nodes(visit).count() == 3


def test_arrow_keys_move_through_the_tree(open_widget):
    visit = open_widget()
    find_button(visit, "2*(3+4)-1").click()
    root = find_nodes(visit, ":not([tabindex])")
    root.focus()
    label = lambda: visit.page.locator(":focus > .rc-w-sr-only").inner_text()  # noqa: E731
    assert label().startswith("2*(3+4)-1: the value is 3,")
    visit.page.keyboard.press("ArrowDown")
    assert label().startswith("2*(3+4): ")
    visit.page.keyboard.press("ArrowDown")
    assert label().startswith("(3+4): the value is 2,")
    visit.page.keyboard.press("ArrowDown")  # only leaves below
    assert label().startswith("(3+4)")
    visit.page.keyboard.press("Enter")
    assert visit.page.locator(".rc-tree-detail").inner_text().startswith("(3+4) is 2.")
    visit.page.keyboard.press("ArrowUp")
    visit.page.keyboard.press("ArrowUp")
    visit.page.keyboard.press("ArrowUp")
    assert label().startswith("2*(3+4)-1")


def test_sixty_four_numbers_fit_a_phone(open_widget):
    visit = open_widget("phone")
    type_expression(visit, "-".join("1" * 64))
    assert find_nodes(visit).count() == 63
    tall = "document.querySelector('.rc-tree-box').clientHeight"
    assert visit.page.evaluate(tall) < 640  # it scrolls: what is said of it is not far below
    assert visit.page.evaluate("document.documentElement.scrollWidth") <= 360
