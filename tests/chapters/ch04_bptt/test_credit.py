"""The skyline shows what was recorded, and what was recorded is the gradient of each surprise."""

import re
from pathlib import Path

import numpy as np
import pytest

from rnncourse.chapters.ch04_bptt import experiments
from rnncourse.chapters.ch04_bptt.credit_widget import NETWORKS, SENTENCE, SHOWN, credit_skyline
from rnncourse.core.records import Record

from ... import node

DRIVER = Path(__file__).with_name("credit_driver.mjs")
RECORD = Record.load("ch04_bptt")


@pytest.fixture(scope="module")
def ask():
    """`ask(*questions)` puts them to the script; see credit_driver.mjs."""
    shown = credit_skyline()
    facts = {name: shown.facts[name] for name in ("text", *NETWORKS)}
    shown.close()
    return lambda *questions: node.ask(DRIVER, questions, **facts)


def test_record_and_widget_are_about_one_sentence():
    assert experiments.SENTENCE == SENTENCE
    assert SENTENCE[SHOWN - 1 :].startswith("skew")


@pytest.mark.parametrize("name", NETWORKS)
def test_the_page_has_what_was_recorded(ask, name):
    ((first, *rows),) = ask(["rows", name])
    assert first is None
    assert len(rows) == len(SENTENCE) - 1
    kept = np.concatenate([[row["before"], *row["shares"]] for row in rows])
    np.testing.assert_allclose(1000 * kept, RECORD.value(f"skyline/{name}/shares"), atol=1e-9)
    nats = [row["nats"] for row in rows]
    np.testing.assert_allclose(nats, RECORD.value(f"skyline/{name}/nats"), atol=0.0051)
    for n, row in enumerate(rows, start=1):
        assert len(row["shares"]) == n
        assert row["before"] + sum(row["shares"]) == pytest.approx(1, abs=0.03)  # rounded


def test_each_character_has_its_sentence(ask):
    texts = ask(*(["sentence", at] for at in range(1, len(SENTENCE))))
    assert len(set(texts)) == len(texts)
    assert not [text for text in texts if re.search(r"NaN|undefined|null", text)]
    assert "At “k”" in texts[SHOWN - 1]
    assert "the last 5 characters" in texts[SHOWN - 1]
    assert "At the space" in texts[SENTENCE.index(" ") - 1]
    assert "the characters of the sentence" in texts[0]


@pytest.mark.parametrize("at", [0, 60, 1.5])
def test_a_character_with_none_before_it_is_refused(at):
    with pytest.raises(ValueError, match="at must be from 1 to 59; got"):
        credit_skyline(at)
