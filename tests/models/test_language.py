"""The recurrent language model keeps the laws of its kind."""

import numpy as np
import pytest
import torch

from rnncourse.models.language import LanguageModel
from rnncourse.models.sequence import RECURRENT_LAYERS, detach_state

V, H, E = 7, 5, 4


@pytest.fixture(params=sorted(RECURRENT_LAYERS))
def language_model(request):
    torch.manual_seed(0)
    return LanguageModel(V, H, request.param, E).double().eval()


def sample_ids(T, B, seed=0):
    return torch.from_numpy(np.random.default_rng(seed).integers(0, V, (T, B)))


def test_reading_in_two_pieces_is_reading_at_once(language_model):
    x = sample_ids(9, 3)
    at_once, last = language_model(x)
    first, state = language_model(x[:4])
    second, end = language_model(x[4:], state)
    torch.testing.assert_close(torch.cat([first, second]), at_once, rtol=1e-12, atol=1e-14)
    torch.testing.assert_close(end, last, rtol=1e-12, atol=1e-14)


def test_rows_of_a_batch_do_not_see_each_other(language_model):
    x = sample_ids(6, 3)
    changed = x.clone()
    changed[:, 0] = (changed[:, 0] + 1) % V
    torch.testing.assert_close(language_model(changed)[0][:, 1:], language_model(x)[0][:, 1:])


def test_no_character_sees_the_future(language_model):
    x = sample_ids(6, 2)
    changed = x.clone()
    changed[4:] = (changed[4:] + 1) % V
    torch.testing.assert_close(language_model(changed)[0][:4], language_model(x)[0][:4])


def test_detach_keeps_the_numbers_and_drops_the_graph(language_model):
    state = language_model(sample_ids(3, 2))[1]
    detached_state = detach_state(state)
    torch.testing.assert_close(detached_state, state)
    tensors = detached_state if isinstance(detached_state, tuple) else (detached_state,)
    assert not any(tensor.requires_grad for tensor in tensors)


def test_the_tanh_cell_is_the_equation():
    torch.manual_seed(1)
    model = LanguageModel(V, H, "rnn", E).double().eval()
    w = {name: p.detach().numpy() for name, p in model.named_parameters()}
    x, h = sample_ids(5, 2).numpy(), np.zeros((2, H))
    for x_t, y_t in zip(x, model(sample_ids(5, 2))[0].detach().numpy(), strict=True):
        e = w["embedding.weight"][x_t]
        a = e @ w["recurrent.weight_ih_l0"].T + h @ w["recurrent.weight_hh_l0"].T
        h = np.tanh(a + w["recurrent.bias_ih_l0"] + w["recurrent.bias_hh_l0"])
        y = h @ w["logits.weight"].T + w["logits.bias"]
        np.testing.assert_allclose(y_t, y, rtol=1e-10, atol=1e-12)


def test_an_lstm_starts_by_remembering():
    biases = LanguageModel(V, H, "lstm").recurrent
    assert ((biases.bias_ih_l0 + biases.bias_hh_l0)[H : 2 * H] > 1 - 2 / H**0.5).all()


def test_an_unknown_cell_is_named():
    with pytest.raises(ValueError, match="no cell 'elman'; there are: rnn, gru, lstm"):
        LanguageModel(V, H, "elman")
