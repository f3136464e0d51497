"""The trained captioner of chapter 13 that is kept, 8 bits a number in its matrices."""

from collections.abc import Mapping

from rnncourse.chapters.ch13_captioning.captioning import make
from rnncourse.chapters.ch13_captioning.encoders import FOLDER, arrays_of, filled
from rnncourse.data.glyphs import vocabulary
from rnncourse.models import weights
from rnncourse.models.captioner import Captioner


def store_weights(model: Captioner, about: Mapping[str, object]) -> str:
    """Write the weights of a captioner; return the hash of the file."""
    more = {"cell": "lstm", "score": "additive", "vocabulary": list(vocabulary()), **about}
    return weights.save("letters", arrays_of(model), more, FOLDER, bits=8)


def load_weights(name: str = "letters") -> Captioner:
    """Make the network whose weights are kept, ready to be asked."""
    return filled(make(), weights.load(name, FOLDER)[0])
