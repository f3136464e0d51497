"""What holds for every live widget, and for those with positions: one contract, tried on each."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from rnncourse.chapters.ch03_recurrence.widget import unfolding_stepper
from rnncourse.chapters.ch04_bptt.widget import bptt_stepper

from ..chapters.ch03_recurrence.test_page import POSITIONS as UNFOLDING
from ..chapters.ch04_bptt.test_page import POSITIONS as STEPS
from .conftest import ROOT, TAGS
from .widgets import button, files_of, pages_with, place, slider, stop_clock

pytestmark = pytest.mark.browser


@dataclass(frozen=True)
class Stepper:
    tag: str
    show: callable
    positions: list[str]
    again: str  # the button that goes back to the start


STEPPERS = [
    Stepper("bptt-stepper", bptt_stepper, STEPS, "Start again"),
    Stepper("unfolding-stepper", unfolding_stepper, UNFOLDING, "Fold again"),
]


@pytest.fixture(params=STEPPERS, ids=lambda stepper: stepper.tag)
def stepper(request):
    return request.param


@pytest.fixture
def files(stepper):
    """What the page asks for."""
    return files_of(stepper.show())


@pytest.mark.parametrize("tag", TAGS)
def test_every_notebook_that_shows_it_has_a_page_that_does(site, tag):
    paths = (ROOT / "book").glob("*.ipynb")
    notebooks = [path for path in paths if f"<{tag}" in path.read_text("utf-8")]
    assert {f"{path.stem}.html" for path in notebooks} <= set(pages_with(tag))


@pytest.mark.parametrize("tag", TAGS)
def test_every_element_has_tests_of_its_own(tag):
    modules = Path(__file__).parent.glob("test_*.py")
    assert any(f'TAG = "{tag}"' in path.read_text("utf-8") for path in modules)


def test_the_buttons_do_what_they_say(stepper, opened):
    seen, positions = opened(), stepper.positions
    walk = (("Back", 0), ("Step", 1), ("Step", 2), ("Back", 1), (stepper.again, 0))
    for name, position in walk:
        button(seen, name).press("Enter")
        assert place(seen) == positions[position]
    assert button(seen, "Back").get_attribute("aria-disabled") == "true"
    for _ in range(len(positions) + 1):
        button(seen, "Step").press("Enter")
    assert place(seen) == positions[-1]
    assert button(seen, "Step").get_attribute("aria-disabled") == "true"


def test_it_plays_and_pauses(stepper, opened):
    seen, positions = opened(reduced_motion="no-preference"), stepper.positions
    clock = stop_clock(seen)
    button(seen, "Play").click()
    assert place(seen) == positions[1]
    clock.run_for(5000)
    assert place(seen) == positions[3]
    button(seen, "Pause").click()
    clock.run_for(10_000)
    assert place(seen) == positions[3]
    button(seen, "Play").click()
    clock.run_for(30_000)
    assert place(seen) == positions[-1]
    button(seen, "Play").click()  # from the end, once more
    assert place(seen) == positions[0]
    slider(seen).press("End")  # who moves the slider, stops it
    clock.run_for(10_000)
    assert place(seen) == positions[-1]
    assert button(seen, "Play").count() == 1


@pytest.mark.parametrize("motion", ["reduce", "no-preference"])
def test_things_move_only_where_motion_is_welcome(opened, motion):
    seen = opened(reduced_motion=motion)
    button(seen, "Step").click()
    moving = "document.getAnimations().filter(a => a instanceof CSSAnimation).length"
    assert bool(seen.page.evaluate(moving)) == (motion == "no-preference")


def test_without_scripts_a_sentence_stands_there(stepper, opened):
    seen = opened(java_script_enabled=False)
    assert "needs JavaScript" in seen.page.locator(stepper.tag).inner_text()
