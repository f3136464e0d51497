"""The live transformer of page 14 computes what the package computes, and counts what it does."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.utils.flop_counter import FlopCounterMode

from rnncourse.chapters.ch14_beyond_recurrence import attention_widget as widget
from rnncourse.chapters.ch14_beyond_recurrence.contest import SIZES, make_model
from rnncourse.chapters.ch14_beyond_recurrence.stored import FOLDER, NAME, load_stored
from rnncourse.data.text import ASCII, Vocabulary
from rnncourse.models import weights

from ... import node

ask = node.make_asker(Path(__file__).with_name("widget_driver.mjs"), FOLDER / NAME)
ELEMENT = widget.live_attention
V = len(ASCII)
TEXTS = [widget.TEXT, "", "a", 'Args:\n    x : ndarray, "the" first ~ 0.5 {of} two.\n' * 3]


@pytest.fixture(scope="module")
def stored_transformer():
    return load_stored(V).double()


def count_step_products(gates, H, E, V):
    """Count a step of a GRU (3 gates) or an LSTM (4), with its answer; no gate times state."""
    return gates * H * (E + H) + H * V


def encode_text(text):
    return Vocabulary().encode("\n" + text).tolist()


@torch.no_grad()
@pytest.mark.parametrize("text", TEXTS)
def test_logits_and_attention_do_not_depend_on_the_cache(stored_transformer, text):
    ids = encode_text(text)
    column = torch.tensor(ids)[:, None]
    steps, at_once = ask(["steps", ids], ["readAll", ids])
    logits, _ = stored_transformer(column)
    np.testing.assert_allclose(steps["logits"], logits[:, 0].numpy(), atol=1e-5)
    np.testing.assert_allclose(at_once["logits"], steps["logits"], atol=1e-10)
    looks = stored_transformer.attention_weights(column)[:, 0, :, -1].numpy()
    np.testing.assert_allclose(steps["attention"], looks, atol=1e-5)
    assert steps["first"] == 1  # an old state stays as it was


@torch.no_grad()
@pytest.mark.parametrize("heads", [[(0, 1)], [(1, 3), (0, 0)]])
def test_an_unplugged_head_equals_zeroed_projection_weights(heads):
    model, ids = load_stored(V).double(), encode_text(TEXTS[0])
    D = model.H // model.blocks[0].heads
    for block, head in heads:
        model.blocks[block].out_proj.weight[:, head * D : (head + 1) * D] = 0
    logits, _ = model(torch.tensor(ids)[:, None])
    (actual,) = ask(["unplugged", ids, [f"blocks.{block}.{head}" for block, head in heads]])
    np.testing.assert_allclose(actual, logits[-1, 0].numpy(), atol=1e-5)


@torch.no_grad()
def test_text_written_with_and_without_a_cache_equals_python(stored_transformer):
    ids = encode_text(TEXTS[0])
    ((cached, again),) = ask(["write", ids, 6])
    assert cached["ids"] == again["ids"]
    np.testing.assert_allclose(cached["logits"], again["logits"], atol=1e-10)
    text = [*ids]
    for step in range(6):
        text.append(int(stored_transformer(torch.tensor(text)[:, None])[0][-1, 0].argmax()))
        logits = stored_transformer(torch.tensor(text)[:, None])[0][-1, 0]
        np.testing.assert_allclose(cached["logits"][step], logits.numpy(), atol=1e-5)
    assert cached["ids"] == text[len(ids) :]


# --- Costs ---


def count_multiplications(model, T, state=None):
    """Multiplications of T symbols, as PyTorch counts them (it counts sums as well: twice)."""
    ids = torch.zeros(T, 1, dtype=torch.long)
    count = FlopCounterMode(display=False)
    with torch.no_grad(), sdpa_kernel(SDPBackend.MATH), count:
        _, state = model(ids, state)
    return count.get_total_flops() // 2, state


@torch.no_grad()
def test_multiplications_of_a_transformer_are_those_that_torch_counts(stored_transformer):
    """The page counts what it does, and says what it would do."""
    ids = encode_text(TEXTS[0])
    T, state, each = len(ids), None, []
    for _ in range(T):  # of double precision: torch counts every product
        actual, state = count_multiplications(stored_transformer, 1, state)
        each.append(actual)
    steps, at_once, costs = ask(["steps", ids], ["readAll", ids], ["costs", [*range(1, T + 1)]])
    cached, again, stored = zip(*costs, strict=True)
    assert steps["counts"] == [*cached] == each
    assert [*again] == np.cumsum(each).tolist()
    assert at_once["count"] == sum(each)
    # Torch computes these, and hides them
    masked = len(stored_transformer.blocks) * stored_transformer.H * T * (T - 1)
    assert count_multiplications(stored_transformer, T)[0] == sum(each) + masked
    assert stored[-1] == T * stored[0] == sum(part.numel() for pair in state for part in pair)


def test_multiplications_and_states_of_recurrent_networks(element_data):
    for name, gates, states, H, E in json.loads(element_data["rivals"]):
        network = make_model(name, V).double()
        _, state = count_multiplications(network, 3)
        actual, state = count_multiplications(network, 1, state)
        assert actual == count_step_products(gates, H, E, V)
        tensors = state if isinstance(state, torch.Tensor) else torch.cat([*state])
        assert tensors.numel() == states * H == widget.STATES[name] * SIZES[name]


def test_from_where_on_a_recurrent_step_is_cheaper():
    step = count_step_products(3, 152, 48, V)
    (*costs, thirtieth) = (cost for cost, *_ in ask(["costs", [*range(1, 201), 30]])[0])
    ((result, first, last),) = ask(["crossing", [step, 0, thirtieth]])
    assert costs[result - 2] <= step < costs[result - 1]
    assert (first, last) == (1, 31)
    rivals = [[3, 152, 48], [4, 7, 5]]
    assert ask(["recurrent", rivals]) == [[count_step_products(*r, V) for r in rivals]]


# --- Text and words ---


def test_inputs_of_the_attention_view_are_accepted_or_reported():
    plain = 'a "b"\n~'
    replaced = {
        "é": ["é"],
        "e\u0301x": ["é", None],
        "一2": ["一", None],
        "😀": ["😀"],
        "\x07": ["\x07"],
    }
    replacements = {"‘’“”–—\u00a0\t": "''\"\"--  "}
    (result,) = ask(["read", [plain, *replaced, *replacements, ""]])
    assert "".join(r["char"] for r in result[0]) == plain
    assert [r["id"] for r in result[0]] == Vocabulary().encode(plain).tolist()
    for r, typed in zip(result[1:6], replaced.values(), strict=True):
        assert [token.get("typed") for token in r] == typed
        assert [token["char"] for token in r if "typed" in token] == ["?"]
        assert all(ASCII[token["id"]] == token["char"] for token in r)
    assert "".join(r["char"] for r in result[6]) == replacements[next(iter(replacements))]
    assert not any("typed" in r for r in result[6])
    assert result[7] == []


def test_a_sentence_names_where_a_head_attends():
    far, space, near = ask(
        ["strongest", [0.7, 0.1, 0.2], ["\n", "a", " "]],
        ["strongest", [0.1, 0.5, 0.3, 0.1], ["\n", " ", "b", "c"]],
        ["strongest", [0.05, 0.05, 0.9], ["\n", "a", "b"]],
    )
    assert far == "70\u00a0% at new line, 2 back"
    assert space == "50\u00a0% at space, 2 back"
    assert near == "90\u00a0% at itself"


# --- What the page is given ---


def test_the_first_picture_is_what_the_model_gives(element_data):
    (actual,) = ask(["steps", encode_text(element_data["text"])])
    still = json.loads(element_data["initial"])
    np.testing.assert_allclose(still["attention"], actual["attention"], atol=6e-7)
    logits = np.array(actual["logits"][-1])
    probs = np.exp(logits - np.logaddexp.reduce(logits))
    chances = [p for _, p in still["next"]]
    np.testing.assert_allclose(chances, np.sort(probs)[::-1][: len(chances)], atol=6e-7)
    for char, p in still["next"]:
        assert p == pytest.approx(probs[ASCII.index(char)], abs=6e-7)
    manifest, _ = weights.read_weight_files(NAME, FOLDER)
    shapes = {name: place["shape"] for name, place in manifest["arrays"].items()}
    assert [still["V"], still["H"]] == shapes["embedding.weight"]
    assert f"blocks.{still['blocks'] - 1}.qkv.weight" in shapes
    assert f"blocks.{still['blocks']}.qkv.weight" not in shapes
