"""Where a line ends within a name: after a dot, a slash, an underscore, not between two letters."""

import pytest

from .conftest import WIDTH, built_pages

pytestmark = pytest.mark.browser

# The name, and the two letters that stand on different lines.
BROKEN = r"""() => [...document.querySelectorAll(".bd-article :is(td, th, p, li, dd) code")]
    .filter(e => e.checkVisibility()).flatMap(e => {
        const found = [], word = /[a-z0-9]/i;
        const texts = document.createTreeWalker(e, NodeFilter.SHOW_TEXT);
        let before = null;
        for (let text; (text = texts.nextNode());) for (let i = 0; i < text.data.length; i++) {
            const range = new Range();
            range.setStart(text, i);
            range.setEnd(text, i + 1);
            const letter = text.data[i], {top} = range.getBoundingClientRect();
            const next = before && top > before.top + 8;
            if (next && /\w/.test(letter) && word.test(before.letter))
                found.push(`${e.textContent}: ${before.letter}/${letter}`);
            before = /\s/.test(letter) ? null : {letter, top};
        }
        return found;
    })"""


@pytest.mark.parametrize("name", [n for n in built_pages() if "/" not in n and "index" not in n])
def test_names_break_where_their_parts_end(name, visit):
    seen = visit(name)
    assert seen.page.evaluate(BROKEN) == []
    seen.show("phone")
    assert seen.page.evaluate(BROKEN) == []
    assert seen.page.evaluate(WIDTH) <= 360


def test_a_wide_table_fits_a_screen(visit):
    seen = visit("concordance.html")
    assert seen.page.locator("td wbr").count() > 10
    wide = "es => es.filter(e => e.scrollWidth > e.clientWidth).length"
    assert seen.page.locator(".pst-scrollable-table-container").evaluate_all(wide) == 0
