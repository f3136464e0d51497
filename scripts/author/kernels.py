"""The environment in which notebooks are checked and written: one place, so that both agree."""

import os
import subprocess
import sys
from pathlib import Path

from scripts import ROOT

GUARD = ROOT / "tests" / "kernel"  # its sitecustomize.py makes warnings errors and refuses sockets
THREAD_VARIABLES = [
    "MKL_NUM_THREADS",
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
]


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


def find_notebooks(paths: list[Path]) -> list[Path]:
    """Return the notebooks meant by the arguments: files, folders, or nothing for the book."""
    notebooks = []
    for path in paths or [ROOT / "book"]:
        notebooks += sorted(path.glob("*.ipynb")) if path.is_dir() else [path]
    if missing := [path for path in notebooks if not path.is_file()]:
        sys.exit(f"There is no notebook {missing[0]}.")
    if not notebooks:
        sys.exit(f"There is no notebook in {', '.join(map(str, paths or ['book']))}.")
    return notebooks
