"""The bars of a sentence, order by order, says what its numbers say."""

import re
from pathlib import Path

import numpy as np
import pytest

from rnncourse.chapters.ch02_language.orders_widget import SENTENCE, order_bits

from ... import node

DRIVER = Path(__file__).with_name("orders_driver.mjs")


def test_each_order_has_its_sentence():
    bits = np.full((3, len(SENTENCE)), 2.0)
    bits[1, SENTENCE.index("skew") + 1] = 6.0
    bits[2, SENTENCE.index("data")] = 0.5
    shown = order_bits(bits)
    facts = {name: shown.facts[name] for name in ("text", "bits")}
    shown.close()
    first, second, third = node.ask_driver(DRIVER, [["sentence", n] for n in (1, 2, 3)], **facts)
    assert first.startswith("Order 1, no context: 2.00\u00a0bits")
    assert "Order 2, 1 character of context" in second
    assert "the “k” of skew, 6.0\u00a0bits" in second
    assert "the “k” of skew rose from 2.0 to 6.0" in second
    assert "2 characters of context" in third
    assert "the “k” of skew fell from 6.0 to 2.0" in third
    assert not re.search("NaN|undefined|null", first + second + third)


@pytest.mark.parametrize("shape", [(3, 4), (len(SENTENCE),), (0, len(SENTENCE))])
def test_order_bits_of_a_wrong_shape_raise(shape):
    with pytest.raises(ValueError, match="bits must be rows of 60; got shape"):
        order_bits(np.zeros(shape))
