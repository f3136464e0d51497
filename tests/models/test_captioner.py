"""The captioner, against equations run in NumPy, PyTorch's cells, and its own decoding."""

import numpy as np
import pytest
import torch
from scipy.special import softmax
from torch import nn

from rnncourse.decoding.beam import beam_search
from rnncourse.decoding.stepping import greedy
from rnncourse.models import captioner

B, K, C, V, H, E = 3, 4, 5, 9, 6, 7


def make_captioner(image, cell="rnn", score="product", seed=0):
    torch.manual_seed(seed)
    options = {"image": image, "cell": cell, "score": score}
    model = captioner.Captioner(nn.Identity(), C, V, bos_id=1, eos_id=2, H=H, E=E, A=8, **options)
    return model.double().eval()


@pytest.fixture
def image_batch():
    torch.manual_seed(1)
    return torch.randn(B, K, C).double(), torch.randint(3, V, (B, 5))


def score_places(w, h, regions):
    """Score places by a network with one hidden layer, one place at a time."""
    scores = []
    for v in regions:
        hidden = np.tanh(w["W_a.weight"] @ h + w["U_a.weight"] @ v + w["U_a.bias"])
        scores.append(w["w_a.weight"][0] @ hidden)
    return np.array(scores)


def compute_by_hand(model, regions, targets):
    """Run the equations of the docstring for one image, in NumPy."""
    w = {key: part.detach().numpy() for key, part in model.named_parameters()}
    h, logits, looks, word = np.zeros(H), [], [], 1
    for t in range(len(targets)):
        z = regions.mean(0)
        if model.image == "attention":
            scores = (
                regions @ (w["W_a.weight"] @ h)
                if "U_a.weight" not in w
                else score_places(w, h, regions)
            )
            looks.append(softmax(scores))
            z = looks[-1] @ regions
        term = w["W_ih.weight"] @ z
        inner = w["W_xh.weight"] @ w["embedding.weight"][word] + w["W_xh.bias"]
        h = np.tanh(inner + w["W_hh.weight"] @ h + term)
        logits.append(w["W_hy.weight"] @ h + w["W_hy.bias"])
        word = targets[t]
    return np.array(logits), np.array(looks)


@pytest.mark.parametrize("score", captioner.SCORES)
@pytest.mark.parametrize("image", captioner.IMAGES)
def test_every_way_against_its_equations(image, score, image_batch):
    model, (regions, inputs) = make_captioner(image, score=score), image_batch
    logits, weights = model.teacher_forced(regions, inputs)
    for b in range(B):
        actual, looks = compute_by_hand(model, regions[b].numpy(), inputs[b].numpy())
        np.testing.assert_allclose(logits[b].detach(), actual, atol=1e-12)
        if image == "attention":
            np.testing.assert_allclose(weights[b].detach(), looks, atol=1e-12)


@pytest.mark.parametrize("image", ["each", "attention"])
def test_an_lstm_against_torch(image, image_batch):
    model, (regions, inputs) = make_captioner(image, "lstm", "additive"), image_batch
    cell = nn.LSTMCell(E + C, H).double()
    with torch.no_grad():
        cell.weight_ih.copy_(torch.cat([model.W_xh.weight, model.W_ih.weight], 1))
        cell.weight_hh.copy_(model.W_hh.weight)
        cell.bias_ih.copy_(model.W_xh.bias)
        cell.bias_hh.zero_()
    logits, weights = model.teacher_forced(regions, inputs)
    state, words = None, torch.ones(B, dtype=torch.long)
    for t in range(inputs.shape[1]):
        even = weights is None
        z = regions.mean(1) if even else torch.einsum("bk,bkc->bc", weights[:, t], regions)
        state = cell(torch.cat([model.embedding(words), z], 1), state)
        torch.testing.assert_close(logits[:, t], model.W_hy(state[0]))
        words = inputs[:, t]


@pytest.mark.parametrize("image", captioner.IMAGES)
@pytest.mark.parametrize(("cell", "score"), [("rnn", "product"), ("lstm", "additive")])
def test_decoding_equals_teacher_forcing(image, cell, score, image_batch):
    model, (regions, _) = make_captioner(image, cell, score), image_batch
    for actual in (
        greedy(model, model.initial_state(regions), B, max_length=6),
        [
            best[0]
            for best in beam_search(
                model,
                model.initial_state(regions),
                B,
                beam_size=3,
                max_length=6,
                length_penalty=0.0,
                count_eos=True,
            )
        ],
    ):
        for b, caption in enumerate(actual):
            symbols = torch.tensor([[*caption.ids.tolist(), *([2] if caption.finished else [])]])
            logits, _ = model.teacher_forced(regions[b : b + 1], symbols)
            log_p = logits.log_softmax(-1)[0].gather(1, symbols.T).sum()
            assert caption.log_prob == pytest.approx(log_p.item(), abs=1e-9)


def test_decoding_is_refused_while_the_network_is_in_training_mode(image_batch):
    model = make_captioner("attention").train()
    with pytest.raises(ValueError, match=r"Call model.eval\(\) before decoding"):
        greedy(model, model.initial_state(image_batch[0]), B, max_length=6)


def test_an_image_does_not_depend_on_its_batch(image_batch):
    model, (regions, inputs) = make_captioner("attention"), image_batch
    in_batch, _ = model.teacher_forced(regions, inputs)
    alone, _ = model.teacher_forced(regions[1:2], inputs[1:2])
    torch.testing.assert_close(in_batch[1:2], alone)


def test_encoders_may_return_vectors_places_or_maps():
    model = make_captioner("attention")
    maps = torch.randn(B, C, 2, 3).double()
    regions = model.encode_regions(maps)
    torch.testing.assert_close(regions[:, 4], maps[:, :, 1, 1])  # rows from the top
    torch.testing.assert_close(model.encode_regions(maps[:, :, 0, 0]), maps[:, None, :, 0, 0])


@pytest.mark.parametrize("options", [{"image": "last"}, {"cell": "gru"}, {"score": "dot"}])
def test_unknown_options_of_a_captioner_raise(options):
    with pytest.raises(ValueError, match="there are"):
        captioner.Captioner(nn.Identity(), C, V, bos_id=1, eos_id=2, **options)


def test_the_loss_against_a_loop():
    torch.manual_seed(0)
    logits, targets = torch.randn(2, 3, V).double(), torch.tensor([[4, 5, 2], [6, 2, 0]])
    words = [
        -logits[b, t].log_softmax(-1)[targets[b, t]].item()
        for b in range(2)
        for t in range(3)
        if targets[b, t]
    ]
    assert captioner.caption_loss(logits, targets).item() == pytest.approx(np.mean(words))


def test_a_place_is_centered_on_every_fourth_pixel():
    torch.manual_seed(0)
    encoder = captioner.RegionEncoder().double().eval()
    image = torch.rand(1, 40, 40, dtype=torch.float64, requires_grad=True)
    encoder(image)[0, :, 5, 4].sum().backward()
    rows, columns = (image.grad[0].abs() > 0).nonzero().T
    assert (rows.min() + rows.max(), columns.min() + columns.max()) == (2 * 20, 2 * 16)
    assert rows.max() - rows.min() + 1 == 17


def test_pooling_against_a_loop():
    maps = torch.randn(2, 3, 4, 6)
    result = captioner.GridPooling()(maps).view(2, 3, 2, 3)
    torch.testing.assert_close(result[1, 2, 1, 0], maps[1, 2, 2:4, :2].mean())
