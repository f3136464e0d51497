"""Truncation: the page's network in NumPy is PyTorch's, and comparisons compare what they say."""

import numpy as np
import torch

from rnncourse.cells.readout import readout
from rnncourse.cells.stack import layer_for
from rnncourse.chapters.ch04_bptt.truncation import (
    by_window,
    cost,
    credit_of_text,
    likeness,
    page_network,
    streams,
    untrained,
)
from rnncourse.core.chapters import FOLDER
from rnncourse.models.language import LanguageModel
from rnncourse.models.weights import load

IDS = np.random.default_rng(0).integers(96, size=(12, 3))


def page_model():
    arrays, about = load("language-model", FOLDER / "ch02_language" / "weights")
    model = LanguageModel(96, about["run"]["H"], about["cell"], about["run"]["E"]).double()
    model.load_state_dict({name: torch.from_numpy(a) for name, a in arrays.items()})
    return model.eval()


def test_the_network_is_that_of_the_page():
    embedding, net = page_network()
    ours = readout(layer_for(net.cell).forward(embedding[IDS])[0], net.out)
    theirs, _ = page_model()(torch.from_numpy(IDS))
    np.testing.assert_allclose(ours, theirs.detach().numpy(), rtol=1e-9, atol=1e-10)


def test_credit_is_the_gradient_by_every_input():
    embedding, net = page_network()
    model, targets = page_model(), np.array([5, 40, 80])
    xs = torch.tensor(embedding[IDS], requires_grad=True)
    logits = model.logits(model.recurrent(xs)[0][-1])
    torch.nn.functional.cross_entropy(logits, torch.tensor(targets), reduction="sum").backward()
    expected = np.linalg.norm(xs.grad.numpy(), axis=-1)
    np.testing.assert_allclose(credit_of_text(embedding, net, IDS, targets), expected, rtol=1e-9)


def test_a_window_as_long_as_the_text_cuts_nothing():
    embedding, trained = page_network()
    net = untrained(trained, np.random.default_rng(1))
    assert {n: a.shape for n, a in net.arrays().items()} == {
        n: a.shape for n, a in trained.arrays().items()
    }
    found = by_window(net, embedding[IDS[:-1]], IDS[1:], (1, 4, 11))
    np.testing.assert_allclose(found[-1], 1, rtol=1e-12)
    assert np.all(np.diff(found, axis=0) > 0)


def test_likeness_is_cosine_and_length():
    a, b = np.array([0.0, 3.0]), np.array([4.0, 4.0])
    np.testing.assert_allclose(likeness(a, b), [np.sqrt(0.5), 3 / np.sqrt(32)])


def test_streams_are_text_and_what_comes_next():
    text = np.arange(100)
    ids, targets = streams(text, 3, 5, at=10)
    np.testing.assert_array_equal(targets, ids + 1)
    np.testing.assert_array_equal(np.diff(ids, axis=0), 1)
    assert ids[0, 0] == 10
    assert targets.max() < 100
    assert len(np.unique(ids)) == 15


def test_windows_bound_the_memory():
    memory = {(T, k): cost(T, k, B=2, H=64, V=4)[1] for T in (64, 256) for k in (None, 16)}
    assert memory[256, None] > 2.5 * memory[64, None]
    assert memory[256, 16] < 1.3 * memory[64, 16]
