"""Three networks that play parity against a reader, trained as the lesson's and kept.

A transformer and an LSTM see the bits; the writer, a transformer too, also reads its own last
answer.
"""

from pathlib import Path

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import nn

from rnncourse.chapters.ch14_beyond_recurrence.task_experiments import (
    BEGIN,
    LONG_T,
    N_SCORED,
    SHORT_T,
    TRAINING_TOLERANCE,
    build_task_model,
    sample_parity,
    train_on_task,
)
from rnncourse.core.records import Record, provenance
from rnncourse.models import weights

FOLDER = Path(__file__).parent / "weights"
NAME = "players"
TASK_NETWORKS = {
    "transformer": ("parity", "transformer"),
    "lstm": ("parity", "lstm"),
    "writer": ("aloud", "transformer"),
}
"""By player: its task and its kind."""
UPDATES = {"transformer": 4000, "lstm": 150, "writer": 150}
"""Updates: far more for the one that has not learned it by 150."""
RATE, SEED = 3e-3, 0


@torch.no_grad()
def predict_parity(
    name: str, network: nn.Module, bits: Int[np.ndarray, "T B"]
) -> Float[np.ndarray, "T B"]:
    """Return how probable a player holds it, after each bit, that the ones so far are odd.

    Args:
        name: One of `TASK_NETWORKS`; a writer reads what it answered before, even at p = 1/2.
        network: The player.
        bits: Rows of zeros and ones, side by side.
    """
    if name != "writer":
        xs = np.concatenate([np.full_like(bits[:1], BEGIN), bits])
        return network(torch.from_numpy(xs))[0][1:].softmax(-1)[..., 1].numpy()
    answers, cache, probs = np.zeros_like(bits[0]), None, []
    for bit in bits:
        inputs = torch.from_numpy(np.stack([1 + bit, 3 + answers], -1)[None])
        logits, cache = network(inputs, cache)
        probs.append(logits[0].softmax(-1)[:, 1].numpy())
        answers = (probs[-1] > 0.5).astype(answers.dtype)
    return np.stack(probs)


def score_by_bit(name: str, network: nn.Module) -> Float[np.ndarray, " T"]:
    """Return how often a player is right after each bit of a thousand new rows of 40."""
    xs, odd = sample_parity(np.random.default_rng([SEED, 16]), N_SCORED, LONG_T)
    return ((predict_parity(name, network, xs[1:]) > 0.5) == odd).mean(1)


def measure_parity_networks() -> Record:
    """Train the three players, keep them, and score what is kept (a minute)."""
    about = {"data": "drawn at random", "seeds": [SEED], **provenance()}
    record = Record("ch14_beyond_recurrence", "players", about)
    trained = {
        name: train_on_task(*TASK_NETWORKS[name], updates, RATE, SEED)
        for name, updates in UPDATES.items()
    }
    store_parity_networks(trained)
    for name, network in load_parity_networks().items():
        shares = score_by_bit(name, network)
        record.add(f"players/{name}/right", shares, *TRAINING_TOLERANCE)
        record.add(f"players/{name}/{SHORT_T}", float(shares[:SHORT_T].mean()), *TRAINING_TOLERANCE)
        record.add(f"players/{name}/{LONG_T}", float(shares[SHORT_T:].mean()), *TRAINING_TOLERANCE)
    return record


def store_parity_networks(networks: dict[str, nn.Module]) -> None:
    """Write the weights of all three into one file, with 16 bits a number."""
    named_parameters = nn.ModuleDict(networks).named_parameters()
    metadata = {"cell": "transformer and lstm", "vocabulary": "01"}
    metadata |= {"updates": UPDATES, "seed": SEED}
    metadata |= {"heads": networks["transformer"].blocks[0].heads, "rate": RATE}
    metadata |= {"command": "make measure ONLY=ch14_beyond_recurrence/players"}
    weights.save(NAME, {key: p.detach().numpy() for key, p in named_parameters}, metadata, FOLDER)


def load_parity_networks() -> nn.ModuleDict:
    """Make the three players whose weights are kept.

    Raises:
        WeightsError: The weights are missing, or were changed.
    """
    networks = nn.ModuleDict(
        {name: build_task_model(*kind) for name, kind in TASK_NETWORKS.items()}
    )
    return weights.restore_model(networks, NAME, FOLDER)
