"""The page that `rnncourse learn` writes: one file, opened as a file."""

import random

import pytest

from rnncourse.cli import main

from .conftest import PATIENCE, started

pytest.importorskip("torch")


@pytest.mark.built
def test_the_page_of_an_own_text_runs_as_a_file_and_asks_nobody(tmp_path):
    rng = random.Random(0)
    book = tmp_path / "book.txt"
    book.write_text("".join(rng.choices("ab (c)\n", k=30_000)), encoding="utf-8")
    assert main(["learn", str(book), "--to", str(tmp_path), "--updates", "5", "--no-open"]) == 0
    page, seen = started()[1].new_page(), []
    page.set_default_timeout(PATIENCE)
    page.on("request", lambda request: seen.append(request.url))
    page.on("pageerror", lambda error: seen.append(str(error)))
    page.on("console", lambda message: seen.append(message.text))
    page.goto((tmp_path / "index.html").as_uri())
    page.get_by_role("button", name="Load the model").click()
    page.locator("textarea").fill("ab")
    page.get_by_text("GRU of 256 units").wait_for()
    assert [one for one in seen if not one.startswith(("file:", "data:"))] == []
    page.close()
