"""Truncation: the page's network in NumPy is PyTorch's, and comparisons compare what they say."""

import numpy as np
import pytest
import torch

from rnncourse.analysis.hello import LETTERS, WORD, hello_weights
from rnncourse.analysis.splits import encode_split
from rnncourse.cells.layers import layer_for
from rnncourse.cells.readout import readout
from rnncourse.chapters.ch04_bptt import experiments
from rnncourse.chapters.ch04_bptt.credit_widget import SENTENCE, SHOWN
from rnncourse.chapters.ch04_bptt.truncation import (
    cost,
    page_network,
    skyline,
    untrained,
)
from rnncourse.core.chapters import FOLDER
from rnncourse.data.corpus import load_corpus
from rnncourse.models.language import LanguageModel
from rnncourse.models.weights import load

IDS = np.random.default_rng(0).integers(96, size=(12, 3))


def page_model():
    arrays, about = load("long-0", FOLDER / "ch02_language" / "weights")
    model = LanguageModel(96, about["run"]["H"], about["cell"], about["run"]["E"]).double()
    model.load_state_dict({name: torch.from_numpy(a) for name, a in arrays.items()})
    return model.eval()


def test_the_network_is_that_of_the_page():
    embedding, net = page_network()
    ours = readout(layer_for(net.cell).forward(embedding[IDS])[0], net.out)
    theirs, _ = page_model()(torch.from_numpy(IDS))
    np.testing.assert_allclose(ours, theirs.detach().numpy(), rtol=1e-9, atol=1e-10)


def test_a_skyline_is_the_gradient_of_each_surprise_by_every_input():
    embedding, net = page_network()
    model, ids = page_model(), IDS[:, 0]
    lengths, nats = skyline(embedding, net, ids, 4)
    xs = torch.tensor(embedding[ids[:-1], None], requires_grad=True)
    logits = model.logits(model.recurrent(xs)[0])[:, 0]
    nlls = torch.nn.functional.cross_entropy(logits, torch.tensor(ids[1:]), reduction="none")[-4:]
    np.testing.assert_allclose(nats, nlls.detach().numpy(), rtol=1e-9)
    for n, (row, nll) in enumerate(zip(lengths, nlls, strict=True), start=len(ids) - 4):
        (slope,) = torch.autograd.grad(nll, xs, retain_graph=True)
        assert len(row) == n
        found = np.linalg.norm(slope[:, 0].numpy(), axis=-1)
        np.testing.assert_allclose(row, found[:n], rtol=1e-8)
        assert not found[n:].any()


def test_what_is_not_trained_has_the_same_shapes():
    embedding, trained = page_network()
    drawn, net = untrained(embedding, trained, np.random.default_rng(1))
    assert drawn.shape == embedding.shape
    assert not np.allclose(drawn, embedding)
    assert {n: a.shape for n, a in net.arrays().items()} == {
        n: a.shape for n, a in trained.arrays().items()
    }


def test_what_is_not_trained_is_drawn_as_training_starts():
    drawn, net = untrained(*page_network(), np.random.default_rng(1))
    H = len(net.out.W_hy)
    assert drawn.std() == pytest.approx(1, rel=0.05)
    for array in (net.out.W_hy, net.cell.W_xh, net.cell.W_hh):
        assert 0.98 < np.abs(array).max() * H**0.5 <= 1
        assert array.std() * (3 * H) ** 0.5 == pytest.approx(1, rel=0.05)  # uniform
    assert not net.out.b_y.any()


@pytest.mark.slow
def test_the_skylines_are_those_of_the_sentence():
    data = encode_split(load_corpus(), 0)
    rows, nats = experiments.skylines(data)["trained"]
    begin, model = data.test_text.index(SENTENCE), page_model()
    first = begin - experiments.CONTEXT
    read = data.test_text[first : begin + len(SENTENCE)]
    assert read.endswith(SENTENCE)
    ids = torch.tensor(data.test[first : first + len(read)])[:, None]
    xs = model.embedding(ids).detach().requires_grad_()
    hs = model.recurrent(xs[:-1])[0]
    for at in (SHOWN, len(SENTENCE) - 1):
        place = experiments.CONTEXT + at
        logits = model.logits(hs[place - 1])
        nll = torch.nn.functional.cross_entropy(logits, ids[place])
        (slope,) = torch.autograd.grad(nll, xs, retain_graph=True)
        lengths = np.linalg.norm(slope[:place, 0].numpy(), axis=-1)
        before, own = lengths[: experiments.CONTEXT], lengths[experiments.CONTEXT :]
        shares = 1000 * np.array([before.sum(), *own]) / lengths.sum()
        np.testing.assert_allclose(rows[at - 1], shares, atol=0.51)  # rounded
        assert nats[at - 1] == pytest.approx(nll.item(), abs=6e-4)


def test_the_digits_are_those_of_a_network_that_starts_from_a_half():
    w, ids = hello_weights(), LETTERS.encode(WORD)
    W_hh = torch.tensor(w.W_hh, requires_grad=True)

    def total(first):
        h, nats = torch.full((3,), first, dtype=torch.float64), 0.0
        for x, target in zip(torch.eye(4, dtype=torch.float64)[ids[:-1]], ids[1:], strict=True):
            h = torch.tanh(x @ torch.tensor(w.W_xh) + h @ W_hh + torch.tensor(w.b_h))
            y = h @ torch.tensor(w.W_hy) + torch.tensor(w.b_y)
            nats = nats - torch.log_softmax(y, 0)[target] / 4
        return nats

    found = experiments.loss_by_entry(w.W_hh[0, 1])
    assert found == pytest.approx(total(0.5).item(), rel=1e-12)
    assert found != pytest.approx(total(0.0).item(), rel=1e-3)
    (slope,) = torch.autograd.grad(total(0.5), W_hh)
    assert experiments.by_hand() == pytest.approx(slope[0, 1].item(), rel=1e-12)
    complex_step = experiments.loss_by_entry(w.W_hh[0, 1] + 1e-30j).imag / 1e-30
    assert complex_step == pytest.approx(slope[0, 1].item(), rel=1e-12)


def test_windows_bound_the_memory():
    memory = {(T, k): cost(T, k, B=2, H=64, V=4)[1] for T in (64, 256) for k in (None, 16)}
    assert memory[256, None] > 2.5 * memory[64, None]
    assert memory[256, 16] < 1.3 * memory[64, 16]
