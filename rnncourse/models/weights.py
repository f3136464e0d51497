"""Trained weights as files: 16 or 8 bits a number, with a manifest that says what is what.

`NAME.bin` holds all arrays one after the other, little-endian: as float16; or, a matrix at 8 bits,
as one float16 scale a row, then the rows as signed bytes, which the scale of the row multiplies.
`NAME.json` says where each lies, which text they belong to, how they came
about, and the SHA-256 of the `.bin`. The page of the book reads the same two
files as Python does, so both compute with the same numbers.
"""

import hashlib
import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from rnncourse.core.files import write_file

if TYPE_CHECKING:
    from torch import nn

MAX_FILE_BYTES = 1_000_000
"""Bytes that a file of weights may take: a reader's browser loads it."""


class WeightsError(ValueError):
    """Weights that cannot be kept, are not there, or are not what the manifest says."""


def save(
    name: str,
    arrays: Mapping[str, np.ndarray],
    about: Mapping[str, object],
    folder: Path,
    bits: int = 16,
) -> str:
    """Round arrays and write them with their manifest.

    Args:
        name: The files' stem, for instance `"long-0"`.
        arrays: The parameters, by PyTorch's names for them.
        about: Where they come from (run, settings, ...); `cell` and `vocabulary`,
            the characters in order, must be there, because the page needs them.
        folder: The chapter's folder of weights.
        bits: 16 for all arrays, or 8 for the matrices; vectors have 16 in any case.

    Returns:
        The SHA-256 of the `.bin`, which ties page, manifest and record together.

    Raises:
        WeightsError: If they take more than 1 MB, do not fit into 16 bits, or lack
            their cell or vocabulary.
    """
    missing = [key for key in ("cell", "vocabulary") if key not in about]
    if missing:
        raise WeightsError(f"{name}: the page also needs to know the {' and the '.join(missing)}.")
    entries, chunks, offset = {}, [], 0
    for key, array in arrays.items():
        array = np.asarray(array)
        entries[key] = {"shape": list(array.shape), "offset": offset}
        if bits == 8 and array.ndim == 2:
            entries[key]["bits"] = 8
            chunk = _quantize_rows(array, f"{name}: {key}")
        else:
            chunk = _round_to_float16(array, f"{name}: {key}").tobytes()
        chunks.append(chunk)
        offset += len(chunk)
    if offset > MAX_FILE_BYTES:
        raise WeightsError(
            f"{name}: {offset:,} bytes of weights; at most {MAX_FILE_BYTES:,} may go to the page. "
            "Try: a smaller state or embedding."
        )
    data = b"".join(chunks)
    sha256 = hashlib.sha256(data).hexdigest()
    manifest = {"sha256": sha256, "bytes": offset, "arrays": entries, "about": dict(about)}
    text = json.dumps(manifest, indent=1) + "\n"
    write_file(folder / f"{name}.bin", data)
    write_file(folder / f"{name}.json", text)
    return sha256


def _round_to_float16(array: np.ndarray, name: str) -> np.ndarray:
    """Round to float16, or say which array does not fit."""
    with np.errstate(over="ignore"):
        halves = array.astype("<f2")
    if not np.all(np.isfinite(halves)):
        raise WeightsError(f"{name} holds numbers that do not fit into 16 bits.")
    return halves


def _quantize_rows(matrix: np.ndarray, name: str) -> bytes:
    """Write a matrix as scales and signed bytes; a zero follows where their number is odd."""
    scales = _round_to_float16(np.abs(matrix).max(axis=1, initial=0) / 127, name)
    steps = scales.astype(np.float64)[:, None]
    rows = np.divide(matrix, steps, out=np.zeros(matrix.shape), where=steps > 0)
    rows = np.clip(np.rint(rows), -127, 127).astype(np.int8)  # a scale is rounded, maybe down
    return scales.tobytes() + rows.tobytes() + bytes(rows.size % 2)


def _read_array(data: bytes, shape: list[int], offset: int, bits: int = 16) -> np.ndarray:
    """Read an array from where the manifest says it is."""
    if bits == 16:
        halves = np.frombuffer(data, "<f2", math.prod(shape), offset)
        return halves.reshape(shape).astype(np.float32)
    scales = np.frombuffer(data, "<f2", shape[0], offset).astype(np.float32)
    rows = np.frombuffer(data, np.int8, math.prod(shape), offset + scales.size * 2)
    return rows.reshape(shape) * scales[:, None]


def read_weight_files(name: str, folder: Path) -> tuple[dict, bytes]:
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


def load(name: str, folder: Path) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
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
    manifest, data = read_weight_files(name, folder)
    arrays = {key: _read_array(data, **entry) for key, entry in manifest["arrays"].items()}
    return arrays, {**manifest["about"], "sha256": manifest["sha256"]}


def restore_model(model: "nn.Module", name: str, folder: Path) -> "nn.Module":
    """Give a network the weights that are kept, ready to be asked.

    Args:
        model: A network of the same sizes; it is changed.
        name: The files' stem.
        folder: The chapter's folder of weights.

    Raises:
        WeightsError: If a file is missing, or their hashes differ.
    """
    import torch

    arrays, _ = load(name, folder)
    model.load_state_dict({key: torch.tensor(array) for key, array in arrays.items()})
    return model.eval()
