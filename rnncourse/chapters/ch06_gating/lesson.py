"""The lesson's task, a list with starred numbers, and its networks; the page prints the same."""

from collections.abc import Callable, Sequence
from copy import deepcopy
from typing import Any

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor, nn

from rnncourse.core.records import Record, provenance
from rnncourse.core.seeds import CONFIRMING
from rnncourse.training.fit import fit

T, UPDATES, N_PRACTICE, N_TEST = 40, 500, 2000, 300
FIVE_SEEDS = CONFIRMING[:5]
"""Seeds of the recorded GRUs."""
STAR_RATE = 0.1  # how often a number has a star
END_WIDTH = 0.1  # how near to 0 or 1 a gate is near an end
RATES = (0.003, 0.01, 0.03, 0.1)  # learning rates of GRUs
LONGER = (1000, 2000)  # updates after which those of the rate 0.01 are looked at, too
PLAIN = (0.003, 0.01, 0.03)
"""Learning rates of plain networks."""
READINGS = ("right", "inverted", "swapped", "before")
"""As trained; z taken for 1 - z; r and z exchanged; the reset before the product."""
Lists = tuple[Float[Tensor, "T N 2"], Float[Tensor, "T N"]]


def sample_lists(n: int, seed: int, steps: int = T) -> Lists:
    """Draw lists of numbers side by side; asked for is, at every step, the one starred last.

    Args:
        n: How many lists.
        seed: Of the generator.
        steps: Of a list; the first number is starred, and one in ten of the others.

    Returns:
        Of every step a number between -1 and 1 and whether it is starred; and the answers.
    """
    rng = np.random.default_rng(seed)
    numbers = rng.uniform(-1, 1, (steps, n))
    stars = rng.random((steps, n)) < STAR_RATE
    stars[0] = True
    answers = numbers.copy()
    for t in range(1, steps):
        answers[t] = np.where(stars[t], numbers[t], answers[t - 1])
    xs = np.stack([numbers, stars], axis=-1)
    return torch.tensor(xs).float(), torch.tensor(answers).float()


class OneGate(nn.Module):
    """A unit with one number for its memory, and one gate; both read the input alone.

    z_t = sigma(x_t w_z + b_z),   c_t = z_t c_{t-1} + (1 - z_t) x_t w_v

    Its gate starts half open, whatever it reads. From PyTorch's first weights some units get stuck
    with a gate that keeps at a star and lets go elsewhere.
    """

    def __init__(self) -> None:
        super().__init__()
        self.value = nn.Linear(2, 1, bias=False)
        self.gate = nn.Linear(2, 1)
        nn.init.zeros_(self.gate.weight)
        nn.init.zeros_(self.gate.bias)

    def forward(self, xs: Float[Tensor, "T N 2"]) -> Float[Tensor, "T N"]:
        """Return the memory after each step."""
        c, outputs = torch.zeros(xs.shape[1], 1), []
        for x in xs:
            z = self.gate(x).sigmoid()
            c = z * c + (1 - z) * self.value(x)
            outputs.append(c[:, 0])
        return torch.stack(outputs)


class RegressionNetwork(nn.Module):
    """A recurrent network with PyTorch's first weights, and a number that it says at every step.

    Args:
        states: From inputs to states: `nn.RNN` or `nn.GRU`, with two inputs.
    """

    def __init__(self, states: nn.RNNBase) -> None:
        super().__init__()
        self.states = states
        self.out = nn.Linear(states.hidden_size, 1)

    def forward(self, xs: Float[Tensor, "T N 2"]) -> Float[Tensor, "T N"]:
        """Return what it says after each step."""
        hs, _ = self.states(xs)
        return self.out(hs)[:, :, 0]


def train(
    net: nn.Module,
    rate: float,
    train_lists: Lists,
    updates: int = UPDATES,
    watch: Callable[[int], None] = lambda update: None,
) -> None:
    """Train a network by Adam, on 16 lists an update.

    Args:
        net: From inputs to answers.
        rate: The learning rate.
        train_lists: 2,000 lists.
        updates: How many.
        watch: Is told after each update how many there were.
    """

    def compute_loss(update: int) -> Tensor:
        indices = torch.randint(N_PRACTICE, (16,))
        return nn.functional.mse_loss(net(train_lists[0][:, indices]), train_lists[1][:, indices])

    fit(net.parameters(), compute_loss, updates, rate, report=lambda update, _: watch(update))


def train_network(
    kind: str, seed: int, rate: float, train_lists: Lists, H: int = 16, **options: Any
) -> nn.Module:
    """Build a network, `"OneGate"`, `"RNN"` or `"GRU"` of H units, and train it."""
    torch.manual_seed(seed)
    net = OneGate() if kind == "OneGate" else RegressionNetwork(getattr(nn, kind)(2, H))
    train(net, rate, train_lists, **options)
    return net


@torch.no_grad()
def measure_rmse(net: nn.Module, lists: Lists) -> float:
    """Measure the typical error of a network's answers: root mean square."""
    return compute_rmse(net(lists[0]), lists[1])


def compute_rmse(outputs: Float[Tensor, "T N"], answers: Float[Tensor, "T N"]) -> float:
    """Return the root of the mean squared error."""
    return (outputs - answers).square().mean().sqrt().item()


def step_gru(
    x: Float[Tensor, "N D"], h: Float[Tensor, "N H"], gru: nn.GRU, reset_before: bool = False
) -> tuple[Float[Tensor, "N H"], Float[Tensor, "N H"]]:
    """Take one step of a GRU with the weights of PyTorch's.

    Args:
        x: Inputs.
        h: States.
        gru: Of one layer.
        reset_before: Whether the state is reset before the product, as in the paper's last version.

    Returns:
        The new states, and the update gates.

    Source: Cho et al. (2014); Learning Phrase Representations using RNN Encoder-Decoder.
    """
    W_xh, W_hh = gru.weight_ih_l0.T, gru.weight_hh_l0.T
    x_r, x_z, x_n = (x @ W_xh + gru.bias_ih_l0).chunk(3, dim=1)
    h_r, h_z, h_n = (h @ W_hh + gru.bias_hh_l0).chunk(3, dim=1)
    r, z = (x_r + h_r).sigmoid(), (x_z + h_z).sigmoid()
    if reset_before:
        H = h.shape[1]
        n = (x_n + (r * h) @ W_hh[:, 2 * H :] + gru.bias_hh_l0[2 * H :]).tanh()
    else:
        n = (x_n + r * h_n).tanh()
    return (1 - z) * n + z * h, z


@torch.no_grad()
def answers_and_gates(
    net: RegressionNetwork, xs: Float[Tensor, "T N 2"], reset_before: bool = False
) -> tuple[Float[Tensor, "T N"], Float[Tensor, "T N H"]]:
    """Let a GRU read lists, step by step: what it answers, and its update gates."""
    h, outputs, gates = torch.zeros(xs.shape[1], net.states.hidden_size), [], []
    for x in xs:
        h, z = step_gru(x, h, net.states, reset_before)
        outputs.append(net.out(h)[:, 0])
        gates.append(z)
    return torch.stack(outputs), torch.stack(gates)


@torch.no_grad()
def misread_gates(net: RegressionNetwork, reading: str) -> RegressionNetwork:
    """Copy a GRU, with the weights of its gates as somebody else would read them.

    Args:
        net: Whose states are those of a GRU.
        reading: `"inverted"`: all that makes z has its sign changed, so that it is 1 - z.
            `"swapped"`: r and z are exchanged. Else nothing is changed.
    """
    copy = deepcopy(net)
    for p in copy.states.parameters():
        r, z, n = p.clone().chunk(3)
        gates = {"inverted": (r, -z, n), "swapped": (z, r, n)}.get(reading, (r, z, n))
        p.copy_(torch.cat(gates))
    return copy


def misread_errors(net: RegressionNetwork, lists: Lists) -> list[float]:
    """Return the typical error of a GRU read in each way of `READINGS`."""
    errors = []
    for reading in READINGS:
        outputs, _ = answers_and_gates(misread_gates(net, reading), lists[0], reading == "before")
        errors.append(compute_rmse(outputs, lists[1]))
    return errors


@torch.no_grad()
def cut_state_from_candidate(net: RegressionNetwork) -> RegressionNetwork:
    """Copy a GRU with W_hn = 0: of the old state its candidates meet only r, times a bias."""
    copy = deepcopy(net)
    H = net.states.hidden_size
    copy.states.weight_hh_l0[2 * H :] = 0
    return copy


def saturated_fraction(gates: Float[Tensor, "..."]) -> float:
    """Return the share of gates that are within a tenth of 0 or 1."""
    return ((gates < END_WIDTH) | (gates > 1 - END_WIDTH)).float().mean().item()


def count_switches(gates: Float[Tensor, "T N H"], stars: Float[Tensor, "T N"]) -> int:
    """Count units whose gate, on average, is lower at a star than elsewhere by more than a half."""
    at_stars, elsewhere = gates[stars == 1].mean(0), gates[stars == 0].mean(0)
    return int((elsewhere - at_stars > 0.5).sum())


# --- What is recorded ---

TRAINING_TOLERANCE = (
    0.05,
    "float32 training: errors of trained networks moved by at most 0.02 between processors",
)
FRACTION_TOLERANCE = (0.15, "float32 training: of one network's gates; means of ten move far less")
SINGLE_RUN_TOLERANCE = (1.0, "one run of training each; large errors move most")


def _begin_record(section: str, seeds: Sequence[int]) -> tuple[Record, Lists, Lists]:
    about = {"data": "drawn at random", "seeds": [*seeds], **provenance()}
    return (
        Record("ch06_gating", section, about),
        sample_lists(N_PRACTICE, 0),
        sample_lists(N_TEST, 1),
    )


def measure_one_gate() -> Record:
    """Train units with one gate, and plain networks, with ten seeds (two minutes).

    The rate of the plain networks is chosen by lists that are neither practiced nor scored.
    """
    record, train_lists, test = _begin_record("starred", CONFIRMING)
    units = [train_network("OneGate", seed, 0.1, train_lists) for seed in CONFIRMING]
    for name, lists in (("unit", test), ("unit/400 steps", sample_lists(N_TEST, 1, 400))):
        errors = [measure_rmse(unit, lists) for unit in units]
        record.add(f"starred/{name}", errors, *TRAINING_TOLERANCE)
    for star, name in ((1.0, "at a star"), (0.0, "elsewhere")):
        gates = [unit.gate(torch.tensor([0.0, star])).sigmoid().item() for unit in units]
        record.add(f"starred/unit/z {name}", gates, *TRAINING_TOLERANCE)
    for rate in PLAIN:
        nets = [train_network("RNN", seed, rate, train_lists) for seed in CONFIRMING]
        for name, lists in (("plain", test), ("search", sample_lists(N_TEST, 2))):
            errors = [measure_rmse(net, lists) for net in nets]
            record.add(f"starred/{name}/{rate}", errors, 0.6, "it may learn, or say zero")
    return record


def measure_gate_sharpness() -> Record:
    """Train GRUs of 16 units at four rates: error, gates near their ends, slips (a minute)."""
    record, train_lists, test = _begin_record("sharp", FIVE_SEEDS)
    for rate in RATES:
        rows = []
        for seed in FIVE_SEEDS:
            net = train_network("GRU", seed, rate, train_lists)
            outputs, gates = answers_and_gates(net, test[0])
            scores = [compute_rmse(outputs, test[1]), saturated_fraction(gates)]
            scores += [
                count_switches(gates, test[0][:, :, 1]),
                measure_rmse(cut_state_from_candidate(net), test),
            ]
            rows.append([*scores, *misread_errors(net, test)])
        columns = np.array(rows).T
        record.add(f"sharp/error/{rate}", columns[0], *TRAINING_TOLERANCE)
        record.add(f"sharp/near/{rate}", columns[1], *FRACTION_TOLERANCE)
        record.add(f"sharp/switches/{rate}", columns[2], 3, FRACTION_TOLERANCE[1])
        record.add(f"sharp/blind/{rate}", columns[3], *SINGLE_RUN_TOLERANCE)
        for reading, values in zip(READINGS[1:], columns[5:], strict=True):
            record.add(f"sharp/{reading}/{rate}", values, *SINGLE_RUN_TOLERANCE)
    return record


def measure_longer() -> Record:
    """Train GRUs four times as long at a rate of 0.01 (a minute)."""
    record, train_lists, test = _begin_record("gates_longer", FIVE_SEEDS[:3])
    errors, saturated = {n: [] for n in LONGER}, {n: [] for n in LONGER}
    for seed in FIVE_SEEDS[:3]:
        torch.manual_seed(seed)
        net = RegressionNetwork(nn.GRU(2, 16))

        def watch(update: int, net: RegressionNetwork = net) -> None:
            if update in LONGER:
                outputs, gates = answers_and_gates(net, test[0])
                errors[update].append(compute_rmse(outputs, test[1]))
                saturated[update].append(saturated_fraction(gates))

        train(net, 0.01, train_lists, LONGER[-1], watch)
    for n in LONGER:
        record.add(f"longer/error/{n}", errors[n], *TRAINING_TOLERANCE)
        record.add(f"longer/near/{n}", saturated[n], *FRACTION_TOLERANCE)
    return record


EXPERIMENTS = {
    "starred": measure_one_gate,
    "sharp": measure_gate_sharpness,
    "gates_longer": measure_longer,
}
"""What `make measure` runs of these: by section of the record."""
