"""The live model computes what PyTorch computes."""

import copy
import itertools
from pathlib import Path

import numpy as np
import pytest

from rnncourse.chapters.ch02_language import widget as live
from rnncourse.data.text import ASCII, Vocabulary
from rnncourse.decoding.completion import complete_text
from rnncourse.decoding.sampling import apply_temperature, nucleus, top_k
from rnncourse.models import weights

from ... import node

torch = pytest.importorskip("torch")
from rnncourse.models.language import LanguageModel  # noqa: E402

DRIVER = Path(__file__).with_name("widget_driver.mjs")
V, VOCABULARY = len(ASCII), Vocabulary()
STOPS = VOCABULARY.encode(" .,\n").tolist()


class Model:
    """One model, as PyTorch has it and as the page has it."""

    def __init__(self, folder, name="long-0"):
        self.files = [folder / f"{name}{suffix}" for suffix in (".json", ".bin")]
        arrays, meta = weights.load(name, folder)
        H, E = arrays["logits.weight"].shape[1], arrays["embedding.weight"].shape[1]
        self.torch = LanguageModel(V, H, meta["cell"], E)
        self.torch.load_state_dict({key: torch.from_numpy(a) for key, a in arrays.items()})
        self.torch.eval()

    def ask(self, *questions):
        """Put questions to the script; see widget_driver.mjs."""
        manifest, data = map(str, self.files)
        return node.ask_driver(DRIVER, questions, manifest=manifest, weights=data)

    @torch.no_grad()
    def logits(self, ids):
        """PyTorch's logits after each character, in float64: in float32 it errs more than we do."""
        exact = copy.deepcopy(self.torch).double()
        return exact(torch.tensor(ids)[:, None])[0][:, 0].numpy()

    @torch.no_grad()
    def greedy(self, ids, length):
        """PyTorch's likeliest characters, each read before the next is chosen."""
        logits, state = self.torch(torch.tensor([0, *ids])[:, None])
        result = []
        for _ in range(length):
            result.append(int(logits[-1, 0].argmax()))
            logits, state = self.torch(torch.tensor([[result[-1]]]), state)
        return result

    def next_probs(self, ids):
        """What `rnncourse.decoding` asks for."""
        logits = torch.from_numpy(self.logits([0, *ids.tolist()])[-1]).double()
        return logits.softmax(-1).numpy()


@pytest.fixture(scope="module", params=["lstm", "gru", "gru at 8 bits", "the page's"])
def page_model(request, tmp_path_factory):
    """A random model of each cell, at 16 and at 8 bits; and that of the page."""
    if request.param == "the page's":
        return Model(live.LIVE_FIGURE.weights)
    folder = tmp_path_factory.mktemp("model")
    cell, _, at = request.param.partition(" at ")
    torch.manual_seed(1)
    model = LanguageModel(V, 33, cell, 9)  # 33 and 9: not a multiple of four, and odd
    for parameter in model.parameters():
        torch.nn.init.normal_(parameter, std=0.4)  # lively: greedy text does not stand still
    arrays = {key: p.detach().numpy() for key, p in model.named_parameters()}
    meta = {"cell": cell, "vocabulary": ASCII}
    weights.save("long-0", arrays, meta, folder, bits=8 if at else 16)
    return Model(folder)


@pytest.fixture
def random_ids():
    return np.random.default_rng(0).integers(0, V, 200).tolist()


def test_200_greedy_characters_are_those_of_pytorch(page_model):
    prompts = [VOCABULARY.encode(text).tolist() for text in ("", "Compute the grad", "The ei(")]
    for ids, actual in zip(
        prompts, page_model.ask(*(["greedy", ids, 200] for ids in prompts)), strict=True
    ):
        assert actual == page_model.greedy(ids, 200)


def test_logits_are_those_of_pytorch(page_model, random_ids):
    (actual,) = page_model.ask(["logits", random_ids])
    # Random letters, which the network never saw: PyTorch's own float32 is 1e-4 away from float64.
    np.testing.assert_allclose(actual, page_model.logits(random_ids), atol=1e-4, rtol=0)


def test_a_kept_state_is_a_computed_one_and_only_what_is_new_costs_a_step(page_model, random_ids):
    edits = {
        "from the beginning": (random_ids[:50], 50),
        "one more": (random_ids[:51], 1),
        "the same": (random_ids[:51], 0),
        "the last one taken back": (random_ids[:50], 0),
        "and typed again": (random_ids[:51], 0),
        "another one at the end": ([*random_ids[:50], (random_ids[50] + 1) % V], 1),
        "changed in the middle": (
            [*random_ids[:40], (random_ids[40] + 1) % V, *random_ids[41:50]],
            10,
        ),
        "put in between": ([*random_ids[:40], 7, 7, *random_ids[41:50]], 11),
        "cut out": ([*random_ids[:10], *random_ids[20:50]], 30),
        "an unknown character": ([*random_ids[:10], -1, *random_ids[20:25]], 5),
        "all gone": ([], 0),
    }
    (result,) = page_model.ask(["edits", [text for text, _ in edits.values()]])
    for (name, (_, steps)), answer in zip(edits.items(), result, strict=True):
        assert answer["kept"] == answer["fresh"], name
        assert answer["steps"] == steps, name


def test_an_unknown_character_is_skipped(page_model):
    (result,) = page_model.ask(["edits", [VOCABULARY.encode("naive").tolist()]])
    with_gap = [*VOCABULARY.encode("na").tolist(), -1, *VOCABULARY.encode("ive").tolist()]
    (skipped,) = page_model.ask(["edits", [with_gap]])
    assert skipped[0]["kept"] == result[0]["kept"]
    assert page_model.ask(["encode", "naïve\n"]) == [[79, 66, -1, 87, 70, 0]]


def test_surprise_is_in_bits_and_counts_from_the_newline_before(page_model, random_ids):
    logits = torch.from_numpy(page_model.logits([0, *random_ids[:-1]])).double()
    bits = -logits.log_softmax(-1).numpy()[np.arange(len(random_ids)), random_ids] / np.log(2)
    (actual,) = page_model.ask(["bitsPerCharacter", random_ids])
    np.testing.assert_allclose(actual, bits, atol=1e-4)
    assert page_model.ask(["bitsPerCharacter", [5, -1, 6]])[0][1] is None


def test_completion_is_that_of_the_package(page_model):
    for text in ("Compute the grad", "If the in", "x"):
        prefix = VOCABULARY.encode(text)
        expected = complete_text(page_model.next_probs, prefix, np.array(STOPS), 24).ids.tolist()
        (actual,) = page_model.ask(["complete", prefix.tolist(), STOPS, 24])
        assert actual["again"] == (len(actual["ids"]) == 24)  # taking the offer costs nothing
        if expected:
            assert actual["ids"] == expected
        else:  # at the end of a word the page offers the next one
            assert not actual["ids"] or actual["ids"][0] in STOPS


def test_an_offered_completion_ends_at_a_word_end(lstm_model):
    newline, space, a, b = range(4)
    after = {newline: a, space: a, a: b, b: space}
    table = [[float(i == after[last]) for i in range(4)] for last in range(4)]
    to_the_end = [row if last != b else [1.0, 0.0, 0.0, 0.0] for last, row in enumerate(table)]
    equals = [[0.0, 0.0, 1.0, 1.0]] * 4
    words = [newline, space]
    within, at_the_end, at_the_line, endless = lstm_model.ask(
        ["offered", table, [a], words],
        ["offered", table, [a, b], words],
        ["offered", to_the_end, [a, b], words],
        ["offered", equals, [a], words],
    )
    assert within == [b]
    assert at_the_end == [space, a, b]
    assert at_the_line == []
    assert endless == [a, a, a, a]  # the first of equals, until the limit


def test_a_completion_that_runs_out_of_time_goes_on_where_it_stopped(page_model):
    ids = VOCABULARY.encode("Compute the grad").tolist()
    at_once, pieces = page_model.ask(["complete", ids, STOPS, 24], ["unfinished", ids, STOPS])
    assert pieces["ids"] == at_once["ids"]


def test_the_distribution_is_that_of_the_package(lstm_model):
    """Temperature first, then top-k, then the nucleus of what is left."""
    lively = np.random.default_rng(0).normal(0, 3, V)
    lively[:4] = lively.max()  # equals
    options = list(itertools.product([0.1, 0.7, 1.0, 2.0], [1, 3, 5, V], [0.1, 0.6, 0.9, 1]))
    settings = [{"temperature": temperature, "k": k, "p": p} for temperature, k, p in options]
    for logits in (lively, np.zeros(5)):
        answers = lstm_model.ask(*(["distribution", logits.tolist(), s] for s in settings))
        for (temperature, k, p), actual in zip(options, answers, strict=True):
            expected = top_k(apply_temperature(np.exp(logits - logits.max()), temperature), k)
            if p < 1:  # 1 cuts nothing in the page; in the package it cuts less than 1e-12
                expected = nucleus(expected, p)
            assert np.flatnonzero(actual).tolist() == np.flatnonzero(expected).tolist()
            np.testing.assert_allclose(actual, expected, rtol=1e-9, atol=1e-15)


@pytest.fixture(scope="module")
def lstm_model(tmp_path_factory):
    folder = tmp_path_factory.mktemp("any")
    model = LanguageModel(V, 4, "lstm", 3)
    arrays = {key: p.detach().numpy() for key, p in model.named_parameters()}
    weights.save("long-0", arrays, {"cell": "lstm", "vocabulary": ASCII}, folder)
    return Model(folder)


def test_the_first_picture_is_what_the_model_gives():
    text = "Compute the grad"
    initial, ids = live.initial_view(text), VOCABULARY.encode(text).tolist()
    logits, end = Model(live.LIVE_FIGURE.weights).ask(
        ["logits", [0, *ids]], ["complete", ids, STOPS, 24]
    )
    log_probs = torch.tensor(logits[-1]).log_softmax(-1).numpy()
    order = VOCABULARY.encode(initial["characters"])
    np.testing.assert_allclose(initial["logits"], log_probs[order], atol=2e-3)
    assert sorted(order) == list(range(V))
    assert np.all(np.diff(initial["logits"]) <= 0)
    assert initial["offer"] == VOCABULARY.decode(end["ids"]) == "ient"
