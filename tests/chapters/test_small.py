"""Every experiment runs, small: it writes the keys of the stored record, and its seeds matter."""

import re

import numpy as np
import pytest
import torch

from rnncourse.core.records import Record
from scripts.author.measure import collect_experiments

from .small import N_SEEDS, clear_caches, make_small

EXPERIMENTS = collect_experiments()
BY_TEXT = {"ch02_language/ratios", "ch02_language/documents", "ch02_language/long_2"}
"""Sections whose lists have an entry for each document, or whatever else there are fewer of."""
ALONE = {
    "ch01_sequences/names",
    "ch01_sequences/picture",
    "ch02_language/ratios",
    "ch09_bidirectional/counts",
    "ch09_bidirectional/directions",
    "ch10_recursive_networks/depth",
    "ch10_recursive_networks/widget",
    "ch12_attention/chance",
    "ch12_attention/sounds",
    "ch11_seq2seq/spelling_rivals",
    "ch11_seq2seq/spelling_stored",
    "ch13_captioning/emoji_baselines",
    "ch13_captioning/emoji_stored",
    "ch05_gradients/cliff",
    "ch05_gradients/clock",
    "ch05_gradients/adding_50",
    "ch07_lstm/cells",
    "ch07_lstm/live",
    "ch07_lstm/clamped",
    *(f"ch14_beyond_recurrence/contest-{seed}" for seed in range(3)),
    "ch14_beyond_recurrence/costs",
    "ch14_beyond_recurrence/list-heads",
    "ch14_beyond_recurrence/pace",
    "ch14_beyond_recurrence/players",
    "ch14_beyond_recurrence/rates",
    "ch14_beyond_recurrence/rates_beyond",
    "ch12_attention/one_row_beyond",
    "ch05_gradients/adding_50_beyond",
    "ch09_bidirectional/prices_beyond",
}
"""Sections that have no seed, or one: no value has an entry for each."""
ALIKE = {
    "ch03_recurrence/longer",
    "ch04_bptt/bptt",
    "ch05_gradients/wall",
    "ch07_lstm/lag_long",
    "ch07_lstm/lag_plain",
    "ch07_lstm/opened",
    "ch08_gated_variants/rates",
    "ch12_attention/without",
    "ch13_captioning/attending",
    "ch13_captioning/emoji_each",
    "ch13_captioning/emoji_first",
    "ch13_captioning/emoji_merged",
    "ch14_beyond_recurrence/list-blocks",
    "ch14_beyond_recurrence/lists",
}
"""Sections in which all seeds score alike after one update, or have keys of their own."""
LATER = {
    "ch01_sequences/sequences",
    "ch02_language/adapting",
    "ch02_language/long_0",
    "ch02_language/long_0_again",
    "ch02_language/long_1",
    "ch02_language/networks",
    "ch02_language/ngrams",
    "ch02_language/page",
    "ch02_language/remembering",
    "ch02_language/remembering_1",
    "ch02_language/remembering_2",
    "ch07_lstm/char_lstm_0",
    "ch07_lstm/char_lstm_1",
    "ch12_attention/one_row",
    "ch12_attention/sounds_rescored",
    "ch12_attention/spelling_attention",
    "ch12_attention/spelling_seconds",
    "ch13_captioning/emoji_attended",
}
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
    assert len(LATER) <= 18
    assert {*EXPERIMENTS} >= LATER | ALONE | BY_TEXT | ALIKE
    assert not LATER & (ALONE | BY_TEXT | ALIKE)


@pytest.mark.slow
@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=[pytest.mark.claims] * (name in SLOW))
        for name in EXPERIMENTS
        if name not in LATER
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
    assert apart or name in ALONE | BY_TEXT | ALIKE
