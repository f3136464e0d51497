"""The stepper in a browser, beyond what holds for every widget: positions, cuts, words."""

import re

import pytest

from rnncourse.chapters.ch04_bptt.widget import bptt_stepper

from ...browser.widgets import choose_options, read_position, read_sentence, set_position

pytestmark = pytest.mark.built
ELEMENT = bptt_stepper

POSITIONS = [
    "Start",
    *(f"Forward, step {t} of 4" for t in (1, 2, 3, 4)),
    *(f"Backward, step {t} of 4" for t in (4, 3, 2, 1)),
]


def read_numbers(visit, t, part):
    """The numbers that column t shows under a label; none while they are not computed."""
    block = visit.page.get_by_role("group", name=f"Step {t}", exact=True).locator(".rc-bptt-block")
    block = block.filter(has_text=part)
    if "rc-bptt-unseen" in block.get_attribute("class"):
        assert not any(e.is_visible() for e in block.locator("> *").all())
        return []
    entries = block.locator(".rc-w-entry > :last-child").all_text_contents()
    return [float(text.replace("−", "-")) for text in entries]


def read_proof(visit):
    return "\n".join(visit.page.locator(".rc-bptt-answer, .rc-bptt-proof").all_inner_texts())


def open_shares(visit):
    """What each step adds, below its name."""
    visit.page.locator(".rc-bptt-shares > details").evaluate("e => { e.open = true; }")


def read_table(visit, n):
    cells = visit.page.locator(".rc-bptt-shares table").nth(n).locator("tbody td[style]")
    texts = [text.strip() for text in cells.all_inner_texts()]
    return [float(text.replace("−", "-")) for text in texts if text]


def test_every_position_shows_what_is_computed(open_widget):
    visit = open_widget()
    open_shares(visit)
    for position, words in enumerate(POSITIONS):
        set_position(visit, position)
        assert read_position(visit) == words
        assert read_sentence(visit).startswith(words.removesuffix(" of 4"))
        for t in (1, 2, 3, 4):
            forth, back = position >= t, position >= 9 - t
            assert len(read_numbers(visit, t, "state")) == 3 * forth
            assert len(read_numbers(visit, t, "softmax")) == 4 * forth
            for part in ("own loss", "+ ", "= sum", "×"):
                assert len(read_numbers(visit, t, part)) == 3 * back, (t, part)
        active = visit.page.locator(".rc-w-now").all_inner_texts()
        step = words[words.find("step") :].capitalize().removesuffix(" of 4")
        assert [text.partition("\n")[0] for text in active] == ([step] if position else [])
        assert len(read_table(visit, 1)) == 9 * (position > 4)
        numbers = visit.page.locator(".rc-w-column .rc-w-number:visible")
        active_numbers = visit.page.locator(".rc-w-now .rc-w-number:visible")
        assert numbers.count() == active_numbers.count()  # the others have bars


def test_the_numbers_add_up(open_widget):
    visit = open_widget()
    set_position(visit, 8)
    open_shares(visit)
    for t in (1, 2, 3, 4):
        terms = [read_numbers(visit, t, part) for part in ("own loss", "+ ", "= sum")]
        for own, later, total in zip(*terms, strict=True):
            assert own + later == pytest.approx(total, abs=0.0021)  # three rounded numbers
        assert sum(read_numbers(visit, t, "softmax")) == pytest.approx(1, abs=0.021)
    for name, size in (("dWhh", 9), ("dWxh", 12), ("dWhy", 12), ("dbh", 3), ("dby", 4)):
        choose_options(visit, name)
        sums = [0.0] * size
        for position in (5, 6, 7, 8):
            set_position(visit, position)
            share, so_far = read_table(visit, 0), read_table(visit, 1)
            sums = [a + b for a, b in zip(sums, share, strict=True)]
            assert so_far == pytest.approx(sums, abs=0.0026)
        proof = read_proof(visit)
        assert "Nothing is cut" in proof
        assert "× 10−1" in proof.replace("\n", "")  # at most 10 to the -10


@pytest.mark.parametrize(("k", "cuts"), [(1, [1, 2, 3]), (2, [2]), (3, [3]), (4, [])])
def test_truncation_draws_a_cut_that_no_arrow_crosses(open_widget, k, cuts):
    visit = open_widget()
    choose_options(visit, str(k))
    set_position(visit, 8)
    open_shares(visit)
    links = visit.page.locator(".rc-w-link").all()[1:]
    actual = [t for t, e in enumerate(links, 1) if "rc-bptt-cut" in e.get_attribute("class")]
    assert actual == cuts
    for t in (1, 2, 3):
        assert (read_numbers(visit, t, "+ ") == [0, 0, 0]) == (t in cuts)
        assert links[t - 1].inner_text().strip() == ("cut" if t in cuts else "")
        assert links[t - 1].locator(".rc-bptt-onward").is_visible()  # the state is carried
        set_position(visit, 9 - t)
        assert ("is cut" in read_sentence(visit)) == (t in cuts)
        set_position(visit, 8)
    proof = read_proof(visit)
    assert ("is off by up to" in proof) == bool(cuts)
    assert f"k = {k}." in proof
    assert "cosine" in proof
    choose_options(visit, "dWhy")
    if cuts:
        proof = read_proof(visit)
        assert "the cosine is 1.000" in proof
        assert "cuts change nothing" in proof


def test_a_wrong_word_is_reported_and_changes_nothing(open_widget):
    visit = open_widget()
    field = visit.page.get_by_label("Word, five of h e l o")
    fault = visit.page.locator(".rc-w-fault")
    set_position(visit, 4)
    before = read_sentence(visit)
    for word, sentence in (
        ("42", "Nothing is read: “4” and “2” are not known. Still shown: “hello”."),
        ("hallo", "Read as “hllo”, without “a”."),  # perhaps not finished
        ("hel", ""),
    ):
        field.fill(word)
        assert fault.inner_text() == sentence
        assert field.get_attribute("aria-invalid") == str("Still" in sentence).lower()
        assert visit.page.locator(".rc-w-stale").count() == 1
        assert read_sentence(visit) == before
    field.press("Enter")
    note = "The word needs five letters out of h, e, l, o: this has 3."
    assert fault.inner_text() == f"{note} Still shown: “hello”."
    field.fill("Hélooo")
    assert fault.inner_text() == "Read as “heloo”: 5 letters at most."
    field.fill("HELOL")
    assert fault.inner_text() == ""
    assert read_position(visit) == POSITIONS[4]
    assert read_sentence(visit) != before
    assert "“l”" not in read_sentence(visit)
    assert visit.page.locator(".rc-w-reads").all_inner_texts()[-1] == "reads o, target l"


def test_on_a_phone_the_active_column_and_what_it_hears_from_are_in_sight(open_widget):
    visit = open_widget("phone")
    columns = visit.page.locator('.rc-w-stage[tabindex="0"]')  # it scrolls
    columns.wait_for()
    frame = columns.bounding_box()
    for position in range(1, 9):
        set_position(visit, position)
        t = position if position < 5 else 9 - position
        neighbor = t - 1 if position < 5 else t + 1
        for n in {t, min(max(neighbor, 1), 4)}:
            box = visit.page.get_by_role("group", name=f"Step {n}", exact=True).bounding_box()
            assert box["x"] >= frame["x"] - 1
            assert box["x"] + box["width"] <= frame["x"] + frame["width"] + 1


def test_a_phone_shows_one_way_at_a_time_below_controls_that_stay(open_widget):
    visit = open_widget("phone")
    root, tables = visit.page.locator("bptt-stepper"), visit.page.locator(".rc-bptt-shares")
    for position, direction, n_columns in ((3, "forth", 2), (6, "back", 5)):  # the state stays
        set_position(visit, position)
        block = visit.page.locator(f".rc-bptt-{direction} .rc-bptt-block")
        assert sum(e.is_visible() for e in block.all()) == n_columns
        assert tables.is_visible() == (direction == "back")
        assert root.bounding_box()["height"] < 1100  # the book's letters are narrower
    assert visit.page.locator(".rc-w-transport").evaluate("e => getComputedStyle(e).position") == (
        "sticky"
    )
    assert not re.search(r"\d\.\d", read_sentence(visit))  # the columns have the numbers
