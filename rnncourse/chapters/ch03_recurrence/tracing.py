"""The computational graph of NumPy code, recorded while it runs.

`Traced` behaves like an array in arithmetic, and writes down which function made it from which
other arrays. So the graph that a page draws is that of the code it shows.
"""

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from typing import Any

import networkx as nx
import numpy as np


class Traced(np.ndarray):
    """An array that remembers how it came about.

    Args:
        value: Its numbers.
        graph: Where its node and the arrows from its operands go.
        name: What it is called, or the function that made it.
        operands: What it was made from.

    >>> graph = nx.DiGraph()
    >>> a = Traced(np.ones(2), graph, "a")
    >>> b = np.tanh(a + 1)
    >>> [graph.nodes[n]["name"] for n in graph]
    ['a', 'add', 'tanh']
    """

    graph: nx.DiGraph
    node: int

    def __new__(cls, value: np.ndarray, graph: nx.DiGraph, name: str, operands: tuple = ()):
        """Make a node of the graph."""
        traced = np.asarray(value).view(cls)
        traced.graph, traced.node = graph, len(graph)
        graph.add_node(traced.node, name=name, leaf=not operands)
        graph.add_edges_from((operand.node, traced.node) for operand in operands)
        return traced

    @property
    def value(self) -> np.ndarray:
        """Its numbers alone."""
        return self.view(np.ndarray)

    def __array_ufunc__(self, function: np.ufunc, method: str, *inputs: Any, **options: Any):
        """Compute, and record the function and its operands."""
        if method != "__call__" or options:
            return NotImplemented
        traced = tuple(i for i in inputs if isinstance(i, Traced))
        values = [i.value if isinstance(i, Traced) else i for i in inputs]
        return Traced(function(*values), self.graph, function.__name__, traced)


@dataclass(frozen=True)
class Unrolled:
    """The graph of some steps.

    Args:
        graph: Nodes with `name` and `leaf`; arrows from operand to result.
        states: The nodes of h_1, h_2, ...
        weights: The nodes of the parameters, by name.
    """

    graph: nx.DiGraph
    states: list[int]
    weights: dict[str, int]

    @property
    def depth(self) -> int:
        """The number of operations on the longest way through the graph."""
        return nx.dag_longest_path_length(self.graph)


def unroll(step: Callable, w: Any, xs: np.ndarray, h: np.ndarray) -> Unrolled:
    """Run a step several times, and record what it does.

    Args:
        step: Takes an input, a state and weights, and returns the next state, or a tuple that ends
            with it.
        w: The weights, a dataclass of arrays.
        xs: Inputs `T B D`.
        h: State before the first step.

    Returns:
        The graph: a weight that serves in every step is one node in it.
    """
    graph = nx.DiGraph()
    traced = {f.name: Traced(getattr(w, f.name), graph, f.name) for f in fields(w)}
    names = {name: array.node for name, array in traced.items()}
    shared, state, nodes = replace(w, **traced), Traced(h, graph, "h_0"), []
    for t, x in enumerate(xs, start=1):
        found = step(Traced(x, graph, f"x_{t}"), state, shared)
        state = found[-1] if isinstance(found, tuple) else found
        nodes.append(state.node)
    return Unrolled(graph, nodes, names)
