"""What is recorded of what looking costs."""

import math
import time
from collections.abc import Callable, Mapping

import torch

from rnncourse.analysis.translations import batch, lists
from rnncourse.chapters.ch12_attention.network_experiments import record_of
from rnncourse.chapters.ch12_attention.translating import KINDS, make
from rnncourse.core.records import Record
from rnncourse.models.attention import Attention
from rnncourse.training.translation import nll

SIZES = (32, 64, 128, 256, 512, 1024)
"""Symbols of the source, and of the target."""
H = 64
ROUNDS = 30
SECONDS = 9.0, "seconds depend on the machine; only their ratios are talked of"

Log = Callable[[str], None]


def seconds(runs: Mapping[str, Callable[[], object]], rounds: int = ROUNDS) -> dict[str, float]:
    """Return the shortest processor time of each call; a first round is not counted.

    They take turns, so that all meet alike what else the machine does.
    """
    found = dict.fromkeys(runs, math.inf)
    for round_ in range(rounds + 1):
        for name, run in runs.items():
            begin = time.process_time()
            run()
            if round_:
                found[name] = min(found[name], time.process_time() - begin)
    return found


def measure_speeds(log: Log = print) -> Record:
    """Time an update of every kind, without the optimizer (half a minute)."""
    record, data = record_of("speeds"), lists()
    pairs = batch(data, data.train[9000:9064])
    torch.manual_seed(0)
    models = {name: make(data, kind) for name, kind in KINDS.items()}
    for name, model in models.items():
        record.add(f"parameters/{name}", sum(p.numel() for p in model.parameters()), 0, "counted")
    runs = {
        name: lambda model=model: nll(model, pairs).backward() for name, model in models.items()
    }
    for name, found in seconds(runs).items():
        record.add(f"speeds/{name}", found, *SECONDS)
        log(f"{name}: {1000 * found:.1f} ms, {record.value(f'parameters/{name}')} parameters")
    return record


def saved_bytes(run: Callable[[], object]) -> int:
    """Count the bytes that a call keeps for its backward pass, each tensor once."""
    found = {}

    def pack(tensor: torch.Tensor) -> torch.Tensor:
        storage = tensor.untyped_storage()
        found[storage.data_ptr()] = (
            storage.nbytes(),
            tensor,
        )  # kept alive
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(pack, lambda tensor: tensor):
        out = run()
    del out
    return sum(size for size, _ in found.values())


def measure_costs(log: Log = print) -> Record:
    """Measure all looks of a text, and the steps of a GRU, by the length (half a minute)."""
    record = record_of("costs")
    torch.manual_seed(0)
    cell = torch.nn.GRU(H, H)
    kinds = {kind: Attention(kind, H, H) for kind in ("additive", "dot", "general")}
    for S in SIZES:
        hs, queries = torch.randn(2, S, 1, H, requires_grad=True)
        mask = torch.ones(S, 1, dtype=torch.bool)
        runs = {"cell": lambda hs=hs: cell(hs)}
        for name, look in kinds.items():
            runs[name] = lambda look=look, hs=hs, q=queries, mask=mask: look(
                q, look.keys(hs), hs, mask
            )
        with torch.no_grad():
            for name, found in seconds(runs, ROUNDS // 2).items():
                record.add(f"costs/{name}/{S}", found, *SECONDS)
        for name, run in runs.items():
            if name != "cell":
                record.add(
                    f"saved/{name}/{S}", saved_bytes(run), 0, "counted; by this version of PyTorch"
                )
        log(f"{S}: {[record.value(f'costs/{n}/{S}') for n in runs]}")
        log(f"{S}: {[record.value(f'saved/{n}/{S}') for n in kinds]}")
    return record
