"""Every figure of every chapter: number, caption, place; its parts keep out of each other's way."""

import pytest

from rnncourse.core.chapters import list_pages
from rnncourse.viz.figures import figure, show, styled

pytestmark = pytest.mark.built

# Boxes of text are those of its lines, and letters fill less: a fifth of their height is air.
FAULTS = r"""() => {
    const inset = (r, x, y) =>
        ({left: r.left + x, right: r.right - x, top: r.top + y, bottom: r.bottom - y});
    const meet = (a, b) =>
        a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
    const holds = (box, p) =>
        p.x > box.left && p.x < box.right && p.y > box.top && p.y < box.bottom;
    const corners = ({left, right, top, bottom}) => [{x: left, y: top}, {x: right, y: bottom}];
    const boxesOf = e => { // of a formula, every part
        const parts = [...e.querySelectorAll("tspan")].filter(part => part.textContent.trim());
        return (parts.length ? parts : [e]).map(part => {
            const r = part.getBoundingClientRect();
            const turned = part.textContent.length > 2 && r.height > r.width;
            return turned ? inset(r, r.width / 5, 0.5) : inset(r, 0.5, r.height / 5);
        });
    };
    const touch = (a, b) => a.boxes.some(one => b.boxes.some(other => meet(one, other)));
    const clipOf = e => {
        const clipped = e.closest("[clip-path]");
        const place = clipped?.getAttribute("clip-path").slice("url(".length, -1);
        const rect = place && document.querySelector(`${place} > *`)?.getBBox();
        if (!rect) return null;
        const [start, end] = [[rect.x, rect.y], [rect.x + rect.width, rect.y + rect.height]]
            .map(([x, y]) => new DOMPoint(x, y).matrixTransform(clipped.getScreenCTM()));
        return inset({left: start.x, right: end.x, top: start.y, bottom: end.y}, -0.5, -0.5);
    };
    const pointsOf = e => { // of what is seen of its line: every second pixel
        const drawn = e.getAttribute("xlink:href");
        const shape = drawn ? document.querySelector(drawn) : e;
        const [x, y] = shape === e ? [0, 0] : ["x", "y"].map(name => e[name].baseVal.value);
        const place = e.getScreenCTM().translate(x, y), clip = clipOf(e);
        const length = shape.getTotalLength(), count = Math.max(1, Math.ceil(length / 2));
        return Array.from({length: count + 1}, (_, i) =>
            shape.getPointAtLength(length * i / count).matrixTransform(place))
            .filter(p => !clip || holds(clip, p));
    };
    const faultsOf = svg => {
        const all = what => [...svg.querySelectorAll(what)];
        const texts = all("text").filter(e => e.textContent.trim()).map(e => ({
            words: e.textContent.replace(/\s+/g, " ").trim(), boxes: boxesOf(e),
            legend: e.closest(".rc-legend"), axis: e.closest(".rc-axis")}));
        const legends = all(".rc-legend").map(legend =>
            ({words: "the legend", boxes: [inset(legend.getBoundingClientRect(), 1, 2)], legend}));
        const notes = texts.filter(t => !t.legend && !t.axis);
        const drawn = all("path, use").filter(e => !e.closest("defs"))
            .map(e => ({e, points: pointsOf(e)}));
        const data = drawn.filter(({e}) => clipOf(e) && !e.closest(".rc-axis, .rc-legend"));
        const frame = inset(svg.getBoundingClientRect(), -1, -1);
        return [
            ...texts.flatMap((a, i) => texts.slice(i + 1).filter(b => touch(a, b))
                .map(b => `${a.words} and ${b.words} overlap`)),
            ...legends.flatMap(a => texts.filter(b => a.legend !== b.legend && touch(a, b))
                .map(b => `the legend and ${b.words} overlap`)),
            ...[...legends, ...notes].filter(({boxes}) =>
                data.some(({points}) => points.some(p => boxes.some(box => holds(box, p)))))
                .map(({words}) => `${words} lies on data`),
            ...texts.filter(({boxes}) => !boxes.flatMap(corners).every(p => holds(frame, p)))
                .map(({words}) => `${words} is cut`),
            ...drawn.some(({points}) => !points.every(p => holds(frame, p)))
                ? ["something drawn is cut"] : [],
        ];
    };
    return [...document.querySelectorAll(".rc-drawing > svg")].flatMap(svg =>
        [...new Set(faultsOf(svg))].map(fault => `${svg.closest("figure").id}: ${fault}`));
}"""

NAMELESS = r"""() => [...document.querySelectorAll("figure.rc-figure")].flatMap(figure => {
    const caption = figure.querySelector("figcaption");
    const number = caption?.querySelector(".rc-number")?.textContent ?? "";
    const words = (caption?.textContent ?? "").replace(number, "").trim().split(" ");
    const parts = {anchor: /^fig-[a-z0-9-]+$/.test(figure.id), caption: words.length > 3,
        number: /^Figure L?\d+b?[.]\d+[.]$/.test(number)};
    return Object.keys(parts).filter(part => !parts[part]).map(part => `${figure.id}: no ${part}`);
})"""

# On a phone a drawing fits, in one piece or in several that show all of its words, each within its
# own piece, and seen one at a time where there are many; no letters are small.
CRAMPED = r"""() => [...document.querySelectorAll(".rc-drawing")].flatMap(drawing => {
    const name = drawing.closest("figure").id, found = [], stacked = drawing.matches(".rc-stacked");
    if (drawing.scrollWidth > drawing.clientWidth + 1) found.push(`${name}: scrolls`);
    if (drawing.offsetHeight > 900) found.push(`${name}: is ${drawing.offsetHeight} pixels tall`);
    const sizeOf = text => {
        const spans = [...text.querySelectorAll("tspan")], parts = spans.length ? spans : [text];
        let size = Math.max(...parts.map(e => parseFloat(getComputedStyle(e).fontSize)));
        for (let e = text; e.localName !== "svg"; e = e.parentElement)
            size *= /scale[(]([\d.]+)[)]/.exec(e.getAttribute("transform"))?.[1] ?? 1;
        return size;
    };
    const shown = new Set(), texts = [...drawing.querySelectorAll(":scope > svg text")]
        .filter(text => getComputedStyle(text).visibility !== "hidden");  // a scale's, left out
    const room = drawing.closest("figure").getBoundingClientRect();
    for (const piece of drawing.querySelectorAll(stacked ? ".rc-stack > svg" : ":scope > svg")) {
        const roots = stacked ? [...piece.querySelectorAll("use")].map(use =>
            document.querySelector(use.getAttribute("href"))) : [piece];
        const own = texts.filter(t => roots.some(e => e.contains(t)));
        const frame = piece.getBoundingClientRect();
        const scale = frame.width / piece.viewBox.baseVal.width;
        const smallest = scale * Math.min(...own.map(sizeOf));
        if (smallest < 8) found.push(`${name}: letters of ${smallest} pixels`);
        if (piece.closest(".rc-turns") ? frame.width > room.width + 1
            : frame.right > room.right + 1 || frame.left < room.left - 1)
            found.push(`${name}: is cut`);
        own.forEach(t => shown.add(t));
    }
    return texts.every(t => shown.has(t)) ? found : [...found, `${name}: words are lost`];
})"""
LARGE = """() => {  // the drawing on the whole screen, from edge to edge in one direction
    const svg = document.querySelector("dialog.rc-large[open] svg");
    const b = svg.getBoundingClientRect();
    return b.left >= 0 && b.top >= 0 && b.right <= innerWidth && b.bottom <= innerHeight
        && Math.max(b.width / innerWidth, b.height / innerHeight); }"""


def list_missing_parts(visit, name: str) -> list[str]:
    """Which figures of a page of a chapter lack a number, a caption or a place."""
    numbers = visit.page.locator("figure.rc-figure .rc-number").all_inner_texts()
    chapter = next(page.number for page in list_pages() if name == f"{page.name}.html")
    right = [f"Figure {chapter}.{n}." for n in range(1, len(numbers) + 1)]
    wrong = [] if numbers == right else [f"numbered {numbers}"]
    return [*visit.page.evaluate(NAMELESS), *wrong]


def find_faults(visit) -> list[str]:
    """What lies on something else in the figures of a page, on a wide screen."""
    return visit.page.evaluate(FAULTS)


def find_phone_faults(visit) -> list[str]:
    """Drawings that scroll, lose words or get small; a tap shows the first on the whole screen."""
    page = visit.page
    result = page.evaluate(CRAMPED)
    drawing = page.locator(".rc-drawing:has(> svg)")
    opener = page.locator(".rc-figure:has(.rc-drawing > svg) .rc-menu > button")
    if not drawing.count():
        return result
    drawing.first.click()
    if not page.evaluate(LARGE) > 0.85:
        result += ["a tap does not show the drawing on the whole screen"]
    page.keyboard.press("Escape")
    opener.first.focus()
    for key in ("Enter", "Enter"):  # the first line of the menu
        page.keyboard.press(key)
    if not page.evaluate(LARGE):
        result += ["the menu does not show the drawing on the whole screen"]
    page.keyboard.press("Escape")
    if not opener.first.evaluate("e => e === document.activeElement"):
        result += ["the focus does not come back"]
    left = page.locator("dialog.rc-large[open], .rc-room svg").count()
    if left or page.evaluate(CRAMPED) != result:
        result += ["the drawing does not come back"]
    return result


@styled
def render_figure_page(draw):
    """Return the page of a figure that `draw(fig, ax)` has filled."""
    fig, (ax,) = figure(height=2.4)
    ax.plot([0, 1, 2], [0, 0.1, 1], marker="o", label="network")
    ax.set(xlim=(0, 2), ylim=(0, 1), xlabel="steps", ylabel="loss")
    draw(fig, ax)
    alt = "A line that rises from the lower left to the upper right."
    html = show(fig, alt=alt, caption="A line rises to the right.", name="planted")._repr_html_()
    return f'<!doctype html><body style="width: 700px">{html}'


@pytest.mark.browser
@pytest.mark.parametrize(
    ("draw", "fault"),
    [
        (lambda fig, ax: ax.legend(loc="upper right"), "the legend lies on data"),
        (
            lambda fig, ax: (ax.axhline(0.9, ls=":"), ax.legend(loc="upper left")),
            "the legend lies on data",
        ),
        (lambda fig, ax: ax.text(0.1, 0, "here"), "here lies on data"),
        (
            lambda fig, ax: (ax.text(0.5, 0.8, "first word"), ax.text(0.6, 0.82, "second")),
            "first word and second overlap",
        ),
        (
            lambda fig, ax: (ax.legend(loc="upper left"), ax.text(0.3, 0.9, "a note")),
            "the legend and a note overlap",
        ),
        (lambda fig, ax: ax.text(1.95, 0.3, "a long note", in_layout=False), "a long note is cut"),
        (
            lambda fig, ax: ax.plot([1, 2.4], [0.2, 0.2], clip_on=False, in_layout=False),
            "something drawn is cut",
        ),
        (lambda fig, ax: ax.set_xticks([0.5, 0.52], ["left", "right"]), "left and right overlap"),
    ],
)
def test_a_planted_fault_of_a_figure_is_reported(open_blank, draw, fault):
    page = open_blank().page
    page.set_content(render_figure_page(draw))
    assert f"fig-planted: {fault}" in page.evaluate(FAULTS)
    page.set_content(render_figure_page(lambda fig, ax: ax.legend(loc="upper left")))
    assert page.evaluate(FAULTS) == []
    assert page.evaluate(NAMELESS) == ["fig-planted: no number"]


COUNTS = """svg => [...svg.querySelectorAll("path[style*='stroke: currentColor'][clip-path]")]
    .map(line => line.getAttribute("d").split("L").length)"""


@pytest.mark.parametrize(("motion", "count"), [("no-preference", 51), ("reduce", 60)])
def test_pens_draw_until_paused_and_end_with_the_whole_picture(open_blank, site, motion, count):
    """With reduced motion, half a lap comes at once."""
    visit = open_blank(reduced_motion=motion)
    page = visit.page
    page.clock.install(time=0)
    page.goto(f"{site}/03-recurrent-networks.html")
    page.clock.pause_at(3_600_000)
    drawing, row = page.locator("#fig-drawings svg[role=img]"), page.locator(".rc-pens")
    whole = drawing.evaluate("svg => svg.outerHTML")
    assert drawing.evaluate(COUNTS) == [160] * 3
    row.get_by_role("button", name="Play").click()
    page.clock.run_for(2_020)  # a little more: frames come every 16 milliseconds
    row.get_by_role("button", name="Pause").click()
    page.clock.run_for(2_000)
    assert row.locator("span").inner_text() == f"point {count} of 160"
    assert drawing.evaluate(COUNTS) == [count + 1] * 3  # and where the pen is
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert drawing.evaluate("svg => svg.outerHTML") == whole
    row.get_by_role("button", name="Play").click()
    page.clock.run_for(1_000)
    assert drawing.evaluate("svg => svg.outerHTML") != whole
    page.clock.run_for(6_000)
    row.get_by_role("button", name="Play").wait_for()
    assert drawing.evaluate("svg => svg.outerHTML") == whole
    assert visit.errors == []
