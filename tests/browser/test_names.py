"""Where a line ends within a name: after a dot, a slash, an underscore, not between two letters."""

import pytest

pytestmark = [pytest.mark.built, pytest.mark.browser]

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


@pytest.mark.parametrize(("name", "broken"), [("a.<wbr>name", []), ("letter", ["letter: t/e"])])
def test_a_name_that_breaks_between_two_letters_is_found(open_blank, name, broken):
    """Every page is asked in test_book.py."""
    page = open_blank().page
    style = "font: 20px monospace; width: 4ch; overflow-wrap: anywhere"
    page.set_content(f'<div class="bd-article"><p style="{style}"><code>{name}</code></p></div>')
    assert page.evaluate(BROKEN) == broken


def test_a_wide_table_fits_a_screen(open_page):
    visit = open_page("concordance.html")
    assert visit.page.locator("td wbr").count() > 10
    wide = "es => es.filter(e => e.scrollWidth > e.clientWidth).length"
    assert visit.page.locator(".pst-scrollable-table-container").evaluate_all(wide) == 0
