"""Rename keys of the records, once: python scripts/migrate_records.py REVISION.

REVISION is the commit before the words of the code changed. No value, tolerance or piece of
evidence changes: the script compares them, and stops before it writes anything. What changes are
keys, the names of sections and functions, the checksum, and the fingerprints of predicates whose
keys or words were renamed in `rnncourse/claims.toml`, here and in that file's log.
"""

import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from rnncourse.claims import read_ledger
from rnncourse.core.records import FILE, _checksum

ROOT = Path(__file__).resolve().parent.parent
LEDGER = "rnncourse/claims.toml"

KEYS = {  # by chapter: patterns, and what stands in the place of the first that fits
    "ch03_recurrence": (
        (r"^told/", "teacher_forced/"),
        (r"^free/", "free_running/"),
        (r"^(exposure/.*|forcing|E4)/told\b", r"\1/teacher_forced"),
        (r"^(exposure/.*|forcing|E4)/free\b", r"\1/free_running"),
        (r"^(exposure/.*)/kept\b", r"\1/consistent"),
    ),
    "ch07_lstm": ((r"^cells/places/", "cells/positions/"), (r"/place in ", "/position in ")),
    "ch08_gated_variants": ((r"^keep/", "forget_bias/"),),
    "ch11_seq2seq": (
        (r"^place/", "position/"),
        (r"^told/", "teacher_forced/"),
        (r"^free/", "free_running/"),
    ),
    "ch12_attention": ((r"^looks/", "attention/"), (r"^kept/", "saved/")),
    "ch13_captioning": (
        (r"/looks/", "/weights/"),
        (r"^looking/", "attending/"),
        (r"^parameters/looking$", "parameters/attending"),
    ),
    "ch14_beyond_recurrence": (
        (r"^tried/", "search/"),
        (r"^memory/weights kept/", "memory/weights saved/"),
    ),
}
SECTIONS = {"ch13_captioning/looking": "attending"}
FUNCTIONS = (
    ("ch13_captioning.looking_experiments.measure_looking", "ch13_captioning.attending_experiments.measure_attending"),
    ("ch13_captioning.looking_experiments.", "ch13_captioning.attending_experiments."),
)  # fmt: skip


def renamed(chapter: str, key: str) -> str:
    """Return what a key is called now; more than one pattern may fit."""
    for pattern, new in KEYS.get(chapter, ()):
        key = re.sub(pattern, new, key)
    return key


def predicates(path: Path) -> dict[str, str]:
    """Return what a ledger says of each check, by `CLAIM/CHECK`."""
    return {
        f"{claim.id}/{check.name}": claim.registered(check)
        for claim in read_ledger(path).values()
        for check in claim.checks
    }


def changed_predicates(revision: str) -> dict[str, tuple[str, str]]:
    """Return the predicates that read otherwise since a revision: before, and now."""
    old = subprocess.run(
        ["git", "show", f"{revision}:{LEDGER}"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "claims.toml"
        path.write_text(old, encoding="utf-8")
        before = predicates(path)
    now = predicates(ROOT / LEDGER)
    assert before.keys() == now.keys(), "a check was renamed"
    return {name: (before[name], now[name]) for name in now if before[name] != now[name]}


def migrated(chapter: str, body: dict, changed: dict[str, tuple[str, str]]) -> dict:
    """Return a record with its new names; raise if anything but a name would change."""
    result = {}
    for name, section in body.items():
        stated = section.get("seal", section.get("checksum"))
        assert stated in (None, _checksum(section)), f"{chapter}/{name} was edited by hand"
        about, new = dict(section["about"]), SECTIONS.get(f"{chapter}/{name}", name)
        if "command" in about:
            about["command"] = about["command"].replace(f"{chapter}/{name}", f"{chapter}/{new}")
        for old_path, new_path in FUNCTIONS:
            if "function" in about:
                about["function"] = about["function"].replace(old_path, new_path)
        if "checks" in about:
            about["checks"] = {
                check: changed[check][1] if changed.get(check, ("",))[0] == text else text
                for check, text in about["checks"].items()
            }
        values = {renamed(chapter, key): entry for key, entry in section["values"].items()}
        assert list(values.values()) == list(section["values"].values()), f"{chapter}/{name}"
        assert len(values) == len(section["values"]), f"{chapter}/{name}: two keys became one"
        assert all(
            json.dumps(entry) == json.dumps(values[renamed(chapter, key)])
            for key, entry in section["values"].items()
        )
        result[new] = {"about": about, "values": values}
        if stated is not None:
            result[new]["checksum"] = _checksum(result[new])
    return result


def main(revision: str) -> None:
    changed = changed_predicates(revision)
    todo = {}
    for path in sorted((ROOT / "rnncourse/chapters").glob(f"*/{FILE}")):
        body = json.loads(path.read_text(encoding="utf-8"))
        new = migrated(path.parent.name, body, changed)
        if new != body:
            todo[path] = json.dumps(new, indent=1) + "\n"
            keys = [renamed(path.parent.name, k) != k for s in body.values() for k in s["values"]]
            print(f"{path.parent.name}: {sum(keys)} of {len(keys)} keys are renamed")
    ledger = ROOT / LEDGER
    text = ledger.read_text(encoding="utf-8")
    for name, (before, now) in changed.items():
        check = name.split("/")[1]
        text = text.replace(f'reads.{check} = "{before}"', f'reads.{check} = "{now}"')
        print(f"{name}: {before} -> {now}")
    ledger.write_text(text, encoding="utf-8")
    for path, body in todo.items():
        path.write_text(body, encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
