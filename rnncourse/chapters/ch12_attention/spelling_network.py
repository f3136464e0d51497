"""The live network of spelling and sound: the lesson's, with larger states and more training."""

from collections.abc import Callable
from pathlib import Path

import torch
from torch import nn

from rnncourse.analysis.pronouncing import batches, pronounce_all, rates
from rnncourse.chapters.ch12_attention.spelling import LooksBack, loss_of, pair_of
from rnncourse.chapters.ch12_attention.spelling_experiments import record_of
from rnncourse.core.records import Record
from rnncourse.data.pronunciations import LETTERS, SOUNDS, Words, load_pronunciations
from rnncourse.models import weights

WEIGHTS = Path(__file__).with_name("weights")
NAME, SEED = "sounds", 0
H, B, UPDATES, RATE, DROPOUT = 256, 64, 16_000, 0.002, 0.15
CLOSE = "8-bit weights, read again: near ties alone may turn"


def train_with_dropout(
    words: Words, seed: int = SEED, updates: int = UPDATES, log: Callable[[str], None] = print
) -> LooksBack:
    """Train the lesson's network with dropout before both cells and before the logits.

    Args:
        words: By word, what may be said for it.
        seed: Of the first weights, of the order of the words, and of what is dropped.
        updates: How many, each on 64 words, the rate going up and down once.
        log: Is told how it goes.
    """
    torch.manual_seed(seed)
    network = LooksBack(H=H)
    places = ((network.encoder, "embedding"), (network.decoder, "embedding"))
    for part, name in places:
        setattr(part, name, nn.Sequential(getattr(part, name), nn.Dropout(DROPOUT)))
    network.decoder.logits = nn.Sequential(nn.Dropout(DROPOUT), network.decoder.logits)
    adam = torch.optim.Adam(network.parameters())
    plan = torch.optim.lr_scheduler.OneCycleLR(adam, RATE, updates)
    drawn = batches(words, B, seed)
    for update in range(1, updates + 1):
        loss = loss_of(network, *next(drawn))
        adam.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        adam.step()
        plan.step()
        if update % 1000 == 0:
            log(f"{update} updates: loss {loss.item():.3f}")
    for part, name in places:
        setattr(part, name, getattr(part, name)[0])
    network.decoder.logits = network.decoder.logits[1]
    return network.eval()


def live_network() -> LooksBack:
    """Return the network of the page, with its 8-bit weights.

    Raises:
        WeightsError: They are missing, or were changed.
    """
    arrays, _ = weights.load(NAME, WEIGHTS)
    network = LooksBack(H=H)
    network.load_state_dict({key: torch.from_numpy(a) for key, a in arrays.items()})
    return network.eval()


def measure_sounds(log: Callable[[str], None] = print) -> Record:
    """Train the live network, keep it with 8 bits, and score it (seven CPU minutes)."""
    torch.set_num_threads(1)
    words = load_pronunciations()
    record = record_of(NAME, [SEED])
    network = train_with_dropout(words.train, log=log)
    arrays = {key: p.detach().numpy() for key, p in network.named_parameters()}
    about = {"H": H, "updates": UPDATES, "rate": RATE, "dropout": DROPOUT, "seed": SEED}
    about |= {"cell": "gru", "vocabulary": SOUNDS, "letters": LETTERS}
    about |= {"command": "make measure ONLY=ch12_attention/sounds"}
    weights.save(NAME, arrays, about, WEIGHTS, bits=8)
    for width in (1, 5):
        said = pronounce_all(*pair_of(live_network()), words.test, width=width)
        wer, per = rates({word: best[0] for word, best in said.items()}, words.test)
        log(f"width {width}: {wer:.2f} {per:.2f}")
        record.add(f"sounds/width {width}/wer", wer, 0.3, CLOSE)
        record.add(f"sounds/width {width}/per", per, 0.1, CLOSE)
    return record
