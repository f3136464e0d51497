"""Run the tests, and say at the end what each part took: python scripts/test_all.py [PART...].

With names of parts only these are run: make test ONLY="slow tests". A part that fails does not stop
the next one, except that without a book there are no pages to test.

Of the tests that take long a quarter is run, and which goes by the commit, so that all have their
turn. With --full all are (make test-full).
"""

import os
import re
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PYTEST = [sys.executable, "-m", "pytest", "-q", "-n", "2", "--dist", "worksteal", "--durations=10"]


def typed_modules() -> list[str]:
    """The modules that annotate arrays, but for questions: those are asked thousands of times."""
    found = []
    for path in sorted((ROOT / "rnncourse").rglob("*.py")):
        if "questions" not in path.parts and "from jaxtyping" in path.read_text("utf-8"):
            found.append(".".join(path.relative_to(ROOT).with_suffix("").parts))
    return found


# Each test runs once. Where arrays are passed about in the tests' own process, every array's shape
# is checked against its annotation: that can only make a test fail more, so it proves all that the
# plain run does. Tests that start processes of their own are out of reach of such checks. Readers
# have no annotations checked: theirs are the notebooks, the pages and `make test-fast`.
HOOK = f"--jaxtyping-packages={','.join([*typed_modules(), 'beartype.beartype'])}"
TYPED = [HOOK, "-m", "not slow and not browser"]
MAKE = ["make", "--no-print-directory"]
BOOK, CHECK = "book", "check"
PARTS = {
    BOOK: [*MAKE, "book"],
    CHECK: [*MAKE, "check"],  # and the rules of the house with it
    "unit tests": [*PYTEST, *TYPED, "--ignore=tests/test_house.py"],
    "slow tests": [*PYTEST, "-m", "slow or browser"],
    "notebooks": [sys.executable, "scripts/check_notebooks.py", "book", "solutions", "exercises"],
}
FAILED = re.compile(r"(?:FAILED|ERROR) +(?:[\d.]+ CPU s  )?(.+?)(?: - .*)?\n")


@dataclass
class Part:
    """A part of the tests, and what became of it."""

    name: str
    outcome: str = "broken off"
    start: float = field(default_factory=time.perf_counter)
    end: float | None = None
    failed: dict[str, None] = field(default_factory=dict)

    @property
    def seconds(self) -> float:
        """What it took, or has taken until now."""
        return (self.end or time.perf_counter()) - self.start

    def run(self, silent: bool = False) -> str:
        """Run it, print what it prints as it comes, and remember the names of what fails."""
        command, text = PARTS[self.name], f"--- {self.name}\n"
        print("" if silent else text, end="", flush=True)
        with subprocess.Popen(
            command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        ) as process:
            for line in process.stdout:
                text += line
                print("" if silent else line, end="", flush=True)
                if found := FAILED.fullmatch(line):
                    self.failed[found[1]] = None
        self.outcome, self.end = "FAILED" if process.returncode else "passed", time.perf_counter()
        return text


def share_of(commit: str) -> int:
    """Which share of the slow tests a commit runs, 0 to 3: tests/conftest.py says which are in it.

    A number of the commit's own, so that a copy of the project without its history has it too.
    """
    return int(commit[:8] or "0", 16) % 4


def head() -> str:
    """The commit that the tree is at; nothing where there is none."""
    command = ["git", "rev-parse", "HEAD"]
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return ""
    return done.stdout.strip()


def run(names: list[str], parts: list[Part]) -> None:
    """Run parts; those that have begun are in `parts`, also when they are broken off."""
    with ThreadPoolExecutor() as pool:
        beside = None
        for name in names:
            if beside and name == CHECK:
                continue
            parts.append(part := Part(name))
            if name == BOOK and CHECK in names:  # either uses one core
                parts.append(check := Part(CHECK))
                beside = pool.submit(check.run, silent=True)
            part.run()
            if name == BOOK and beside:
                print(beside.result(), end="", flush=True)
            if name == BOOK and part.outcome == "FAILED":
                return


def main(arguments: list[str]) -> int:
    chosen = [name for name in arguments if name != "--full"]
    if unknown := [name for name in chosen if name not in PARTS]:
        print(f"test_all.py: no part {unknown[0]!r}; there are: {', '.join(PARTS)}.")
        return 2
    os.environ.pop("RNNCOURSE_SHARE", None)
    if "--full" not in arguments:
        os.environ["RNNCOURSE_SHARE"] = str(share_of(head()))
    parts: list[Part] = []
    start = time.perf_counter()
    try:
        run(chosen or [*PARTS], parts)
    except KeyboardInterrupt:
        print("\ntest_all.py: broken off.")
    print("\npart         minutes")
    for part in parts:
        print(f"{part.name:<12} {part.seconds / 60:7.1f}  {part.outcome}")
        print("".join(f"    {name}\n" for name in part.failed), end="")
    print(f"{'all':<12} {(time.perf_counter() - start) / 60:7.1f}")
    if share := os.environ.get("RNNCOURSE_SHARE"):
        print(f"Of the slow tests a quarter was run (share {share}); all: make test-full")
    return int(any(part.outcome != "passed" for part in parts))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
