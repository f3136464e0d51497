"""Numbers and paths of figures, and what is trained, are compared with a tolerance."""

import json
import re

import pytest

from scripts import ROOT
from scripts.author import trained
from scripts.author.nbval_figures import list_differences

FIGURE = """<figure class="rc-figure" id="fig-x"><div><svg role="img" viewBox="0 0 400 200">
<path d="M 10 20 L {1} 80"/><path d="M 0 0 L 9 9" style="fill: none"/></svg></div>
<script type="text/csv" class="rc-data"{2}>
panel,series,x,y
linear,told,1,{0}
linear,told,2,-1.5
log,told,1,1e-9
log,told,2,1
</script></figure>"""


def compare_figures(*fresh, stored=("0.5", "100", "")) -> list[str]:
    return [*list_differences(FIGURE.format(*stored), FIGURE.format(*fresh))]


def test_figures_that_differ_in_last_digits_are_equal():
    assert compare_figures("0.5", "100", "") == []
    assert compare_figures("0.501", "103", "") == []  # of a range of 2, of a width of 400


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
def test_figures_that_differ_in_more_are_reported(fresh, why):
    (result,) = compare_figures(*fresh)
    assert result.startswith(why)


def test_a_number_on_a_log_axis_is_compared_with_itself():
    text = FIGURE.format("0.5", "100", "")
    (result,) = list_differences(text, text.replace("1e-9", "7e-9"))
    assert "7e-9, and stored is 1e-9" in result


def test_a_dropped_line_row_or_figure_or_a_new_column_is_reported():
    text = FIGURE.format("0.5", "100", "")
    path = '<path d="M 0 0 L 9 9" style="fill: none"/>'
    assert [*list_differences(text, text.replace(path, ""))] == [
        "A drawing has 1 of <path> instead of 2."
    ]
    rows = [*list_differences(text, text.replace("log,told,2,1\n", ""))]
    assert rows == ["A figure's CSV has 3 rows; stored are 4."]
    (columns,) = list_differences(text, text.replace("series,x,y", "series,x,y,z"))
    assert columns.startswith("A figure's CSV has the columns ['panel', 'series', 'x', 'y', 'z'];")
    assert [*list_differences(text, "")] == ["There are 0 figures; stored are 1."]
    for kind, part in {"tables": "script", "drawings": "svg"}.items():
        less = re.sub(f"(?s)<{part}.*</{part}>", "", text)
        assert [*list_differences(text, less)] == [f"A figure has 0 {kind}; stored are 1."]


def test_a_cell_may_name_the_tolerance_of_its_figures():
    text, near, far = (FIGURE.format(*v, "") for v in (("0.5", 100), ("0.55", 118), ("0.65", 150)))
    wide = trained.NumberTolerance(tolerance=0.05)
    assert [*list_differences(text, near, wide)] == []
    assert len([*list_differences(text, far, wide)]) == 2
    assert [*list_differences(text, far, trained.NumberTolerance(samples=True))] == []
    # A path moved
    assert len([*list_differences(text, far, trained.NumberTolerance(absolute=0.15))]) == 1
    less = far.replace("log,told,2,1\n", "")
    assert len([*list_differences(text, less, trained.NumberTolerance(samples=True))]) == 1


LOSS = " 200 updates: loss 0.400\n1,800 updates: loss 0.006, or -1.2e-03\n"
TWO = {"tolerance": 0.02}


@pytest.mark.parametrize(
    ("may", "old", "new", "why"),
    [
        (TWO, LOSS, LOSS, ""),
        (TWO, LOSS, LOSS.replace("0.400", "0.408"), ""),
        (TWO, LOSS, LOSS.replace("0.400", "0.420"), "0.420 is further from 0.400, which is"),
        (TWO, LOSS, LOSS.replace("-1.2e-03", "1.2e-03"), "1.2e-03 is further from -1.2e-03, "),
        (TWO, LOSS, LOSS.replace("loss", "gain", 1), "Its words differ"),
        (TWO, LOSS, LOSS.replace("0.400", "nan"), "There are 4 numbers; stored are 5"),
        (TWO, LOSS, LOSS.replace(" 0.400", ""), "There are 4 numbers; stored are 5"),
        (TWO, LOSS, LOSS.replace("\n", "", 1), "Its words differ"),
        (TWO, "7", "0 7", "There are 2 numbers; stored are 1."),
        (TWO, "0.00", "0.01", "0.01 is further from 0.00, which is stored, than tolerance 0.02"),
        (TWO | {"floor": 0.5}, "0.00", "0.01", ""),
        (TWO | {"floor": 0.5}, "0.00", "0.02", "than tolerance 0.02, floor 0.5 allows"),
        ({"absolute": 3}, "  2 %   88 %", "  5 %   91 %", ""),
        ({"absolute": 3}, "  9 %   88 %", " 12 %   91 %", ""),
        ({"absolute": 3}, "  2 %   88 %", "  6 %   88 %", "6 is further from 2, which is stored"),
        (TWO | {"floor": 1}, "[ 0.5 -1.  ]", "[ 0.51 -0.98]", ""),
        (TWO, "<td class='c2'>5.0</td>", "<td class='c2'>5.1</td>", ""),
        (TWO, "<td class='c50'>5</td>", "<td class='c51'>5</td>", "Its words differ"),
        (TWO, '<svg aria-label="At 50.">SVG', '<svg aria-label="At 51.">SVG', ""),
        (TWO, '<svg aria-label="At 50.">SVG', '<svg aria-label="At 60.">SVG', "60. is further"),
        (TWO, "a GRU2 in the 3rd", "a GRU3 in the 3rd", "Its words differ"),
        ({"samples": True}, 'LSTM: "the 1 cat"\n', 'LSTM: "a dog, "x"\n', ""),
        ({"samples": True}, 'LSTM: "the cat"\n', 'GRU: "the cat"\n', "Its words differ"),
        ({"samples": True}, 'a: "x"\nb: "y"\n', 'a: "x"\n', "Its words differ"),
        ({"samples": True}, 'a: "x" 1\n', 'a: "x" 2\n', "2 is further from 1, which is stored"),
        ({"samples": True}, '<b id="a">“x”</b>', '<b id="c">“y”</b>', "Its words differ"),
    ],
)
def test_words_are_compared_exactly_and_numbers_within_their_tolerance(may, old, new, why):
    result = trained.list_differences(old, new, trained.NumberTolerance(**may))
    assert (result[0].startswith(why) or why in result[0]) if why else result == []


@pytest.mark.parametrize(
    ("metadata", "why"),
    [
        ({"tags": ["trained"]}, "there is no evidence"),
        ({"tags": ["trained"], "trained": {"tolerance": 0.1}}, "there is no evidence"),
        ({"tags": ["trained"], "trained": {"evidence": "seen"}}, 'needs a "tolerance"'),
        ({"trained": {"tolerance": 0.1, "evidence": "seen"}}, "lacks the tag `trained`"),
        *(
            ({"tags": ["trained"], "trained": {"evidence": "seen", **wrong}}, "cannot have")
            for wrong in (
                {"tolerance": "0.1"},
                {"tolerance": 1},
                {"tolerance": -0.1},
                {"absolute": float("inf")},
                {"tolerance": 0.1, "samples": "some"},
                {"tolerance": 0.1, "seeds": 3},
            )
        ),
    ],
)
def test_a_tag_without_tolerance_or_evidence_is_refused(metadata, why):
    with pytest.raises(ValueError, match=why):
        trained.read_tolerance(metadata)


def test_most_cells_are_compared_exactly():
    assert trained.read_tolerance({"tags": ["remove-input"]}) is None


def test_changed_digits_of_a_real_notebook_are_reported():
    """Every figure of a chapter that carries numbers."""
    nb = json.loads((ROOT / "book" / "06-gating.ipynb").read_text("utf-8"))
    outputs = [o.get("data", {}) for c in nb["cells"] for o in c.get("outputs", [])]
    result = [h for o in outputs if "text/csv" in (h := "".join(o.get("text/html", "")))]
    assert result
    for html in result:
        start = html.index('<script type="text/csv"')
        wrong = html[:start] + re.sub(r"(?<=[,.\d])\d", "7", html[start:])
        assert [*list_differences(wrong, html)]
        assert not [*list_differences(html, html)]
        drawing = re.sub(r' d="M[^"]*"', lambda m: re.sub(r"\d", "7", m[0]), html)
        assert [*list_differences(drawing, html)]
