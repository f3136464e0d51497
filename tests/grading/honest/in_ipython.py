"""Run notebooks as a student does: in IPython, cell by cell, without any sandbox.

What is honest is what gets its points here. So these cases test the grader, and
not the other way round. Nothing is installed, and no command is run.
"""

import importlib
import importlib.util
import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from unittest.mock import MagicMock

from scripts import ROOT

PATIENCE = 2.0
"""Seconds of the processor after which a student interrupts a cell; five times as many waiting."""
ABSENT = "google.colab", "pandas", "plotly", "plotly.express", "plotly.graph_objects", "rich"
ABSENT += "rich.console", "seaborn"
"""Packages that students have, and this environment may not."""
SHARED = "IPython", "matplotlib.pyplot", "torch._dynamo", "tqdm.notebook", "ipywidgets"
"""Packages that take long to import: once is enough."""
ENDED = json.dumps({"": "it ended its process"})


def run_in_ipython(
    handed_in: Sequence[tuple[Sequence[str], Sequence[str]]],
) -> list[dict[str, str]]:
    """Run notebooks in a process of their own, each in a fresh IPython.

    Args:
        handed_in: The questions that are answered, and the cells, for each notebook.

    Returns:
        For each notebook, what is told of the questions that lost points.
    """
    command = [sys.executable, "-m", __name__]
    stdin = json.dumps([[list(ids), list(cells)] for ids, cells in handed_in])
    environment = {**os.environ, "MPLBACKEND": "Agg", "PYTHONWARNINGS": "ignore"}
    done = subprocess.run(
        command, input=stdin, capture_output=True, text=True, cwd=ROOT, env=environment, check=True
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


def _interrupt_after(seconds: float) -> None:
    """Interrupt what runs after so many seconds of the processor, or five times as many in all."""
    signal.setitimer(signal.ITIMER_PROF, seconds)
    signal.setitimer(signal.ITIMER_REAL, 5 * seconds)


def _run_cells(ids: Sequence[str], cells: Sequence[str]) -> dict[str, str]:
    from IPython.core.interactiveshell import InteractiveShell

    from rnncourse.grading.calling import call_quietly
    from rnncourse.grading.judging import TIMEOUT, judge_calls, make_result
    from rnncourse.grading.registry import find_question

    shell = InteractiveShell.instance()
    shell.history_manager.enabled = False
    shell.system = shell.system_piped = shell.system_raw = lambda command: None
    shell.enable_gui = lambda gui=None: None
    shell.getoutput = lambda command, **options: []
    shell.register_magic_function(lambda line: None, magic_name="pip")
    shell.register_magic_function(lambda line, cell: None, "cell", "bash")
    functions = {find_question(q).function: find_question(q) for q in ids}
    lost = {}
    for number in (signal.SIGPROF, signal.SIGALRM):
        signal.signal(number, signal.default_int_handler)
    for cell in cells:
        _interrupt_after(PATIENCE)
        try:
            shell.run_cell(cell)
        except KeyboardInterrupt:
            pass
        finally:
            _interrupt_after(0.0)
    for name, question in functions.items():
        function = shell.user_ns.get(name)
        calls = ((case, call_quietly(function, case, question)) for case in question.cases(0))
        _interrupt_after(question.seconds)
        try:
            result = judge_calls(question, calls)
        except KeyboardInterrupt:
            result = make_result(question, TIMEOUT, "it took too long")
        finally:
            _interrupt_after(0.0)
        if result.earned < result.points:
            lost[question.id] = result.message
    return lost


def _main() -> None:
    out = os.fdopen(os.dup(1), "w")
    sys.stdout = open(os.devnull, "w")  # noqa: SIM115
    absent = [n for n in ABSENT if importlib.util.find_spec(n.split(".")[0]) is None]
    for name in SHARED:
        importlib.import_module(name)
    sys.modules.update({name: MagicMock() for name in absent})
    handed_in = json.load(sys.stdin)
    os.chdir(tempfile.mkdtemp())  # cells write files
    for ids, cells in handed_in:
        read, write = os.pipe()
        if not (pid := os.fork()):
            try:
                os.write(write, json.dumps(_run_cells(ids, cells)).encode())
            finally:
                os._exit(0)
        os.close(write)
        with os.fdopen(read) as pipe:
            out.write((pipe.read() or ENDED) + "\n")
        os.waitpid(pid, 0)


if __name__ == "__main__":
    _main()
