"""Installing what a notebook needs, and opening it in JupyterLab."""

import importlib.util
import os
import signal
import subprocess
import sys
from pathlib import Path

from rnncourse.cli.commands import STOPPED, CommandError, print_note
from rnncourse.cli.course import shorten_path
from rnncourse.core.chapters import Chapter

PRODUCT_NAMES = {"jupyterlab": "JupyterLab", "ipykernel": "Jupyter's kernel", "torch": "PyTorch"}
LARGE = "PyTorch has 800 MB, or some gigabytes where pip takes the CUDA build"


def install_packages(chapter: Chapter, constraints: Path, opens: bool, path: Path) -> None:
    """Install what a notebook needs and is not here, in the course's versions.

    Args:
        chapter: Whose notebook.
        constraints: The file with the versions.
        opens: Whether it is opened here.
        path: The notebook.

    Raises:
        CommandError: If that is not possible.
    """
    needed = ["jupyterlab" if opens else "ipykernel", *find_packages(chapter)]
    names = [name for name in needed if importlib.util.find_spec(name) is None]
    if not names:
        return
    products = " and ".join(PRODUCT_NAMES.get(name, name) for name in names)
    command = [sys.executable, "-m", "pip", "install", "-c", str(constraints), *names]
    if sys.prefix == sys.base_prefix and "CONDA_PREFIX" not in os.environ:
        raise CommandError(
            f"{products} must be installed first, and this Python is not in a virtual environment, "
            "so nothing was installed into it: see the page 'For students', or use make work."
        )
    large = f" ({LARGE})" if "torch" in names else ""
    print_note(
        f"Installing {products}{large}; this takes a minute, or as long as the network needs ..."
    )
    quiet = ["--quiet", "--disable-pip-version-check"]
    result = subprocess.run([*command, *quiet], stderr=subprocess.PIPE, text=True, errors="replace")
    if result.returncode:
        lines = [line for line in result.stderr.splitlines() if line.strip()]
        reason = lines[-1].removeprefix("ERROR: ").rstrip(".") if lines else "pip does not say why"
        raise CommandError(
            f"{products} could not be installed: {reason}. Your notebook is {shorten_path(path)}; "
            "start again when the network is there."
        )


def find_packages(chapter: Chapter) -> list[str]:
    """Return the packages that a chapter's answers use and the course does not install itself."""
    from rnncourse.grading.registry import list_packages, load_questions

    return sorted(list_packages(load_questions(chapter.page).values()))


def open_in_jupyter(path: Path) -> None:
    """Open a notebook in JupyterLab, and wait until that ends.

    Raises:
        CommandError: If JupyterLab cannot be started.
    """
    if importlib.util.find_spec("jupyterlab") is None:
        raise CommandError(
            f"JupyterLab is not installed, so {shorten_path(path)} was not opened: leave out "
            "--no-install, or open it in another program."
        )
    print_note("JupyterLab opens it in your browser; to end it, press Ctrl-C here.")
    # The kernel of this Python, not one of the same name in the home folder.
    environment = {**os.environ, "JUPYTER_PREFER_ENV_PATH": "1"}
    # Ctrl-C is for JupyterLab, which asks.
    old_handler = signal.signal(signal.SIGINT, lambda *_: None)
    try:
        code = subprocess.run(
            [sys.executable, "-m", "jupyterlab", path.name], cwd=path.parent, env=environment
        ).returncode
    finally:
        signal.signal(signal.SIGINT, old_handler)
    if code not in (0, -signal.SIGINT, STOPPED):  # Ctrl-C twice is no fault
        raise CommandError(
            f"JupyterLab ended with code {code}. Your notebook is {shorten_path(path)}"
        )
