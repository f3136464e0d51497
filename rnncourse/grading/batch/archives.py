"""Zip files by strangers: notebooks are read into memory, and nothing is ever unpacked to disk.

Format: PKWARE, APPNOTE.TXT, version 6.3. The index is read by `zipfile`; an
entry is unpacked here, because `zipfile` bounds the memory for one method only.
"""

import io
import re
import stat
import zipfile
import zlib
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path

LARGEST = 100 * 2**20
"""Bytes that one notebook may have."""

LARGEST_ALL = 8 * 2**30
"""Bytes that the notebooks of one archive may have together."""

MOST_ENTRIES = 10_000
_LONGEST_INDEX = 8 * 2**20  # bytes: enough for so many entries with long names
_STORED, _DEFLATED = zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED


class ArchiveError(ValueError):
    """An archive or an entry that cannot be read; the sentence says why."""


@dataclass(frozen=True)
class Entry:
    """A notebook in an archive, as the index declares it.

    Args:
        name: With `/` between folders.
        reason: Why it is not read; "" if nothing speaks against it.
        offset: Where it begins in the archive, in bytes.
        packed: Bytes in the archive.
        size: Bytes when unpacked.
        crc: Checksum of the unpacked bytes.
        method: How it is packed.
    """

    name: str
    reason: str = ""
    offset: int = 0
    packed: int = 0
    size: int = 0
    crc: int = 0
    method: int = _STORED


class _Bounded(io.BufferedReader):
    """A file that gives a few megabytes at once, so that no index can fill the memory."""

    def read(self, size: int | None = -1) -> bytes:
        """Read at most `size` bytes; the rest of the file only where it is short."""
        if size is None or size < 0:
            size = 2**17  # the end of the file, with the comment
        if size > _LONGEST_INDEX:
            raise ArchiveError("The index of the zip file is too long.")
        return super().read(size)


def entries(path: Path) -> list[Entry]:
    """List the notebooks of an archive, bad ones too; hidden files are left out.

    Args:
        path: The archive.

    Raises:
        ArchiveError: If it is no zip file, or lists far too many files.
        OSError: If the file cannot be read.
    """
    with _Bounded(io.FileIO(path)) as file:
        try:
            with zipfile.ZipFile(file) as archive:
                infos = archive.infolist()
        except (ArchiveError, OSError):
            raise
        except Exception:  # a damaged index ends in errors of many kinds
            raise ArchiveError("It is not a zip file, or it is damaged.") from None
    if len(infos) > MOST_ENTRIES:
        raise ArchiveError(f"The zip file has more than {MOST_ENTRIES:,} entries.")
    found = [_entry(info) for info in infos if _counts(info)]
    times = Counter(entry.name for entry in found)
    budget = LARGEST_ALL
    checked = []
    for entry in sorted(found, key=lambda entry: entry.name):
        budget -= 0 if entry.reason else entry.size
        if times[entry.name] > 1:
            entry = replace(entry, reason="The zip file has several entries of this name.")
        elif budget < 0 and not entry.reason:
            entry = replace(entry, reason="The zip file unpacks to far too much.")
        checked.append(entry)
    return checked


def _counts(info: zipfile.ZipInfo) -> bool:
    """Say whether an entry is to be listed: a notebook, or an archive that may hide some."""
    *folders, last = _parts(info) or [""]
    hidden = last.startswith(".") or any(
        folder == "__MACOSX" or re.match(r"\.[^.]", folder) for folder in folders
    )
    return not hidden and not info.is_dir() and last.lower().endswith((".ipynb", ".zip"))


def _parts(info: zipfile.ZipInfo) -> list[str]:
    return [part for part in info.filename.replace("\\", "/").split("/") if part not in ("", ".")]


def _entry(info: zipfile.ZipInfo) -> Entry:
    """Read what the index says of a notebook, and what speaks against it."""
    kind = stat.S_IFMT(info.external_attr >> 16)
    parts = _parts(info)
    if ".." in parts or re.match(r"[/\\]|[A-Za-z]:", info.filename):
        reason = "Its name in the zip file leads to another folder."
    elif kind == stat.S_IFLNK:
        reason = "It is a link to another file, and links are not followed."
    elif kind not in (0, stat.S_IFREG):
        reason = "It is no ordinary file."
    elif parts[-1].lower().endswith(".zip"):
        reason = "A zip file in a zip file is not opened: hand in the notebook itself."
    elif info.flag_bits & 0x41:
        reason = "It is encrypted."
    elif info.compress_type not in (_STORED, _DEFLATED):
        reason = "It is packed in an unusual way: pack it again with the usual settings."
    elif max(info.file_size, info.compress_size) > LARGEST:
        reason = f"It is larger than {LARGEST // 2**20} MB."
    else:
        reason = ""
    place = (info.header_offset, info.compress_size, info.file_size, info.CRC, info.compress_type)
    return Entry("/".join(parts), reason, *place)


def unpack(path: Path, entry: Entry) -> bytes:
    """Unpack a notebook into memory: never more bytes than the index declares.

    Args:
        path: The archive.
        entry: As listed by `entries`.

    Raises:
        ArchiveError: If it is not what the index says.
        OSError: If the file cannot be read.
    """
    if entry.reason:
        raise ArchiveError(entry.reason)
    damaged = ArchiveError("It is damaged in the zip file, or larger than the zip file says.")
    with path.open("rb") as file:
        file.seek(entry.offset)
        header = file.read(30)  # the last two numbers: bytes of the name and of extra fields
        if len(header) < 30 or not header.startswith(b"PK\x03\x04"):
            raise damaged
        skipped = int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:], "little")
        file.seek(skipped, io.SEEK_CUR)
        data = file.read(entry.packed)
    if entry.method == _DEFLATED:
        try:
            data = zlib.decompressobj(-zlib.MAX_WBITS).decompress(data, entry.size + 1)
        except zlib.error:
            raise damaged from None
    if len(data) != entry.size or zlib.crc32(data) != entry.crc:
        raise damaged
    return data
