"""A long run is trained, rounded to 8 bits, and compared with the best counts."""

from dataclasses import asdict, replace
from functools import partial

import numpy as np
import pytest

from rnncourse.chapters.ch02_language import long_runs, networks
from rnncourse.chapters.ch02_language.ngrams import long_order_bits
from rnncourse.core.records import Record
from rnncourse.models import weights
from rnncourse.training.language import StreamSettings
from rnncourse.training.reading import predict_probs

from .conftest import DOCUMENTS

TINY = replace(long_runs.PAGE, name="tiny-0", H=16, E=8, settings=StreamSettings(60, B=4, T=16))


def test_weights_come_back_rounded(tmp_path):
    model = TINY.model(96)
    arrays = {name: p.detach().numpy() for name, p in model.named_parameters()}
    long_runs.save_run(TINY, arrays, tmp_path)
    read = long_runs.load_run(TINY, tmp_path)
    for name, parameter in read.named_parameters():
        change = np.abs(parameter.detach().numpy() - arrays[name])
        assert change.max() <= np.abs(arrays[name]).max() / 127
        assert change.any() or not arrays[name].any()
    assert not read.training


def test_the_order_is_chosen_on_the_validation_text(split_data, monkeypatch):
    monkeypatch.setattr(long_runs, "LONGEST", 12)
    order, actual = long_runs.best_count_probs(split_data)
    valid, test = (
        long_order_bits(split_data, ids, 12) for ids in (split_data.valid, split_data.test)
    )
    assert order == valid.argmin() + 1
    assert -np.log2(actual).mean() == pytest.approx(test[order - 1], rel=1e-12)


def test_mean_by_segment_drops_an_incomplete_segment():
    assert long_runs.mean_by_segment(np.arange(11.0), 4).tolist() == [1.5, 5.5]


@pytest.mark.parametrize("store", [True, False])
def test_a_small_run_is_measured(store, split_data, tmp_path, monkeypatch):
    monkeypatch.setattr(long_runs, "load_corpus", lambda: DOCUMENTS)
    monkeypatch.setattr(long_runs, "LONGEST", 12)
    by_100 = partial(long_runs.mean_by_segment, length=100)
    monkeypatch.setattr(long_runs, "mean_by_segment", by_100)
    monkeypatch.setattr(long_runs, "WEIGHTS", tmp_path / "weights")
    monkeypatch.setattr(networks, "FOLDER", tmp_path / "runs")
    record = long_runs.measure_run(TINY, store)
    assert record.experiment == "tiny_0"
    rounded, counts = record.value("tiny-0/rounded"), record.value("tiny-0/counts")
    assert rounded == pytest.approx(record.value("tiny-0/bits"), abs=0.05)
    n_scored = len(split_data.test) // 100 * 100
    saved = np.mean(record.value("tiny-0/saved"))
    assert n_scored * saved == pytest.approx(
        len(split_data.test) * (counts - rounded), abs=100 * 10
    )
    assert (tmp_path / "weights" / "tiny-0.bin").exists() is store
    if store:
        read = predict_probs(long_runs.load_run(TINY, tmp_path / "weights"), split_data.test)
        assert -np.log2(read).mean() == pytest.approx(rounded)


def name_recorded_run(run):
    """Return a run as the records have it, which are older than some names of settings."""
    fields = asdict(run)
    assert fields["settings"].pop("stateful")
    renamed = {"max_grad_norm": "clip", "min_lr_factor": "floor", "weight_decay": "decay"}
    fields["settings"] = {renamed.get(k, k): v for k, v in fields["settings"].items()}
    return fields


def test_the_committed_weights_are_those_of_the_record():
    meta = Record.load("ch02_language").about["long_0"]
    manifest, data = weights.read_weight_files(long_runs.PAGE.name, long_runs.WEIGHTS)
    assert manifest["sha256"] == meta["weights_sha256"]
    assert len(data) < 1_000_000
    assert (
        manifest["about"]["run"]
        == meta["runs"][long_runs.PAGE.name]
        == name_recorded_run(long_runs.PAGE)
    )
    assert long_runs.load_page().logits.out_features == len(manifest["about"]["vocabulary"])


@pytest.mark.parametrize("run", [long_runs.SPLIT_1, long_runs.SPLIT_2, long_runs.SECOND_SEED])
def test_the_other_runs_differ_from_the_page_s_in_split_and_seed_only(run):
    assert (run.split, run.settings.seed) != (long_runs.PAGE.split, long_runs.PAGE.settings.seed)
    back = replace(
        run, name=long_runs.PAGE.name, split=long_runs.PAGE.split, settings=long_runs.PAGE.settings
    )
    assert back == long_runs.PAGE
    assert replace(run.settings, seed=long_runs.PAGE.settings.seed) == long_runs.PAGE.settings
    record = Record.load("ch02_language")
    assert record.about[run.name.replace("-", "_")]["runs"] == {run.name: name_recorded_run(run)}
