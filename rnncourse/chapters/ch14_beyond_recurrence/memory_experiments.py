"""What a training pass keeps in memory for its way back, by the length of the text."""

from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.attention import SDPBackend, sdpa_kernel

from rnncourse.chapters.ch14_beyond_recurrence.contest import SIZES, make
from rnncourse.chapters.ch14_beyond_recurrence.cost_experiments import COUNTED, LENGTHS, V
from rnncourse.core.records import Record, provenance

WRITTEN_OUT = "weights saved"
"""The transformer whose attention keeps the weights of all looks, as the page's five cells do."""


def saved_bytes(model: nn.Module, run: Callable[[], object]) -> int:
    """Count the bytes that autograd keeps from a pass forward until its way back.

    Args:
        model: Its parameters do not count: they are there in any case.
        run: The pass.

    Returns:
        Bytes of all storages that are kept, each counted once.
    """
    known = {p.untyped_storage().data_ptr() for p in model.parameters()}
    sizes: dict[int, int] = {}
    held: list[Tensor] = []  # so that no storage is freed, and its address used again

    def pack(tensor: Tensor) -> Tensor:
        storage = tensor.untyped_storage()
        if storage.data_ptr() not in known:
            sizes[storage.data_ptr()] = storage.nbytes()
            held.append(tensor)
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(pack, lambda tensor: tensor):
        run()
    return sum(sizes.values())


def saved(name: str, T: int) -> int:
    """Count what a model of the contest keeps of one text of T characters."""
    ids = torch.from_numpy(np.random.default_rng(0).integers(V, size=(T, 1)))
    model = make("transformer" if name == WRITTEN_OUT else name, V)
    if name != WRITTEN_OUT:
        return saved_bytes(model, lambda: model(ids)[0].sum())
    with sdpa_kernel(SDPBackend.MATH):
        return saved_bytes(model, lambda: model(ids)[0].sum())


def measure_memory(log: Callable[[str], None] = print) -> Record:
    """Count what each model keeps, by length (seconds)."""
    about = {"data": "drawn at random", **provenance()}
    record = Record("ch14_beyond_recurrence", "memory", about)
    for name in (*SIZES, WRITTEN_OUT):
        for T in LENGTHS:
            record.add(f"memory/{name}/{T}", saved(name, T) / 2**20, *COUNTED)
        log(f"{name}: {[round(record.value(f'memory/{name}/{T}'), 1) for T in LENGTHS]} MB")
    return record
