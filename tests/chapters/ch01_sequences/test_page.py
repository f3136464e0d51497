"""The shapes in a browser: networks on demand, every task by keyboard, every view, no other host.

They are tried on a page of their own; and where the built book shows them, there too.
"""

import json
from functools import partial

import numpy as np
import pytest

from rnncourse.chapters.ch01_sequences import widget as shapes
from rnncourse.data import numerals, places, roles
from rnncourse.models import weights

from ...browser.axe import violations
from ...browser.conftest import VIEWS, WIDTH
from ...browser.widgets import answer_with, button, page_files, pages_with, sound

pytestmark = pytest.mark.browser

TAG = "shapes-explorer"
SHAPES = {
    "single": "one to one",
    "language": "many to one",
    "name": "one to many",
    "role": "many to many, in step",
    "numeral": "many to many, after the input",
}


def random_network(name):
    """Write down a random network, as long as there is no recorded one."""
    characters, words = [*places.ALPHABET.characters], numerals.word_vocabulary("en")
    known = {
        "language": characters,
        "name": [*characters, *places.CODES, "<end>"],
        "role": [*roles.SYMBOLS],
        "numeral": [*"0123456789", "<go>", *words],
    }[name]
    inputs, outputs, H, E = len(known), len(known), 24, 8
    inputs = {"role": roles.VOCABULARY_SIZE}.get(name, inputs)
    outputs = {"language": len(places.CODES), "role": len(roles.ROLES)}.get(name, outputs)
    sizes = {
        "embedding.weight": (inputs, E),
        "logits.weight": (outputs, H),
        "logits.bias": (outputs,),
    }
    for part, columns in (("ih", E), ("hh", H)):
        sizes[f"recurrent.weight_{part}_l0"] = (3 * H, columns)
        sizes[f"recurrent.bias_{part}_l0"] = (3 * H,)
    rng = np.random.default_rng(0)
    arrays = {key: rng.normal(0, 0.3, size) for key, size in sizes.items()}
    return arrays, {"cell": "gru", "task": name, "vocabulary": known}


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """What the page asks for."""
    folder, found, manifests = tmp_path_factory.mktemp("weights"), {}, {}
    for name in shapes.TASKS:
        recorded = (shapes.WEIGHTS / f"{name}.bin").exists()
        if not recorded:
            weights.save(name, *random_network(name), folder)
        manifest, data = weights.files(name, shapes.WEIGHTS if recorded else folder)
        manifests[name] = manifest
        found[f"_static/ch01_sequences/weights/{name}.json"] = json.dumps(manifest).encode()
        found[f"_static/ch01_sequences/weights/{name}.bin"] = data
    html = shapes.element(manifests, "language")
    return {**found, **page_files(html)}


def heavy(seen):
    """The requests for manifests and weights."""
    return [url for url in seen.requests if "/weights/" in url]


def choose(seen, task):
    """Choose a shape, as a pointer does."""
    radio = seen.page.get_by_role("radio", name=SHAPES[task], exact=True)
    seen.page.locator("shapes-explorer label", has=radio).click()


def loader(seen):
    return seen.page.locator(".rc-shapes").get_by_role("button", name="Load the model")


def ready(seen):
    """Wait for the network."""
    facts = seen.page.locator(".rc-shapes-facts", has_text="GRU of")
    facts.wait_for()


def load(seen, task):
    """Choose a shape, press the button, and wait for its network."""
    choose(seen, task)
    loader(seen).click()
    ready(seen)


def said(seen):
    return seen.page.locator(".rc-shapes-said").inner_text()


def field(seen):
    return seen.page.locator(".rc-shapes-field :is(input, select)")


def row(seen, part):
    """What stands in a row of the diagram, step by step; what is for the ear only is left out."""
    boxes = seen.page.locator(f".rc-shapes-column .rc-shapes-{part}").all()
    read = "e => [...e.children].filter(c => !c.matches('.rc-shapes-sr')).map(c => c.textContent)"
    return ["|".join(box.evaluate(read)) for box in boxes]


def kinds(seen, part, name):
    """Which boxes of a row are of a kind."""
    boxes = seen.page.locator(f".rc-shapes-column .rc-shapes-{part}").all()
    return [f"rc-shapes-{name}" in box.get_attribute("class") for box in boxes]


def test_nothing_is_loaded_before_the_button_is_pressed_and_then_once(opened):
    seen = opened()
    for task in SHAPES:
        choose(seen, task)
        assert loader(seen).count() == (task != "single")
    choose(seen, "language")
    field(seen).fill("Ranska")
    assert row(seen, "in") == [*"Ranska"]
    assert row(seen, "out") == [""] * 5 + ["?"]
    seen.rest()
    assert heavy(seen) == []
    loader(seen).dblclick()
    ready(seen)
    assert [url.rpartition("/")[2].partition("?")[0] for url in heavy(seen)] == [
        "language.json",
        "language.bin",
    ]
    choose(seen, "name")
    choose(seen, "language")
    assert loader(seen).count() == 0
    assert len(heavy(seen)) == 2
    assert seen.foreign + seen.errors == []


def test_many_to_one_answers_once(opened):
    seen = opened()
    load(seen, "language")
    field(seen).fill("Campuchia")
    assert row(seen, "in") == [*"Campuchia"]
    assert kinds(seen, "out", "full") == [False] * 8 + [True]
    bars = seen.page.locator(".rc-shapes-answer li").all_inner_texts()
    assert len(bars) == 3
    assert bars[0].split("\n")[0] == row(seen, "out")[-1].split("|")[0]
    assert said(seen).startswith("After 9 characters it answers once: ")
    seen.page.get_by_label("What it would say after each character").check()
    early = kinds(seen, "out", "early")
    assert early == [True] * 8 + [False]
    assert all("%" in text for text in row(seen, "out"))
    seen.page.get_by_label("Units 1 to 6").check()
    assert seen.page.locator(".rc-shapes-units i").count() == 9 * 6
    field(seen).fill("Ελλάδα")
    assert "does not know: Ε λ ά δ α" in seen.page.locator(".rc-shapes-fault").inner_text()
    field(seen).fill("")
    assert said(seen) == "Type a name."
    assert seen.page.locator(".rc-shapes-column").count() == 0
    button(seen, "Ranska").click()
    assert field(seen).input_value() == "Ranska"
    assert seen.errors == []


def test_one_to_many_reads_its_own_answers(opened):
    seen = opened()
    load(seen, "name")
    choose(seen, "name")
    first = said(seen)
    button(seen, "Draw another").click()
    assert said(seen) != first
    read, written = row(seen, "in"), [text.split("|")[0] for text in row(seen, "out")]
    assert read[0] == "German"
    assert read[1:] == written[:-1]
    assert kinds(seen, "in", "fed") == [False] + [True] * (len(read) - 1)
    assert seen.page.locator(".rc-shapes-answer").inner_text().count(" · ") == 1
    button(seen, "Likeliest").click()
    likeliest = said(seen)
    button(seen, "Likeliest").click()
    assert said(seen) == likeliest
    field(seen).select_option("fi")
    assert row(seen, "in")[0] == "Finnish"
    other = opened()  # the seed decides, so that a lecture goes as it was prepared
    load(other, "name")
    assert said(other) == first
    assert seen.errors == []


def test_in_step_answers_at_every_identifier(opened):
    seen = opened()
    load(seen, "role")
    field(seen).fill('y = f(x, k="a")  # c')
    read = ["new line", "y", "=", "f", "(", "x", ",", "k", "=", "string", ")"]
    assert row(seen, "in") == read
    names = {"y", "f", "x", "k"}
    assert kinds(seen, "out", "full") == [text in names for text in read]
    told = {text.split("|")[0] for text in row(seen, "out")} - {""}
    assert told <= set(roles.ROLES)
    meanings = seen.page.locator(".rc-shapes-meanings").inner_text()
    assert all(f"{role}: {shapes.MEANINGS[role]}" in meanings for role in told)
    assert "4 answers" in said(seen)
    field(seen).fill("y = 'a")
    fault = seen.page.locator(".rc-shapes-fault")
    assert fault.inner_text() == "The string has no end yet."
    field(seen).fill("y = a ? b")
    assert fault.inner_text() == "Python has no token that begins with “?”."
    field(seen).fill("y = a")
    assert fault.inner_text() == ""
    assert seen.errors == []


def test_after_the_input_is_marked_right_or_wrong(opened):
    seen = opened()
    load(seen, "numeral")
    marks = set()
    for digits in ("208", "11", "99999", "7", "80080"):
        field(seen).fill(digits)
        n = len(digits)
        assert row(seen, "in")[: n + 1] == [*digits, "go"]
        assert kinds(seen, "out", "full")[: n + 1] == [False] * n + [True]
        assert not any(kinds(seen, "out", "full")[:n])
        written = [text.split("|")[0] for text in row(seen, "out")[n:]]
        right = numerals.split_words(numerals.num2words(int(digits)))
        mark = seen.page.locator(".rc-shapes-answer").inner_text()
        if written == [*right, "end"]:
            assert mark == "✓ Right."
        else:
            assert mark == f"✗ Wrong. The right answer: {' '.join(right)}."
        marks.add(mark[0])
    field(seen).fill("007")
    assert "no right answer" in seen.page.locator(".rc-shapes-answer").inner_text()
    field(seen).fill("4x")
    fault = seen.page.locator(".rc-shapes-fault")
    assert fault.inner_text() == "Only the digits 0 to 9 can be read, five at most."
    field(seen).fill("")
    assert (said(seen), fault.inner_text()) == ("Type up to five digits.", "")
    assert marks <= {"✓", "✗"}
    assert seen.errors == []


def test_everything_works_by_keyboard(opened):
    seen = opened()
    press, page = seen.page.keyboard.press, seen.page
    has_focus = "e => e === document.activeElement"
    press("Tab")
    press("Tab")
    chosen = page.get_by_role("radio", name=SHAPES["language"], exact=True)
    assert chosen.evaluate(has_focus)
    press("ArrowRight")
    assert page.get_by_role("radio", name=SHAPES["name"], exact=True).is_checked()
    press("ArrowLeft")
    for _ in range(7):  # the name, five examples, the button
        press("Tab")
    assert loader(seen).evaluate(has_focus)
    press("Enter")
    ready(seen)
    assert field(seen).evaluate(has_focus)
    page.keyboard.type("x")
    assert row(seen, "in")[-1] == "x"
    reached = []
    while page.evaluate("document.activeElement.textContent") != "after":
        press("Tab")
        reached.append(page.evaluate("document.activeElement.className || 'input'"))
        assert len(reached) < 12
    expected = ["rc-shapes-try"] * 5 + ["rc-shapes-scroller"] + ["input"] * 3
    assert [name for name in reached if name != "rc-shapes-scroller"] == [
        name for name in expected if name != "rc-shapes-scroller"
    ]  # the diagram only where it scrolls
    assert seen.foreign + seen.errors == []


def test_a_screen_reader_hears_once_the_typing_rests(opened):
    seen = opened()
    clock = seen.page.clock
    clock.install(time=0)  # before anything waits to be spoken
    load(seen, "numeral")
    clock.pause_at(3600)
    status = seen.page.locator(".rc-shapes-sr[role=status]")
    field(seen).focus()
    clock.run_for(1100)
    before = status.inner_text()
    for digits in ("1", "12"):
        field(seen).fill(digits)
        assert status.inner_text() == before
    clock.run_for(1100)
    assert status.inner_text().startswith("2 digits read, then ")
    steps = seen.page.get_by_role("listitem").all_inner_texts()
    assert "answers nothing" in steps[0]
    assert "Step 1" in " ".join(steps[0].split())


@pytest.mark.parametrize("motion", ["reduce", "no-preference"])
def test_steps_come_one_by_one_only_where_motion_is_welcome(opened, motion):
    seen = opened(reduced_motion=motion)
    load(seen, "name")
    button(seen, "Draw another").click()
    moving = "document.getAnimations().filter(a => a instanceof CSSAnimation).length"
    assert bool(seen.page.evaluate(moving)) == (motion == "no-preference")


@pytest.mark.parametrize("view", VIEWS)
def test_axe_finds_nothing_in_any_task(opened, view):
    seen = opened(view)
    found = []
    for task in SHAPES:
        choose(seen, task)
        found += violations(seen)
        if task != "single":
            load(seen, task)
            seen.page.get_by_label("Units 1 to 6").check()
            if task == "language":
                seen.page.get_by_label("What it would say").check()
            if task == "role":
                field(seen).fill("y = $")
            found += violations(seen)
        if view == "phone":
            assert seen.page.evaluate(WIDTH) == 360
    assert found == []
    assert seen.foreign + seen.errors == []


def test_what_scrolls_is_reached_by_keyboard_and_shows_the_answer(opened):
    seen = opened("phone")
    load(seen, "language")
    field(seen).fill("Dominikanische Republik")
    scroller = seen.page.locator(".rc-shapes-scroller")
    seen.page.locator(".rc-shapes-scroller[tabindex='0']").wait_for()
    frame = scroller.bounding_box()

    def answer_is_seen():
        box = seen.page.locator(".rc-shapes-out").last.bounding_box()
        return box["x"] + box["width"] <= frame["x"] + frame["width"] + 1

    assert answer_is_seen()
    seen.page.get_by_label("What it would say").check()  # wider, and still seen
    assert answer_is_seen()
    labels = seen.page.locator(".rc-shapes-rows").bounding_box()
    assert abs(labels["x"] - frame["x"]) < 4  # the names of the rows stay


def test_wrong_weights_are_refused_and_can_be_loaded_again(opened, files):
    seen = opened()
    data = files["_static/ch01_sequences/weights/role.bin"]
    choose(seen, "role")
    for wrong in (data[:-2], data + b"\0\0", b"\1" + data[1:]):
        seen.page.route("**/*.bin*", partial(answer_with, wrong))
        loader(seen).click()
        seen.page.get_by_text("are not those that this page describes").wait_for()
        assert violations(seen) == []
    assert seen.page.get_by_text("could not be loaded").count() == 1
    choose(seen, "numeral")
    assert seen.page.get_by_text("could not be loaded").count() == 0  # it is about the other one
    choose(seen, "role")
    seen.page.unroute("**/*.bin*")
    load(seen, "role")
    assert seen.page.get_by_text("could not be loaded").count() == 0


def test_without_scripts_a_sentence_stands_there(opened):
    seen = opened(java_script_enabled=False)
    assert "needs JavaScript" in seen.page.locator("shapes-explorer").inner_text()
    assert heavy(seen) == []


def test_a_notebook_renders_the_two_scripts_as_one(opened, files):
    """What anywidget does: import the one module, and render with the widget's state."""
    seen = opened()
    manifests = {
        t: json.loads(files[f"_static/ch01_sequences/weights/{t}.json"]) for t in shapes.TASKS
    }
    state = {"task": "numeral", "tables": shapes.tables(), "manifests": json.dumps(manifests)}
    seen.page.evaluate(
        """async ([source, state, tasks]) => {
        document.querySelector("shapes-explorer").remove();
        const address = URL.createObjectURL(new Blob([source], {type: "text/javascript"}));
        const module = await import(address);
        for (const task of tasks) {
            const answer = await fetch(`_static/ch01_sequences/weights/${task}.bin`);
            const weights = await answer.arrayBuffer();
            const longer = new Uint8Array(weights.byteLength + 3); // as views into messages are
            longer.set(new Uint8Array(weights), 3);
            state[task] = new DataView(longer.buffer, 3);
        }
        const el = document.querySelector("main").appendChild(document.createElement("div"));
        window.close_ = module.default.render({model: {get: name => state[name]}, el});
    }""",
        [shapes.module(), state, [*shapes.TASKS]],
    )
    ready(seen)
    assert "3 digits read" in said(seen)
    seen.page.locator(".rc-shapes label", has_text="many to one").click()
    seen.page.get_by_text("it answers once").first.wait_for()
    seen.page.evaluate("close_()")
    assert violations(seen) == []
    assert seen.errors == []


# --- In the book ---


@pytest.mark.parametrize("view", ["light", "phone"])
def test_in_the_book_it_is_light_until_loaded_and_sound_after(visit, view):
    for name in pages_with(TAG):
        seen = visit(name, view)
        assert heavy(seen) == []
        for task in shapes.TASKS:
            load(seen, task)
            assert sound(seen, TAG) == []
        assert len(heavy(seen)) == 2 * len(shapes.TASKS)
