"""Long reviews: what is drawn is what is said, networks are the package's, and what was found."""

import numpy as np
import pytest
import torch
from sklearn.linear_model import LinearRegression

from rnncourse.cells.lstm import LSTMState, LSTMWeights, lstm_step
from rnncourse.chapters.ch07_lstm import long_experiments
from rnncourse.chapters.ch07_lstm.long_reviews import (
    ASKED,
    KINDS,
    LONGEST,
    OWN,
    STOP,
    Readers,
    draw_long,
    fit,
)
from rnncourse.core.records import Record
from rnncourse.data.reviews import LABELS, THINGS, TURNS, WORDS, clauses

record = Record.load("ch07_lstm")
TRAINED = ("tanh", "gru", "lstm")


@pytest.fixture(scope="module")
def drawn():
    return draw_long(3, "test", words=60, n=40)


def sentences(long, b, end):
    words = " ".join(WORDS[i] for i in long.ids[: end + 1, b])
    assert words.endswith(".")
    return [s.strip() for s in words.split(".") if s.strip()]


def test_the_writers_sentence_comes_first_and_only_asides_follow(drawn):
    known = {c for kind in clauses(3)[2] for c in kind}
    others = ("my ", "the critics", "two friends", "we ", "it ", "the cinema")
    for b, end in enumerate(drawn.ends(60)):
        own, *rest = sentences(drawn, b, end)
        assert any(clause in own for clause in known)
        assert all(s.startswith(others) for s in rest)
        assert drawn.ids[drawn.decided[b] - 1, b] == STOP
        assert len(own.split()) + 1 == drawn.decided[b]
        assert next(w for w in own.split() if w in THINGS) == THINGS[drawn.things[b]]


@pytest.mark.parametrize("distance", [0, 1, 10, 60])
def test_reviews_stop_at_the_end_of_a_sentence_after_so_many_words(drawn, distance):
    follow = drawn.ends(distance) + 1 - drawn.decided
    assert follow.min() >= distance
    assert follow.max() < distance + 8  # the longest aside has eight words
    stops = drawn.ids == STOP
    for b, end in enumerate(drawn.ends(distance)):
        assert stops[end, b]
        between = stops[:end, b].nonzero()[0] + 1 - drawn.decided[b]
        assert (between < distance).all() or distance == 0


def test_the_longest_sentence_of_a_writer_has_so_many_words():
    longest = max(len(c.split()) for part in clauses(0) for kind in part for c in kind)
    assert max(len(t.format(last="", other="").split()) for t in TURNS) == 2
    assert 2 * longest + 2 + 1 <= OWN


def test_parts_share_no_clause_and_half_are_liked():
    drawn = {part: draw_long(0, part, 0, 200) for part in ("training", "test")}
    first = [
        {sentences(long, b, end)[0] for b, end in enumerate(long.ends(0))}
        for long in drawn.values()
    ]
    assert not first[0] & first[1]
    assert all(long.labels.mean() == 0.5 for long in drawn.values())


@pytest.mark.slow
def test_a_draw_decides_all_and_draws_differ():
    one, same, other = (draw_long(0, "training", 9, 5, draw=d) for d in (0, 0, 1))
    np.testing.assert_array_equal(one.ids, same.ids)
    assert not np.array_equal(one.ids, other.ids)


def test_a_reader_is_the_packages_lstm_with_an_embedding(drawn):
    ensemble = Readers(KINDS["lstm-chrono"], [5, 6])
    found = ensemble.after([drawn, drawn], [0, 10]).detach().numpy()
    for s in range(2):
        p = {name: values[s].detach().double().numpy() for name, values in ensemble.named.items()}
        w = LSTMWeights(p["W_xh"], p["W_hh"], p["b_h"][0])
        for k, distance in enumerate((0, 10)):
            for b in (0, 7):
                state = LSTMState(np.zeros((1, 32)), np.zeros((1, 32)))
                for i in drawn.ids[: drawn.ends(distance)[b] + 1, b]:
                    state = lstm_step(p["E"][[i]], state, w)
                both = np.concatenate([state.h[0], state.c[0]])
                np.testing.assert_allclose(found[k, s, b], both, atol=1e-5)


@pytest.mark.parametrize("name", KINDS)
def test_answers_see_h_alone_and_there_is_one_for_each(name):
    for asked, many in ASKED.items():
        ensemble = Readers(KINDS[name], [0], asked)
        states = torch.randn(1, 3, 64 if name.startswith("lstm") else 32)
        out = ensemble.answers(states)
        assert out.shape == (1, 3, many)
        states[..., 32:] = 0
        torch.testing.assert_close(ensemble.answers(states), out)
    assert {"labels": len(LABELS), "things": len(THINGS)} == ASKED


def test_short_reviews_are_learned_and_what_is_kept_has_sixteen_bits():
    ensemble = fit(KINDS["gru"], [2e-2], [7], updates=3)
    for p in ensemble.parameters:
        torch.testing.assert_close(p, p.half().float(), rtol=0, atol=0)


def test_the_linear_reader_is_least_squares():
    rng = np.random.default_rng(0)
    told = [rng.integers(3, size=60)]
    states = rng.normal(size=(2, 1, 60, 4)) + 2 * np.eye(4)[told[0]]
    found = long_experiments.readable(states, told, fitted=40)
    for k in range(2):
        line = LinearRegression().fit(states[k, 0, :40], np.eye(3)[told[0][:40]])
        named = line.predict(states[k, 0, 40:]).argmax(1)
        assert found[k, 0] == (named == told[0][40:]).mean() > 0.6


def test_a_reader_cannot_read_what_is_not_there_and_reads_what_is():
    rng = np.random.default_rng(1)
    told = [rng.integers(6, size=1500)]
    noise = rng.normal(size=(1, 1, 1500, 32))
    there = noise + 0
    there[0, 0, np.arange(1500), told[0]] += 8
    assert long_experiments.readable(noise, told)[0, 0] < 0.25
    assert long_experiments.readable(there, told)[0, 0] > 0.95


def test_the_best_rate_is_inside_the_grid():
    for name in TRAINED:
        assert record.value(f"reviews/rate/{name}") in long_experiments.RATES[1:-1]


def shares(key, distance):
    return np.array(record.value(f"reviews/{key}/{distance}"))


@pytest.mark.parametrize("name", TRAINED)
def test_what_the_record_says_of_trained_networks(name):
    assert shares(f"right/{name}", LONGEST).mean() > 0.9
    assert shares(f"right/{name}", 200).mean() > 0.8
    assert shares(f"things/{name}/trained", 100).mean() < 0.22
    assert shares(f"labels/{name}/trained", 100).mean() > 0.8  # a fresh reader finds the answer
    assert shares(f"labels/{name}/untrained", 100).mean() < 0.56


def test_what_is_asked_for_is_kept_and_nothing_else():
    assert shares("things/tanh/asked", 200).mean() > 0.8
    assert shares("labels/tanh/asked", 200).mean() < 0.56


@pytest.mark.parametrize("name", TRAINED)
def test_short_reviews_first_are_what_lets_the_usual_networks_learn(name):
    ways = ("mixed", "search")
    mixed, first = (np.array(record.value(f"reviews/{way}/{name}")) for way in ways)
    assert (mixed >= long_experiments.LEARNED).sum() <= 1
    assert (first >= long_experiments.LEARNED).sum() >= 5


def test_counted_words_know_next_to_nothing():
    for distance in long_experiments.DISTANCES:
        assert abs(shares("words", distance).mean() - 0.5) < 0.05


@pytest.mark.parametrize("name", TRAINED)
def test_the_kept_networks_answer_as_recorded(name):
    ensemble = long_experiments.stored(name)
    given = [draw_long(long_experiments.SEEDS[0], "test", 400, 500)]
    states = long_experiments.read_all(ensemble, given, [50])
    fresh = long_experiments.right(ensemble, states, given)[0, 0]
    assert abs(fresh - shares(f"right/{name}", 50)[0]) <= 0.01
