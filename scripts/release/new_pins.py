"""Resolve all packages anew and write constraints.txt: python -m scripts.release.new_pins.

Run it with the oldest Python that the course admits. Some pins stay as they are: the libraries that
the course reads as text, and those that decide the numbers in the records, because newer ones mean
`make measure`; and packages that only another system needs, which a resolution here does not meet.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from rnncourse.data.corpus import LIBRARIES
from scripts import ROOT, fail, run_script

PINS = ROOT / "constraints.txt"
MIN_PYTHON = "3.11.0"
REQUIREMENTS = [f"{ROOT}[test]", "build"]  # "build" makes releases
MEASURED = {*LIBRARIES.values(), "babel", "torch"}
OTHER_SYSTEMS = {"appnope", "colorama", "pywin32"}


def read_pins(text: str) -> dict[str, Requirement]:
    """Return the lines of a file of pins by canonical name."""
    pins = [Requirement(line) for line in text.splitlines() if line.strip()]
    return {canonicalize_name(pin.name): pin for pin in pins}


def resolve_metadata(constraints: list[str]) -> list[dict]:
    """Ask pip what it would install, and return the metadata of each package."""
    with tempfile.TemporaryDirectory() as folder:
        constraints_file, report = Path(folder, "held.txt"), Path(folder, "report.json")
        constraints_file.write_text("\n".join(constraints), encoding="utf-8")
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        command += ["--dry-run", "--ignore-installed"]
        command += ["--report", report, "--constraint", constraints_file]
        subprocess.run([*command, *REQUIREMENTS], check=True)
        packages = json.loads(report.read_text(encoding="utf-8"))["install"]
    return [package["metadata"] for package in packages]


def is_unsupported(metadata: dict) -> bool:
    """Say whether a package does not install on the oldest Python."""
    python_versions = metadata.get("requires_python") or ""
    return MIN_PYTHON not in Requirement(f"python {python_versions}").specifier


def compute_pins(old: dict[str, Requirement]) -> list[str]:
    """Resolve until every package installs on the oldest Python; return the lines of the file."""
    kept_pins = [str(pin) for name, pin in old.items() if name in MEASURED | OTHER_SYSTEMS]
    excluded: list[str] = []
    while True:
        packages = resolve_metadata(kept_pins + excluded)
        refused = [m for m in packages if is_unsupported(m)]
        if not refused:
            break
        excluded += [f"{m['name']}!={m['version']}" for m in refused]
    lines = {canonicalize_name(m["name"]): f"{m['name']}=={m['version']}" for m in packages}
    del lines["rnncourse"]
    lines |= {name: str(old[name]) for name in (MEASURED | OTHER_SYSTEMS) & old.keys()}
    return sorted(lines.values(), key=lambda line: line.split("==")[0].lower())


def main() -> None:
    old = PINS.read_text(encoding="utf-8")
    try:
        new = "\n".join(compute_pins(read_pins(old))) + "\n"
    except subprocess.CalledProcessError:
        fail("pip found no versions; see its message above.", code=1)
    PINS.write_text(new, encoding="utf-8")
    changed_pins = sorted({*new.splitlines()} - {*old.splitlines()}, key=str.lower)
    print("\n".join(changed_pins) or "All pins are the newest that hold together.")


if __name__ == "__main__":
    run_script(main)
