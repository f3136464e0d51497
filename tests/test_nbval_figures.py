"""A figure's numbers and paths are compared with those that are stored, with a tolerance."""

import json
import re
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "scripts"))

from nbval_figures import differences  # noqa: E402

FIGURE = """<figure class="rc-figure" id="fig-x"><div><svg role="img" viewBox="0 0 400 200">
<path d="M 10 20 L {1} 80"/><path d="M 0 0 L 9 9" style="fill: none"/></svg></div>
<script type="text/csv" class="rc-data"{2}>
panel,series,x,y
linear,told,1,{0}
linear,told,2,-1.5
log,told,1,1e-9
log,told,2,1
</script></figure>"""


def said(*fresh, stored=("0.5", "100", "")) -> list[str]:
    return [*differences(FIGURE.format(*stored), FIGURE.format(*fresh))]


def test_the_last_digits_may_differ():
    assert said("0.5", "100", "") == []
    assert said("0.501", "103", "") == []  # of a range of 2, of a width of 400


@pytest.mark.parametrize(
    ("fresh", "why"),
    [
        (
            ("0.503", "100", ""),
            "1 cells of a figure's CSV differ, the farthest is line 2, y: 0.503, and stored is 0.5",
        ),
        (
            ("", "100", ""),
            "1 cells of a figure's CSV differ, the farthest is line 2, y: , and stored is 0.5; ",
        ),
        (("0.5", "105", ""), "Path 1 of a drawing lies within [10.0, 105.0, 20.0, 80.0]; stored"),
    ],
)
def test_more_does_not(fresh, why):
    (found,) = said(*fresh)
    assert found.startswith(why)


def test_a_number_on_a_log_axis_is_compared_with_itself():
    text = FIGURE.format("0.5", "100", "")
    (found,) = differences(text, text.replace("1e-9", "7e-9"))
    assert "7e-9, and stored is 1e-9" in found


def test_what_is_dropped_is_seen():
    text = FIGURE.format("0.5", "100", "")
    path = '<path d="M 0 0 L 9 9" style="fill: none"/>'
    assert [*differences(text, text.replace(path, ""))] == [
        "A drawing has 1 of <path> instead of 2."
    ]
    rows = [*differences(text, text.replace("log,told,2,1\n", ""))]
    assert rows == ["A figure's CSV has 3 rows; stored are 4."]
    assert [*differences(text, "")] == ["There are 0 figures; stored are 1."]


def test_a_figure_may_name_its_tolerance():
    wide = ("0.5", "100", ' data-tolerance="0.05"')
    assert said("0.55", "118", "", stored=wide) == []
    assert len(said("0.65", "150", "", stored=wide)) == 2


def test_digits_of_a_real_notebook_turned_to_7_are_seen():
    """Every figure of a chapter that carries numbers."""
    nb = json.loads((ROOT / "book" / "06-gating.ipynb").read_text("utf-8"))
    outputs = [o.get("data", {}) for c in nb["cells"] for o in c.get("outputs", [])]
    found = [h for o in outputs if "text/csv" in (h := "".join(o.get("text/html", "")))]
    assert found
    for html in found:
        start = html.index('<script type="text/csv"')
        wrong = html[:start] + re.sub(r"(?<=[,.\d])\d", "7", html[start:])
        assert [*differences(wrong, html)]
        assert not [*differences(html, html)]
        drawing = re.sub(r' d="M[^"]*"', lambda m: re.sub(r"\d", "7", m[0]), html)
        assert [*differences(drawing, html)]
