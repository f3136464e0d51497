"""Taggers that read forward, backward, both ways and late: against loops and PyTorch."""

import numpy as np
import pytest
import torch

from rnncourse.chapters.ch09_bidirectional import tagging
from rnncourse.core.records import Record
from rnncourse.data import roles

LINES = ("x = f(a, b=c)\n", "import numpy\n", "del y\n")


@pytest.fixture(scope="module")
def batch():
    return tagging.Tokens.of([tagging.line(source) for source in LINES])


def by_loop(layer, xs, reverse=False):
    """Run a tanh layer of PyTorch step by step."""
    w = {name: p.detach() for name, p in layer.named_parameters()}
    h, states = torch.zeros(len(w["bias_hh_l0"])), [None] * len(xs)
    for t in reversed(range(len(xs))) if reverse else range(len(xs)):
        a = w["weight_ih_l0"] @ xs[t] + w["bias_ih_l0"]
        h = torch.tanh(a + w["weight_hh_l0"] @ h + w["bias_hh_l0"])
        states[t] = h
    return torch.stack(states)


def test_turning_leaves_padding_where_it_is():
    xs = torch.tensor([[1, 4, 6], [2, 5, 0], [3, 0, 0]])
    turned = tagging.reverse_padded(xs, torch.tensor([3, 2, 1]))
    assert turned.T.tolist() == [[3, 2, 1], [5, 4, 0], [6, 0, 0]]


@pytest.mark.parametrize("way", ["forward", "backward", "both"])
def test_a_tagger_is_its_loops_whatever_the_batch(batch, way):
    torch.manual_seed(0)
    model = tagging.Tagger(way, H=5)
    with torch.no_grad():
        together = model(batch.ids)
        for b in range(len(LINES)):
            n = int((batch.ids[:, b, 0] > 0).sum())
            es = model.embedding(batch.ids[:n, b : b + 1])[:, 0]
            parts = [by_loop(model.ahead, es)] if model.ahead else []
            parts += [by_loop(model.back, es, reverse=True)] if model.back else []
            own = model.logits(torch.cat(parts, -1))
            torch.testing.assert_close(together[:n, b], own, atol=1e-5, rtol=1e-4)


def test_a_late_tagger_answers_from_later_states(batch):
    torch.manual_seed(0)
    late = tagging.Tagger("forward", H=5, delay=2)
    soon = tagging.Tagger("forward", H=5)
    soon.load_state_dict(late.state_dict())
    with torch.no_grad():
        torch.testing.assert_close(late(batch.ids)[:-2], soon(batch.ids)[2:])


def test_taggers_have_as_many_parameters():
    counts = [tagging.parameters(tagging.Tagger(way)) for way in tagging.SIZES]
    assert max(counts) < 1.02 * min(counts)


def test_training_and_scoring(batch):
    losses = []
    model = tagging.trained(
        lambda: tagging.Tagger("both", H=8), batch, 0, 0.05, 30, lambda n, x: losses.append(x)
    )
    assert losses[-1] < 0.5 * losses[0]
    given, right = tagging.answers(model, batch), tagging.targets(batch)
    assert tagging.accuracy(model, batch) == pytest.approx(float((given == right).float().mean()))
    targets = [r for source in LINES for r in tagging.line(source).roles if r != roles.NO_ROLE]
    assert sorted(right.tolist()) == sorted(targets)


def test_one_token_has_most_of_the_gain_with_each_of_ten_seeds():
    record = Record.load("ch09_bidirectional")
    forward, late, both = (
        np.array(record.value(f"sides/{name}")) for name in ("forward", "delay 1", "both")
    )
    assert (late - forward > 0.9 * (both - forward)).all()
