"""Looks at rows of two letters, by one who knows where the words are; networks as arrays."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from rnncourse.chapters.ch13_captioning import encoders
from rnncourse.chapters.ch13_captioning import rows as two
from rnncourse.chapters.ch13_captioning.captioning import Kind, make, trained_encoder
from rnncourse.chapters.ch13_captioning.encoders import arrays_of, encoder, filled
from rnncourse.chapters.ch13_captioning.further_experiments import ROWS_ALONE, alone
from rnncourse.chapters.ch13_captioning.pointing import pointing
from rnncourse.chapters.ch13_captioning.remake import remake
from rnncourse.data.glyphs import vocabulary
from rnncourse.models import weights
from rnncourse.models.captioner import Captioner, RegionEncoder


@pytest.fixture(scope="module")
def rows():
    return two.drawn("valid", 12)


class Knows(Captioner):
    """Looks at one pixel of what each word names, or of what the other letter's word names."""

    def __init__(self, rows, other):
        super().__init__(torch.nn.Identity(), 5, 9, start=1, stop=2)
        self.rows, self.other = rows, other

    def teacher_forced(self, images, captions):
        weights = torch.zeros(len(images), captions.shape[1], 240)
        for n, caption in enumerate(self.rows.captions):
            then = caption.index("then")
            for t in range(len(caption)):
                k, start = (0, 0) if t <= then else (1, then + 1)
                part = int(t - start >= 2)
                region = self.rows.regions[n, 1 - k if self.other else k, part]
                where = np.argwhere(region) if region.any() else np.zeros((1, 2), int)
                y, x = (int(v) for v in where[0])
                weights[n, t, 24 * min((y + 2) // 4, 9) + min((x + 2) // 4, 23)] = 1
        return None, weights


def test_looks_are_right_for_one_who_knows_and_wrong_at_the_other_letter(rows):
    right = pointing(two.attention_on_rows(Knows(rows, False), rows))
    assert right["base/peak"] == right["mark/peak"] == 1
    wrong = pointing(two.attention_on_rows(Knows(rows, True), rows))
    assert wrong["base/peak"] < 0.3


def test_captions_of_rows_are_numbers_of_their_words(rows):
    row_captions, known = two.row_captions(rows), vocabulary()
    for ids, caption in zip(row_captions.tolist(), rows.captions, strict=True):
        assert [known[i] for i in ids if i > 2] == list(caption)
        assert ids[len(caption)] == 2
        assert max(map(len, rows.captions)) < two.MAX_LENGTH


@torch.no_grad()
def test_a_network_is_made_again_from_its_arrays(rows):
    model = make(Kind(cell="lstm", score="additive")).eval()
    again = filled(make(Kind(cell="lstm", score="additive")), arrays_of(model))
    images, row_captions = torch.from_numpy(rows.images[:3]), two.row_captions(rows)[:3]
    for mine, theirs in zip(
        model.teacher_forced(images, row_captions),
        again.teacher_forced(images, row_captions),
        strict=True,
    ):
        torch.testing.assert_close(mine, theirs)
    maps = two.encoded(encoder(), rows)
    torch.testing.assert_close(maps[:3], encoder()(images))


def test_on_rows_alone_the_places_say_where_they_lie_or_not(rows):
    few, images = replace(ROWS_ALONE, updates=2, B=3), torch.from_numpy(rows.images[:2])
    for placed in (False, True):
        model, again = (alone(placed, 0, few, 4) for _ in range(2))
        maps, row_captions = model.encoder(images).detach(), two.row_captions(rows)[:2]
        torch.testing.assert_close(maps[:, :48], encoder()(images).detach())  # as it was
        assert maps.shape == (2, 48 + 2 * placed, 10, 24)
        if placed:
            assert maps[0, 48, :, 0].tolist() == pytest.approx(np.arange(10) / 4.5 - 1)
            assert maps[1, 49, 0].tolist() == pytest.approx(np.arange(24) / 11.5 - 1)
        logits, weights = model.teacher_forced(images, row_captions)
        assert torch.equal(logits, again.teacher_forced(images, row_captions)[0])
        torch.testing.assert_close(
            weights.sum(-1), torch.ones_like(row_captions, dtype=torch.float32)
        )


def test_the_encoder_is_trained_again_and_kept(monkeypatch, tmp_path):
    monkeypatch.setattr(encoders, "FOLDER", tmp_path)
    remake(updates=1)
    kept = encoders.filled(RegionEncoder(), weights.load("encoder", tmp_path)[0])
    trained = trained_encoder(updates=1)
    for key, theirs in trained.named_parameters():
        mine, theirs = kept.get_parameter(key).detach(), theirs.detach()
        torch.testing.assert_close(mine, theirs, rtol=0, atol=float(theirs.abs().max()) / 100)
