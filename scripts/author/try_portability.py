"""Run tests and notebooks as other processors would: python -m scripts.author.try_portability.

Numeric libraries choose their code by processor, and the last digits follow. Each row below makes
one library choose the code of another machine, first proves that the switch acts (or the row would
test nothing), and then runs the unit tests under it, and check_notebooks.py on every notebook.
"""

import os
import platform
import re
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rnncourse.core.threads import THREAD_VARIABLES
from scripts import ROOT, Argument, run_script
from scripts.author.kernels import make_paths_argument
from scripts.author.run_tests import PYTEST, UNIT_MARKS

# Each probe prints, in one line, which code the library runs.
ONEDNN = """
import torch
with torch.no_grad():
    torch.nn.LSTM(32, 64)(torch.zeros(20, 8, 32))
"""  # with ONEDNN_VERBOSE=1 oneDNN itself prints the lines that onednn_line reads
MKL = """
import os
os.environ["MKL_VERBOSE"] = "1"  # read at the first product
import torch
torch.eye(64) @ torch.eye(64)
"""
ATEN = "import torch; print(torch.backends.cpu.get_cpu_capability())"
NUMPY = """
from numpy._core._multiarray_umath import __cpu_features__ as features
print(*(name for name, on in features.items() if on and name in ("X86_V3", "X86_V4")), "-")
"""
OPENBLAS = """
import numpy, scipy.linalg
from threadpoolctl import threadpool_info
print(*{i.get("architecture") for i in threadpool_info() if i["internal_api"] == "openblas"})
"""
MACHINE = f"""
import torch
print(torch.backends.cpu.get_cpu_capability(), end=" ")
{OPENBLAS}"""
THREADS = """
import numpy, torch
from threadpoolctl import threadpool_info
print(*sorted({i["num_threads"] for i in threadpool_info()} | {torch.get_num_threads()}))
"""


def parse_onednn(output: str) -> str:
    """Return the instruction set and the LSTM kernel from what oneDNN says of itself."""
    lines = output.splitlines()
    isa = [line.split("isa:")[1] for line in lines if ",cpu,isa:" in line]
    kernel = [line.split(",rnn,")[1].split(",")[0] for line in lines if ",exec,cpu,rnn," in line]
    return f"{isa[0]}; LSTM by {kernel[0]}" if isa and kernel else "oneDNN did not run the LSTM"


def parse_mkl(output: str) -> str:
    """Return the code that MKL, with which PyTorch multiplies, says it used."""
    match = re.search(r"CNR:(\w+)", output)
    return match[1] if match else "no MKL"


@dataclass(frozen=True)
class Row:
    """One environment, the probe that shows its effect, and what the probe must then print."""

    name: str
    switch: dict[str, str]
    probe: str
    expected: str  # a regular expression for the whole line
    threads: int = 1
    without: int = 1  # threads of the run that shows the difference
    needs: str = ""  # what the processor must have, in NumPy's words, or the code would crash


SKYLAKE = "SkylakeX"
ROWS = [
    Row("1 thread", {}, THREADS, "1", threads=1, without=2),
    Row("2 threads", {}, THREADS, "2", threads=2, without=1),
    Row("oneDNN SSE4.1", {"ONEDNN_MAX_CPU_ISA": "SSE41"}, ONEDNN, r"Intel SSE4\.1; .*"),
    Row("oneDNN AVX2", {"ONEDNN_MAX_CPU_ISA": "AVX2"}, ONEDNN, "Intel AVX2; .*"),
    Row("ATen default", {"ATEN_CPU_CAPABILITY": "default"}, ATEN, "DEFAULT"),
    Row("MKL compatible", {"MKL_CBWR": "COMPATIBLE"}, MKL, "COMPATIBLE|no MKL"),
    Row("NumPy baseline", {"NPY_DISABLE_CPU_FEATURES": "X86_V3 X86_V4"}, NUMPY, "-"),
    Row("OpenBLAS Nehalem", {"OPENBLAS_CORETYPE": "Nehalem"}, OPENBLAS, "Nehalem"),
    Row("OpenBLAS Haswell", {"OPENBLAS_CORETYPE": "Haswell"}, OPENBLAS, "Haswell", needs="X86_V3"),
    Row("OpenBLAS SkylakeX", {"OPENBLAS_CORETYPE": SKYLAKE}, OPENBLAS, SKYLAKE, needs="X86_V4"),
]
OLD_CPU = {"OPENBLAS_CORETYPE": "Nehalem", "ATEN_CPU_CAPABILITY": "default"}
OLD_CPU |= {"ONEDNN_MAX_CPU_ISA": "SSE41"}
AVX2 = {"OPENBLAS_CORETYPE": "Haswell", "ATEN_CPU_CAPABILITY": "avx2", "ONEDNN_MAX_CPU_ISA": "AVX2"}
# Whole machines: a change lands only if the notebooks that it touches pass these two.
ROWS += [
    Row("AVX2", AVX2, MACHINE, "AVX2 Haswell", needs="X86_V3"),
    Row("oldest", OLD_CPU, MACHINE, "DEFAULT Nehalem"),
]
FEATURES = Row("what NumPy sees", {}, NUMPY, ".*")
SWITCHES = {name for row in ROWS for name in row.switch}
FOLDERS = [ROOT / folder for folder in ("book", "solutions", "exercises")]
X86 = platform.machine().lower() in ("x86_64", "amd64")
N_PROCESSORS = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()


def make_environment(switch: dict[str, str], threads: int) -> dict[str, str]:
    """Return this environment with one switch set, and none of the others."""
    env = {name: value for name, value in os.environ.items() if name not in SWITCHES}
    return env | switch | dict.fromkeys(THREAD_VARIABLES, str(threads))


def run_probe(row: Row, switch: dict[str, str], threads: int) -> str:
    """Run the row's probe in a process of its own and return its line."""
    env = make_environment(switch, threads) | {"ONEDNN_VERBOSE": "1", "PYTHONWARNINGS": "error"}
    child = subprocess.run(
        [sys.executable, "-c", row.probe], env=env, capture_output=True, text=True, check=False
    )
    if child.returncode:
        return f"the probe crashed: {child.stderr.strip().splitlines()[-1]}"
    return {ONEDNN: parse_onednn, MKL: parse_mkl}.get(row.probe, str.strip)(child.stdout)


def drop_unsupported(row: Row, supported: list[str]) -> dict[str, str]:
    """Return the row's switch without features that this processor lacks: NumPy warns of them."""
    listed = row.switch.get("NPY_DISABLE_CPU_FEATURES", "").split()
    disabled = {"NPY_DISABLE_CPU_FEATURES": " ".join(n for n in listed if n in supported)}
    return row.switch | disabled if listed else row.switch


def check_switch(row: Row) -> tuple[str, dict[str, str], str]:
    """Return 'acts', 'not applicable' or 'FAILED', the switch to use, and what the probe saw."""
    if row.switch and not X86:
        return "not applicable", {}, f"{platform.machine()} is not an x86 processor"
    if row.threads > N_PROCESSORS:
        return "not applicable", {}, f"this machine has {N_PROCESSORS} processor"
    features = run_probe(FEATURES, {}, 1).split()
    if row.needs and row.needs not in features:
        return "not applicable", {}, f"this processor has no {row.needs}"
    plain = run_probe(row, {}, row.without)
    switch = drop_unsupported(row, features)
    switched = run_probe(row, switch, row.threads)
    if "crashed" in plain or not re.fullmatch(row.expected, switched):
        explanation = f"expected {row.expected!r}, got {switched!r}; without the switch {plain!r}"
        return "FAILED", switch, explanation
    if switched == plain:
        return "not applicable", switch, f"this machine runs {plain!r} without the switch too"
    return "acts", switch, f"{plain!r} becomes {switched!r}"


def check_notebooks(switch: dict[str, str], threads: int, paths: Sequence[Path]) -> bool:
    """Check the notebooks in the row's environment; older code is slower, so without a budget."""
    command = [sys.executable, str(ROOT / "scripts" / "check_notebooks.py"), *map(str, paths)]
    command += ["--no-budget", "--threads", str(threads)]
    env = make_environment(switch, threads)
    return subprocess.run(command, env=env, check=False).returncode == 0


def run_tests(switch: dict[str, str], threads: int) -> bool:
    """Run the unit tests in the row's environment."""
    command = [*PYTEST, "-m", UNIT_MARKS]
    env = make_environment(switch, threads)
    return subprocess.run(command, cwd=ROOT, env=env, check=False).returncode == 0


def main(
    paths: Sequence[Path], only: str | None, proofs_only: bool, no_tests: bool, no_notebooks: bool
) -> int:
    table = []
    for row in (row for row in ROWS if only in (None, row.name)):
        proof, switch, explanation = check_switch(row)
        print(f"{row.name}: {proof}: {explanation}", flush=True)
        outcomes = ["not run", "not run"]
        acts = proof == "acts" and not proofs_only
        if acts and not no_tests:
            outcomes[0] = "passed" if run_tests(switch, row.threads) else "FAILED"
        if acts and not no_notebooks:
            passed = check_notebooks(switch, row.threads, paths)
            outcomes[1] = "passed" if passed else "FAILED"
        table.append((row.name, proof, *outcomes))
    print(f"\n{'row':<19}{'switch':<16}{'unit tests':<12}notebooks")
    for name, proof, tests, notebooks in table:
        print(f"{name:<19}{proof:<16}{tests:<12}{notebooks}")
    counts = [sum(word in line for line in table) for word in ("acts", "not applicable", "FAILED")]
    print("{} switches act, {} rows do not apply here, {} rows failed.".format(*counts))
    return 1 if counts[2] else 0


if __name__ == "__main__":
    run_script(
        main,
        make_paths_argument(*FOLDERS),
        Argument("--only", metavar="ROW", choices=[row.name for row in ROWS], help="one row"),
        Argument("--proofs-only", action="store_true", help="run nothing else"),
        Argument("--no-tests", action="store_true", help="leave out the unit tests"),
        Argument("--no-notebooks", action="store_true", help="leave out the notebooks"),
    )
