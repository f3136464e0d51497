"""The questions of chapter 7: what finds the cell of the last one, and what does not."""

import numpy as np
import pytest

from rnncourse.chapters.ch07_lstm.questions.bracket_cell import sample_text_and_network
from rnncourse.grading.registry import load_questions

from ...grading.in_process import make_cases
from .honest_cells import HONEST

BY_ID = load_questions("07-lstm")


# Rules for 07-prove that run no text through the network. The first ones score all cells.


def compute_gates(W_xh, b_h):
    """Return what the gates of each cell have for each character, without a state."""
    return (W_xh + b_h).reshape(6, 4, -1)


def score_by_bracket(W_xh, W_hh, b_h, W_hy):
    i, _, g, o = compute_gates(W_xh, b_h).swapaxes(0, 1)
    update = np.tanh(g) / (1 + np.exp(-i)) / (1 + np.exp(-o))
    return abs((update[4] - update[5]) * W_hy[:, 5])


def score_by_noise(W_xh, W_hh, b_h, W_hy):
    i, _, g, _ = compute_gates(W_xh, b_h).swapaxes(0, 1)
    return (abs(i[4:].mean(0) - i[:4].mean(0) - 7) < 2.5) * g[:4].std(0)


def score_by_constants(W_xh, W_hh, b_h, W_hy):
    bias = compute_gates(W_xh, b_h)[:4].mean(0)
    return -abs(bias[[0, 1, 3]].T - [-1, 6, 3]).sum(1)


def read_output_gate_weights(W_hh):
    """Return the weights by which each cell opens and shuts the output gates of all."""
    return W_hh.reshape(len(W_hh), 4, -1)[:, 3]


SCORES = {
    "what a bracket writes": score_by_bracket,
    "letters that disturb": score_by_noise,
    "letters that do not": lambda *weights: (
        (score_by_noise(*weights) > 0) / (1 + score_by_noise(*weights))
    ),
    "the best constants": score_by_constants,
    "the best constants, and the readout": lambda *weights: (
        score_by_constants(*weights) - 2 * abs(abs(weights[3][:, 5]) - 4)
    ),
    "what no cell shuts": lambda *weights: (
        score_by_bracket(*weights) * read_output_gate_weights(weights[1]).min(0)
    ),
    "what a cell shuts": lambda *weights: (
        -score_by_bracket(*weights) * read_output_gate_weights(weights[1]).min(0)
    ),
}


def find_candidates(W_hh):
    """Return the two cells whose output gates another cell opens or shuts, and which it is."""
    effect = abs(read_output_gate_weights(W_hh))
    return np.argsort(-effect.max(0))[:2], effect.argmax(0)


def choose_gated_cell(ids, W_xh, W_hh, b_h, W_hy):
    """Take the one that is shut by what shows nothing: a cell with a shut gate, or the other."""
    pair, gate = find_candidates(W_hh)
    shown = compute_gates(W_xh, b_h)[:, 3].mean(0)
    shut_cells = [a for a, b in (pair, pair[::-1]) if gate[a] == b or shown[gate[a]] < 0]
    return shut_cells[0] if shut_cells else pair[0]


def make_sign_rule(sign_of):
    """Return a rule: what the cell between the two does, and a bit that the text gives."""

    def rule(ids, W_xh, W_hh, b_h, W_hy):
        pair, gate = find_candidates(W_hh)
        switch = gate[pair[0]]
        bias = compute_gates(W_xh, b_h)[:, :, switch]
        turning = np.flatnonzero(bias[:4, 0] > 0)
        side = np.sign(bias[:4, 2].mean()) * (-1) ** sign_of(ids, turning)
        return pair[np.argmax(side * read_output_gate_weights(W_hh)[switch, pair])]

    return rule


def find_most_frequent(ids):
    return np.bincount(ids, minlength=6)[:4].argmax()


RULES = {
    **{
        name: lambda ids, *weights, score=score: score(*weights).argmax()
        for name, score in SCORES.items()
    },
    "who shuts whom": choose_gated_cell,
    "the switch's bias": make_sign_rule(lambda ids, turning: 0),
    "the first letter": make_sign_rule(lambda ids, turning: ids[0] in turning),
    "the letter before the bracket": make_sign_rule(
        lambda ids, turning: ids[np.argmax(ids > 3) - 1] in turning
    ),
    "the last character": make_sign_rule(lambda ids, turning: ids[-1] in turning),
    "the most frequent letter": make_sign_rule(
        lambda ids, turning: find_most_frequent(ids) in turning
    ),
    "the most frequent letter before": make_sign_rule(
        lambda ids, turning: find_most_frequent(ids[: np.argmax(ids > 3)]) in turning
    ),
    "how often it could turn": make_sign_rule(lambda ids, turning: np.isin(ids, turning).sum() % 2),
    "how many letters come before": make_sign_rule(lambda ids, turning: np.argmax(ids > 3) % 2),
    "always cell 0": lambda ids, *weights: 0,
}


@pytest.fixture(scope="module")
def draws():
    """Twenty draws of 07-prove, with the right cells."""
    return [make_cases("07-prove", [seed]) for seed in range(20)]


def score_chosen_cells(draw, answers):
    """Return the points and the share of networks that cells earn."""
    share = np.mean([cell == solution for cell, (_, solution) in zip(answers, draw, strict=True)])
    steps = BY_ID["07-prove"].comparison.steps
    return max((points for minimum, points in steps if share >= minimum), default=0), share


@pytest.mark.parametrize("rule", RULES)
def test_rules_without_running_the_network_score_near_chance(rule, draws):
    result = [score_chosen_cells(draw, [RULES[rule](*a[:5]) for a, _ in draw]) for draw in draws]
    points, shares = np.transpose(result)
    assert points.sum() <= 1  # of 80: a guess is lucky in one draw of 170
    assert shares.mean() < 0.57


def test_honest_answers_find_the_cell_in_every_draw(draws):
    names = {"np": np}
    exec(HONEST["weights taken out, and the effect first"][1][1], names)  # our own text
    for draw in draws:
        assert score_chosen_cells(draw, [names["used_cell"](*a) for a, _ in draw]) == (4, 1.0)


def test_a_cell_that_is_right_is_the_one_that_was_drawn():
    for seed in range(3):
        *args, used, _ = sample_text_and_network(
            np.random.default_rng(seed), is_sharp=seed % 2 == 0
        )
        assert BY_ID["07-prove"].reference(*args) == used
