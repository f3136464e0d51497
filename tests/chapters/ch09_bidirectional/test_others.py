"""Prices, and one answer for a name."""

from types import SimpleNamespace

import numpy as np
import pytest
import torch
from torch.nn.utils.rnn import pack_padded_sequence

from rnncourse.chapters.ch09_bidirectional import deep, ends, other_experiments, prices
from rnncourse.core.records import Record
from rnncourse.core.seeds import CONFIRMING, PILOT_SEEDS
from rnncourse.data import places

RECORD = Record.load("ch09_bidirectional")


def read_record(key):
    return np.array(RECORD.value(key))


def test_prices_are_monthly_and_windows_do_not_reach_into_the_other_part():
    read = prices.read_prices()
    assert len(read) == 9  # of ten; Dell has too few months
    assert 380 < len(read["IBM"]) < 400
    changes = [np.diff(np.log(x)) for x in read.values()]
    n_trained = [int(prices.TRAINING_FRACTION * len(x)) for x in changes]
    train, test = prices.month_windows(0), prices.month_windows(1)
    assert len(train) == len(test) == prices.WINDOW + 1
    assert train.shape[1] == sum(n - prices.WINDOW for n in n_trained)
    assert test.shape[1] == sum(
        len(x) - n - prices.WINDOW for x, n in zip(changes, n_trained, strict=True)
    )
    first = changes[0][: prices.WINDOW + 1]
    scale = train[:, 0].numpy().std() / first.std()
    np.testing.assert_allclose(train[:, 0], scale * first, atol=1e-5)


def test_another_file_of_prices_is_refused(monkeypatch):
    monkeypatch.setattr(prices, "PINNED_SHA256", "0")
    with pytest.raises(ValueError, match="another one"):
        prices.read_prices()


def test_accuracy_by_position_compares_signs():
    series = torch.tensor([[1.0, -1.0], [1.0, 1.0], [-1.0, 1.0]])
    actual = prices.accuracy_by_position(lambda xs: xs, series)
    np.testing.assert_allclose(actual, [0.5, 0.5])


def test_prices_are_predicted_only_where_the_answer_is_in_the_input():
    assert read_record("prices/before/both").min() > 0.95
    assert abs(read_record("prices/last/both") - read_record("prices/always up")[-1]).max() < 0.05
    counts = [
        sum(p.numel() for p in prices.DirectionClassifier(way).parameters()) for way in prices.SIZES
    ]
    assert max(counts) < 1.06 * min(counts)


def test_prices_are_scored_in_the_test_part_at_the_rate_of_the_search(monkeypatch):
    """Planted: windows that say which they are, those of tests rise; the lowest cost at 0.003."""
    splits, runs = {}, []

    def plant_windows(part, shares=(prices.TRAINING_FRACTION, 1.0)):
        series = torch.full((4, 2), 1.0 if part else -1.0)
        splits[id(series)] = (part, shares, series)
        return series

    def plant_cost(run, series):
        assert splits[id(series)][:2] == (1, other_experiments.SEARCH_FRACTIONS)
        return abs(np.log(run[2] / 3e-3))

    def plant_accuracies(run, series):
        assert splits[id(series)][:2] == (1, (prices.TRAINING_FRACTION, 1.0))
        return run[1] + np.array([0.0, 0.25, 0.75])

    monkeypatch.setattr(prices, "month_windows", plant_windows)
    monkeypatch.setattr(prices, "rise_nll", plant_cost)
    monkeypatch.setattr(prices, "accuracy_by_position", plant_accuracies)
    monkeypatch.setattr(prices, "train_direction_classifier", lambda *run: runs.append(run) or run)
    record, seeds = other_experiments.measure_prices(), np.array(other_experiments.SEEDS)
    assert record.value("prices/always up") == [1, 1, 1]
    for way in prices.SIZES:
        assert record.value(f"prices/last/{way}") == (seeds + 0.75).tolist()
        assert record.value(f"prices/before/{way}") == (seeds + 0.125).tolist()
        assert record.value(f"prices/at/{way}") == [seeds.mean() + x for x in (0, 0.25, 0.75)]
        assert record.value(f"prices rates/{way}/0.003") == 0
    for _, seed, rate, series in runs:
        is_search = seed == other_experiments.TUNING_SEED
        shares = (
            other_experiments.SEARCH_FRACTIONS if is_search else (prices.TRAINING_FRACTION, 1.0)
        )
        assert splits[id(series)][:2] == (0, shares)
        assert is_search or rate == 3e-3


def test_depth_is_tuned_with_pilot_seeds_and_scored_with_confirming_ones(monkeypatch):
    runs, name = [], next(iter(deep.DEPTH_KINDS))

    def plant_scores(kind, seeds, rates, lag, updates):
        runs.append((sorted({seed // 10 for seed in seeds}), *{*rates}, lag, updates))
        return np.full(len(seeds), float(rates[0] == 3e-3))

    monkeypatch.setattr(deep, "score_recall", plant_scores)
    record = other_experiments.measure_depth(name)
    tuned, scored = runs[:-3], runs[-3:]
    assert all((*seeds,) == (*sorted(PILOT_SEEDS),) for seeds, *_ in tuned)
    assert {run[2:] for run in tuned} == {(30, 600)}
    assert scored == [(sorted(CONFIRMING), 3e-3, *s[:2]) for s in other_experiments.LAGS.values()]
    assert record.value(f"depth/{name}/30 longer") == [1] * 2 * len(CONFIRMING)


def test_reverse_padded_keeps_padding_at_the_end():
    xs = torch.tensor([[1, 4, 6], [2, 5, 0], [3, 0, 0]])
    turned = ends.reverse_padded(xs, torch.tensor([3, 2, 1]))
    assert turned.T.tolist() == [[3, 2, 1], [5, 4, 0], [6, 0, 0]]


@pytest.fixture(scope="module")
def six_names():
    return places.load_places().valid[:6]


@pytest.mark.parametrize("kind", ends.CLASSIFIERS)
def test_only_the_last_column_depends_on_padding(six_names, kind):
    ids, lengths, _ = ends.pack_names(six_names)
    torch.manual_seed(0)
    classifier = ends.NameClassifier(*ends.CLASSIFIERS[kind])
    with torch.no_grad():
        result = classifier(ids, lengths)
        alone = [classifier(ids[:n, [b]], lengths[[b]])[0] for b, n in enumerate(lengths)]
    assert torch.allclose(result, torch.stack(alone), atol=1e-5) == ("column" not in kind)


def test_end_states_equal_a_packed_batch(six_names):
    ids, lengths, _ = ends.pack_names(six_names)
    torch.manual_seed(0)
    classifier = ends.NameClassifier("both", "ends", True)
    packed = pack_padded_sequence(classifier.embedding(ids), lengths, enforce_sorted=False)
    last = [lengths - 1, torch.arange(len(lengths))]
    with torch.no_grad():
        _, ahead = classifier.gru(packed)
        backward = torch.nn.GRU(32, 41, bidirectional=True)
        for name, p in classifier.backward_gru.named_parameters():
            getattr(backward, f"{name}_reverse").copy_(p)
        _, hs = backward(packed)
        targets = classifier.logits(torch.cat([ahead[0], hs[1]], -1))
        torch.testing.assert_close(classifier(ids, lengths), targets, atol=1e-5, rtol=1e-4)
    assert ids[last[0], last[1]].shape == lengths.shape


def test_the_search_of_a_rate_sees_nothing_of_the_test():
    shares = prices.TRAINING_FRACTION**2, prices.TRAINING_FRACTION
    search, choose = (prices.month_windows(n, shares) for n in (0, 1))
    assert search.shape[1] + choose.shape[1] < prices.month_windows(0).shape[1]
    train_signs = {tuple(np.sign(w)) for w in prices.month_windows(1).T.numpy()}
    assert not train_signs & {tuple(np.sign(w)) for w in choose.T.numpy()}


def test_the_cost_of_prices_is_the_mean_surprise():
    series = torch.tensor([[0.0], [1.0], [-1.0]])
    result = prices.rise_nll(lambda xs: torch.tensor([[2.0], [2.0]]), series)
    p = 1 / (1 + np.exp(-2))
    assert abs(result + (np.log(p) + np.log(1 - p)) / 2) < 1e-6


def test_ends_are_learned_from_training_names_and_scored_on_test_names(monkeypatch):
    splits, labels = SimpleNamespace(train="train", valid="valid", test="test"), [*ends.CLASSIFIERS]
    monkeypatch.setattr(places, "load_places", lambda: splits)
    monkeypatch.setattr(ends, "train_name_classifier", lambda *run: run)

    def plant_accuracy(run, part):
        kind, trained_on, seed = run
        return labels.index(kind) + seed / 1e9 if (trained_on, part) == ("train", "test") else -1.0

    monkeypatch.setattr(ends, "language_accuracy", plant_accuracy)
    record, seeds = other_experiments.measure_ends(), np.array(other_experiments.SEEDS)
    for n, kind in enumerate(labels):
        np.testing.assert_allclose(record.value(f"ends/{kind}"), n + seeds / 1e9, rtol=1e-12)
