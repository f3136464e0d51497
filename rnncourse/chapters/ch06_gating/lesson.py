"""The lesson's task, a list with starred numbers, and its networks; the page prints the same."""

from collections.abc import Callable, Sequence

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor, nn

from rnncourse.core.records import Record, provenance
from rnncourse.core.seeds import CONFIRMING

T, UPDATES, PRACTICE, TEST = 40, 500, 2000, 300
STARRED, ENDS = 0.1, 0.1
"""How often a number has a star; and how near to 0 or 1 a gate is near an end."""
RATES, LONGER = (0.003, 0.01, 0.03, 0.1, 0.3), (1000, 2000, 5000)
"""Learning rates of GRUs; and updates after which those of the rate 0.01 are looked at, too."""
SLIPS = ("right", "turned", "swapped", "before")
"""As trained; z taken for 1 - z; r and z exchanged; the reset before the product."""
Lists = tuple[Float[Tensor, "T N 2"], Float[Tensor, "T N"]]


def draw_lists(n: int, seed: int, steps: int = T) -> Lists:
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
    stars = rng.random((steps, n)) < STARRED
    stars[0] = True
    answers = numbers.copy()
    for t in range(1, steps):
        answers[t] = np.where(stars[t], numbers[t], answers[t - 1])
    xs = np.stack([numbers, stars], axis=-1)
    return torch.tensor(xs).float(), torch.tensor(answers).float()


def typical_error(says: Float[Tensor, "T N"], answers: Float[Tensor, "T N"]) -> float:
    """Return the root of the mean squared error."""
    return (says - answers).square().mean().sqrt().item()


def read(
    xs: Float[Tensor, "T N 2"], w_v: Float[Tensor, "2"], w_z: Float[Tensor, "2"], b_z: Tensor
) -> Float[Tensor, "T N"]:
    """Return the memory of a unit with one gate, after each step.

    z_t = sigma(x_t w_z + b_z),   c_t = z_t c_{t-1} + (1 - z_t) x_t w_v
    """
    c, cs = torch.zeros(xs.shape[1]), []
    for x in xs:
        z = (x @ w_z + b_z).sigmoid()
        c = z * c + (1 - z) * (x @ w_v)
        cs.append(c)
    return torch.stack(cs)


def train_unit(
    seed: int, practice: Lists, rate: float = 0.1, updates: int = UPDATES
) -> list[Float[Tensor, "..."]]:
    """Train the unit with one gate by Adam, on 16 lists an update; return w_v, w_z and b_z."""
    torch.manual_seed(seed)
    w_v, w_z, b_z = 0.1 * torch.randn(2), 0.1 * torch.randn(2), torch.zeros(1)
    weights = [w.requires_grad_() for w in (w_v, w_z, b_z)]
    adam = torch.optim.Adam(weights, lr=rate)
    for _ in range(updates):
        some = torch.randint(PRACTICE, (16,))
        xs, answers = practice[0][:, some], practice[1][:, some]
        loss = nn.functional.mse_loss(read(xs, *weights), answers)
        adam.zero_grad()
        loss.backward()
        adam.step()
    return [w.detach() for w in weights]


def train(
    net: nn.Module,
    out: nn.Linear,
    rate: float,
    practice: Lists,
    updates: int = UPDATES,
    look: Callable[[int], None] = lambda update: None,
) -> None:
    """Train a network and its readout by Adam, on 16 lists an update.

    Args:
        net: Of `torch.nn`, with two inputs.
        out: From its states to one number.
        rate: The learning rate.
        practice: 2,000 lists.
        updates: How many.
        look: Is told after each update how many there were.
    """
    weights = [*net.parameters(), *out.parameters()]
    adam = torch.optim.Adam(weights, lr=rate)
    for update in range(updates):
        some = torch.randint(PRACTICE, (16,))
        xs, answers = practice[0][:, some], practice[1][:, some]
        says = out(net(xs)[0])[:, :, 0]
        loss = nn.functional.mse_loss(says, answers)
        adam.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(weights, 1.0)
        adam.step()
        look(update + 1)


def trained(
    cell: str, seed: int, rate: float, practice: Lists, H: int = 16, **more
) -> tuple[nn.Module, nn.Linear]:
    """Build a network with PyTorch's first weights, `"RNN"` or `"GRU"`, and train it."""
    torch.manual_seed(seed)
    net, out = getattr(nn, cell)(2, H), nn.Linear(H, 1)
    train(net, out, rate, practice, **more)
    return net, out


def step(
    x: Float[Tensor, "N D"], h: Float[Tensor, "N H"], net: nn.GRU, before: bool = False
) -> tuple[Float[Tensor, "N H"], Float[Tensor, "N H"]]:
    """Take one step of a GRU with the weights of PyTorch's.

    Args:
        x: Inputs.
        h: States.
        net: Of one layer.
        before: Whether the state is reset before it is multiplied, as in the paper.

    Returns:
        The new states, and the update gates.

    Source: Cho et al. (2014); Learning Phrase Representations using RNN Encoder-Decoder.
    """
    W_xh, W_hh = net.weight_ih_l0.T, net.weight_hh_l0.T
    x_r, x_z, x_n = (x @ W_xh + net.bias_ih_l0).chunk(3, dim=1)
    h_r, h_z, h_n = (h @ W_hh + net.bias_hh_l0).chunk(3, dim=1)
    r, z = (x_r + h_r).sigmoid(), (x_z + h_z).sigmoid()
    if before:
        H = h.shape[1]
        n = (x_n + (r * h) @ W_hh[:, 2 * H :] + net.bias_hh_l0[2 * H :]).tanh()
    else:
        n = (x_n + r * h_n).tanh()
    return (1 - z) * n + z * h, z


@torch.no_grad()
def answers_and_gates(
    net: nn.GRU, out: nn.Linear, xs: Float[Tensor, "T N 2"], before: bool = False
) -> tuple[Float[Tensor, "T N"], Float[Tensor, "T N H"]]:
    """Let a GRU read lists, step by step: what it answers, and its update gates."""
    h, says, gates = torch.zeros(xs.shape[1], net.hidden_size), [], []
    for x in xs:
        h, z = step(x, h, net, before)
        says.append(out(h)[:, 0])
        gates.append(z)
    return torch.stack(says), torch.stack(gates)


@torch.no_grad()
def moved(net: nn.GRU, slip: str) -> nn.GRU:
    """Copy a GRU, with the weights of its gates as somebody else would read them.

    Args:
        net: Of one layer.
        slip: `"turned"`: all that makes z has its sign changed, so that it is 1 - z. `"swapped"`: r
            and z are exchanged. Else nothing is moved.
    """
    H = net.hidden_size
    copy = nn.GRU(net.input_size, H)
    copy.load_state_dict(net.state_dict())
    for p in copy.parameters():
        r, z, n = p.clone().split(H)
        parts = {"turned": (r, -z, n), "swapped": (z, r, n)}.get(slip, (r, z, n))
        p.copy_(torch.cat(parts))
    return copy


def slipped(net: nn.GRU, out: nn.Linear, lists: Lists) -> list[float]:
    """Return the typical error of a GRU read in each way of `SLIPS`."""
    found = []
    for slip in SLIPS:
        says, _ = answers_and_gates(moved(net, slip), out, lists[0], slip == "before")
        found.append(typical_error(says, lists[1]))
    return found


def near_ends(gates: Float[Tensor, "..."]) -> float:
    """Return the share of gates that are within a tenth of 0 or 1."""
    return ((gates < ENDS) | (gates > 1 - ENDS)).float().mean().item()


def switches(gates: Float[Tensor, "T N H"], stars: Float[Tensor, "T N"]) -> int:
    """Count units whose gate, on average, is lower at a star than elsewhere by more than a half."""
    at, else_ = gates[stars == 1].mean(0), gates[stars == 0].mean(0)
    return int((else_ - at > 0.5).sum())


# --- What is recorded ---

TRAINED = (
    0.05,
    "float32 training: errors of trained networks moved by at most 0.02 between processors",
)
SHARES = (0.15, "float32 training: of one network's gates; means of ten move far less")
SLIPPED = (1.0, "one run of training each; large errors move most")


def _begin(section: str, seeds: Sequence[int]) -> tuple[Record, Lists, Lists]:
    torch.set_num_threads(1)
    about = {"data": "drawn at random", "seeds": [*seeds], **provenance()}
    return Record("ch06_gating", section, about), draw_lists(PRACTICE, 0), draw_lists(TEST, 1)


def measure_starred(
    log: Callable[[str], None] = print, seeds: Sequence[int] = CONFIRMING
) -> Record:
    """Train units with one gate, and plain networks of 32 units, with ten seeds (two minutes)."""
    record, practice, test = _begin("starred", seeds)
    for steps, name in ((T, "unit"), (400, "unit/400 steps")):
        lists = draw_lists(TEST, 1, steps)
        units = [train_unit(seed, practice) for seed in seeds] if steps == T else units
        found = [typical_error(read(lists[0], *unit), lists[1]) for unit in units]
        record.add(f"starred/{name}", found, *TRAINED)
        log(f"{name} {np.round(found, 3)}")
    star, rest = (
        [torch.sigmoid(s * w_z[1] + b_z).item() for _, w_z, b_z in units] for s in (1, 0)
    )
    record.add("starred/unit/z at a star", star, *TRAINED)
    record.add("starred/unit/z elsewhere", rest, *TRAINED)
    log(f"z at a star {np.round(star, 3)} elsewhere {np.round(rest, 4)}")
    for rate in (0.003, 0.01, 0.03):
        found = []
        for seed in seeds:
            net, out = trained("RNN", seed, rate, practice, H=32)
            with torch.no_grad():
                found.append(typical_error(out(net(test[0])[0])[:, :, 0], test[1]))
        record.add(f"starred/plain/{rate}", found, 0.6, "plain networks may learn, or say zero")
        log(f"plain {rate} {np.round(found, 3)}")
    return record


def measure_sharp(log: Callable[[str], None] = print, seeds: Sequence[int] = CONFIRMING) -> Record:
    """Train GRUs of 16 units at five rates: error, gates near their ends, slips (five minutes)."""
    record, practice, test = _begin("sharp", seeds)
    for rate in RATES:
        found = []
        for seed in seeds:
            net, out = trained("GRU", seed, rate, practice)
            says, gates = answers_and_gates(net, out, test[0])
            some = [typical_error(says, test[1]), near_ends(gates)]
            found.append([*some, switches(gates, test[0][:, :, 1]), *slipped(net, out, test)])
        columns = np.array(found).T
        record.add(f"sharp/error/{rate}", columns[0], *TRAINED)
        record.add(f"sharp/near/{rate}", columns[1], *SHARES)
        record.add(f"sharp/switches/{rate}", columns[2], 3, SHARES[1])
        for slip, values in zip(SLIPS[1:], columns[4:], strict=True):
            record.add(f"sharp/{slip}/{rate}", values, *SLIPPED)
        log(f"{rate} {columns.mean(1).round(3)} near {columns[1].round(2)}")
    return record


def measure_longer(log: Callable[[str], None] = print, seeds: Sequence[int] = CONFIRMING) -> Record:
    """Train GRUs ten times as long at a rate of 0.01 (five minutes)."""
    record, practice, test = _begin("gates_longer", seeds)
    errors, near = {n: [] for n in LONGER}, {n: [] for n in LONGER}
    for seed in seeds:
        torch.manual_seed(seed)
        net, out = nn.GRU(2, 16), nn.Linear(16, 1)

        def look(update: int, net: nn.GRU = net, out: nn.Linear = out) -> None:
            if update in LONGER:
                says, gates = answers_and_gates(net, out, test[0])
                errors[update].append(typical_error(says, test[1]))
                near[update].append(near_ends(gates))

        train(net, out, 0.01, practice, LONGER[-1], look)
        log(f"{seed} {[round(near[n][-1], 2) for n in LONGER]}")
    for n in LONGER:
        record.add(f"longer/error/{n}", errors[n], *TRAINED)
        record.add(f"longer/near/{n}", near[n], *SHARES)
        log(f"{n} error {np.mean(errors[n]):.4f} near {np.mean(near[n]):.3f}")
    return record


EXPERIMENTS = {"starred": measure_starred, "sharp": measure_sharp, "gates_longer": measure_longer}
"""What `make measure` runs of these: by section of the record."""
