"""Every experiment runs, small: it writes the keys of the stored record, and its seeds matter."""

import re

import numpy as np
import pytest
import torch

from rnncourse.core.records import Record
from scripts.author.measure import collect_experiments

from .small import N_SEEDS, clear_caches, make_small


def list_sections(text: str) -> set[str]:
    """List the sections of a table: a line is a chapter and what it has."""
    rows = [line.split() for line in text.strip().splitlines()]
    return {f"{chapter[:-1]}/{name}" for chapter, *names in rows for name in names}


EXPERIMENTS = collect_experiments()
BY_TEXT = {"ch02_language/ratios", "ch02_language/documents", "ch02_language/long_2"}
"""Sections whose lists have an entry for each document, or whatever else there are fewer of."""
SINGLE_SEED = list_sections("""
    ch01_sequences: names picture
    ch02_language: ratios
    ch05_gradients: cliff clock adding_50 adding_50_beyond
    ch07_lstm: cells live clamped
    ch09_bidirectional: counts directions prices_beyond
    ch10_recursive_networks: depth widget
    ch11_seq2seq: spelling_rivals spelling_stored
    ch12_attention: chance sounds one_row_beyond
    ch13_captioning: emoji_baselines emoji_stored
    ch14_beyond_recurrence: costs list-heads pace players rates rates_beyond
""") | {*(f"ch14_beyond_recurrence/contest-{seed}" for seed in range(3))}
"""Sections that have no seed, or one: no value has an entry for each."""
SEED_INSENSITIVE = list_sections("""
    ch03_recurrence: longer
    ch04_bptt: bptt
    ch05_gradients: wall
    ch07_lstm: lag_long lag_plain opened
    ch08_gated_variants: rates
    ch12_attention: without
    ch13_captioning: attending emoji_each emoji_first emoji_fixed emoji_merged
    ch14_beyond_recurrence: list-blocks lists
""")
"""Sections in which all seeds score alike after one update, or have keys of their own."""
NOT_YET_SMALL = list_sections("""
    ch01_sequences: sequences
    ch02_language: adapting long_0 long_0_again long_1 networks ngrams page remembering
    ch02_language: remembering_1 remembering_2
    ch07_lstm: char_lstm_0 char_lstm_1
    ch12_attention: one_row sounds_rescored spelling_attention spelling_seconds
    ch13_captioning: emoji_attended
""")
"""Sections that are not small enough yet, seconds each: no test runs them."""
SLOW = {"ch02_language/long_2"}
"""Sections that take ten seconds, and are like others: only `make test-all` runs them."""


@pytest.fixture(scope="module")
def small_experiments(tmp_path_factory):
    """Make everything small for the tests of this file."""
    clear_caches()
    with pytest.MonkeyPatch.context() as patch:
        make_small(patch, tmp_path_factory.mktemp("small"))
        yield
    clear_caches()


def replace_numbers(key: str) -> str:
    """A key without its numbers: there are fewer seeds, and a search may try other rates."""
    return re.sub(r"(?<=/)[-+.e\d]+(?=/|$)", "#", key)


def test_experiments_exempt_from_small_runs_do_not_grow():
    assert len(NOT_YET_SMALL) <= 18
    assert {*EXPERIMENTS} >= NOT_YET_SMALL | SINGLE_SEED | BY_TEXT | SEED_INSENSITIVE
    assert not NOT_YET_SMALL & (SINGLE_SEED | BY_TEXT | SEED_INSENSITIVE)


@pytest.mark.slow
@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=[pytest.mark.claims] * (name in SLOW))
        for name in EXPERIMENTS
        if name not in NOT_YET_SMALL
    ],
)
def test_an_experiment_writes_what_the_record_has(name, small_experiments):
    chapter, _, section = name.partition("/")
    stored = Record.load(chapter)
    known = {key: e for key, e in stored.values.items() if stored.sections[key] == section}
    torch.set_num_threads(1)
    record = EXPERIMENTS[name]()
    assert (record.name, record.experiment) == (chapter, section)
    assert {*map(replace_numbers, record.values)} == {*map(replace_numbers, known)}
    assert [key for key in record.values if key not in known and "rates/" not in key] == []
    apart = False
    for key, entry in record.values.items():
        old = known.get(key)
        if old is None:
            continue
        new, before = np.shape(entry.value), np.shape(old.value)
        assert len(new) == len(before)
        if (
            new != before
            and name not in BY_TEXT
            and "rates/" not in key
            and "validation/" not in key
        ):
            assert new[0] in {before[0] * N_SEEDS / n for n in (3, 5, 10, 30)}, key
            apart = apart or len(np.unique(entry.value)) > 1
    assert apart or name in SINGLE_SEED | BY_TEXT | SEED_INSENSITIVE
