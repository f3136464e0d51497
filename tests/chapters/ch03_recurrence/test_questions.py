"""The questions of chapter 3: the page's examples, hints, and what the echo pays for."""

import re

import numpy as np
import pytest
import torch

from rnncourse.chapters.ch03_recurrence.questions import (
    echo_network,
    free_running_training,
)
from rnncourse.grading.calling import call_quietly
from rnncourse.grading.checks import grade
from rnncourse.grading.judging import IN_PART, PASSED, WRONG, judge_calls
from rnncourse.grading.registry import load_questions
from rnncourse.models.recurrences import Recurrence

from ...page_code import read_cells

BY_ID = load_questions("03-recurrent-networks")
PAGE = "solutions/03-recurrent-networks"
TOLERANCE = {"rtol": 1e-10, "atol": 1e-13}


# --- Beside the page and the package ---


def test_the_numbers_are_those_of_the_course_network():
    for cell, feedback, more in (("rnn", False, 5), ("none", True, 0)):
        net = Recurrence(7, 5, cell, feedback)
        numbers = BY_ID["03-count"].reference(7, 5, 7, 20, 2)
        assert sum(p.numel() for p in net.parameters()) == numbers[feedback] + more


@torch.no_grad()
def test_teacher_forcing_equals_the_network_of_the_course():
    """`Recurrence` reads one-hot symbols, and its one matrix holds ours one above the other."""
    torch.manual_seed(0)
    net = Recurrence(4, 5, "none", True).double()
    W, b_h, W_hy, b_y = (p.numpy().T for p in net.parameters())
    xs, ys = (torch.randint(4, (9, 6)) for _ in range(2))
    weights = W[:4], W[4:], W_hy, b_h, b_y
    inputs = np.eye(4)[xs.numpy()]
    teacher_forced = BY_ID["03-forced"].reference(inputs, ys.numpy(), *weights)
    assert np.allclose(teacher_forced, net.teacher_forced(xs, ys), **TOLERANCE)


# --- The page ---


def read_cell_texts():
    return {key: " ".join(text.split()) for key, text in read_cells(PAGE).items()}


def test_the_examples_of_the_page_are_right():
    shown = {
        "03-run": "the states are 0.9051 and 0.7188.",
        "03-count": "they are 34, 37 and 48.",
        "03-convert": "`[[3]]`, `[[2]]`, `[[4, 5]]`, `[0.3]` and `[6, 7]`",
        "03-pieces": "0.9051, 0.7188 and 0.6162, and 0.7188 and 0.6162",
        "03-last": "the answer is `[[2], [7]]`",
        "03-forced": "`[0.4621, -0.4621]` and `[-0.4621, 0.4621]`",
    }
    for name, text in shown.items():
        assert text in read_cell_texts()[f"{name}-question"]
        numbers = [float(number) for number in re.findall(r"-?\d[\d.]*\d|-?\d", text)]
        values = BY_ID[name].reference(*next(iter(BY_ID[name].cases())))
        values = values if isinstance(values, tuple) else (values,)
        flat = np.concatenate([np.ravel(value) for value in values])
        assert np.allclose(numbers, flat, rtol=0, atol=6e-5), name


def test_the_page_counts_as_the_check_does():
    namespace = {"np": np}
    exec(read_cells(PAGE)["03-echo-measure"], namespace)
    rng = np.random.default_rng(0)
    network = tuple(rng.normal(size=shape) for shape in ((4, 6), (6, 6), (6, 4), (6,), (4,)))
    ids = np.random.default_rng(0).integers(4, size=(30, 50))
    shown = namespace["accuracy"](network, 4, 2, 30)
    assert np.isclose(shown, echo_network.measure_accuracies(network, ids, 2).mean())


# --- Hints beyond the known wrong answers ---


def test_a_leak_is_reported_beside_another_error():
    def answer(xs, targets, W_xh, W_yh, W_hy, b_h, b_y):
        return np.tanh(xs @ W_xh + W_yh[targets]) @ W_hy

    result = grade(BY_ID["03-forced"], answer)
    assert (result.status, "sees the answer" in result.message) == (WRONG, True)


@pytest.mark.parametrize(
    ("offset", "teacher_forced"), [(-2, "just name"), (-1, "a step early"), (1, "a step late")]
)
def test_an_echo_with_another_delay_is_reported(offset, teacher_forced):
    def answer(D, delay, H):
        lag = max(delay + offset, 0)
        return build_level_network(max(D, 2), lag, H) if lag < H else zero_weights(D, delay, H)

    result = grade(BY_ID["03-echo"], answer)
    assert (result.status, result.earned) == (WRONG, 0)
    assert teacher_forced in result.message


# --- The open question ---


def zero_weights(D, delay, H):
    return tuple(np.zeros(shape) for shape in ((D, H), (H, H), (H, D), H, D))


def build_level_network(D, delay, H, size=0.02):
    """One unit for each step, around 0, counted from the other end of the room."""
    middle = np.arange(D) - (D - 1) / 2
    W_xh, W_hh, W_hy, b_h, _ = zero_weights(D, delay, H)
    W_xh[:, -1], W_hy[H - 1 - delay] = size * middle, 3 * middle / size
    return W_xh, W_hh + np.eye(H, k=-1), W_hy, b_h, -3 * middle**2 / 2


def make_block_answer(code):
    """One block of units for each step, where there is room for them."""

    def answer(D, delay, H):
        W_xh, _, W_hy, b_h, b_y = zero_weights(D, delay, H)
        rows = code(D)
        n = rows.shape[1]
        if n * (delay + 1) <= H:
            W_xh[:, :n], W_hy[n * delay : n * (delay + 1)] = rows, rows.T
        return W_xh, np.eye(H, k=n), W_hy, b_h, b_y

    return answer


def place_on_circle(D):
    angles = 2 * np.pi * np.arange(D) / D
    return np.stack([np.cos(angles), np.sin(angles)], axis=1)


NETWORKS = {
    "one unit": (build_level_network, PASSED, 4),
    "one unit, rather large": (lambda *sizes: build_level_network(*sizes, size=0.28), IN_PART, 3),
    "a circle": (make_block_answer(place_on_circle), IN_PART, 2),
    "a unit for each symbol": (make_block_answer(np.eye), IN_PART, 1),
    "the same, saturated": (make_block_answer(lambda D: 5 * np.eye(D)), IN_PART, 1),
    "nothing": (zero_weights, WRONG, 0),
}


@pytest.mark.parametrize("name", NETWORKS)
@pytest.mark.parametrize("seed", range(5))
def test_better_networks_earn_more(name, seed):
    network, status, points = NETWORKS[name]
    result = grade(BY_ID["03-echo"], network, seed)
    assert (result.status, result.earned) == (status, points), result.message


def test_guessing_and_repeating_count_as_nothing():
    rooms = list(BY_ID["03-echo"].cases())
    rng = np.random.default_rng(1)
    for network in (
        lambda D, delay, H: tuple(rng.normal(size=a.shape) for a in zero_weights(D, delay, H)),
        lambda D, delay, H: (
            np.eye(D, H),
            np.zeros((H, H)),
            np.eye(H, D),
            np.zeros(H),
            np.zeros(D),
        ),
    ):
        answers = [network(*room) for room in rooms]
        assert abs(BY_ID["03-echo"].comparison.measure(rooms, answers, answers)) < 0.05


def test_the_sequences_are_known_when_all_networks_are_there():
    rooms = list(BY_ID["03-echo"].cases())
    values = [make_block_answer(np.eye)(*room) for room in rooms]
    measure = BY_ID["03-echo"].comparison.measure
    assert measure(rooms, values, values) != measure(rooms[::-1], values[::-1], values)


def test_accuracies_by_step_show_a_network_that_fails_later():
    """A ring of saturated blocks never forgets: what it holds piles up."""
    D, delay, H = 4, 2, 12
    ring = np.eye(H, k=D) + np.eye(H, k=D - H)
    network = 0.2 * np.eye(D, H), ring, np.eye(H, D, k=-D * delay), np.zeros(H), np.zeros(D)
    ids = np.random.default_rng(0).integers(D, size=(200, 50))
    hits = echo_network.measure_accuracies(network, ids, delay)
    assert hits[:2].mean() == 1 > 0.9 > hits[18:].mean()


def test_a_network_whose_logits_overflow_predicts_nothing():
    D, delay, H = 3, 1, 2
    zero = np.zeros
    logits = np.array([[1e308, -1e308, 0.0], [1e308, -1e308, 1e308]])
    network = np.full((D, H), 50.0), zero((H, H)), logits, zero(H), zero(D)
    ids = np.random.default_rng(0).integers(D, size=(9, 4))
    with np.errstate(all="ignore"):
        assert (echo_network.predict(network, ids) == -1).all()
        assert not echo_network.measure_accuracies(network, ids, delay).any()


def test_repeating_the_last_pose_is_right_only_under_teacher_forcing():
    question = BY_ID["03-free-running"]
    for seed in range(5):
        (case,) = question.cases(seed)
        calls, poses, V, _ = case
        prompts, answers, pose_by_call = case.held_out
        assert (calls[:, 0] > 0).all()
        stays = free_running_training._measure_unchanged(poses)
        assert stays > 0.88
        rule = (free_running_training._predict_last_call(prompts, pose_by_call) == answers).mean()
        majority_share = np.bincount(answers.ravel(), minlength=V).max() / answers.size
        assert majority_share < 0.3 < 0.8 < rule < stays
        W = np.zeros((V + 1, 32)), 5 * np.eye(V, 32), np.zeros((32, 32)), np.eye(32, V)
        w = *W, np.zeros(32), np.zeros(V)
        forced = free_running_training._predict(w, prompts, answers)
        assert np.isclose((forced[1:] == answers[:-1]).mean(), 1)
        assert not free_running_training._predict(w, prompts).any()


def test_a_network_that_repeats_its_teacher_earns_nothing():
    def repeat_teacher(calls, poses, V, H):
        w = np.zeros((V + 1, H)), 5 * np.eye(V, H), np.zeros((H, H)), np.eye(H, V)
        return (
            *w,
            np.zeros(H),
            np.zeros(V),
            np.ones(9),
            free_running_training._measure_unchanged(poses),
        )

    for seed in range(3):
        assert grade_answer(repeat_teacher, seed).earned == 0


def grade_answer(answer, seed):
    question = BY_ID["03-free-running"]
    return judge_calls(
        question, [(c, call_quietly(answer, c, question)) for c in question.cases(seed)]
    )
