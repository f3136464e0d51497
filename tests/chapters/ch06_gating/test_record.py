"""What the page says of its recorded runs."""

import numpy as np
import pytest

from rnncourse.chapters.ch06_gating import deciding_experiments, figures
from rnncourse.chapters.ch06_gating.deciding_experiments import MISSED, SIZES
from rnncourse.chapters.ch06_gating.subset_experiments import GATED, RATES
from rnncourse.chapters.ch06_gating.subsets import KINDS
from rnncourse.core.records import Record
from rnncourse.core.seeds import CONFIRMING, SeedError

OWN = {"reset": ("io", "f"), "marked": ("fo", "i"), "asked": ("if", "o")}


@pytest.fixture(scope="module")
def record():
    return Record.load("ch06_gating")


def typical(record, key):
    return np.exp(np.mean(np.log(record.value(f"left/{key}"))))


@pytest.mark.parametrize("task", OWN)
def test_each_gate_has_its_task(record, task):
    missing, own = OWN[task]
    left = {kind: typical(record, f"{task}/1/{kind}") for kind in KINDS}
    assert left[missing] > 0.3 > left["ifo"]
    assert max(GATED, key=left.get) == missing
    assert min("ifo", key=left.get) == own


def test_no_best_rate_of_what_is_compared_lies_at_the_edge(record):
    for key, entry in record.values.items():
        if key.startswith("rate/") and key.split("/")[-1] in GATED:
            assert RATES[0] < entry.value < RATES[-1], key


def test_of_three_gates_the_one_that_is_missed_least_counts(record):
    for H in SIZES:
        apart = {
            task: np.subtract(
                record.value(f"needed/{task}/{missing}/{H}"), record.value(f"needed/{task}/ifo/{H}")
            )
            for task, (missing, _) in OWN.items()
        }
        both = [np.array(record.value(f"needs/{name}/{H}")) for name in ("without", "full")]
        np.testing.assert_allclose(both[0] - both[1], np.min([*apart.values()], axis=0))
        assert {MISSED[task] for task in apart} == {missing for missing, _ in OWN.values()}
    fewer = np.min([record.value(f"selecting/{name}") for name in ("io", "fo", "if")], axis=0)
    np.testing.assert_array_equal(record.value("selecting/fewer"), fewer)


def test_the_confirming_networks_are_trained_at_the_rates_that_were_found(monkeypatch):
    asked = []

    def learn(task, H, names, rates, seeds):
        asked.append((task, H, names, rates, list(seeds)))
        raise StopIteration

    monkeypatch.setattr(deciding_experiments, "learn", learn)
    with pytest.raises(StopIteration):
        deciding_experiments.measure_needed("asked", print)
    with pytest.raises(StopIteration):
        deciding_experiments.measure_selecting(print)
    assert asked == [
        ("asked", 1, ("ifo", "if"), [0.1, 0.1], list(CONFIRMING)),
        ("two", 4, ["ifo"], [0.1], list(CONFIRMING)),
    ]
    with pytest.raises(SeedError):
        deciding_experiments.measure_selecting(print, range(10))


def test_the_curve_of_the_card_is_drawn_with_the_gate_that_is_missed_least():
    costs = {"io": [np.array([0.4, 0.6]), np.array([0.1, 0.1])]}
    fig = figures.needs([1, 2], costs, [np.array([0.3, 0.5]), np.array([0.0, 0.1])])
    lines = fig.axes[0].get_lines()
    np.testing.assert_allclose(lines[0].get_ydata(), [0.5, 0.1])
    np.testing.assert_allclose(lines[1].get_ydata(), [0.4, 0.05])


def test_the_matrix_shows_the_ratios_that_it_is_given():
    kinds = {"io": (12.0, 10.0, 14.0), "fo": (1.0, 0.9, 1.1), "if": (2.0, 1.5, 2.5)}
    fig = figures.removed({"reset": kinds, "asked": kinds})
    texts = [text.get_text() for text in fig.axes[0].texts]
    assert texts.count("×12") == 2
    assert "10 to 14" in texts


def test_the_curve_by_bias_has_means():
    curves = {"gru": [[-3.0, -1.0], [0.0, 0.0]], "lstm": [[-1.0, -1.0], [0.0, 1.0]]}
    (ax,) = figures.opened([0.0, 1.0], curves, [-11.0, -9.0]).axes
    drawn = [list(line.get_ydata()) for line in ax.lines]
    assert drawn == [[-10, -10], [-2, 0], [-1, 0.5]]
