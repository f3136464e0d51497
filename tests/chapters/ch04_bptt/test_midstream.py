"""Memory and gradient in mid-stream: what is drawn, read and followed is what is said."""

import numpy as np
import pytest

from rnncourse.cells.rnn import hidden_step
from rnncourse.chapters.ch04_bptt import midstream
from rnncourse.chapters.ch04_bptt.midstream import (
    BEFORE,
    GAINS,
    LAG,
    SIZES,
    come_back,
    network,
    read_back,
)
from rnncourse.core.records import Record
from rnncourse.core.seeds import CONFIRMING
from rnncourse.data.recall import recall_batch


def test_networks_of_one_seed_differ_in_the_gain_alone():
    one, two = network(1.0, 16, 3), network(2.0, 16, 3)
    np.testing.assert_array_equal(one.W_xh, two.W_xh)
    np.testing.assert_array_equal(one.b_h, two.b_h)
    np.testing.assert_allclose(two.W_hh, 2 * one.W_hh)
    np.testing.assert_allclose(np.linalg.svd(two.W_hh)[1], 2)


def test_the_symbol_is_asked_for_in_mid_stream(monkeypatch):
    """Every sequence is 80 others, the symbol, 20 others; the readout has the state after them."""
    w, seen = network(1.0, 4, 0), []
    monkeypatch.setattr(midstream, "DRAWN", 6)
    monkeypatch.setattr(midstream, "hidden_step", lambda x, h, w: seen.append(x) or h + 1)
    states = {}
    monkeypatch.setattr(midstream, "readable", lambda h, asked, n: states.update(h=h, asked=asked))
    read_back(w, np.random.default_rng(0))
    symbols = np.argmax(seen, axis=-1)
    assert symbols.shape == (BEFORE + 1 + LAG, 6)
    np.testing.assert_array_equal(symbols[BEFORE], states["asked"])
    assert (np.delete(symbols, BEFORE, axis=0) >= 4).all()
    assert (states["h"] == len(seen)).all()


def test_a_symbol_that_is_gone_is_guessed_and_a_fresh_one_is_read(monkeypatch):
    monkeypatch.setattr(midstream, "BEFORE", 0)
    gone = network(0.1, 16, 1), np.random.default_rng(0)
    assert read_back(*gone) == pytest.approx(0.25, abs=0.06)
    assert read_back(network(1.0, 64, 0), np.random.default_rng([0, 1])) > 0.95


def test_the_gradient_is_followed_over_twenty_steps():
    """Of a network of one unit the share is a product of twenty slopes and weights."""
    w = network(0.9, 1, 2)
    xs, _ = recall_batch(np.random.default_rng(4), midstream.FOLLOWED, BEFORE + LAG, same=False)
    h, slopes = np.zeros((midstream.FOLLOWED, 1)), []
    for x in xs:
        h = hidden_step(x, h, w)
        slopes.append(1 - h[:, 0] ** 2)
    shares = np.prod(slopes[-LAG - 1 : -1], axis=0) * abs(w.W_hh[0, 0]) ** LAG
    found = come_back(w, np.random.default_rng(4))
    assert found == pytest.approx(np.log10(np.median(shares)), rel=1e-9)


def test_the_record_has_every_gain_and_size():
    record = Record.load("ch04_bptt")
    for H in SIZES:
        for gain in GAINS:
            for kind in ("read", "back"):
                assert len(record.value(f"{kind}/{H}/{gain:g}")) == len(CONFIRMING)
