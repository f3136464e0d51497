"""The names of the front page: the page computes what PyTorch does with the same 8-bit weights."""

import string
from pathlib import Path

import numpy as np
import pytest

from rnncourse.chapters.ch01_sequences.names_widget import LIVE_FIGURE, names_writer, render_front
from rnncourse.core.records import Record

from ... import node

torch = pytest.importorskip("torch")
from rnncourse.chapters.ch01_sequences import names_network  # noqa: E402
from rnncourse.models import names as model  # noqa: E402
from rnncourse.models.names import NAME_CLASSES, NONE, load_network  # noqa: E402

ask = node.make_asker(Path(__file__).with_name("names_driver.mjs"), LIVE_FIGURE.weights / "names")
NAMES = [
    "m",
    "mar",
    "koskela",
    "oleksak",
    "nguyen",
    "garcía",
    "müller",
    "đurić",
    "qxzw",
    "yamamoto",
]
NET, LETTERS = load_network()


@torch.no_grad()
def compute_next_probs(text):
    """PyTorch's probabilities of the next letter, K T+1 letters: one row before each letter."""
    rows = [model.inputs_and_targets([text], [k], LETTERS)[0] for k in range(len(NAME_CLASSES))]
    return torch.stack([NET(xs)[:, 0].softmax(-1) for xs in rows]).double().numpy()


@pytest.mark.parametrize("name", NAMES)
def test_probabilities_of_typed_text_equal_pytorch(name):
    (page,) = ask(["read", name])
    p = compute_next_probs(name)
    letter_probs = p[:, range(len(name)), [LETTERS.index(c) for c in name]]  # K T
    before = np.hstack([np.ones((len(NAME_CLASSES), 1)), letter_probs.cumprod(1)])
    before *= model.PRIOR[:, None]
    bits = -np.log2((before[:, :-1] * letter_probs).sum(0) / before[:, :-1].sum(0))
    np.testing.assert_allclose(page["bits"], bits, rtol=0, atol=2e-3)
    np.testing.assert_allclose(page["posterior"], before[:, -1] / before[:, -1].sum(), atol=1e-3)
    np.testing.assert_allclose(page["next"], p[:, -1], atol=1e-4)
    expected = model.kind_posterior(NET, [name], LETTERS)[0]
    np.testing.assert_allclose(page["posterior"], expected, atol=1e-3)


def test_completions_are_the_likeliest_letters_of_pytorch():
    ids = range(len(NAME_CLASSES) - 1)
    for kind, result in zip(ids, ask(*(["greedy", "ma", kind] for kind in ids)), strict=True):
        text = "ma"
        while len(text) < 14:
            p = compute_next_probs(text)[kind, -1]
            best = (p * (np.arange(len(p)) > 0) if len(text) < 3 else p).argmax()
            if best == 0:
                break
            text += LETTERS[best]
        assert "ma" + result == text, NAME_CLASSES[kind]


def test_a_seed_decides_what_is_drawn_and_names_end():
    first, again, *others = ask(*(["drawn", "k", 3, seed] for seed in (1, 1, *range(2, 12))))
    assert first == again
    assert len({first, *others}) > 5
    assert all(2 <= len(rest) <= 13 and rest.isalpha() for rest in (first, *others))


def test_unknown_characters_are_skipped():
    skipped, plain = ask(["read", "ma$r"], ["read", "mar"])
    assert skipped["bits"][2] is None
    assert skipped["posterior"] == plain["posterior"]


def test_unknown_accents_are_removed():
    """As many names were trained on without their marks; İ is two characters in small letters."""
    typed = ["Nguyễn", "Sørensen", "Ångström", "İnce", "Müller"]
    plain = ["nguyen", "sorensen", "angström", "ince", "müller"]
    read = ask(*(["read", name] for name in typed + plain))
    for actual, expected in zip(read[: len(typed)], read[len(typed) :], strict=True):
        assert actual == expected


def test_a_note_says_what_is_read_where_it_differs_from_the_input():
    messages = {
        "Müller": "",
        " MU\u0308LLER ": "",
        "": "",
        "Åø": "Read as “ao”.",
        "王å": "Read as “a”, without “王”.",
        "İnce": "Read as “ince”.",
        "de la 1$": "Read as “dela”, without a space, “1” and “$”.",
        "(ma)$1": "Read as “ma”, without 4 signs.",
        "1🙂1": "Nothing is read: “1” and “🙂” are not known.",
        "a" * 40: f"Read as “{'a' * 14}”: 14 characters at most.",
    }
    assert ask(*(["parse", text] for text in messages)) == [*messages.values()]


def test_common_family_names_are_classified_right():
    """What the front page shows, and what it must not say."""
    names = ["koskela", "oleksak", "virtanen", "kowalski", "nguyen", "bianchi", "dlamini"]
    expected = ["Finnish", "Polish", "Finnish", "Polish", NONE, "Italian", "Zulu"]
    english = ["smith", "jones", "johnson", "williams", "brown", "taylor", "davis", "wilson"]
    names, expected = names + english, expected + ["English"] * len(english)
    ids = model.kind_posterior(NET, names, LETTERS).argmax(1)
    assert [NAME_CLASSES[kind] for kind in ids] == expected


def test_the_weights_are_small_and_the_record_tells_what_they_are_worth():
    assert (LIVE_FIGURE.weights / "names.bin").stat().st_size <= 200_000
    assert ask(["size"]) == [sum(p.numel() for p in NET.parameters())]
    record = Record.load("ch01_sequences")
    assert record.value("front/page/right") > 0.55  # 0.1 by chance
    assert record.value("front/page/strings to none") > 0.8
    assert record.value("front/page/wrongly none") < 0.15


@pytest.mark.skipif(not __import__("importlib.util").util.find_spec("faker"), reason="needs faker")
def test_test_names_are_no_training_names_and_the_page_shows_the_record():
    names, record = names_network.load_names(0), Record.load("ch01_sequences")
    trained = {
        n for subset in (*names.train.values(), *names.other_languages.values()) for n in subset
    }
    assert not trained & {name for name, _ in names.test}
    assert not trained & {name for subset in names.unseen_languages.values() for name in subset}
    assert set("".join(trained)) <= set(names.letters)
    for key, value in names_network.evaluate_names(NET, names).items():
        record.confirm(f"front/page/{key}", value)


def test_strings_are_of_any_letters_and_a_training_is_repeated_by_its_seed():
    drawn = names_network.sample_strings(200, np.random.default_rng(0))
    assert {len(text) for text in drawn} == set(range(3, 11))
    assert set("".join(drawn)) == set(string.ascii_lowercase)


def test_only_the_front_page_starts_by_itself():
    assert node.parse_attributes(render_front())["starts"] == "yes"
    shown = names_writer()
    assert "starts" not in node.parse_attributes(shown.texts["text/html"])
    shown.close()
