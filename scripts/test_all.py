"""Run every test, and say at the end what each part took: python scripts/test_all.py.

A part that fails does not stop the next one, except that without a book there are no pages to test.
"""

import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PYTEST = [sys.executable, "-m", "pytest", "-q", "-n", "2", "--dist", "worksteal", "--durations=10"]
# Each test runs once. Where arrays are passed about in the tests' own process, every array's shape
# is checked against its annotation: that can only make a test fail more, so it proves all that the
# plain run does. Tests that start processes of their own are out of reach of such checks. Readers
# have no annotations checked: theirs are the notebooks, the pages and `make test-fast`.
TYPED = ["--jaxtyping-packages=rnncourse,beartype.beartype", "-m", "not slow and not browser"]
MAKE = ["make", "--no-print-directory"]
PARTS = {
    "book": [*MAKE, "book"],
    "check": [*MAKE, "check"],
    "unit tests": [*PYTEST, *TYPED],
    "slow tests": [*PYTEST, "-m", "slow or browser"],
    "notebooks": [sys.executable, "scripts/check_notebooks.py", "book", "solutions", "exercises"],
}


def main() -> int:
    table = []
    for name, command in PARTS.items():
        print(f"--- {name}", flush=True)
        start = time.perf_counter()
        code = subprocess.run(command, cwd=ROOT, check=False).returncode
        table.append((name, time.perf_counter() - start, "FAILED" if code else "passed"))
        if code and name == "book":
            break
    print("\npart         minutes")
    for name, seconds, outcome in table:
        print(f"{name:<12} {seconds / 60:7.1f}  {outcome}")
    print(f"{'all':<12} {sum(seconds for _, seconds, _ in table) / 60:7.1f}")
    return int(any(outcome == "FAILED" for *_, outcome in table))


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit("\ntest_all.py: broken off.")
