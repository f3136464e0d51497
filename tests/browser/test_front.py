"""The front page: one screen with the promise, a button and a network that runs before a click."""

import pytest

from .conftest import PATIENCE, VIEWS, gzipped_size

pytestmark = pytest.mark.built

SCREENS = {"laptop": (1280, 720), "phone": (360, 640)}
TITLE = "Networks that read, remember and write"


def ready(seen):
    seen.page.locator("names-writer[data-state=ready]").wait_for()
    seen.rest()


def field(seen):
    return seen.page.get_by_label("Type the first letters of a family name")


@pytest.mark.parametrize("screen", SCREENS)
def test_promise_button_and_network_share_the_first_screen(visit, screen):
    seen, (width, height) = visit("index.html"), SCREENS[screen]
    seen.page.set_viewport_size({"width": width, "height": height})
    ready(seen)
    shown = [seen.page.get_by_role("heading", name=TITLE), seen.page.locator(".rc-promise")]
    shown += [seen.page.get_by_role("link", name="Start", exact=True), field(seen)]
    shown += seen.page.locator(".rc-fn-row").all()
    assert len(shown) == 4 + 11
    for element in shown:
        box = element.bounding_box()
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= height, element
    assert seen.page.evaluate("document.documentElement.scrollWidth") <= width
    assert seen.foreign + seen.errors == []
    assert sum(map(gzipped_size, seen.files())) < 1.3e6


def test_letters_have_an_answer_and_an_address_and_unknown_ones_are_told(visit):
    seen = visit("index.html")
    ready(seen)
    best = seen.page.locator(".rc-fn-best .rc-fn-kind")
    for name, kind in (("koskela", "Finnish"), ("nguyen", "none of these")):
        field(seen).fill(name)
        assert best.inner_text() == kind
        assert seen.page.url.endswith(f"#name={name}")
    field(seen).fill("ma5")
    assert seen.page.get_by_text("The network never read “5”").is_visible()
    assert seen.foreign + seen.errors == []


def test_an_address_brings_its_letters(visit):
    seen = visit("index.html#name=koskela")
    ready(seen)
    assert field(seen).input_value() == "koskela"
    seen.page.evaluate("location.hash = '#name=oleksak'")
    seen.page.wait_for_function("document.querySelector('names-writer input').value === 'oleksak'")
    assert seen.page.locator(".rc-fn-best .rc-fn-kind").inner_text() == "Polish"


@pytest.mark.parametrize("motion", ["reduce", "no-preference"])
def test_it_types_by_itself_until_the_reader_comes(browser, site, motion):
    context = browser.new_context(reduced_motion=motion, **VIEWS["light"])
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    page.clock.install(time=0)
    page.goto(f"{site}/index.html")
    page.locator("names-writer[data-state=ready]").wait_for()
    page.clock.pause_at(3_600_000)
    letters = page.get_by_label("Type the first letters of a family name")
    seen = set()
    for _ in range(20):
        page.clock.run_for(500)
        seen.add(letters.input_value())
    if motion == "reduce":
        assert seen == {"Mar"}
        assert page.get_by_role("button", name="Pause").count() == 0
    else:
        assert len(seen) > 3
        page.get_by_role("button", name="Pause", exact=True).click()
        before = letters.input_value()
        page.clock.run_for(10_000)
        assert letters.input_value() == before
        page.get_by_role("button", name="Play", exact=True).click()
        page.clock.run_for(3_000)
        letters.focus()
        before = letters.input_value()
        page.clock.run_for(10_000)
        assert letters.input_value() == before
    context.close()
