"""The questions of chapter 1 beside the page and the package; their hints, and what pays."""

import itertools
import re

import numpy as np
import pytest

from rnncourse.chapters.ch01_sequences.questions import hand_made_memory, shapes
from rnncourse.data import numerals
from rnncourse.grading.checks import grade
from rnncourse.grading.judging import IN_PART, PASSED, WRONG
from rnncourse.grading.registry import load_questions

from ...page_code import read_cells

BY_ID = load_questions("01-sequences")
CELLS = read_cells("solutions/01-sequences")


def read_cell_text(cell_id):
    return " ".join(CELLS[cell_id].split())


# --- Beside the page and the package ---


def test_logs_of_the_shape_question_fit_the_answers_question():
    n_in, n_out = np.array([3, 1]), np.array([2, 4])
    for shape in (shapes.IN_STEP, shapes.AFTER):
        out = n_in if shape == shapes.IN_STEP else n_out
        answers = shapes._make_batch(shape, n_in, out)[1]
        assert np.array_equal(answers, BY_ID["01-answers"].reference(shape, n_in, out))


def test_the_notebook_numbers_the_shapes_the_same():
    namespace = {}
    exec(CELLS["01-shape-names"], namespace)
    for name in ("ONE_TO_ONE", "ONE_TO_MANY", "MANY_TO_ONE", "IN_STEP", "AFTER"):
        assert namespace[name] == getattr(shapes, name)


def test_teacher_inputs_equal_those_of_numeral_task():
    """The same numeral, as `numeral_task` feeds it: the row without its last and its first step."""
    from rnncourse.chapters.ch01_sequences.tasks import GO, WORDS, numeral_task

    pair = numerals.Numeral("402", "four hundred and two")
    task = numeral_task([pair])
    words = [GO + 1 + WORDS.index(word) for word in numerals.split_words(pair.words)]
    prompts, answers = np.array([[4], [0], [2], [GO]]), np.array(words)[:, None]
    example = BY_ID["01-teacher"].reference(prompts, answers, np.array([len(words)]), GO + 1)
    inputs, targets, counts = map(np.asarray, (task.inputs, task.targets, task.loss_mask))
    assert np.array_equal(example[0], inputs)
    assert np.array_equal(example[1][counts], targets[counts])
    assert np.array_equal(example[2], counts)
    shape = BY_ID["01-answers"].reference(shapes.AFTER, np.array([3]), np.array([len(words) + 1]))
    assert np.array_equal(shape, counts)


# --- Hints beyond the known wrong answers ---


@pytest.mark.parametrize("case", range(11))
@pytest.mark.parametrize("shape", range(5))
def test_a_wrong_shape_is_reported_without_the_right_one(case, shape):
    question = BY_ID["01-shape"]
    wrong = [*question.cases(0)][case]

    def answer(reads, answers):
        same = all(map(np.array_equal, (reads, answers), wrong))
        return shape if same else question.reference(reads, answers)

    if shape == question.reference(*wrong):
        return
    result = grade(question, answer)
    assert (result.status, result.earned) == (WRONG, 0)
    assert re.search("You |Your |This should be true of the answer", result.message)
    assert "expected" not in result.message


@pytest.mark.parametrize("number", [5, 7, 8])
def test_a_mask_that_compares_with_a_filler_number_is_wrong(number):
    """Filling with a number and comparing with it goes wrong where a token is that number."""

    def answer(tokens, lengths):
        batch, mask = BY_ID["01-pad"].reference(tokens, lengths)
        return batch, mask & (batch != number)

    result = grade(BY_ID["01-pad"], answer)
    assert result.status == WRONG
    assert "as many True as there are tokens" in result.message


# --- The open question ---


def make_counting_plan(start, number=8):
    def plan(h, x):
        place = (h + start) % number + (1 if x else -1)
        return (min(max(place, 0), number - 1) - start) % number

    return plan


PLANS = {
    "the middle": (make_counting_plan(3), PASSED, 4),
    "the middle, the other way": (lambda h, x: make_counting_plan(4)(h, 1 - x), PASSED, 4),
    "off the middle": (make_counting_plan(2), IN_PART, 3),
    "an end": (make_counting_plan(0), IN_PART, 2),
    "six states": (lambda h, x: make_counting_plan(2, 6)(h, x) if h < 6 else 0, IN_PART, 2),
    "a window": (lambda h, x: (2 * h + x) % 8, IN_PART, 1),
    "two symbols": (lambda h, x: (2 * h + x) % 4, WRONG, 0),
}


@pytest.mark.parametrize("name", PLANS)
@pytest.mark.parametrize("seed", range(5))
def test_better_memories_earn_more(name, seed):
    plan, status, points = PLANS[name]
    result = grade(BY_ID["01-states"], plan, seed)
    assert (result.status, result.earned) == (status, points), result.message


@pytest.mark.parametrize("name", PLANS)
def test_the_share_is_that_of_all_sequences(name):
    plan = PLANS[name][0]
    lengths = (1, 3, 5, 9)
    result = np.zeros((8, 2))
    for length in lengths:
        for sequence in itertools.product((0, 1), repeat=length):
            h = 0
            for x in sequence:
                h = plan(h, x)
            result[h, int(sum(sequence) > length / 2)] += 2.0**-length / len(lengths)
    assert np.isclose(
        hand_made_memory.compute_accuracy(plan, lengths), result.max(axis=1).sum(), rtol=1e-12
    )


def test_the_notebook_computes_the_same_share():
    namespace = {"np": np}
    exec(CELLS["01-states-share"], namespace)
    for plan, *_ in PLANS.values():
        assert np.isclose(
            namespace["accuracy"](plan), hand_made_memory.compute_accuracy(plan), rtol=1e-12
        )
        assert np.isclose(
            namespace["accuracy"](plan, [51]),
            hand_made_memory.compute_accuracy(plan, [51]),
            rtol=1e-12,
        )


def test_the_page_says_the_points_for_repeating_the_last_symbol():
    assert "0.599" in read_cell_text("01-states-question")
    assert f"{hand_made_memory.compute_accuracy(lambda h, x: x):.3f}" == "0.599"


@pytest.mark.parametrize("h_new", [8, -1, 1.5, 10**6, float("nan")])
def test_a_state_of_a_wrong_type_earns_nothing(h_new):
    result = grade(BY_ID["01-states"], lambda h, x: h_new)
    assert (result.status, result.earned) == (WRONG, 0)
    assert result.message
