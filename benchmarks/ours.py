"""The command `rnncourse`, with the benchmark's assignments known to it and to its workers."""

import sys

from assignments import register

register()  # a worker process runs this line, too

if __name__ == "__main__":
    from rnncourse.cli import main

    sys.exit(main())
