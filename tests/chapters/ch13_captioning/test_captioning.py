"""The captioner of letters: its captions, its training, and what is kept of it."""

import math

import numpy as np
import pytest
import torch

from rnncourse.chapters.ch13_captioning import attention_experiments, captioning, encoders
from rnncourse.chapters.ch13_captioning.retrain_encoder import train_and_store
from rnncourse.chapters.ch13_captioning.stored import load_weights
from rnncourse.core.records import Record
from rnncourse.data.glyphs import parse_letter, vocabulary
from rnncourse.models import weights
from rnncourse.models.captioner import RegionEncoder


def make_rng():
    return np.random.default_rng(3)


def test_captions_become_numbers_and_back():
    result = captioning.encode_captions([parse_letter(char) for char in "eé"])
    words = [[vocabulary()[i] for i in row] for row in result.tolist()]
    assert words == [["small", "e", "</s>", "", ""], ["small", "e", "with", "acute", "</s>"]]


@pytest.mark.parametrize("updates", [captioning.UPDATES, captioning.TUNING_UPDATES])
def test_the_schedule_rises_and_falls(monkeypatch, updates):
    drawn, adam = {}, torch.optim.Adam([torch.zeros(1, requires_grad=True)], 1.0)
    monkeypatch.setattr(captioning, "fit", lambda *_, **settings: drawn.update(settings))
    captioning._fit_model(torch.nn.Linear(1, 1), None, updates, 1.0)
    schedule, rates = drawn["schedule"](adam), []
    for _ in range(updates):
        rates.append(adam.param_groups[0]["lr"])
        adam.step()
        schedule.step()
    falls = (0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * u / updates)) for u in range(updates))
    assert rates == [min(1.0, (u + 1) / 50) * fall for u, fall in enumerate(falls)]


def test_images_are_trained_with_their_own_captions(monkeypatch):
    drawn, part = [], captioning.load_glyphs()["train"]
    monkeypatch.setattr(captioning, "encode_training_set", lambda: torch.arange(2 * len(part)))
    monkeypatch.setattr(
        captioning,
        "_fit_captions",
        lambda model, seed, batch, *rest: drawn.append(batch(make_rng())),
    )
    captioning.train_captioner(0)
    (maps, captions), (images, image_captions) = drawn
    part_captions = captioning.encode_captions(part.letters)
    assert torch.equal(captions, part_captions[maps % len(part)])
    again = make_rng()
    rows = again.integers(0, len(part), captioning.B)
    assert torch.equal(image_captions, part_captions[torch.from_numpy(rows)])
    assert torch.equal(images, captioning.augmented_crops(part, rows, again))


@pytest.mark.slow
def test_a_captioner_is_trained_and_the_shared_encoder_is_not():
    before = {key: part.clone() for key, part in encoders.load_encoder().state_dict().items()}
    model, again = (captioning.train_captioner(0, updates=1, tuning=2) for _ in range(2))
    for key, part in model.state_dict().items():
        torch.testing.assert_close(part, again.state_dict()[key])
    trained = model.encoder.state_dict()
    for key, part in encoders.load_encoder().state_dict().items():
        assert torch.equal(part, before[key])
    assert any(not torch.equal(trained[key], part) for key, part in before.items())


@pytest.mark.slow
def test_the_stored_network_has_the_recorded_accuracy():
    record = Record.load("ch13_captioning")
    for part in attention_experiments.TEST_PARTS:
        actual = captioning.exact_fraction(load_weights(), part)
        recorded = record.value(f"attending/{part}/exact")[0]
        assert actual == pytest.approx(recorded, abs=attention_experiments.ACCURACY_TOLERANCE[0])


def test_the_encoder_is_trained_again_and_kept(monkeypatch, tmp_path):
    monkeypatch.setattr(encoders, "FOLDER", tmp_path)
    train_and_store(updates=1)
    stored = encoders.load_arrays(RegionEncoder(), weights.load("encoder", tmp_path)[0])
    trained = captioning.train_encoder(updates=1)
    for key, expected in trained.named_parameters():
        actual, expected = stored.get_parameter(key).detach(), expected.detach()
        torch.testing.assert_close(actual, expected, rtol=0, atol=float(expected.abs().max()) / 100)
