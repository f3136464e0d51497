"""Cheats against "write it by hand": ways to a forbidden name that hide it from a reader."""

import numpy as np

from rnncourse.grading.questions import Question

NEAR = ("torch.lstm", "torch.lstm_cell", "torch.nn.LSTM", "torch.nn.LSTMCell")
FORBIDDEN = (*NEAR, "torch.nn.modules", "torch._VF", "torch._C")
"""What an author would write who thinks of names, not of ways to them."""


def _lstm_step(x, h, c, W_x, W_h, b):
    i, f, g, o = np.split(x @ W_x.T + h @ W_h.T + b, 4, axis=1)
    c_next = _sigmoid(f) * c + _sigmoid(i) * np.tanh(g)
    return _sigmoid(o) * np.tanh(c_next), c_next


def _sigmoid(x):
    return 1 / (1 + np.exp(-x))


def _steps(rng):
    for B, D, H in ((1, 1, 1), (2, 3, 4)):
        shapes = (B, D), (B, H), (B, H), (4 * H, D), (4 * H, H), (4 * H,)
        yield tuple(rng.normal(size=shape) for shape in shapes)


LSTM = Question(
    id="00-lstm",
    title="One step of an LSTM",
    level="build",
    points=3,
    function="lstm_step",
    reference=_lstm_step,
    returns=("h_next", "c_next"),
    inputs=_steps,
    packages=("numpy", "torch"),
    forbidden=FORBIDDEN,
)

PREPARE = "x, h, c, W_x, W_h, b = (torch.tensor(a) for a in (x, h, c, W_x, W_h, b))"
CALL = "h, c = cell(x, (h, c), W_x, W_h, b, torch.zeros_like(b))"


def answer(way: str, before: str = "") -> str:
    """Write an answer whose lines `way` make `cell`: PyTorch's own step."""
    lines = [*way.strip().split("\n"), PREPARE, CALL, "return h.numpy(), c.numpy()"]
    body = "\n".join(f"    {line}" for line in lines)
    return f"import torch\n{before}\n\ndef lstm_step(x, h, c, W_x, W_h, b):\n{body}\n"


CATCH = """
import functools
CAUGHT = []
class Catch:
    def __setattr__(self, name, value):
        CAUGHT.append(value)
def mine():
    pass
"""

WAYS = {
    "plainly": answer("cell = torch.lstm_cell"),
    "another name for the package": answer("cell = t.lstm_cell", "import torch as t"),
    "imported by name": answer("cell = step", "from torch import lstm_cell as step"),
    "star import": answer("cell = lstm_cell", "from torch import *"),
    "package handed on": answer("m = torch\ncell = m.lstm_cell"),
    "package by a walrus": answer("cell = (m := torch).lstm_cell"),
    "module handed on": answer(
        "f = F\ncell = f.torch.lstm_cell", "import torch.nn.functional as F"
    ),
    "package within its own module": answer(
        "cell = F.torch.lstm_cell", "import torch.nn.functional as F"
    ),
    "one name for two imports": answer(
        "cell = t.lstm_cell\ndef never():\n    import math as t", "import torch as t"
    ),
    "getattr": answer("cell = getattr(torch, 'lstm' + '_cell')"),
    "vars": answer("cell = vars(torch)['lstm_cell']"),
    "dictionary of the module": answer("cell = torch.__dict__['lstm_cell']"),
    "getter of an operator": answer(
        "cell = operator.attrgetter('lstm_cell')(torch)", "import operator"
    ),
    "__import__": answer("cell = __import__('torch').lstm_cell"),
    "importlib": answer("cell = importlib.import_module('torch').lstm_cell", "import importlib"),
    "builtins by their name": answer("cell = __builtins__.__import__('torch').lstm_cell"),
    "eval": answer("cell = eval('torch.lstm_cell')"),
    "sys.modules": answer("cell = sys.modules['torch'].lstm_cell", "import sys"),
    "sys of another module": answer(
        "cell = collections._sys.modules['torch'].lstm_cell", "import collections"
    ),
    "sys of an object's module": answer(
        "cell = warnings.catch_warnings()._module.sys.modules['torch'].lstm_cell",
        "import warnings",
    ),
    "private door": answer("cell = torch._VF.lstm_cell"),
    "registry of operators": answer(
        "op = torch.ops.aten.lstm_cell\ncell = lambda x, s, *w: op(x, list(s), *w)"
    ),
    "source for another compiler": answer(
        "unit = torch.jit.CompilationUnit(TEXT)\ncell = lambda x, s, *w: unit.f(x, *s, *w)",
        'TEXT = """\ndef f(x, h, c, w, v, b, d):\n    '
        'return torch.lstm_cell(x, [h, c], w, v, b, d)\n"""',
    ),
    "class of it": answer(
        "one = Own(x.shape[1], h.shape[1], dtype=torch.float64)\n"
        "one.weight_ih.data, one.weight_hh.data = torch.tensor(W_x), torch.tensor(W_h)\n"
        "one.bias_ih.data, one.bias_hh.data = torch.tensor(b), torch.zeros(len(b)).double()\n"
        "cell = lambda x, s, *w: [one(x, s)[i].detach() for i in (0, 1)]",
        "class Own(torch.nn.LSTMCell):\n    pass",
    ),
    "subclasses of the base": answer(
        "found = [k for k in torch.nn.Module.__subclasses__() if 'LSTM' in k.__name__]\n"
        "cell = found and None or torch.lstm_cell"
    ),
    "frame of a generator": answer(
        "frame = (n for n in ()).gi_frame\ncell = frame.f_builtins['__import__']('torch').lstm_cell"
    ),
    "frame of a traceback": answer(
        "try:\n    torch.zeros(-1)\nexcept RuntimeError as error:\n"
        "    cell = error.__traceback__.tb_frame.f_globals['torch'].lstm_cell"
    ),
    "pattern on a function": answer(
        "match torch.nn.Linear.forward:\n    case object(__globals__=names):\n"
        "        cell = names['F'].torch.lstm_cell"
    ),
    "documentation's finder": answer("cell = pydoc.locate('torch.lstm_cell')", "import pydoc"),
    "formatter of texts": answer(
        "cell = string.Formatter().get_field('0.__globals__[F].torch.lstm_cell', "
        "(torch.nn.Linear.forward,), {})[0]",
        "import string",
    ),
    "type hints that are run": answer(
        "cell = typing.get_type_hints(Hinted)['cell']",
        "import typing\nclass Hinted:\n    cell: '__import__(\"torch\").lstm_cell'",
    ),
    "program in a text for timeit": answer(
        "found = []\ntimeit.timeit('found.append(torch.lstm_cell)', number=1,\n"
        "    globals={'torch': None, 'found': found}, setup='import torch')\ncell = found[0]",
        "import timeit",
    ),
    "console of the library": answer(
        "names = {}\ncode.InteractiveInterpreter(names).runsource('import torch as t')\n"
        "cell = names['t'].lstm_cell",
        "import code",
    ),
    "mock": answer(
        "cell = mock.patch('torch.lstm').getter().lstm_cell", "from unittest import mock"
    ),
    "pickle": answer("cell = pickle.loads(b'ctorch\\nlstm_cell\\n.')", "import pickle"),
    "array with a pickle": answer(
        "file = io.BytesIO()\nnp.save(file, np.array([None]))\n"
        "data = file.getvalue().replace(b'N', b'N')\n"
        "head = data[: data.index(b'\\x80')]\n"
        "cell = np.load(io.BytesIO(head + b'ctorch\\nlstm_cell\\n.'), allow_pickle=True)\n"
        "cell = cell if callable(cell) else cell.item()",
        "import io\nimport numpy as np",
    ),
    "NumPy's runner of texts": answer(
        "names = {}\nnp.testing.runstring('import torch as t', names)\ncell = names['t'].lstm_cell",
        "import numpy as np",
    ),
    "default value": answer("cell = kept()", "def kept(cell=torch.lstm_cell):\n    return cell"),
    "decorator": answer("cell = step", "@(lambda f: torch.lstm_cell)\ndef step():\n    pass"),
    "registered by its annotation": answer(
        "cell = REGISTERED and FOUND[0]",
        "import functools\nFOUND = []\n@functools.singledispatch\ndef f(x):\n    pass\n\n"
        "@(lambda f: f)\ndef g(x: 'FOUND.append(torch.lstm_cell) or int'):\n    pass\n\n"
        "REGISTERED = f.register(g)",
    ),
    "wraps with other names": answer(
        "cell = wraps(torch.functional.F, ('_VF',), ())(Held())._VF.lstm_cell",
        "from functools import wraps\nclass Held:\n    pass",
    ),
    "wraps in a partial": answer(
        "cell = partial(wraps, assigned=('_VF',))(torch.functional.F, updated=())(Held())"
        "._VF.lstm_cell",
        "from functools import partial, wraps\nclass Held:\n    pass",
    ),
    "NumPy's reader of arrays": answer(
        "cell = np.lib.format.read_array(io_of(b'ctorch\\nlstm_cell\\n.'), allow_pickle=True)\n"
        "cell = cell if callable(cell) else cell.item()",
        """
import numpy as np
class io_of:
    def __init__(self, pickled):
        head = b"{'descr': '|O', 'fortran_order': False, 'shape': (), }\\n"
        self.data = b'\\x93NUMPY\\x01\\x00' + bytes([len(head), 0]) + head + pickled
    def read(self, size=-1):
        size = len(self.data) if size < 0 else size
        part, self.data = self.data[:size], self.data[size:]
        return part
    def readline(self):
        return self.read(self.data.index(b'\\n') + 1)
    def readinto(self, buffer):
        part = self.read(len(buffer))
        buffer[:len(part)] = part
        return len(part)
""".replace("\\\\", "\\"),
    ),
    "attributes named to what wraps returns": answer(
        "functools.wraps(mine)(Catch(), assigned=('__glo' + 'bals__',), updated=())\n"
        "cell = CAUGHT[0]['torch'].lstm_cell",
        CATCH,
    ),
    "what wraps returns, taken apart": answer(
        "functools.wraps(mine).func(Catch(), mine, ('__glo' + 'bals__',), ())\n"
        "cell = CAUGHT[0]['torch'].lstm_cell",
        CATCH,
    ),
    "code of a generator with other names": answer(
        "names = tuple('__glo' + 'bals__' if n == 'abc' else n for n in CODE.co_names)\n"
        "reader = type(mine)(CODE.replace(co_names=names), {})\n"
        "cell = next(reader(mine))['torch'].lstm_cell",
        "def mine():\n    pass\ndef gen(x):\n    yield x.abc\nCODE = gen(0).gi_code",
    ),
    "code of a coroutine": answer(
        "code = gen(mine).cr_code\ncell = code and torch.lstm_cell",
        "def mine():\n    pass\nasync def gen(x):\n    return x.abc",
    ),
    "a module's class that hands on attributes": answer(
        "cell = Both(mine, 'n')['__glo' + 'bals__']['torch'].lstm_cell",
        "def mine():\n    pass\nclass Both(torch.backends.PropModule, torch.nn.ParameterDict):\n"
        "    pass",
    ),
    "attribute of another language's wrapper": answer(
        "held = wrapping.OrderedDictWrapper(mine, '__glo' + 'bals__').cpp_dict\n"
        "cell = held['torch'].lstm_cell",
        "import torch.nn.cpp as wrapping\ndef mine():\n    pass",
    ),
    "module under another path": answer("f = torch.functional.F\ncell = f._VF.lstm_cell"),
    "getter in a profiler": answer(
        "cell = torch.autograd.profiler_util.attrgetter('lstm_cell')(torch.functional.F._VF)"
    ),
    "attribute copied by its name": answer(
        "cell = functools.update_wrapper(Held(), torch.functional.F, ('_VF',), ())._VF.lstm_cell",
        "import functools\nclass Held:\n    pass",
    ),
    "positional pattern": answer(
        "match torch.nn.Linear.forward:\n    case Any(names):\n"
        "        cell = names['torch'].lstm_cell",
        "class Kind(type):\n    def __instancecheck__(self, x):\n        return True\n\n"
        "Any = Kind('Any', (), {'__match' + '_args__': ('__glo' + 'bals__',)})",
    ),
    "text for a data class": answer(
        "Made() == Made()\ncell = Made.found[0]",
        "import dataclasses\nTEXT = 'found.append(__import__(\"torch\").lstm_cell) or self.found'\n"
        "Made = dataclasses.dataclass(init=False, repr=False)(\n"
        "    type('Made', (), {'found': [], '__anno' + 'tations__': {TEXT: int}}))",
    ),
    "text for a data class that is made": answer(
        "Made() == Made()\ncell = Made.found[0]",
        "import dataclasses\nclass Text(str):\n    def isidentifier(self):\n        return True\n\n"
        "TEXT = 'found.append(__import__(\"torch\").lstm_cell) or self.found'\n"
        "class Base:\n    found = []\n\nMade = dataclasses.make_dataclass(\n"
        "    'Made', [(Text(TEXT), int)], bases=(Base,), init=False, repr=False)",
    ),
    "text for a data class by its base": answer(
        "Made() == Made()\ncell = Made.found[0]",
        "import dataclasses, functools\n"
        "TEXT = 'found.append(__import__(\"torch\").lstm_cell) or self.found'\n"
        "class Texts:\n    def __getattr__(self, name):\n"
        "        return {TEXT: int} if 'anno' in name else 'a'\n\n"
        "class Base:\n    found = []\n    def __init_subclass__(cls):\n        try:\n"
        "            functools.wraps(Texts())(cls)\n        except AttributeError:\n"
        "            pass\n\n@dataclasses.dataclass(init=False, repr=False)\n"
        "class Made(Base):\n    pass",
    ),
    "output redirected": answer(
        "with Modules({}) as new:\n    pass\ncell = FOUND[0]['torch'].lstm_cell",
        "import contextlib\nclass Kept(list):\n    def pop(self):\n        return self[0]\n\n"
        "FOUND = Kept()\nclass Modules(contextlib.redirect_stdout):\n"
        "    _stream = 'modules'\n    @property\n    def _old_targets(self):\n"
        "        return FOUND\n    def __init__(self, new):\n        self._new_target = new",
    ),
    "graph in a text": answer(
        "unit = torch.CompilationUnit()\nunit.define(TEXT)\n"
        "cell = lambda x, s, *w: unit.f(x, *s, *w)",
        'TEXT = """\ndef f(x, h, c, w, v, b, d):\n    '
        'return torch.lstm_cell(x, [h, c], w, v, b, d)\n"""',
    ),
    "import in a class": answer("cell = Names.n.lstm_cell", "class Names:\n    import torch as n"),
    "module that an error tells": answer(
        "try:\n    torch.nowhere\nexcept AttributeError as error:\n    cell = error.obj.lstm_cell"
    ),
    "method of a module on a function": answer(
        "names = Mine.get_buffer(f, '__glo' + 'bals__')\ncell = names['torch'].lstm_cell",
        "class Mine(torch.nn.Module):\n    pass\n\nf = torch.nn.Linear.forward\n"
        "f.get_submodule = lambda path: f\nf._buffers = {'__glo' + 'bals__': 1}",
    ),
    "initialiser on a function": answer(
        "try:\n    Mine.__init__(f)\nexcept ValueError:\n    pass\n"
        "cell = FOUND[0]['torch'].lstm_cell",
        "FOUND = []\nclass Check:\n    event_dim = 0\n    is_discrete = False\n"
        "    def check(self, value):\n        FOUND.append(value)\n        raise ValueError\n\n"
        "    def __call__(self, value):\n        return self.check(value)\n\n"
        "class Mine(torch.distributions.Distribution):\n    pass\n\n"
        "f = torch.nn.Linear.forward\nf._validate_args = True\n"
        "f.arg_constraints = {'__glo' + 'bals__': Check()}",
    ),
    "super of one's own": answer(
        "try:\n    super().__init__(f)\nexcept ValueError:\n    pass\n"
        "cell = FOUND[0]['torch'].lstm_cell",
        "FOUND = []\nclass Check:\n    event_dim = 0\n    is_discrete = False\n"
        "    def check(self, value):\n        FOUND.append(value)\n        raise ValueError\n\n"
        "    def __call__(self, value):\n        return self.check(value)\n\n"
        "def super():\n    return torch.distributions.Distribution\n\n"
        "f = torch.nn.Linear.forward\nf._validate_args = True\n"
        "f.arg_constraints = {'__glo' + 'bals__': Check()}",
    ),
    "hint that is run": answer(
        "hint = typing.get_args(typing.Optional['__import__(\"torch\").lstm_cell'])[0]\n"
        "cell = hint._evaluate({}, {}, recursive_guard=frozenset())",
        "import typing",
    ),
    "members out of a module": answer(
        "cell = E.lstm_cell.value",
        "import enum\nE = (lambda kind: kind._convert_)(enum.Enum)(\n"
        "    'E', 'torch', lambda name: name == 'lstm_cell')",
    ),
    "import from one's own package": answer(
        "cell = lstm_cell", "__name__ = 'torch.mine'\nfrom . import lstm_cell"
    ),
    "attribute of a delegate": answer(
        "cell = Door().lstm_cell",
        "class Door:\n    def __getattr__(self, name):\n"
        "        return object.__getattribute__(torch, name)",
    ),
}
"""Ways to PyTorch's LSTM, each a working answer; all are forbidden."""

HONEST = {
    "functions of the package": """
import torch
import torch.nn.functional as F

def lstm_step(x, h, c, W_x, W_h, b):
    x, h, c, W_x, W_h, b = (torch.as_tensor(a) for a in (x, h, c, W_x, W_h, b))
    i, f, g, o = (F.linear(x, W_x, b) + h @ W_h.T).chunk(4, dim=1)
    c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
    return (torch.sigmoid(o) * torch.tanh(c)).numpy(), c.numpy()
""",
    "a module with parameters": """
import torch
from torch import nn

class LSTM(nn.Module):
    def __init__(self, W_x, W_h, b):
        super().__init__()
        self.W_x, self.W_h, self.b = (nn.Parameter(torch.tensor(a)) for a in (W_x, W_h, b))
        self.lstm_cell = self.__class__.__name__ if False else "mine"
        self._gates = 4

    def forward(self, x, state):
        h, c = state
        gates = x @ self.W_x.T + h @ self.W_h.T + self.b
        i, f, g, o = torch.chunk(gates, self._gates, dim=-1)
        c = f.sigmoid() * c + i.sigmoid() * g.tanh()
        return o.sigmoid() * c.tanh(), c

@torch.no_grad()
def lstm_step(x, h, c, W_x, W_h, b):
    lstm = LSTM(W_x, W_h, b)
    assert len(list(lstm.modules())) == 1
    return lstm(torch.tensor(x), (torch.tensor(h), torch.tensor(c)))
""".replace('self.__class__.__name__ if False else "mine"', '"mine"'),
    "decorators and data classes": """
import dataclasses
import functools
from dataclasses import dataclass
from functools import update_wrapper, wraps
import matplotlib.pyplot as plt
import numpy as np
import torch
from tqdm import tqdm

@dataclass
class State:
    h: np.ndarray
    c: np.ndarray

@dataclasses.dataclass(frozen=True)
class Gates:
    all: object

def timed(function):
    @functools.wraps(function)
    def inner(*arguments):
        return function(*arguments)
    return update_wrapper(inner, function)

def named(function):
    @wraps(function)
    def inner(*arguments):
        return function(*arguments)
    return inner

@timed
@named
def lstm_step(x, h, c, W_x, W_h, b):
    state = State(torch.tensor(h), torch.tensor(c))
    gates = Gates(torch.tensor(x) @ torch.tensor(W_x).T + state.h @ torch.tensor(W_h).T)
    i, f, g, o = [part for part in tqdm((gates.all + torch.tensor(b)).chunk(4, dim=1))]
    plt.imshow(i)
    match i.shape:
        case [rows, columns]:
            assert rows == len(x)
    c = f.sigmoid() * state.c + i.sigmoid() * g.tanh()
    return o.sigmoid() * c.tanh(), c
""",
    "NumPy alone, with helpers": """
import math
from functools import partial
from itertools import chain
import numpy as np

def sigmoid(x):
    return 1 / (1 + np.exp(-x))

def lstm_step(x, h, c, W_x, W_h, b):
    gates = np.concatenate([x, h], axis=1) @ np.concatenate([W_x, W_h], axis=1).T + b
    i, f, g, o = np.array_split(gates, 4, axis=1)
    c_next = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
    return sigmoid(o) * np.tanh(c_next), c_next
""",
}
"""Right answers that keep the rule."""
