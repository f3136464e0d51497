"""What a student reads: the words of a check, for all kinds of answers."""

import re
from dataclasses import replace

import numpy as np
import pytest

from rnncourse.grading import check, check_all, list_mistakes
from rnncourse.grading.checks import grade
from rnncourse.grading.judging import ERROR, IN_PART, PASSED, TIMEOUT, WRONG
from rnncourse.grading.questions import Mistake, ScoreComparison
from rnncourse.grading.registry import GradingError, find_question, load_questions

from . import planted
from .students import define_names

RIGHT = """
def bigram_probs(ids, V):
    counts = np.zeros((V, V))
    for t in range(1, len(ids)):
        counts[ids[t - 1], ids[t]] += 1
    total = counts.sum(axis=1, keepdims=True)
    {}
"""
POINTS = sum(q.points for q in load_questions("02-language-models").values())
FRACTIONS = "return np.divide(counts, total, out=counts, where=total > 0)"


def check_source(source: str, question: str = "02-bigrams") -> str:
    return " ".join(repr(check(question, define_names(source))).split())


def test_a_right_answer_passes():
    assert check_source(RIGHT.format(FRACTIONS)) == "Bigram probabilities: passed, 2 of 2 points."


@pytest.mark.parametrize("kind", [".tolist()", ".astype(np.float32)"])
def test_lists_and_single_precision_are_fine(kind):
    assert "passed" in check_source(RIGHT.format(FRACTIONS + kind))


@pytest.mark.parametrize("name", ["bigramProbs", "bigram_prbs"])
def test_a_right_answer_under_another_name_is_named(name):
    text = check_source(RIGHT.format(FRACTIONS).replace("bigram_probs", name))
    hint = f"Nothing answers as `bigram_probs`; if `{name}` is meant, give it that name."
    assert text == f"Bigram probabilities: wrong, 0 of 2 points. {hint}"


@pytest.mark.parametrize(
    ("cell", "call", "suggested"),
    [
        ("def shares(ids, V):\n    pass", 'check("02-bigrams")', True),
        ("def bigram_probs():\n    pass\ndef shares():\n    pass", 'check("02-bigrams")', False),
        ("def shares(ids, V):\n    pass", 'check_all("02-language-models")', False),
        ("def bits_and_perplexity(log_probs):\n    pass", 'check("02-bigrams")', False),
    ],
)  # fmt: skip
def test_the_check_grades_the_definition_in_the_cell_above(cell, call, suggested):
    names = {"In": [cell, call]}
    exec(cell.replace("def bigram_probs", "def other"), names)
    message = "wrong, 0 of 2 points. Nothing answers as `bigram_probs`; if `shares` is meant,"
    text = " ".join(repr(check("02-bigrams", names)).split())
    assert (message in text) if suggested else text.endswith("not started, 0 of 2 points.")


CALL = 'check("02-bigrams")'
BLANK = "def bigram_probs(ids, V):\n    raise NotImplementedError"
BROKEN = "def bigram_probs(ids, V):\n    return np.zeros((V, V)"
FINE = "def bigram_probs(ids, V):\n    return np.zeros((V, V))"


@pytest.mark.parametrize("before", [None, BLANK, FINE])
def test_a_cell_that_cannot_be_read_is_named(before):
    """Such a cell defines nothing: what is there is what was defined before."""
    names = define_names(before) if before else {}
    names["In"] = ["", before or "", BROKEN, CALL]
    (result,) = check("02-bigrams", names).results
    assert (result.status, result.earned) == (ERROR, 0)
    assert re.fullmatch(
        r"`bigram_probs` stands in cell 2, which Python 3.\d+ cannot read \(.*line 2.*\)\.",
        result.message,
    )


def test_a_repaired_or_unrelated_broken_cell_is_not_named():
    names = define_names(FINE)
    for history in (["", BROKEN, FINE, CALL], ["", FINE, "def other(x:", CALL], None):
        names["In"] = history
        assert check("02-bigrams", names).results[0].status == WRONG
    names = define_names(RIGHT.format(FRACTIONS))
    names["In"] = ["", RIGHT.format(FRACTIONS), BROKEN, CALL]
    assert check("02-bigrams", names).results[0].status == PASSED


@pytest.mark.parametrize(("share", "earned"), [(0.2, 0), (0.6, 1), (1.0, 2)])
def test_a_known_mistake_keeps_what_its_values_earn(share, earned):
    steps = ScoreComparison(
        lambda cases, actual, expected: actual[0][0], ((0.5, 1), (0.9, 2)), "{:.1f}.".format
    )
    slip = Mistake("A share", lambda *case: share, "This is a hint.")
    question = find_question("02-continuations")
    question = replace(question, points=2, comparison=steps, properties=(), mistakes=(slip,))
    result = grade(question, define_names(f"def same(*case):\n    return {share}")["same"])
    assert (result.earned, result.status) == (earned, [WRONG, IN_PART, PASSED][earned])
    score_text = f"{share:.1f}. From {0.9 if earned else 0.5} on it is {1 + earned} point"
    assert result.message.startswith(f"This is a hint. {score_text}" if earned < 2 else "1.0.")


def test_prints_and_warnings_do_not_show(capsys):
    body = f"print('here'); np.log(-1.0)\n    {FRACTIONS}"
    assert "passed" in check_source(RIGHT.format(body))
    assert capsys.readouterr() == ("", "")


def test_an_error_shows_the_line_of_the_student():
    text = check_source(RIGHT.format("return np.mean(counts, axis=2)"))
    assert text.startswith("Bigram probabilities: wrong, 0 of 2 points. Line 7, ")
    assert "`return np.mean(counts, axis=2)`, raised AxisError: axis 2" in text
    assert "`ids` = [3], `V` = 4" in text


def test_the_smallest_input_with_the_first_entry_that_differs():
    text = check_source(RIGHT.format(FRACTIONS.replace("counts, total,", "counts**2, total**2,")))
    assert "every row sums to 1, or to 0 where nothing followed" in text
    body = f"{FRACTIONS}[:, ::-1]"
    assert "`probs[1, 0]`: expected 0, got 0.5. This was for `ids` = [0, 1, 1, 2]" in check_source(
        RIGHT.format(body)
    )


def test_wrong_shapes_and_missing_returns_are_named():
    assert "is a `return` missing? This was for" in check_source(RIGHT.format("pass"))
    shape = check_source(RIGHT.format("return total"))
    assert "`probs` should have shape (4, 4); it has shape (4, 1)." in shape
    source = "def witten_bell(counts):\n    return counts"
    assert "not the 2 values share, rest" in check_source(source, "02-witten-bell")
    source = "def witten_bell(counts):\n    return None, 1"
    assert "for `share`" in check_source(source, "02-witten-bell")


def test_fractions_are_numbers_and_other_objects_are_not():
    source = "from fractions import Fraction\ndef witten_bell(counts):\n"
    source += "    return [Fraction(1, 3)] * 3, 1"
    assert "`share` should have shape (4,); it has shape (3,)" in check_source(
        source, "02-witten-bell"
    )
    result = check_source(source.replace("Fraction(1, 3)", "{}"), "02-witten-bell")
    assert "not numbers" in result, result


def test_all_calls_together_have_one_deadline():
    source = """
import time

def gradient_left(w, ks):
    start = time.process_time()
    while time.process_time() < start + 0.1:
        pass
    return w**ks
"""
    function = define_names(source)["gradient_left"]
    question = find_question("05-left")
    assert grade(replace(question, seconds=5.0), function).status == PASSED
    assert grade(replace(question, seconds=0.35), function).status == TIMEOUT


@pytest.mark.parametrize(
    ("error", "is_known"),
    [
        (IndexError("index 2 is out of bounds for axis 0 with size 2"), True),
        (IndexError("index 7 is out of bounds for axis 0 with size 3"), True),  # another size
        (IndexError("list index out of range"), False),
        (ValueError("index 2 is out of bounds for axis 0 with size 2"), False),
    ],
)
def test_the_hint_of_a_mistake_that_raises_is_not_for_every_crash(error, is_known):
    question = next(q for q in planted.QUESTIONS if q.id == "99-said")

    def answer(numbers, limit):
        if len(numbers) == 2:
            raise error
        return question.mistakes[0].answer(numbers, limit)

    result = grade(question, answer)
    assert (result.mistake, result.status) == (("One too many", WRONG) if is_known else ("", ERROR))


def test_an_argument_changed_in_place_is_reported():
    source = """
def witten_bell(counts):
    kinds = (counts > 0).sum()
    total = counts.sum() + kinds
    share = counts / max(total, 1)
    counts += 1
    return share, kinds / total if kinds else 1.0
"""
    text = check_source(source, "02-witten-bell")
    assert "wrong, 0 of 2" in text
    assert "The values are right, but your function changes its argument `counts`" in text


@pytest.mark.parametrize(
    "lines",
    [
        "from torch.nn import functional\n    return functional.cross_entropy(y, targets)",
        "import scipy.special\n    return 0, scipy.special.softmax(y)",
        "return help_me(y)",
        "return 0, special.softmax(y)",
    ],
)
def test_forbidden_library_functions_are_reported(lines):
    above = "from scipy import special\n\n\ndef help_me(y):\n    return 0, special.softmax(y)\n\n\n"
    source = f"{above}def cross_entropy_and_gradient(y, targets):\n    {lines}\n"
    assert "and the standard library only, and it uses `" in check_source(source, "02-loss")


def test_points_in_part_tell_the_next_step():
    source = """
def better_next(base, past):
    text, probs = bytes(past.tolist()), base.copy()
    for n in (4, 3, 2):
        at = text.rfind(text[-n:], 0, max(len(text) - 1, 0)) if len(text) > n else -1
        if at >= 0:
            probs *= 0.7
            probs[text[at + n]] += 0.3
            break
    return probs
"""
    report = check("02-better", define_names(source))
    text = " ".join(repr(report).split())
    assert "A text that repeats itself: in part, " in text
    assert 0 < report.earned < report.points
    assert "saves over that model. From" in text


def test_a_probability_of_zero_is_named():
    source = """
def better_next(base, past):
    return np.eye(len(base))[0]
"""
    assert "infinitely many bits" in check_source(source, "02-better")


def test_reports_are_escaped_html_in_notebooks():
    report = check("02-bigrams", define_names("def bigram_probs(ids, V):\n    return '<b>' + 1"))
    page = report._repr_html_()
    assert page.startswith('<div class="rc-check rc-wrong">')
    assert "&lt;b&gt;" in page
    assert "<b>" not in page
    page = check_all("02-language-models", {})._repr_html_()
    assert page.count('<th scope="row">') == 1 + len(load_questions("02-language-models"))
    assert f"0 of {POINTS}" in page


def test_check_all_sums_points_and_list_mistakes_lists_them():
    report = check_all("02-language-models", define_names(RIGHT.format(FRACTIONS)))
    assert repr(report).endswith(f"Total: 2 of {POINTS} points.")
    assert "- Add-one by habit: You added" in repr(list_mistakes("02-bigrams"))
    count = len(find_question("02-bigrams").mistakes)
    assert list_mistakes("02-bigrams")._repr_html_().count("<li>") == count


def test_a_wrong_answer_that_changes_its_argument_hears_of_both():
    """It reads what it has written: the changed argument is why the values are wrong."""
    source = """def scale(series):
    for t in range(len(series)):
        past = series[: t + 1]
        series[t] = (series[t] - past.mean()) / (past.std() + 1e-3)
    return series
"""
    message = check("09-scale", define_names(source)).results[0].message
    assert "`scaled[1]`" in message
    assert "changes its argument `series` in place" in message


def test_nbgrader_reads_the_points(monkeypatch):
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    assert float(repr(check("02-bigrams", define_names(RIGHT.format(FRACTIONS))))) == 2
    assert float(repr(check("02-bigrams", {}))) == 0


def test_unknown_names_get_a_suggestion():
    with pytest.raises(GradingError, match="did you mean '02-bigrams'"):
        check("02-bigram")
    with pytest.raises(GradingError, match="did you mean '02-language-models'"):
        check_all("02-language-model")


def test_the_notebook_is_where_functions_are_looked_up(monkeypatch):
    import __main__

    monkeypatch.setattr(__main__, "bigram_probs", lambda ids, V: np.ones((V, V)), raising=False)
    assert check("02-bigrams").results[0].status == "wrong"


def attend_with_one_maximum(queries, keys, values):
    scores = queries @ keys.T / np.sqrt(keys.shape[1])
    p = np.exp(scores - scores.max())
    return p / p.sum(axis=1, keepdims=True) @ values


def build_jacobian(x, h, W_xh, W_hh, b_h):
    h_new = np.tanh(x @ W_xh + h @ W_hh + b_h)
    return np.diag(1 - h_new**2) * W_hh.T


def return_at_once(w, ks):
    left = np.ones(len(ks))
    for i, k in enumerate(ks):
        left[i] = w**k
        return left


def return_first_of_list(w, ks):
    left = []
    for k in ks:
        left.append(w**k)
        return left


def negate_bits(log_probs):
    nats = np.mean(log_probs)
    return -nats / np.log(2), np.exp(nats)


def return_nats_negated(log_probs):
    nats = -np.mean(log_probs)
    return nats, np.exp(-nats)


def average_all(log_probs):
    nats = -log_probs
    return nats.mean() / np.log(2), np.exp(nats).mean()


@pytest.mark.parametrize(
    ("question", "a", "b", "right"),
    [
        ("01-score", 0, 1, "accuracy, exact"),
        ("01-pad", 0, 1, "batch, mask"),  # equal shapes
        ("01-reach", 0, 1, "reach, seen"),
        ("04-loss", 0, 1, "loss, dys"),
        ("04-step-back", 2, 3, "dx, dh_before, dW_xh, dW_hh, db_h"),
        ("06-count", 0, 1, "gru, torch, lstm, units"),  # each is a known mistake of the other
    ],
)
def test_two_results_in_each_others_place_are_named(question, a, b, right):
    wanted_question = find_question(question)

    def answer(*arguments):
        actual = [*wanted_question.reference(*arguments)]
        actual[a], actual[b] = actual[b], actual[a]
        return actual

    result, names = grade(wanted_question, answer), wanted_question.returns
    assert (result.status, result.earned) == (WRONG, 0)
    hint = f"`{names[a]}` and `{names[b]}` come in the wrong order: return {right}."
    assert (result.message, result.mistake) == (hint, f"{names[a]} and {names[b]} exchanged")


def stop_before_step_0(dys, xs, hs, h, W_hh, W_hy):
    sums, dh = [0, 0, 0, 0, 0], np.zeros_like(h)
    for t in range(len(xs) - 1, 0, -1):
        da = (dh + dys[t] @ W_hy.T) * (1 - hs[t] ** 2)
        more = xs[t].T @ da, hs[t - 1].T @ da, hs[t].T @ dys[t], da.sum(axis=0), dys[t].sum(axis=0)
        sums = [a + b for a, b in zip(sums, more, strict=True)]
        dh = da @ W_hh.T
    return *sums, dh


@pytest.mark.parametrize(
    ("question", "answer", "name"),
    [
        ("04-bptt", stop_before_step_0, "The first step left out"),
        ("02-bits", return_nats_negated, "Nats where bits were asked; The sign"),
        ("12-scaled", attend_with_one_maximum, "One maximum for all queries"),
        ("05-jacobian", build_jacobian, "Multiplied entry by entry"),
        ("05-left", return_at_once, "A return within the loop"),
        ("05-left", return_first_of_list, "A return within the loop"),
        ("02-bits", negate_bits, "The sign of the perplexity"),
        ("02-bits", average_all, "The mean of perplexities"),
    ],
)
def test_usual_mistakes_have_a_name(question, answer, name):
    assert grade(find_question(question), answer).mistake == name


def make_wrong(question: str, change):
    reference = find_question(question).reference
    return lambda *arguments: change(np.array(reference(*arguments)))


@pytest.mark.parametrize(
    ("question", "change", "remark"),
    [
        ("03-run", lambda hs: np.array([hs[-1]] * len(hs)), "All rows of `hs` are alike"),
        ("09-reverse", lambda xs: 0 * xs, ""),  # alike, too, and no array written over
        ("04-check", np.transpose, "`dW` is transposed"),
        ("04-truncated", np.transpose, "`dW_hh` is transposed"),
        ("10-states", lambda hs: hs[::-1], "`hs` comes in reverse order"),
        ("04-total", lambda dw: 3 * dw, "All numbers of `dw` are 3 times those expected."),
        ("14-loss", lambda loss: loss**2, ""),
        ("06-carry", lambda left: left + 2, "All numbers of `left` are 2 more than expected."),
        ("10-heights", lambda heights: heights + 2, "All numbers of `heights` are 2 more"),
        ("09-scale", np.floor, "All numbers of `scaled` are rounded: "),
        ("01-windows", np.trunc, "All numbers of `windows` are rounded: "),
        ("03-run", lambda hs: np.round(hs, 3), "All numbers of `hs` are rounded to 3 decimals: "),
        ("03-run", lambda hs: np.roll(hs, 1, axis=0), "`hs` comes one place late"),
        ("03-run", lambda hs: np.roll(hs, -1, axis=0), "`hs` comes one place early"),
        ("03-run", lambda hs: np.concatenate([0 * hs[:1], hs[1:]]), "Of `hs` the first entry"),
        ("03-run", lambda hs: np.concatenate([hs[:-1], 0 * hs[:1]]), "Of `hs` the last entry"),
        ("14-mask", lambda weights: np.log(weights.clip(1e-300)) + 1, "`weights` would be right"),
        ("14-heads", lambda contexts: contexts**3, ""),
    ],
)
def test_what_all_numbers_have_in_common_is_told(question, change, remark):
    result = grade(find_question(question), make_wrong(question, change))
    assert (result.status, result.mistake) == (WRONG, "")
    assert result.message.startswith(remark or ("`", "This should be true"))
    assert "expected" in result.message


@pytest.mark.parametrize(
    ("change", "remark"),
    [
        (lambda hs: hs[-1], "It holds the last row alone."),
        (lambda hs: hs.reshape(-1), "Its numbers are right, and in order"),
        (lambda hs: np.concatenate([0 * hs[:1], hs]), "Without its first row it would be right."),
        (lambda hs: np.concatenate([hs, 0 * hs[:1]]), "Without its last row it would be right."),
        (lambda hs: hs[:-1], "One row is missing, and the others are right."),
        (lambda hs: hs.T, "It is transposed."),
        (lambda hs: hs[:, :1] if len(hs) > 1 else hs, ""),
    ],
)
def test_what_makes_a_shape_another_one_is_told(change, remark):
    message = grade(find_question("10-states"), make_wrong("10-states", change)).message
    assert re.search(rf"it has shape \(.*?\)\. {re.escape(remark) or 'This was for'}", message)


def test_a_broken_property_shows_what_came_and_other_digits():
    """A difference of real numbers is right to nine digits: the first six are those expected."""
    answer = make_wrong("04-check", lambda dW: dW * (1 + 1e-9) + 1e-11)
    message = grade(find_question("04-check"), answer).message
    assert message.startswith("This should be true of the answer")
    expected, got = re.search(r"expected (\S+), got (\S+)\. This was for", message).groups()
    assert expected != got


def test_closed_questions_compute_in_one_thread_and_pytorch_has_its_own_again_after():
    torch = pytest.importorskip("torch")
    n_threads, seen = torch.get_num_threads(), set()

    def answer(*arguments):
        seen.add(torch.get_num_threads())
        return find_question("04-detach").reference(*arguments)

    torch.set_num_threads(2)
    try:
        grade(find_question("04-detach"), answer)
        assert (seen, torch.get_num_threads()) == ({1}, 2)
    finally:
        torch.set_num_threads(n_threads)
