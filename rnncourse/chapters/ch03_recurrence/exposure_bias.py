"""What teacher forcing hides with and without noise, and scheduled sampling along one training."""

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor, nn

from rnncourse.chapters.ch03_recurrence.kinds import (
    NETWORK_KINDS,
    TEST_SEQUENCES,
    T,
    annealed_ratio,
    find_correct_answers,
    sample_batch,
    train_kind,
)
from rnncourse.core.records import Record, provenance
from rnncourse.data.running_sums import NOISE, SYMBOLS
from rnncourse.models.recurrences import Recurrence

KIND = NETWORK_KINDS["both, GRU"]
TASKS = ("running sum", "noisy sum")
TRAINING_METHODS = {"forced": None, "scheduled": annealed_ratio}
CHECKPOINTS = (140, 180, 220, 260, 300, 400, 500, 600)
"""Updates after which a network is looked at; the schedule ends with the last."""
SEEDS = range(30, 40)

Ids = Int[Tensor, "T B"]


@torch.no_grad()
def sample_answers(net: Recurrence, xs: Ids, generator: torch.Generator) -> Ids:
    """Let a network write: each answer is drawn from its softmax, and fed back.

    Args:
        net: With output feedback.
        xs: The digits that it reads.
        generator: Where the draws come from.
    """
    ys = torch.zeros_like(xs)
    for t in range(len(xs)):
        chances = net.teacher_forced(xs[: t + 1], ys[: t + 1])[-1].softmax(-1)
        ys[t] = torch.multinomial(chances, 1, generator=generator)[:, 0]
    return ys


def measure_consistency(xs: Ids, ys: Ids) -> float:
    """Return the share of answers that are the sum of the answer before and the digit."""
    before = torch.cat([torch.zeros_like(ys[:1]), ys[:-1]])
    return float(((before + xs) % SYMBOLS == ys).float().mean())


@torch.no_grad()
def score_network(net: Recurrence, task: str) -> dict[str, float]:
    """Test a network on 500 new sequences of 20 steps.

    Returns:
        Shares of right answers, `"teacher_forced"` and `"free_running"`; `"bits"` a step, with
        teacher forcing; and `"consistent"`: how often what it writes keeps to the rule of the sum.
    """
    xs, ys = sample_batch(task, np.random.default_rng(10**6), T, TEST_SEQUENCES)
    nats = nn.functional.cross_entropy(net.teacher_forced(xs, ys).flatten(0, 1), ys.flatten())
    return {
        "teacher_forced": find_correct_answers(net, task, free_running=False).mean(),
        "free_running": find_correct_answers(net, task, free_running=True).mean(),
        "bits": nats.item() / np.log(2),
        "consistent": measure_consistency(
            xs, sample_answers(net, xs, torch.Generator().manual_seed(0))
        ),
    }


def optimal_accuracy(noise: float = NOISE) -> dict[str, float]:
    """Return what nobody can surpass on the noisy sum, on average; names as in `score_network`.

    Told, the only doubt is whether this step slips. Free, the best guess is the sum without slips,
    which is right if there were none, or if all of them cancel:

        P(right at step t) = 1/10 + 9/10 (1 - noise)^t

    Args:
        noise: Probability of a slip to any digit.
    """
    p_no_slip = (1 - noise) ** np.arange(1, T + 1)
    p_rule, p_slip = 1 - noise + noise / SYMBOLS, noise / SYMBOLS
    slip_bits = -(SYMBOLS - 1) * p_slip * np.log2(p_slip) if p_slip else 0
    free_running = 1 / SYMBOLS + (1 - 1 / SYMBOLS) * p_no_slip
    return {
        "teacher_forced": p_rule,
        "free_running": float(free_running.mean()),
        "bits": float(slip_bits - p_rule * np.log2(p_rule)),
        "consistent": p_rule,
    }


def rule_accuracy() -> dict[str, float]:
    """Return what the true rule of the noisy sum reaches on the sequences of `score_network`.

    Told, it adds the digit to the answer before; free, it adds up the digits. What it writes slips
    as often as the sums do, on average.
    """
    xs, ys = sample_batch("noisy sum", np.random.default_rng(10**6), T, TEST_SEQUENCES)
    teacher_forced = measure_consistency(xs, ys)
    p_rule, p_slip = 1 - NOISE + NOISE / SYMBOLS, NOISE / SYMBOLS
    bits = -teacher_forced * np.log2(p_rule) - (1 - teacher_forced) * np.log2(p_slip)
    free_running = float((xs.cumsum(0) % SYMBOLS == ys).float().mean())
    return {
        "teacher_forced": teacher_forced,
        "free_running": free_running,
        "bits": float(bits),
        "consistent": p_rule,
    }


def schedule_curve(task: str, schedule: str, seed: int) -> dict[str, Float[np.ndarray, " n"]]:
    """Train one network with one schedule, and look at it at every checkpoint.

    Args:
        task: One of `TASKS`.
        schedule: One of `TRAINING_METHODS`.
        seed: Of weights and sequences.

    Returns:
        What `score_network` says, by its names, checkpoint by checkpoint.
    """
    scores = []

    def validate(update: int, net: Recurrence) -> None:
        if update in CHECKPOINTS:
            scores.append(score_network(net, task))

    train_kind(KIND, task, CHECKPOINTS[-1], seed, TRAINING_METHODS[schedule], report=validate)
    return {name: np.array([score[name] for score in scores]) for name in scores[0]}


def measure_exposure() -> Record:
    """Follow trainings on sums with and without slips, with teacher forcing and scheduled sampling.

    Every training has one schedule, and is looked at along its way.
    """
    record = Record("ch03_recurrence", "exposure", {"data": "drawn at random"} | provenance())
    for task in TASKS:
        for schedule in TRAINING_METHODS:
            runs = [schedule_curve(task, schedule, seed) for seed in SEEDS]
            for name in ("teacher_forced", "free_running", "bits", "consistent"):
                for checkpoint, updates in enumerate(CHECKPOINTS):
                    if name in ("bits", "consistent") and updates != CHECKPOINTS[-1]:
                        continue
                    values = [run[name][checkpoint] for run in runs]
                    key = f"exposure/{task}/{schedule}/{name}/{updates}"
                    record.add(key, values, 0.15, "a half-trained network: the spread is as wide")
    return record
