"""The command `rnncourse`: exercises, checks, marks, and a network of one's own text.

Exit codes: 0 all is well; 1 there is something to do; 2 the command cannot be
carried out as it was given; 3 the grader failed; 130 stopped by Ctrl-C.
"""

import argparse
import contextlib
import os
import sys
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import NoReturn

from rnncourse.cli.classes import add_options
from rnncourse.cli.commands import (
    EXPECTED_LEVEL,
    FAULT,
    LEVELS,
    SECRET,
    STOPPED,
    USAGE,
    CommandError,
    print_note,
    run_check,
    run_grade,
    run_gradescope,
    run_learn,
    run_needs,
    run_selfcheck,
    run_start,
)

_PATHS = "a notebook, a folder, a zip file, or a pattern such as '**/*.ipynb'"


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        """Say it in one line, not in a page."""
        self.exit(USAGE, f"{self.prog}: {message}. Try: {self.prog} --help\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command.

    Args:
        arguments: Those of the command line by default.

    Returns:
        The exit code.
    """
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a terminal may lack a character that an answer has
            stream.reconfigure(errors="backslashreplace")
    options = _make_parser().parse_args(arguments)
    try:
        code = options.run(options)
        sys.stdout.flush()
    except CommandError as error:
        print_note(f"rnncourse: {error}")
        return error.code
    except KeyboardInterrupt:
        can_resume = options.run in (run_grade, run_learn)
        advice = " The same command again goes on from here." if can_resume else ""
        print_note(f"rnncourse: stopped.{advice}")
        return STOPPED
    except BrokenPipeError:  # whoever read the output has gone
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAULT
    except OSError as error:
        prefix = f"{error.filename}: " if error.filename else ""
        print_note(f"rnncourse: {prefix}{error.strerror or error}.")
        return FAULT
    return code


def _make_parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="rnncourse", description="Do, check and grade the exercises.")
    parser.add_argument("--version", action="version", version=f"rnncourse {version('rnncourse')}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for add in (
        _add_start,
        _add_check,
        _add_grade,
        _add_gradescope,
        _add_needs,
        _add_learn,
        _add_selfcheck,
    ):
        add(commands)
    return parser


def _add_command(
    commands, name: str, run: Callable, summary: str, description: str
) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=summary, description=description)
    parser.set_defaults(run=run)
    return parser


def _add_start(commands) -> None:
    description = (
        "Copy the exercises of a chapter into your own folder, install what they need, "
        "and open them in JupyterLab. The same command again goes on where you were. A newer "
        "version comes beside your notebook, with your answers in it. Nothing that you wrote is "
        "ever written over. Exit code: 0 done, 2 it cannot be done, for the reason said."
    )
    summary = "copy an exercise for yourself, and open it"
    add = _add_command(commands, "start", run_start, summary, description).add_argument
    help_chapter = "for instance 04; by default the one that you worked on last"
    add("chapter", nargs="?", metavar="CHAPTER", help=help_chapter)
    add("--to", type=Path, metavar="DIR", help="your folder; by default work/ in the course's")
    add("--no-open", dest="open", action="store_false", help="copy it, and open nothing")
    add("--no-install", dest="install", action="store_false", help="install nothing")


def _add_check(commands) -> None:
    description = (
        "Say for each question what is right, and what to look at. The inputs are "
        "public ones. Exit code: 0 all points, 1 something to do, 2 no notebook that can be "
        "read, 3 the grader failed."
    )
    _add_notebooks(
        _add_command(commands, "check", run_check, "check your own notebooks", description)
    )


def _add_grade(commands) -> None:
    description = (
        "Grade notebooks, and all notebooks in folders and zip files, and write "
        "marks and feedback in many formats. The same command again goes on where it was "
        "stopped. Exit code: 0 done, 1 the mean is below --fail-under or a file could not be "
        "graded, 2 the command is not right, 3 the grader failed for a submission."
    )
    parser = _add_command(commands, "grade", run_grade, "grade many notebooks", description)
    add = _add_notebooks(parser)
    add("--out", required=True, type=Path, metavar="DIR", help="where to write")
    _add_secret(add, f"or set {SECRET}")
    help_draw = "repeat a mark: what a result's `seed` says behind `secret`; by default drawn anew"
    add("--draw", default="", metavar="D", help=help_draw)
    add("--workers", type=_parse_count, metavar="N", help="processes; by default one for each core")
    help_fail_under = "exit with 1 if the mean is below this share of the points"
    add("--fail-under", type=_parse_percent, metavar="PERCENT", help=help_fail_under)
    _add_isolation(add, f"{', '.join(LEVELS)}: the level to expect")
    add("--ci", action="store_true", help="refuse to grade with less isolation than that")
    add_options(parser)


def _add_gradescope(commands) -> None:
    description = (
        "Write the zip file that Gradescope takes as the autograder of an assignment: "
        "setup.sh, run_autograder, the course with its pins, and a secret. Exit code: 0 done, 2 it "
        "cannot be done, for the reason said."
    )
    summary = "pack an autograder for Gradescope"
    add = _add_command(commands, "gradescope", run_gradescope, summary, description).add_argument
    add("chapter", metavar="CHAPTER", help="for instance 07")
    add("--to", type=Path, metavar="FILE", help="by default gradescope-07-lstm.zip, say")
    _add_secret(add, "by default one is made")
    _add_isolation(add, f"the least to accept there: {', '.join(LEVELS)}")


def _add_needs(commands) -> None:
    description = (
        "Print the packages that the chapters of these notebooks need and that are "
        "not installed here, a line each; nothing if all is there. Exit code: 0 done, 2 the "
        "command is not right."
    )
    summary = "say what notebooks need beside the course"
    _add_notebooks(_add_command(commands, "needs", run_needs, summary, description))


def _add_learn(commands) -> None:
    description = (
        "Train a recurrent network on your own text for some minutes: a book, tunes in "
        "ABC, the source of a program. It writes as it learns, is compared with the best counts "
        "on text that neither has seen, and ends with a live page that goes on with what you "
        "type. Of pairs, a .tsv file with a source, a tab and a target in each line, it learns to "
        "answer, and is compared with the nearest pair that it has seen. Ctrl-C stops; the same "
        "command goes on. Exit code: 0 done, 2 it cannot be done."
    )
    summary = "train a network on a text or on pairs of your own"
    add = _add_command(commands, "learn", run_learn, summary, description).add_argument
    help_paths = "a text file in UTF-8, or a folder; or pairs (.tsv)"
    add("paths", nargs="+", type=Path, metavar="TEXT", help=help_paths)
    add("--minutes", type=_parse_minutes, default=5.0, metavar="M", help="how long; by default 5")
    help_updates = "how long, in updates, instead of --minutes"
    add("--updates", type=_parse_count, metavar="N", help=help_updates)
    add("--to", type=Path, metavar="DIR", help="where to write; by default NAME-learned")
    add("--new", action="store_true", help="begin anew, not go on")
    add("--no-open", dest="open", action="store_false", help="open no browser")


def _add_selfcheck(commands) -> None:
    description = (
        "Check for each question that right answers get all points, and that wrong ones do not."
    )
    summary = "test the questions themselves"
    parser = _add_command(commands, "selfcheck", run_selfcheck, summary, description)
    parser.add_argument("chapters", nargs="*", metavar="CHAPTER", help="by default all")


def _add_notebooks(parser: argparse.ArgumentParser) -> Callable:
    help_assignment = (
        "for instance 02-language-models; by default told by the functions in the notebook"
    )
    parser.add_argument("--assignment", metavar="A", help=help_assignment)
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help=_PATHS)
    return parser.add_argument


def _add_secret(add_argument: Callable, default: str) -> None:
    help_secret = f"a file with the secret that inputs are drawn from; {default}"
    add_argument("--secret-file", type=Path, metavar="F", help=help_secret)


def _add_isolation(add_argument: Callable, levels: str) -> None:
    arguments = {
        "default": EXPECTED_LEVEL,
        "metavar": "LEVEL",
        "help": f"{levels}; by default {EXPECTED_LEVEL}",
    }
    add_argument("--isolation", choices=LEVELS, **arguments)


def _parse_count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of 1 or more")
    return int(text)


def _parse_minutes(text: str) -> float:
    with contextlib.suppress(ValueError):
        if 0 < (value := float(text)) <= 10_000:
            return value
    raise argparse.ArgumentTypeError(f"{text!r} is no number of minutes above 0")


def _parse_percent(text: str) -> float:
    with contextlib.suppress(ValueError):
        if 0 <= (value := float(text.removesuffix("%"))) <= 100:
            return value
    raise argparse.ArgumentTypeError(f"{text!r} is no number from 0 to 100")
