"""Train the two networks of the live tree, and keep their weights rounded to 8 bits."""

import base64
import json
from functools import cache
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional

from rnncourse.chapters.ch10_recursive_networks.expressions import (
    APPLY,
    LANGUAGES,
    evaluate,
    sample,
)
from rnncourse.chapters.ch10_recursive_networks.learning import N_TEST, LearningTask, train_trees
from rnncourse.chapters.ch10_recursive_networks.networks import TreeNetworks
from rnncourse.chapters.ch10_recursive_networks.trees import batch_trees, build_tree
from rnncourse.core.records import Record, provenance

WEIGHTS_FILE = Path(__file__).with_name("tree_weights.json")
LANGUAGE = LANGUAGES["mod5"]
H, SEED, RATE = 32, 1, 3e-3
UPDATES = {"early": 1000, "late": 2500}
PARAMETER_NAMES = ("E", "W_y", "b_y", "W", "b", "W_2", "b_2")
"""The parameters, in the order of `TreeNetworks`."""
BINS = ((2, 4), (5, 8), (9, 16), (33, 64))
ACCURACY_TOLERANCE = (
    0.06,
    "as the other networks on parse trees: first weights nudged by a millionth",
)

Packed = dict[str, dict[str, dict]]


def pack_network(networks: TreeNetworks) -> dict[str, dict]:
    """Round the weights of one network to whole numbers from -127 to 127, times a scale."""
    packed = {}
    for name, parameter in zip(PARAMETER_NAMES, networks.parameters, strict=True):
        array = parameter.detach().numpy()[0]
        scale = max(float(np.abs(array).max()), 1e-6) / 127
        integers = np.rint(array / scale).astype(np.int8)
        text = base64.b64encode(integers.tobytes()).decode()
        packed[name] = {"shape": list(array.shape), "scale": float(f"{scale:.6g}"), "data": text}
    return packed


@cache
def load_network(name: str) -> TreeNetworks:
    """Return a kept network, in double precision.

    Args:
        name: `"early"` or `"late"`.
    """
    stored = json.loads(WEIGHTS_FILE.read_text(encoding="utf-8"))[name]
    networks = TreeNetworks("two", LANGUAGE.join + 1, LANGUAGE.base, [0], H)
    arrays = [
        np.frombuffer(base64.b64decode(entry["data"]), np.int8).reshape(entry["shape"])
        * entry["scale"]
        for entry in (stored[key] for key in PARAMETER_NAMES)
    ]
    networks.set_parameters([torch.tensor(array[None], dtype=torch.float64) for array in arrays])
    return networks


@torch.no_grad()
def list_node_answers(name: str, text: str) -> list[dict]:
    """Return what a network answers at every node, and what is right, children before parents.

    Args:
        name: Of the network.
        text: An expression.

    Returns:
        By node: its symbol; its children's places or -1; the value of what is below it; the
        network's chances of the five answers, for a leaf none.
    """
    rows = build_tree(text, LANGUAGE, "parse")
    networks, nodes = load_network(name), []
    states = []
    for left, right, symbol, _ in rows:
        x, character = networks.E[:, [symbol]], LANGUAGE.vocabulary[symbol]
        if left < 0:
            states.append(x)
            nodes.append({"symbol": character, "left": -1, "right": -1, "value": int(character)})
            continue
        states.append(networks.compose(states[left], states[right], x))
        logits = networks.logits(states[-1], torch.tensor([0]))[0, 0]
        node_value = APPLY[character](nodes[left]["value"], nodes[right]["value"]) % LANGUAGE.base
        node = {"symbol": character, "left": int(left), "right": int(right), "value": node_value}
        nodes.append(node | {"chances": functional.softmax(logits, 0).tolist()})
    return nodes


@torch.no_grad()
def score_expressions(name: str, leaves: tuple[int, int]) -> float:
    """Return the share of test expressions that a kept network gets right."""
    texts = sample(LANGUAGE, "test", leaves, N_TEST, 3)
    networks, batch = (
        load_network(name),
        batch_trees([build_tree(text, LANGUAGE, "parse") for text in texts]),
    )
    guesses = networks.logits(networks.states(batch), batch.roots)[0].argmax(1).numpy()
    return float(np.mean(guesses == [evaluate(text, LANGUAGE) for text in texts]))


def train_tree_network(name: str) -> TreeNetworks:
    """Train one of them: 32 units, two layers, modulo 5, on 2 to 8 numbers."""
    task = LearningTask("mod5", updates=UPDATES[name], size=H)
    return train_trees(task, "parse", "two", [RATE], [SEED], task.updates)[0]


def measure_widget() -> Record:
    """Train the networks of the live tree, and keep them (a quarter of a minute)."""
    record = Record(
        "ch10_recursive_networks", "widget", {"data": "drawn at random", **provenance()}
    )
    stored: Packed = {name: pack_network(train_tree_network(name)) for name in UPDATES}
    WEIGHTS_FILE.write_text(json.dumps(stored) + "\n", encoding="utf-8")
    load_network.cache_clear()
    for name in UPDATES:
        shares = [score_expressions(name, leaves) for leaves in BINS]
        record.add(f"widget/{name}", shares, *ACCURACY_TOLERANCE)
    return record
