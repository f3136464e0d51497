"""Four small networks for `unfolding_stepper`: two tasks, two kinds of recurrence.

Their weights are kept in weights/unfolding.json, with the accuracies that the
page states. This trains and measures them anew, in less than a minute:

    python -m rnncourse.chapters.ch03_recurrence.widget_networks
"""

import json
from pathlib import Path

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn
from torch.optim.lr_scheduler import LambdaLR

from rnncourse.models.recurrences import Recurrence
from rnncourse.training.fit import fit

FILE = Path(__file__).parent / "weights" / "unfolding.json"
M, H, T = 4, 8, 6
"""Symbols, hidden units, steps."""
TASKS = ("running sum", "echo")
RECURRENCES = ("hidden", "output")
SEED = 3
"""Of the seeds 0 to 4 the one with which hidden recurrence learns the running sum best."""
UPDATES, B, RATE, CLIP = 2000, 64, 0.01, 1.0
DECIMALS = 2

Ids = Int[Tensor, "T B"]
Weights = dict[str, Float[Tensor, "..."]]


def right_answers(task: str, xs: Ids) -> Ids:
    """Return the right answers to digits below 4.

        running sum:  y_t = (x_1 + ... + x_t) mod 4
        echo:         y_t = x_(t-2), at first 0

    Args:
        task: One of `TASKS`.
        xs: Digits.
    """
    if task == "running sum":
        return xs.cumsum(0) % M
    return torch.cat([torch.zeros_like(xs[:2]), xs[:-2]])


def make_network(kind: str) -> Recurrence:
    """Return a network of one of the `RECURRENCES`, in double precision."""
    return Recurrence(M, H, "rnn" if kind == "hidden" else "none", kind == "output").double()


def train_network(task: str, kind: str) -> Recurrence:
    """Train a network with teacher forcing, on other random sequences of six at every update.

    Args:
        task: One of `TASKS`.
        kind: One of `RECURRENCES`.
    """
    torch.manual_seed(SEED)
    net, generator = make_network(kind), torch.Generator().manual_seed(SEED)

    def compute_loss(_: int) -> torch.Tensor:
        xs = torch.randint(M, (T, B), generator=generator)
        ys = right_answers(task, xs)
        return nn.functional.cross_entropy(net.teacher_forced(xs, ys).flatten(0, 1), ys.flatten())

    def schedule(optimizer: torch.optim.Optimizer) -> LambdaLR:
        return LambdaLR(optimizer, lambda update: 1 - update / UPDATES)

    fit(net.parameters(), compute_loss, UPDATES, RATE, max_grad_norm=CLIP, schedule=schedule)
    return net


@torch.no_grad()
def named_weights(net: Recurrence) -> Weights:
    """Take the weights out, in the course's notation: W_xh, W_hh or W_yh, b_h, W_hy, b_y."""
    if net.feedback:
        stacked = net.hidden[0].weight.T
        weights, b_h = {"W_xh": stacked[:M], "W_yh": stacked[M:]}, net.hidden[0].bias
    else:
        rnn = net.hidden
        weights = {"W_xh": rnn.weight_ih_l0.T, "W_hh": rnn.weight_hh_l0.T}
        b_h = rnn.bias_ih_l0 + rnn.bias_hh_l0
    return {**weights, "b_h": b_h, "W_hy": net.logits.weight.T, "b_y": net.logits.bias}


def build_network(weights: dict) -> Recurrence:
    """Make a network of weights that `named_weights` took out, or of nested lists of them."""
    arrays = {name: torch.as_tensor(value, dtype=torch.float64) for name, value in weights.items()}
    return Recurrence.from_weights(arrays)


@torch.no_grad()
def accuracy_by_step(net: Recurrence, task: str) -> dict[str, list[float]]:
    """Measure the share of right answers at each of six steps, on all 4,096 sequences.

    There are so few that training has met them all: these are no tests of new sequences.

    Returns:
        The shares with its own answers fed back (`"own"`); for output recurrence also with the
        right ones (`"told"`).
    """
    xs = torch.cartesian_prod(*[torch.arange(M)] * T).T
    ys = right_answers(task, xs)
    predictions = {"own": net.free_running(xs).argmax(-1)}
    if net.feedback:
        predictions["told"] = net.teacher_forced(xs, ys).argmax(-1)
    shares = {
        name: (predicted == ys).double().mean(1).tolist() for name, predicted in predictions.items()
    }
    return {name: [round(share, 4) for share in row] for name, row in shares.items()}


def make_networks() -> dict:
    """Train all four, round their weights, and measure what is left: the content of `FILE`."""
    about = {
        "command": "python -m rnncourse.chapters.ch03_recurrence.widget_networks",
        **{"seed": SEED, "updates": UPDATES, "batch": B, "decimals": DECIMALS},
    }
    networks = {}
    for task in TASKS:
        networks[task] = {}
        for kind in RECURRENCES:
            parameters = named_weights(train_network(task, kind))
            weights = {
                n: (w.round(decimals=DECIMALS) + 0.0).tolist() for n, w in parameters.items()
            }
            networks[task][kind] = {
                "weights": weights,
                "right": accuracy_by_step(build_network(weights), task),
            }
    return {"about": about, "networks": networks}


def write_networks(content: dict, path: Path = FILE) -> None:
    """Write the file, a matrix a line."""
    lines = json.dumps(content, indent=1).splitlines()
    path.write_text(_join_lists(lines) + "\n", encoding="utf-8")


def _join_lists(lines: list[str]) -> str:
    """Put lists that `json` spreads over lines back into one line each."""
    text, depth = "", 0
    for line in lines:
        part = line if depth == 0 else (" " if text.endswith(",") else "") + line.strip()
        text += part
        depth += line.count("[") - line.count("]")
        text += "\n" if depth == 0 else ""
    return text.rstrip()


if __name__ == "__main__":
    torch.set_num_threads(1)  # so little work is not worth sharing
    write_networks(make_networks())
