"""One contract for every live widget, whichever chapter it is in; the rest its chapter tests.

A chapter with a `widget.mjs` has one, one with `..._widget.mjs` more. Most of it is tried on a page
of its own, as it is at first.
"""

import json
import re

import pytest

from scripts import ROOT

from .axe import find_violations
from .conftest import HOST, TAGS, VIEWS, WIDGETS, WIDTH
from .widgets import (
    build_page_files,
    find_button,
    find_load_button,
    find_slider,
    list_pages_with,
    list_weight_requests,
    load_model,
    read_position,
    render_widget,
    set_position,
    show_widget,
    stop_clock,
)

pytestmark = pytest.mark.built

# What the Tab key must reach and did not: of a group of radio buttons one, and what scrolls.
# What is for a pointer only, because there are other ways for the keyboard, says so.
LEFT = """() => {
    const kinds = "button, input, select, textarea, summary, div[tabindex='0']";
    return [...document.querySelectorAll(`.rc-w :is(${kinds})`)]
        .filter(e => e.checkVisibility({visibilityProperty: true}) && !e.matches(".rc-w-pointer"))
        .filter(e => !("reached" in e.dataset) && (e.type !== "radio" || e.checked))
        .map(e => e.outerHTML);
}"""
HERE = """() => {
    const e = document.activeElement, first = !("reached" in e.dataset);
    e.dataset.reached = "";
    if (!e.closest(".rc-w")) return ["outside", first];
    return [e.localName === "input" ? e.type : e.localName, first];
}"""
# All that a reader perceives: words, and the state of what can be used.
STATE = """() => [document.querySelector(".rc-w").innerHTML,
    ...[...document.querySelectorAll(".rc-w :is(input, select, textarea)")]
        .map(e => `${e.value} ${e.checked}`)].join("\\n")"""
KEYS = {
    "button": ["Enter"],
    "summary": ["Enter"],
    "checkbox": ["Space"],
    "radio": ["ArrowRight", "ArrowLeft"],
    "range": ["Home", "End"],
    "select": ["ArrowDown"],
    "text": ["End", "1"],
    "textarea": ["End", "1"],
    "div": [],  # what scrolls
}
MOTION = """() => {
    window.moved = [];
    for (const kind of ["animationstart", "transitionrun"])
        document.addEventListener(kind, e => moved.push(`${kind} of ${e.target.className}`));
}"""
SPOKEN = """() => [...document.querySelectorAll('.rc-w [role=status]:not(.rc-w-fault)')]
    .map(e => e.textContent)"""


@pytest.fixture(params=WIDGETS, scope="module")
def widget_name(request):
    """Chapter and file."""
    return request.param


@pytest.fixture(scope="module")
def widget_tag(widget_name):
    return WIDGETS[widget_name].LIVE_FIGURE.tag


@pytest.fixture(scope="module")
def page_files(widget_name):
    return build_page_files(show_widget(widget_name))


@pytest.mark.parametrize(
    "motion", ["reduce", pytest.param("no-preference", marks=pytest.mark.browser)]
)
def test_every_control_works_by_keyboard_and_changes_are_announced(open_widget, motion):
    """Every control does something; what is heard changes; things move where motion is welcome."""
    visit = open_widget(reduced_motion=motion)
    page, press = visit.page, visit.page.keyboard.press
    page.evaluate(MOTION)
    page.clock.install(time=0)  # before anything waits to be spoken
    spoken = set(before := page.evaluate(SPOKEN))
    assert list_weight_requests(visit) == []
    if find_load_button(visit).count():
        while not find_load_button(visit).evaluate("e => e === document.activeElement"):
            press("Tab")
            assert page.evaluate(HERE)[0] != "outside" or len(list_weight_requests(visit)) == 0
        assert list_weight_requests(visit) == []  # passing by loads nothing
        press("Enter")
        page.locator(".rc-w-facts", has_text="in your browser").wait_for()
        assert len(list_weight_requests(visit)) == 1
        assert page.evaluate(HERE)[0] != "outside"  # the focus is not lost with the button
    page.clock.pause_at(3600)
    page.evaluate(
        "document.querySelectorAll('[data-reached]').forEach(e => delete e.dataset.reached)"
    )
    page.locator("main > a").first.focus()
    for _ in range(60):
        press("Tab")
        kind, first = page.evaluate(HERE)
        if kind == "outside":
            break
        state, changed = page.evaluate(STATE), False
        for key in KEYS[kind] if first else ():
            press(key)
            page.clock.run_for(2000)
            changed |= page.evaluate(STATE) != state
            spoken |= set(page.evaluate(SPOKEN))
        assert changed or not first or not KEYS[kind], page.evaluate(
            "document.activeElement.outerHTML"
        )
    assert page.locator("#a").evaluate("e => e === document.activeElement")  # no trap
    assert page.evaluate(LEFT) == []
    assert spoken - {*before, ""}
    assert motion == "no-preference" or not page.evaluate("moved"), page.evaluate("moved")


def visit_states(visit):
    """Bring a widget into its states, one after the other: every choice, all that can be shown."""
    yield "at first"
    load_model(visit)
    yield "loaded"
    show_all(visit)
    for option in visit.page.locator(".rc-w input[type=radio]").all():
        if option.is_visible() and not option.is_checked():
            option.locator("..").click()
            if find_load_button(visit).count():
                yield f"{option.get_attribute('value')}, not loaded"
                load_model(visit)
            yield option.get_attribute("value")
    for third in (1, 2, 3) if find_slider(visit).count() else ():
        set_position(visit, int(find_slider(visit).get_attribute("max")) * third // 3)
        yield read_position(visit)
    show_all(visit)
    fields = visit.page.locator(".rc-w :is(input:not([type]), textarea):visible")
    if fields.count():
        fields.first.fill("$ xqé")
        yield "something wrong"


def show_all(visit):
    for box in visit.page.locator(".rc-w input[type=checkbox]:visible").all():
        box.check()
    visit.page.locator(".rc-w details").evaluate_all("es => es.forEach(e => e.open = true)")


SCHEME = "scheme => { document.documentElement.style.colorScheme = scheme }"


@pytest.mark.browser
def test_axe_finds_nothing_in_any_state_and_it_fits_a_phone(open_widget):
    visit, faults = open_widget(), {}
    for state in visit_states(visit):
        for view in ("phone", "dark", "light"):
            visit.show(view)
            visit.page.evaluate(SCHEME, VIEWS[view]["color_scheme"])
            if view == "phone":
                result = ["too wide"] * (visit.page.evaluate(WIDTH) > 360)
            else:
                result = find_violations(visit, ".rc-w")
            if result:
                faults[state, view] = result
    visit.show("phone")
    assert find_violations(visit, ".rc-w") == []
    assert faults == {}


# What no field shows, and a click changes.
CLICKED = """.rc-unit-gate:enabled, .rc-cell-gate, .rc-tree-node, .rc-shapes-try, .rc-caption-sheet,
    .rc-paint-sheet, .rc-parity-sheet, button:text-is("Another matrix"),
    button:text-is("Other endings")"""
PASSING = "/<p class=.rc-w-sr-only.*?<.p>| rc-[a-z]+-moved| class=..(?=[ >])/g"  # said, moved
TOLD = f"() => ({STATE})().replaceAll({PASSING}, '')"


@pytest.mark.browser
def test_an_address_restores_the_settings_of_a_widget(open_widget, widget_tag):
    """Everything is moved; opened with its address, another page shows the same."""
    visit, anew = open_widget(), open_widget()
    first = visit.page.locator(widget_tag).evaluate("e => e.address")
    assert first == f"#fig-{widget_tag}"
    load_model(visit)
    for option in visit.page.locator(".rc-w label:has(input[type=radio]:not(:checked))").all():
        if option.is_visible():
            option.click()
            load_model(visit)
    for box in visit.page.locator(".rc-w input[type=checkbox]:visible").all():
        box.set_checked(not box.is_checked())
    for field in visit.page.locator(".rc-w :is(input:not([type]), textarea):visible").all():
        for key in ("End", "1", "Tab"):
            field.press(key)
    for slider in visit.page.locator(".rc-w input[type=range]:visible:enabled").all():
        for key in ("End", "ArrowLeft"):
            slider.press(key)
    if (clicked := visit.page.locator(".rc-w").locator(CLICKED).locator("visible=true")).count():
        clicked.first.click()
    visit.page.mouse.move(0, 0)  # where nothing is pointed at
    address = visit.page.locator(widget_tag).evaluate("e => e.address")
    assert address.startswith(f"{first}?")
    anew.page.goto("about:blank")
    anew.page.goto(f"{HOST}/light.html{address}")
    anew.page.wait_for_function(f"told => ({TOLD})() === told", arg=visit.page.evaluate(TOLD))
    assert anew.page.locator(widget_tag).evaluate("e => e.address") == address


def list_users(words):
    """Name the widgets whose script has what a regular expression matches: some, in any case."""
    scripts = {
        name: module.LIVE_FIGURE.script.read_text("utf-8") for name, module in WIDGETS.items()
    }
    names = [name for name, script in scripts.items() if re.search(words, script)]
    assert names, words
    return names


WEIGHTY = [
    name
    for name in list_users("extends (Model|Word)View")
    if [*WIDGETS[name].LIVE_FIGURE.weights.glob("*.bin")]
]
assert len(WEIGHTY) > 10, WEIGHTY  # a view that has another name would be left out unseen


@pytest.mark.browser
@pytest.mark.parametrize("widget_name", WEIGHTY, indirect=True)
def test_wrong_weights_are_refused_and_can_be_loaded_again(open_widget, page_files):
    visit, bodies = open_widget(), []

    def answer(route):
        name = route.request.url.removeprefix(f"{HOST}/").partition("?")[0]
        data = page_files[name]
        start = data.index(b'"data":"') + len(b'"data":"')
        wrong = [
            data[:start] + data[start + 4 :],  # three bytes are missing
            data[:start] + b"AAAA" + data[start:],
            data[:start] + b"////" + data[start + 4 :],
            data.replace(b'"] = {', b'x"] = {'),  # another network's
        ]
        route.fulfill(body=wrong[len(bodies)], content_type="text/javascript")
        bodies.append(name)

    visit.page.route("**/weights/*", answer)
    for tries in (1, 2, 3, 4):
        find_load_button(visit).click()  # what was told before goes away at once
        visit.page.get_by_text("are not those that this page describes").wait_for()
        assert len(bodies) == tries
        assert visit.page.get_by_text("could not be loaded").count() == 1
    assert find_violations(visit, ".rc-w") == []
    visit.page.unroute("**/weights/*")
    visit.page.route("**/weights/*", lambda route: route.abort())
    find_load_button(visit).click()
    visit.page.get_by_text(re.compile("[.]js.* did not come")).wait_for()
    assert "ERR_FAILED" in visit.errors.pop()  # the browser's own words
    visit.page.unroute("**/weights/*")
    load_model(visit)
    assert visit.page.get_by_text("could not be loaded").count() == 0


@pytest.mark.parametrize("widget_name", ["ch12_attention/spelling_widget"], indirect=True)
def test_a_fault_in_what_reads_the_weights_is_in_the_console(open_widget, widget_tag):
    visit = open_widget()
    planted = "e => { e.view.receive = () => { throw new Error('planted.'); }; }"
    visit.page.locator(widget_tag).evaluate(planted)
    find_load_button(visit).click()
    visit.page.get_by_text("could not be loaded: planted.").wait_for()
    assert "planted." in visit.errors.pop()


FAR = """tag => new Promise(done => {
    delete navigator.connection; // nothing is saved any more
    const figure = document.querySelector(tag).parentElement;
    const unmoved = figure.cloneNode(true); // one that was there before is set as it was
    figure.remove();
    unmoved.style.paddingTop = "4000px";
    setTimeout(() => done(document.querySelector("main").append(unmoved)));
})"""


@pytest.mark.browser
@pytest.mark.parametrize("view", ["light", "phone"])
@pytest.mark.parametrize("widget_name", WEIGHTY, indirect=True)
def test_a_small_model_loads_near_the_viewport_and_moves_nothing(open_widget, widget_tag, view):
    """A large one when its button, which says its size, is pressed.

    What is below stays where it was; on a phone, where words break, three lines may come.
    """
    visit, routes = open_widget(view), []
    visit.page.route("**/weights/*", lambda route: routes.append(route))
    visit.page.evaluate(FAR, widget_tag)
    figure = visit.page.locator(f"{widget_tag}.rc-w")
    figure.wait_for()
    networks = json.loads(figure.get_attribute("data-networks")).values()
    visit.rest()
    assert list_weight_requests(visit) == []  # it is too far away
    figure.scroll_into_view_if_needed()
    visit.rest()
    if sum(network["bytes"] for network in networks) > 400_000:
        assert list_weight_requests(visit) == []
        assert re.search(r"\((0\.9|1\.0).MB\)", find_load_button(visit).inner_text())
        find_load_button(visit).click()
    else:
        assert find_load_button(visit).count() == 0
    visit.page.wait_for_function("[...document.scripts].some(e => e.src.includes('/weights/'))")
    before = figure.bounding_box()["height"]
    for route in routes:
        route.fallback()
    figure.locator(".rc-w-facts", has_text="in your browser").wait_for()
    visit.rest()
    assert abs(figure.bounding_box()["height"] - before) <= (8 if view == "light" else 60)


ANOTHER = {"live-beam": "7", "live-caption": "e"}
"""What a reader may type, where it is not what stands there without its end."""
FADED = "es => es.filter(e => e.checkVisibility()).map(e => getComputedStyle(e).opacity)"


@pytest.mark.browser
@pytest.mark.parametrize("widget_name", list_users(r"dimWhenStale\("), indirect=True)
def test_stale_output_stays_and_is_dimmed(open_widget, widget_tag):
    """While the model is on its way, and while what is typed is wrong, which is said at once."""
    visit, routes = open_widget(), []
    follows, root = visit.page.locator(".rc-w-dims"), visit.page.locator(widget_tag)
    if (
        find_load_button(visit).count() and widget_tag != "ribbon-home"
    ):  # there the model comes first
        before = len(follows.evaluate_all(FADED))
        visit.page.route("**/weights/*", lambda route: routes.append(route))
        field = root.locator(":is(input:not([type]), textarea):visible").first
        if field.count():
            field.fill(ANOTHER.get(widget_tag, field.input_value()[:-1]))
        elif (sheet := root.locator("[role=application]")).count():
            sheet.press("Space")  # a bit is another; of both networks the first row is stored
        else:  # there is nothing to type, and another to choose
            root.locator("label:has(input[type=radio]:not(:checked))").first.click()
        visit.rest()
        assert follows.evaluate_all(FADED) == ["0.7"] * before
        visit.page.wait_for_function("[...document.scripts].some(e => e.src.includes('/weights/'))")
        for route in routes:
            route.fallback()
    load_model(visit)
    for field in root.locator("input:not([type]):visible").all():  # whatever is text, is right
        assert root.locator(f"#{field.get_attribute('aria-describedby')}").count() == 1
        shown = field.input_value()
        for typed, stale in ((shown, False), ("", True), ("$", True), (shown, False)):
            field.fill(typed)
            messages = root.locator(".rc-w-fault:visible").all_inner_texts()
            assert any("Still shown: “" in words for words in messages) == stale
            assert {*follows.evaluate_all(FADED)} == {"0.7" if stale else "1"}
            assert (field.get_attribute("aria-invalid") == "true") == stale
    assert {*follows.evaluate_all(FADED)} == {"1"}


def test_without_scripts_a_widget_shows_a_sentence(open_widget, widget_name, widget_tag):
    visit = open_widget(java_script_enabled=False)
    sentence = visit.page.locator(widget_tag).inner_text()
    assert sentence == WIDGETS[widget_name].LIVE_FIGURE.sentence
    assert "needs JavaScript" in sentence
    assert list_weight_requests(visit) == []


LOOKS = """root => [...root.querySelectorAll("*")].filter(e => !e.closest(".rc-w-load")).map(e => {
    const {color, backgroundColor, font} = getComputedStyle(e);
    const {x, width, height} = e.getBoundingClientRect();
    const words = e.children.length || e.matches(".rc-w-sr-only[role=status]") ? "" : e.textContent;
    return [e.localName, e.className.baseVal ?? e.className, words, e.value ?? "",
        color, backgroundColor, font, x, width, height].join("|");
})"""


@pytest.mark.browser
def test_a_widget_in_a_notebook_looks_as_on_the_page(open_widget, widget_name, widget_tag):
    visit = open_widget()
    load_model(visit)
    visit.rest()
    in_page = visit.page.locator(widget_tag).evaluate(LOOKS)
    caption = visit.page.locator("figcaption").inner_text()
    n_requests = len(visit.requests)
    for _ in range(2):  # two of a kind do not mix up their names
        render_widget(visit, widget_name, show_widget(widget_name))
    first = visit.page.locator("div.rc-w").first
    if list_weight_requests(visit):
        visit.page.locator(".rc-w-facts", has_text="in your browser").last.wait_for()
    visit.rest()
    assert first.evaluate(LOOKS) == in_page
    assert visit.page.locator("figure.rc-live > figcaption").all_inner_texts() == [caption] * 2
    ids = visit.page.locator(".rc-w [id]").evaluate_all("es => es.map(e => e.id)")
    assert len(ids) == len(set(ids))  # one without fields has none
    urls = [url for url in visit.requests[n_requests:] if not url.startswith("blob:")]
    assert all(url.endswith(".bin") for url in urls)  # those that the test itself gets
    if find_button(visit, "Play").count():
        find_button(visit, "Play").last.click()
        visit.page.evaluate("close_()")
        assert find_button(visit, "Play").count() == 2  # nothing runs on
    else:
        visit.page.evaluate("close_()")
    assert find_violations(visit) == []


@pytest.mark.browser
def test_in_the_book_weights_load_on_demand_and_no_view_has_a_fault(open_page, widget_tag):
    paths = (ROOT / "book").glob("*.ipynb")
    notebooks = [path for path in paths if f"<{widget_tag}" in path.read_text("utf-8")]
    assert notebooks or "index.html" in list_pages_with(widget_tag)
    assert {f"{path.stem}.html" for path in notebooks} <= set(list_pages_with(widget_tag))
    for name in {*list_pages_with(widget_tag)} - {
        "hour.html"
    }:  # test_front.py has the seven of that page
        visit = open_page(name, saves=True)
        assert list_weight_requests(visit) == []
        load_model(visit)
        if find_slider(visit).count():
            set_position(visit, 3)
            end = visit.page.locator(
                ".rc-w:has(.rc-w-transport) > :last-child"
            )  # a page may have two
            end.scroll_into_view_if_needed()
            height = visit.page.viewport_size["height"]
            assert (
                0 <= find_button(visit, "Step").bounding_box()["y"] < height - 40
            )  # it stays in sight
        faults = find_violations(visit, widget_tag)
        ids = visit.page.locator("[id]").evaluate_all("es => es.map(e => e.id)")
        faults += [f"two of {id}" for id in set(ids) if ids.count(id) > 1 and id.startswith("rc-w")]
        visit.show("phone")
        faults += find_violations(visit, widget_tag) + ["wider than a phone"] * (
            visit.page.evaluate(WIDTH) > 360
        )
        visit.show("dark")
        faults += find_violations(visit, widget_tag)
        assert faults + visit.foreign + visit.errors == []


@pytest.mark.parametrize("widget_name", ["ch12_attention/spelling_widget"], indirect=True)
def test_a_widget_that_was_moved_still_follows_its_size(open_widget):
    visit = open_widget()
    load_model(visit)
    visit.page.get_by_label("Type a word").fill("write")
    drawn = """() => {
        const e = document.querySelector(".rc-spelling-drawing");
        return e?.firstElementChild?.viewBox?.baseVal.width === e.clientWidth;
    }"""
    for pause, view in (("", "phone"), ("await new Promise(done => setTimeout(done));", "light")):
        visit.page.evaluate(
            f"""async () => {{
                const [e] = document.getElementsByTagName("live-spelling");
                const home = e.parentElement;
                e.remove();
                {pause}
                home.prepend(e);
            }}"""
        )
        visit.page.locator(".rc-w-facts", has_text="in your browser").wait_for()
        visit.show(view)
        visit.page.wait_for_function(drawn)
        assert visit.page.get_by_label("Type a word").input_value() == "write"


@pytest.mark.parametrize("widget_name", ["ch05_gradients/clock_widget"], indirect=True)
def test_a_figure_that_is_moved_keeps_what_was_set_since_its_address(open_widget, widget_tag):
    visit = open_widget()
    visit.page.evaluate(f"() => {{ location.hash = '#fig-{widget_tag}?k=3' }}")
    visit.page.wait_for_function("document.querySelector('.rc-w input').value === '3'")
    slider = visit.page.get_by_role("slider")
    slider.press("ArrowRight")
    figure = visit.page.locator(widget_tag)
    figure.evaluate("e => e.parentElement.prepend(e)")
    visit.rest()
    assert slider.input_value() == "4"
    figure.evaluate("e => { e.handleEvent(); e.remove(); }")  # it leaves while that is set
    visit.rest()


@pytest.mark.parametrize("widget_name", ["ch13_captioning/paint_widget"], indirect=True)
def test_a_figure_that_is_put_back_untouched_asks_for_nothing(open_widget, widget_tag):
    visit = open_widget()
    visit.page.locator(widget_tag).evaluate(
        """async e => {
            const home = e.parentElement;
            e.remove();
            await new Promise(done => setTimeout(done));
            home.prepend(e);
        }"""
    )
    visit.rest()
    assert list_weight_requests(visit) == []


@pytest.mark.parametrize("widget_name", ["ch13_captioning/paint_widget"], indirect=True)
def test_a_picture_is_painted_by_the_left_button_and_pointed_at_before_its_model(open_widget):
    visit = open_widget()
    visit.page.locator(".rc-paint-sheet").click(button="right")
    assert visit.page.locator(".rc-paint-white").count() == 0
    visit.page.route("**/weights/*", lambda route: None)  # they do not come
    words = visit.page.locator(".rc-paint-words label")
    words.first.hover()
    visit.page.locator(".rc-paint-emoji input:checked").press("ArrowRight")
    words.last.dispatch_event("pointerleave")


# --- Widgets with positions ---


@pytest.mark.browser
@pytest.mark.parametrize("widget_name", list_users(r"positions\.mjs"), indirect=True)
def test_positions_can_be_stepped_through_and_played(open_widget):
    visit = open_widget(reduced_motion="no-preference")
    clock = stop_clock(visit)
    names = []
    find_slider(visit).press("Home")
    for _ in range(int(find_slider(visit).get_attribute("max")) + 1):
        names.append(read_position(visit))
        find_slider(visit).press("ArrowRight")
    assert len(set(names)) == len(names)
    assert read_position(visit) == names[-1]  # the end is the end
    assert find_button(visit, "Step").get_attribute("aria-disabled") == "true"
    again = visit.page.get_by_role("button", name=re.compile("again$"))
    for press, position in (("Step", -1), ("Back", -2), (None, 0), ("Back", 0), ("Step", 1)):
        (find_button(visit, press) if press else again).press("Enter")
        assert read_position(visit) == names[position]
    again.press("Enter")
    assert find_button(visit, "Back").get_attribute("aria-disabled") == "true"
    find_button(visit, "Play").click()
    assert read_position(visit) == names[1]
    clock.run_for(5000)
    assert read_position(visit) == names[3]
    find_button(visit, "Pause").click()
    clock.run_for(10_000)
    assert read_position(visit) == names[3]
    find_button(visit, "Play").click()
    clock.run_for(30_000)
    assert read_position(visit) == names[-1]
    find_button(visit, "Play").click()  # from the end, once more
    assert read_position(visit) == names[0]
    find_slider(visit).press("End")  # who moves the slider, stops it
    clock.run_for(10_000)
    assert read_position(visit) == names[-1]
    assert find_button(visit, "Play").count() == 1


@pytest.mark.parametrize("widget_name", list_users(r"positions\.mjs"), indirect=True)
def test_a_stepper_starts_with_numbers_shown_and_buttons_enabled(open_widget):
    visit = open_widget()
    assert visit.page.locator(".rc-w-number, .rc-orders-bars").count() > 20  # numbers, or bars
    assert find_button(visit, "Step").get_attribute("aria-disabled") == "false"
    assert find_button(visit, "Back").get_attribute("aria-disabled") == "false"
    find_button(visit, "Play").click()
    assert find_slider(visit).input_value() == "0"  # all of it, not what is left of it


# --- What is wider than its box, paper ---


@pytest.mark.browser
def test_a_box_that_scrolls_says_where_more_is(open_widget):
    visit = open_widget("phone")
    load_model(visit)
    show_all(visit)
    visit.rest()
    for cut in visit.page.locator(".rc-w [tabindex='0']:not([role=application]):visible").all():
        assert cut.get_attribute("role") == "group"
        assert cut.get_attribute("aria-label")
        line = cut.locator("xpath=following-sibling::*[1]")
        for end, words in ((0, "more to the right →"), (10_000, "← more to the left")):
            cut.evaluate("(e, x) => { e.scrollLeft = x }", end)
            visit.rest()
            assert line.inner_text() == words
            assert ("rc-w-right" in cut.get_attribute("class")) == (end == 0)


@pytest.mark.browser
def test_no_control_is_printed(open_widget):
    visit = open_widget()
    load_model(visit)
    visit.page.emulate_media(media="print")
    pressed = ":is(button:not(.rc-w-pointer), input, select, [role=application])"
    assert (
        visit.page.locator(f".rc-w {pressed}:not([type=radio])").locator("visible=true").count()
        == 0
    )
    assert visit.page.locator("figure.rc-live figcaption").is_visible()


def test_tags_of_widgets_are_unique():
    assert len(TAGS) == len(set(TAGS)) >= 4
