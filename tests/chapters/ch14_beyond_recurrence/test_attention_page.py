"""The live transformer in a browser, beyond what holds for every widget: looking, writing, cost."""

import re

import pytest
from playwright.sync_api import expect

from rnncourse.chapters.ch14_beyond_recurrence import attention_widget as widget

from ...browser.widgets import find_button, list_weight_requests, load_model, read_text

pytestmark = pytest.mark.built
ELEMENT = widget.live_attention

DEEP = "es => es.map(e => parseInt(e.style.getPropertyValue('--deep')))"
WIDTHS = """es => es.map(e => [...e.querySelectorAll("path")].map(
    p => Number(p.getAttribute("stroke-width"))))"""
N = len(widget.TEXT)


def find_field(visit):
    return visit.page.get_by_label("Your text")


def find_slider(visit):
    return visit.page.get_by_role("slider")


def find_tiles(visit):
    return visit.page.locator(".rc-attend-mirror span")


def read_meter(visit, title):
    rows = visit.page.get_by_role("group", name=title).locator(".rc-w-number").all_inner_texts()
    return [float(row.split()[0].replace(",", "")) for row in rows]


def read_arc_widths(visit):
    """The arcs of the head that is large, for each head that is pointed at."""
    widths = []
    for card in visit.page.locator(".rc-attend-heads li").all():
        card.dispatch_event("pointerenter")
        widths += visit.page.locator(".rc-attend-arcs").evaluate_all(WIDTHS)
        assert card.get_attribute("class") == "rc-attend-large"
    return widths


def test_under_the_arcs_stand_few_letters_and_a_sign_where_the_text_is_cut(open_widget):
    visit = open_widget()
    load_model(visit)
    find_field(visit).fill(f"{widget.TEXT} value of")
    signs = visit.page.locator(".rc-attend-arcs text").all_text_contents()
    assert signs[0] == "…"
    assert signs[-1] == "f"
    assert signs.count("·") > len(signs) / 2


def read_texts(visit):
    """What is said of a text and a character of it."""
    tops = visit.page.locator(".rc-attend-top").all_inner_texts()
    return (
        read_text(visit, "attend-said"),
        tops,
        read_text(visit, "attend-expected"),
        read_text(visit, "attend-verdict"),
    )


def test_the_first_picture_is_what_the_model_gives(open_widget):
    visit = open_widget()
    before = read_texts(visit)
    wide = read_arc_widths(visit)
    deep = find_tiles(visit).evaluate_all(DEEP)
    assert list_weight_requests(visit) == []
    load_model(visit)
    assert read_texts(visit) == before
    # The first one is rounded
    assert find_tiles(visit).evaluate_all(DEEP) == pytest.approx(deep, abs=1)
    for actual, first in zip(read_arc_widths(visit), wide, strict=True):
        assert actual == pytest.approx(first, abs=0.11)
    assert len(before[1]) == len(wide) == 8  # heads
    assert all(wide)
    assert find_tiles(visit).count() == N + 1


def test_what_a_head_that_is_unplugged_before_the_model_changes_is_dim(open_widget):
    visit, routes = open_widget(), []
    visit.page.route("**/weights/*", lambda route: routes.append(route))
    visit.page.get_by_role("checkbox").first.uncheck()
    stale = visit.page.locator("live-attention.rc-w-stale")
    assert stale.count() == 1
    visit.page.wait_for_function("[...document.scripts].some(e => e.src.includes('/weights/'))")
    routes[0].fallback()
    visit.page.locator("live-attention[data-state=ready]").wait_for()
    expect(stale).to_have_count(0)
    assert "Without head 1 of block 1" in read_text(visit, "attend-price")


def test_later_characters_have_no_attention_and_change_nothing(open_widget):
    visit = open_widget()
    load_model(visit)
    find_slider(visit).fill("8")
    assert find_tiles(visit).evaluate_all(DEEP)[9:] == [0] * (N - 8)
    assert "character 8," in read_text(visit, "attend-said")
    assert f"goes on with “{widget.TEXT[8]}”" in read_text(visit, "attend-said")
    sentence, tops, *_ = read_texts(visit)
    find_field(visit).fill(widget.TEXT[:8] + "zzz")  # another end changes nothing before it
    find_slider(visit).fill("8")
    assert read_texts(visit)[1] == tops
    assert read_text(visit, "attend-said").split("Your text")[0] == sentence.split("Your text")[0]
    find_field(visit).press("Home")  # the caret chooses
    find_field(visit).press("ArrowRight")
    assert find_slider(visit).input_value() == "1"
    place = find_tiles(visit).nth(3).bounding_box()  # a pointer may press a character
    visit.page.mouse.click(place["x"] + place["width"] / 2, place["y"] + place["height"] / 2)
    assert find_slider(visit).input_value() == "3"
    visit.page.get_by_text("Every weight").click()
    rows = visit.page.locator(".rc-attend-table tbody tr")
    expect(rows).to_have_count(4)  # drawn after the event `toggle`, which comes later
    columns = [[float(td) for td in rows.nth(i).locator("td").all_inner_texts()] for i in range(4)]
    for column in zip(*columns, strict=True):
        assert sum(column) == pytest.approx(1, abs=0.03)


def test_the_meter_grows_with_the_text(open_widget):
    visit = open_widget()
    load_model(visit)
    visit.page.get_by_text("What this answer costs").click()
    result = []
    for length in (4, 8, 16):
        find_field(visit).fill("x" * length)
        costs = read_meter(visit, "Multiplications for this answer")
        stored = read_meter(visit, "Numbers kept for the next one")
        assert stored[1] == length + 1  # with the line break before it
        result.append((costs, stored))
    (short, little), (longer, more), (longest, most) = result
    assert (longest[0] - longer[0]) == 2 * (longer[0] - short[0]) > 0
    assert short[2:] == longer[2:] == longest[2:]
    assert little[2:] == more[2:] == most[2:]
    assert short[0] < short[2] < longer[0]  # a GRU is cheaper from six characters on
    assert little[0] / 5 == more[0] / 9 == most[0] / 17


def test_the_page_writes_with_and_without_a_cache_up_to_its_limit(open_widget):
    visit = open_widget()
    load_model(visit)
    name = f"Let it write {widget.N_WRITTEN} characters"
    find_button(visit, name).click()
    assert len(find_field(visit).input_value()) == N + widget.N_WRITTEN
    visit.page.get_by_text("What this answer costs").click()
    wrote = read_text(visit, "attend-timed")
    assert wrote.startswith(
        f"To {read_text(visit, 'attend-wrote')[3:-1].replace('rote', 'rite')}, with"
    )
    assert "Both ways write the same." in wrote
    cached, again = (
        float(n) * 1e6 for n in re.findall(r"([\d.]+)\u00a0million multiplications", wrote)
    )
    assert 10 * cached < again
    assert visit.page.locator(".rc-attend-mirror .rc-attend-new").count() == widget.N_WRITTEN
    assert find_slider(visit).input_value() == str(N + widget.N_WRITTEN)
    visit.page.get_by_label("Your text").press("End")
    visit.page.keyboard.type("!")
    assert read_text(visit, "attend-wrote") == ""
    assert visit.page.locator(".rc-attend-new").count() == 0
    find_field(visit).fill("a" * (widget.MAX_LENGTH - 3))
    find_button(visit, name).click()
    assert len(find_field(visit).input_value()) == widget.MAX_LENGTH
    assert "The page is full" in visit.page.locator(".rc-w-fault").first.inner_text()
    find_button(visit, name).click()
    assert "no room" in read_text(visit, "attend-wrote")
    assert len(find_field(visit).input_value()) == widget.MAX_LENGTH


def test_unknown_characters_are_reported_and_replaced(open_widget):
    visit = open_widget()
    find_field(visit).fill("é 一😀 “q”\nz")  # typing loads the model
    visit.page.locator("live-attention[data-state=ready]").wait_for()
    assert find_tiles(visit).all_text_contents() == [*"↵é 一😀 “q”\nz"]
    fault = visit.page.locator(".rc-w-fault").first
    assert fault.inner_text().endswith("in place of: é 一 😀")
    find_field(visit).fill("")
    assert fault.inner_text() == ""
    assert find_tiles(visit).all_text_contents() == ["↵"]
    assert "the line break before the text" in read_text(visit, "attend-said")
    assert visit.page.locator(".rc-attend-top").all_inner_texts() == ["100\u00a0% at itself"] * 8
    find_field(visit).fill("b" * 150)
    assert "In training" in fault.inner_text()


def test_unplugged_heads_keep_their_costs_and_a_checkbox_shows_all_heads(open_widget):
    visit = open_widget()
    load_model(visit)
    prices, ticks = (visit.page.locator(f".rc-attend-{e}") for e in ("heads b", "tick"))
    first = visit.page.locator(".rc-attend-char .rc-w-chance").first.get_attribute("style")
    assert "".join(prices.all_inner_texts()) == ""
    assert ticks.count() == 0
    actual, costs = [], []
    for block, head in ((1, 1), (2, 1)):
        plug = visit.page.get_by_label(f"plugged in: head {head} of block {block}")
        plug.uncheck()
        unplugged, all_heads = map(float, re.findall(r"\d\.\d+", read_text(visit, "attend-price")))
        costs.append(unplugged - all_heads)
        actual.append(prices.nth(4 * (block - 1) + head - 1).inner_text())
        assert ticks.count() == 5
        styles = [e.get_attribute("style") for e in ticks.all()]
        plug.check()
        bars = visit.page.locator(".rc-attend-char .rc-w-chance").all()
        assert {e.get_attribute("style") for e in bars} & {*styles}
        assert bars[0].get_attribute("style") == first
        assert ticks.count() == 0
    assert all(re.fullmatch(r"[+−]\d\.\d\d\u00a0bits", price) for price in actual)
    printed = [float(p.split("\u00a0")[0].replace("−", "-")) for p in actual]
    assert printed == pytest.approx(costs, abs=0.011)
    assert printed[1] > printed[0]  # the page says which costs the most
    assert [p for p in prices.all_inner_texts() if p] == actual  # both stay, and no other
    for box in visit.page.get_by_role("checkbox").all():
        box.uncheck()
    assert read_texts(visit)[1] == ["unplugged"] * 8
    assert all(prices.all_inner_texts())  # each says what it costs alone
    expect(visit.page.locator(".rc-attend-off path").first).to_be_visible()  # where it would look
    assert not any(find_tiles(visit).evaluate_all(DEEP))
    find_field(visit).fill(widget.TEXT + "ue of")  # another text has other prices
    later = [p for p in prices.all_inner_texts() if p]
    assert len(later) == 8
    assert later[0] != actual[0]
    find_field(visit).fill("")
    assert "".join(prices.all_inner_texts()) == ""


def test_the_hour_unplugs_a_head_that_matters(open_widget):
    """On the page In one hour: head 2 of block 2."""
    wrote = []
    for plugged in (True, False):
        visit = open_widget()
        load_model(visit)
        visit.page.get_by_label("plugged in: head 2 of block 2").set_checked(plugged)
        find_button(visit, f"Let it write {widget.N_WRITTEN} characters").click()
        wrote.append(find_field(visit).input_value()[N:])
    assert wrote[0].startswith("ues")
    assert not wrote[1].startswith("ues"), wrote
