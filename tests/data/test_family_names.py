"""Names are divided by language and name; twins have the same letters; nothing is in two parts."""

import sys

import pytest

from rnncourse.data import family_names
from rnncourse.data.family_names import (
    LANGUAGES,
    list_names,
    load_family_names,
    read_name_frequencies,
)


def test_every_part_is_apart_and_each_language_is_tested_as_often():
    names = load_family_names(seed=3)
    twins = [name for pair in names.twins for name in pair]
    all_names = [name for name, _ in names.train + names.test + twins]
    assert len(set(all_names)) == len(all_names)
    assert all(n == n.lower() and n.isalpha() and 3 <= len(n) <= 14 for n in all_names)
    for language in LANGUAGES:
        assert sum(own == language for _, own in names.test) == 60
        assert 100 < sum(own == language for _, own in names.train) <= 540


def test_twins_have_the_same_letters_in_two_languages():
    twins = load_family_names().twins
    assert (("koskela", "Finnish"), ("oleksak", "Polish")) in twins
    assert all(sorted(a) == sorted(b) and a != b and x != y for (a, x), (b, y) in twins)
    assert twins == load_family_names(seed=1).twins


def test_a_seed_divides_anew():
    assert load_family_names(seed=0) == load_family_names(seed=0)
    assert load_family_names(seed=0).test != load_family_names(seed=1).test


@pytest.mark.parametrize("n_test", [0, 600, 700])
def test_a_part_that_would_be_empty_is_refused(n_test):
    with pytest.raises(ValueError, match="n_test must lie between 1 and max_names"):
        load_family_names(n_test=n_test)


def test_a_missing_package_is_named(monkeypatch):
    monkeypatch.setattr(family_names.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(ModuleNotFoundError, match=r"pip install 'rnncourse\[names\]'"):
        list_names("fi_FI")


def test_a_locale_that_is_not_there_is_an_error():
    with pytest.raises(ModuleNotFoundError):
        list_names("xx_XX")
    assert "faker" in sys.modules


def test_a_list_says_how_often_a_name_is_borne_or_that_it_does_not():
    shares = read_name_frequencies("en_GB")
    assert set(shares) <= list_names("en_GB")
    assert max(shares, key=shares.get) == "Smith"
    with pytest.raises(ValueError, match="list of nl_NL does not say how often"):
        read_name_frequencies("nl_NL")
