"""Questions that train: the judge runs the network that comes back, and believes nothing else."""

from dataclasses import replace

import numpy as np
import pytest

from rnncourse.chapters.ch01_sequences.questions import language_training
from rnncourse.chapters.ch03_recurrence.questions import free_running_training
from rnncourse.chapters.ch04_bptt.questions import training_by_hand
from rnncourse.chapters.ch05_gradients.questions import debugging_training
from rnncourse.chapters.ch09_bidirectional.questions import delayed_outputs
from rnncourse.chapters.ch14_beyond_recurrence.questions import block_training
from rnncourse.grading.calling import call_quietly
from rnncourse.grading.fitting import describe_exposure_gap
from rnncourse.grading.judging import IN_PART, PASSED, TIMEOUT, WRONG, judge_calls
from rnncourse.grading.questions import Evaluation, HeldOutCase, NetworkComparison
from rnncourse.grading.registry import ASSIGNMENTS, find_question, load_questions
from rnncourse.grading.sandbox.frames import pack_message
from rnncourse.grading.training import draw_losses, explain_rise
from scripts import ROOT

from .handed_in import SECRET, grade_notebook, make_code_cell, make_notebook
from .in_process import answer_by_reference

TRAINING = [
    (assignment, q)
    for assignment in ASSIGNMENTS
    for q in load_questions(assignment).values()
    if isinstance(q.comparison, NetworkComparison)
]
every_training = pytest.mark.parametrize(
    ("assignment", "question"), [pytest.param(a, q, id=q.id) for a, q in TRAINING], scope="module"
)
"""All tests of a question come together, so that one process trains its reference."""
WRITER = find_question("04-train")
HEAD = "def train_writer(batches, V, H):\n"


def train_reference(name):
    """Return what the reference of a question returns on seed 100."""
    (values,) = answer_by_reference(name)[1]
    return values


def grade_in_process(question, answer, seed):
    return judge_calls(
        question, ((case, call_quietly(answer, case, question)) for case in question.cases(seed))
    )


def grade_in_child(monkeypatch, *cells, question=WRITER, level="seccomp", seconds=None):
    (assignment,) = (a for a, q in TRAINING if q is question)
    result = grade_notebook(
        monkeypatch,
        make_notebook(*map(make_code_cell, cells)),
        level,
        ids=[question.id],
        assignment=assignment,
        seconds=seconds and {question.id: seconds},
    )
    (graded,) = result.questions
    return graded


def test_every_chapter_trains():
    ids = {"01-train", "02-memory", "03-free-running", "04-train", "05-mend", "06-gate", "07-lag"}
    ids |= {"08-cell", "09-late", "10-train", "11-speak", "12-attend", "13-unseen"}
    assert {q.id for _, q in TRAINING} >= {*ids, "14-order"}


def test_held_out_data_is_not_sent_to_the_answer():
    (case,) = WRITER.cases(3)
    assert isinstance(case, HeldOutCase)
    assert pack_message(case) == pack_message(tuple(case))
    received = []
    call_quietly(lambda *a: received.extend(a), case, WRITER)
    assert [type(a) for a in received] == [np.ndarray, int, int]
    assert not any(np.shares_memory(a, b) for a in received[:1] for b in case[:1])


@every_training
def test_weights_that_were_trained_before_are_worth_nothing(assignment, question):
    smuggled = train_reference(question.id)
    assert grade_in_process(question, lambda *_: smuggled, 100).status == PASSED
    for seed in range(101, 107):
        assert grade_in_process(question, lambda *_: smuggled, seed).earned == 0


def test_a_table_of_pairs_written_as_a_network_stays_at_the_baseline():
    def count_pairs(batches, V, H):
        counts = np.full((V, V), 1e-3)
        np.add.at(counts, (batches[:, :-1], batches[:, 1:]), 1)
        W_xh, W_hy = 20 * np.eye(V, H), np.zeros((H, V))
        W_hy[:V] = np.log(counts / counts.sum(axis=1, keepdims=True))
        bound = training_by_hand._measure_bigram_nll(batches, V)
        losses = np.full(len(batches), bound)
        return W_xh, np.zeros((H, H)), W_hy, np.zeros(H), np.zeros(V), losses, bound

    for seed in range(5):
        assert grade_in_process(WRITER, count_pairs, seed).earned == 0


def test_a_wrong_prediction_costs_its_point_only():
    def guess(*arguments):
        return *WRITER.reference(*arguments)[:-1], 0.0

    result = grade_in_process(WRITER, guess, 5)
    assert (result.status, result.earned) == (IN_PART, 3)
    assert "Your prediction, 0, is not yet right" in result.message


@every_training
@pytest.mark.parametrize(
    "prediction",
    [(), (None,), ("a guess",), (np.nan,), (np.zeros((2, 2)),), (np.zeros(0),)],
    ids=["missing", "None", "text", "NaN", "another shape", "empty"],
)
def test_a_prediction_that_is_none_costs_its_point_only(assignment, question, prediction):
    result = grade_in_process(
        question, lambda *_: (*train_reference(question.id)[:-1], *prediction), 100
    )
    assert (result.status, result.earned) == (IN_PART, 3), result.message
    assert f"`{question.returns[-1]}` should be " in result.message
    assert "its point is lost" in result.message


@every_training
def test_a_prediction_may_stand_in_a_list(assignment, question):
    *network, prediction = train_reference(question.id)
    assert grade_in_process(question, lambda *_: (*network, [prediction]), 100).status == PASSED


@every_training
@pytest.mark.parametrize("n", [1, 7, 1000])
def test_there_may_be_any_number_of_losses(assignment, question, n):
    *weights, losses, prediction = train_reference(question.id)
    answer = *weights, np.resize(losses, n), prediction
    assert grade_in_process(question, lambda *_: answer, 100).status == PASSED
    resized = *[0 * W for W in weights], np.resize(losses, n), prediction
    assert grade_in_process(question, lambda *_: resized, 100).earned == 0


@every_training
@pytest.mark.parametrize("losses", [np.zeros(0), np.ones((200, 2)), 1.0, None])
def test_empty_losses_earn_nothing(assignment, question, losses):
    *weights, _, prediction = train_reference(question.id)
    result = grade_in_process(question, lambda *_: (*weights, losses, prediction), 100)
    assert (result.status, result.earned) == (WRONG, 0)
    assert f"`{question.returns[-2]}`" in result.message
    assert losses is None or "should be a row of one number or more" in result.message


@pytest.mark.parametrize(("name", "heads"), [("05-mend", (2, 4)), ("14-order", (5,))])
def test_four_right_of_six_symbols_earn_nothing(name, heads):
    """A trained body with a readout that is set for the rule works; one that is near does not."""
    question = find_question(name)

    def rule(case):
        if name == "05-mend":
            rows, wanted, _ = case.held_out
            symbols = rows[0].argmax(axis=1)
        else:
            ids, wanted = case.held_out
            symbols = ids[np.arange(len(ids)), ids[:, -1] - ids[:, :-1].max() - 1]
        return np.array([wanted[symbols == s][0] for s in range(6)])

    (old,) = question.cases(100)
    for seed in range(101, 111):
        (case,) = question.cases(seed)
        for new, earned in (rule(case), 3), (rule(case)[[1, 0, 2, 3, 4, 5]], 0):
            values = [np.array(v, float) for v in train_reference(name)]
            for head in heads:
                changed = values[head].copy()
                changed[..., new] = values[head][..., rule(old)]
                values[head] = changed
            result = grade_in_process(question, lambda *_, v=values: (*v[:-1], None), seed)
            assert result.earned == earned, (seed, result.message)


def test_a_rule_that_is_counted_and_set_by_hand_is_paid_as_the_page_says():
    def set_by_hand(xs, answers, share, H):
        D = xs.shape[3]
        W, b, W_y = np.zeros((D + H, 4, H)), np.zeros((4, H)), np.zeros((H, 4))
        symbols, targets = xs[:, 0].reshape(-1, D).argmax(1), answers.ravel()
        for symbol in range(4):  # a cell for each symbol, written at the first step
            b[:, symbol], W[symbol, [0, 2], symbol] = [-30, 30, 0, 30], [60, 20]
            W_y[symbol, np.bincount(targets[symbols == symbol]).argmax()] = 20
        decay = share ** (1 / xs.shape[1])
        return W.reshape(D + H, -1), b.ravel(), W_y, np.zeros(4), [1.0], np.log(decay / (1 - decay))

    question = find_question("07-lag")
    for seed in range(3):
        assert grade_in_process(question, set_by_hand, seed).status == PASSED
    page = (ROOT / "book" / "grading.md").read_text(encoding="utf-8")
    passage = page.partition("does not see how the weights came about")[2]
    passage = passage.partition("part of it")[0]
    full = (
        "03-free-running",
        "05-mend",
        "06-gate",
        "07-lag",
        "08-cell",
        "09-late",
        "10-train",
        "14-order",
    )
    assert all(name in passage for name in full)


def _compute_prediction(question, seed):
    """Return the right prediction for a draw, without training for it."""
    (case,) = question.cases(seed)
    return COUNTED[question.id](*case)


COUNTED = {
    "01-train": lambda words, kinds, H: language_training._measure_second_half(words, kinds),
    "03-free-running": lambda calls, poses, V, H: free_running_training._measure_unchanged(poses),
    "09-late": lambda tokens, sounds, V, H: delayed_outputs._measure_language_share(tokens, sounds),
    "14-order": lambda batches, answers, V, D: block_training._score_without_order(batches[-1:]),
}
"""Predictions that are counted in what is given: what the check showed is no guess for others."""


@pytest.mark.parametrize("name", COUNTED)
def test_a_prediction_for_one_draw_is_none_for_others(name):
    question = find_question(name)
    shown, *predictions = (_compute_prediction(question, seed) for seed in range(9))
    modules = {
        "01-train": language_training,
        "03-free-running": free_running_training,
        "09-late": delayed_outputs,
        "14-order": block_training,
    }
    right = [abs(shown - p) < modules[name].PREDICTION_TOLERANCE for p in predictions]
    assert sum(right) <= 2  # of 8


def test_a_right_prediction_alone_earns_nothing():
    def predict_only(batches, V, H):
        *form, _ = WRITER.comparison.form(batches, V, H)
        return *form, training_by_hand._measure_bigram_nll(batches, V)

    result = grade_in_process(WRITER, predict_only, 5)
    assert result.earned == 0
    assert "Your prediction is right" in result.message


def test_half_a_training_is_half_way():
    def stop_early(batches, V, H):
        *weights, losses, prediction = training_by_hand.train_writer(batches[:25], V, H)
        return *weights, np.resize(losses, len(batches)), prediction

    result = {grade_in_process(WRITER, stop_early, seed).earned for seed in range(4)}
    assert result & {1, 2, 3}, result


def test_a_diagnosis_is_checked_log_by_log():
    question = find_question("05-mend")
    (case,) = question.cases(2)
    *form, _, _ = question.comparison.form(*case)
    truth = case.held_out[-1]
    for n in range(debugging_training.LOGS):
        causes = np.where(np.arange(debugging_training.LOGS) == n, (truth + 1) % 3, truth)
        evaluation = question.comparison.evaluate(case, *form, np.ones(40), causes)
        assert not evaluation.is_prediction_right
        assert f"`logs[{n}]`" in evaluation.hint


@pytest.mark.parametrize(
    ("losses", "sentence"),
    [
        ([2.0, 1.0, 0.2, 1.5], "falls to 0.20 and climbs again, to 1.50"),
        ([2.0, 1.0, 0.2, 0.3], ""),
        ([2.0, 1.0, 1.0, 1.0], ""),
    ],
)
def test_a_loss_that_rises_again_is_reported(losses, sentence):
    templates = "{}", "{}", "{}"
    evaluation = Evaluation(score=0.5, baseline=0.0, templates=templates, losses=np.array(losses))
    assert sentence in explain_rise(evaluation)
    assert bool(sentence) == bool(explain_rise(evaluation))
    assert not explain_rise(replace(evaluation, label="Bits by length"))
    assert "inf" not in explain_rise(replace(evaluation, losses=np.full(60, 1e308)))


def test_a_half_trained_network_is_not_reported_as_overfitted_to_one_batch():
    """In 10-train the trees of the last batch are as small as those of the first."""
    by_heart = _find_mistake("10-train", "Fits the training set only")
    templates = "{}", "{}", "{}"
    for newest, shows in (0.7, False), (0.3, True):
        facts = {"on_first": 0.7, "on_last": newest}
        result = Evaluation(
            score=0.35, baseline=0.25, templates=templates, losses=np.ones(3), facts=facts
        )
        assert by_heart.symptom(result) == shows


def test_a_network_trained_by_another_formula_is_asked_for_the_formula():
    assert "formula" in _find_mistake("14-order", "The start weights come back").hint


def _find_mistake(question_id, name):
    return {mistake.name: mistake for mistake in find_question(question_id).mistakes}[name]


def test_a_gap_between_teacher_forced_and_free_running_is_reported():
    assert describe_exposure_gap(0.9, 0.85) == ""
    assert "goes on rightly in 90%; alone, in 40%" in describe_exposure_gap(0.9, 0.4)


def test_any_losses_can_be_drawn():
    assert draw_losses(np.full(3, np.nan)) == "Loss by update: no finite number."
    assert draw_losses(np.ones(50)).startswith("Loss by update: `▁▁▁")


# --- Attacks ---

ODD = {
    "an array that changes": "    class A:\n        n = 0\n        def __array__(self, *a, **k):\n"
    "            A.n += 1\n            return np.full((16, 16), A.n)\n    return (A(),) * 7",
    "something to unpickle": "    class A:\n        def __reduce__(self):\n"
    "            return exec, ('raise SystemExit',)\n    return (A(),) * 7",
    "objects": "    return (np.array([None]),) * 7",
    "too few": "    return np.ones(3), 1",
    "another network": "    return *(np.ones((99, 99)),) * 5, np.ones(len(batches)), 1.0",
    "no number": "    return np.ones((V, H)) * np.nan, np.ones((H, H)), np.ones((H, V)), "
    "np.ones(H), np.ones(V), np.ones(len(batches)), 1.0",
    "numbers near the end": "    return np.ones((V, H)) * 1e308, np.ones((H, H)) * 1e308, "
    "np.ones((H, V)) * 1e308, np.ones(H), np.ones(V), np.ones(len(batches)) * 1e308, 1e308",
    "the caller's frames": "    import sys\n    frame = sys._getframe()\n    while frame:\n"
    "        for thing in frame.f_locals.values():\n"
    "            if hasattr(thing, 'held_out') or hasattr(thing, 'reference'):\n"
    "                raise SystemExit('found')\n        frame = frame.f_back\n    return 0",
    "all objects": "    import gc\n    found = [o for o in gc.get_objects() if hasattr(type(o), "
    "'comparison') or type(o).__name__ in ('HeldOutCase', 'Question')]\n"
    "    assert not found, 'found'\n    return 0",
    "the course": "    try:\n        import rnncourse.chapters\n        raise SystemExit('found')\n"
    "    except ImportError:\n        return 0",
}


@pytest.mark.slow
@pytest.mark.parametrize("name", ODD)
def test_untrained_networks_earn_nothing(monkeypatch, name):
    result = grade_in_child(monkeypatch, "import numpy as np", HEAD + ODD[name])
    assert result.earned == 0
    assert result.status in (WRONG, "error"), result
    assert "found" not in result.message


@pytest.mark.slow
@pytest.mark.parametrize(
    "body",
    [
        "    while True:\n        pass",
        "    W = np.ones((300, 300))\n    for _ in range(10**9):\n        W = W @ W",
    ],
    ids=["an endless loop", "a budget that is ignored"],
)
def test_a_training_without_end_is_stopped(monkeypatch, body):
    result = grade_in_child(monkeypatch, "import numpy as np", HEAD + body, seconds=2.0)
    assert (result.status, result.earned) == (TIMEOUT, 0)


@pytest.mark.slow
@pytest.mark.parametrize(
    "body",
    [
        "torch.save(torch.ones(2), '/tmp/smuggled')",
        "torch.load('/etc/passwd')",
        "torch.utils.data.DataLoader([1, 2], num_workers=2).__iter__()",
        "torch.set_num_threads(4000); torch.ones(2000, 2000) @ torch.ones(2000, 2000)",
        "torch.utils.cpp_extension.load_inline('x', 'int f() { return 1; }')",
        "torch.ones(1 << 33)",
    ],
)
def test_torch_may_train_and_nothing_else(monkeypatch, body):
    """A child that may write, start a process, or take all memory, would end with 'done'."""
    cell = f"def train_block(batches, answers, V, D):\n    {body}\n    raise ValueError('done')"
    question = find_question("14-order")
    more = "import torch\nimport torch.utils.data"
    result = grade_in_child(monkeypatch, more, cell, question=question)
    assert result.earned == 0
    if "threads" not in body:
        assert "done" not in result.message, result


def test_a_submission_does_not_see_its_seed(monkeypatch):
    body = "    import os\n    raise ValueError(' '.join([*os.environ.values(), str(vars())]))"
    assert SECRET.decode() not in grade_in_child(monkeypatch, HEAD + body).message
