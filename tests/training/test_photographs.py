"""Photographs: files that the tests write; runs that are killed and go on; missing files."""

import json
import subprocess
import sys

import numpy as np
import pytest
import torch
from PIL import Image
from torch import nn

from rnncourse.cli.photographs import main
from rnncourse.data.flickr8k import (
    PhotographsError,
    load_features,
    load_image,
    load_photographs,
)
from rnncourse.decoding.stepping import greedy
from rnncourse.training.photographs import Settings, encode, train

COLORS = {"red": (220, 30, 30), "green": (30, 200, 30), "blue": (30, 30, 220)}


@pytest.fixture
def files(tmp_path):
    """Write photographs of one color each, and Karpathy's file."""
    images = []
    for n in range(12):
        color = list(COLORS)[n % 3]
        part = ("train", "train", "train", "restval", "val", "test")[n % 6]
        Image.new("RGB", (40 + n, 30), COLORS[color]).save(tmp_path / f"{n}.png")
        texts = (["a", color, "wall"], ["the", "wall", "is", color])
        sentences = [{"tokens": tokens} for tokens in texts]
        images.append({"filename": f"{n}.png", "split": part, "sentences": sentences})
    path = tmp_path / "dataset_flickr8k.json"
    path.write_text(json.dumps({"images": images, "dataset": "flickr8k"}))
    return tmp_path, path


class Mean(nn.Module):
    """A plain encoder: the mean color of each quarter."""

    def forward(self, images):
        return nn.functional.adaptive_avg_pool2d(images, 2)


@pytest.fixture
def ready(files):
    folder, path = files
    photographs = load_photographs(path, fewest=2)
    encode(Mean(), photographs, folder, folder / "features.npy", side=16)
    return photographs, load_features(folder / "features.npy", photographs), folder


def test_captions_parts_and_words(files):
    photographs = load_photographs(files[1], fewest=2)
    assert photographs.rows("valid") == [4, 10]
    assert photographs.rows("test") == [5, 11]
    assert photographs.words[:4] == ("", "<s>", "</s>", "<unk>")
    assert set(photographs.words[4:]) == {"a", "the", "wall", "is", *COLORS}
    assert photographs.ids(["a", "zebra"]) == [photographs.words.index("a"), 3, 2]


def test_a_vocabulary_is_counted_on_training_captions_alone(files):
    counted = load_photographs(files[1], fewest=9)
    assert set(counted.words[4:]) == {"wall"}  # twice in each of eight
    more = {"a", "the", "is", "red"}  # four of the eight are red, two green, two blue
    assert set(load_photographs(files[1], fewest=8).words[4:]) == {"wall"} | more


def test_an_image_is_scaled_and_cut(files):
    image = load_image(files[0], "3.png", side=16)
    assert image.shape == (3, 16, 16)
    np.testing.assert_allclose(image[:, 8, 8], np.array(COLORS["red"]) / 255, atol=1e-6)


def test_features_are_the_encoders(ready):
    photographs, features, folder = ready
    assert features.shape == (12, 4, 3)
    image = torch.from_numpy(load_image(folder, photographs.names[4], 16))
    np.testing.assert_allclose(features[4, 0], image[:, :8, :8].mean((1, 2)), atol=1e-6)


@pytest.mark.slow
@pytest.mark.parametrize("image", ["attention", "each"])
def test_a_captioner_learns_what_the_photographs_show(ready, image):
    photographs, features, _ = ready
    settings = Settings(updates=120, B=8, learning_rate=1e-2)
    model = train(photographs, features, settings, image, H=24)
    rows = photographs.rows("test")
    seen = torch.from_numpy(np.array(features[rows]))
    for row, found in zip(rows, greedy(model, model.begin(seen), 2, max_length=8), strict=True):
        words = {photographs.words[i] for i in found.ids}
        assert words & set(COLORS) == {list(COLORS)[row % 3]}


class KilledError(Exception):
    """Stands for a kill."""


@pytest.mark.slow
def test_a_run_that_was_killed_ends_where_another_ends(ready):
    photographs, features, folder = ready
    settings = Settings(updates=12, B=4, every=5)
    whole = train(photographs, features, settings, H=8)
    updates = []

    def kill(update, loss):
        updates.append(update)
        if update == 8:
            raise KilledError

    with pytest.raises(KilledError):
        train(photographs, features, settings, H=8, folder=folder / "run", report=kill)
    again = train(
        photographs, features, settings, H=8, folder=folder / "run",
        report=lambda update, loss: updates.append(update),
    )  # fmt: skip
    assert updates == [*range(1, 9), *range(6, 13)]
    for ours, theirs in zip(whole.parameters(), again.parameters(), strict=True):
        torch.testing.assert_close(ours, theirs, rtol=0, atol=0)


@pytest.mark.slow
def test_the_command_trains_and_writes(ready, capsys):
    _, _, folder = ready
    given = [str(folder / name) for name in ("dataset_flickr8k.json", "features.npy")]
    options = ["--out", str(folder / "out"), "--updates", "3", "--batch", "4", "--size", "8"]
    assert main([*given, *options, "--fewest", "2"]) == 0
    lines = (folder / "out" / "captions.tsv").read_text().splitlines()
    assert [line.split("\t")[0] for line in lines] == ["5.png", "11.png"]
    assert "2 captions" in capsys.readouterr().out


def test_missing_files_are_one_clear_sentence(files, capsys):
    folder, path = files
    assert main([str(folder / "none.json"), "x.npy", "--out", str(folder)]) == 2
    assert "does not download" in capsys.readouterr().err
    assert main([str(path), str(folder / "none.npy"), "--out", str(folder)]) == 2
    assert "a row for each image" in capsys.readouterr().err
    with pytest.raises(PhotographsError, match="does not download"):
        load_image(folder, "none.png")


def test_other_files_are_refused(files):
    folder, path = files
    photographs = load_photographs(path)
    np.save(folder / "few.npy", np.zeros((3, 4)))
    with pytest.raises(PhotographsError, match="12 images"):
        load_features(folder / "few.npy", photographs)
    (folder / "other.json").write_text('{"images": [{"filename": "a"}]}')
    with pytest.raises(PhotographsError, match="not a file of Karpathy"):
        load_photographs(folder / "other.json")


def test_the_command_does_not_load_torch_to_say_what_it_does():
    code = "import sys, rnncourse.cli.photographs; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
