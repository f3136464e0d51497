"""`rnncourse learn pairs.tsv`: pairs in, a network, a comparison and a page out."""

import random

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from rnncourse.cli import main as rnncourse  # noqa: E402
from rnncourse.cli import pairs  # noqa: E402


@pytest.fixture(scope="module")
def reversed_words(tmp_path_factory):
    rng = random.Random(0)
    words = sorted({"".join(rng.choices("abcde", k=rng.randint(2, 4))) for _ in range(900)})
    path = tmp_path_factory.mktemp("pairs") / "words.tsv"
    path.write_text("".join(f"{word}\t{word[::-1]}\n" for word in words), encoding="utf-8")
    return path


def run_learn(path, to, updates):
    return rnncourse(["learn", str(path), "--to", str(to), "--updates", str(updates), "--no-open"])


def test_words_are_reversed_better_than_by_the_nearest_one(reversed_words, tmp_path, capsys):
    assert run_learn(reversed_words, tmp_path, 200) == 0
    output = capsys.readouterr()
    network, nearest = (line.split() for line in output.out.splitlines()[-3:-1])
    assert float(network[0]) < float(nearest[0])
    assert float(network[1]) < float(nearest[1])
    assert "pairs (5 symbols to 5 symbols)" in output.err
    page = (tmp_path / "index.html").read_text(encoding="utf-8")
    assert "A network that has learned words" in page
    assert f"<td>{network[0]}</td><td>{network[1]}</td><td>the network</td>" in page
    assert "_static" not in page  # one file


def test_a_stopped_pair_training_resumes_to_the_same_network(reversed_words, tmp_path, monkeypatch):
    from rnncourse.analysis import translations

    assert run_learn(reversed_words, tmp_path / "whole", 20) == 0
    hypotheses, looks = translations.translate_sources, []

    def stop(*arguments, **options):
        looks.append(arguments)
        if len(looks) == 5:
            raise KeyboardInterrupt
        return hypotheses(*arguments, **options)

    monkeypatch.setattr(translations, "translate_sources", stop)
    assert run_learn(reversed_words, tmp_path / "parts", 20) == 130
    assert run_learn(reversed_words, tmp_path / "parts", 20) == 0
    unstopped, stopped = ((tmp_path / n / "model.bin").read_bytes() for n in ("whole", "parts"))
    assert unstopped == stopped


def test_a_column_with_spaces_is_cut_at_them_and_no_source_is_in_two_parts():
    rows = [(f"w{i}", f"A{i % 3} B C") for i in range(200)] * 2
    data, joints, left = pairs.split_pairs([*rows, ("x" * 61, "A0 B"), ("y", "A1")])
    assert joints == ["", " "]
    assert left == 1
    assert data.targets[2:] == ("A0", "A1", "A2", "B", "C")
    splits = [{pair.key for pair in part} for part in (data.train, data.valid, data.test)]
    assert sum(map(len, splits)) == len(set.union(*splits)) == 201
    assert all(splits)


def test_pairs_with_a_rare_symbol_are_left_out():
    signs = map(chr, range(0x4E00, 0x4E00 + pairs.MAX_KINDS + 100))
    data, _, left = pairs.split_pairs([(sign, "a") for sign in signs])
    assert left == 100
    assert len(data.sources) == pairs.MAX_KINDS


def test_distances_are_those_of_the_recursion():
    def measure(a, b):
        if not a or not b:
            return len(a) + len(b)
        substituted = measure(a[1:], b[1:]) + (a[0] != b[0])
        return min(substituted, measure(a[1:], b) + 1, measure(a, b[1:]) + 1)

    rng = np.random.default_rng(0)
    texts = [rng.integers(3, size=n).tolist() for n in (1, 2, 3, 4, 5, 5, 0, 4)]
    lengths = np.array([len(text) for text in texts])
    weights = np.full((6, len(texts)), 1)  # behind the ends stands anything
    for column, text in enumerate(texts):
        weights[: len(text), column] = text
    for text in texts:
        actual = pairs.measure_edit_distances(text, weights, lengths).tolist()
        assert actual == [measure(text, other) for other in texts]


def test_errors_count_texts_and_symbols_against_the_nearest_right_answer():
    targets = [[tuple("abc"), tuple("xy")], [tuple("abcd")]]
    assert pairs.measure_error_rates([tuple("xy"), tuple("abd")], targets) == (50, 100 * 1 / 6)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"a\tb\nno tab\n", "line 2 is no pair: it takes a source, one tab and a target."),
        (b"a\tb\n\nc\t \n", "line 3 is no pair"),
        (b"a\tb\tc\n", "line 1 is no pair"),
        (b"a\tb\n" * 200, "1 different sources of 60 symbols or less are too few to learn from"),
        (b"", "0 different sources"),
        (b"a\t\xff\n", "is no text in UTF-8 (byte 2 is none)"),
    ],
)
def test_bad_input_is_one_sentence(tmp_path, capsys, content, sentence):
    path = tmp_path / "bad.tsv"
    path.write_bytes(content)
    assert run_learn(path, tmp_path / "to", 5) == 2
    err = capsys.readouterr().err
    assert sentence in err
    assert err.count("\n") == 1
    assert not (tmp_path / "to").exists()


def test_pairs_and_texts_do_not_mix(reversed_words, tmp_path, capsys):
    assert rnncourse(["learn", str(reversed_words), str(tmp_path / "book.txt")]) == 2
    assert "give the ones or the others" in capsys.readouterr().err
