"""`python -m rnncourse`: the same as the command `rnncourse`."""

import sys

from rnncourse.cli import main

if __name__ == "__main__":
    sys.exit(main())
