"""What a notebook says, by its bytes alone."""

import json

import pytest

from rnncourse.grading.reading import notebooks
from rnncourse.grading.reading.notebooks import CodeCell, NotebookError, read_code_cells


def make_notebook(*sources: str) -> bytes:
    cells = [{"cell_type": "code", "source": source} for source in sources]
    return json.dumps({"cells": cells, "nbformat": 4}).encode()


def test_code_cells_in_order_with_their_numbers():
    data = json.dumps(
        {
            "cells": [
                {"cell_type": "markdown", "source": "prose"},
                {"cell_type": "code", "source": ["x = 1\n", "y = 2"], "outputs": [{"big": 1}]},
                {"cell_type": "code"},
                {"cell_type": "code", "source": 3},
                "no cell",
                {"cell_type": "code", "source": "z = 3\r\nw = 4"},
            ]
        }
    ).encode()
    assert read_code_cells(data) == (
        CodeCell(1, "x = 1\ny = 2"),
        CodeCell(2, ""),
        CodeCell(4, "z = 3\nw = 4"),
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_notebooks_in_any_encoding_are_read(encoding):
    data = make_notebook("x = 'é'").decode().encode(encoding)
    assert read_code_cells(data) == (CodeCell(1, "x = 'é'"),)


def test_too_many_cells_raise(monkeypatch):
    monkeypatch.setattr(notebooks, "MAX_CELLS", 50)
    assert len(read_code_cells(make_notebook(*["x"] * 50))) == 50
    assert read_code_cells(make_notebook("x" * notebooks.MAX_SOURCE))
    with pytest.raises(NotebookError, match="more than 20,000"):
        read_code_cells(make_notebook(*["x"] * 51))


def test_cells_without_code_are_not_parsed():
    outputs = [{"a": [1, -2.5e-3, True, None, float("nan")], "b": '[{\\"}', "é": {}}] * 9
    cells = [{"cell_type": "markdown", "source": "x", "outputs": outputs}, {"outputs": outputs}]
    cells += [{"outputs": outputs, "source": "x = 1", "cell_type": "code"}]
    for indent in (None, 1):
        data = json.dumps({"metadata": outputs, "cells": cells}, indent=indent).encode()
        assert read_code_cells(data) == (CodeCell(1, "x = 1"),)


@pytest.mark.parametrize("cut", range(1, 60, 3))
def test_a_file_that_is_cut_off_is_damaged(cut):
    data = json.dumps({"metadata": {"a": [1, "b"]}, "cells": [{"cell_type": "code"}]}).encode()
    with pytest.raises(NotebookError, match="cut off"):
        read_code_cells(data[:-cut])


def test_stored_outputs_may_be_deep_and_long():
    deep = b'{"cells": [{"cell_type": "code", "outputs": ' + b"[" * 10**6 + b"]" * 10**6
    assert read_code_cells(deep + b', "source": "x = 1"}]}') == (CodeCell(1, "x = 1"),)
