"""Trained weights as files: 16 bits a number, with a manifest that says what is what.

`NAME.bin` holds all arrays one after the other, float16, little-endian.
`NAME.json` says where each lies, which text they belong to, how they came
about, and the SHA-256 of the `.bin`. The page of the book reads the same two
files as Python does, so both compute with the same numbers.
"""

import hashlib
import json
import math
import os
from collections.abc import Mapping
from pathlib import Path

import numpy as np

LARGEST = 1_000_000
"""Bytes that a file of weights may take: a reader's browser loads it."""


class WeightsError(ValueError):
    """Weights that cannot be kept, are not there, or are not what the manifest says."""


def save(
    name: str,
    arrays: Mapping[str, np.ndarray],
    about: Mapping[str, object],
    folder: Path,
) -> str:
    """Round arrays to float16 and write them with their manifest.

    Args:
        name: The files' stem, for instance `"language-model"`.
        arrays: The parameters, by PyTorch's names for them.
        about: Where they come from (run, settings, ...); `cell` and `vocabulary`,
            the characters in order, must be there, because the page needs them.
        folder: The chapter's folder of weights.

    Returns:
        The SHA-256 of the `.bin`, which ties page, manifest and record together.

    Raises:
        WeightsError: If they take more than 1 MB, do not fit into 16 bits, or lack
            their cell or vocabulary.
    """
    missing = [key for key in ("cell", "vocabulary") if key not in about]
    if missing:
        raise WeightsError(f"{name}: the page also needs to know the {' and the '.join(missing)}.")
    places, parts, offset = {}, [], 0
    for key, array in arrays.items():
        array = np.asarray(array)
        with np.errstate(over="ignore"):
            half = array.astype("<f2")
        if not np.all(np.isfinite(half)):
            raise WeightsError(f"{name}: {key} holds numbers that do not fit into 16 bits.")
        places[key] = {"shape": list(array.shape), "offset": offset}
        parts.append(half.tobytes())
        offset += half.nbytes
    if offset > LARGEST:
        raise WeightsError(
            f"{name}: {offset:,} bytes of weights; at most {LARGEST:,} may go to the page. "
            "Try: a smaller state or embedding."
        )
    data = b"".join(parts)
    sha256 = hashlib.sha256(data).hexdigest()
    manifest = {"sha256": sha256, "bytes": offset, "arrays": places, "about": dict(about)}
    text = json.dumps(manifest, indent=1) + "\n"
    folder.mkdir(parents=True, exist_ok=True)
    for suffix, content in ((".bin", data), (".json", text.encode())):
        part = folder / f"{name}{suffix}.part"
        part.write_bytes(content)
        os.replace(part, folder / f"{name}{suffix}")
    return sha256


def files(name: str, folder: Path) -> tuple[dict, bytes]:
    """Read the two files as they are, and check that they belong together.

    Args:
        name: The files' stem.
        folder: The chapter's folder of weights.

    Returns:
        The manifest, and the bytes of the arrays.

    Raises:
        WeightsError: If a file is missing, or their hashes differ.
    """
    try:
        manifest = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
        data = (folder / f"{name}.bin").read_bytes()
    except FileNotFoundError:
        known = ", ".join(sorted(path.stem for path in folder.glob("*.bin"))) or "none"
        raise WeightsError(
            f"There are no weights named {name!r} (known: {known}). Try: make measure."
        ) from None
    if hashlib.sha256(data).hexdigest() != manifest["sha256"]:
        raise WeightsError(
            f"{name}.bin is not the file that {name}.json describes: their SHA-256 differ. "
            "Try: make measure."
        )
    return manifest, data


def load(name: str, folder: Path) -> tuple[dict[str, np.ndarray], dict[str, object]]:
    """Read weights.

    Args:
        name: The files' stem.
        folder: The chapter's folder of weights.

    Returns:
        The arrays by name, `float32`, rounded as the page has them; and what is
        known about them, with `sha256` of the file.

    Raises:
        WeightsError: If a file is missing, or their hashes differ.
    """
    manifest, data = files(name, folder)
    arrays = {}
    for key, place in manifest["arrays"].items():
        flat = np.frombuffer(data, "<f2", math.prod(place["shape"]), place["offset"])
        arrays[key] = flat.reshape(place["shape"]).astype(np.float32)
    return arrays, {**manifest["about"], "sha256": manifest["sha256"]}
