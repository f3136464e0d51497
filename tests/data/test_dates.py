"""Dates are those of Babel; what is linked is the same day, month or digit of the year."""

import warnings
from datetime import date

import pytest
from babel.dates import format_date

from rnncourse.data import dates as dates_module
from rnncourse.data.dates import DAYS, FIRST, ISO, LOCALES, date_pair, draw_days, load_dates
from rnncourse.data.padding import DataWarning

SOME = [*draw_days(60, seed=7), date(1900, 1, 1), date(2099, 12, 31), date(2026, 3, 1)]


@pytest.mark.parametrize("locale", LOCALES)
def test_dates_are_those_of_babel(locale):
    for day in SOME:
        pair = date_pair(day, locale, ISO)
        assert "".join(pair.source) == format_date(day, "long", locale)
        assert "".join(pair.target) == day.isoformat()


@pytest.mark.parametrize("locale", LOCALES)
def test_links_join_what_is_the_same(locale):
    for day in SOME:
        pair = date_pair(day, locale, ISO)
        said = ["".join(pair.source[i] for i in links) for links in pair.links]
        assert said[:4] == list(str(day.year))
        assert said[5:7] == [said[5]] * 2  # both digits of the month come from its name
        assert format_date(day, "MMMM", locale).replace(" ", "") == said[5]
        assert said[8:] == [str(day.day)] * 2
        assert said[4] == said[7] == ""


def test_german_and_hungarian_cross():
    pair = date_pair(date(2026, 11, 22), "de", "hu")
    assert "".join(pair.source) == "22. November 2026"
    assert "".join(pair.target) == "2026. november 22."
    assert pair.links[0] == (13,)
    assert pair.links[-2] == (0, 1)


def test_days_are_all_different_and_within_two_centuries():
    assert len(set(draw_days(900))) == 900
    assert draw_days(50) == draw_days(900)[:50]
    assert date.fromordinal(FIRST.toordinal() + DAYS - 1) == date(2099, 12, 31)
    with pytest.raises(ValueError, match=r"1 \.\.\. 73049"):
        draw_days(DAYS + 1)


def test_a_day_is_in_one_part_only_whatever_the_languages():
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # the patterns are the pinned ones
        one, other = load_dates(size=300), load_dates(["fi"], "pl", size=300)
    keys = [[pair.key for pair in part] for part in (one.train, one.valid, one.test)]
    assert sum(map(len, keys)) == len({key for part in keys for key in part}) == 300
    assert keys == [[p.key for p in part] for part in (other.train, other.valid, other.test)]
    for pairs in (one, other):
        for pair in (*pairs.train, *pairs.valid, *pairs.test):
            assert set(pair.source) <= set(pairs.sources)
            assert set(pair.target) <= set(pairs.targets)


def test_other_patterns_are_told(monkeypatch):
    monkeypatch.setattr(dates_module, "PINNED_SHA256", "0")
    with pytest.warns(DataWarning, match="babel"):
        load_dates(size=5)


def test_what_is_not_there_is_named():
    with pytest.raises(ValueError, match="'tlh'"):
        date_pair(date(2026, 1, 1), "tlh", ISO)
    with pytest.raises(ValueError, match="at least one source"):
        load_dates([])
