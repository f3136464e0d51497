"""What the page says of trained networks is in the record, and the kept network is one of them."""

import numpy as np
import pytest
import torch

from rnncourse.analysis import translations
from rnncourse.chapters.ch12_attention import explaining, scoring, translating
from rnncourse.chapters.ch12_attention import network_experiments as networks
from rnncourse.chapters.ch12_attention.control_experiments import brief_updates
from rnncourse.chapters.ch12_attention.stored import FOLDER, load_weights
from rnncourse.core.records import Record
from rnncourse.decoding.stepping import greedy
from rnncourse.models import weights

RECORD = Record.load("ch12_attention")
GRID = sorted(networks.RATES + networks.BEYOND)
WITH = [name for name, kind in translating.KINDS.items() if kind.attention]


def of(key):
    return np.array(RECORD.value(key))


@pytest.mark.parametrize("name", translating.KINDS)
def test_every_rate_is_the_best_of_its_search_and_inside_of_the_grid(name):
    means = {rate: of(f"rates/{name}/{rate:g}")[translations.TRAINED].mean() for rate in GRID}
    rate = translating.KINDS[name].rate
    assert rate in GRID[1:-1]
    assert means[rate] > max(means.values()) - 0.001  # of equal ones, one in the middle


def test_the_longer_training_has_its_best_rate_inside_of_the_grid():
    assert RECORD.value("rate/none, longer") == networks.RATES[1]


def test_attention_removes_the_bottleneck():
    assert of("exact/general/6").min() > 0.95
    assert of("exact/none/6").max() < 0.2
    assert of("exact/none, longer/6").max() < of("exact/general/6").min() - 0.2
    assert of("exact/general/7").max() < 0.2


@pytest.mark.parametrize("name", WITH)
def test_attention_points_right_where_digits_change_places(name):
    assert of(f"exact/{name}/6").min() > 0.9
    least = of(f"attention/{name}/swapped/pointing").min()
    assert least > 0.95 or (name == "additive, before" and 0.5 < least < 0.9)


def test_what_reads_nothing_is_worse_where_digits_change_places():
    for way in ("uniform", "diagonal", "offset"):
        assert RECORD.value(f"chance/{way}/swapped/pointing") < 0.6
    assert RECORD.value("chance/diagonal/comma/pointing") == 1


def test_chance_decides_at_the_comma_unless_the_mark_must_be_read():
    attention = {
        way: of(f"attention/{way}/comma/pointing") for way in ("general", "nudged", "varied")
    }
    assert np.ptp(attention["general"]) > 0.4
    assert np.abs(attention["nudged"] - attention["general"]).max() > 0.3
    assert attention["varied"].min() > 0.99
    still = of("attention/nudged/swapped/pointing") - of("attention/general/swapped/pointing")
    assert np.abs(still).max() < 0.01


def test_a_large_weight_matters_at_digits_and_hardly_at_commas():
    assert of("attention/general/comma/largest").min() > 0.9
    assert of("taken/hidden/attended/swapped/changed").min() > 0.7
    assert of("taken/hidden/attended/comma/changed").max() < 0.2
    for which in ("other", "least"):
        assert of(f"taken/hidden/{which}/swapped/changed").max() < 0.01
    for way in ("hidden", "blanked"):
        assert of(f"taken/{way}/attended/swapped/changed").min() > 0.5


def test_the_kept_network_looks_as_recorded():
    data = translations.lists()
    four = translations.of_length(data.test, networks.ATTENDED)
    attention = translating.attention_of(load_weights(), data, four)
    for key, share in scoring.by_kind(attention, four).items():
        assert abs(share - of(f"attention/general/{key}")[0]) < 0.01
    _, about = weights.load("lists", FOLDER)
    assert (about["kind"], about["seed"]) == ("general", networks.SEEDS[0])


def test_marks_vary_and_are_the_same_on_both_sides():
    varied = translating.varied()
    pairs = [pair for pair in varied.test if len(pair.key.split()) == 4]
    marks = [[x for x in pair.source if x in translating.MARKS] for pair in pairs]
    assert marks == [[x for x in pair.target if x in translating.MARKS] for pair in pairs]
    counts = [sum(mark.count(x) for mark in marks) for x in translating.MARKS]
    assert min(counts) > 0.3 * sum(counts)
    assert [pair.links for pair in varied.test] == [p.links for p in translations.lists().test]


def test_equal_time_is_equal_by_the_recorded_speeds():
    updates = {name: RECORD.value(f"brief/{name}/updates") for name in translating.KINDS}
    assert updates == brief_updates()
    spent = [RECORD.value(f"speeds/{name}") * n for name, n in updates.items()]
    assert max(spent) < 1.01 * min(spent)


# --- The kept network, list by list ---


@pytest.fixture(scope="module")
def kept():
    data = translations.lists()
    return load_weights(), data, translations.of_length(data.test, 4)[:6]


def alone(kept, pair):
    """Read one list: states, summary, weights, what is told, and where its commas are."""
    model, data, _ = kept
    (source,), (target,) = data.ids([pair])
    target = [*target, data.stop]
    one = torch.tensor([source]).T, torch.tensor([len(source)]), torch.tensor([target]).T
    hs, summary = model.read(*one[:2])
    looks = model.teacher_forced(*one)[1][:, 0]
    told = torch.tensor([model.start, *target[:-1]])[:, None]
    commas = [t for t, token in enumerate(pair.target) if token == ","]
    return hs, summary, looks, told, commas


@torch.no_grad()
def test_commas_by_place_are_those_of_each_list_alone(kept):
    model, data, four = kept
    found = explaining.by_comma(model, data, four)
    read = [alone(kept, pair) for pair in four]
    usual = torch.cat([looks @ hs[:, 0] for hs, _, looks, _, _ in read]).mean(0)
    points, changed = np.zeros(3), {"zero": np.zeros(3), "mean": np.zeros(3)}
    for pair, (hs, summary, looks, told, commas) in zip(four, read, strict=True):
        points += [looks[t].argmax().item() in pair.links[t] for t in commas]
        mask = torch.ones(len(hs), 1, dtype=torch.bool)
        said = {}
        for name, seen in {"as read": hs, "zero": 0 * hs, "mean": usual.expand_as(hs)}.items():
            state = model.decoder.begin(summary, seen, mask)
            said[name] = model.decoder.teacher_forced(state, told)[0][commas, 0].argmax(-1).numpy()
        for name in changed:
            changed[name] += said[name] != said["as read"]
    np.testing.assert_allclose(found["points"], points / len(four))
    for name, count in changed.items():
        np.testing.assert_allclose(found[name], count / len(four))


@torch.no_grad()
def test_what_is_rewritten_is_what_each_hidden_symbol_changes(kept):
    model, data, four = kept
    found = explaining.rewritten(model, data, four[:2])
    counts = {",": [], "-": [], "number": []}
    for pair in four[:2]:
        hs, summary, *_ = alone(kept, pair)
        texts = []
        for hidden in range(-1, len(hs)):
            mask = torch.arange(len(hs))[:, None] != hidden
            state = model.decoder.begin(summary, hs, mask)
            (text,) = greedy(model, state, 1, max_length=translations.MAX_LENGTH)
            texts.append(text.ids.tolist())
        for symbol, ids in zip(pair.source, texts[1:], strict=True):
            counts[symbol if symbol in ",-" else "number"].append(ids != texts[0])
    assert found == {name: np.mean(hits) for name, hits in counts.items() if hits}
