"""The command `rnncourse`, with the benchmark's assignments known to it and to its workers."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # it runs by its path, anywhere

from benchmarks.assignments import register_assignments

register_assignments()  # a worker process runs this line, too

if __name__ == "__main__":
    from rnncourse.cli import main

    sys.exit(main())
