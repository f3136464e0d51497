"""The memory pipe computes what PyTorch does, forward and back, also with a valve set by hand."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch

from rnncourse.chapters.ch07_lstm.char_lstm import FIRST, WEIGHTS, load_char_lstm
from rnncourse.chapters.ch07_lstm.pipe_widget import BEFORE, TEXT, memory_pipe
from rnncourse.data.text import ASCII, Vocabulary

from ... import node

CELL, T = 135, len(TEXT)
DRIVER = Path(__file__).with_name("pipe_driver.mjs")
ask = node.make_asker(DRIVER, WEIGHTS / "char-lstm-0", before=BEFORE, text=TEXT, cell=CELL)
VALVES = [None, (1, 1.0), (3, 0.0), (9, 0.4), (20, 0.5)]


def make_valve(pair):
    return pair and {"cell": CELL, "at": pair[0], "f": pair[1]}


@pytest.fixture(scope="module")
def stored_reader():
    return load_char_lstm(FIRST).double()


def run_reader(model, pair):
    """PyTorch's own reading: rows of the cell, chances, and the gradients of its last value."""
    lstm = model.recurrent
    ids = Vocabulary().encode(f"\n{BEFORE}{TEXT}")
    h = c = torch.zeros(model.H, dtype=torch.double)
    rows, cells, product, products = [], [], [], []
    for t, character in enumerate(ids, T - len(ids)):
        x = model.embedding.weight[int(character)]
        a = lstm.weight_ih_l0 @ x + lstm.bias_ih_l0 + lstm.weight_hh_l0 @ h + lstm.bias_hh_l0
        i, f, g, o = a.chunk(4)
        i, f, g, o = i.sigmoid(), f.sigmoid(), g.tanh(), o.sigmoid()
        if pair and t == pair[0]:
            f = f.clone()
            f[CELL] = pair[1]
        before, c = c, f * c + i * g
        c.retain_grad()
        h = o * c.tanh()
        if t >= -1:
            cells.append(c)
        if t >= 0:
            rows.append([v[CELL].item() for v in (i, f, g, o, before, c, h)])
            product.append(rows[-1][1])
    c[CELL].backward()
    products = [np.prod(product[k:]) for k in range(T + 1)]
    chances = (model.logits.weight @ h + model.logits.bias).softmax(0)
    return rows, chances.detach(), products, [cell.grad[CELL].item() for cell in cells]


@pytest.mark.parametrize("pair", VALVES)
def test_states_and_gradients_equal_pytorch(stored_reader, pair):
    read, back = ask(["read", make_valve(pair)], ["back", make_valve(pair)])
    rows, chances, products, gradients = run_reader(stored_reader, pair)
    actual = [[row[k] for k in ("i", "f", "g", "o", "before", "c", "h")] for row in read["rows"]]
    np.testing.assert_allclose(actual, rows, atol=1e-6)
    np.testing.assert_allclose(read["chances"], chances, atol=1e-6)
    np.testing.assert_allclose(back["along"], products, atol=1e-8)
    np.testing.assert_allclose(back["all"], gradients, atol=1e-6)


def read_bracket_prob(read):
    return read["chances"][ASCII.index(")")]


def test_the_task_can_be_done_at_seven_letters_and_the_lesson_says_which():
    shut = [["read", make_valve((t, 0.0))] for t in range(T)]
    own, *probs = map(read_bracket_prob, ask(["read", None], *shut, ["read", make_valve((1, 1.0))]))
    ratios = [other / own for other in probs]
    assert ratios[TEXT.index("s")] > 0.4  # the inlet writes once more
    assert max(ratios[3:10]) < 0.095  # "ee the " forgets
    assert min(ratios[:3] + ratios[10:T]) > 0.12
    assert ratios[T] < 0.4  # the bracket's own valve, opened: the old number stays


def test_the_first_picture_is_what_the_model_gives():
    facts = node.read_element_data(memory_pipe())
    (read,) = ask(["read", None])
    actual = [[row[k] for k in ("i", "f", "g", "o", "before", "c", "h")] for row in read["rows"]]
    np.testing.assert_allclose(json.loads(facts["rows"]), actual, atol=6e-4)
    likely = json.loads(facts["next"])
    assert [row[1] for row in likely] == pytest.approx(sorted(read["chances"])[:-6:-1], abs=1e-4)
    assert likely[0][0] == ")"
    assert (facts["before"] + facts["text"]).endswith("(see the notes below")
    assert int(facts["cell"]) == CELL


@pytest.mark.parametrize(
    ("f", "p", "phrase"),
    [
        (None, 0.7, "As the network sets its valves: the cell ends at 1.62, and “)” gets 70"),
        (0.0, 0.04, "Letter 4, “e”: its valve is shut."),
        (0.5, 0.06, "Task done."),
        (0.5, 0.08, "It counts as forgotten below 7.0"),
        (1.0, 0.7, "its valve is open."),
    ],
)
def test_the_sentence_describes_valve_and_task(f, p, phrase):
    (words,) = ask(["sentence", 3, f, {"c": 1.62, "p": 0.7}, {"c": 0.1, "p": p}])
    assert phrase in words
    assert ("Task done." in words) == (p < 0.07)
