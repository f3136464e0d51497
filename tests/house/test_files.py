"""Rules of all other files: rule(name, text)."""

import re
import subprocess

import pytest

from scripts import ROOT

# Written in pieces, so that this file does not offend against its own rule.
ELSEWHERE = [
    *("pypi" + r"\.org", "files.python" + "hosted", "registry.npm" + "js", "deb.deb" + "ian"),
    *(r"(?<![\w./-])/" + folder for folder in ("wo" + "rk/", "ro" + "ot/", "tmp/ba" + "sh")),
]


def list_outside_names(name: str, text: str) -> list[str]:
    result = [match[0] for needle in ELSEWHERE if (match := re.search(needle, text))]
    return [f"{name}: names {match}, a registry or a folder of one machine" for match in result]


def list_unphony_targets(name: str, text: str) -> list[str]:
    text = re.sub(r"^define .*?^endef", "", text, flags=re.MULTILINE | re.DOTALL)
    # A target with a slash is a file; .PHONY and its kind are make's own.
    rules = re.findall(r"^((?!\.)[\w.-]+(?: [\w.-]+)*)\s*:(?!=)", text, re.MULTILINE)
    phony = " ".join(re.findall(r"^\.PHONY\s*:(.*)", text.replace("\\\n", " "), re.MULTILINE))
    targets = {target for rule in rules for target in rule.split()}
    return [f"{name}: {target} is not .PHONY" for target in sorted(targets - {*phony.split()})]


@pytest.mark.may_skip
def test_no_file_names_a_registry_or_this_machine():
    if not (ROOT / ".git").exists():
        pytest.skip("only a clone knows its files")
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    files = [ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()]
    texts = {f.relative_to(ROOT).as_posix(): f.read_bytes().decode("latin-1") for f in files}
    assert [o for name, text in texts.items() for o in list_outside_names(name, text)] == []


def test_every_target_is_phony():
    assert list_unphony_targets("Makefile", (ROOT / "Makefile").read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("rule", "name", "offence"),
    [
        (list_outside_names, "n", "see https://py" + "pi.org/project/numpy"),
        (list_outside_names, "n", "open('/ro" + "ot/x')"),
        (
            list_unphony_targets,
            "Makefile",
            ".PHONY: book test\nbook test check: deps\n\techo a: b\n",
        ),
    ],
)
def test_each_rule_finds_its_planted_offence(rule, name, offence):
    assert rule(name, offence) != []


def test_the_rules_accept_correct_files():
    assert list_outside_names("n", "https://example.com/wo" + "rk/ and book/wo" + "rk/") == []
    assert (
        list_unphony_targets("Makefile", ".PHONY: book \\\n  test\nX := 1\nbook: test\ntest:\n")
        == []
    )
