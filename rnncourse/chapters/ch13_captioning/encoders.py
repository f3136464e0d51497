"""The encoder that all captioners of chapter 13 begin with, kept at 8 bits a number.

`captioning.train_encoder` made it; `python -m rnncourse.chapters.ch13_captioning.retrain_encoder`
makes it again.
"""

from functools import cache
from pathlib import Path

import numpy as np
import torch
from torch import nn

from rnncourse.data.glyphs import vocabulary
from rnncourse.models import weights
from rnncourse.models.captioner import RegionEncoder

FOLDER = Path(__file__).parent / "weights"


def list_arrays(model: nn.Module) -> dict[str, np.ndarray]:
    """List a network's numbers; the kernels of a convolution lie in rows, one for each output."""
    arrays = {}
    for key, tensor in model.state_dict().items():
        if tensor.ndim:  # not the counters of batch normalization
            array = tensor.numpy()
            arrays[key] = array.reshape(len(array), -1) if array.ndim == 4 else array
    return arrays


def load_arrays(model: nn.Module, arrays: dict[str, np.ndarray]) -> nn.Module:
    """Give a network the numbers that were listed."""
    for key, tensor in model.state_dict().items():
        if tensor.ndim:
            tensor.copy_(torch.from_numpy(np.ascontiguousarray(arrays[key])).reshape(tensor.shape))
    return model.eval()


def store_encoder(encoder: RegionEncoder) -> str:
    """Write the encoder; return the hash of its file."""
    metadata = {"cell": "none", "vocabulary": list(vocabulary())}
    return weights.save("encoder", list_arrays(encoder), metadata, FOLDER, bits=8)


@cache
def load_encoder() -> RegionEncoder:
    """Read the encoder. It is shared: whoever trains it further copies it before."""
    return load_arrays(RegionEncoder(), weights.load("encoder", FOLDER)[0])
