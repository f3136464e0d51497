"""Right answers that read a table, filled at the top level in the many ways Python has."""

from ..handed_in import IMPORT

BITS = "02-bits"
LOOKUP = """
def bits_and_perplexity(log_probs):
    nats = -np.mean(log_probs)
    return nats / table[2], np.exp(nats)
"""
FILL = "def fill(where, value=np.log(2)):\n    where[2] = value\n\n"

FILLED: dict[str, str] = {
    "a helper": FILL + "table = [0, 0, 0]\nfill(table)",
    "a helper's helper": FILL
    + "table = {}\ndef prepare(t):\n    fill(t)\n    return t\nprepare(table)",
    "a helper by keyword": FILL + "table = {}\nfill(value=np.log(2), where=table)",
    "a helper by star": FILL + "table = {}\narguments = [table]\nfill(*arguments)",
    "a helper in a loop": FILL + "table = {}\nfor _ in range(3):\n    fill(table)",
    "a helper under a condition": FILL + "table = {}\nif 2 not in table:\n    fill(table)",
    "a helper in a context": FILL + "table = {}\nwith np.errstate(all='ignore'):\n    fill(table)",
    "a helper that may fail": FILL
    + "table = {}\ntry:\n    fill(table)\nexcept KeyError:\n    pass",
    "a helper in a print": FILL + "table = {}\nprint('filled', fill(table))",
    "a helper in an assertion": FILL + "table = {}\nassert fill(table) is None",
    "a helper in a condition": FILL + "table = {}\nif fill(table):\n    print('odd')",
    "a helper whose result is dropped": FILL + "table = {}\n_ = fill(table)",
    "a helper whose result nobody needs": FILL + "table = {}\nlosses = fill(table)",
    "a helper imported for it": "from operator import setitem\n"
    "table = {}\nsetitem(table, 2, np.log(2))",
    "a helper without arguments": """
table = {}

def prepare():
    def inner():
        table.update({2: np.log(2)})
    inner()

def main():
    prepare()

main()
""",
    "a lambda": "table = {}\nfill = lambda: table.setdefault(2, np.log(2))\nfill()",
    "a method": """
class Filler:
    def __init__(self, table):
        self.table = table

    def fill(self):
        self.table[2] = np.log(2)

table = {}
filler = Filler(table)
filler.fill()
""",
    "a class that fills at birth": """
table = {}

class Base:
    def __init_subclass__(cls, base):
        table[base] = np.log(base)

class Two(Base, base=2):
    pass
""",
    "a decorator that registers": """
table = {}

def register(function):
    table[int(function.__name__[1:])] = function()
    return function

@register
def _2():
    return np.log(2)
""",
    "a thread": """
import threading
table = {}
worker = threading.Thread(target=lambda: table.update({2: np.log(2)}))
worker.start()
worker.join()
""",
    "append in a comprehension": "table = []\n[table.append(np.log(x)) for x in (1, 1, 2)]",
    "append by map": "table = []\nlist(map(table.append, [0, 0, np.log(2)]))",
    "append by any": "table = []\nany(table.append(np.log(x)) for x in (1, 1, 2))",
    "another name": "table = [0, 0]\nother = table\nother.append(np.log(2))",
    "another name of another name": "table = []\na = b = table\n"
    "c = b\nc += [0, 0]\na += [np.log(2)]",
    "a name within": "tables = {'mine': {}}\ntable = tables['mine']\ntables['mine'][2] = np.log(2)",
    "names by unpacking": "table, rest = [0, 0, 0], []\n"
    "first, second = table, rest\nfirst[2] = np.log(2)",
    "a loop over tables": "table, other = {}, {}\nfor t in (table, other):\n    t[2] = np.log(2)",
    "a loop over its rows": "table = np.ones((3, 1))\nfor row in table:\n    row *= np.log(2)\n"
    "table = table[:, 0]",
    "a bound method": "table = []\nadd = table.append\nadd(0)\nadd(0)\nadd(np.log(2))",
    "np.add.at": "table = np.zeros(3)\nnp.add.at(table, [2, 2], np.log(2) / 2)",
    "np.copyto": "table = np.zeros(3)\nnp.copyto(table, np.log([1, 1, 2]))",
    "np.fill_diagonal": "whole = np.zeros((3, 3))\nnp.fill_diagonal(whole, np.log(2))\n"
    "table = whole.diagonal()",
    "np.put and np.place": "table = np.zeros(3)\n"
    "np.put(table, 2, 1)\nnp.place(table, table > 0, np.log(2))",
    "np.log with out": "table = np.array([1.0, 1.0, 2.0])\nnp.log(table, out=table)",
    "an iterator that writes": "table = np.full(3, 2.0)\n"
    "with np.nditer(table, op_flags=['readwrite']) as all_of_it:\n"
    "    for x in all_of_it:\n        x[...] = np.log(x)",
    "a view": "table = np.zeros(3)\nview = table[1:]\nview[1] = np.log(2)",
    "a view in passing": "table = np.zeros((3, 1))\n"
    "table.ravel()[2] = np.log(2)\ntable = table[:, 0]",
    "heappush": "from heapq import heappush\ntable = []\n"
    "for x in (1.2, 1.1, 2):\n    heappush(table, np.log(x))",
    "heapify and shuffle": "import heapq, random\ntable = [np.log(2)] * 3\n"
    "random.shuffle(table)\nheapq.heapify(table)",
    "a generator's shuffle": "table = np.arange(3)\nrng = np.random.default_rng(0)\n"
    "rng.shuffle(table)\ntable = sorted(table)\ntable[2] = np.log(table[2])",
    "deque": "from collections import deque\ntable = []\n"
    "deque(map(table.append, np.log([1, 1, 2])), maxlen=0)",
    "setattr": "class Net:\n    pass\nnet = Net()\nsetattr(net, 'table', {2: np.log(2)})\n"
    "vars(net)['ready'] = True\ntable = net.table if net.ready else {}",
    "globals": "globals()['table'] = {2: np.log(2)}",
    "exec": "exec('table = {2: np.log(2)}')",
    "pop and walrus": "table = [0, 0, np.log(2), 9]\n"
    "if (last := table.pop()) > 3:\n    table.append(last)",
    "del": "table = {2: 0, 3: 0}\ndel table[2]\ntable.setdefault(2, np.log(2))",
    "next": "source = iter([5, np.log(2)])\nnext(source)\ntable = {2: next(source)}",
    "training": """
class Model:
    def __init__(self):
        self.w = {2: 0.0}

def train(model, steps):
    for _ in range(steps):
        model.w[2] += 0.5 * (np.log(2) - model.w[2])

model = Model()
train(model, 60)
table = model.w
""",
    "an optimizer": """
class Optimizer:
    def __init__(self, weights):
        self.weights = weights

    def step(self):
        self.weights["b"][2] = np.log(2)

weights = {"b": np.zeros(3)}
optimizer = Optimizer(weights)
for epoch in range(2):
    optimizer.step()
table = weights["b"]
""",
    "a match": "table = {}\nmatch [2]:\n    case [base]:\n        table[base] = np.log(base)",
    "await": "import asyncio\ntable = {}\n"
    "async def fill():\n    table[2] = np.log(2)\nawait fill()",
    "a star import's function": "from operator import *\ntable = {}\nsetitem(table, 2, np.log(2))",
    "a function of functions": "from functools import reduce\ntable = {}\n"
    "reduce(lambda t, b: t.update({b: np.log(b)}) or t, (1, 2), table)",
}
"""A cell each after which `table[2]` is log 2."""

CODE: dict[str, tuple[tuple[str, ...], list[str]]] = {
    f"a table filled by {name}": ((BITS,), [IMPORT, cell, LOOKUP]) for name, cell in FILLED.items()
}
CODE |= {
    "setattr on the answer": (
        (BITS,),
        [
            IMPORT,
            "def bits_and_perplexity(lp):\n    n = -np.mean(lp)\n"
            "    return n / bits_and_perplexity.scale, np.exp(n)",
            "setattr(bits_and_perplexity, 'scale', np.log(2))",
        ],
    ),
    "a table filled below the answer": (
        (BITS,),
        [IMPORT, "table = {}", LOOKUP, FILL, "fill(table)\nprint(table)"],
    ),
    "a table filled again for another question": (
        (BITS, "02-continuations"),
        [
            IMPORT,
            "table = {}\n" + FILL + "fill(table)",
            LOOKUP,
            """
def continuation_count(text, run):
    seen = {text[i - 1] for i in range(1, len(text)) if text.startswith(run, i)}
    return len(seen) * counted[0]

counted = [0]
fill_one = lambda t: t.__setitem__(0, 1)
fill_one(counted)
""",
        ],
    ),
}
