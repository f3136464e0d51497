"""Makes the experiments of all chapters small: one update, two seeds, little data.

All that is changed stands here; the rest is the code that wrote the records.
"""

import re
import string
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import FunctionType, ModuleType

from rnncourse.chapters.ch02_language import networks
from rnncourse.chapters.ch05_gradients import cliff
from rnncourse.chapters.ch05_gradients import lesson as lesson_5
from rnncourse.chapters.ch06_gating import unit_training
from rnncourse.chapters.ch08_gated_variants import sweep
from rnncourse.chapters.ch10_recursive_networks import tree_training
from rnncourse.chapters.ch14_beyond_recurrence import list_experiments
from rnncourse.data import corpus, number_pairs, pronunciations
from rnncourse.models import weights
from rnncourse.training import ensemble, fit, language

CHAPTERS = "rnncourse.chapters."
N_SEEDS = 2
"""Seeds of each list of seeds."""


def make_thread_pool(*_: object) -> ThreadPoolExecutor:
    """In the place of several processes."""
    return ThreadPoolExecutor(1)


CONSTANTS = {
    "ch01_sequences": {"NAMES_PER_LANGUAGE": 2, "PER_LANGUAGE": 2},
    "ch02_language": {"VALID_CHARACTERS": 500, "SAMPLES": 2, "LENGTH": 60, "SEGMENT_LENGTH": 500},
    "ch02_language.contest": {
        "COLUMNS": 5,
        "COLUMN_STEPS": 100,
        "ProcessPoolExecutor": make_thread_pool,
    },
    "ch02_language.ratios": {"TIMES": (1, 2, 3, 4, 5, 6)},
    "ch03_recurrence": {"TEST_SEQUENCES": 20, "COPIES": 1, "LEARNED": -1.0},
    "ch04_bptt": {"UPDATES": 50},
    "ch04_bptt.recall": {"N_TEST": 20},
    "ch04_bptt.chunks": {"TEST_SHAPE": (20, 60), "STEPS": 640},
    "ch04_bptt.experiments": {"LENGTHS": (2, 4, 8, 16, 32)},
    "ch05_gradients": {"UPDATES": 2, "N_POINTS": 2, "N_STARTS": 10, "N_TEST": 20, "N_FITTED": 80},
    "ch05_gradients.growth_experiments": {"N_NETWORKS": 4, "H": 8},
    "ch05_gradients.jacobian_experiments": {"H": 8},
    "ch06_gating": {"UPDATES": 2, "N_TEST": 20},
    "ch07_lstm": {"N_PRACTICE": 20, "N_TEST": 20, "N_SYMBOLS": 60, "DISTANCE": 20, "N_CHARS": 4000},
    "ch07_lstm.lags": {"THRESHOLD": 0.25, "CHECK_EVERY": 1},
    "ch08_gated_variants": {"THRESHOLD": 0.3, "CHECK_EVERY": 1, "LAGS": (20,)},
    "ch08_gated_variants.tasks": {"N_SCORED": 20, "N_WINDOWS": 4},
    "ch09_bidirectional": {"MIN_COUNT": 1, "ALIGN_EVERY": 1, "N_ROUNDS": 1, "N_TEST": 20},
    "ch10_recursive_networks": {"POOL_SIZE": 40, "N_TEST": 20},
    "ch10_recursive_networks.depth": {"TAUS": (2, 4, 8) * 3, "H": 8},
    "ch11_seq2seq": {"N_BEAM_WORDS": 20, "N_SEARCHED": 4},
    "ch12_attention": {"N_MASKED_WORDS": 5, "BEAM": 3, "N_TIMED": 1, "B": 16},
    "ch14_beyond_recurrence": {"VALID": 500, "CURVE": 500, "TEST": 500, "N_SCORED": 10, "B": 8},
    "ch05_gradients.clipping_experiments": {"N_SCORED": 7},
    "ch14_beyond_recurrence.contest": {"CHARACTERS": 128},
    "ch14_beyond_recurrence.cost_experiments": {"LENGTHS": (32,), "TIMED": 32},
}
"""By chapter or module: its constants, and the defaults of its functions that are equal to them."""
WORDS = (
    *("through", "though", "tough", "cough", "bough", "hiccough", "hiccup", "cat", "phone", "one"),
    *("computer", "knight", "colonel", "queue", "misunderstanding", "wednesday", "hat", "hate"),
    *("kite", "photograph", "photography", "psychology", "rendezvous", "xylophone"),
    *("know", "knew", "knot"),
)
"""Words that experiments ask for by name."""


def list_functions(module: ModuleType) -> Iterator[FunctionType]:
    for value in vars(module).values():
        within = vars(value).values() if isinstance(value, type) else (value,)
        for f in within:
            f = getattr(f, "__wrapped__", f)
            if isinstance(f, FunctionType) and f.__module__ == module.__name__:
                yield f


def list_modules(start: str = "rnncourse.") -> list[ModuleType]:
    return [module for name, module in sys.modules.items() if f"{name}.".startswith(start)]


def replace_everywhere(patch, old: object, new: object, modules: list[ModuleType]) -> None:
    """Replace a value in modules and in the defaults of functions; it has to stand somewhere."""
    replaced = []
    for module in modules:
        names = [name for name, value in vars(module).items() if value is old]
        for name in names:
            patch.setattr(module, name, new)
        replaced += [*names, *(replace_default(patch, f, old, new) for f in list_functions(module))]
    assert any(replaced), f"nowhere is {old!r}"


def fit_once(parameters, loss, updates, *rest, report=None, **more) -> list[float]:
    """One update; who looks on is told of all."""
    losses = FIT(parameters, loss, min(updates, 1), *rest, **more)
    for update in range(1, updates + 1):
        if report and report(update, losses[-1]) is True:
            break
    return losses


def fit_ensemble_once(parameters, losses, updates, *rest, **more) -> ensemble.EnsembleOutcome:
    return FIT_ENSEMBLE(parameters, losses, min(updates, 1), *rest, **more)


DEFAULTS = {
    number_pairs.load_lists: ("en", "de", 6, 400, 10, 8, 0),
    number_pairs.load_numbers: ("en", "de", 300, 0, True),
    list_experiments.sample_mixed_lists: (200,),
    lesson_5.train_recall: (0, 20, False, 2, 0, 0.1),
    cliff.descend: ("none", 1.0, 5),
    sweep.Plan.__init__: (2, N_SEEDS, 1.0),
    language.StreamSettings.__init__: (4, 16, *language.StreamSettings.__init__.__defaults__[2:]),
}
"""The defaults of a function."""
LAST_STATE = cliff.last_state
SAVE, FILES = weights.save, weights.read_weight_files
FIT, FIT_ENSEMBLE = fit.fit, ensemble.fit_ensemble
LOAD_CORPUS, LOAD_WORDS = corpus.load_corpus, pronunciations.load_pronunciations


def compute_early_state(w, b, steps=20, first=cliff.H_0):
    """The state after 20 steps at most."""
    return LAST_STATE(w, b, min(steps, 20), first)


def shrink_run(run: networks.TrainingRun) -> networks.TrainingRun:
    """The same with few units and short windows."""
    return replace(run, H=8, settings=replace(run.settings, B=4, T=16))


def save_test_files(name, arrays, about, folder, bits=16, *, test_folder: Path) -> str:
    return SAVE(name, arrays, about, test_folder, bits)


def read_test_files(name: str, folder: Path, *, test_folder: Path) -> tuple[dict, bytes]:
    """Read weights from a folder of the tests, if they are there."""
    return FILES(name, test_folder if (test_folder / f"{name}.bin").exists() else folder)


def load_few_documents(cache: Path | None = None) -> list[corpus.Document]:
    """Short documents with brackets."""
    texts = LOAD_CORPUS(cache)
    return [d for d in texts if 400 < len(d.text) < 3000 and d.text.count("(") > 6][:40]


def load_few_words() -> pronunciations.Pronunciations:
    """Some words of each part, those asked for among them; in the test every letter and length."""
    sets, needed = LOAD_WORDS(), {*WORDS}
    small = []
    for words, step in zip(sets, (400, 100, 60), strict=True):
        subset = {word: ways for n, (word, ways) in enumerate(words.items()) if n % step == 0}
        small.append(subset | {word: words[word] for word in words if word in needed})
    for letter in string.ascii_lowercase:
        small[2] |= dict(next(item for item in sets.test.items() if letter in item[0]) for _ in "1")
    return pronunciations.Pronunciations(*small)


def replace_default(patch, function: FunctionType, old: object, new: object) -> bool:
    """Replace a function's default; tell whether it has it."""
    function = getattr(function, "__wrapped__", function)
    defaults = function.__defaults__ or ()
    if has_it := any(value is old for value in defaults):
        result = tuple(new if value is old else value for value in defaults)
        patch.setattr(function, "__defaults__", result)
    return has_it


def make_small(patch, folder: Path) -> None:
    """Change what `CONSTANTS` and the functions above say, until the patch is undone."""
    chapters = list_modules(CHAPTERS)
    for module in chapters:
        for name, value in [*vars(module).items()]:
            is_long = isinstance(value, tuple | list | range) and len(value) > N_SEEDS
            seeds = re.search("(SEEDS|CONFIRMING|THIRTY|PILOT_SEEDS|FIVE|BATCH_NUMBERS)$", name)
            if seeds and is_long and all(isinstance(seed, int) for seed in value):
                replace_everywhere(patch, value, value[:N_SEEDS], chapters)
    for room, constants in CONSTANTS.items():
        for name, new in constants.items():
            holders = [m for m in list_modules(f"{CHAPTERS}{room}.") if name in vars(m)]
            assert holders, f"{room} has no {name}"
            for module in holders:
                old = vars(module)[name]
                patch.setattr(module, name, new)
                for function in list_functions(module):
                    replace_default(patch, function, old, new)
    replace_everywhere(patch, FIT, fit_once, list_modules())
    replace_everywhere(patch, LAST_STATE, compute_early_state, [cliff])
    replace_everywhere(patch, FIT_ENSEMBLE, fit_ensemble_once, list_modules())
    replace_everywhere(patch, LOAD_CORPUS, load_few_documents, list_modules())
    replace_everywhere(patch, LOAD_WORDS, load_few_words, list_modules())
    for function, defaults in DEFAULTS.items():
        function = getattr(function, "__wrapped__", function)
        patch.setattr(function, "__defaults__", defaults)
    replace_everywhere(patch, sweep.RUNS, folder / "sweep", chapters)
    replace_everywhere(patch, unit_training.WEIGHTS_FILE, folder / "unit.json", [unit_training])
    replace_everywhere(patch, tree_training.WEIGHTS_FILE, folder / "tree.json", [tree_training])
    patch.setattr(weights, "save", partial(save_test_files, test_folder=folder))
    patch.setattr(weights, "read_weight_files", partial(read_test_files, test_folder=folder))
    for runs in (networks.CANDIDATES, networks.COMPARED):
        replace_everywhere(patch, runs, [shrink_run(run) for run in runs], chapters)
    patch.chdir(folder)


def clear_caches() -> None:
    for module in list_modules():
        for value in [*vars(module).values()]:
            if hasattr(value, "cache_clear"):
                value.cache_clear()
