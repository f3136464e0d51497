"""The recorded numbers on recurrent language models; the runs take hours, and are kept."""

import time
from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import asdict
from pathlib import Path

import numpy as np
import torch

from rnncourse.analysis.splits import (
    MAX_ORDER,
    SPLITS,
    Encoded,
    encode_split,
)
from rnncourse.chapters.ch02_language.networks import (
    AGAIN,
    COMPARED,
    LARGE,
    PAGE,
    RATES,
    SIZES,
    TRIED,
    VALID_CHARACTERS,
    RunResult,
    adaptive_probs,
    kept,
    mixture_bits,
    network_brackets,
    perform,
)
from rnncourse.chapters.ch02_language.ngrams import (
    SMOOTHINGS,
    bracket_scores,
    long_order_bits,
    pool_brackets,
)
from rnncourse.chapters.ch02_language.writing import describe, pieces, write_all
from rnncourse.core.records import Record, provenance
from rnncourse.data.corpus import fingerprint, load_corpus
from rnncourse.data.text import ASCII
from rnncourse.models import weights
from rnncourse.models.counting import count_orders
from rnncourse.models.language import LanguageModel
from rnncourse.models.ngram import NGrams
from rnncourse.training.language import dynamic_probs, probs

WEIGHTS = Path(__file__).with_name("weights")
PAGE_NAME = "language-model"
DYNAMIC_RATES = (3e-5, 1e-4, 3e-4, 1e-3)
LONGER = (9, 12, 15, 20)
"""Orders of counting that are compared with the networks."""
READ_AGAIN = 20_000
"""Characters of the test text that are read with the state carried and reset."""
FAR = 17
"""Characters from opening to closing bracket, from which on it counts as far."""
TRAINED = (
    0.01,
    "trained once; another processor's training ends within a few thousandths of a bit",
)
READ = (1e-4, "fixed weights read again; float32 sums in another order differ by less than 1e-5")
DRAWN = "drawn with fixed seeds; one character drawn otherwise changes all that follow it"
EXACT = (1e-6, "float64 arithmetic on fixed numbers")


def measure_networks(say: Callable[[str], None] = print) -> Record:
    """Train what is not trained yet, and measure what the chapter says of recurrent networks."""
    documents = load_corpus()
    runs = [*TRIED, *COMPARED, PAGE, AGAIN, LARGE]
    record = Record(
        "ch02_language",
        "networks",
        {"corpus_sha256": fingerprint(documents), **provenance()},
    )
    record.about |= {"torch": torch.__version__, "runs": {r.name: asdict(r) for r in runs}}
    for split in SPLITS:
        data = encode_split(documents, split)
        start = time.process_time()
        counts = count_orders(data.train, MAX_ORDER)
        ngram = NGrams(counts, len(data.vocabulary), SMOOTHINGS["modified Kneser-Ney"])
        seconds = time.process_time() - start
        known = ngram.probs(data.test)[-1]
        record.add(f"ngram/{split}", -np.log2(known).mean(), *EXACT)
        record.add(f"ngram/seconds/{split}", seconds, 30, "a time, quoted and never compared")
        longer = long_order_bits(data, data.test, max(LONGER))
        record.add(f"ngram/longer/{split}", [longer[n - 1] for n in LONGER], *EXACT)
        piece = ngram.probs(data.valid[:VALID_CHARACTERS])[-1]
        record.add(f"ngram/valid/{split}", -np.log2(piece).mean(), *EXACT)
        results = {run.name: perform(run, data, say) for run in runs if run.split == split}
        for name in results.keys() - {run.name for run in TRIED}:
            _result(record, name, results[name], known)
            say(f"{name}: test {record.value(f'bits/{name}'):.4f} bits")
        if split == PAGE.split:
            for cell in SIZES:
                found = [results[r.name].valid_bits[-1] for r in TRIED if r.cell == cell]
                record.add(f"rates/{cell}", found, *TRAINED)
                say(f"{cell}: learning rates {RATES}, validation bits {np.round(found, 3)}")
            record.about["page_sha256"] = save_page(results[PAGE.name].weights)
            large = load_weights(LARGE.model(len(data.vocabulary)), results[LARGE.name].weights)
            _page(record, load_page(), data, known, say)
            _brackets(record, {"page": load_page(), "large": large}, data, ngram)
            _samples(record, load_page(), data)
    return record


def save_page(arrays: dict[str, np.ndarray]) -> str:
    """Write the page's weights at 16 bits, and return the SHA-256 of the file."""
    about = {"run": asdict(PAGE), "cell": PAGE.cell, "vocabulary": ASCII}
    return weights.save(PAGE_NAME, arrays, about, WEIGHTS)


def load_page() -> LanguageModel:
    """Return the page's model with the weights that the page has, rounded to 16 bits."""
    arrays, _ = weights.load(PAGE_NAME, WEIGHTS)
    model = LanguageModel(len(arrays["logits.bias"]), PAGE.H, PAGE.cell, PAGE.E)
    return load_weights(model, arrays)


def load_weights(model: LanguageModel, arrays: dict[str, np.ndarray]) -> LanguageModel:
    """Put weights into a model, and make it ready to be read with."""
    model.load_state_dict({name: torch.from_numpy(a.copy()) for name, a in arrays.items()})
    return model.eval()


def _result(record: Record, name: str, result: RunResult, known: np.ndarray) -> None:
    record.add(f"bits/{name}", -np.log2(result.test_probs).mean(), *TRAINED)
    record.add(f"mixture/{name}", mixture_bits(result.test_probs, known), *TRAINED)
    record.add(f"weights/{name}", sum(a.size for a in result.weights.values()), 0, "a count")
    record.add(f"curve/{name}/updates", result.updates, 0, "a choice")
    record.add(f"curve/{name}/seconds", result.seconds, 1e5, "times, quoted and never compared")
    record.add(f"curve/{name}/bits", result.valid_bits, *TRAINED)


def _page(record: Record, model: LanguageModel, data, known, say) -> None:
    read = probs(model, data.test)
    record.add("page/bits", -np.log2(read).mean(), *READ)
    record.add("page/mixture", mixture_bits(read, known), *READ)
    reset = np.concatenate(
        [
            probs(model, data.test[t : t + PAGE.settings.T])
            for t in range(0, READ_AGAIN, PAGE.settings.T)
        ]
    )
    record.add("page/reset", -np.log2(reset).mean(), *READ)
    record.add("page/carried", -np.log2(read[: len(reset)]).mean(), *READ)
    sha = str(record.about["page_sha256"])[:8]
    tried = [
        -np.log2(_dynamic(model, data.valid[:VALID_CHARACTERS], r, f"valid-{sha}")).mean()
        for r in DYNAMIC_RATES
    ]
    record.add("page/dynamic_rates", tried, *TRAINED)
    rate = DYNAMIC_RATES[int(np.argmin(tried))]
    say(f"dynamic evaluation: rates {DYNAMIC_RATES}, validation bits {np.round(tried, 3)}")
    online = _dynamic(model, data.test, rate, sha)
    record.add("page/dynamic", -np.log2(online).mean(), *TRAINED)
    corpus = str(record.about["corpus_sha256"])[:8]
    adaptive = kept(f"adaptive-{corpus}", lambda: adaptive_probs(data))
    record.add("ngram/adaptive", -np.log2(adaptive).mean(), *EXACT)
    record.add("page/both_adapt", mixture_bits(online, adaptive), *TRAINED)
    say("page model, n-gram, and both, adapting: done")


def _dynamic(model: LanguageModel, ids: np.ndarray, rate: float, name: str) -> np.ndarray:
    """Score a text while learning from it, or read what was kept of that."""
    return kept(
        f"dynamic-{name}-{rate:g}", lambda: dynamic_probs(deepcopy(model), ids, learning_rate=rate)
    )


def _brackets(record: Record, networks: Mapping[str, LanguageModel], data, ngram) -> None:
    """Hits by distance, and the closing bracket's chances after the same eight characters."""
    scores = {"order 9": bracket_scores(ngram, data)}
    scores |= {name: network_brackets(model, data) for name, model in networks.items()}
    for name, s in scores.items():
        hits, counts = pool_brackets([s])
        record.add(f"brackets/{name}", hits[-1], *TRAINED)
        row = [s.opened.expected, s.none.expected, s.hits[-1, s.distance >= FAR].mean()]
        record.add(f"open_none_far/{name}", row, *TRAINED)
    record.add("networks/brackets/counts", counts, 0, "a count")
    record.add("brackets/came", [s.opened.came, s.none.came], *EXACT)


def _samples(record: Record, model: LanguageModel, data: Encoded) -> None:
    """What each way of writing does to the text, over many samples."""
    train = data.vocabulary.decode(data.train)
    for name, texts in {"held-out text": pieces(data.test_text), **write_all(model, data)}.items():
        record.add(f"samples/{name}", describe(texts, train).ravel(), 0.05, DRAWN)
