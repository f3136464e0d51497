"""Deck A's equations, symbol by symbol, on the weights of a network of the package (claim A18)."""

import numpy as np
import torch
from jaxtyping import Float

from rnncourse.analysis.translations import load_number_lists
from rnncourse.cells.convert import from_torch
from rnncourse.cells.gru import gru_step
from rnncourse.models.translation import EncoderDecoder

Arrays = dict[str, np.ndarray]


def make_network(seed: int = 0) -> EncoderDecoder:
    """Make an untrained network with deck A's attention, in float64.

    Its weights are three times those that training begins with, so that its looks differ.
    """
    data = load_number_lists()
    torch.manual_seed(seed)
    sizes = {"H": 8, "E": 5, "N": 6, "attention": "additive", "query": "before"}
    symbols = {"bos_id": data.bos_id, "eos_id": data.eos_id}
    model = EncoderDecoder(len(data.sources), len(data.targets), **symbols, **sizes)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.mul_(3)
    return model.double().eval()


def weight_arrays(model: EncoderDecoder) -> Arrays:
    """Return the weights of a network by their names."""
    return {key: array.detach().numpy() for key, array in model.state_dict().items()}


def cell_weights(w: Arrays, prefix: str) -> object:
    """Return the weights of one GRU as our cells take them."""
    state = {key.removeprefix(prefix): array for key, array in w.items() if key.startswith(prefix)}
    return from_torch(state, "gru")[0]


def encode_source(w: Arrays, source: list[int]) -> tuple[np.ndarray, np.ndarray]:
    """Read a source in both directions: `ahead` and `back`, each with a row a symbol."""
    columns = []
    for name, order in (("ahead", range(len(source))), ("back", reversed(range(len(source))))):
        cell = cell_weights(w, f"encoder.{name}.0.")
        h, states = np.zeros((1, len(cell.b_hn))), {}
        for j in order:
            h = gru_step(w["encoder.embedding.weight"][source[j]][None], h, cell)
            states[j] = h[0]
        columns.append(np.array([states[j] for j in range(len(source))]))
    return columns[0], columns[1]


def package_outputs(
    model: EncoderDecoder, source: list[int], target: list[int]
) -> tuple[Float[np.ndarray, "T S"], Float[np.ndarray, "T V"]]:
    """Return where the package's network looks at every step, and ln p of every symbol."""
    columns = torch.tensor(source)[:, None], torch.tensor([len(source)])
    with torch.no_grad():
        logits, weights = model.teacher_forced(*columns, torch.tensor(target)[:, None])
    return weights[:, 0].numpy(), logits[:, 0].log_softmax(-1).numpy()
