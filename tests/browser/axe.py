"""axe-core in a page: every rule, or in the dark those that a color scheme can change."""

from scripts import ROOT

from .conftest import TAGS

SOURCE = ROOT / "node_modules" / "axe-core" / "axe.min.js"

# Light and dark differ in colors, and in pictures that only one of them shows.
BY_SCHEME = ["color-contrast", "link-in-text-block", "image-alt", "role-img-alt", "svg-img-alt"]

# The work grows with the document, also with parts that are not judged: what is within a drawing
# that is one picture (its name stays), and what a caller knows to be hidden. Both are taken out
# meanwhile. The element of a widget stays, since it would begin anew, without what is in it; and
# so does a drawing that the Tab key enters.
PICTURES = ".rc-drawing > svg[role=img]:not(:has(a, [tabindex]))"
EMPTIED = r"""away => {
    const parts = e => e.querySelector(LIVE_FIGURE) ? [...e.querySelectorAll(LIVE_FIGURE)] : [e];
    const emptied = [...document.querySelectorAll(away)].flatMap(parts)
        .map(e => [e, [...e.childNodes]]);
    for (const [e, all] of emptied)
        e.replaceChildren(...all.filter(node => ["title", "desc"].includes(node.localName)));
    return () => emptied.forEach(([e, all]) => e.replaceChildren(...all));
}""".replace("LIVE_FIGURE", repr(", ".join([*TAGS, ".rc-w"])))

# Contrast is most of the work, and most text looks like other text. A look is all that decides
# contrast: color, size, weight, and what every element behind has. Where text flows (listings,
# signatures, paragraphs, lists, tables; not in widgets, which put things over others), three of one
# look are measured: words that are seen, so that axe can judge them.
RUN = r"""async ([within, rules, away]) => {
    const fill = (EMPTIED)(away);
    const seen = e => e.checkVisibility({visibilityProperty: true, opacityProperty: true})
        && e.getBoundingClientRect().width > 0 && onTop(e);
    const onTop = e => {  // not covered, clipped or off the screen: axe says nothing of such words
        e.scrollIntoView({block: "center", inline: "center", behavior: "instant"});
        const box = e.getClientRects()[0];
        return e === document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
    };
    const words = e => [...e.childNodes].filter(n => n.nodeType === Node.TEXT_NODE)
        .map(n => n.data).join("").trim();
    const looks = new Map([[null, 0]]), numbers = new Map(), tried = new Map();
    const look = e => {
        if (!looks.has(e)) {
            const s = getComputedStyle(e);
            const all = [look(e.parentElement), s.color, s.backgroundColor, s.backgroundImage,
                s.opacity, s.fontSize, s.fontWeight, s.textShadow, s.position, s.filter].join();
            if (!numbers.has(all)) numbers.set(all, numbers.size + 1);
            looks.set(e, numbers.get(all));
        }
        return looks.get(e);
    };
    for (const e of document.querySelectorAll("[data-again]")) e.removeAttribute("data-again");
    const flows = ":is(pre, dt.sig, p, li, dt, dd, td, th)";
    for (const e of document.querySelectorAll(`${flows}, ${flows} *`)) {
        const text = words(e);
        if (!text || e.closest(WIDGETS)) continue;
        const count = tried.get(look(e)) ?? 0;
        if (count >= 3) e.setAttribute("data-again", "");
        else if (/^[ -~]{2,}$/.test(text) && seen(e)) tried.set(look(e), count + 1);
    }
    scrollTo({top: 0, left: 0, behavior: "instant"});
    axe.configure({noHtml: true,
        rules: [{id: "color-contrast", selector: "*:not([data-again])"}]});
    // No rule that runs reads style sheets, and to fetch them all again each time is work.
    const options = {resultTypes: ["violations"], preload: {assets: ["media"]}};
    if (rules) options.runOnly = {type: "rule", values: rules};
    const found = await axe.run(within ?? document, options).finally(fill);
    return found.violations.flatMap(
        rule => rule.nodes.map(node => `${rule.impact} ${rule.id}: ${node.target.join(" ")}`));
}""".replace("EMPTIED", EMPTIED).replace("WIDGETS", repr(", ".join([*TAGS, "[class^=rc-]"])))


def find_violations(visit, within: str | None = None, hidden: str | None = None) -> list[str]:
    """What axe finds in a visited page as it is now, or within a selector; `hidden` nobody sees."""
    if not visit.page.evaluate("'axe' in window"):
        visit.page.evaluate(SOURCE.read_text(encoding="utf-8"))
    visit.rest()
    rules = BY_SCHEME if visit.view == "dark" else None
    away = ", ".join(filter(None, [PICTURES, hidden]))
    return visit.page.evaluate(RUN, [within, rules, away])
