"""Contrast is measured on some words of each look only: none that is faint gets away with it."""

import pytest

from .axe import violations
from .conftest import PATIENCE, Visit

pytestmark = pytest.mark.browser

WORDS = "<span>word</span> " * 20
PAGE = f"""<!doctype html><html lang="en"><head><title>Looks</title></head>
<body><main><h1>Looks</h1>
<pre>{WORDS}</pre><pre>{WORDS}<b><i>odd</i></b> ( <em>(</em>{WORDS}</pre><p>{WORDS}</p>
</main></body></html>"""


@pytest.mark.parametrize(
    ("style", "place"),
    [
        ("i { font-style: normal }", None),
        ("i { color: #ccc }", "i"),
        ("b { background: #444 }", "i"),
        ("i { opacity: 0.3 }", "i"),
        ("span { color: #ccc }", "p > span"),
        ("pre:nth-of-type(2) { background: #444 }", "pre:nth-child(3)"),
    ],
)
def test_a_faint_word_among_many_is_found(browser, style, place):
    page = browser.new_page()
    page.set_default_timeout(PATIENCE)
    page.set_content(PAGE.replace("</head>", f"<style>{style}</style></head>"))
    found = violations(Visit(page))
    assert all(fault.startswith("serious color-contrast") for fault in found)
    assert any(place in fault for fault in found) if place else not found
    page.close()


@pytest.mark.parametrize(
    ("style", "over"),
    [
        ("position: relative", '<b style="position: absolute; inset: 0; background: #fff"></b>'),
        ("height: 0; overflow: hidden", ""),
        ("position: absolute; left: -9999px", ""),
    ],
)
def test_words_that_axe_cannot_judge_stand_for_no_others(browser, style, over):
    faint = "<i>word</i> " * 3
    hidden = f'<p><span style="display: block; {style}">{faint}{over}</span></p>'
    page = browser.new_page()
    page.set_default_timeout(PATIENCE)
    sheet = "<style>i { color: #ccc }</style></head>"
    page.set_content(
        PAGE.replace("</head>", sheet).replace("</main>", f"{hidden}<p>{faint}</p></main>")
    )
    assert sum("color-contrast" in fault for fault in violations(Visit(page))) >= 3
    page.close()
