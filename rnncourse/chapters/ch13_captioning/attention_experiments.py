"""What is recorded of the captioner of letters that the lab report shows live."""

from rnncourse.chapters.ch13_captioning.captioning import exact_fraction, train_captioner
from rnncourse.chapters.ch13_captioning.stored import store_weights
from rnncourse.core.records import Record, provenance
from rnncourse.data.glyphs import PINNED_SHA256

SEEDS = (0, 1, 2)
TEST_PARTS = ("combos", "faces")
ACCURACY_TOLERANCE = (
    0.05,
    "another processor trains another network: one more seed, as the interval allows for",
)


def measure_attending() -> Record:
    """Train captioners that look, three seeds; score captions, keep the first."""
    about = {"glyphs_sha256": PINNED_SHA256, **provenance("matplotlib", "pillow", "fonttools")}
    record = Record("ch13_captioning", "attending", about)
    models = [train_captioner(seed) for seed in SEEDS]
    for part in TEST_PARTS:
        accuracies = [exact_fraction(model, part) for model in models]
        record.add(f"attending/{part}/exact", accuracies, *ACCURACY_TOLERANCE)
    store_weights(models[0], {"seed": SEEDS[0]})
    return record
