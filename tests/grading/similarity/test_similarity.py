"""Copies are found in whatever disguise, and honest answers are left alone."""

import random

import numpy as np
import pytest

from rnncourse.grading.similarity import pairs
from rnncourse.grading.similarity.fingerprints import Fingerprints, fingerprint_notebook

from ..handed_in import make_notebook
from .classes import fingerprint_handout, sample_personal_class
from .planted import DISGUISES, copy_half, make_copy

ASSIGNMENT = "05-gradients"
CODE = "def f(x, y):\n    total = 0\n    for a, b in zip(x, y):\n        total += a * b + 3\n"
CODE += "    return total / len(x) if x else 'none'"


@pytest.fixture(scope="module")
def personal_class():
    return sample_personal_class(ASSIGNMENT, 30)


@pytest.fixture(scope="module")
def known_fingerprints():
    return fingerprint_handout(ASSIGNMENT)


@pytest.fixture(scope="module")
def class_fingerprints(personal_class, known_fingerprints):
    return [fingerprint_notebook(make_notebook(*c), known_fingerprints) for c in personal_class]


def test_no_independent_solution_is_listed(class_fingerprints):
    assert pairs.find_similar_pairs(class_fingerprints) == []


@pytest.mark.parametrize("disguise", [d for d in DISGUISES if d is not copy_half])
def test_a_copy_is_listed_first(disguise, personal_class, known_fingerprints, class_fingerprints):
    result = pairs.measure_pair_evidence(
        [
            *class_fingerprints,
            fingerprint_notebook(make_copy(personal_class[6], disguise, 1), known_fingerprints),
        ]
    )[-1, :-1]
    assert result.argmax() == 6
    assert result[6] > 1.3 * np.partition(result, -2)[-2]


def test_a_copy_is_listed(personal_class, known_fingerprints, class_fingerprints):
    copy = fingerprint_notebook(make_copy(personal_class[6], DISGUISES[0], 1), known_fingerprints)
    (pair,) = pairs.find_similar_pairs([*class_fingerprints, copy])
    assert (pair.first, pair.second, pair.shared_fraction) == (6, 30, 1.0)
    assert pair.shared_fingerprints == copy.places.keys() & class_fingerprints[6].places.keys()


@pytest.mark.parametrize(
    "variant",
    [
        CODE.replace("total", "s").replace("3", "8"),
        '"""Text."""\n# comment\n' + CODE.replace("\n    for", "\n\n    # loop\n    for"),
        CODE.replace("'none'", "'nothing'").replace("def f", "def another"),
        CODE.replace("f(x, y)", "f(x: list, y: list) -> float"),
    ],
)
def test_names_numbers_texts_and_comments_do_not_count(variant):
    assert (
        fingerprint_notebook(make_notebook(CODE)).places.keys()
        == fingerprint_notebook(make_notebook(variant)).places.keys()
    )


@pytest.mark.parametrize(
    ("source", "variant"),
    [
        ("import numpy as np\nx = np.linalg.norm(", "from numpy.linalg import norm\nx = norm("),
        ("import numpy\nx = numpy.exp(", "import numpy as n\nx = n.exp("),
    ],
)
def test_it_does_not_matter_how_a_function_was_imported(source, variant):
    rest = "[a * b + c for a in d for b in e])"
    assert (
        fingerprint_notebook(make_notebook(source + rest)).places.keys()
        == fingerprint_notebook(make_notebook(variant + rest)).places.keys()
    )


def test_code_handed_out_is_no_evidence():
    known = fingerprint_notebook(make_notebook(CODE)).everything
    assert fingerprint_notebook(make_notebook(CODE.replace("total", "s")), known).places == {}


def test_code_that_all_write_is_no_evidence(class_fingerprints):
    rest = random.Random(0).sample(range(100), 20)
    same = [fingerprint_notebook(make_notebook(CODE, f"x = {n}")) for n in rest]
    assert pairs.measure_pair_evidence(same).max() < 1
    assert (
        pairs.find_similar_pairs(same)
        == pairs.find_similar_pairs([])
        == pairs.find_similar_pairs([Fingerprints()])
        == []
    )


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b'{"cells": []}',
        *map(
            make_notebook, ("def f(:", "(" * 5000, "-" * 90_000 + "1", "%%bash\nls", "1" * 200_000)
        ),
        make_notebook("x = '\ud800'"),
    ],
)
def test_unreadable_submissions_have_no_fingerprints(data):
    assert fingerprint_notebook(data).places == {}


def test_small_classes_need_more_evidence():
    assert (
        pairs.choose_evidence_threshold(2)
        > pairs.choose_evidence_threshold(10)
        > pairs.choose_evidence_threshold(30)
        == pairs.choose_evidence_threshold(300)
    )


def test_three_hundred_submissions_are_compared_in_seconds(class_fingerprints):
    fingerprints = [class_fingerprints[i % len(class_fingerprints)] for i in range(300)]
    assert pairs.measure_pair_evidence(fingerprints).shape == (300, 300)
