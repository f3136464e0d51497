"""Many to one, one to many: what passes between encoder and decoder (claim D3)."""

import numpy as np
import pytest
import torch

from rnncourse.chapters.ch11_seq2seq.translating import TranslatorConfig, make_seq2seq
from rnncourse.data.number_pairs import load_lists
from rnncourse.decoding.stepping import greedy
from rnncourse.models.translation import PaddedPairs

from .equation import step_gru

DATA = load_lists(size=60, held_out=6)
KIND = TranslatorConfig(H=10, Z=7)


def build_network(seed=0):
    torch.manual_seed(seed)
    model = make_seq2seq(DATA, KIND).double().eval()
    with torch.no_grad():
        for part in model.parameters():
            part.mul_(3)  # so that different vectors are told apart
    return model


def make_pairs():
    return PaddedPairs.from_sequences(*DATA.ids(DATA.test[-8:]), eos_id=DATA.eos_id)


def test_many_to_one_and_one_to_many_are_the_whole_network():
    """Equation eq-encoder-decoder, step by step in NumPy."""
    model, batch = build_network(), make_pairs()
    w = {key: part.detach().numpy() for key, part in model.state_dict().items()}
    logits, _ = model.teacher_forced(batch.source, batch.source_lengths, batch.target)
    for b in range(len(batch)):
        h = np.zeros(KIND.H)
        for j in batch.source[: int(batch.source_lengths[b]), b].numpy():
            h = step_gru(w, "encoder.ahead.0", w["encoder.embedding.weight"][j], h)
        z = np.tanh(w["narrow.weight"] @ h + w["narrow.bias"])
        s = np.tanh(w["decoder.start.weight"] @ z + w["decoder.start.bias"])
        last = DATA.bos_id
        for i in range(int(batch.target_lengths[b])):
            e = w["decoder.embedding.weight"][last]
            s = step_gru(w, "decoder.recurrent", np.concatenate([e, z]), s)
            out = w["decoder.logits.weight"] @ np.concatenate([s, e, z])
            actual = logits[i, b].detach().numpy()
            np.testing.assert_allclose(
                actual, out + w["decoder.logits.bias"], rtol=1e-10, atol=1e-12
            )
            last = int(batch.target[i, b])


def test_the_vector_alone_decides_what_is_written():
    """Whoever hands the decoder another vector gets another text."""
    model, batch = build_network(), make_pairs()
    _, z = model.encode(batch.source, batch.source_lengths)
    texts = greedy(
        model, model.initial_state(batch.source, batch.source_lengths), len(batch), max_length=12
    )
    order = torch.arange(len(batch)).flip(0)
    handed = greedy(model, model.decoder.initial_state(z[order]), len(batch), max_length=12)
    for b, text in enumerate(handed):
        assert text.ids.tolist() == texts[int(order[b])].ids.tolist()
    assert len({tuple(text.ids) for text in texts}) > 1


def test_earlier_states_enter_through_the_last_one_alone():
    """The loss of a text has no gradient at an earlier state once the last one is given."""
    model, batch = build_network(), make_pairs()
    states, summary = model.encoder(batch.source, batch.source_lengths)
    states.retain_grad()
    cut = summary.detach().requires_grad_()
    state = model.decoder.initial_state(torch.tanh(model.narrow(cut)), states, None)
    inputs = torch.cat([torch.full_like(batch.target[:1], DATA.bos_id), batch.target[:-1]])
    logits, _ = model.decoder.teacher_forced(state, inputs)
    logits[batch.mask].sum().backward()
    assert states.grad is None or not states.grad.any()
    assert cut.grad.abs().max() > 0


@pytest.mark.parametrize("seed", range(3))
def test_a_text_right_under_teacher_forcing_is_right_free_running(seed):
    """By induction; here for an untrained network and its own texts as targets."""
    model, batch = build_network(seed), make_pairs()
    texts = greedy(
        model, model.initial_state(batch.source, batch.source_lengths), len(batch), max_length=9
    )
    ended = [b for b, text in enumerate(texts) if text.finished]
    targets = [texts[b].ids.tolist() if b in ended else [3, 4] for b in range(len(batch))]
    sources = DATA.ids(DATA.test[-8:])[0]
    pairs = PaddedPairs.from_sequences(sources, targets, eos_id=DATA.eos_id)
    logits, _ = model.teacher_forced(pairs.source, pairs.source_lengths, pairs.target)
    forced = ((logits.argmax(-1) == pairs.target) | ~pairs.mask).all(0)
    alone = [s.finished and s.ids.tolist() == t for s, t in zip(texts, targets, strict=True)]
    assert forced.tolist() == alone
