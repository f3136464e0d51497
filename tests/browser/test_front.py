"""The front page: one screen with the promise, a button and a network that runs before a click."""

import pytest

from .axe import find_violations
from .conftest import WIDTH, measure_gzipped_size
from .widgets import load_model

pytestmark = pytest.mark.built

SCREENS = {"laptop": (1280, 720), "phone": (360, 640)}
TITLE = "Networks that read, remember and write"


def wait_until_ready(visit):
    visit.page.locator("names-writer[data-state=ready]").wait_for()
    visit.rest()


def find_field(visit):
    return visit.page.get_by_label("Type your family name")


@pytest.mark.parametrize("screen", SCREENS)
def test_promise_button_and_network_fit_the_first_screen(open_page, screen):
    visit, (width, height) = open_page("index.html"), SCREENS[screen]
    visit.page.set_viewport_size({"width": width, "height": height})
    wait_until_ready(visit)
    assert visit.page.title() == f"{TITLE} — a free course"
    shown = [visit.page.get_by_role("heading", name=TITLE), visit.page.locator(".rc-promise")]
    shown += [visit.page.get_by_role("link", name="Start", exact=True), find_field(visit)]
    shown += visit.page.locator(".rc-fn-row").all()
    assert len(shown) == 4 + 11
    for element in shown:
        box = element.bounding_box()
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= height, element
    assert visit.page.evaluate("document.documentElement.scrollWidth") <= width
    assert visit.foreign + visit.errors == []
    assert sum(map(measure_gzipped_size, visit.files())) < 1.3e6


def test_letters_have_an_answer_and_unknown_ones_are_listed(open_page):
    visit = open_page("index.html")
    wait_until_ready(visit)
    best = visit.page.locator(".rc-fn-best .rc-fn-kind")
    for name, kind in (("koskela", "Finnish"), ("nguyen", "none of these")):
        find_field(visit).fill(name)
        assert best.inner_text() == kind
        share = visit.page.locator(".rc-fn-best .rc-fn-share").inner_text()
        read = f"{len(name)} letters: {kind}, {share}."
        assert visit.page.get_by_text(read).is_visible()
        assert visit.page.locator(".rc-fn-memory i").count() == len(name)
    height = visit.page.locator("names-writer").bounding_box()["height"]
    find_field(visit).fill("ma5")
    assert visit.page.locator("names-writer").bounding_box()["height"] == height
    verdict, note = visit.page.locator(".rc-fn-line"), visit.page.get_by_text("Read as “ma”")
    assert verdict.inner_text().startswith("2 letters: ")
    assert verdict.bounding_box()["y"] < note.bounding_box()["y"]
    find_field(visit).fill("  🙂1")
    assert visit.page.get_by_text("Nothing is read: “🙂” and “1” are not known.").is_visible()
    assert best.count() == 0
    assert set(visit.page.locator(".rc-fn-share").all_inner_texts()) == {""}
    find_field(visit).fill("Nguyễn")
    assert best.inner_text() == "none of these"
    assert visit.page.get_by_text("Read as “nguyen”.").is_visible()
    find_field(visit).fill("a" * 60)
    assert find_field(visit).input_value() == "a" * 14
    assert visit.page.get_by_text("14 characters at most").is_visible()
    find_field(visit).fill("Kowalczewski-O'Brien 3")  # what is left out and what is cut, both
    loss = "Read as “kowalczewskio”, without “-”: 14 characters at most."
    assert visit.page.get_by_text(loss).is_visible()
    assert verdict.inner_text().startswith("The first 13 letters: Polish")
    strike = visit.page.locator(".rc-fn-unread").evaluate("""e => {
        const {backgroundSize, letterSpacing, textDecorationLine} = getComputedStyle(e);
        return [e.getBoundingClientRect().width - parseFloat(letterSpacing)
            - parseFloat(backgroundSize), textDecorationLine]}""")
    assert strike == [pytest.approx(0, abs=0.5), "none"]  # as wide as its glyph
    for name in ("O'Brien", "McDonald", "SMITH"):
        find_field(visit).fill(name)
        shown = visit.page.locator(".rc-fn-name").all_inner_texts()[:10]
        assert all(row.startswith(name) for row in shown)
        assert all(row == row.upper() for row in shown) == (name == "SMITH")
    assert visit.foreign + visit.errors == []


def test_each_letter_tells_how_likely_it_seemed(open_page):
    visit = open_page("index.html")
    wait_until_ready(visit)
    find_field(visit).fill("Kos5")
    label = visit.page.locator(".rc-fn-memory span")
    assert label.inner_text() == "state: the bluer, the higher"
    columns = [e.bounding_box() for e in visit.page.locator(".rc-fn-memory i").all()]
    numbers = []
    for box in columns:
        visit.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 9)
        numbers.append(label.inner_text())
    assert [words[:4] for words in numbers] == ["“K”:", "“o”:", "“s”:", "“5”:"]
    assert all(words.endswith(" bits") for words in numbers[:3])
    assert numbers[3].endswith("not read")
    visit.page.mouse.move(0, 0)
    assert label.inner_text() == "state: the bluer, the higher"
    find_field(visit).press("End")
    for words in numbers[2::-1]:  # by keyboard: what is left of the caret
        find_field(visit).press("ArrowLeft")
        assert label.inner_text() == words
    assert visit.foreign + visit.errors == []


def test_typed_letters_replace_those_of_the_page(open_page):
    visit = open_page("index.html")
    wait_until_ready(visit)
    assert find_field(visit).input_value() != ""
    find_field(visit).click()
    visit.page.keyboard.type("Smith")
    assert find_field(visit).input_value() == "Smith"
    visit.page.get_by_role("button", name="Other endings").click()
    find_field(visit).click()
    assert find_field(visit).input_value() == "Smith"
    assert visit.foreign + visit.errors == []


def test_an_example_stands_before_the_network_comes(open_blank, site):
    page = open_blank(reduced_motion="no-preference").page
    page.route("**/names.js*", lambda _: None)  # for ever on its way
    page.goto(f"{site}/index.html", wait_until="commit")
    page.get_by_text("9 letters: German, 91\xa0%. “n” surprised it most.").wait_for()
    assert page.get_by_label("Type your family name").input_value() == "Schneider"
    assert page.locator(".rc-fn-memory i").count() == 9
    assert page.locator(".rc-fn [inert]:is(.rc-fn-memory, .rc-fn-rows, .rc-fn-line)").count() == 0


@pytest.mark.parametrize("refused", [False, True])
def test_a_link_is_copied_and_brings_its_letters(open_page, site, refused):
    """Where nothing can be copied, the link is in the address bar."""
    visit = open_page("index.html")
    wait_until_ready(visit)
    if refused:
        visit.page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject() }")
    visit.page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=site)
    find_field(visit).fill("Koskela")
    visit.page.get_by_role("button", name="Copy link", exact=True).press("Enter")
    if refused:
        visit.page.get_by_text("See the address bar").wait_for()
        link = visit.page.url
    else:
        visit.page.get_by_text("Copied", exact=True).wait_for()
        link = visit.page.evaluate("navigator.clipboard.readText()")
    assert link == f"{site}/index.html#fig-names-writer?name=Koskela&round=0"
    anew = open_page(link.removeprefix(f"{site}/"))
    anew.page.wait_for_function("document.querySelector('names-writer input').value === 'Koskela'")
    assert anew.page.locator(".rc-fn-best .rc-fn-kind").inner_text() == "Finnish"
    anew.page.evaluate("location.hash = location.hash.replace('Koskela', 'Oleksak')")
    anew.page.wait_for_function("document.querySelector('names-writer input').value === 'Oleksak'")
    assert anew.page.locator(".rc-fn-best .rc-fn-kind").inner_text() == "Polish"
    for typed, value in (("a" * 40 + "&turn=x&no=1", "a" * 14), ("%25%", "%%")):
        anew.page.evaluate("words => { location.hash = `#fig-names-writer?name=${words}` }", typed)
        anew.page.wait_for_function(
            "value => document.querySelector('names-writer input').value === value", arg=value
        )
    assert visit.foreign + anew.foreign + anew.errors == []


@pytest.mark.parametrize("motion", ["reduce", "no-preference"])
def test_names_are_typed_until_paused_and_not_with_reduced_motion(open_blank, site, motion):
    page = open_blank(reduced_motion=motion).page
    page.clock.install(time=0)
    page.goto(f"{site}/index.html")
    page.locator("names-writer[data-state=ready]").wait_for()
    page.clock.pause_at(3_600_000)
    letters = page.get_by_label("Type your family name")
    typed = set()
    for _ in range(100):
        page.clock.run_for(100)
        typed.add(letters.input_value())
    assert "" not in typed
    if motion == "reduce":
        assert typed == {"Sch"}
        assert page.get_by_role("button", name="Pause").count() == 0
    else:
        assert len(typed) > 3
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


def test_all_seven_figures_of_the_hour_page_work(open_page):
    visit = open_page("hour.html")
    wait_until_ready(visit)
    assert visit.page.locator("figure.rc-live").count() == 7
    assert visit.page.get_by_role("button", name="Load the model").count() == 2  # large ones
    load_model(visit)
    ids = visit.page.locator("[id]").evaluate_all("all => all.map(each => each.id)")
    assert [name for name in {*ids} if ids.count(name) > 1] == []
    assert find_violations(visit) == []
    visit.show("phone")
    assert visit.page.evaluate(WIDTH) <= 360
    assert visit.foreign + visit.errors == []
