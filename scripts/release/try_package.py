"""Try the installed package as a reader: python scripts/release/try_package.py [NOTEBOOK...].

Run it with the Python of an environment into which the package was installed without `-e`. Needs no
make, no shell and no tool of the tests, so that it works on every system. Commands run in an empty
folder, so that nothing is found in the checkout by chance. The notebooks are solutions: `rnncourse
check` has to give them all points.
"""

import importlib.metadata
import os
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[2]))  # last: rnncourse is the installed one

from scripts import ROOT, Argument, fail, require_path, run_script

TIMEOUT = 600  # seconds; only against a command that never ends


def explain_misplacement() -> str:
    """Say why this is not the package that a reader has, or return ''."""
    import rnncourse

    if Path(rnncourse.__file__).resolve().is_relative_to(ROOT / "rnncourse"):
        return "rnncourse comes from this checkout: install it without -e, in another environment"
    return ""


def list_file_faults() -> list[str]:
    """Name the data files of the checkout that the installed package lacks or has otherwise."""
    import rnncourse

    installed, faults = Path(rnncourse.__file__).parent, []
    ours = (path for path in (ROOT / "rnncourse").rglob("*") if path.is_file())
    data = [path for path in ours if "__pycache__" not in path.parts and path.suffix != ".py"]
    for path in data:
        name = path.relative_to(ROOT / "rnncourse")
        copy = installed / name
        if not copy.is_file():
            faults.append(f"{name.as_posix()} is not in the package")
        elif copy.read_bytes() != path.read_bytes():
            faults.append(f"{name.as_posix()} is another file in the package")
    print(f"{len(data) - len(faults)} of {len(data)} data files are in the package.")
    return faults


def load_data() -> None:
    """Load the ledger, the records and the weights; each says what is wrong with it."""
    from rnncourse import claims
    from rnncourse.core import chapters, records
    from rnncourse.models import weights

    ledger = claims.load_ledger()
    recorded = [
        records.Record.load(chapter.name)
        for chapter in chapters.list_chapters()
        if (chapter.folder / records.FILE).is_file()
    ]
    trained = [
        weights.load(path.stem, path.parent)
        for path in sorted(chapters.FOLDER.glob("*/weights/*.bin"))
    ]
    print(f"Loaded {len(ledger)} claims, {len(recorded)} records, {len(trained)} sets of weights.")


def list_command_faults(notebooks: list[Path]) -> list[str]:
    """Run the command line, and say which commands did not do what they should."""
    program = Path(sysconfig.get_path("scripts")) / f"rnncourse{'.exe' * (os.name == 'nt')}"
    faults = []
    with tempfile.TemporaryDirectory() as empty:
        for arguments, expected in [
            (["--version"], f"rnncourse {importlib.metadata.version('rnncourse')}\n"),
            (["--help"], None),
            *((["check", str(path)], None) for path in notebooks),
        ]:
            result = subprocess.run(
                [program, *arguments],
                cwd=empty,
                env={**os.environ, "PYTHONUTF8": "1"},
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                encoding="utf-8",
                timeout=TIMEOUT,
            )
            print(f"\n$ rnncourse {' '.join(arguments)}\n{result.stdout}", flush=True)
            if result.returncode or expected not in (None, result.stdout):
                faults.append(f"rnncourse {arguments[0]}: exit code {result.returncode}")
    return faults


def main(notebooks: list[Path]) -> None:
    sys.stdout.reconfigure(errors="backslashreplace")  # a terminal may lack a mark's character
    try:
        faults = [fault] if (fault := explain_misplacement()) else list_file_faults()
    except ImportError as error:
        fail(f"the package is not installed here: {error}.")
    if not faults:
        load_data()
        faults = list_command_faults([path.resolve() for path in notebooks])
    if faults:
        fail(*(f"{fault}." for fault in faults), code=1)


if __name__ == "__main__":
    run_script(main, Argument("notebooks", nargs="*", type=require_path, metavar="NOTEBOOK"))
