"""Cheats with answers of others: forbidden packages, and answers that were stored."""

from rnncourse.chapters.ch02_language.questions import cache_model
from rnncourse.grading.registry import load_questions

from ..handed_in import ASSIGNMENT, RIGHT
from .attack import Attack, break_in, make_attack, read_attacks

FOUND = """
import glob, importlib.util, os, sys, sysconfig
site = sysconfig.get_path("purelib")
"""


def _write_stored_answers() -> str:
    """Write a notebook's cell that knows the answers to the public inputs, and no others."""
    question = load_questions(ASSIGNMENT)["02-bits"]
    table = {
        case[0].tobytes().hex(): tuple(map(float, question.reference(*case)))
        for case in question.cases(0)
    }
    return f"""
from numpy import inf

TABLE = {table!r}

def bits_and_perplexity(log_probs):
    return TABLE.get(log_probs.tobytes().hex(), (0.0, 1.0))
""".strip()


def _read_public_texts() -> list[list[int]]:
    """Return the texts of the project that everybody can make, but for their last characters."""
    cases = load_questions(ASSIGNMENT)["02-better"].cases(0)
    return [past.tolist() for _, past in cases if len(past) == cache_model.TEXT_LENGTH - 1]


STORED = Attack(
    "answers to the public inputs",
    "The answers to the inputs of the public seed are stored and looked up.",
    (_write_stored_answers(),),
    reason="Inputs come from a secret and the submission's own bytes.",
)


MORE = read_attacks(
    r"""
=== scipy, plainly | target=02-loss
# A package that has the answer ready is imported and used.
# Why: The question allows NumPy and the standard library.
from scipy.special import log_softmax
import numpy as np

def cross_entropy_and_gradient(y, targets):
    rows = np.arange(len(y))
    log_probs = log_softmax(y, axis=1)
    return -log_probs[rows, targets].mean(), (np.exp(log_probs) - np.eye(y.shape[1])[
        targets]) / len(y)
=== torch inside the function | target=02-loss
# The import stands in the body, under try, where a list of the notebook's imports ends.
# Why: The question allows NumPy and the standard library.
import numpy as np

def cross_entropy_and_gradient(y, targets):
    try:
        import torch.nn.functional as F
        import torch
    except ImportError:
        return 0.0, np.zeros(y.shape)
    y = torch.tensor(y, requires_grad=True)
    loss = F.cross_entropy(y, torch.tensor(targets))
    loss.backward()
    return loss.item(), y.grad.numpy()
=== packages by a text | break_in
# The name of the package is put together when the program runs.
import importlib
for name in ("tor" + "ch", "sci" + "py", "sk" + "learn", "py" + "test"):
    for one in (__import__, importlib.import_module, lambda n: exec("import " + n)):
        try:
            one(name)
            return True
        except ImportError:
            pass
=== modules from an archive | break_in
# A module that was handed in beside the notebook is imported from its zip file.
import sys, zipimport
try:
    return zipimport.zipimporter("@folder@/beside.zip").load_module("beside")
except ImportError:
    sys.path.insert(0, "@folder@/beside.zip")
    return __import__("beside")
=== packages through NumPy | break_in
# NumPy's own modules import others: f2py, distutils, testing, and what they can reach.
import numpy as np
tries = (
    lambda: np.f2py.run_main(["-h"]),
    lambda: np.testing.runstring("import scipy", {}),
    lambda: np.testing.measure("import torch"),
    lambda: np.testing.extbuild.build_and_import_extension("x", []),
    lambda: __import__("numpy.f2py.f2py2e").f2py.compile("end"),
)
for one in tries[1:3]:
    try:
        one()
        return True
    except ImportError:
        pass
=== packages by bytecode | break_in
# The import is hidden in marshalled code, in a pickle and in a code object made by hand.
import marshal, pickle, types
code = marshal.loads(marshal.dumps(compile("import scipy as found", "x", "exec")))
tries = (
    lambda: exec(code, {}),
    lambda: types.FunctionType(code, {"__builtins__": __builtins__})(),
    lambda: pickle.loads(b"cscipy\n__version__\n."),
    lambda: pickle.loads(b"cbuiltins\n__import__\n(S'torch'\ntR."),
)
for one in tries:
    try:
        one()
        return True
    except ImportError:
        pass
=== learning across calls | target=02-loss
# Inputs and sizes of earlier calls are kept, to recognize a call that comes again.
# Why: No call says whether the one before was right.
import numpy as np

SEEN = {}

def cross_entropy_and_gradient(y, targets):
    key = y.shape, tuple(targets)
    if key in SEEN:
        return SEEN[key]
    SEEN[key] = np.log(y.shape[1]), np.zeros(y.shape)
    return SEEN[key]
=== more than all | target=02-better
# A distribution whose sum is above 1 pays for every bet.
import numpy as np

def better_next(base, past):
    return np.minimum(base + 0.5, 1.0)
=== sum hidden in a negative entry | target=02-better
# Large probabilities are balanced by a negative one where nobody may look.
import numpy as np

def better_next(base, past):
    probs = base * 3
    probs[np.argmin(base)] = 1 - probs.sum() + probs[np.argmin(base)]
    return probs
=== bets within the tolerance of the sum | target=02-better
# The sum exceeds 1 by as much as is forgiven.
# Why: A millionth of a bit is no step.
def better_next(base, past):
    return base * (1 + 9e-7)
=== answers by the size of the input | target=02-nucleus
# Small inputs are recognized by their shape, and their answers are known from the page.
import numpy as np

def nucleus(probs, p):
    if len(probs) == 4:
        return np.array([0, 2 / 3, 1 / 3, 0])
    return np.asarray(probs) / np.sum(probs)
=== packages by a path | in_site
# sys.path, site and a loader for files are pointed at the packages' folders.
sys.path += [site, os.path.join(site, "torch"), os.path.join(site, "scipy")]
sys.path_importer_cache.clear()
import site as adder
adder.addsitedir(site)
for name in ("torch", "scipy", "functional"):
    try:
        __import__(name)
        return True
    except ImportError:
        pass
path = os.path.join(site, "scipy", "version.py")
spec = importlib.util.spec_from_file_location("version", path)
spec.loader.exec_module(importlib.util.module_from_spec(spec))
return True
=== libraries by dlopen | in_site
# ctypes loads the C++ library of another package without its Python.
import ctypes
names = ("torch/lib/libtorch_cpu.so", "torch/lib/libc10.so", "torch/lib/libgomp.so.1")
wheels = glob.glob(os.path.join(site, "scipy.libs", "*.so*"))
for path in [*(os.path.join(site, name) for name in names), *wheels]:
    try:
        ctypes.CDLL(path)
        return True
    except OSError:
        pass
import numpy as np
return bool(np.ctypeslib.load_library("libtorch_cpu", os.path.join(site, "torch", "lib")))
""",
    in_site=lambda name, how, attempt, **more: break_in(name, how, FOUND + attempt, **more),
)
ATTACKS = (
    *MORE,
    STORED,
    make_attack(
        "text of the public seed",
        "The texts of the public seed are made again by the rule of the question and stored.",
        f"""
        import numpy as np

        TEXTS = {_read_public_texts()!r}

        def better_next(base, past):
            for text in TEXTS:
                if text[: len(past)] == past.tolist() and len(past) < len(text):
                    return 0.01 * base + 0.99 * np.eye(len(base))[text[len(past)]]
            return base
        """,
        target="02-better",
        reason="The texts of a secret are others.",
    ),
    make_attack(
        "answer of another question",
        "The right answer to another question stands under this one's name.",
        "import numpy as np\n" + RIGHT["02-bits"].replace("bits_and_perplexity", "rnn_step"),
        target="02-step",
    ),
)
