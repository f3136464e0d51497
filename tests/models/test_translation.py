"""Told or free, alone or in a batch, padded or not: one model, one answer."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from torch.nn.functional import cross_entropy

from rnncourse.concordance.attention import AttentionDeckA
from rnncourse.models.attention import ATTENTION_KINDS
from rnncourse.models.decoder import QUERIES
from rnncourse.models.encoder import length_mask
from rnncourse.models.sequence import RECURRENT_LAYERS
from rnncourse.models.translation import EncoderDecoder, PaddedPairs

START, STOP = 1, 2
ATTENTION_CASES = [
    (None, "before"),
    *((kind, query) for kind in ATTENTION_KINDS for query in QUERIES),
]
DECK = ("v_a", "W_a", "U_a")
every_way = pytest.mark.parametrize("way", ATTENTION_CASES, ids=lambda way: f"{way[0]}-{way[1]}")
every_cell = pytest.mark.parametrize("cell", RECURRENT_LAYERS)
models = st.tuples(
    st.sampled_from(ATTENTION_CASES),
    st.sampled_from([*RECURRENT_LAYERS]),
    st.integers(1, 2),
    st.booleans(),
)
seeds = st.integers(0, 10**6)
few = settings(max_examples=25, deadline=None)


def make_model(way=(None, "before"), cell="gru", layers=1, two_way=True, seed=0, **options):
    torch.manual_seed(seed)
    attention, query = way
    options = {"H": 6, "E": 4, "bos_id": START, "eos_id": STOP} | options
    return EncoderDecoder(
        9, 8, cell=cell, num_layers=layers, bidirectional=two_way, attention=attention, query=query,
        **options,
    ).double()  # fmt: skip


def sample_pairs(seed=0, B=4):
    rng = np.random.default_rng(seed)
    sources = [rng.integers(0, 9, rng.integers(1, 7)) for _ in range(B)]
    targets = [rng.integers(3, 8, rng.integers(0, 6)) for _ in range(B)]
    return PaddedPairs.from_sequences(sources, targets, STOP)


def run_teacher_forced(model, pairs):
    return model.teacher_forced(pairs.source, pairs.source_lengths, pairs.target)


def compute_loss(model, pairs):
    """The mean surprise, one pair after the other, without padding."""
    result = []
    for b in range(len(pairs)):
        alone = pairs.select(torch.tensor([b]))
        result.append(
            cross_entropy(
                run_teacher_forced(model, alone)[0][:, 0], alone.target[:, 0], reduction="sum"
            )
        )
    return torch.stack(result).sum() / pairs.target_lengths.sum()


def pad_again(pairs, more, seed):
    """The same pairs in a longer batch, with any ids at padding."""
    torch.manual_seed(seed)
    parts = []
    for ids, lengths in [
        (pairs.source, pairs.source_lengths),
        (pairs.target, pairs.target_lengths),
    ]:
        other = torch.randint(0, 8, (len(ids) + more, len(lengths)))
        mask = length_mask(lengths, len(ids))
        other[: len(ids)][mask] = ids[mask]
        parts += [other, lengths]
    return PaddedPairs(*parts)


@given(kind=models, seed=seeds, more=st.integers(0, 3))
@few
def test_padding_changes_neither_loss_nor_weights_nor_gradients(kind, seed, more):
    model, pairs = make_model(*kind, seed), sample_pairs(seed)
    result = []
    for batch in (pairs, pad_again(pairs, more, seed)):
        model.zero_grad()
        logits, weights = run_teacher_forced(model, batch)
        nll = cross_entropy(logits[batch.mask], batch.target[batch.mask])
        nll.backward()
        S, T = len(pairs.source), len(pairs.target)
        looks = None if weights is None else weights[:T, :, :S][pairs.mask]
        result.append([nll, looks, *(p.grad for p in model.parameters())])
    torch.testing.assert_close(*([part for part in batch if part is not None] for batch in result))
    torch.testing.assert_close(result[0][0], compute_loss(model, pairs))


@given(kind=models, seed=seeds)
@few
def test_decoding_steps_equal_teacher_forcing(kind, seed):
    model, pairs = make_model(*kind, seed), sample_pairs(seed)
    expected, _ = run_teacher_forced(model, pairs)
    state = model.initial_state(pairs.source, pairs.source_lengths)
    previous = torch.full((len(pairs),), START)
    for logits, symbols in zip(expected, pairs.target, strict=True):
        actual, state = model.step(state, previous)
        torch.testing.assert_close(actual, logits)
        previous = symbols


@given(kind=models, seed=seeds)
@few
def test_hypotheses_that_share_a_source_are_as_if_alone(kind, seed):
    model, pairs = make_model(*kind, seed), sample_pairs(seed)
    rng = np.random.default_rng(seed)
    state = model.initial_state(pairs.source, pairs.source_lengths)
    _, state = model.step(state, np.full(4, START))
    sources = rng.permutation(4)[:3]
    rows = np.repeat(sources[:, None], 2, axis=1)
    previous = rng.integers(0, 8, (3, 2))
    logits, after = model.step(model.reorder(state, rows), previous.ravel())
    again, _ = model.step(model.reorder(after, np.array([[5, 4]])), np.array([3, 4]))
    for i, b in enumerate(sources):
        for k in range(2):
            single, own = model.step(model.reorder(state, np.array([[b]])), previous[i, k : k + 1])
            torch.testing.assert_close(single[0], logits[2 * i + k])
            if i == 2:
                both, _ = model.step(own, np.array([4 - k]))
                torch.testing.assert_close(both[0], again[1 - k])


@given(kind=models, seed=seeds)
@few
def test_teacher_forced_all_right_is_free_running_right(kind, seed):
    """By induction; so scores of exact match are the same, and only those of symbols differ."""
    model, pairs = make_model(*kind, seed), sample_pairs(seed)
    own = model.free_running(pairs.source, pairs.source_lengths, len(pairs.target)).argmax(-1)
    pairs.target[:, 0] = own[:, 0]  # one pair that it gets right
    predicted = run_teacher_forced(model, pairs)[0].argmax(-1)
    hits = [((ids == pairs.target) | ~pairs.mask).all(0) for ids in (predicted, own)]
    assert torch.equal(*hits)
    assert hits[0][0]


@every_way
def test_sources_may_change_places(way):
    model, pairs = make_model(way), sample_pairs()
    _, state = model.step(
        model.initial_state(pairs.source, pairs.source_lengths), np.full(4, START)
    )
    expected, _ = model.step(state, np.arange(4))
    for order in ([3, 2, 1, 0], [2, 2, 0, 1]):
        actual, _ = model.step(model.reorder(state, np.array(order)[:, None]), np.array(order))
        torch.testing.assert_close(actual, expected[order])


@every_cell
def test_a_teacher_forcing_ratio_of_1_is_teacher_forcing(cell):
    model, pairs = make_model(("additive", "before"), cell), sample_pairs()
    free = model.free_running(
        pairs.source,
        pairs.source_lengths,
        len(pairs.target),
        pairs.target,
        teacher_forcing_ratio=1.0,
    )
    torch.testing.assert_close(free, run_teacher_forced(model, pairs)[0])


def test_a_share_is_drawn_for_every_step_and_pair():
    model, pairs = make_model(), sample_pairs(B=40)
    arguments = (pairs.source, pairs.source_lengths, len(pairs.target))

    def run(share, seed):
        generator = torch.Generator().manual_seed(seed)
        return model.free_running(*arguments, pairs.target, share, generator)

    assert torch.equal(run(0.5, 0), run(0.5, 0))
    assert not torch.equal(run(0.5, 0), run(0.5, 1))
    assert torch.equal(run(0.0, 0), model.free_running(*arguments))
    with pytest.raises(ValueError, match=r"share of 0.5 .* needs target"):
        model.free_running(*arguments, teacher_forcing_ratio=0.5)


@every_way
def test_gradients_are_right(way):
    model, pairs = make_model(way, H=2, E=2), sample_pairs(B=2)
    parameters = [*model.parameters()]

    def nll(*_):
        logits, _ = run_teacher_forced(model, pairs)
        return cross_entropy(logits[pairs.mask], pairs.target[pairs.mask])

    assert torch.autograd.gradcheck(nll, parameters)


@every_cell
def test_the_decoder_is_deck_as_step_by_step(cell):
    """c_i from s_(i-1) by deck A's attention; s_i = f(s_(i-1), y_(i-1), c_i); then the logits."""
    model, pairs = make_model(("additive", "before"), cell), sample_pairs()
    logits, weights = run_teacher_forced(model, pairs)
    decoder, attention = model.decoder, model.decoder.attention
    weight = {name: getattr(attention, name).weight.detach().numpy() for name in DECK}
    deck = AttentionDeckA(weight["v_a"][0], weight["W_a"], weight["U_a"])
    step = {"rnn": nn.RNNCell, "gru": nn.GRUCell, "lstm": nn.LSTMCell}[cell](10, 6).double()
    own = decoder.recurrent.state_dict().items()
    step.load_state_dict({name.removesuffix("_l0"): value for name, value in own})
    states, z = model.encode(pairs.source, pairs.source_lengths)
    with torch.no_grad():
        for b in range(len(pairs)):
            hs = states[: pairs.source_lengths[b], b]
            s = torch.tanh(decoder.start(z[b])).view(-1, 1, 6)
            s = s[0] if cell != "lstm" else (s[0], s[1])
            for i, symbol in enumerate([START, *pairs.target[:-1, b]]):
                top = s[0] if cell == "lstm" else s
                _, alpha, context = deck.step(top[0].numpy(), hs.numpy())
                e = decoder.embedding.weight[symbol]
                s = step(torch.cat([e, torch.from_numpy(context)])[None], s)
                top = s[0] if cell == "lstm" else s
                y = decoder.logits(torch.cat([top[0], e, torch.from_numpy(context)]))
                np.testing.assert_allclose(weights[i, b, : len(hs)].detach(), alpha, 1e-10)
                np.testing.assert_allclose(logits[i, b].detach(), y, 1e-10, 1e-12)


@given(kind=models, seed=seeds)
@few
def test_the_loop_over_steps_is_torchs_layers(kind, seed):
    """Without attention teacher forcing runs `torch.nn`; free running is a loop of our own."""
    _, cell, layers, two_way = kind
    model, pairs = make_model((None, "before"), cell, layers, two_way, seed), sample_pairs(seed)
    args = (pairs.source, pairs.source_lengths)
    free = model.free_running(*args, len(pairs.target), pairs.target, teacher_forcing_ratio=1.0)
    torch.testing.assert_close(free, run_teacher_forced(model, pairs)[0], rtol=1e-10, atol=1e-12)


def test_without_attention_only_z_reaches_the_decoder():
    model, pairs = make_model(Z=3), sample_pairs()
    _, z = model.encode(pairs.source, pairs.source_lengths)
    assert z.shape == (4, 3)
    actual, _ = model.step(model.decoder.initial_state(z), np.full(4, START))
    torch.testing.assert_close(actual, run_teacher_forced(model, pairs)[0][0])


def test_calling_the_model_directly_raises():
    with pytest.raises(TypeError, match=r"teacher_forced\(...\) or model.free_running"):
        make_model()(torch.zeros(3, 1, dtype=torch.long))


def test_decoding_in_training_mode_raises():
    model, pairs = make_model(dropout=0.5, layers=2), sample_pairs()
    with pytest.raises(ValueError, match=r"Call model.eval\(\) before decoding"):
        model.initial_state(pairs.source, pairs.source_lengths)
    first = run_teacher_forced(model, pairs)[0]
    assert not torch.equal(first, run_teacher_forced(model, pairs)[0])
    model.eval()
    state = model.initial_state(pairs.source, pairs.source_lengths)
    actual, _ = model.step(state, np.full(4, START))
    torch.testing.assert_close(actual, run_teacher_forced(model, pairs)[0][0])


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"bos_id": 8}, "two different ids from 0 to 7; got 8 and 2"),
        ({"bos_id": 2}, "two different ids from 0 to 7; got 2 and 2"),
        ({"cell": "transformer"}, "no cell 'transformer'"),
        ({"way": ("cosine", "before")}, "no attention 'cosine'"),
        ({"way": ("dot", "later")}, "no query 'later'; there are: before, after"),
    ],
)
def test_an_unknown_option_raises(options, message):
    with pytest.raises(ValueError, match=message):
        make_model(**options)


def test_a_part_has_no_more_padding_than_it_needs():
    pairs = PaddedPairs.from_sequences([[3, 4, 5], [6]], [[3], [4, 5, 6]], STOP)
    part = pairs.select(torch.tensor([1]))
    assert part.source.T.tolist() == [[6]]
    assert part.target.T.tolist() == [[4, 5, 6, STOP]]
    assert pairs.mask.sum(0).tolist() == [2, 4]
    assert len(pairs) == 2
