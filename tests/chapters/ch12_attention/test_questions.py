"""The questions of chapter 12: references against an independent computation."""

import numpy as np
import torch

from rnncourse.models.attention import Attention

from ...grading.in_process import make_cases


@torch.no_grad()
def attend_with_weights(kind, queries, states, **weights):
    """Ask the package's attention with some weights: contexts `T E` and weights `T S`."""
    N = weights["v_a"].shape[1] if "v_a" in weights else None
    module = Attention(kind, queries.shape[-1], states.shape[-1], N)
    module.double().load_state_dict(
        {f"{k}.weight": torch.from_numpy(w) for k, w in weights.items()}
    )
    q, h = (torch.from_numpy(a)[:, None] for a in (queries, states))
    contexts, alpha = module(q, module.compute_keys(h), h, torch.ones(len(h), 1, dtype=torch.bool))
    return contexts[:, 0].numpy(), alpha[:, 0].numpy()


def test_weights_against_torch():
    for (scores, mask), weights in make_cases("12-weights"):
        masked = torch.from_numpy(np.where(mask, scores, -np.inf))
        np.testing.assert_allclose(weights, masked.softmax(-1).numpy())


def test_deck_as_attention_against_the_package():
    for (s, hs, W_a, U_a, v_a), (weights, context) in make_cases("12-additive"):
        own = {"W_a": W_a.T, "U_a": U_a.T, "v_a": v_a[None]}
        contexts, alpha = attend_with_weights("additive", s[None], hs, **own)
        np.testing.assert_allclose(weights, alpha[0])
        np.testing.assert_allclose(context, contexts[0])


def test_scaled_products_against_torch():
    for arguments, contexts in make_cases("12-scaled"):
        tensors = (torch.from_numpy(part)[None] for part in arguments)
        expected = torch.nn.functional.scaled_dot_product_attention(*tensors)
        np.testing.assert_allclose(contexts, expected[0].numpy(), atol=1e-12)


def test_the_gradient_of_scores_against_autograd():
    for (weights, values, d_context), d_scores in make_cases("12-slope"):
        if weights.min() > 0:
            scores = torch.from_numpy(np.log(weights)).requires_grad_()
            context = scores.softmax(-1) @ torch.from_numpy(values)
            context.backward(torch.from_numpy(d_context))
            np.testing.assert_allclose(d_scores, scores.grad.numpy(), atol=1e-12)


def test_a_decoder_against_the_package():
    for (s, es, hs, W_a, W_e, W_c, W_s), (states, attention) in make_cases("12-decoder"):
        before = np.concatenate([s[None], states[:-1]])
        contexts, alpha = attend_with_weights("general", before, hs, W_a=W_a)
        np.testing.assert_allclose(attention, alpha)
        state = np.tanh(es @ W_e + contexts @ W_c + before @ W_s)
        np.testing.assert_allclose(states, state)


def test_pointing_against_a_loop():
    for (weights, truth), share in make_cases("12-pointing"):
        hits = [weights[i].argmax() == truth[i] for i in np.ndindex(*truth.shape) if truth[i] >= 0]
        assert np.isclose(share, np.mean(hits))


def test_the_project_scores_what_the_pairs_link():
    from rnncourse.chapters.ch12_attention.questions import alignment_by_counts

    for seed in range(5):
        sides, (sources, targets) = alignment_by_counts._draw_lists(np.random.default_rng(seed))
        result = []
        for n, pair in enumerate(zip(*sides, strict=True)):
            positions = [
                {
                    number: 2 * i + 2 * sum(alignment_by_counts.COMPOUND[k - 1] for k in side[:i])
                    for i, number in enumerate(side)
                }
                for side in pair
            ]
            for number in positions[0].keys() & positions[1].keys():
                if alignment_by_counts.COMPOUND[number - 1]:
                    j, t = (place[number] for place in positions)
                    result += [(n, t, j + 2), (n, t + 2, j)]
        assert sorted(alignment_by_counts._find_truths(sources, targets)) == sorted(result)
