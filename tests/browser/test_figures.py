"""Every figure of every chapter: number, caption, place; its parts keep out of each other's way."""

import pytest

from rnncourse.core.chapters import pages
from rnncourse.viz.figures import figure, show, styled

from .conftest import PATIENCE

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

# A wide drawing is marked as one, and can be reached: from the menu after it, backwards.
WIDE = "[...document.querySelectorAll('.rc-drawing')].filter(e => e.scrollWidth > e.clientWidth)"


def parts_missing(seen, name: str) -> list[str]:
    """Which figures of a page of a chapter lack a number, a caption or a place."""
    numbers = seen.page.locator("figure.rc-figure .rc-number").all_inner_texts()
    chapter = next(page.number for page in pages() if name == f"{page.name}.html")
    right = [f"Figure {chapter}.{n}." for n in range(1, len(numbers) + 1)]
    wrong = [] if numbers == right else [f"numbered {numbers}"]
    return [*seen.page.evaluate(NAMELESS), *wrong]


def faults(seen) -> list[str]:
    """What lies on something else in the figures of a page, on a wide screen."""
    return seen.page.evaluate(FAULTS)


def faults_on_a_phone(seen) -> list[str]:
    """A wide figure says so and is reached by the Tab key; name those that do not."""
    page = seen.page
    wide = page.locator(".rc-drawing.rc-wide")
    found = []
    if not page.evaluate(f"{WIDE}.every(e => e.classList.contains('rc-wide'))"):
        found += ["a wide figure is not marked"]
    if wide.count() != page.evaluate(f"{WIDE}.length"):
        found += ["marked as wide is one that is not"]
    for drawing in wide.all():
        name = drawing.evaluate("e => e.closest('figure').id")
        drawing.locator("xpath=..").locator(".rc-menu > button").focus()
        page.keyboard.press("Shift+Tab")
        if not drawing.evaluate("e => e === document.activeElement"):
            found += [f"{name}: the Tab key does not reach it"]
        elif "scrolls" not in drawing.evaluate("e => getComputedStyle(e, '::after').content"):
            found += [f"{name}: does not say that it scrolls"]
    if wide.count() and not found:
        before = drawing.evaluate("e => e.scrollLeft")
        page.keyboard.press("ArrowRight")
        page.wait_for_function("b => document.activeElement.scrollLeft > b", arg=before)
    return found


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
