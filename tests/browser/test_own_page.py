"""The pages that `rnncourse learn` writes: one file each, opened as a file."""

import random
from contextlib import contextmanager

import pytest

from rnncourse.cli import main

from .conftest import PATIENCE, start_chromium

pytest.importorskip("torch")

pytestmark = pytest.mark.built


@contextmanager
def open_learned_page(path, updates):
    """The page of what is learned, with its model; it asks nobody."""
    options = ["--to", str(path.parent), "--updates", str(updates), "--no-open"]
    assert main(["learn", str(path), *options]) == 0
    page, messages = start_chromium()[1].new_page(), []
    page.set_default_timeout(PATIENCE)
    page.on("request", lambda request: messages.append(request.url))
    page.on("pageerror", lambda error: messages.append(str(error)))
    page.on("console", lambda message: messages.append(message.text))
    page.goto((path.parent / "index.html").as_uri())
    yield page
    assert [m for m in messages if not m.startswith(("file:", "data:"))] == []
    page.close()


def test_a_learned_text_page_runs_as_a_file_without_requests(tmp_path):
    rng = random.Random(0)
    book = tmp_path / "book.txt"
    book.write_text("".join(rng.choices("ab (c)\n", k=30_000)), encoding="utf-8")
    with open_learned_page(book, 5) as page:
        page.locator("textarea").fill("ab")
        page.get_by_text("GRU of 256 units").wait_for()


def test_a_learned_pairs_page_writes_as_python_and_shows_attention(tmp_path):
    rng, words = random.Random(0), tmp_path / "words.tsv"
    texts = ["".join(rng.choices("abcde", k=rng.randint(2, 4))) for _ in range(900)]
    lines = (f"{text}\t{' '.join(reversed(text.upper()))}\n" for text in texts)
    words.write_text("".join(lines), encoding="utf-8")
    with open_learned_page(words, 40) as page:
        page.get_by_text("one that writes and looks back").wait_for()
        rows = page.locator("table").last.locator("tr").all()
        for row in rows[:4]:
            source, written, _ = row.locator("td").all_text_contents()
            page.get_by_label("Type a source").fill(source)
            page.get_by_text(f"{source} → {written}", exact=True).wait_for()
        looks = [float(text) for text in page.locator("own-pairs td").all_text_contents() if text]
        assert sum(looks) == pytest.approx(len(written.split()) + 1, abs=0.1)
        page.get_by_label("Type a source").fill("a?")
        page.get_by_text("does not know, and skips: ?").wait_for()


def test_a_learned_tunes_page_plays_a_tune_and_stops(tmp_path):
    rng, tunes = random.Random(0), tmp_path / "tunes.abc"
    bars = (f"X:{i}\nL:1/16\nK:G\n{''.join(rng.choices('GABcde |', k=60))}\n\n" for i in range(300))
    tunes.write_text("".join(bars), encoding="utf-8")
    with open_learned_page(tunes, 5) as page:
        page.get_by_role("button", name="Play as ABC").wait_for()
        page.locator("textarea").fill("X:1\nK:G\nG")  # a quarter of a second: then it is over
        page.get_by_role("button", name="Play as ABC").click()
        page.get_by_role("button", name="Play as ABC").wait_for()
        page.locator("textarea").fill("X:1\nK:G\n" + "G99" * 9)  # minutes: it is stopped
        page.get_by_role("button", name="Play as ABC").click()
        page.get_by_role("button", name="Stop playing").click()
        page.get_by_role("button", name="Play as ABC").wait_for()
        page.locator("textarea").fill("X:1\nK:G\n")
        page.get_by_role("button", name="Play as ABC").click()
        assert page.get_by_role("button", name="Stop playing").count() == 0
