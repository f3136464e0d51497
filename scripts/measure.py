"""Do recorded runs again: python scripts/measure.py [CHAPTER[/EXPERIMENT]...].

Without arguments: all chapters, hours. A chapter's `experiments.py` says in `EXPERIMENTS` what
there is; each experiment writes its section of the chapter's `record.json`.
"""

import sys
import time

from rnncourse.core.chapters import chapters
from rnncourse.core.records import RecordError


def experiments() -> dict[str, object]:
    """Every experiment of the course, by `CHAPTER/EXPERIMENT`."""
    return {
        f"{chapter.name}/{name}": run
        for chapter in chapters()
        if chapter.has("experiments")
        for name, run in chapter.load("experiments").EXPERIMENTS.items()
    }


def main(asked: list[str]) -> int:
    known = experiments()
    chosen = []
    for name in asked or known:
        found = [n for n in known if n == name or n.startswith(f"{name}/")]
        if not found:
            print(f"No experiment {name}; there are: {', '.join(known)}.", file=sys.stderr)
            return 2
        chosen += found
    failed = 0
    for name in dict.fromkeys(chosen):
        start = time.process_time()
        try:
            path = known[name]().save()
        except RecordError as error:  # the others still run
            print(f"{name}: not written. {error}", file=sys.stderr)
            failed = 1
            continue
        seconds = time.process_time() - start
        print(f"{name}: {path.parent.name}/{path.name} written after {seconds:.0f} CPU seconds")
    return failed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
