"""The front page: one screen with the promise, a button and a network that runs before a click."""

import pytest

from .axe import violations
from .conftest import WIDTH, gzipped_size
from .widgets import load

pytestmark = pytest.mark.built

SCREENS = {"laptop": (1280, 720), "phone": (360, 640)}
TITLE = "Networks that read, remember and write"


def ready(seen):
    seen.page.locator("names-writer[data-state=ready]").wait_for()
    seen.rest()


def field(seen):
    return seen.page.get_by_label("Type your family name")


@pytest.mark.parametrize("screen", SCREENS)
def test_promise_button_and_network_share_the_first_screen(visit, screen):
    seen, (width, height) = visit("index.html"), SCREENS[screen]
    seen.page.set_viewport_size({"width": width, "height": height})
    ready(seen)
    assert seen.page.title() == f"{TITLE} — a free course"
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


def test_letters_have_an_answer_and_unknown_ones_are_told(visit):
    seen = visit("index.html")
    ready(seen)
    best = seen.page.locator(".rc-fn-best .rc-fn-kind")
    for name, kind in (("koskela", "Finnish"), ("nguyen", "none of these")):
        field(seen).fill(name)
        assert best.inner_text() == kind
        share = seen.page.locator(".rc-fn-best .rc-fn-share").inner_text()
        read = f"It has read {len(name)} letters and thinks {kind}, {share}."
        assert seen.page.get_by_text(read).is_visible()
        assert seen.page.locator(".rc-fn-memory i").count() == len(name)
    height = seen.page.locator("names-writer").bounding_box()["height"]
    field(seen).fill("ma5")
    assert seen.page.locator("names-writer").bounding_box()["height"] == height
    verdict, note = seen.page.locator(".rc-fn-line"), seen.page.get_by_text("Read as “ma”")
    assert verdict.inner_text().startswith("It has read 2 letters and thinks")
    assert verdict.bounding_box()["y"] < note.bounding_box()["y"]
    field(seen).fill("  🙂1")
    assert seen.page.get_by_text("Nothing is read: “🙂” and “1” are not known.").is_visible()
    assert best.count() == 0
    assert set(seen.page.locator(".rc-fn-share").all_inner_texts()) == {""}
    field(seen).fill("Nguyễn")
    assert best.inner_text() == "none of these"
    assert seen.page.get_by_text("Read as “nguyen”.").is_visible()
    field(seen).fill("a" * 60)
    assert field(seen).input_value() == "a" * 14
    assert seen.page.get_by_text("14 letters at most").is_visible()
    for name in ("O'Brien", "McDonald", "SMITH"):
        field(seen).fill(name)
        shown = seen.page.locator(".rc-fn-name").all_inner_texts()[:10]
        assert all(row.startswith(name) for row in shown)
        assert all(row == row.upper() for row in shown) == (name == "SMITH")
    assert seen.foreign + seen.errors == []


def test_each_letter_tells_how_likely_it_seemed(visit):
    seen = visit("index.html")
    ready(seen)
    field(seen).fill("Kos5")
    told = seen.page.locator(".rc-fn-memory span")
    assert told.inner_text() == "its memory, letter by letter"
    columns = [e.bounding_box() for e in seen.page.locator(".rc-fn-memory i").all()]
    numbers = []
    for box in columns:
        seen.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 9)
        numbers.append(told.inner_text())
    assert [words[:4] for words in numbers] == ["“K”:", "“o”:", "“s”:", "“5”:"]
    assert all(words.endswith(" bits") for words in numbers[:3])
    assert numbers[3].endswith("not read")
    seen.page.mouse.move(0, 0)
    assert told.inner_text() == "its memory, letter by letter"
    field(seen).press("End")
    for words in numbers[2::-1]:  # by keyboard: what is left of the caret
        field(seen).press("ArrowLeft")
        assert told.inner_text() == words
    assert seen.foreign + seen.errors == []


def test_what_the_page_typed_makes_room_for_the_reader(visit):
    seen = visit("index.html")
    ready(seen)
    assert field(seen).input_value() != ""
    field(seen).click()
    seen.page.keyboard.type("Smith")
    assert field(seen).input_value() == "Smith"
    seen.page.get_by_role("button", name="Other endings").click()
    field(seen).click()
    assert field(seen).input_value() == "Smith"
    assert seen.foreign + seen.errors == []


@pytest.mark.parametrize("refused", [False, True])
def test_a_link_is_copied_and_brings_its_letters(visit, site, refused):
    """Where nothing can be copied, the link is in the address bar."""
    seen = visit("index.html")
    ready(seen)
    if refused:
        seen.page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject() }")
    seen.page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=site)
    field(seen).fill("Koskela")
    seen.page.get_by_role("button", name="Copy link", exact=True).press("Enter")
    if refused:
        seen.page.get_by_text("See the address bar").wait_for()
        link = seen.page.url
    else:
        seen.page.get_by_text("Copied", exact=True).wait_for()
        link = seen.page.evaluate("navigator.clipboard.readText()")
    assert link == f"{site}/index.html#fig-names-writer?name=Koskela&round=0"
    anew = visit(link.removeprefix(f"{site}/"))
    anew.page.wait_for_function("document.querySelector('names-writer input').value === 'Koskela'")
    assert anew.page.locator(".rc-fn-best .rc-fn-kind").inner_text() == "Finnish"
    anew.page.evaluate("location.hash = location.hash.replace('Koskela', 'Oleksak')")
    anew.page.wait_for_function("document.querySelector('names-writer input').value === 'Oleksak'")
    assert anew.page.locator(".rc-fn-best .rc-fn-kind").inner_text() == "Polish"
    for odd, value in (("a" * 40 + "&turn=x&no=1", "a" * 14), ("%25%", "%%")):
        anew.page.evaluate("words => { location.hash = `#fig-names-writer?name=${words}` }", odd)
        anew.page.wait_for_function(
            "value => document.querySelector('names-writer input').value === value", arg=value
        )
    assert seen.foreign + anew.foreign + anew.errors == []


@pytest.mark.parametrize("motion", ["reduce", "no-preference"])
def test_it_types_by_itself_until_the_reader_comes(fresh, site, motion):
    page = fresh(reduced_motion=motion).page
    page.clock.install(time=0)
    page.goto(f"{site}/index.html")
    page.locator("names-writer[data-state=ready]").wait_for()
    page.clock.pause_at(3_600_000)
    letters = page.get_by_label("Type your family name")
    seen = set()
    for _ in range(20):
        page.clock.run_for(500)
        seen.add(letters.input_value())
    if motion == "reduce":
        assert seen == {"Sch"}
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


def test_the_hour_has_seven_figures_and_all_of_them_work(visit):
    seen = visit("hour.html")
    ready(seen)
    assert seen.page.locator("figure.rc-live").count() == 7
    assert seen.page.get_by_role("button", name="Load the model").count() == 2  # large ones
    load(seen)
    ids = seen.page.locator("[id]").evaluate_all("all => all.map(each => each.id)")
    assert [name for name in {*ids} if ids.count(name) > 1] == []
    assert violations(seen) == []
    seen.show("phone")
    assert seen.page.evaluate(WIDTH) <= 360
    assert seen.foreign + seen.errors == []
