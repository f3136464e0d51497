"""The ribbon home computes what PyTorch does: losses, lengths, and what a cut leaves."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch

from rnncourse.chapters.ch04_bptt.ribbon_widget import (
    KIND,
    NAME,
    SCALE,
    STEP,
    gradient_by_lag,
    ribbon_home,
)
from rnncourse.models.names import NAME_CLASSES, WEIGHTS, load_network

from ... import node

ask = node.make_asker(Path(__file__).with_name("ribbon_driver.mjs"), WEIGHTS / "names")
FIRST = {"name": NAME, "kind": KIND, "at": STEP, "scale": 1}
SETS = [
    FIRST,
    FIRST | {"scale": 0.5},
    FIRST | {"scale": 1.5, "at": len(NAME) + 1},  # the end of the name
    FIRST | {"at": 2},
    {"name": "wójcik", "kind": "Polish", "at": 5, "scale": 2},
    {"name": "ng", "kind": "none of these", "at": 3, "scale": 0.2},
]


@pytest.fixture(scope="module")
def net_and_letters():
    net, letters = load_network()
    return net.double(), letters


def backpropagate(network, name, kind, at, scale):
    """PyTorch's own: the loss, every state and its gradient, and dL/dW of each use of W."""
    net, letters = network
    ids = [len(letters) + NAME_CLASSES.index(kind), *map(letters.index, name)]
    target = 0 if at > len(name) else ids[at]
    W = scale * net.carry.weight.detach()
    hs, copies = [torch.zeros(len(W), dtype=torch.double)], []
    for i in ids:
        copies.append(W.clone().requires_grad_())  # a copy for each use
        a = net.read.weight[:, i] + net.read.bias + copies[-1] @ hs[-1]
        hs.append(torch.tanh(a))
        hs[-1].retain_grad()
    loss = -net.answer(hs[at]).log_softmax(0)[target]
    loss.backward()
    return loss.item(), hs[1:], [copy.grad for copy in copies[:at]]


@pytest.mark.parametrize("setting", SETS, ids=lambda s: f"{s['name']}-{s['at']}-{s['scale']}")
def test_losses_lengths_and_shares_equal_pytorch(net_and_letters, setting):
    (actual,) = ask(["back", setting])
    nats, hs, terms = backpropagate(net_and_letters, **setting)
    assert actual["nats"] == pytest.approx(nats, abs=1e-4)
    lengths = [h.grad.norm().item() for h in reversed(hs[: setting["at"]])]
    np.testing.assert_allclose(actual["lengths"], lengths, rtol=2e-3, atol=1e-6)
    total = sum(terms)
    shares = [((part * total).sum() / (total**2).sum()).item() for part in reversed(terms)]
    np.testing.assert_allclose(actual["shares"], shares, atol=2e-4)
    assert sum(actual["shares"]) == pytest.approx(1)
    assert actual["shares"][-1] == 0  # W meets a state of zeros


def test_the_share_kept_is_the_first_order_gain_of_a_step(net_and_letters):
    """To the first order: dW_kept in place of dW lowers the loss by so much of what dW would."""
    _, _, terms = backpropagate(net_and_letters, **FIRST)
    ((*shares, last),) = ask(["accumulateShares", ask(["back", FIRST])[0]["shares"]])
    total = sum(terms)
    for k, share in enumerate(shares):
        cut = sum(terms[len(terms) - k :], torch.zeros_like(total))
        assert ((cut * total).sum() / (total**2).sum()).item() == pytest.approx(share, abs=2e-4)
    assert last == pytest.approx(1)


def test_how_near_one_may_cut_depends_on_w_and_the_lesson_says_so():
    near, lengths = {}, {}
    for scale in (0.5, 1, 1.5):
        (actual,) = ask(["back", FIRST | {"scale": scale}])
        (shares,) = ask(["accumulateShares", actual["shares"]])
        near[scale] = next(k for k, sum_ in enumerate(shares) if sum_ >= 0.9)
        lengths[scale] = actual["lengths"]
        for name, value in gradient_by_lag(scale).items():
            np.testing.assert_allclose(actual[name], value, rtol=1e-3, atol=1e-5)
        assert min(abs(sum_ - 0.9) for sum_ in shares) > 0.004  # no other processor's answer
    assert near == {0.5: 4, 1: 8, 1.5: 9}
    assert 10 < lengths[0.5][0] / lengths[0.5][-1] < 12
    assert 4.5 < lengths[1][-1] / lengths[1][0] < 5.5
    assert 27 < lengths[1.5][-1] / lengths[1.5][0] < 31


def test_the_first_picture_is_what_the_model_gives():
    facts = node.read_element_data(ribbon_home())
    assert (facts["name"], facts["kind"], int(facts["at"])) == (NAME, KIND, STEP)
    (actual,) = ask(["back", FIRST | {"scale": float(facts["scale"])}])
    assert float(facts["scale"]) == SCALE
    assert actual["lengths"][-1] < 0.1 * actual["lengths"][0]  # the ribbon thins
    first = json.loads(facts["first"])
    for name, value in first.items():
        np.testing.assert_allclose(actual[name], value, atol=3e-4, err_msg=name)


@pytest.mark.parametrize(
    ("at", "k", "phrase"),
    [
        (4, 4, "further back it is 2. Nothing is cut."),
        (4, 1, "length 0.5. Cut after 1 of 4 steps: 60.0\xa0% of the gradient of W is kept, less"),
        (4, 2, "is kept, with one step less 60.0\xa0%. Task done. What is cut off"),
        (4, 3, "is kept. You may cut nearer."),
        (5, 1, "The loss at the end, 0.25\xa0nats, sends"),
    ],
)
def test_the_sentence_tells_what_is_kept(at, k, phrase):
    result = {
        "nats": 0.25,
        "lengths": [0.5, 12.4, 0.00001, 2, 2],
        "shares": [0.6, 0.35, 0.05, 0, 0],
    }
    (words,) = ask(["sentence", {"name": "abcd", "at": at, "k": k}, result])
    assert phrase in words
    assert ("Task done." in words) == (k == 2)
