"""The live tree in a browser, beyond what holds for every widget: typing, and going about it."""

import pytest

from rnncourse.chapters.ch10_recursive_networks.tree_widget import expression_tree

from ...browser.widgets import button, choose, fault, said

pytestmark = pytest.mark.built
ELEMENT = expression_tree


def typed(seen, text):
    field = seen.page.get_by_role("textbox")
    field.fill(text)
    field.press("Tab")


def nodes(seen, state=""):
    return seen.page.locator(f"button.rc-tree-node{state}")


def test_a_wrong_node_lights_up_and_more_training_mends_it(opened):
    seen = opened()
    assert nodes(seen, ".rc-tree-wrong").count() >= 1
    assert "✗" in nodes(seen, ".rc-tree-wrong").first.inner_text()
    assert "It goes wrong at" in said(seen)
    choose(seen, "2,500 updates")
    assert nodes(seen, ".rc-tree-wrong").count() == 0
    assert "It is right at all" in said(seen)
    assert seen.errors == []


def test_what_is_wrong_with_an_expression_is_said_and_the_tree_stays(opened):
    seen = opened()
    before = nodes(seen).count()
    typed(seen, "2*(3+4")
    assert fault(seen).endswith("is never closed. Still shown: “1-(2-(3-4))*3”.")
    assert seen.page.locator(".rc-w-stale").count() == 1
    assert nodes(seen).count() == before
    typed(seen, "2 × (3+4)")
    assert fault(seen) == ""
    assert nodes(seen).count() == 2
    typed(seen, "2 x [3+9]=")
    assert fault(seen) == "Read as “2*(3+4)”, without “=”: modulo 5."
    assert nodes(seen).count() == 2
    typed(seen, "🙂")
    assert fault(seen) == "Nothing is read: “🙂” is not known. Still shown: “2*(3+4)”."
    assert nodes(seen).count() == 2
    button(seen, "2*(3+4)-1").click()
    assert fault(seen) == ""
    assert seen.page.get_by_role("textbox").input_value() == "2*(3+4)-1"
    assert nodes(seen).count() == 3
    assert seen.errors == []


def test_keys_go_about_the_tree(opened):
    seen = opened()
    button(seen, "2*(3+4)-1").click()
    root = nodes(seen, ":not([tabindex])")
    root.focus()
    label = lambda: seen.page.locator(":focus > .rc-w-sr-only").inner_text()  # noqa: E731
    assert label().startswith("2*(3+4)-1: the value is 3,")
    seen.page.keyboard.press("ArrowDown")
    assert label().startswith("2*(3+4): ")
    seen.page.keyboard.press("ArrowDown")
    assert label().startswith("(3+4): the value is 2,")
    seen.page.keyboard.press("ArrowDown")  # only leaves below
    assert label().startswith("(3+4)")
    seen.page.keyboard.press("Enter")
    assert seen.page.locator(".rc-tree-detail").inner_text().startswith("(3+4) is 2.")
    seen.page.keyboard.press("ArrowUp")
    seen.page.keyboard.press("ArrowUp")
    seen.page.keyboard.press("ArrowUp")
    assert label().startswith("2*(3+4)-1")
    assert seen.errors == []


def test_sixty_four_numbers_fit_a_phone(opened):
    seen = opened("phone")
    typed(seen, "-".join("1" * 64))
    assert nodes(seen).count() == 63
    tall = "document.querySelector('.rc-tree-box').clientHeight"
    assert seen.page.evaluate(tall) < 640  # it scrolls: what is said of it is not far below
    assert seen.page.evaluate("document.documentElement.scrollWidth") <= 360
    assert seen.errors == []
