"""Tables and code as Markdown."""

import pytest

from rnncourse.models.ngram import OrderTable
from rnncourse.viz.text import source, table


def test_a_table_is_markdown_with_numbers_on_the_right():
    shown = table(["method", "bits"], [["add-one", 2.473], ["a|b", 2.0]], "{:.2f}")
    assert shown._repr_markdown_().splitlines() == [
        "| method | bits |",
        "|:--|--:|",
        "| add-one | 2.47 |",
        r"| a\|b | 2.00 |",
    ]


def test_a_row_that_does_not_fit_is_named():
    with pytest.raises(ValueError, match="Every row needs 2 cells"):
        table(["a", "b"], [[1, 2], [3]])


def test_a_column_without_a_title_is_refused():
    with pytest.raises(ValueError, match="Every column needs a title"):
        table(["", "bits"], [["a", 1.0]])


def test_source_is_the_code_itself_without_docstrings():
    shown = source(OrderTable.probs).text
    assert shown.startswith("```python\ndef probs(")
    assert "return self.share[grams] + " in shown
    assert '"""' not in shown
