"""Lists of numbers: what the lesson's transformer needs to translate those that a reader types.

The lesson trains one network in the page; here three of each setting are trained in the same way.
"""

from collections.abc import Sequence
from functools import cache
from itertools import count, islice

import numpy as np
import torch
from jaxtyping import Int
from torch import Tensor, nn

from rnncourse.analysis import translations
from rnncourse.core.records import Record, provenance
from rnncourse.data.number_pairs import spell_list
from rnncourse.data.pairs import TokenPair
from rnncourse.models.transformer import Transformer
from rnncourse.training.fit import fit, one_cycle_schedule

ONE_WORD_NUMBERS = tuple(n for n in range(1, 100) if n <= 20 or n % 10 == 0)
"""Numbers of one English word; all others are compounds, such as forty-seven."""
COMPOUND_NUMBERS = tuple(n for n in range(1, 100) if n not in ONE_WORD_NUMBERS)
UPDATES, B, RATE = 800, 32, 6e-3
SEEDS = (0, 1, 2)
N_SCORED = 100
ONE_WORD_FRACTIONS = {"compound": 0.0, "one word": 1.0, "mixed": None}
"""How many of a list's numbers are of one word; None: each list draws its share."""
SETTINGS = {
    "lists": {"page": {}, "drawn alike": {"mixed": False}},
    "list-blocks": {"one head": {"heads": 1}, "one block": {"blocks": 1}},
}
"""By section of the record: the lesson's network, and what is changed of it."""
TRAINING_TOLERANCE = (0.6, "three networks of a setting lay up to 0.58 apart")


def sample_list(
    rng: np.random.Generator, k: int, one_word_fraction: float | None = None
) -> TokenPair:
    """Draw a list of k numbers.

    Args:
        rng: Where chance comes from.
        k: Numbers.
        one_word_fraction: Of numbers of one word, from 0 to 1; by default the list draws its own.
    """
    one_word_fraction = rng.random() if one_word_fraction is None else one_word_fraction
    ranges = (
        ONE_WORD_NUMBERS if rng.random() < one_word_fraction else COMPOUND_NUMBERS for _ in range(k)
    )
    return spell_list(tuple(numbers[rng.integers(len(numbers))] for numbers in ranges))


@cache
def sample_mixed_lists(size: int = 10_000) -> tuple[TokenPair, ...]:
    """Draw lists of mixed kinds to train on, of two to six numbers; none is kept for a test.

    Numbers drawn alike are compounds in seven cases of ten, so that a list of words alone is rare.
    Here each list has its own share of them.
    """
    rng, data = np.random.default_rng(0), translations.load_number_lists()
    reserved = {pair.source for pair in (*data.valid, *data.test)}
    tests = (sample_unseen_lists(kind, k) for k in (6, 7, 8) for kind in ONE_WORD_FRACTIONS)
    reserved |= {pair.source for pairs in tests for pair in pairs}
    stream = (sample_list(rng, 2 + n % 5) for n in count())
    return tuple(islice((pair for pair in stream if pair.source not in reserved), size))


@cache
def sample_unseen_lists(kind: str, k: int) -> tuple[TokenPair, ...]:
    """Draw a hundred lists of a kind of `ONE_WORD_FRACTIONS` that nobody trains on."""
    rng = np.random.default_rng([k, [*ONE_WORD_FRACTIONS].index(kind)])
    trained = {pair.source for pair in translations.load_number_lists().train}
    stream = (sample_list(rng, k, ONE_WORD_FRACTIONS[kind]) for _ in count())
    return tuple(islice((pair for pair in stream if pair.source not in trained), N_SCORED))


@cache
def number_words() -> dict[str, int]:
    """Number the words: nothing (0), the end, both languages, and the sign between them."""
    data = translations.load_number_lists()
    words = sorted({*data.sources, *data.targets[2:]})
    return {word: n for n, word in enumerate(["<pad>", "<end>", "=", *words, "<start>"])}


def concatenate_pairs(pairs: Sequence[TokenPair]) -> tuple[Int[Tensor, "N T"], ...]:
    """Write each pair into one row; and again with zeros for what need not be learned."""
    ids, rows, targets = number_words(), [], []
    for pair in pairs:
        prompt = [ids[w] for w in ("<start>", *pair.source, "=")]
        answer = [ids[w] for w in (*pair.target, "<end>")]
        rows.append(torch.tensor(prompt + answer))
        targets.append(torch.tensor([0] * len(prompt) + answer))
    return tuple(nn.utils.rnn.pad_sequence(group, batch_first=True) for group in (rows, targets))


def train_on_lists(
    seed: int, mixed: bool = True, heads: int = 4, blocks: int = 2, updates: int = UPDATES
) -> Transformer:
    """Train one network, as the lesson does."""
    train = translations.load_number_lists().train
    pairs = [*train[::2], *sample_mixed_lists()] if mixed else train
    rows, targets = concatenate_pairs(pairs)
    torch.manual_seed(seed)
    model = Transformer(len(number_words()), len(number_words()), heads=heads, num_layers=blocks)

    def compute_loss(update: int) -> Tensor:
        indices = torch.randint(len(rows), (B,))
        logits, _ = model(rows[indices, :-1].T)
        return nn.functional.cross_entropy(
            logits.flatten(0, 1), targets[indices, 1:].T.flatten(), ignore_index=0
        )

    schedule = one_cycle_schedule(RATE, updates + 1)
    fit(model.parameters(), compute_loss, updates, RATE, schedule=schedule)
    return model


@torch.no_grad()
def score_lists(model: Transformer, pairs: Sequence[TokenPair]) -> float:
    """Return the share of lists that are right from the first word to the end."""
    rows, targets = concatenate_pairs(pairs)
    guess = model(rows[:, :-1].T)[0].argmax(-1).T
    is_right = (guess == targets[:, 1:]) | (targets[:, 1:] == 0)
    return is_right.all(1).double().mean().item()


def train_and_score(section: str, seeds: Sequence[int] = SEEDS, updates: int = UPDATES) -> Record:
    """Train networks of each setting of a section, and score lists of six to eight (4 minutes)."""
    about = {"data": "lists of numbers, made by rule", "seeds": list(seeds), **provenance()}
    record = Record("ch14_beyond_recurrence", section, about)
    for name, setting in SETTINGS[section].items():
        models = [train_on_lists(seed, updates=updates, **setting) for seed in seeds]
        for k in (6, 7, 8):
            for kind in ONE_WORD_FRACTIONS:
                shares = [score_lists(model, sample_unseen_lists(kind, k)) for model in models]
                record.add(f"lists/{name}/{kind}/{k}", shares, *TRAINING_TOLERANCE)
    return record


HEAD_TOLERANCE = (0.6, "another network has other heads: a share may be anything")


@torch.no_grad()
def score_heads(model: Transformer, pairs: Sequence[TokenPair]) -> tuple[list[float], list[float]]:
    """Say of each head, block by block, where it looks and what depends on it.

    Args:
        model: Translates lists.
        pairs: Lists, all of two to six numbers.

    Returns:
        How often its largest weight among all words so far is on the English word that says the
        same as the number word about to be written; and the share of lists of three numbers that
        are right while what it brings home is set to zero.
    """
    hits = []
    for pair in pairs:
        start, T = len(pair.source) + 1, len(pair.target)
        row = concatenate_pairs([pair])[0][:, : start + T].T
        attended = model.attention_weights(row)[:, 0, :, start:].flatten(0, 1).argmax(-1)
        sources = torch.tensor([1 + links[0] for links in pair.links])
        is_number = torch.tensor([kind not in ("comma", "joint") for kind in pair.kinds])
        hits.append((attended == sources)[:, is_number])
    lists_of_three, accuracies = [pair for pair in pairs if pair.kinds.count("comma") == 2], []
    for block in model.blocks:
        output_weight, D = block.out_proj.weight, block.out_proj.weight.shape[0] // block.heads
        for n in range(block.heads):
            saved = output_weight[:, D * n : D * (n + 1)].clone()
            output_weight[:, D * n : D * (n + 1)] = 0
            accuracies.append(score_lists(model, lists_of_three))
            output_weight[:, D * n : D * (n + 1)] = saved
    return torch.cat(hits, 1).double().mean(1).tolist(), accuracies


def measure_list_heads() -> Record:
    """Ask of each head of three of the lesson's networks where it looks, and what it does.

    Half a minute of CPU time a network.
    """
    about = {"data": "lists of numbers, made by rule", "seeds": list(SEEDS), **provenance()}
    record = Record("ch14_beyond_recurrence", "list-heads", about)
    test = translations.load_number_lists().test
    pairs = [pair for k in range(2, 7) for pair in translations.select_by_length(test, k)[:100]]
    for seed in SEEDS:
        points, without = score_heads(train_on_lists(seed), pairs)
        record.add(f"heads/points/{seed}", points, *HEAD_TOLERANCE)
        record.add(f"heads/without/{seed}", without, *HEAD_TOLERANCE)
    return record
