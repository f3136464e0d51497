"""The encoder is `torch.nn` with packed sequences, and never sees padding."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from rnncourse.models.encoder import Encoder, length_mask
from rnncourse.models.sequence import RECURRENT_LAYERS

lengths_drawn = st.lists(st.integers(1, 7), min_size=1, max_size=5)
kinds = st.tuples(st.sampled_from([*RECURRENT_LAYERS]), st.integers(1, 3), st.booleans())


def run_packed(encoder, cell, source, lengths):
    """Read with `torch.nn` and the same weights; return states, and the state at each end."""
    E, layers, two_way = encoder.embedding.embedding_dim, len(encoder.ahead), encoder.bidirectional
    H = encoder.H // 2 if two_way else encoder.H
    oracle = RECURRENT_LAYERS[cell](E, H, layers, bidirectional=two_way).double()
    weights = {}
    for layer in range(layers):
        for suffix, part in [("", encoder.ahead), ("_reverse", encoder.back)][: 1 + two_way]:
            for name, value in part[layer].named_parameters():
                weights[name.replace("l0", f"l{layer}") + suffix] = value
    oracle.load_state_dict(weights)
    xs = pack_padded_sequence(encoder.embedding(source), lengths, enforce_sorted=False)
    hs, state = oracle(xs)
    last = (state[0] if cell == "lstm" else state).view(layers, 1 + two_way, len(lengths), H)[-1]
    return pad_packed_sequence(hs, total_length=len(source))[0], torch.cat([*last], -1)


@given(kind=kinds, lengths=lengths_drawn, seed=st.integers(0, 10**6))
@settings(max_examples=40, deadline=None)
def test_the_encoder_equals_torch_with_packed_sequences(kind, lengths, seed):
    cell, layers, two_way = kind
    torch.manual_seed(seed)
    encoder = Encoder(9, 6, cell, layers, two_way, E=4).double()
    lengths = torch.tensor(lengths)
    source = torch.randint(0, 9, (7, len(lengths)))
    states, last = encoder(source, lengths)
    expected, ends = run_packed(encoder, cell, source, lengths)
    torch.testing.assert_close(states, expected, rtol=1e-10, atol=1e-12)
    torch.testing.assert_close(last, ends, rtol=1e-10, atol=1e-12)


@given(kind=kinds, lengths=lengths_drawn, more=st.integers(0, 3), seed=st.integers(0, 10**6))
@settings(max_examples=40, deadline=None)
def test_padding_changes_neither_states_nor_gradients(kind, lengths, more, seed):
    torch.manual_seed(seed)
    encoder = Encoder(9, 6, *kind, E=4).double()
    lengths = torch.tensor(lengths)
    source = torch.randint(0, 9, (int(lengths.max()), len(lengths)))
    padded = torch.randint(0, 9, (len(source) + more, len(lengths)))
    mask = length_mask(lengths, len(source))
    padded[: len(source)][mask] = source[mask]
    result = []
    for ids in (source, padded):
        encoder.zero_grad()
        states, last = encoder(ids, lengths)
        (states.square().sum() + last.sum()).backward()
        assert (states[~length_mask(lengths, len(ids))] == 0).all()
        result.append([states[: len(source)], last, *(p.grad for p in encoder.parameters())])
    torch.testing.assert_close(*result)


@given(kind=kinds, lengths=lengths_drawn, seed=st.integers(0, 10**6))
@settings(max_examples=30, deadline=None)
def test_sources_do_not_influence_each_other(kind, lengths, seed):
    torch.manual_seed(seed)
    encoder = Encoder(9, 6, *kind, E=4).double()
    source = torch.randint(0, 9, (max(lengths), len(lengths)))
    states, last = encoder(source, torch.tensor(lengths))
    for b, length in enumerate(lengths):
        alone = encoder(source[:length, b : b + 1], torch.tensor([length]))
        torch.testing.assert_close(alone[0][:, 0], states[:length, b])
        torch.testing.assert_close(alone[1][0], last[b])


def test_dropout_is_only_in_training_and_only_between_layers():
    torch.manual_seed(0)
    encoder = Encoder(9, 6, num_layers=2, dropout=0.5)
    source, lengths = torch.randint(0, 9, (5, 3)), torch.tensor([5, 4, 1])
    assert not torch.equal(encoder(source, lengths)[0], encoder(source, lengths)[0])
    encoder.eval()
    assert torch.equal(encoder(source, lengths)[0], encoder(source, lengths)[0])


def test_forget_gates_start_open():
    lstm = Encoder(9, 6, "lstm").back[0]
    assert ((lstm.bias_ih_l0 + lstm.bias_hh_l0)[3:6] == 1).all()
    assert isinstance(lstm, nn.LSTM)


@pytest.mark.parametrize("wrong", [0, 8, -1])
def test_a_length_that_does_not_fit_is_named(wrong):
    with pytest.raises(ValueError, match=rf"Sequence 1 .* length {wrong}; .* 1 to 7"):
        Encoder(9, 6)(torch.zeros(7, 2, dtype=torch.long), torch.tensor([3, wrong]))


def test_an_unknown_cell_or_an_odd_size_raises():
    with pytest.raises(ValueError, match="no cell 'transformer'; there are: rnn, gru, lstm"):
        Encoder(9, 6, "transformer")
    with pytest.raises(ValueError, match="H must be even; got 5"):
        Encoder(9, 5)
