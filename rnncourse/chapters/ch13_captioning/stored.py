"""The trained captioners of chapter 13 that are kept, 8 bits a number in their matrices."""

from collections.abc import Mapping

from rnncourse.chapters.ch13_captioning import emoji_models, pictures
from rnncourse.chapters.ch13_captioning.captioning import make_captioner
from rnncourse.chapters.ch13_captioning.encoders import FOLDER, list_arrays, load_arrays
from rnncourse.data.glyphs import vocabulary
from rnncourse.models import weights
from rnncourse.models.captioner import Captioner

EMOJI = "emoji_captioner"
"""The file with the lesson's network, which names emoji."""


def store_weights(model: Captioner, metadata: Mapping[str, object]) -> str:
    """Write the weights of a captioner; return the hash of the file."""
    facts = {"cell": "lstm", "score": "additive", "vocabulary": list(vocabulary()), **metadata}
    return weights.save("letters", list_arrays(model), facts, FOLDER, bits=8)


def load_weights(name: str = "letters") -> Captioner:
    """Make the network whose weights are kept, ready to be asked."""
    return load_arrays(make_captioner(), weights.load(name, FOLDER)[0])


def store_emoji(network: emoji_models.EmojiCaptioner, metadata: Mapping[str, object]) -> str:
    """Write the weights of the lesson's network, which attends; return the hash of the file."""
    facts = {"cell": "gru", "vocabulary": list(pictures.list_vocabulary()), **metadata}
    return weights.save(EMOJI, list_arrays(network), facts, FOLDER, bits=8)


def load_emoji() -> emoji_models.EmojiCaptioner:
    """Make the lesson's network whose weights are kept, ready to be asked.

    Raises:
        WeightsError: The weights are missing, or were changed.
    """
    return load_arrays(emoji_models.EmojiCaptioner(), weights.load(EMOJI, FOLDER)[0])
