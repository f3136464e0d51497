"""Looks scored, and captions scored, against loops."""

import numpy as np
import pytest
import torch

from rnncourse.chapters.ch13_captioning import baselines, figures
from rnncourse.chapters.ch13_captioning.captioning import (
    accuracies,
    captions_of,
    ids,
    still,
    up_and_down,
)
from rnncourse.chapters.ch13_captioning.pointing import (
    Attended,
    attention_of,
    fixed,
    moved,
    own,
    peak,
    pointing,
)
from rnncourse.chapters.ch13_captioning.stored import load_weights
from rnncourse.core.records import Record
from rnncourse.data.glyphs import letter_of, load_glyphs, on_grid, vocabulary


@pytest.fixture
def found():
    rng = np.random.default_rng(0)
    some = []
    for n in range(12):
        region, other = rng.random((2, 6)) < 0.4
        region[n % 6] = True
        weights = rng.dirichlet(np.ones(6))
        some.append(Attended("ab"[n % 4 // 2], n % 2, weights, region, region | other))
    return some


def test_pointing_against_a_loop(found):
    scores = pointing(found)
    for name, part in (("base", 0), ("mark", 1)):
        some = [attended for attended in found if attended.part == part]
        hits = [
            bool(attended.region[list(attended.weights).index(max(attended.weights))])
            for attended in some
        ]
        mass = [float(attended.weights[attended.region].sum()) for attended in some]
        fixed = 0
        for word in "ab":
            same = [attended.region for attended in some if attended.word == word]
            fixed += max(sum(bool(r[i]) for r in same) for i in range(6))
        ink = [attended.region.sum() / attended.ink.sum() for attended in some]
        assert scores[f"{name}/peak"] == pytest.approx(np.mean(hits))
        assert scores[f"{name}/mass"] == pytest.approx(np.mean(mass))
        assert scores[f"{name}/fixed"] == pytest.approx(fixed / len(some))
        assert scores[f"{name}/ink"] == pytest.approx(np.mean(ink))
        assert scores[f"{name}/chance"] == pytest.approx(np.mean([r.region for r in some]))
        assert scores[f"{name}/over"] == pytest.approx(np.mean(hits) - fixed / len(some))


def test_all_words_are_judged_together(found):
    parts = {"base": found[::2], "mark": found[1::2]}
    scores = pointing(found)
    for name, way in (("peak", peak), ("fixed", fixed)):
        every = sum(len(some) * scores[f"{part}/{name}"] for part, some in parts.items())
        least = every / len(found)
        if name == "peak":  # of words that stand for both, the one fixed place is no better
            assert way(found) == pytest.approx(least)
        else:
            assert way(found) <= least + 1e-12


@pytest.mark.parametrize("shift", [0, 3, 6])
def test_pictures_lie_off_the_middle_as_far_as_they_may(shift):
    part = load_glyphs()["valid"]
    images, regions = still(part, shift)
    middle = still(part, 0)[1].any(1)
    assert images.shape == (len(part), 40, 40)
    for n in range(0, len(part), 40):
        rows = [np.flatnonzero(r.any(1)) for r in (regions[n].any(0), middle[n])]
        assert abs(rows[0][0] - rows[1][0]) <= shift


def test_the_figure_draws_what_it_is_given():
    fig = figures.displaced((0, 3), {"peak": [[0.7, 0.9], [0.6, 0.8]], "fixed": [[1, 1], [0, 0]]})
    means = [line.get_ydata() for line in fig.axes[0].get_lines()[2::3]]
    np.testing.assert_allclose(means, [[0.8, 0.7], [1, 0]])


def test_moved_counts_pairs_of_base_and_mark(found):
    halves = found[::2], found[1::2]
    other = [a.weights.argmax() != b.weights.argmax() for a, b in zip(*halves, strict=True)]
    assert moved(found) == pytest.approx(np.mean(other))


def test_a_place_of_its_own_for_each_word_is_counted_up_to_the_end_of_a_caption():
    peaks = np.array([[1, 2, 3, 3], [1, 2, 1, 0], [4, 4, 0, 1]])
    assert own(peaks, [3, 2, 2]) == pytest.approx(2 / 3)


def test_shares_against_hand_counts():
    letters = [letter_of(char) for char in "eéṭ"]
    said = ["small e", "small e with grave", "capital t with dot below"]
    said = [text.split() for text in said]
    assert accuracies(letters, said) == {"exact": 1 / 3, "base": 2 / 3, "mark": 0.5}


def test_captions_become_numbers_and_back():
    letters = [letter_of(char) for char in "eé"]
    found = captions_of(letters)
    words = [[vocabulary()[i] for i in row] for row in found.tolist()]
    assert words == [["small", "e", "</s>", "", ""], ["small", "e", "with", "acute", "</s>"]]
    assert ids([("small",)], ("", "<s>", "</s>", "small")).tolist() == [[3, 2]]


def test_the_schedule_rises_and_falls():
    adam = torch.optim.Adam([torch.zeros(1, requires_grad=True)], 1.0)
    schedule, rates = up_and_down(200)(adam), []
    for _ in range(200):
        rates.append(adam.param_groups[0]["lr"])
        adam.step()
        schedule.step()
    assert rates[0] < 0.03
    assert max(rates) > 0.8
    assert rates[-1] < 0.03


@pytest.mark.slow
def test_baselines_against_plain_search():
    data = load_glyphs()
    train = data["train"].take(np.arange(0, 3000, 60))
    some = data["combos"].take(np.arange(0, 600, 60))
    images = still(some)[0].numpy()
    said = baselines.nearest(train, some)
    for image, caption in zip(images, said, strict=True):
        far = []
        for n, letter in enumerate(train.letters):
            for d in (2, 4, 6):
                for r in (2, 4, 6):
                    known = train.images[n, 1, d : d + 40, r : r + 40] / 255
                    far.append((((image - known) ** 2).sum(), letter.words))
        assert caption == min(far)[1]
    assert set(baselines.most_frequent(train, some)) <= {letter.words for letter in train.letters}


@pytest.mark.slow
def test_the_kept_network_is_the_recorded_one():
    stored, combos = load_weights(), load_glyphs()["combos"]
    found, record = attention_of(stored, combos), Record.load("ch13_captioning")
    scores = pointing(found)
    for key in ("mark/peak", "base/peak", "mark/fixed", "base/fixed"):
        assert scores[key] == pytest.approx(record.value(f"attending/weights/{key}")[0], abs=0.05)
    regions = on_grid(still(combos)[1])
    assert len(found) <= sum(1 + len(x.words[x.marked]) for x in combos.letters)
    assert regions.shape[1:] == (2, 100)
