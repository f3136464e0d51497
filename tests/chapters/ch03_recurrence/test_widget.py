"""The unfolding computes what the networks compute."""

import json
import re
from pathlib import Path

import numpy as np
import pytest
import torch

from rnncourse.chapters.ch03_recurrence import widget as unfolding
from rnncourse.chapters.ch03_recurrence import widget_networks as trained
from rnncourse.chapters.ch03_recurrence.widget import unfolding_stepper

from ... import node

DRIVER = Path(__file__).with_name("widget_driver.mjs")
T, EXACT = 6, {"rtol": 0, "atol": 1e-9}
DIGITS = ["130123", "333333", "000000", "231302", "112033"]
FEEDBACK_CASES = [("hidden", "own"), ("output", "own"), ("output", "told")]
EVERY = [(task, *way) for task in unfolding.TASKS for way in FEEDBACK_CASES]


@pytest.fixture(scope="module")
def ask_page():
    """`ask_page(*questions)` puts them to the script; see widget_driver.mjs."""
    return node.make_asker(DRIVER, networks=unfolding.read_networks())


def build_stored_network(task, kind):
    return trained.build_network(unfolding.read_networks()[task][kind]["weights"])


def parse_digits(digits):
    return [int(digit) for digit in digits]


@pytest.mark.parametrize("digits", DIGITS)
@pytest.mark.parametrize(("task", "kind", "fed"), EVERY)
@torch.no_grad()
def test_every_number_is_that_of_the_package(ask_page, task, kind, fed, digits):
    (actual,) = ask_page(["run", task, kind, parse_digits(digits), fed])
    net, xs = build_stored_network(task, kind), torch.tensor(parse_digits(digits))[:, None]
    ys = trained.right_answers(task, xs)
    logits = (net.teacher_forced(xs, ys) if fed == "told" else net.free_running(xs))[:, 0]
    np.testing.assert_allclose([step["logits"] for step in actual], logits, **EXACT)
    np.testing.assert_allclose([step["p"] for step in actual], logits.softmax(-1), **EXACT)
    own = logits.argmax(-1)
    assert [step["answer"] for step in actual] == own.tolist()
    assert [step["target"] for step in actual] == ys[:, 0].tolist()
    assert [step["digit"] for step in actual] == parse_digits(digits)
    back = [step["before"] for step in actual]
    if kind == "output":
        assert back == [0, *(ys[:-1, 0] if fed == "told" else own[:-1]).tolist()]


@pytest.mark.parametrize(("task", "kind", "fed"), EVERY)
def test_the_states_are_those_of_the_equations(ask_page, task, kind, fed):
    (actual,) = ask_page(["run", task, kind, parse_digits("130123"), fed])
    stored = unfolding.read_networks()[task][kind]["weights"]
    w = {name: np.array(value) for name, value in stored.items()}
    h = np.zeros(8)
    for step in actual:
        if kind == "hidden":
            np.testing.assert_allclose(step["before"], h, **EXACT)
            back = h @ w["W_hh"]
        else:
            back = np.eye(4)[step["before"]] @ w["W_yh"]
        h = np.tanh(np.eye(4)[step["digit"]] @ w["W_xh"] + back + w["b_h"])
        np.testing.assert_allclose(step["h"], h, **EXACT)
        np.testing.assert_allclose(step["logits"], h @ w["W_hy"] + w["b_y"], **EXACT)


def test_the_page_counts_weights_and_biases(ask_page):
    actual = ask_page(["sizes", "echo", "hidden"], ["sizes", "echo", "output"])
    assert actual == [{"matrices": 128, "biases": 12}, {"matrices": 96, "biases": 12}]


# --- The stored networks ---


@pytest.mark.parametrize("task", trained.TASKS)
@pytest.mark.parametrize("kind", trained.RECURRENCES)
def test_the_accuracies_are_as_stated(task, kind):
    """One sequence in 4,096 may tip over with the last digit of a logit."""
    stated = unfolding.read_networks()[task][kind]["right"]
    actual = trained.accuracy_by_step(build_stored_network(task, kind), task)
    assert set(actual) == set(stated) == ({"own"} if kind == "hidden" else {"own", "told"})
    for setting, shares in actual.items():
        assert shares == pytest.approx(stated[setting], abs=0.0004)


def test_stored_accuracies_separate_the_kinds_of_recurrence():
    stored = unfolding.read_networks()
    shares = {(t, k): stored[t][k]["right"] for t in trained.TASKS for k in trained.RECURRENCES}
    assert shares["running sum", "output"]["own"] == [1] * T
    assert shares["echo", "hidden"]["own"] == [1] * T
    assert shares["echo", "output"]["own"][2:] == pytest.approx([0.25] * 4, abs=0.03)  # a guess
    sums = shares["running sum", "hidden"]["own"]  # learned in part: each step is harder
    assert sums == sorted(sums, reverse=True)
    assert 0.7 < sums[-1] < 0.85


def test_the_weights_are_rounded():
    for networks in unfolding.read_networks().values():
        for net in networks.values():
            for value in net["weights"].values():
                np.testing.assert_array_equal(value, np.round(value, trained.DECIMALS))


def test_weights_come_back_as_they_were_taken():
    torch.manual_seed(0)
    xs = torch.randint(4, (T, 5))
    for kind in trained.RECURRENCES:
        net = trained.make_network(kind)
        again = trained.build_network(trained.named_weights(net))
        torch.testing.assert_close(again.free_running(xs), net.free_running(xs), rtol=0, atol=1e-12)


def test_the_file_is_written_as_it_is_read(tmp_path):
    content = json.loads(trained.FILE.read_text(encoding="utf-8"))
    trained.write_networks(content, tmp_path / "again.json")
    assert (tmp_path / "again.json").read_bytes() == trained.FILE.read_bytes()


@pytest.mark.claims
def test_training_again_gives_networks_as_good():
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    again = trained.make_networks()["networks"]
    torch.set_num_threads(threads)
    for task, networks in unfolding.read_networks().items():
        for kind, net in networks.items():
            actual = again[task][kind]["right"]["own"]
            # Where a task is learned in part, another processor may end a little better or worse.
            wide = 0.1 if (task, kind) == ("running sum", "hidden") else 0.03
            assert actual == pytest.approx(net["right"]["own"], abs=wide)


# --- Words and numbers ---


def test_wrong_digits_are_reported_in_a_sentence(ask_page):
    note = "The network reads six digits from 0 to 3: this has 5."
    assert ask_page(["fault", "130123"], ["fault", "13012"]) == ["", note]
    read = {"13 01,23": "", "130124": "Read as “13012”, without “4”."}
    read |= {"1301230": "Read as “130123”: 6 digits at most."}
    assert [row["note"] for row in ask_page(*(["digits", t] for t in read))] == [*read.values()]


@pytest.mark.parametrize(("task", "kind", "fed"), EVERY)
def test_each_position_has_its_sentence(ask_page, task, kind, fed):
    digits = parse_digits("130123")
    texts, steps = ask_page(
        ["sentences", task, kind, digits, fed], ["run", task, kind, digits, fed]
    )
    assert len(texts) == T + 1
    assert texts[0].startswith("Folded. One network with a loop")
    for t, (text, step) in enumerate(zip(texts[1:], steps, strict=True), 1):
        assert text.startswith(f"Step {t} reads {step['digit']}. ")
        verdict = "right" if step["answer"] == step["target"] else "wrong"
        assert f"the network answers {step['answer']}: {verdict}." in text
    assert texts[6].endswith("Six columns, and still three matrices.")
    assert not [text for text in texts if re.search(r"-|NaN|undefined|null|object", text)]


def test_the_sentence_names_what_is_fed_back(ask_page):
    digits = parse_digits("130123")
    sums, own, teacher_forced = ask_page(
        ["sentences", "running sum", "hidden", digits, "own"],
        ["sentences", "echo", "output", digits, "own"],
        ["sentences", "echo", "output", digits, "told"],
    )
    assert "From step 2 comes its state, h_2. The sum so far is 4, modulo 4 that is 0;" in sums[3]
    assert "The sum so far is 1;" in sums[1]
    assert "h_0 is all 0" in sums[1]
    assert "a 0 stands in" in own[1]
    assert "Two steps ago there was nothing, so 0 is right;" in own[2]
    assert "From step 3 comes its answer, 0, which was wrong. Two steps ago it read 3;" in own[4]
    assert "From step 3 comes the right answer, 1, not its own, 0." in teacher_forced[4]
    assert "known beforehand" in teacher_forced[0]


@pytest.mark.parametrize("digits", ["13012", "130124", "13012a", ""])
def test_wrong_digits_are_refused(digits):
    with pytest.raises(ValueError, match="six digits from 0 to 3; got '"):
        unfolding_stepper(digits=digits)


def test_an_unknown_task_or_recurrence_is_refused():
    with pytest.raises(ValueError, match="task must be 'running sum' or 'echo'; got 'sum'"):
        unfolding_stepper("sum")
    with pytest.raises(ValueError, match="recurrence must be 'hidden' or 'output'; got 'state'"):
        unfolding_stepper("echo", "state")
