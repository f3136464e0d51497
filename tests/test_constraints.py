"""The pins of constraints.txt install on every Python from 3.11.0, and leave nothing to chance.

No network is asked: what is installed says itself which Python and which other packages it needs.
"""

import re
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

OLDEST = "3.11.0"
CONSTRAINTS = Path(__file__).parents[1] / "constraints.txt"
PINS = {
    canonicalize_name(name): version
    for name, version in re.findall(r"^(\S+)==(\S+)$", CONSTRAINTS.read_text("utf-8"), re.MULTILINE)
}


def requirements(name, extras):
    """What a distribution requires with these extras: on this machine, and on any."""
    here, anywhere = [], []
    for wanted in map(Requirement, metadata.requires(name) or []):
        marker = str(wanted.marker or "")
        if "extra ==" not in marker or any(f'extra == "{extra}"' in marker for extra in extras):
            anywhere.append(wanted)
            if not marker or any(wanted.marker.evaluate({"extra": e}) for e in ("", *extras)):
                here.append(wanted)
    return here, anywhere


def walk():
    """Follow requirements from the course with its extra `test`: what is here, what is named."""
    found, named, waiting = {}, set(), [("rnncourse", frozenset({"test"}))]
    while waiting:
        name, extras = waiting.pop()
        if extras <= found.get(name, frozenset()) and name in found:
            continue
        found[name] = found.get(name, frozenset()) | extras
        here, anywhere = requirements(name, found[name])
        waiting += [(canonicalize_name(r.name), frozenset(r.extras)) for r in here]
        named |= {canonicalize_name(r.name) for r in anywhere}
    return sorted(found.keys() - {"rnncourse"}), named


INSTALLED, NAMED = walk()


def test_every_line_is_a_pin():
    assert len(PINS) == len(CONSTRAINTS.read_text("utf-8").splitlines())
    assert len(INSTALLED) > 100  # the walk found more than the first step


def test_what_the_course_needs_is_pinned():
    versions = {name: metadata.version(name) for name in INSTALLED}
    assert [name for name in INSTALLED if name not in PINS] == []
    other = {n: v for n, v in versions.items() if not SpecifierSet(f"=={PINS[n]}").contains(v)}
    assert other == {}, "these are not the pinned versions: try `make test` again"


def test_every_pin_installs_on_the_oldest_python():
    needed = {name: metadata.metadata(name).get("Requires-Python", "") for name in INSTALLED}
    newer = {n: wanted for n, wanted in needed.items() if not SpecifierSet(wanted).contains(OLDEST)}
    assert newer == {}, f"these need a newer Python than {OLDEST}"


def test_a_pin_that_is_not_installed_is_for_another_system():
    unused = sorted(PINS.keys() - {*INSTALLED} - NAMED)
    assert unused == [], f"nothing needs the pins of {', '.join(unused)}, here or elsewhere"
