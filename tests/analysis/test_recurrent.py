"""A recorded run is done once, and read afterwards."""

import numpy as np
import pytest

from rnncourse.analysis import recurrent
from rnncourse.analysis.ngrams import encode_split
from rnncourse.analysis.recurrent import COMPARED, LARGE, PAGE, Run, perform
from rnncourse.data.corpus import Document
from rnncourse.training.language import Settings


@pytest.fixture
def data():
    documents = [Document(f"{i}.py", f"Document {i} says the same again.\n" * 9) for i in range(30)]
    return encode_split(documents, seed=0, max_order=1)


def test_a_run_is_kept_and_read_again(data, tmp_path, monkeypatch):
    monkeypatch.setattr(recurrent, "FOLDER", tmp_path)
    monkeypatch.setattr(recurrent, "CHECKPOINTS", 2)
    run = Run("tiny", "rnn", 8, 0, Settings(60, B=4, T=16))
    lines = []
    first = perform(run, data, lines.append)
    assert len(lines) == 2
    assert first.updates.tolist() == [50, 60]
    assert len(first.test_probs) == len(data.test)
    assert 0 < first.test_probs.min() <= first.test_probs.max() < 1
    assert set(first.weights) == {name for name, _ in run.model(96).named_parameters()}
    again = perform(run, data, lines.append)
    assert len(lines) == 2  # nothing was trained
    np.testing.assert_array_equal(again.test_probs, first.test_probs)


def test_other_settings_are_another_run():
    runs = [*COMPARED, PAGE, LARGE]
    assert len({run.path for run in runs}) == len(runs)


def test_the_compared_cells_have_about_the_same_number_of_weights():
    sizes = [sum(p.numel() for p in run.model(96).parameters()) for run in COMPARED[:3]]
    assert max(sizes) / min(sizes) < 1.05


def test_the_page_s_model_fits_into_a_megabyte_at_16_bits():
    assert 2 * sum(p.numel() for p in PAGE.model(96).parameters()) <= 1_000_000
