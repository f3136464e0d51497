"""The network that the lesson opens: trained longer than on the page, 8 bits a number."""

from pathlib import Path
from tempfile import TemporaryDirectory

from rnncourse.chapters.ch13_captioning.describing import Captioner
from rnncourse.chapters.ch13_captioning.encoders import FOLDER, arrays_of, filled
from rnncourse.chapters.ch13_captioning.pictures import vocabulary
from rnncourse.models import weights

NAME = "emoji"


def store_weights(network: Captioner, seed: int, folder: Path = FOLDER) -> str:
    """Write the weights; return the hash of the file.

    Args:
        network: Trained.
        seed: What it was trained with; stands in the file's name.
        folder: Where to.
    """
    about = {"cell": "gru", "vocabulary": list(vocabulary()), "way": network.way, "seed": seed}
    return weights.save(f"{NAME}-{seed}", arrays_of(network), about, folder, bits=8)


def load_weights(seed: int = 0, folder: Path = FOLDER) -> Captioner:
    """Make a network whose weights are kept, ready to be asked."""
    arrays, about = weights.load(f"{NAME}-{seed}", folder)
    return filled(Captioner(about["way"]), arrays)


def rounded(network: Captioner) -> Captioner:
    """Return the network as it is when it was kept."""
    with TemporaryDirectory() as folder:
        store_weights(network, 0, Path(folder))
        return load_weights(0, Path(folder))
