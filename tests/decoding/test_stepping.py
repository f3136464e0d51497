"""Greedy texts, of models small enough to check by hand."""

import numpy as np
import pytest
import torch

from rnncourse.cells.lstm import LSTMState
from rnncourse.decoding.sampling import DecodingError
from rnncourse.decoding.stepping import FunctionStepper, greedy, logits_and_logsumexp, reorder_state


def make_chain_model(*rows, bos_id=0, eos_id=0):
    """A model that looks at the last symbol only."""
    table = np.log(np.array(rows, float).clip(1e-300))
    return FunctionStepper(lambda state, symbols: (table[symbols], state), bos_id, eos_id)


LOOP = make_chain_model([0.2, 0.5, 0.3], [0.3, 0.1, 0.6], [0.7, 0.2, 0.1])


def test_greedy_follows_the_likeliest_symbol_to_the_end():
    (text,) = greedy(LOOP, None, 1, max_length=9)
    assert text.ids.tolist() == [1, 2]
    assert text.finished
    assert text.log_prob == pytest.approx(np.log(0.5 * 0.6 * 0.7))


def test_greedy_is_cut_off_where_it_must_end():
    (text,) = greedy(LOOP, None, 1, max_length=2)
    assert (text.ids.tolist(), text.finished) == ([1, 2], False)
    assert text.log_prob == pytest.approx(np.log(0.5 * 0.6))


def test_of_equal_logits_greedy_takes_the_smallest_id():
    model = make_chain_model([0.2, 0.4, 0.4], [1, 0, 0], [1, 0, 0])
    assert greedy(model, None, 2, max_length=3)[1].ids.tolist() == [1]


def test_states_stay_with_their_texts_when_others_end():
    """A text of b counts down from its state; state and symbol must keep together."""

    def step(state, symbols):
        logits = np.full((len(symbols), 9), -9.0)
        logits[np.arange(len(symbols)), state] = 9.0
        return logits, state - 1

    model = FunctionStepper(step, bos_id=8, eos_id=0)
    result = greedy(model, np.array([3, 0, 5, 1]), 4, max_length=9)
    assert [text.ids.tolist() for text in result] == [[3, 2, 1], [], [5, 4, 3, 2, 1], [1]]


def test_logits_of_pytorch_and_numpy_are_the_same():
    logits = torch.randn(3, 5, requires_grad=True)
    values, sums = logits_and_logsumexp(logits)
    expected = torch.log_softmax(logits, -1).detach().numpy()
    np.testing.assert_allclose(values - sums[:, None], expected, 1e-5)
    assert sums.dtype == np.float64


@pytest.mark.parametrize("wrong", [[[np.nan, 0.0]], [[np.inf, 0.0]], [[-np.inf, -np.inf]]])
def test_logits_that_make_no_sense_are_refused(wrong):
    with pytest.raises(DecodingError, match="NaN, or leave no symbol possible"):
        logits_and_logsumexp(np.array(wrong))


def test_states_may_be_nested_containers_of_arrays():
    rows = np.array([[1], [1]])
    state = {"h": [np.arange(3), (torch.arange(3), None)]}
    taken = reorder_state(state, rows)
    assert taken["h"][0].tolist() == [1, 1]
    assert taken["h"][1][0].tolist() == [1, 1]
    assert taken["h"][1][1] is None
    assert reorder_state(LSTMState(np.arange(3), np.arange(4)), rows).c.tolist() == [1, 1]


def test_lengths_that_make_no_sense_are_named():
    with pytest.raises(DecodingError, match="at least one symbol; got max_length=0"):
        greedy(LOOP, None, 1, max_length=0)
