"""Build the book, and pack its pages into one file to carry: python -m scripts.book.make_zip.

The same pages give the same file, whenever it is made. Opened as files, pages work as served.
Slides that a build takes away, since they are of an older book, are made again. What nobody has
made is not in the file, and it says so.
"""

import zipfile
from fnmatch import fnmatch
from pathlib import Path

from rnncourse.core.files import open_atomically
from scripts import ROOT, fail, run_script
from scripts.book import build_book
from scripts.book.extras import PDFS, SITE, SLIDES
from scripts.slides import make_slides

FOLDER = "rnncourse-book"
"""The one folder that the file unpacks to, and the file's stem."""
# Maps for who debugs the theme, its translations, the inventory for other projects' links, and
# fonts in a format that browsers take only where they lack a newer one.
EXCLUDED_FILES = ("*.map", "_static/locales/*", "objects.inv", ".buildinfo", "*.ttf")
READ_ME = """\
Networks that read, remember and write

Open index.html in a browser. Everything works without a network: the live models, the search, the
downloads. Text and figures: CC BY 4.0. Code: MIT license.
"""


def pack_site(site: Path, target: Path) -> int:
    """Write the site and a note into a zip file.

    Args:
        site: The folder of the built pages.
        target: The file to write.

    Returns:
        How many files the site has in it.
    """
    names = sorted(path.relative_to(site).as_posix() for path in site.rglob("*") if path.is_file())
    names = [
        name for name in names if not any(fnmatch(name, pattern) for pattern in EXCLUDED_FILES)
    ]
    with open_atomically(target) as stream, zipfile.ZipFile(stream, "w") as archive:
        for name in ["READ-ME.txt", *names]:
            entry = zipfile.ZipInfo(f"{FOLDER}/{name}")  # of 1980, not of now
            entry.external_attr = 0o644 << 16
            content = (site / name).read_bytes() if name in names else READ_ME
            archive.writestr(entry, content, zipfile.ZIP_DEFLATED, compresslevel=9)
    return len(names)


def describe_missing(site: Path) -> str:
    """Say what a site has not that a command adds, and which; nothing where it has all."""
    commands = []
    if not (site / SLIDES).is_dir():
        commands.append(("slides", "make slides"))
    if not any((site / name).is_file() for name in PDFS):
        commands.append(("PDF files", "make pdf"))
    if not commands:
        return ""
    names = " and no ".join(name for name, _ in commands)
    return f"It has no {names}. To add them: {' && '.join(c for _, c in commands)} && make zip"


def main() -> None:
    marker = SITE.with_name("slides.wanted")  # the build takes them away, and may be broken off
    if (SITE / SLIDES).is_dir():
        marker.touch()
    build_book.main()
    if marker.is_file() and not (SITE / SLIDES).is_dir():
        make_slides.main()
    marker.unlink(missing_ok=True)
    target = SITE.with_name(f"{FOLDER}.zip")
    try:
        count = pack_site(SITE, target)
    except OSError as error:
        fail(f"{error.filename}: {error.strerror}.", code=1)
    size = target.stat().st_size / 1e6
    print(
        f"Wrote {target.relative_to(ROOT)}, {size:.1f} MB: unpack it anywhere and open "
        f"{FOLDER}/index.html ({count} files)."
    )
    if message := describe_missing(SITE):
        print(message)


if __name__ == "__main__":
    run_script(main)
