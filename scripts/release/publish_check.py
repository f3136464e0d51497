"""Say what a fork has to set before it publishes: python -m scripts.release.publish_check.

What the files and git say is looked up here; what only the settings of the repository on GitHub
say is listed for a person to look at. Asks no network. Exit code: 0 the pages lack nothing, 1 they
do, 2 this is no clone with git.
"""

import json
import re
import subprocess
import tomllib
from pathlib import Path

from scripts import ROOT, fail, run_script
from scripts.release.check_release import list_faults, read_version

SETTINGS = (
    "Actions: the workflows are enabled",
    "Settings, Pages: the source is GitHub Actions",
    "Optional: Settings, Secrets and variables, Actions, Variables: SOLUTIONS is `no` for a class "
    "without solutions; TORCH_INDEX is the address of PyTorch's smaller, CPU-only packages; "
    "PUBLISH_TO_INDEX is `true` only where the package index trusts release.yml",
)


def find_address(remote: str) -> str:
    """Return the address of a repository on GitHub, from how git names it; '' for others.

    >>> find_address("git@github.com:ada/rnn.git"), find_address("https://github.com/ada/rnn")
    ('https://github.com/ada/rnn', 'https://github.com/ada/rnn')
    """
    match = re.fullmatch(r"(?:https://|ssh://git@|git@)github\.com[/:](\S+?)(?:\.git)?/?", remote)
    return f"https://github.com/{match[1]}" if match else ""


def describe_missing(remote: str) -> str:
    """Say in a sentence what a fork lacks before it can publish its pages; "" if nothing.

    Args:
        remote: Where git's `origin` is; "" if there is none.
    """
    if find_address(remote):
        return ""
    problem, verb = (f"leads to {remote!r}", "set-url") if remote else ("is not set", "add")
    return (
        f"git's remote `origin` {problem}, and Actions and Pages need a repository on GitHub. "
        f"Try: git remote {verb} origin https://github.com/OWNER/NAME"
    )


def list_optional(root: Path, remote: str, dirty: bool) -> list[str]:
    """Say in a sentence each what a fork lacks for Colab and for a release; its pages need none.

    Args:
        root: The clone.
        remote: Where git's `origin` is; "" if there is none.
        dirty: Whether something is not committed.
    """
    sentences, address = [], find_address(remote)
    project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]
    named_repository = (
        project.get("urls", {}).get("Repository", "").removesuffix("/").removesuffix(".git")
    )
    if not named_repository or (address and named_repository != address):
        problem = f"names {named_repository!r}" if named_repository else "names no Repository"
        sentences.append(
            f"For Colab: pyproject.toml {problem}, so the first cell of an exercise does not "
            "install this course there. Put under [project.urls]: "
            f'Repository = "{address or "..."}"'
        )
    cells = f'COURSE = "{named_repository}"'
    stale = [p.stem for p in sorted((root / "exercises").glob("*.ipynb")) if _lacks_text(p, cells)]
    if named_repository and stale:
        sentences.append(
            f"For Colab: the exercises ({', '.join(stale)}) name another repository. "
            "Try: make exercises"
        )
    number = project["version"]
    citation = (root / "CITATION.cff").read_text("utf-8")
    changes = (root / "CHANGELOG.md").read_text("utf-8")
    faults = list_faults(f"v{number}", number, citation, changes, address)
    sentences += [f"For a release: {fault}" for fault in faults]
    if dirty:
        sentences.append(
            "Something is not committed, and what is published has only what is. Try: git status"
        )
    return sentences


def _lacks_text(notebook: Path, text: str) -> bool:
    cells = json.loads(notebook.read_text("utf-8"))["cells"]
    return not any(text in "".join(cell["source"]) for cell in cells)


def _run_git(*arguments: str) -> str:
    command = ["git", "-C", str(ROOT), *arguments]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    if result.returncode > 1:
        fail("this is no clone with git, so it cannot be published.")
    return result.stdout.strip()


def main() -> int:
    dirty = bool(_run_git("status", "--porcelain"))
    remote = _run_git("config", "remote.origin.url")
    fault, optional_faults = describe_missing(remote), list_optional(ROOT, remote, dirty)
    print(f"missing: {fault}." if fault else "For the pages nothing is missing.")
    for fault_text in optional_faults:
        print(f"optional: {fault_text.rstrip('.')}.")
    if not (fault or optional_faults):
        print(f"A release: git tag v{read_version()}; git push origin v{read_version()}")
    print("Only GitHub knows these; look there:")
    for setting in SETTINGS:
        print(f"  {setting}.")
    return int(bool(fault))


if __name__ == "__main__":
    run_script(main)
