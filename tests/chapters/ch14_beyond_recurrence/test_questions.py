"""The questions of chapter 14: references against an independent computation."""

import numpy as np
import torch

from rnncourse.chapters.ch14_beyond_recurrence.questions import QUESTIONS, induction_copying
from rnncourse.models.scans import linear_attention
from rnncourse.models.transformer import apply_rotary, causal_mask

from ...grading.in_process import make_cases

BY_ID = {q.id: q for q in QUESTIONS}


def make_tensors(*arrays):
    return [torch.from_numpy(array) for array in arrays]


def test_causal_weights_against_torch():
    for (scores,), weights in make_cases("14-mask"):
        hidden = torch.from_numpy(scores).masked_fill(~causal_mask(*scores.shape), -torch.inf)
        np.testing.assert_allclose(weights, hidden.softmax(-1).numpy())


def test_heads_against_torch():
    for (q, k, v, heads), actual in make_cases("14-heads"):
        tensors = (x.unflatten(1, (heads, -1)).transpose(0, 1)[None] for x in make_tensors(q, k, v))
        expected = torch.nn.functional.scaled_dot_product_attention(*tensors)[0]
        np.testing.assert_allclose(actual, expected.transpose(0, 1).flatten(1).numpy(), atol=1e-12)


def test_rotary_embeddings_equal_those_of_the_transformer():
    for (x, first), actual in make_cases("14-rotate"):
        np.testing.assert_allclose(
            actual, apply_rotary(torch.from_numpy(x), first).numpy(), atol=1e-12
        )


def test_a_cache_against_the_whole_text():
    for (x, W_q, W_k, _, keys, values), (y, longer, more) in make_cases("14-cache"):
        assert np.array_equal(longer[:-1], keys)
        assert np.array_equal(more[:-1], values)
        tensors = make_tensors((x @ W_q)[None], longer, more)
        tensors = (part[None] for part in tensors)
        expected = torch.nn.functional.scaled_dot_product_attention(*tensors)[0, 0]
        np.testing.assert_allclose(y, expected.numpy(), atol=1e-12)
        np.testing.assert_allclose(longer[-1], x @ W_k)


def test_the_loss_against_torch():
    for (logits, targets, lengths), loss in make_cases("14-loss"):
        hidden = np.where(np.arange(len(targets))[:, None] < lengths, targets, -100)
        logits, hidden = make_tensors(logits, hidden)
        expected = torch.nn.functional.cross_entropy(logits.flatten(0, 1), hidden.flatten())
        np.testing.assert_allclose(loss, expected.item())


def test_running_attention_in_two_parts_equals_full_attention():
    for (q, k, v, S, z), _ in make_cases("14-linear"):
        attend, half = BY_ID["14-linear"].reference, len(q) // 2
        first, *state = attend(q[:half], k[:half], v[:half], 0 * S, 0 * z)
        second, *_ = attend(q[half:], k[half:], v[half:], *state)
        at_once = linear_attention(*make_tensors(q, k, v)).numpy()
        np.testing.assert_allclose(np.concatenate([first, second]), at_once)


def test_the_loss_of_a_real_zero_decides_in_every_drawn_case():
    question = BY_ID["14-loss"]
    (mistake,) = (m for m in question.mistakes if m.name == "Symbol 0 left out")
    for seed in range(5):
        for arguments in list(question.cases(seed))[1:]:
            for answer in mistake.answers:
                assert abs(answer(*arguments) - question.reference(*arguments)) > 1e-3


def test_the_query_of_a_cache_decides_where_its_matrix_is_square():
    question = BY_ID["14-cache"]
    (mistake,) = (m for m in question.mistakes if m.name == "The vector as query")
    for seed in range(5):
        *_, arguments = question.cases(seed)
        assert arguments[1].shape == (4, 4)
        assert (
            np.abs(mistake.answer(*arguments)[0] - question.reference(*arguments)[0]).max() > 1e-3
        )


def test_the_project_finds_how_the_rows_were_drawn():
    rows, answers = induction_copying._draw_rows(np.random.default_rng(5))
    assert (induction_copying._find_truth(rows) == answers).mean() > 0.95


def _finish_by_counts(rows, n):
    """Finish rows with what most often followed their last n symbols, or as many as came before."""
    result = []
    for row in rows.tolist():
        after = []
        for m in range(n, 0, -1):
            after = after or [row[s] for s in range(m, len(row)) if row[s - m : s] == row[-m:]]
        result.append(max(set(after), key=after.count) if after else row[-1])
    return np.array(result)


def test_the_points_of_the_project_do_not_hang_on_the_seed():
    question = BY_ID["14-finish"]
    for n, points in ((1, 1), (3, 4)):
        for seed in range(3):
            cases = list(question.cases(seed))
            answers = [(_finish_by_counts(rows, n),) for (rows,) in cases]
            score = question.comparison.measure(cases, answers, answers)
            reached = [p for threshold, p in question.comparison.steps if score >= threshold]
            assert max(reached) == points
