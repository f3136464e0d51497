"""The environment in which notebooks are checked and written: one place, so that both agree."""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from rnncourse.core.threads import THREAD_VARIABLES
from scripts import ROOT, Argument, fail, require_path

GUARD = ROOT / "tests" / "kernel"  # its sitecustomize.py makes warnings errors and refuses sockets


def make_kernel_environment(scratch: str, threads: int = 1) -> dict[str, str]:
    """Return the variables for a process that starts kernels.

    PYTHONHASHSEED stays free on purpose: an output that depends on the order of a set must fail.

    Args:
        scratch: a folder for what kernels write beside their outputs (history, connection files).
        threads: how many threads the numeric libraries may use.
    """
    env = {k: v for k, v in os.environ.items() if k not in ("PYTEST_ADDOPTS", "PYTHONWARNINGS")}
    env |= dict.fromkeys(THREAD_VARIABLES, str(threads))
    env["PYTHONPATH"] = os.pathsep.join(filter(None, [str(GUARD), env.get("PYTHONPATH")]))
    env["MPLBACKEND"] = "module://matplotlib_inline.backend_inline"
    env["IPYTHONDIR"] = env["JUPYTER_RUNTIME_DIR"] = scratch  # no reader's start-up files
    env["JUPYTER_PREFER_ENV_PATH"] = "1"  # the kernel of this Python, not one in the home folder
    return env


def build_font_cache() -> None:
    """Build matplotlib's font cache now: on a fresh machine a cell would report it as a warning."""
    command = [sys.executable, "-c", "import matplotlib.font_manager"]
    subprocess.run(command, stderr=subprocess.DEVNULL, check=False)


def make_paths_argument(*default: Path) -> Argument:
    """Return the argument of a script that takes notebooks and folders of them."""
    description = f"notebooks or folders (default: {', '.join(path.name for path in default)})"
    options = {"nargs": "*", "metavar": "PATH", "type": require_path, "default": default}
    return Argument("paths", help=description, **options)


def find_notebooks(paths: Sequence[Path]) -> list[Path]:
    """Return the notebooks that files and folders mean."""
    notebooks = []
    for path in paths:
        notebooks += sorted(path.glob("*.ipynb")) if path.is_dir() else [path]
    if not notebooks:
        fail(f"there is no notebook in {', '.join(map(str, paths))}.")
    return notebooks
