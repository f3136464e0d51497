"""The lesson's task, a list with starred numbers, and its networks; the page prints the same."""

from collections.abc import Sequence

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor, nn

from rnncourse.core.records import Record, provenance
from rnncourse.core.seeds import CONFIRMING
from rnncourse.training.fit import fit

T, UPDATES, N_PRACTICE, N_TEST = 120, 500, 2000, 300
Lists = tuple[Float[Tensor, "T N 3"], Float[Tensor, "T N"]]


def sample_list(
    rng: np.random.Generator, gaps: Sequence[int] = (2, 62)
) -> tuple[Float[np.ndarray, "T 3"], Float[np.ndarray, " T"]]:
    """Draw a list of numbers; a question asks for the one that had the last star.

    Args:
        rng: Where it comes from.
        gaps: Steps from a star to its question: the least, and one more than the most.

    Returns:
        Of every step a number between -1 and 1, whether it is starred, and whether it is a
        question; and the answers, `nan` where nothing is asked.
    """
    xs, answers = np.zeros((T, 3)), np.full(T, np.nan)
    xs[:, 0] = rng.uniform(-1, 1, T)
    star = rng.integers(10)
    while star < T:
        xs[star, 1] = 1
        ask = star + rng.integers(*gaps)
        if ask < T:
            xs[ask] = [0, 0, 1]
            answers[ask] = xs[star, 0]
        star = ask + rng.integers(1, 11)
    return xs, answers


def sample_lists(n: int, seed: int, gaps: Sequence[int] = (2, 62)) -> Lists:
    """Draw lists side by side: time first, then lists, then entries."""
    rng = np.random.default_rng(seed)
    lists = [sample_list(rng, gaps) for _ in range(n)]
    xs = np.stack([xs for xs, _ in lists], axis=1)
    answers = np.stack([answers for _, answers in lists], axis=1)
    return torch.tensor(xs).float(), torch.tensor(answers).float()


def build_network(kind: str | float, H: int = 32) -> nn.Module:
    """Build a network.

    Args:
        kind: `"tanh"` or `"relu"`, of a plain network with the usual weights; with `" identity"` or
            `" orthogonal"` after it, its first recurrent matrix; or a number, the forget bias of an
            LSTM whose other biases are 0.
        H: How many units.
    """
    if isinstance(kind, str):
        name, _, start = kind.partition(" ")
        net = nn.RNN(3, H, nonlinearity=name)
        if start:
            start = {"identity": nn.init.eye_, "orthogonal": nn.init.orthogonal_}[start]
            start(net.weight_hh_l0)
        return net
    lstm = nn.LSTM(3, H)
    nn.init.zeros_(lstm.bias_ih_l0)
    nn.init.zeros_(lstm.bias_hh_l0)
    nn.init.constant_(lstm.bias_hh_l0[H : 2 * H], kind)
    return lstm


def train(
    kind: str | float,
    seed: int,
    rate: float,
    train_lists: Lists,
    updates: int = UPDATES,
    H: int = 32,
) -> tuple[nn.Module, nn.Linear, list[float]]:
    """Train a network by Adam on 16 lists an update; return it, its readout, and its losses."""
    torch.manual_seed(seed)
    net, readout = build_network(kind, H), nn.Linear(H, 1)

    def compute_loss(update: int) -> Tensor:
        indices = torch.randint(N_PRACTICE, (16,))
        xs, answers = train_lists[0][:, indices], train_lists[1][:, indices]
        outputs = readout(net(xs)[0])[:, :, 0]
        mask = ~answers.isnan()
        return nn.functional.mse_loss(outputs[mask], answers[mask])

    parameters = [*net.parameters(), *readout.parameters()]
    return net, readout, fit(parameters, compute_loss, updates, rate)


@torch.no_grad()
def measure_rmse(net: nn.Module, readout: nn.Linear, lists: Lists) -> float:
    """Measure the typical error of the answers: root mean square."""
    xs, answers = lists
    mask = ~answers.isnan()
    return (readout(net(xs)[0])[:, :, 0] - answers)[mask].square().mean().sqrt().item()


def sample_one_star(seed: int) -> Float[Tensor, "42 N 3"]:
    """Draw 300 lists of 42 steps with the star at the first and the question at the last."""
    rng = np.random.default_rng(seed)
    xs = np.zeros((42, 300, 3))
    xs[:, :, 0] = rng.uniform(-1, 1, (42, 300))
    xs[0, :, 1] = 1
    xs[-1] = [0, 0, 1]
    return torch.tensor(xs).float()


@torch.no_grad()
def measure_errors_after_swap(
    net: nn.LSTM, readout: nn.Linear, swaps_h: bool, swaps_c: bool
) -> tuple[float, float]:
    """Give lists the state or the cell of others at step 20 of 42; return how far off answers are.

    Args:
        net: An LSTM.
        readout: Its readout.
        swaps_h: Whether the state is the other's.
        swaps_c: Whether the cell is.

    Returns:
        The typical distance from a list's own number, and from the other's.
    """
    lists, donors = sample_one_star(2), sample_one_star(3)
    (h_own, c_own), (h_other, c_other) = (net(xs[:20])[1] for xs in (lists, donors))
    hs, _ = net(lists[20:], (h_other if swaps_h else h_own, c_other if swaps_c else c_own))
    outputs = readout(hs[-1])[:, 0]
    return tuple((outputs - xs[0, :, 0]).square().mean().sqrt().item() for xs in (lists, donors))


GATED_SETTINGS = {
    **{f"lstm {bias}/0.02": (float(bias), 0.02, UPDATES, 32) for bias in (1, 0, 4)},
    "lstm 0/0.01": (0.0, 0.01, UPDATES, 32),
    "one unit/0.03": (1.0, 0.03, 2 * UPDATES, 1),
}
PLAIN_SETTINGS = {
    f"{kind}/{rate}": (kind, rate, UPDATES, 32)
    for kind, rate in (
        ("tanh", 0.003),
        ("relu identity", 0.003),
        ("tanh identity", 0.003),
        ("tanh orthogonal", 0.003),
        ("tanh", 0.01),
        ("tanh", 0.001),
        ("relu", 0.003),
    )
}
"""What is trained for the lab: kind, rate, updates, and units."""
TRAINING_TOLERANCE = (
    0.6,
    "float32 training: rounding is enlarged by hundreds of updates, and a run near the edge may "
    "learn, or answer with a constant, which is off by 0.58",
)


def _begin_record(section: str) -> tuple[Record, Lists, Lists]:
    record = Record("ch07_lstm", section, {"data": "drawn at random", **provenance()})
    return record, sample_lists(N_PRACTICE, 0), sample_lists(N_TEST, 1)


def measure_gated() -> Record:
    """Train LSTMs with ten other seeds, and exchange h and c of the first (five minutes)."""
    record, train_lists, test = _begin_record("lists_gated")
    for name, (kind, rate, updates, H) in GATED_SETTINGS.items():
        nets = [train(kind, seed, rate, train_lists, updates, H) for seed in CONFIRMING]
        errors = [measure_rmse(net, readout, test) for net, readout, _ in nets]
        record.add(f"lists/{name}", errors, *TRAINING_TOLERANCE)
        if kind == 1 and H > 1:
            for exchanged, h, c in (("none", 0, 0), ("h", 1, 0), ("c", 0, 1), ("both", 1, 1)):
                swapped = np.array(
                    [measure_errors_after_swap(net, readout, h, c) for net, readout, _ in nets]
                )
                record.add(f"exchanged/{exchanged}/own", swapped[:, 0], *TRAINING_TOLERANCE)
                record.add(f"exchanged/{exchanged}/other", swapped[:, 1], *TRAINING_TOLERANCE)
    train_lists, test = sample_lists(N_PRACTICE, 2, (61, 62)), sample_lists(N_TEST, 3, (61, 62))
    nets = [train(4.0, seed, 0.02, train_lists) for seed in CONFIRMING]
    errors = [measure_rmse(net, readout, test) for net, readout, _ in nets]
    record.add("lists/all sixty/0.02", errors, *TRAINING_TOLERANCE)
    return record


def measure_plain() -> Record:
    """Train plain networks with ten other seeds (five minutes)."""
    record, train_lists, test = _begin_record("lists_plain")
    for name, (kind, rate, updates, H) in PLAIN_SETTINGS.items():
        nets = [train(kind, seed, rate, train_lists, updates, H) for seed in CONFIRMING]
        errors = [measure_rmse(net, readout, test) for net, readout, _ in nets]
        record.add(f"lists/{name}", errors, *TRAINING_TOLERANCE)
    return record
