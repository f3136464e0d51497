"""Trials and the runs that decide have seeds of their own."""

import pytest

from rnncourse.core.seeds import CONFIRMING, PILOT_SEEDS, THIRTY, SeedError, require_pilot_seeds


def test_the_blocks_share_no_seed():
    assert len(set(PILOT_SEEDS)) == len(set(CONFIRMING)) == 10
    assert len({*PILOT_SEEDS, *CONFIRMING, *THIRTY}) == 50


def test_a_trial_takes_some_of_its_own_seeds_only():
    assert require_pilot_seeds() == PILOT_SEEDS
    assert require_pilot_seeds([3]) == (3,)
    with pytest.raises(SeedError, match=r"Seed 100 is not for trials\. Try: seeds from 0 to 9"):
        require_pilot_seeds([0, 100])
