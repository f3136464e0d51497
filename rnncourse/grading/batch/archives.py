"""Zip files by strangers: notebooks are read into memory, and nothing is ever unpacked to disk.

`zipfile` reads them, through a file that bounds what an index may take. It unpacks no more of
an entry than is asked for, where the packing is one of the usual two; others are refused.
"""

import functools
import io
import re
import stat
import zipfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from rnncourse.grading.batch.file_kinds import (
    explain_ending,
    find_misplaced_files,
    is_archive,
    is_notebook,
)

MAX_NOTEBOOK = 100 * 2**20
"""Bytes that one notebook may have."""

MAX_ARCHIVE = 8 * 2**30
"""Bytes that the notebooks of one archive may have together."""

MAX_ENTRIES = 10_000
NO_NOTEBOOK = "There is no notebook in the zip file."
MAX_DEPTH = 4
"""Zip files around a notebook that are opened: a platform's, a student's, and what was in it."""
_TOO_DEEP = f"It is a zip file within {MAX_DEPTH} others: hand in the notebook itself."
_EMPTY = b"PK\x05\x06" + bytes(18)  # the index of an archive without entries
_CHUNK = 2**17
_MAX_INDEX = 8 * 2**20  # bytes: enough for so many entries with long names


class ArchiveError(ValueError):
    """An archive or an entry that cannot be read; the sentence says why."""


@dataclass(frozen=True)
class ArchiveEntry:
    """A notebook in an archive, as the index declares it.

    Args:
        name: With `/` between folders.
        reason: Why it is not read; "" if nothing speaks against it.
        only_listed: Whether it is only to be seen: neither a notebook nor in place of one.
        parent: The zip file that it is in, where that is itself an entry of the archive.
    """

    name: str
    reason: str = ""
    offset: int = 0
    info: zipfile.ZipInfo | None = field(default=None, compare=False, repr=False)
    only_listed: bool = False
    parent: "ArchiveEntry | None" = None

    @property
    def ancestors(self) -> list["ArchiveEntry"]:
        """The zip files that it is in, but for the archive itself, the innermost first."""
        return [self.parent, *self.parent.ancestors] if self.parent else []


@dataclass
class _Budget:
    """What an archive may still hold, with all zip files in it: bytes to unpack, and entries."""

    size: int
    entries: int


class _Bounded(io.BufferedReader):
    """A file that gives a few megabytes at once, so that no index can fill the memory."""

    def read(self, size: int | None = -1) -> bytes:
        """Read at most `size` bytes; the rest of the file only where it is short."""
        if size is None or size < 0:
            size = _CHUNK  # the end of the file, with the comment
        if size > _MAX_INDEX:
            raise ArchiveError("The index of the zip file is too long.")
        return super().read(size)


@contextmanager
def _open_archive(
    path: Path, damaged: str, parent: ArchiveEntry | None, is_listed: bool = False
) -> Iterator[zipfile.ZipFile]:
    """Open an archive, or one that is an entry of it; damage, also within the block, is a sentence.

    One that is listed already begins as an empty one, and then gets its file: the whole index is
    not read again for each of its entries.
    """
    raw = io.BytesIO(read_entry(path, parent)) if parent else io.FileIO(path)
    with _Bounded(raw) as file:
        try:
            with zipfile.ZipFile(io.BytesIO(_EMPTY) if is_listed else file) as archive:
                if is_listed:
                    archive.fp = file
                yield archive
        except (ArchiveError, OSError):
            raise
        except Exception:  # damage ends in errors of many kinds
            raise ArchiveError(damaged) from None


def list_notebooks(path: Path, include_all: bool = False) -> list[ArchiveEntry]:
    """List the notebooks of an archive, bad ones too; hidden files are left out.

    A zip file in it is opened, too, for notebooks, and so are those in that one, to a depth. The
    bounds are those of one archive: a notebook counts as much as it takes to unpack all around it.

    Beside notebooks, files are listed that seem to be handed in instead of one; on request, as
    `only_listed`, all files and empty folders, too.

    Raises:
        ArchiveError: If it is no zip file, or lists far too many files.
        OSError: If the file cannot be read.
    """
    return _list_entries(path, include_all, _Budget(MAX_ARCHIVE, MAX_ENTRIES))


def _list_entries(
    path: Path, include_all: bool, budget: _Budget, parent: ArchiveEntry | None = None
) -> list[ArchiveEntry]:
    with _open_archive(path, "It is not a zip file, or it is damaged.", parent) as archive:
        infos = archive.infolist()
    budget.entries -= len(infos)
    if budget.entries < 0:
        raise ArchiveError(f"The zip file has more than {MAX_ENTRIES:,} entries.")
    visible = [info for info in infos if not _is_hidden(info)]
    notebooks = [i for i in visible if is_notebook(n := _split_path(i)[-1]) or is_archive(n)]
    misplaced = (
        find_misplaced_files(tuple(_split_path(info)) for info in visible) if notebooks else set()
    )
    requested = [*notebooks, *(info for info in visible if tuple(_split_path(info)) in misplaced)]
    entries = [replace(_make_entry(info), parent=parent) for info in requested]
    name_counts = Counter(entry.name for entry in entries)
    other_entries = _list_other_entries(infos, {*name_counts}) if include_all else []
    kept_entries = []
    for entry in sorted(entries, key=lambda entry: entry.name):
        sizes = (part.info.file_size for part in [entry, *entry.ancestors])
        budget.size -= 0 if entry.reason else sum(sizes)
        if name_counts[entry.name] > 1:
            entry = replace(entry, reason="The zip file has several entries of this name.")
        elif budget.size < 0 and not entry.reason:
            entry = replace(entry, reason="The zip file unpacks to far too much.")
        elif is_archive(entry.name) and not entry.reason:
            is_too_deep = len(entry.ancestors) + 1 >= MAX_DEPTH
            too_deep = [replace(entry, reason=_TOO_DEEP)]
            kept_entries += too_deep if is_too_deep else _list_inner_archive(path, budget, entry)
            continue
        kept_entries.append(entry)
    return sorted([*kept_entries, *other_entries], key=lambda entry: entry.name)


def _list_inner_archive(path: Path, budget: _Budget, entry: ArchiveEntry) -> list[ArchiveEntry]:
    """List what is in a zip file in an archive; itself, with a reason, if that is nothing."""
    try:
        if budget.entries <= 0:
            raise ArchiveError(f"The zip file has more than {MAX_ENTRIES:,} entries.")
        entries = _list_entries(path, False, budget, entry)
    except ArchiveError as error:
        return [replace(entry, reason=str(error))]
    inner_entries = [replace(inner, name=f"{entry.name}/{inner.name}") for inner in entries]
    return inner_entries or [replace(entry, reason=NO_NOTEBOOK)]


def _list_other_entries(infos: list[zipfile.ZipInfo], listed_names: set[str]) -> list[ArchiveEntry]:
    """List what else an archive has: files, and folders with nothing in them."""
    visible = [info for info in infos if not _is_hidden(info, folder=True)]
    inner_folders = {
        tuple(_split_path(i)[:n]) for i in visible for n in range(1, len(_split_path(i)))
    }
    listed = [
        info
        for info in visible
        if not (info.is_dir() and tuple(_split_path(info)) in inner_folders)
    ]
    entries = {entry.name: replace(entry, only_listed=True) for entry in map(_make_entry, listed)}
    return [entry for name, entry in entries.items() if name not in listed_names]


def _is_hidden(info: zipfile.ZipInfo, folder: bool = False) -> bool:
    *folders, name = _split_path(info) or [""]
    return (
        (info.is_dir() and not folder)
        or not name
        or name.startswith(".")
        or any(folder == "__MACOSX" or re.match(r"\.[^.]", folder) for folder in folders)
    )


def _split_path(info: zipfile.ZipInfo) -> list[str]:
    return [part for part in info.filename.replace("\\", "/").split("/") if part not in ("", ".")]


def _make_entry(info: zipfile.ZipInfo) -> ArchiveEntry:
    """Read what the index says of a notebook, and what speaks against it."""
    kind, parts = stat.S_IFMT(info.external_attr >> 16), _split_path(info)
    leads_away = ".." in parts or re.match(r"[/\\]|[A-Za-z]:", info.filename)
    is_odd = info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
    is_large = max(info.file_size, info.compress_size) > MAX_NOTEBOOK
    faults = (
        (leads_away, "Its name in the zip file leads to another folder."),
        (kind == stat.S_IFLNK, "It is a link to another file, and links are not followed."),
        (kind not in (0, stat.S_IFREG), "It is no ordinary file."),
        (ending_fault := explain_ending(parts[-1]), ending_fault),
        (info.flag_bits & 0x41, "It is encrypted."),
        (is_odd, "It is packed in an unusual way: pack it again with the usual settings."),
        (is_large, f"It is larger than {MAX_NOTEBOOK // 2**20} MB."),
    )
    reason = next((message for applies, message in faults if applies), "")
    return ArchiveEntry("/".join(parts), reason, info.header_offset, info)


def read_entry(path: Path, entry: ArchiveEntry) -> bytes:
    """Unpack a notebook into memory: never more bytes than the index declares.

    Raises:
        ArchiveError: If it is not what the index says.
        OSError: If the file cannot be read.
    """
    if entry.reason:
        raise ArchiveError(entry.reason)
    damaged = "It is damaged in the zip file, or larger than the zip file says."
    with (
        _open_archive(path, damaged, entry.parent, is_listed=True) as archive,
        archive.open(entry.info) as file,
    ):
        data = b"".join(iter(functools.partial(file.read, _CHUNK), b""))  # no more than it declares
    if len(data) != entry.info.file_size:
        raise ArchiveError(damaged)
    return data
