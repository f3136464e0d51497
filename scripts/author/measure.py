"""Do recorded runs again: python -m scripts.author.measure [OPTION] [CHAPTER[/NAME]...].

Without arguments: all chapters, hours. A chapter's `experiments.py` says in `EXPERIMENTS` what
there is; each experiment writes its section of the chapter's `record.json`. The section says when
and from which commit it was made, and which predicates of the ledger stood then: one that changes
afterwards is found (`rnncourse.claims.load_ledger`), also when the experiment is run again:
what was expected first is kept until the log says why it changed, and after that.

With --drop the sections that are named leave their records: those that nothing measures or reads.
With --stale nothing runs: it names the sections whose code has changed since they were measured, or
stamped, and those that never were, and `make check` fails until there are none. It says, too, where
a number was measured with other versions than the pinned ones. --stamp NAME... "WHY" says that a
change moved no number, such as a new name: it takes the code as it is, and puts date, commit and
reason beside its hash, behind those of earlier stamps. Of what is named it covers only the sections
that --stale names; NAME may be `all`, for a change that reaches through the package.
"""

import argparse
import datetime
import json
import logging
import os
import subprocess
import sys
from collections import Counter
from functools import partial
from pathlib import Path

import torch

from rnncourse.claims import LedgerError, read_ledger
from rnncourse.claims.ledger import UNWRITTEN, find_first_run
from rnncourse.core.chapters import list_chapters
from rnncourse.core.files import write_file
from rnncourse.core.records import FILE, Record, RecordError
from scripts import ROOT, command
from scripts.author.code_hash import hash_code

MATTER = ("numpy", "torch")
"""Whose versions move digits; another pin makes no section stale, --stale tells of it."""


def collect_experiments() -> dict[str, object]:
    """Every experiment of the course, by `CHAPTER/EXPERIMENT`."""
    return {
        f"{chapter.name}/{name}": run
        for chapter in list_chapters()
        if chapter.has_module("experiments")
        for name, run in chapter.load("experiments").EXPERIMENTS.items()
    }


def describe_commit() -> str:
    """Name the commit that is checked out; a plus sign says that files differ from it.

    Records and weights may differ: another experiment of the same call may have written them.
    """

    def git(*words: str) -> str:
        done = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=True)
        return done.stdout.strip()

    try:
        changes = git("status", "--porcelain", "--", ".", f":!*/{FILE}", ":!*/weights/*")
        return git("rev-parse", "--short=10", "HEAD") + ("+" if changes else "")
    except (OSError, subprocess.CalledProcessError):
        return "unknown"  # an unpacked archive


def list_registered_checks() -> list[tuple[str, str, str]]:
    """Return what the ledger now says: of each check its record, its name, and its predicate."""
    return [
        (check.record, f"{claim.id}/{check.name}", claim.registration(check))
        for claim in read_ledger().values()
        for check in claim.checks
    ]


def keep_expected(record: Record, now: dict[str, str]) -> dict[str, object]:
    """Keep what an earlier run of the same section was made for, and since when it is known.

    Args:
        record: What this run has measured.
        now: What the ledger says of it, by `CLAIM/CHECK`.

    Returns:
        For the section's `about`: `checks`, and after a second run `since`.
    """
    try:
        old = Record.load(record.name, record.folder)
    except RecordError:
        return {"checks": now}  # the first run
    about = old.about.get(record.experiment, {})
    if "checks" not in about:
        return {"checks": now}
    then = dict.fromkeys(now if old.values.keys() >= record.values.keys() else (), UNWRITTEN)
    then |= about["checks"]
    old_checks = {k: text for k, text in then.items() if now.get(k) != text}
    return {"checks": now | old_checks, "since": find_first_run(about)}


def drop_section(name: str) -> str:
    """Take a section out of its record; return why not, in a sentence, or ''."""
    chapter, _, section = name.partition("/")
    if name in collect_experiments():
        return f"{name} is still measured. Take it out of the chapter's EXPERIMENTS first."
    try:
        record, checks = Record.load(chapter), list_registered_checks()
    except (LedgerError, RecordError) as error:
        return str(error)
    if section not in record.about:
        return f"{chapter} has no section {section!r}; it has: {', '.join(sorted(record.about))}."
    for key, place, _ in checks:
        if record.sections.get(key.removeprefix(f"{chapter}:")) == section:
            return f"{place} in claims.toml reads {key}. Change the claim first."
    body = json.loads(record.path.read_text("utf-8"))
    del body[section]
    write_record(record.path, body)
    print(f"{name} is gone; git has it.")
    return ""


def write_record(path: Path, body: dict[str, object]) -> None:
    """Write a record's file, atomically."""
    write_file(path, json.dumps(body, indent=1) + "\n")


def report_stale(runs: dict[str, object], *, why: str = "") -> int:
    """Print which sections have other code than they bear; with a reason, let them bear it."""
    n_stale, others = 0, Counter()
    stamp, stamped = {"date": get_date(), "commit": describe_commit(), "why": why}, False
    for name, run in runs.items():
        chapter, _, section = name.partition("/")
        path, code = Record(chapter).path, hash_code(run)
        body = json.loads(path.read_text("utf-8")) if path.is_file() else {}
        old = body.get(section)
        if old is None:
            print(f"{name} was never measured")
        elif old.get("code") != code:
            print(f"{name} is stamped" if why else name)
            if why:
                bears = {"code": code, "stamps": [*old.get("stamps", ()), stamp]}
                write_record(path, body | {section: bears | strip_code_hash(old)})
                stamped = True
        others.update(list_other_versions(old["about"]) if old else ())
        n_stale += old is None or (old.get("code") != code and not why)
    for version, sections in others.items():
        print(f"{sections} sections were measured with {version}")
    if n_stale:
        print(
            "Their code has changed since they were measured. Try: make measure ONLY=NAME, or, "
            'where no number can have moved, --stamp NAME "WHY".',
            file=sys.stderr,
        )
    elif why and not stamped:
        print("Nothing is stamped: all of this bears the code that it has now.", file=sys.stderr)
        return 2
    return int(n_stale > 0)


def strip_code_hash(section: dict[str, object]) -> dict[str, object]:
    """Return a section of a record without what is said of its code."""
    return {key: value for key, value in section.items() if key not in ("code", "stamps")}


def list_other_versions(about: dict[str, object]) -> list[str]:
    """Return with which versions of NumPy and PyTorch a section was measured, where not pinned."""
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    pins = dict(line.split("==") for line in lines if "==" in line and not line.startswith("#"))
    used = {name: str(about.get(name, pins[name])).partition("+")[0] for name in MATTER}
    return [f"{name} {v}; {pins[name]} is pinned" for name, v in used.items() if v != pins[name]]


def get_date() -> str:
    """Return the date."""
    return datetime.datetime.now(datetime.UTC).date().isoformat()


def measure_cpu_seconds() -> float:
    """What this process and the ones that it has started and awaited have used."""
    return sum(os.times()[:4])


def read_words(words: list[str]) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser()
    modes = parser.add_mutually_exclusive_group()
    modes.add_argument("--drop", nargs="+", default=[], metavar="NAME")
    modes.add_argument("--stale", action="store_true")
    modes.add_argument("--stamp", nargs="+", default=[], metavar=("NAME", "WHY"))
    parser.add_argument("names", nargs="*", metavar="NAME")
    args = parser.parse_args(words)
    if args.names and (args.drop or args.stamp):
        parser.error("names stand behind --drop or --stamp")
    return args


def refuse(why: object) -> int:
    """Say why not, and return the status of a command that was refused."""
    print(why, file=sys.stderr)
    return 2


def choose_experiments(names: list[str]) -> dict[str, object]:
    """Return the experiments of these names, each once; all of them for none.

    Raises:
        RecordError: If there is none of a name.
    """
    known, chosen_runs = collect_experiments(), {}
    for name in names or known:
        matches = [n for n in known if name in (n, "all") or n.startswith(f"{name}/")]
        if not matches:
            raise RecordError(f"No experiment {name}; there are: {', '.join(known)}.")
        chosen_runs |= {match: known[match] for match in matches}
    return chosen_runs


def measure(name: str, run, predicates: list[tuple[str, str, str]], source: str) -> None:
    """Run an experiment and write its section.

    Args:
        name: `CHAPTER/EXPERIMENT`.
        run: The experiment.
        predicates: What the ledger says, as `list_registered_checks` returns it.
        source: The commit that it is made from.

    Raises:
        RecordError: If it cannot be written.
    """
    start = measure_cpu_seconds()
    hash_code(run)  # reads the code before the run
    by = run.func if isinstance(run, partial) else run
    about = {
        "command": f"make measure ONLY={name}",
        "date": get_date(),
        "commit": source,
        "function": f"{by.__module__}.{by.__name__}",
    }
    record = run()
    keys = {f"{record.name}:{key}" for key in record.values}
    checks = {place: text for key, place, text in predicates if key in keys}
    record.about = {**record.about, **about, **keep_expected(record, checks)}
    record.code = hash_code(run)  # the code before the run, the weights after it
    path = record.save()
    seconds = measure_cpu_seconds() - start
    print(f"{name}: {path.parent.name}/{path.name} written after {seconds:.0f} CPU seconds")


def main(words: list[str]) -> int:
    args = read_words(words)
    for name in args.drop:
        if why := drop_section(name):
            return refuse(why)
    if args.drop:
        return 0
    *names, why = args.stamp or [*args.names, ""]
    if args.stamp and not (names and " " in why):
        return refuse('Say which, and why no number has moved: --stamp NAME... "WHY".')
    try:
        chosen_runs = choose_experiments(names)
        if args.stale or why:
            return report_stale(chosen_runs, why=why)
        predicates, source = (
            list_registered_checks(),
            describe_commit(),
        )  # before the first run: what it was made from
    except (LedgerError, RecordError) as error:
        return refuse(error)
    if source.endswith("+"):
        refuse(f"Files differ from commit {source[:-1]}: no claim may rest on this run.")
    logging.basicConfig(format="%(message)s")
    logging.getLogger("rnncourse").setLevel(logging.INFO)  # entries of records, as they are made
    torch.set_num_threads(1)
    failed = 0
    for name, run in chosen_runs.items():
        try:
            measure(name, run, predicates, source)
        except RecordError as error:  # the others still run
            print(f"{name}: not written. {error}", file=sys.stderr)
            failed = 1
    return failed


if __name__ == "__main__":
    command(main, sys.argv[1:])
