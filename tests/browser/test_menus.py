"""The menu of a figure: it opens by mouse and by keys, and what it gives away is sound."""

import base64
import csv
import io
import re
from xml.etree import ElementTree

import numpy as np
import pytest

from rnncourse.core.records import Record

from .axe import find_violations
from .conftest import SITE, VIEWS

pytestmark = [pytest.mark.built, pytest.mark.browser]

PAGE, NAME, TITLE = "lab-03-recurrent-networks.html", "exposure", "Recurrent networks"
FIGURE = f"#fig-{NAME}"
ENTRIES = ["Show it large", "SVG, to scale", "PNG, double size", "CSV, the numbers"]
ENTRIES += ["Copy a link to it", "Copy how to cite it"]
FOCUS = "document.activeElement.textContent"

# Sizes of a picture, and how many of its pixels are paper, dark ink, and between.
PIXELS = """async data => {
    const image = new Image();
    image.src = "data:image/png;base64," + data;
    await image.decode();
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [image.width, image.height];
    const pen = canvas.getContext("2d");
    pen.drawImage(image, 0, 0);
    const {data: all} = pen.getImageData(0, 0, image.width, image.height);
    const found = {width: image.width, height: image.height, paper: 0, ink: 0, between: 0};
    for (let i = 0; i < all.length; i += 4) {
        const [low, high] = [Math.min(...all.slice(i, i + 3)), Math.max(...all.slice(i, i + 3))];
        found.paper += low === 255 && all[i + 3] === 255;
        found.ink += high < 90;
        found.between += high >= 90 && low < 200;
    }
    return found;
}"""


@pytest.fixture
def open_figure_page(open_blank, book_url):
    def open_in_view(view="light"):
        visit = open_blank(view)
        visit.page.goto(f"{book_url}/{PAGE}", wait_until="load")
        visit.rest()
        return visit

    return open_in_view


def find_menu_button(visit, figure=FIGURE):
    return visit.page.locator(f"{figure} .rc-menu > button")


def find_menu(visit):
    return visit.page.locator(f"{FIGURE} [role=menu]")


def download_entry(visit, entry: str) -> tuple[str, bytes]:
    """Take something from the menu; return the name of the file and what it holds."""
    find_menu_button(visit).click()
    with visit.page.expect_download() as waiting:
        find_menu(visit).get_by_role("menuitem", name=entry).click()
    file = waiting.value
    assert find_menu(visit).is_hidden()
    return file.suggested_filename, file.path().read_bytes()


def test_every_figure_has_a_menu_that_bears_its_number(open_page):
    visit = open_page(PAGE)
    figures = visit.page.locator("figure.rc-figure")
    assert figures.count() > 1
    for figure in figures.all():
        number = figure.locator(".rc-number").inner_text().strip().removesuffix(".")
        name = f"Take {number}"
        assert figure.get_by_role("button", name=name, exact=True).count() == 1
        assert figure.get_by_role("menu", name=name, include_hidden=True).count() == 1


def test_the_mouse_opens_and_closes_the_menu(open_figure_page):
    visit = open_figure_page()
    assert find_menu(visit).is_hidden()
    find_menu_button(visit).click()
    assert find_menu(visit).get_by_role("menuitem").all_inner_texts() == ENTRIES
    assert find_menu_button(visit).get_attribute("aria-expanded") == "true"
    find_menu_button(visit).click()
    assert find_menu(visit).is_hidden()
    find_menu_button(visit).click()
    visit.page.locator(".bd-article h1").click()  # elsewhere
    assert find_menu(visit).is_hidden()
    assert find_menu_button(visit).get_attribute("aria-expanded") == "false"


def test_keys_open_walk_and_close_the_menu(open_page):
    visit = open_page(PAGE)
    press, focus = visit.page.keyboard.press, lambda: visit.page.evaluate(FOCUS)
    for key in ("Enter", "Space", "ArrowDown"):
        find_menu_button(visit).focus()
        press(key)
        assert find_menu(visit).is_visible(), key
        assert focus() == ENTRIES[0]
        press("Escape")
        assert find_menu(visit).is_hidden()
        assert find_menu_button(visit).evaluate("e => e === document.activeElement")
    press("Enter")
    for key, at in [("ArrowDown", 1), ("ArrowUp", 0), ("ArrowUp", 5), ("ArrowDown", 0)]:
        press(key)
        assert focus() == ENTRIES[at]
    for key, at in [("End", 5), ("Home", 0)]:
        press(key)
        assert focus() == ENTRIES[at]
    for key in ("Home", "Shift+Tab", "ArrowUp"):  # from the button to the last
        press(key)
    assert focus() == ENTRIES[5]
    press("Tab")
    assert find_menu(visit).is_hidden()
    find_menu_button(visit).focus()
    press("Enter")
    press("ArrowDown")
    with visit.page.expect_download() as waiting:
        press("Enter")
    assert waiting.value.suggested_filename == f"{NAME}.svg"
    assert find_menu_button(visit).evaluate("e => e === document.activeElement")


def test_svg_is_a_drawing_of_its_own_in_light_colors(open_figure_page):
    files = [download_entry(open_figure_page(view), ENTRIES[1]) for view in ("light", "dark")]
    assert files[0] == files[1]
    name, text = files[0]
    assert name == f"{NAME}.svg"
    root = ElementTree.fromstring(text)
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    *_, width, height = map(float, root.get("viewBox").split())
    size = float(root.get("width")), float(root.get("height"))
    assert size == pytest.approx((1.5 * width, 1.5 * height), abs=1)
    assert re.fullmatch("#[0-3][0-9a-f][0-3][0-9a-f][0-3][0-9a-f]", root.get("color"))  # dark ink
    assert "#fff" in root.get("style")
    assert b"var(--" not in text
    assert root[0].tag.endswith("title")
    assert root[0].text == root.get("aria-label")


def test_png_has_double_size_and_the_drawing(open_figure_page):
    visit = open_figure_page("dark")
    root = ElementTree.fromstring(download_entry(visit, ENTRIES[1])[1])
    name, data = download_entry(visit, ENTRIES[2])
    assert name == f"{NAME}.png"
    actual = visit.page.evaluate(PIXELS, base64.b64encode(data).decode())
    size = 2 * float(root.get("width")), 2 * float(root.get("height"))
    assert (actual["width"], actual["height"]) == pytest.approx(size, abs=2)
    whole = actual["width"] * actual["height"]
    assert 0.5 * whole < actual["paper"] < 0.98 * whole
    assert actual["ink"] > 0.002 * whole
    assert actual["between"] > 0.002 * whole
    assert not [error for error in visit.errors if error.startswith("script:")]


def test_csv_is_what_the_figure_draws(open_figure_page):
    visit = open_figure_page()
    name, data = download_entry(visit, ENTRIES[3])
    assert name == f"{NAME}.csv"
    stored = visit.page.locator(f"{FIGURE} script.rc-data").text_content()
    assert data.decode() == stored.strip() + "\n"
    rows = list(csv.DictReader(io.StringIO(data.decode())))
    record = Record.load("ch03_recurrence")
    drawn = [row for row in rows if (row["panel"], row["x"]) == ("running sum", "260")]
    bands = [(float(row["low"]), float(row["high"])) for row in drawn if row["low"]]
    for test, series in (("teacher_forced", "teacher-forced"), ("free_running", "free-running")):
        values = record.value(f"exposure/running sum/forced/{test}/260")
        name = f"teacher forcing, {series}"
        (mean,) = [float(row["y"]) for row in drawn if row["series"] == name]
        np.testing.assert_allclose(mean, np.mean(values), rtol=1e-4)
        ends = min(values), max(values)
        assert any(np.allclose(band, ends, rtol=1e-4) for band in bands)


def test_the_copied_citation_names_figure_and_page_and_no_local_address(open_page, site):
    visit = open_page(PAGE)
    rights = ["clipboard-read", "clipboard-write"]
    visit.page.context.grant_permissions(rights, origin=site)
    find_menu_button(visit).click()
    find_menu(visit).get_by_role("menuitem", name=ENTRIES[5]).click()
    visit.page.locator(f"{FIGURE} [role=status]", has_text="Copied.").wait_for()
    words = visit.page.evaluate("navigator.clipboard.readText()")
    number = visit.page.locator(f"{FIGURE} .rc-number").inner_text().strip().removesuffix(".")
    assert words.startswith(f"{number} of \N{LEFT DOUBLE QUOTATION MARK}")
    assert f"{TITLE}\N{RIGHT DOUBLE QUOTATION MARK}" in words
    assert "The rnncourse authors (2026)." in words
    assert "In: Networks that read" in words
    assert site not in words  # nobody else finds this machine


@pytest.mark.parametrize("refused", [True, False])
def test_without_a_clipboard_the_text_to_copy_is_shown(open_blank, refused):
    """From a file, and where the browser refuses: no address of this machine is told."""
    visit = open_blank("phone")
    page = visit.page
    if refused:
        page.add_init_script(
            "navigator.clipboard.writeText = () => Promise.reject(new Error('no'));"
        )
    else:
        page.add_init_script("Object.defineProperty(navigator, 'clipboard', {value: undefined});")
    page.goto((SITE / PAGE).as_uri(), wait_until="load")
    find_menu_button(visit).click()
    find_menu(visit).get_by_role("menuitem", name=ENTRIES[5]).click()
    status = page.locator(f"{FIGURE} [role=status]", has_text=TITLE)
    status.wait_for()
    assert "file:" not in status.inner_text()
    box = status.bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= VIEWS["phone"]["viewport"]["width"]
    assert not [error for error in visit.errors if error.startswith("script:")]


@pytest.mark.parametrize("view", VIEWS)
def test_an_open_menu_is_visible_and_has_no_axe_violation(open_page, view):
    visit = open_page(PAGE, view)
    find_menu_button(visit).click()
    assert find_violations(visit, FIGURE) == []
    box = find_menu(visit).bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= VIEWS[view]["viewport"]["width"]
    heights = [e.bounding_box()["height"] for e in find_menu(visit).get_by_role("menuitem").all()]
    assert min([*heights, find_menu_button(visit).bounding_box()["height"]]) >= 24


def test_a_diagram_offers_no_numbers(open_page):
    visit = open_page("03-recurrent-networks.html")
    find_menu_button(visit, "#fig-recurrences").click()
    items = visit.page.locator("#fig-recurrences [role=menuitem]").all_inner_texts()
    assert items == [entry for entry in ENTRIES if "CSV" not in entry]
