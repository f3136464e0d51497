"""The recorded graph is that of the code: its numbers, its operands, its shared weights."""

import networkx as nx
import numpy as np

from rnncourse.analysis.hello import hello_weights
from rnncourse.cells.rnn import hidden_step, rnn_step
from rnncourse.chapters.ch03_recurrence.tracing import Traced, unroll
from rnncourse.chapters.ch03_recurrence.unfolding import example


def names(graph, nodes):
    return [graph.nodes[n]["name"] for n in nodes]


def test_the_graph_says_what_was_computed_from_what():
    graph = nx.DiGraph()
    a, b = Traced(np.ones((1, 2)), graph, "a"), Traced(np.eye(2), graph, "b")
    c = np.tanh(a @ b + 1)
    np.testing.assert_array_equal(c.value, np.tanh(np.full((1, 2), 2.0)))
    assert names(graph, graph) == ["a", "b", "matmul", "add", "tanh"]
    assert sorted(graph.edges) == [(0, 2), (1, 2), (2, 3), (3, 4)]


def test_a_weight_is_one_node_and_serves_at_every_step():
    for T in (1, 3, 7):
        unrolled = unroll(hidden_step, *example(T))
        assert nx.is_directed_acyclic_graph(unrolled.graph)
        assert {unrolled.graph.out_degree(n) for n in unrolled.weights.values()} == {T}
        assert names(unrolled.graph, unrolled.states) == ["tanh"] * T
        assert unrolled.depth == 4 * T


def test_each_state_is_reached_from_all_inputs_before_it_and_no_later_one():
    unrolled = unroll(hidden_step, *example(4))
    for t, state in enumerate(unrolled.states, start=1):
        before = names(unrolled.graph, nx.ancestors(unrolled.graph, state))
        assert {n for n in before if n[:2] == "x_"} == {f"x_{s}" for s in range(1, t + 1)}


def test_a_step_with_outputs_is_recorded_too():
    rng = np.random.default_rng(0)
    unrolled = unroll(rnn_step, hello_weights(), rng.normal(size=(3, 1, 4)), np.zeros((1, 3)))
    assert set(unrolled.weights) == {"W_xh", "W_hh", "W_hy", "b_h", "b_y"}
    assert len(unrolled.states) == 3
