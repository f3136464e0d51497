"""The live tree computes what the package computes, and says what is wrong with odd input."""

import json
import re
from pathlib import Path

import numpy as np
import pytest

from rnncourse.chapters.ch10_recursive_networks import tree_training
from rnncourse.chapters.ch10_recursive_networks.expressions import LANGUAGES, evaluate, sample
from rnncourse.chapters.ch10_recursive_networks.learning import train_trees
from rnncourse.chapters.ch10_recursive_networks.networks import TreeNetworks
from rnncourse.chapters.ch10_recursive_networks.tree_widget import TEXT, expression_tree
from rnncourse.chapters.ch10_recursive_networks.trees import build_tree
from rnncourse.core.records import Record

from ... import node

ask = node.make_asker(Path(__file__).with_name("tree_driver.mjs"))
LANGUAGE = LANGUAGES["mod5"]
STORED = json.loads(tree_training.WEIGHTS_FILE.read_text("utf-8"))
DRAWN = [
    *sample(LANGUAGE, "test", (2, 8), 12, 5),
    *sample(LANGUAGE, "test", (40, 64), 4, 5),
    TEXT,
    "-".join("1" * 64),
    "(((1+2)))*(3)",
]
FALSE = {
    "": "Type an expression",
    "1+": "At the end a number is missing",
    "+1": "Character 1: numbers have no sign here",
    "-3+1": "Character 1: numbers have no sign here",
    "1--2": "Character 3: numbers have no sign here",
    "(1+2": "The parenthesis at character 1 is never closed",
    "((1+2)": "The parenthesis at character 1 is never closed",
    "1+2)": "Character 4: this parenthesis closes nothing",
    ")1+2(": "Character 1: this parenthesis closes nothing",
    "()": "Character 2: before this parenthesis a number is missing",
    "2(3+4)": "Character 2: an operator is missing",
    "(1+2)(3)": "Character 6: an operator is missing",
    "(1)2": "Character 4: between two numbers there has to be an operator",
    "12+3": "Character 2: between two numbers",
    "1/0": "Character 2: the network knows no division",
    "4%2": "Character 2: the network knows no division",
    "1+x": "Character 3: before this * a number is missing",
    "1+😀": "At the end a number is missing",
    "2**3": "Character 3: before this * a number is missing",
    "3": "A single number is a leaf",
    "(3)": "A single number is a leaf",
    "+".join("1" * 65): "These are 65 numbers; here is room for 64",
    "(" * 199 + "1" + ")" * 199: "A single number is a leaf",
    "9" * 400: "Character 2: between two numbers",
}


def test_trees_are_those_of_python():
    replies = ask(*(["parseExpression", text] for text in DRAWN))
    for text, nodes in zip(DRAWN, replies, strict=True):
        actual = [(n["left"], n["right"], LANGUAGE.vocabulary.index(n["symbol"])) for n in nodes]
        expected = build_tree(text, LANGUAGE, "parse")
        assert actual == [tuple(row) for row in expected[:, :3].tolist()], text
        assert [n["height"] for n in nodes] == expected[:, 3].tolist()
        assert text[nodes[-1]["from"] : nodes[-1]["to"]] == text
        for n in nodes:
            part = text[n["from"] : n["to"]]
            assert eval(part) is not None


@pytest.mark.parametrize("name", tree_training.UPDATES)
def test_every_answer_is_that_of_the_package(name):
    nodes_by_text = ask(*(["evaluate", text, STORED[name]] for text in DRAWN))
    for text, nodes in zip(DRAWN, nodes_by_text, strict=True):
        package_nodes = tree_training.list_node_answers(name, text)
        for actual, expected in zip(nodes, package_nodes, strict=True):
            assert actual["value"] == expected["value"]
            assert actual["value"] == eval(text[actual["from"] : actual["to"]]) % 5
            assert ("probabilities" in actual) == ("chances" in expected)
            if "chances" in expected:
                np.testing.assert_allclose(actual["probabilities"], expected["chances"], atol=1e-5)
                assert actual["guess"] == int(np.argmax(expected["chances"]))
        assert nodes[-1]["value"] == evaluate(text, LANGUAGE)


def test_weights_are_unpacked_alike():
    (actual,) = ask(["unpackWeights", STORED["late"]])
    nets = tree_training.load_network("late")
    for name, parameter in zip(tree_training.PARAMETER_NAMES, nets.parameters, strict=True):
        np.testing.assert_allclose(actual[name], parameter[0].numpy(), rtol=1e-12)


def test_rounding_moves_no_weight_by_more_than_half_a_step():
    nets = TreeNetworks("two", LANGUAGE.join + 1, 5, [3], 8)
    stored = tree_training.pack_network(nets)
    (result,) = ask(["unpackWeights", stored])
    for name, parameter in zip(tree_training.PARAMETER_NAMES, nets.parameters, strict=True):
        gap = np.abs(np.array(result[name]) - parameter.detach()[0].numpy()).max()
        assert gap <= 0.51 * stored[name]["scale"]


@pytest.mark.parametrize("name", tree_training.UPDATES)
def test_node_states_say_where_the_first_error_is(name):
    nodes_by_text = ask(*(["evaluate", text, STORED[name]] for text in DRAWN))
    node_states = set()
    for nodes in nodes_by_text:
        for n in nodes:
            node_states.add(n["state"])
            if n["left"] < 0:
                assert n["state"] == "leaf"
                continue
            bad = {"wrong", "carried"}
            below = any(nodes[n[side]]["state"] in bad for side in ("left", "right"))
            assert (n["guess"] != n["value"]) == (n["state"] in bad)
            assert below == (n["state"] in ("carried", "lucky"))
    assert {"leaf", "right"} <= node_states
    if name == "early":
        assert {"wrong", "carried"} <= node_states


@pytest.mark.parametrize("typed", FALSE, ids=lambda typed: typed[:12] or "nothing")
def test_wrong_expressions_are_reported(typed):
    (result,) = ask(["readExpression", typed])
    (fault,) = ask(["findFault", result["read"]])
    assert fault.startswith(FALSE[typed])


def test_right_expressions_have_no_fault_and_odd_characters_are_understood():
    assert ask(*(["findFault", text] for text in DRAWN)) == [""] * len(DRAWN)
    typed = ["2 × (3 − 4)", "２＊３", "1 · 2\t–3", "(1+2)\u00a0*3", "1+٧=", "2+five"]
    read = ["2*(3-4)", "2*3", "1*2-3", "(1+2)*3", "1+2", "2+"]
    result = ask(*(["readExpression", text] for text in typed))
    assert [r["read"] for r in result] == read
    notes = ["Read as “1+2”, without “=”: modulo 5.", "Read as “2+”, without 4 signs."]
    assert [r["note"] for r in result] == ["", "", "", "", *notes]


def test_whole_values_are_exact():
    huge = "*".join("4" * 64)
    texts = ["2*(3+4)-1", "1-4", huge, "0*4-3"]
    assert ask(*(["value", text] for text in texts)) == [str(eval(text)) for text in texts]
    sentence = ask(["sentence", huge, STORED["late"]])[0]
    assert sentence.startswith(f"The value is {eval(huge) % 5} modulo 5.")
    assert ask(["sentence", "1-4", STORED["late"]])[0].startswith(
        "The value is −3, which is 2 modulo 5. The network says 2. It is right at the only node."
    )
    assert ask(["sentence", "1-4-0", STORED["late"]])[0].endswith("It is right at both nodes.")


def test_the_sentence_says_where_the_first_example_goes_wrong():
    (nodes,) = ask(["evaluate", TEXT, STORED["early"]])
    (sentence,) = ask(["sentence", TEXT, STORED["early"]])
    states = [n["state"] for n in nodes]
    assert "wrong" in states  # there is something to see
    assert "carried" in states
    assert "It goes wrong at" in sentence
    assert "The error is carried to" in sentence
    (sentence,) = ask(["sentence", TEXT, STORED["late"]])
    assert "It is right at all" in sentence
    assert not re.search(r"NaN|undefined|null", sentence)


def test_the_record_has_the_scores_of_what_is_kept():
    record = Record.load("ch10_recursive_networks")
    for name in tree_training.UPDATES:
        shares = record.value(f"widget/{name}")
        assert tree_training.score_expressions(name, (5, 8)) == pytest.approx(shares[1], abs=1e-9)
    early, late = (record.value(f"widget/{name}") for name in ("early", "late"))
    assert min(late) > 0.9 > early[1]


def test_training_gives_a_tree_network_of_the_stored_size(monkeypatch):
    monkeypatch.setitem(tree_training.UPDATES, "early", 2)
    monkeypatch.setattr(tree_training, "train_trees", lambda *args: train_trees(*args, pool=50))
    nets = tree_training.train_tree_network("early")
    assert nets.H == tree_training.H
    assert nets.cell == "two"


def test_long_parts_are_shortened():
    long = "+".join("12" * 20)
    assert ask(["shorten", "1+2"], ["shorten", long]) == ["1+2", f"{long[:11]} … {long[-11:]}"]


def test_a_wrong_name_is_refused():
    with pytest.raises(ValueError, match="network must be one of early, late"):
        expression_tree(network="large")
