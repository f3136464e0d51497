"""Contrast is measured on some words of each look only: none that is faint gets away with it."""

import pytest

from .axe import find_violations

pytestmark = [pytest.mark.built, pytest.mark.browser]

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
def test_axe_finds_a_single_faint_word(open_blank, style, place):
    visit = open_blank()
    visit.page.set_content(PAGE.replace("</head>", f"<style>{style}</style></head>"))
    result = find_violations(visit)
    assert all(fault.startswith("serious color-contrast") for fault in result)
    assert any(place in fault for fault in result) if place else not result


@pytest.mark.parametrize(
    ("label", "within", "rule"),
    [
        ('aria-label="A line"', "<path/>", None),
        ("", "<title>A line</title><path/>", None),
        ("", "<path/>", "svg-img-alt"),
        ('aria-labelledby="words"', '<text id="words">A line</text>', "svg-img-alt"),
        ('aria-label="A line"', '<a href="#" aria-label="there"><path/></a>', "nested-interactive"),
    ],
)
def test_axe_judges_a_drawing_by_its_label_and_leaves_it_unchanged(open_blank, label, within, rule):
    visit = open_blank()
    drawing = f'<div class="rc-drawing"><svg role="img" {label}>{within}</svg></div>'
    visit.page.set_content(PAGE.replace("</main>", f"{drawing}</main>"))
    before = visit.page.content()
    result = find_violations(visit)
    assert [fault.split()[1].rstrip(":") for fault in result] == ([rule] if rule else [])
    again = (
        "document.querySelectorAll('[data-again]').forEach(e => e.removeAttribute('data-again'))"
    )
    visit.page.evaluate(again)
    assert visit.page.content() == before


def test_hidden_elements_are_left_out_of_axe_and_put_back(open_blank):
    visit = open_blank()
    visit.page.set_content(
        PAGE.replace("</main>", '<div class="off"><img src="data:,"></div></main>')
    )
    assert [fault for fault in find_violations(visit) if "image-alt" in fault]
    assert find_violations(visit, hidden=".off") == []
    assert visit.page.locator(".off > img").count() == 1


@pytest.mark.parametrize(
    ("style", "over"),
    [
        ("position: relative", '<b style="position: absolute; inset: 0; background: #fff"></b>'),
        ("height: 0; overflow: hidden", ""),
        ("position: absolute; left: -9999px", ""),
    ],
)
def test_text_that_axe_cannot_judge_hides_no_faint_text(open_blank, style, over):
    faint = "<i>word</i> " * 3
    hidden = f'<p><span style="display: block; {style}">{faint}{over}</span></p>'
    visit = open_blank()
    sheet = "<style>i { color: #ccc }</style></head>"
    visit.page.set_content(
        PAGE.replace("</head>", sheet).replace("</main>", f"{hidden}<p>{faint}</p></main>")
    )
    assert sum("color-contrast" in fault for fault in find_violations(visit)) >= 3
