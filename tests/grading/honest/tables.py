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
    "a helper by keyword": FILL + "table = {}\nfill(value=np.log(2), where=table)",
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
    "a name within": "tables = {'mine': {}}\ntable = tables['mine']\ntables['mine'][2] = np.log(2)",
    "np.add.at": "table = np.zeros(3)\nnp.add.at(table, [2, 2], np.log(2) / 2)",
    "np.log with out": "table = np.array([1.0, 1.0, 2.0])\nnp.log(table, out=table)",
    "a view": "table = np.zeros(3)\nview = table[1:]\nview[1] = np.log(2)",
    "heappush": "from heapq import heappush\ntable = []\n"
    "for x in (1.2, 1.1, 2):\n    heappush(table, np.log(x))",
    "setattr": "class Net:\n    pass\nnet = Net()\nsetattr(net, 'table', {2: np.log(2)})\n"
    "vars(net)['ready'] = True\ntable = net.table if net.ready else {}",
    "globals": "globals()['table'] = {2: np.log(2)}",
    "exec": "exec('table = {2: np.log(2)}')",
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
    "await": "import asyncio\ntable = {}\n"
    "async def fill():\n    table[2] = np.log(2)\nawait fill()",
    "a star import's function": "from operator import *\ntable = {}\nsetitem(table, 2, np.log(2))",
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
}
