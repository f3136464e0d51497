"""The questions of chapter 14: inputs that decide, and what the last one pays for."""

import numpy as np

from rnncourse.chapters.ch14_beyond_recurrence.questions import induction_copying
from rnncourse.grading.registry import load_questions

BY_ID = load_questions("14-beyond-recurrence")


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
    rows, answers = induction_copying._sample_rows(np.random.default_rng(5))
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
