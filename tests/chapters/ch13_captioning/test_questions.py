"""The questions of chapter 13: references against an independent computation."""

import numpy as np
import torch
from torch import nn

from rnncourse.chapters.ch13_captioning.questions import QUESTIONS, combination_naming
from rnncourse.grading.checks import grade
from rnncourse.models.captioner import Captioner
from rnncourse.models.captioner import caption_loss as package_loss

from ...grading.in_process import make_cases
from .grid import mark_cells

BY_ID = {q.id: q for q in QUESTIONS}


def make_captioner(image, xs, **weights):
    """Make the package's captioner whose words are the rows of xs, told in order."""
    H = len(weights["W_hh"])
    V, C = len(xs) + 3, weights["W_ih"].shape[0]
    model = Captioner(nn.Identity(), C, V, start=0, stop=2, H=H, E=xs.shape[1], image=image)
    model = model.double().eval()
    with torch.no_grad():
        model.W_xh.bias.zero_()
        model.embedding.weight[: len(xs)] = torch.from_numpy(xs)
        for name, matrix in weights.items():
            getattr(model, name).weight.copy_(torch.from_numpy(matrix.T))
    return model


def compute_states(model, regions, T):
    state, states, attention_of = model.initial_state(torch.from_numpy(regions)[None]), [], []
    for t in range(T):
        _, state, weights = model.decode_step(state, torch.tensor([t]))
        states.append(state[0][0].detach().numpy())
        attention_of.append(None if weights is None else weights[0].detach().numpy())
    return states, attention_of


def test_the_image_in_every_step_against_the_package():
    for (xs, v, W_xh, W_hh, W_ih), states in make_cases("13-inject"):
        model = make_captioner("each", xs, W_xh=W_xh, W_hh=W_hh, W_ih=W_ih)
        np.testing.assert_allclose(states, compute_states(model, v[None], len(xs))[0], atol=1e-12)


def test_an_attending_captioner_equals_the_package():
    for (xs, regions, W_a, W_xh, W_hh, W_ih), (states, attention_of) in make_cases("13-steps"):
        model = make_captioner("attention", xs, W_a=W_a, W_xh=W_xh, W_hh=W_hh, W_ih=W_ih)
        expected = compute_states(model, regions, len(xs))
        np.testing.assert_allclose(states, expected[0], atol=1e-12)
        np.testing.assert_allclose(attention_of, expected[1], atol=1e-12)


def test_places_against_torch():
    for (h, regions, W_a), (weights, z) in make_cases("13-places"):
        query = torch.from_numpy(h @ W_a)[:, None] * np.sqrt(W_a.shape[1])
        pair = [torch.from_numpy(regions)] * 2
        expected = nn.functional.scaled_dot_product_attention(query, *pair)
        np.testing.assert_allclose(z, expected[:, 0].numpy(), atol=1e-12)
        np.testing.assert_allclose(weights.sum(1), 1)


def test_the_loss_against_the_package():
    for (logits, captions), loss in make_cases("13-loss"):
        expected = package_loss(torch.from_numpy(logits), torch.from_numpy(captions))
        np.testing.assert_allclose(loss, expected.item())


def test_places_of_regions_against_the_loader():
    for (region,), regions in make_cases("13-grid"):
        np.testing.assert_array_equal(regions.ravel(), mark_cells(region))


def test_pointing_against_a_loop():
    for (weights, regions), (peak, fixed) in make_cases("13-pointing"):
        hits = [row[w.argmax()] for w, row in zip(weights, regions, strict=True)]
        assert np.isclose(peak, np.mean(hits))
        assert np.isclose(fixed, max(np.mean(column) for column in regions.T))


def test_the_reference_names_every_new_combination():
    """Answers are scored against it."""
    for seed in range(60):
        images, captions, pool, truth = combination_naming._draw_pictures(
            np.random.default_rng(seed)
        )
        np.testing.assert_array_equal(BY_ID["13-combine"].reference(images, captions, pool), truth)
        trained = {tuple(pair) for pair in captions.tolist()}
        assert not trained & {tuple(pair) for pair in truth.tolist()}
        assert min(np.bincount(captions[:, 1]) / combination_naming.IMAGES_PER_PAIR) >= 2
        assert set(truth[:, 0]) == set(range(combination_naming.BASES))


def test_captions_without_looking_at_the_picture_earn_nothing():
    question = BY_ID["13-combine"]
    blind = next(m for m in question.mistakes if m.name == "What is in no caption, in order")
    half = next(m for m in question.mistakes if m.name == "A mark that this letter never had")
    for seed in range(20):
        assert grade(question, blind.answers[0], seed).earned == 0
        assert grade(question, half.answers[0], seed).earned <= 1
