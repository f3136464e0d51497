"""The drawn cell in a browser, beyond what holds for every widget: trainings on a phone."""

import pytest
from playwright.sync_api import expect

from rnncourse.chapters.ch08_gated_variants import widget

from ...browser.conftest import PATIENCE
from ...browser.widgets import find_button

pytestmark = pytest.mark.built
ELEMENT = widget.drawn_cell


def test_trainings_run_one_at_a_time_and_three_stay_listed(open_widget):
    visit = open_widget("phone")
    train = find_button(visit, "Train it on sums")
    rows = visit.page.locator(".rc-cell-table tbody tr")
    for runs, part in enumerate(("coupled: i = 1 − f", "output gate", "peepholes"), start=1):
        find_button(visit, part).click()
        train.dblclick()
        expect(train).to_have_attribute("aria-disabled", "false", timeout=PATIENCE)
        expect(rows).to_have_count(runs)
        assert all(row.locator("td").count() == 4 for row in rows.all())
        assert "" not in rows.locator("td").all_inner_texts()
    assert visit.page.locator(".rc-w").bounding_box()["height"] <= 640
