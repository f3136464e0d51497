"""Batches of like lengths, a loss without padding, and a network that learns to reverse."""

import numpy as np
import pytest
import torch

from rnncourse.decoding.stepping import greedy
from rnncourse.models.translation import EncoderDecoder, PaddedPairs
from rnncourse.training.sequence import TrainingSettings
from rnncourse.training.translation import sample_pair_batches, target_nll, train_translator

STOP = 2


def sample_reversals(n, longest, seed=0):
    """Sources of digits, and the same digits backwards."""
    rng = np.random.default_rng(seed)
    sources = [rng.integers(3, 9, rng.integers(1, longest + 1)).tolist() for _ in range(n)]
    return PaddedPairs.from_sequences(sources, [source[::-1] for source in sources], STOP)


def make_model(**options):
    return EncoderDecoder(9, 9, bos_id=1, eos_id=STOP, **{"H": 16, "E": 8} | options)


def test_an_epoch_has_every_pair_once_but_a_remainder():
    pairs = sample_reversals(103, 5)
    pairs.source[0] = torch.arange(103)  # names the pairs
    drawn = sample_pair_batches(pairs, 10, np.random.default_rng(0))
    turns = [[next(drawn) for _ in range(10)] for _ in range(2)]
    for turn in turns:
        names = torch.cat([batch.source[0] for batch in turn]).tolist()
        assert len({*names}) == len(names) == 100
    assert not torch.equal(turns[0][0].source[0], turns[1][0].source[0])


def test_the_batches_have_little_padding():
    pairs = sample_reversals(1600, 20)
    drawn = sample_pair_batches(pairs, 16, np.random.default_rng(0))
    padded = [1 - float(next(drawn).mask.float().mean()) for _ in range(100)]
    assert np.mean(padded) < 0.1
    assert 1 - float(pairs.mask.float().mean()) > 0.4


def test_the_order_is_that_of_the_seed():
    first, again, other = (
        next(sample_pair_batches(sample_reversals(50, 5), 8, np.random.default_rng(seed)))
        for seed in (0, 0, 1)
    )
    assert torch.equal(first.source, again.source)
    assert not torch.equal(first.source_lengths, other.source_lengths) or not torch.equal(
        first.target, other.target
    )


def test_too_few_pairs_are_named():
    with pytest.raises(ValueError, match="3 pairs, fewer than a batch of 4"):
        next(sample_pair_batches(sample_reversals(3, 5), 4, np.random.default_rng(0)))


def test_the_loss_is_the_mean_over_symbols_not_over_pairs():
    torch.manual_seed(0)
    model, pairs = make_model().double(), sample_reversals(6, 7)
    alone = [pairs.select(torch.tensor([b])) for b in range(6)]
    sums = [target_nll(model, pair) * pair.target_lengths.sum() for pair in alone]
    torch.testing.assert_close(target_nll(model, pairs), sum(sums) / pairs.target_lengths.sum())


def test_training_is_repeated_by_its_seed():
    pairs, settings = sample_reversals(64, 4), TrainingSettings(updates=3, B=16)
    losses = [[], []]
    for run in losses:
        train_translator(make_model, pairs, settings, report=lambda _, x, run=run: run.append(x))
    assert losses[0] == losses[1]


def test_training_learns_to_reverse():
    """Three digits backwards; always writing the likeliest text would be right once in 216."""
    rng = np.random.default_rng(1)
    sources = rng.integers(3, 9, (600, 3))
    pairs = PaddedPairs.from_sequences(sources, sources[:, ::-1], STOP)
    train_part, test = pairs.select(slice(0, 500)), pairs.select(slice(500, 600))
    settings = TrainingSettings(updates=150, B=32, learning_rate=2e-2)
    model = train_translator(lambda: make_model(attention="additive"), train_part, settings)
    result = greedy(model, model.initial_state(test.source, test.source_lengths), 100, max_length=6)
    hits = [
        text.ids.tolist() == ids[::-1].tolist()
        for text, ids in zip(result, sources[500:], strict=True)
    ]
    assert np.mean(hits) > 0.8
