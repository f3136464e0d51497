"""The network of names: an independent step, its rows, what it is trained on."""

from dataclasses import replace

import numpy as np
import pytest

torch = pytest.importorskip("torch")
from rnncourse.chapters.ch01_sequences.names_network import (  # noqa: E402
    END,
    KIND_FRACTIONS,
    NamesData,
    remove_accents,
    sample_names,
    train_names,
)
from rnncourse.data.family_names import LANGUAGES  # noqa: E402
from rnncourse.models.names import (  # noqa: E402
    NAME_CLASSES,
    NONE,
    PRIOR,
    NameNetwork,
    inputs_and_targets,
    kind_posterior,
    log_likelihoods,
)

LETTERS = (END, *"abcdefghijklmnopqrstuvwxyz", "ü")
NAMES = NamesData(
    {language: [f"{language.lower()}a", f"{language.lower()}ü"] for language in LANGUAGES},
    [],
    {"few": ["nguyen"], "many": [f"x{c}y" for c in "abcdefghij"]},
    {},
    LETTERS,
)


@torch.no_grad()
def test_a_step_equals_the_equation():
    torch.manual_seed(0)
    net = NameNetwork(len(LETTERS), len(NAME_CLASSES), H=5)
    xs, targets = inputs_and_targets(["bad", "ü"], [2, 10], LETTERS)
    assert xs.tolist() == [[30, 38], [2, 27], [1, 0], [4, 0]]
    assert targets.tolist() == [[2, 27], [1, 0], [4, -100], [0, -100]]
    W, U, V = (p.numpy() for p in (net.read.weight, net.carry.weight, net.answer.weight))
    h = np.zeros(5)
    for t, x in enumerate(xs[:, 0].tolist()):
        h = np.tanh(W[:, x] + net.read.bias.numpy() + U @ h)
        y = V @ h + net.answer.bias.numpy()
        np.testing.assert_allclose(net(xs)[t, 0], y, rtol=1e-4, atol=1e-6)


def test_the_class_none_is_drawn_at_its_share_from_each_source():
    drawn, labels = sample_names(NAMES, 4000, np.random.default_rng(0))
    share = np.mean(np.array(labels) == NAME_CLASSES.index(NONE))
    assert KIND_FRACTIONS.sum() == pytest.approx(1)
    assert abs(share - KIND_FRACTIONS[-1]) < 0.03
    none = [n for n, k in zip(drawn, labels, strict=True) if NAME_CLASSES[k] == NONE]
    assert 0.2 < np.mean([n == "nguyen" for n in none]) < 0.4  # one locale of two, six in ten
    backward = {name[::-1] for own in NAMES.train.values() for name in own}
    backward |= {remove_accents(name) for name in backward}
    assert 0.1 < np.mean([n in backward for n in none]) < 0.2
    for k, name in zip(labels, drawn, strict=True):
        if NAME_CLASSES[k] != NONE:
            assert name in {
                *NAMES.train[NAME_CLASSES[k]],
                *map(remove_accents, NAMES.train[NAME_CLASSES[k]]),
            }


def test_half_of_the_english_names_are_drawn_by_their_frequency():
    names = replace(NAMES, name_frequencies={"English": np.array([0.0, 1.0])})
    drawn, labels = sample_names(names, 8000, np.random.default_rng(0))
    english = [n for n, kind in zip(drawn, labels, strict=True) if NAME_CLASSES[kind] == "English"]
    rare = np.mean([name == "englisha" for name in english])
    assert 0.2 < rare < 0.3
    assert {"frencha", "frenchü"} <= set(drawn)


def test_bayes_rule_and_a_batch_of_other_lengths_changes_nothing():
    net = train_names(NAMES, 0, H=8, updates=20, batch=16)
    alone, batched = (log_likelihoods(net, names, LETTERS) for names in (["ab"], ["ab", "abcdefg"]))
    np.testing.assert_allclose(alone[0], batched[0], atol=1e-5)
    w = PRIOR * np.exp(alone[0])
    np.testing.assert_allclose(kind_posterior(net, ["ab"], LETTERS)[0], w / w.sum(), rtol=1e-5)


def test_a_training_learns_and_is_repeated_by_its_seed():
    nets = [train_names(NAMES, seed, H=32, updates=100, rate=0.02, batch=32) for seed in (0, 0, 1)]
    first, again, other = (net.answer.weight.detach().numpy() for net in nets)
    np.testing.assert_array_equal(first, again)
    assert not np.allclose(first, other)
    finnish = kind_posterior(nets[0], ["finnisha"], LETTERS)[0]
    assert NAME_CLASSES[finnish.argmax()] == "Finnish"
