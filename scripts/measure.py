"""Do recorded runs again: python scripts/measure.py [CHAPTER[/EXPERIMENT]...].

Without arguments: all chapters, hours. A chapter's `experiments.py` says in `EXPERIMENTS` what
there is; each experiment writes its section of the chapter's `record.json`. The section says when
and from which commit it was made, and which predicates of the ledger stood then: a threshold that
changes afterwards is found (`rnncourse.claims.load_ledger`).
"""

import datetime
import subprocess
import sys
import time
from pathlib import Path

from rnncourse.claims import read_ledger
from rnncourse.core.chapters import chapters
from rnncourse.core.records import FILE, RecordError

ROOT = Path(__file__).resolve().parent.parent


def experiments() -> dict[str, object]:
    """Every experiment of the course, by `CHAPTER/EXPERIMENT`."""
    return {
        f"{chapter.name}/{name}": run
        for chapter in chapters()
        if chapter.has("experiments")
        for name, run in chapter.load("experiments").EXPERIMENTS.items()
    }


def commit() -> str:
    """Name the commit that is checked out; a plus sign says that files differ from it.

    Records and weights may differ: another experiment of the same call may have written them.
    """

    def git(*words: str) -> str:
        done = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=True)
        return done.stdout.strip()

    try:
        changed = git("status", "--porcelain", "--", ".", f":!*/{FILE}", ":!*/weights/*")
        return git("rev-parse", "--short=10", "HEAD") + ("+" if changed else "")
    except (OSError, subprocess.CalledProcessError):
        return "unknown"  # an unpacked archive


def registered() -> list[tuple[str, str, str]]:
    """Return what the ledger now says: of each check its record, its name, and its predicate."""
    return [
        (check.record, f"{claim.id}/{check.name}", claim.registered(check))
        for claim in read_ledger().values()
        for check in claim.all_checks
    ]


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
        start, run = time.process_time(), known[name]
        about = {
            "command": f"make measure ONLY={name}",
            "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
            "commit": commit(),
            "function": f"{run.__module__}.{run.__name__}",
        }
        predicates = registered()  # before the run
        try:
            record = run()
            keys = {f"{record.name}:{key}" for key in record.values}
            checks = {name: text for place, name, text in predicates if place in keys}
            record.about = {**record.about, **about, "checks": checks}
            path = record.save()
        except RecordError as error:  # the others still run
            print(f"{name}: not written. {error}", file=sys.stderr)
            failed = 1
            continue
        seconds = time.process_time() - start
        print(f"{name}: {path.parent.name}/{path.name} written after {seconds:.0f} CPU seconds")
    return failed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
