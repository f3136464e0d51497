"""Names of places: one language each, no key in two parts, nothing lost in a batch."""

import unicodedata
import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnncourse.data import places, splits
from rnncourse.data import places as places_module
from rnncourse.data.padding import pad
from rnncourse.data.splits import DataWarning, split_items

# --- The shared helpers ---

lists = st.lists(st.lists(st.integers(-5, 5), max_size=6), min_size=1, max_size=5)


@given(lists)
def test_the_mask_finds_every_sequence_again(sequences):
    batch, mask = pad(sequences)
    assert batch.shape == mask.shape == (max(map(len, sequences)), len(sequences))
    assert [batch[mask[:, b], b].tolist() for b in range(len(sequences))] == sequences
    assert not batch[~mask].any()


def test_steps_may_be_arrays():
    batch, mask = pad([np.ones((3, 2, 4)), np.zeros((0, 2, 4)), np.full((1, 2, 4), 2.0)])
    assert batch.shape == (3, 3, 2, 4)
    assert batch.sum(axis=(2, 3)).tolist() == [[8, 0, 16], [8, 0, 0], [8, 0, 0]]
    assert mask.sum(axis=0).tolist() == [3, 0, 1]


def test_integers_stay_integers_and_the_empty_list_does_not_count():
    assert pad([[], [1, 2]])[0].dtype.kind == "i"
    assert pad([[1], [0.5]])[0].dtype.kind == "f"
    assert pad([[]])[0].shape == (0, 1)


@pytest.mark.parametrize("empty", [[], [3]])
def test_a_batch_needs_sequences(empty):
    with pytest.raises(ValueError, match="list of sequences, at least one"):
        pad(empty)


def test_steps_of_two_shapes_are_refused():
    with pytest.raises(ValueError, match=r"one shape; got \(2,\) and \(3,\)"):
        pad([np.ones((4, 3)), np.ones((4, 2))])


def test_a_part_depends_on_seed_and_key_alone():
    sets = split_items(range(300), str)
    assert sorted(sum(sets, ())) == list(range(300))
    for few in (split_items(range(0, 300, 7), str), split_items(range(299, -1, -1), str)):
        assert all(set(part) <= set(full_part) for part, full_part in zip(few, sets, strict=True))
    assert split_items(range(300), str, seed=1) != sets
    assert sum(map(bool, split_items(range(300), lambda n: "one key"))) == 1


# --- The real names ---


@pytest.fixture(scope="module")
def all_names():
    return places.read_names()


@pytest.fixture(scope="module")
def split_places():
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # the names are the pinned ones
        return places.load_places()


def test_well_known_names_have_their_translations(all_names):
    spelled = {(n.key, n.language): n.text for n in all_names}
    assert spelled["territory DE", "pl"] == "Niemcy"
    assert spelled["territory HU", "hu"] == "Magyarország"
    assert spelled["territory SE", "tr"] == "İsveç"
    assert spelled["language fi", "sv"] == "finska"
    assert spelled["language de", "vi"] == "Tiếng Đức"


def test_every_spelling_is_of_one_language_and_stands_once(all_names, split_places):
    names = [name for part in split_places for name in part]
    owners = {}
    for name in all_names:
        owners.setdefault(name.text.casefold(), set()).add(name.language)
    assert all(owners[name.text.casefold()] == {name.language} for name in names)
    assert len({name.text.casefold() for name in names}) == len(names) == 6517
    assert {t for t, spoken in owners.items() if len(spoken) == 1} == {
        name.text.casefold() for name in names
    }
    shared = sum(len(owners[name.text.casefold()]) > 1 for name in all_names)
    assert 0.48 < shared / len(all_names) < 0.50  # "half of the names"
    assert owners["angola"] == set(places.CODES)


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_no_thing_is_named_in_two_parts(seed):
    splits = places.load_places(seed)
    keys = [{name.key.split("_")[0] for name in part} for part in splits]
    assert sum(map(len, keys)) == len(set.union(*keys))
    sizes = [len(part) for part in splits]
    assert np.allclose(np.array(sizes) / sum(sizes), [0.8, 0.1, 0.1], atol=0.05)
    assert all({name.language for name in part} == set(places.CODES) for part in splits)


def test_a_name_of_two_things_in_one_language_stands_once():
    territory = places.PlaceName("Jepang", "id", "territory JP")
    language = places.PlaceName("jepang", "id", "language ja")
    assert places.keep_unique_spellings([territory, language]) == [territory]


def test_names_are_in_the_alphabet_and_come_back_from_a_batch(split_places):
    xs, targets, mask = places.batch_names(split_places.test)
    assert (
        xs.shape
        == mask.shape
        == (max(len(n.text) for n in split_places.test), len(split_places.test))
    )
    for b, name in enumerate(split_places.test):
        assert places.ALPHABET.decode(xs[mask[:, b], b]) == name.text
        assert places.CODES[targets[b]] == name.language
    assert xs[mask].min() > 0  # no character is unknown


@given(st.text(max_size=20))
def test_any_text_can_be_encoded(text):
    letters = unicodedata.normalize("NFC", text)
    ids = places.encode_name(text)
    assert len(ids) == len(letters)
    known = [i if c in places.ALPHABET.characters else 0 for i, c in zip(ids, letters, strict=True)]
    assert ids.tolist() == known


def test_an_accent_may_be_a_character_of_its_own():
    assert places.encode_name("Tu\u0308rkei").tolist() == places.encode_name("Türkei").tolist()


def test_other_names_are_announced_in_one_sentence_and_used(split_places, monkeypatch):
    monkeypatch.setattr(places_module, "PINNED_SHA256", "0" * 64)
    monkeypatch.setattr(splits.importlib.metadata, "version", lambda name: "9.9")
    message = r"^These names of places are not .* \(babel 9\.9\): install the versions in constr"
    with pytest.warns(DataWarning, match=message) as caught:
        assert places.load_places() == split_places
    assert len(caught) == 1
