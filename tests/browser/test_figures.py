"""Every figure of every chapter: number, caption, place; its parts keep out of each other's way."""

import pytest

from rnncourse.core.chapters import chapters
from rnncourse.viz.figures import figure, show, styled

from .conftest import PATIENCE

pytestmark = pytest.mark.browser
PAGES = [chapter.page for chapter in chapters()]

# Boxes of text are those of its lines, and letters fill less: a fifth of their height is air.
FAULTS = r"""() => {
    const inset = (r, x, y) =>
        ({left: r.left + x, right: r.right - x, top: r.top + y, bottom: r.bottom - y});
    const meet = (a, b) =>
        a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
    const holds = (box, p) =>
        p.x > box.left && p.x < box.right && p.y > box.top && p.y < box.bottom;
    const boxOf = e => {
        const r = e.getBoundingClientRect();
        const turned = e.textContent.length > 2 && r.height > r.width;
        return turned ? inset(r, r.width / 5, 0.5) : inset(r, 0.5, r.height / 5);
    };
    const clipOf = e => {
        const clipped = e.closest("[clip-path]");
        const place = clipped?.getAttribute("clip-path").slice("url(".length, -1);
        const rect = place && document.querySelector(`${place} > *`)?.getBBox();
        if (!rect) return null;
        const [start, end] = [[rect.x, rect.y], [rect.x + rect.width, rect.y + rect.height]]
            .map(([x, y]) => new DOMPoint(x, y).matrixTransform(clipped.getScreenCTM()));
        return inset({left: start.x, right: end.x, top: start.y, bottom: end.y}, -0.5, -0.5);
    };
    const pointsOf = e => { // of what is seen: every second pixel of a line, the middle of a marker
        const clip = clipOf(e), r = e.getBoundingClientRect();
        let points = [{x: (r.left + r.right) / 2, y: (r.top + r.bottom) / 2}];
        if (e.localName === "path") {
            const place = e.getScreenCTM(), length = e.getTotalLength();
            const count = Math.max(1, Math.ceil(length / 2));
            points = Array.from({length: count + 1}, (_, i) =>
                e.getPointAtLength(length * i / count).matrixTransform(place));
        }
        return clip ? points.filter(p => holds(clip, p)) : points;
    };
    const faultsOf = svg => {
        const all = (what, within = svg) => [...within.querySelectorAll(what)];
        const texts = all("text").filter(e => e.textContent.trim()).map(e => ({
            words: e.textContent.trim(), box: boxOf(e),
            legend: e.closest(".rc-legend"), axis: e.closest(".rc-axis")}));
        const legends = all(".rc-legend").map(legend =>
            ({words: "the legend", box: inset(legend.getBoundingClientRect(), 1, 2), legend}));
        const notes = texts.filter(t => !t.legend && !t.axis);
        const drawn = all("path, use").filter(e => !e.closest("defs"));
        const data = drawn.filter(e => clipOf(e) && !e.closest(".rc-axis, .rc-legend"));
        const frame = inset(svg.getBoundingClientRect(), -1, -1);
        const corners = ({left, right, top, bottom}) => [{x: left, y: top}, {x: right, y: bottom}];
        return [
            ...texts.flatMap((a, i) => texts.slice(i + 1).filter(b => meet(a.box, b.box))
                .map(b => `${a.words} and ${b.words} overlap`)),
            ...legends.flatMap(a => texts.filter(b => a.legend !== b.legend && meet(a.box, b.box))
                .map(b => `the legend and ${b.words} overlap`)),
            ...data.map(pointsOf).flatMap(points => [...legends, ...notes]
                .filter(({box}) => points.some(p => holds(box, p)))
                .map(({words}) => `${words} lies on data`)),
            ...texts.filter(({box}) => !corners(box).every(p => holds(frame, p)))
                .map(({words}) => `${words} is cut`),
            ...drawn.some(e => pointsOf(e).some(p => !holds(frame, p)))
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
        number: /^Figure \d+[.]\d+[.]$/.test(number)};
    return Object.keys(parts).filter(part => !parts[part]).map(part => `${figure.id}: no ${part}`);
})"""

# A wide drawing is marked as one, and can be reached: from the menu after it, backwards.
WIDE = "[...document.querySelectorAll('.rc-drawing')].filter(e => e.scrollWidth > e.clientWidth)"


@pytest.mark.parametrize("name", PAGES)
def test_figures_of(name, visit):
    seen = visit(f"{name}.html")
    assert seen.page.evaluate(NAMELESS) == []
    assert seen.page.evaluate(FAULTS) == []
    numbers = seen.page.locator("figure.rc-figure .rc-number").all_inner_texts()
    assert numbers == [f"Figure {int(name[:2])}.{n}." for n in range(1, len(numbers) + 1)]


@pytest.mark.parametrize("name", PAGES)
def test_on_a_phone_a_wide_figure_says_so_and_is_reached_by_tab(name, visit):
    page = visit(f"{name}.html", "phone").page
    assert page.evaluate(f"{WIDE}.every(e => e.classList.contains('rc-wide'))")
    wide = page.locator(".rc-drawing.rc-wide")
    assert wide.count() == page.evaluate(f"{WIDE}.length") > 0
    for drawing in wide.all():
        drawing.locator("xpath=..").locator(".rc-menu > button").focus()
        page.keyboard.press("Shift+Tab")
        assert drawing.evaluate("e => e === document.activeElement")
        hint = drawing.evaluate("e => getComputedStyle(e, '::after').content")
        assert "scrolls" in hint
    before = drawing.evaluate("e => e.scrollLeft")
    page.keyboard.press("ArrowRight")
    page.wait_for_function("b => document.activeElement.scrollLeft > b", arg=before)


@styled
def planted(draw):
    """Return the page of a figure that `draw(fig, ax)` has filled."""
    fig, (ax,) = figure(height=2.4)
    ax.plot([0, 1, 2], [0, 0.1, 1], marker="o", label="network")
    ax.set(xlim=(0, 2), ylim=(0, 1), xlabel="steps")
    draw(fig, ax)
    alt = "A line that rises from the lower left to the upper right."
    html = show(fig, alt=alt, caption="A line rises to the right.", name="planted")._repr_html_()
    return f'<!doctype html><body style="width: 700px">{html}'


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
        (
            lambda fig, ax: ax.text(1.95, 0.3, "a long note", in_layout=False),
            "a long note is cut",
        ),
        (
            lambda fig, ax: ax.plot([1, 2.4], [0.2, 0.2], clip_on=False, in_layout=False),
            "something drawn is cut",
        ),
        (lambda fig, ax: ax.set_xticks([0.5, 0.52], ["left", "right"]), "left and right overlap"),
    ],
)
def test_a_planted_fault_is_found(browser, draw, fault):
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.set_default_timeout(PATIENCE)
    page.set_content(planted(draw))
    assert f"fig-planted: {fault}" in page.evaluate(FAULTS)
    page.set_content(planted(lambda fig, ax: ax.legend(loc="upper left")))
    assert page.evaluate(FAULTS) == []
    assert page.evaluate(NAMELESS) == ["fig-planted: no number"]
    page.close()
