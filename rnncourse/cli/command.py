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
from rnncourse.cli.work import (
    EXPECTED,
    FAULT,
    LEVELS,
    SECRET,
    STOPPED,
    USAGE,
    CommandError,
    check,
    grade,
    gradescope,
    learn,
    needs,
    print_note,
    selfcheck,
    start,
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
    options = _parser().parse_args(arguments)
    try:
        code = options.run(options)
        sys.stdout.flush()
    except CommandError as error:
        print_note(f"rnncourse: {error}")
        return error.code
    except KeyboardInterrupt:
        goes_on = options.run in (grade, learn)
        again = " The same command again goes on from here." if goes_on else ""
        print_note(f"rnncourse: stopped.{again}")
        return STOPPED
    except BrokenPipeError:  # whoever read the output has gone
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAULT
    except OSError as error:
        place = f"{error.filename}: " if error.filename else ""
        print_note(f"rnncourse: {place}{error.strerror or error}.")
        return FAULT
    return code


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="rnncourse", description="Do, check and grade the exercises.")
    parser.add_argument("--version", action="version", version=f"rnncourse {version('rnncourse')}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for add in (_start, _check, _grade, _gradescope, _needs, _learn, _selfcheck):
        add(commands)
    return parser


def _command(
    commands, name: str, run: Callable, about: str, description: str
) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=about, description=description)
    parser.set_defaults(run=run)
    return parser


def _start(commands) -> None:
    description = (
        "Copy the exercises of a chapter into your own folder, install what they need, "
        "and open them in JupyterLab. The same command again goes on where you were. A newer "
        "version comes beside your notebook, with your answers in it. Nothing that you wrote is "
        "ever written over. Exit code: 0 done, 2 it cannot be done, for the reason said."
    )
    about = "copy an exercise for yourself, and open it"
    add = _command(commands, "start", start, about, description).add_argument
    last = "for instance 04; by default the one that you worked on last"
    add("chapter", nargs="?", metavar="CHAPTER", help=last)
    add("--to", type=Path, metavar="DIR", help="your folder; by default work/ in the course's")
    add("--no-open", dest="open", action="store_false", help="copy it, and open nothing")
    add("--no-install", dest="install", action="store_false", help="install nothing")


def _check(commands) -> None:
    description = (
        "Say for each question what is right, and what to look at. The inputs are "
        "public ones. Exit code: 0 all points, 1 something to do, 2 no notebook that can be "
        "read, 3 the grader failed."
    )
    _notebooks(_command(commands, "check", check, "check your own notebooks", description))


def _grade(commands) -> None:
    description = (
        "Grade notebooks, and all notebooks in folders and zip files, and write "
        "marks and feedback in many formats. The same command again goes on where it was "
        "stopped. Exit code: 0 done, 1 the mean is below --fail-under or a file could not be "
        "graded, 2 the command is not right, 3 the grader failed for a submission."
    )
    parser = _command(commands, "grade", grade, "grade many notebooks", description)
    add = _notebooks(parser)
    add("--out", required=True, type=Path, metavar="DIR", help="where to write")
    _secret(add, f"or set {SECRET}")
    drawn = "repeat a mark: what a result's `seed` says behind `secret`; by default drawn anew"
    add("--draw", default="", metavar="D", help=drawn)
    add("--workers", type=_count, metavar="N", help="processes; by default one for each core")
    add("--dask", metavar="ADDRESS", help="grade on the Dask cluster of this scheduler")
    help_least = "exit with 1 if the mean is below this share of the points"
    add("--fail-under", type=_percent, metavar="PERCENT", help=help_least)
    _isolation(add, f"{', '.join(LEVELS)}: the level to expect")
    add("--ci", action="store_true", help="refuse to grade with less isolation than that")
    add_options(parser)


def _gradescope(commands) -> None:
    description = (
        "Write the zip file that Gradescope takes as the autograder of an assignment: "
        "setup.sh, run_autograder, the course with its pins, and a secret. Exit code: 0 done, 2 it "
        "cannot be done, for the reason said."
    )
    about = "pack an autograder for Gradescope"
    add = _command(commands, "gradescope", gradescope, about, description).add_argument
    add("chapter", metavar="CHAPTER", help="for instance 07")
    add("--to", type=Path, metavar="FILE", help="by default gradescope-07-lstm.zip, say")
    _secret(add, "by default one is made")
    _isolation(add, f"the least to accept there: {', '.join(LEVELS)}")


def _needs(commands) -> None:
    description = (
        "Print the packages that the chapters of these notebooks need and that are "
        "not installed here, a line each; nothing if all is there. Exit code: 0 done, 2 the "
        "command is not right."
    )
    about = "say what notebooks need beside the course"
    _notebooks(_command(commands, "needs", needs, about, description))


def _learn(commands) -> None:
    description = (
        "Train a recurrent network on your own text for some minutes: a book, tunes in "
        "ABC, the source of a program. It writes as it learns, is compared with the best counts "
        "on text that neither has seen, and ends with a live page that goes on with what you "
        "type. Of pairs, a .tsv file with a source, a tab and a target in each line, it learns to "
        "answer, and is compared with the nearest pair that it has seen. Ctrl-C stops; the same "
        "command goes on. Exit code: 0 done, 2 it cannot be done."
    )
    about = "train a network on a text or on pairs of your own"
    add = _command(commands, "learn", learn, about, description).add_argument
    kinds = "a text file in UTF-8, or a folder; or pairs (.tsv)"
    add("paths", nargs="+", type=Path, metavar="TEXT", help=kinds)
    add("--minutes", type=_minutes, default=5.0, metavar="M", help="how long; by default 5")
    updates = "how long, in updates, instead of --minutes"
    add("--updates", type=_count, metavar="N", help=updates)
    add("--to", type=Path, metavar="DIR", help="where to write; by default NAME-learned")
    add("--new", action="store_true", help="begin anew, not go on")
    add("--no-open", dest="open", action="store_false", help="open no browser")


def _selfcheck(commands) -> None:
    description = (
        "Check for each question that right answers get all points, and that wrong ones do not."
    )
    about = "test the questions themselves"
    parser = _command(commands, "selfcheck", selfcheck, about, description)
    parser.add_argument("chapters", nargs="*", metavar="CHAPTER", help="by default all")


def _notebooks(parser: argparse.ArgumentParser) -> Callable:
    usage = "for instance 02-language-models; by default told by the functions in the notebook"
    parser.add_argument("--assignment", metavar="A", help=usage)
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help=_PATHS)
    return parser.add_argument


def _secret(add: Callable, otherwise: str) -> None:
    secret = f"a file with the secret that inputs are drawn from; {otherwise}"
    add("--secret-file", type=Path, metavar="F", help=secret)


def _isolation(add: Callable, levels: str) -> None:
    more = {"default": EXPECTED, "metavar": "LEVEL", "help": f"{levels}; by default {EXPECTED}"}
    add("--isolation", choices=LEVELS, **more)


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of 1 or more")
    return int(text)


def _minutes(text: str) -> float:
    with contextlib.suppress(ValueError):
        if 0 < (value := float(text)) <= 10_000:
            return value
    raise argparse.ArgumentTypeError(f"{text!r} is no number of minutes above 0")


def _percent(text: str) -> float:
    with contextlib.suppress(ValueError):
        if 0 <= (value := float(text.removesuffix("%"))) <= 100:
            return value
    raise argparse.ArgumentTypeError(f"{text!r} is no number from 0 to 100")
