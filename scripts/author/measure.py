"""Do recorded runs again: python -m scripts.author.measure [OPTION] [CHAPTER[/NAME]...].

Without names: all chapters, hours. A chapter's `experiments.py` says in `EXPERIMENTS` what
there is; each experiment writes its section of the chapter's `record.json`. The section says when
and from which commit it was made, and which predicates of the ledger stood then: one that changes
afterwards is found (`rnncourse.claims.load_ledger`), also when the experiment is run again:
what was expected first is kept until the log says why it changed, and after that.

--drop takes the sections that are named out of their records: those that nothing measures or reads.
--stale runs nothing: it names the sections whose code has changed since they were measured, or
stamped, and those that never were, and `make check` fails until there are none. It says, too, where
a number was measured with other versions than the pinned ones. --stamp "WHY" NAME... says that a
change moved no number, such as a new name: it takes the code as it is, and puts date, commit and
reason beside its hash, behind those of earlier stamps. Of what is named it covers only the sections
that --stale names; NAME may be `all`, for a change that reaches through the package.
"""

import datetime
import json
import logging
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial

import torch

from rnncourse.claims import LedgerError, read_ledger
from rnncourse.claims.ledger import UNWRITTEN, find_first_run
from rnncourse.core.chapters import list_chapters
from rnncourse.core.files import write_file
from rnncourse.core.records import FILE, Record, RecordError
from scripts import ROOT, Argument, fail, run_script
from scripts.author.code_hash import hash_code

LIBRARIES = ("numpy", "torch")
"""Whose versions move digits; another pin makes no section stale, --stale tells of it."""


def collect_experiments() -> dict[str, Callable[[], Record]]:
    """Return every experiment of the course, by `CHAPTER/EXPERIMENT`."""
    return {
        f"{chapter.name}/{name}": run
        for chapter in list_chapters()
        if chapter.has_module("experiments")
        for name, run in chapter.load("experiments").EXPERIMENTS.items()
    }


def choose_experiments(names: Sequence[str]) -> dict[str, Callable[[], Record]]:
    """Return the experiments of these names, each once; all of them for none or `all`.

    Raises:
        RecordError: If there is none of a name.
    """
    known, chosen_runs = collect_experiments(), {}
    for name in names or ["all"]:
        matches = [n for n in known if name in (n, "all") or n.startswith(f"{name}/")]
        if not matches:
            raise RecordError(f"No experiment {name}; there are: {', '.join(known)}.")
        chosen_runs |= {match: known[match] for match in matches}
    return chosen_runs


def describe_commit() -> str:
    """Name the commit that is checked out; a plus sign says that files differ from it.

    Records and weights may differ: another experiment of the same call may have written them.
    """

    def run_git(*words: str) -> str:
        done = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=True)
        return done.stdout.strip()

    try:
        changes = run_git("status", "--porcelain", "--", ".", f":!*/{FILE}", ":!*/weights/*")
        return run_git("rev-parse", "--short=10", "HEAD") + ("+" if changes else "")
    except (OSError, subprocess.CalledProcessError):
        return "unknown"  # an unpacked archive


def today_utc() -> str:
    """Return the date."""
    return datetime.datetime.now(datetime.UTC).date().isoformat()


def list_registered_checks() -> list[tuple[str, str, str]]:
    """Return what the ledger now says: of each check its record, its name, and its predicate."""
    return [
        (check.record, f"{claim.id}/{check.name}", claim.describe_check(check))
        for claim in read_ledger().values()
        for check in claim.checks
    ]


def keep_expected(record: Record, checks: dict[str, str]) -> dict[str, object]:
    """Keep what an earlier run of the same section was made for, and since when it is known.

    Args:
        record: What this run has measured.
        checks: What the ledger says of it, by `CLAIM/CHECK`.

    Returns:
        For the section's `about`: `checks`, and after a second run `since`.
    """
    try:
        old = Record.load(record.name, record.folder)
    except RecordError:
        return {"checks": checks}  # the first run
    about = old.about.get(record.experiment, {})
    if "checks" not in about:
        return {"checks": checks}
    same_keys = old.values.keys() >= record.values.keys()
    old_checks = dict.fromkeys(checks if same_keys else (), UNWRITTEN) | about["checks"]
    changed_checks = {k: text for k, text in old_checks.items() if checks.get(k) != text}
    return {"checks": checks | changed_checks, "since": find_first_run(about)}


def measure_section(name: str, run: Callable[[], Record], commit: str, registered: list) -> None:
    """Run an experiment and write its section.

    Args:
        name: `CHAPTER/EXPERIMENT`.
        run: The experiment.
        commit: What it is made from.
        registered: What the ledger says, as `list_registered_checks` returns it.

    Raises:
        RecordError: If it cannot be written.
    """
    start = measure_cpu_seconds()
    hash_code(run)  # reads the code before the run
    function = run.func if isinstance(run, partial) else run
    record = run()
    keys = {f"{record.name}:{key}" for key in record.values}
    record.about = {
        **record.about,
        "command": f"make measure ONLY={name}",
        "date": today_utc(),
        "commit": commit,
        "function": f"{function.__module__}.{function.__name__}",
        **keep_expected(record, {label: text for key, label, text in registered if key in keys}),
    }
    record.code = hash_code(run)  # the code before the run, the weights after it
    path = record.save()
    seconds = measure_cpu_seconds() - start
    print(f"{name}: {path.parent.name}/{path.name} written after {seconds:.0f} CPU seconds")


def measure_cpu_seconds() -> float:
    """Return what this process and the ones that it has started and awaited have used."""
    return sum(os.times()[:4])


def read_sections(chapter: str) -> dict[str, dict]:
    """Return the sections of a record's file by name; none where there is no file."""
    path = Record(chapter).path
    return json.loads(path.read_text("utf-8")) if path.is_file() else {}


def write_sections(chapter: str, sections: dict[str, dict]) -> None:
    """Write a record's file, atomically."""
    write_file(Record(chapter).path, json.dumps(sections, indent=1) + "\n")


def drop_section(name: str) -> None:
    """Take a section out of its record, or end with a sentence on why it must stay."""
    chapter, _, section = name.partition("/")
    if name in collect_experiments():
        fail(f"{name} is still measured. Take it out of the chapter's EXPERIMENTS first.")
    record = Record.load(chapter)
    if section not in record.about:
        fail(f"{chapter} has no section {section!r}; it has: {', '.join(sorted(record.about))}.")
    for key, label, _ in list_registered_checks():
        if record.sections.get(key.removeprefix(f"{chapter}:")) == section:
            fail(f"{label} in claims.toml reads {key}. Change the claim first.")
    sections = read_sections(chapter)
    del sections[section]
    write_sections(chapter, sections)
    print(f"{name} is gone; git has it.")


def stamp_section(name: str, run: Callable[[], Record], stamp: dict[str, str]) -> bool:
    """Let a section bear the code that it has now, with a stamp; tell whether it bore other."""
    chapter, _, section = name.partition("/")
    sections, code = read_sections(chapter), hash_code(run)
    if section not in sections or sections[section].get("code") == code:
        return False
    about = {k: v for k, v in sections[section].items() if k not in ("code", "stamps")}
    stamps = [*sections[section].get("stamps", ()), stamp]
    write_sections(chapter, sections | {section: {"code": code, "stamps": stamps} | about})
    print(f"{name} is stamped")
    return True


def report_stale(runs: dict[str, Callable[[], Record]]) -> int:
    """Print which sections bear other code than they have, and return 1 if there are any."""
    n_stale, versions = 0, Counter()
    for name, run in runs.items():
        chapter, _, section = name.partition("/")
        old = read_sections(chapter).get(section)
        if old is None or old.get("code") != hash_code(run):
            print(name if old else f"{name} was never measured")
            n_stale += 1
        versions.update(list_other_versions(old["about"]) if old else ())
    for version, count in versions.items():
        print(f"{count} sections were measured with {version}")
    if n_stale:
        print(
            "Their code has changed since they were measured. Try: make measure ONLY=NAME, or, "
            'where no number can have moved, --stamp "WHY" NAME.',
            file=sys.stderr,
        )
    return int(n_stale > 0)


def list_other_versions(about: dict[str, object]) -> list[str]:
    """Return with which versions of NumPy and PyTorch a section was measured, where not pinned."""
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    pins = dict(line.split("==") for line in lines if "==" in line and not line.startswith("#"))
    used = {name: str(about.get(name, pins[name])).partition("+")[0] for name in LIBRARIES}
    return [f"{name} {v}; {pins[name]} is pinned" for name, v in used.items() if v != pins[name]]


def measure_all(runs: dict[str, Callable[[], Record]]) -> int:
    """Run experiments and write their sections; return 1 if one could not be written."""
    registered, commit = list_registered_checks(), describe_commit()  # before the first run
    if commit.endswith("+"):
        message = f"Files differ from commit {commit[:-1]}: no claim may rest on this run."
        print(message, file=sys.stderr)
    logging.basicConfig(format="%(message)s")
    logging.getLogger("rnncourse").setLevel(logging.INFO)  # entries of records, as they are made
    torch.set_num_threads(1)
    failed = 0
    for name, run in runs.items():
        try:
            measure_section(name, run, commit, registered)
        except RecordError as error:  # the others still run
            print(f"{name}: not written. {error}", file=sys.stderr)
            failed = 1
    return failed


def main(
    names: Sequence[str] = (), drop: bool = False, stale: bool = False, stamp: str = ""
) -> int:
    if drop + stale + bool(stamp) > 1:
        fail("--drop, --stale and --stamp exclude one another.")
    if (drop or stamp) and not names:
        fail("say which: CHAPTER/NAME, or a chapter.")
    if stamp and " " not in stamp:
        fail('say why no number has moved: --stamp "WHY" NAME...')
    try:
        if drop:
            for name in names:
                drop_section(name)
            return 0
        runs = choose_experiments(names)
        if not (stale or stamp):
            return measure_all(runs)
        about = {"date": today_utc(), "commit": describe_commit(), "why": stamp}
        n_stamped = sum(stamp_section(name, run, about) for name, run in runs.items() if stamp)
        code = report_stale(runs)
        if stamp and not (n_stamped or code):
            fail("nothing is stamped: all of this bears the code that it has now.")
        return code
    except (LedgerError, RecordError) as error:
        fail(str(error))


if __name__ == "__main__":
    run_script(
        main,
        Argument("names", nargs="*", metavar="NAME", help="CHAPTER or CHAPTER/NAME"),
        Argument("--drop", action="store_true", help="take sections out of their records"),
        Argument("--stale", action="store_true", help="name the sections whose code has changed"),
        Argument("--stamp", metavar="WHY", default="", help="say that no number has moved"),
    )
