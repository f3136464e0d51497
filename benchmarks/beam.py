"""What a batch saves in beam search: python -m benchmarks.beam.

The same search three times: all texts at once (`rnncourse.decoding.beam`), text after text with
the hypotheses of one as a batch, and hypothesis after hypothesis, as it is usually written
(`loops.py`). All stop after as many endings as hypotheses go on, if not before. The model has
random weights, and texts go on to the last step. All must find the same texts. Times are those of
the decoder, from the state where decoding begins; the least of several turns, one after the other,
in processor time on one thread.
"""

import time
from dataclasses import dataclass

import numpy as np
import torch
from threadpoolctl import threadpool_info

from benchmarks import loops
from rnncourse.decoding.beam import beam_search
from rnncourse.models.translation import EncoderDecoder
from scripts import Argument, run_script

ATTENTIONS = {
    "none": {},
    "general, query after": {"attention": "general", "query": "after"},
    "additive, query before": {"attention": "additive"},
}


@dataclass(frozen=True)
class Sizes:
    """How large everything is: units, vocabulary, texts, width, symbols of a source and a text."""

    H: int = 256
    V: int = 2000
    B: int = 64
    beam_size: int = 5
    S: int = 20
    max_length: int = 20


def time_searches(sizes: Sizes, turns: int, **options: str) -> dict[str, float]:
    """Time each way to search, in turns; raise if they find different texts."""
    torch.manual_seed(0)
    ids = {"bos_id": 1, "eos_id": 2}
    model = EncoderDecoder(sizes.V, sizes.V, H=sizes.H, E=64, **ids, **options).eval()
    with torch.no_grad():
        model.decoder.logits.weight.mul_(8.0)  # sure enough that rounding decides nothing
        model.decoder.logits.bias[2] = -20.0
    source = torch.randint(3, sizes.V, (sizes.S, sizes.B))
    lengths = torch.randint(sizes.S // 2, sizes.S + 1, (sizes.B,))
    how = {
        "beam_size": sizes.beam_size,
        "max_length": sizes.max_length,
        "length_penalty": 1.0,
        "count_eos": True,
    }
    how["max_finished"] = sizes.beam_size
    states = model.initial_state(source, lengths)
    state_by_text = [model.reorder(states, np.array([[b]])) for b in range(sizes.B)]
    ways = {
        "all at once": lambda: [best[0].ids for best in beam_search(model, states, sizes.B, **how)],
        "text by text": lambda: [
            beam_search(model, state, 1, **how)[0][0].ids for state in state_by_text
        ],
        "one by one": lambda: [
            loops.search_text(model, state, **how)[0][2] for state in state_by_text
        ],
    }
    times, texts = {way: [] for way in ways}, {}
    for _ in range(turns):
        for way, run in ways.items():
            start = time.process_time()
            texts[way] = run()
            times[way].append(time.process_time() - start)
    for way in ways:
        same = sum(map(np.array_equal, texts[way], texts["all at once"]))
        if same < sizes.B:
            raise AssertionError(f"{way}: {sizes.B - same} of {sizes.B} texts are others")
    return {way: min(spent) for way, spent in times.items()}


def describe_libraries() -> str:
    """Name what multiplies matrices here."""
    facts = [f"torch {torch.__version__} {torch.backends.cpu.get_cpu_capability()}"]
    facts += [
        f"{library['internal_api']} {library['version']} {library.get('architecture', '')}".strip()
        for library in threadpool_info()
        if library["user_api"] == "blas"
    ]
    return ", ".join(facts)


def main(turns: int, **numbers: int) -> None:
    """Print a line for every kind of attention."""
    torch.set_num_threads(1)
    sizes = Sizes(**numbers)
    print(f"{sizes}\n{describe_libraries()}, one thread; ms, and how many times the first")
    for name, attention in ATTENTIONS.items():
        times = time_searches(sizes, turns, **attention)
        first = times["all at once"]
        cells = [f"{way} {1e3 * t:7.0f} ({t / first:4.1f})" for way, t in times.items()]
        print(f"{name:>24}: {'   '.join(cells)}", flush=True)


if __name__ == "__main__":
    run_script(
        main,
        Argument("--turns", type=int, default=3, metavar="N", help="runs of each (default: 3)"),
        *(
            Argument(f"--{name}", type=int, default=number, metavar="N")
            for name, number in vars(Sizes()).items()
        ),
    )
