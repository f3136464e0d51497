"""Weights come back as they were rounded, and nothing else passes for them."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays_of

from rnncourse.core.chapters import FOLDER
from rnncourse.models.weights import MAX_FILE_BYTES, WeightsError, load, read_weight_files, save

ABOUT = {"cell": "gru", "vocabulary": "\nab", "run": "toy"}
halves = st.floats(-60_000, 60_000, width=16)
shapes = arrays_of.array_shapes(min_dims=0, max_dims=2, max_side=4)
tables = st.dictionaries(
    st.text("abc._", min_size=1), arrays_of.arrays("f4", shapes, elements=halves)
)


@pytest.fixture(scope="module")
def weights_folder(tmp_path_factory):
    return tmp_path_factory.mktemp("weights")


@given(tables)
def test_numbers_of_16_bits_are_restored_exactly(weights_folder, arrays):
    sha256 = save("toy", arrays, ABOUT, weights_folder)
    actual, meta = load("toy", weights_folder)
    assert meta == {**ABOUT, "sha256": sha256}
    assert actual.keys() == arrays.keys()
    for name, array in arrays.items():
        assert actual[name].dtype == np.float32
        np.testing.assert_array_equal(actual[name], array, strict=True)


def test_other_numbers_are_rounded_once(tmp_path):
    rng = np.random.default_rng(0)
    array = rng.normal(size=(50, 20)).astype(np.float32)
    first = save("toy", {"w": array}, ABOUT, tmp_path)
    rounded = load("toy", tmp_path)[0]["w"]
    assert 0 < np.abs(rounded - array).max() <= 2**-11 * np.abs(array).max()
    assert save("toy", {"w": rounded}, ABOUT, tmp_path) == first


def test_the_bytes_are_little_endian_halves_where_the_manifest_says(tmp_path):
    save("toy", {"a": np.float32([1, -2]), "b": np.array([[0.5]], ">f8")}, ABOUT, tmp_path)
    manifest = json.loads((tmp_path / "toy.json").read_text())
    assert (tmp_path / "toy.bin").read_bytes() == bytes.fromhex("003c 00c0 0038")
    assert manifest["bytes"] == 6
    assert manifest["arrays"]["b"] == {"shape": [1, 1], "offset": 4}
    assert {path.name for path in tmp_path.iterdir()} == {"toy.bin", "toy.json"}


def test_a_changed_file_is_refused_in_one_sentence(tmp_path):
    save("toy", {"w": np.ones(3)}, ABOUT, tmp_path)
    file = tmp_path / "toy.bin"
    file.write_bytes(file.read_bytes()[:-1] + b"\x00")
    with pytest.raises(WeightsError, match=r"^toy.bin is not the file that toy.json describes"):
        load("toy", tmp_path)


def test_an_unknown_name_lists_the_stored_weights(tmp_path):
    with pytest.raises(WeightsError, match=r"no weights named 'toi' \(known: none\)"):
        load("toi", tmp_path)
    save("toy", {"w": np.ones(3)}, ABOUT, tmp_path)
    with pytest.raises(WeightsError, match=r"no weights named 'toi' \(known: toy\)\. Try: make"):
        load("toi", tmp_path)
    (tmp_path / "toy.json").unlink()
    with pytest.raises(WeightsError, match="no weights named 'toy'"):
        load("toy", tmp_path)


def test_a_million_bytes_are_the_limit(tmp_path):
    save("toy", {"a": np.zeros(499_999), "b": np.zeros(1)}, ABOUT, tmp_path)
    with pytest.raises(WeightsError, match=r"1,000,002 bytes of weights; at most 1,000,000"):
        save("large", {"a": np.zeros(500_000), "b": np.zeros(1)}, ABOUT, tmp_path)
    assert not (tmp_path / "large.bin").exists()


@pytest.mark.parametrize("value", [1e5, -1e9, np.nan, np.inf])
def test_numbers_beyond_16_bits_are_refused(tmp_path, value):
    with pytest.raises(WeightsError, match=r"toy: w holds numbers that do not fit into 16 bits"):
        save("toy", {"w": np.array([1.0, value])}, ABOUT, tmp_path)


@pytest.mark.parametrize("missing", ["cell", "vocabulary"])
def test_the_page_must_know_cell_and_vocabulary(tmp_path, missing):
    meta = {key: value for key, value in ABOUT.items() if key != missing}
    with pytest.raises(WeightsError, match=f"needs to know the {missing}"):
        save("toy", {"w": np.ones(1)}, meta, tmp_path)


@pytest.mark.parametrize("file", sorted(FOLDER.glob("*/weights/*.bin")), ids=lambda f: f.stem)
def test_the_weights_of_the_course_are_whole_and_small(file):
    arrays, _ = load(file.stem, file.parent)
    offsets, data = read_weight_files(file.stem, file.parent)
    sizes = {
        name: array.size + 2 * len(array) + array.size % 2  # bytes, and a scale a row
        if offsets["arrays"][name].get("bits") == 8
        else 2 * array.size
        for name, array in arrays.items()
    }
    assert len(data) == sum(sizes.values()) <= MAX_FILE_BYTES


grids = arrays_of.array_shapes(min_dims=2, max_dims=2, max_side=5)


@given(arrays_of.arrays("f4", grids, elements=st.floats(-30, 30, width=16)))
def test_at_8_bits_a_number_is_off_by_half_a_step_of_its_row(weights_folder, matrix):
    bias = matrix[:, 0]
    save("bytes", {"w": matrix, "b": bias}, ABOUT, weights_folder, bits=8)
    actual, _ = load("bytes", weights_folder)
    steps = np.abs(matrix).max(axis=1, keepdims=True) / 127
    assert (np.abs(actual["w"] - matrix) <= 0.57 * steps + 4e-6).all()  # the scale is rounded too
    np.testing.assert_array_equal(actual["b"], bias.astype(np.float16))
    assert actual["w"].dtype == np.float32


def test_bytes_lie_where_the_manifest_says(tmp_path):
    arrays = {"a": np.array([[127.0, -254.0, 2.0]]), "b": np.float32([0.5])}
    save("toy", arrays, ABOUT, tmp_path, bits=8)
    manifest = json.loads((tmp_path / "toy.json").read_text())
    # the scale 2 = 0x4000; 127 / 2 = 63.5 goes to the even 64, -127 is 0x81; then a zero
    assert (tmp_path / "toy.bin").read_bytes() == bytes.fromhex("0040 40 81 01 00 0038")
    assert manifest["arrays"]["a"] == {"shape": [1, 3], "offset": 0, "bits": 8}
    assert manifest["arrays"]["b"] == {"shape": [1], "offset": 6}


def test_twice_as_many_numbers_fit_at_8_bits(tmp_path):
    square = np.ones((900, 1000))
    with pytest.raises(WeightsError, match="1,800,000 bytes"):
        save("toy", {"w": square}, ABOUT, tmp_path)
    save("toy", {"w": square}, ABOUT, tmp_path, bits=8)
    assert (tmp_path / "toy.bin").stat().st_size == 900 * 1002
