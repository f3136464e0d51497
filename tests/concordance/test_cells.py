"""Every cell of the concordance does what its page says, and the page leaves none out."""

from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from rnncourse.cells.convert import ConversionError
from rnncourse.cells.gru import GRUResetBeforeWeights, GRUWeights
from rnncourse.cells.lstm import LSTMWeights
from rnncourse.concordance import cells
from rnncourse.concordance.attention import AttentionDeckA, keras_additive
from rnncourse.concordance.counting import compute_frequency_a, count
from rnncourse.concordance.gates import Gate, cut_gates, join_gates, split_gate
from rnncourse.concordance.plain import PlainDeckB
from rnncourse.models.counting import SYMBOL_BITS, NGramError, count_orders
from tests.cells.cases import assert_close, name_arrays

sizes, seeds = st.integers(1, 5), st.integers(0, 10**6)
SAME = [key for key, notation in cells.NOTATIONS.items() if notation.same]
OTHER = [key for key, notation in cells.NOTATIONS.items() if not notation.same]
NARROWER = ("GRU", "A")  # some of its weights are no weights of ours
ROUNDING, LARGE = 1e-12, 1e-3
# A letter that is translated wrongly shows at once, in the first numbers that are drawn; what is
# left to find are sizes: one unit, one input, both equal, one larger.
few = settings(max_examples=15)


def sample_step(key, D, H, seed):
    rng = np.random.default_rng(seed)
    w = cells.sample_course_weights(cells.NOTATIONS[key], D, H, rng)
    state = rng.uniform(-1, 1, size=(2 if key[0] == "LSTM" else 1, H))
    return w, cells.NOTATIONS[key].source.from_course(w), rng.normal(size=D), tuple(state)


def redraw_weights(source, seed):
    rng = np.random.default_rng(seed)
    shapes = {f.name: getattr(source, f.name).shape for f in fields(source)}
    return type(source)(**{name: 0.7 * rng.normal(size=shape) for name, shape in shapes.items()})


@pytest.mark.parametrize("key", SAME, ids=", ".join)
@few
@given(sizes, sizes, seeds)
def test_from_our_weights_the_step_is_ours(key, D, H, seed):
    assert cells.measure_difference(*key, D, H, seed) < ROUNDING


@pytest.mark.parametrize("key", cells.NOTATIONS, ids=", ".join)
@few
@given(sizes, sizes, seeds)
def test_weights_survive_translation_both_ways(key, D, H, seed):
    w, source, *_ = sample_step(key, D, H, seed)
    assert_close(source.to_course(), w, rtol=1e-13, atol=1e-13)


@pytest.mark.parametrize("key", [key for key in SAME if key != NARROWER], ids=", ".join)
@few
@given(sizes, sizes, seeds)
def test_from_their_weights_the_step_is_ours(key, D, H, seed):
    _, source, x, state = sample_step(key, D, H, seed)
    source = redraw_weights(source, seed + 1)
    assert cells.compare_step(source, source.to_course(), x, *state) < ROUNDING
    again = type(source).from_course(source.to_course())
    assert cells.compare_step(again, source.to_course(), x, *state) < ROUNDING


@pytest.mark.parametrize("key", OTHER, ids=", ".join)
@pytest.mark.parametrize("seed", range(5))
def test_another_function_is_far_away(key, seed):
    assert cells.measure_difference(*key, seed=seed) > LARGE


LACKING = [(key, b) for key, notation in cells.NOTATIONS.items() for b in notation.lacks.split()]


@pytest.mark.parametrize(("key", "bias"), LACKING)
def test_a_bias_that_the_notation_lacks_raises(key, bias):
    w, *_ = sample_step(key, 2, 3, 0)
    getattr(w, bias.replace("b_n", "b_h"))[-1] = 1e-9
    with pytest.raises(ConversionError, match=r"has no such bias\. Try: weights whose bias is 0"):
        cells.NOTATIONS[key].source.from_course(w)


# --- PyTorch itself, and where its cells and the decks' part ways


@pytest.mark.parametrize("cell", ["plain", "LSTM", "GRU"])
@few
@given(sizes, sizes, seeds)
def test_torch_s_cell_is_what_torch_does(cell, D, H, seed):
    _, source, x, state = sample_step((cell, "PyTorch"), D, H, seed)
    source = redraw_weights(source, seed)
    net = getattr(torch.nn, {"plain": "RNN"}.get(cell, cell))(D, H).double()
    arrays = {f.name: torch.from_numpy(getattr(source, f.name)) for f in fields(source)}
    net.load_state_dict({name: a for name, a in arrays.items() if name.endswith("_l0")})
    before = tuple(torch.from_numpy(part)[None] for part in state)
    with torch.no_grad():
        h, after = net(torch.from_numpy(x)[None], before if cell == "LSTM" else before[0])
        expected = [part[0].numpy() for part in (after if cell == "LSTM" else (after,))]
        if cell == "plain":
            expected.insert(0, torch.nn.functional.linear(h, arrays["weight"], arrays["bias"])[0])
    for actual, expected_state in zip(source.step(x, *state), expected, strict=True):
        np.testing.assert_allclose(actual, expected_state, rtol=1e-10, atol=1e-12)


def reset_after(w):
    """Give the numbers of a GRU that resets before the product to one that resets after."""
    return GRUWeights(w.W_xh, w.W_hh, w.b_h, np.zeros(len(w.W_hh)))


@pytest.mark.parametrize("deck", "ABCD")
@pytest.mark.parametrize("seed", range(5))
def test_no_deck_s_gru_is_torch_s(deck, seed):
    w, source, x, state = sample_step(("GRU", deck), 3, 4, seed)
    assert isinstance(w, GRUResetBeforeWeights)
    assert cells.compare_step(source, reset_after(w), x, *state) > LARGE


@pytest.mark.parametrize("deck", "ABCD")
@few
@given(sizes, seeds)
def test_a_decks_gru_of_one_unit_equals_torchs(deck, D, seed):
    w, source, x, state = sample_step(("GRU", deck), D, 1, seed)
    assert cells.compare_step(source, reset_after(w), x, *state) < ROUNDING


@pytest.mark.parametrize(("deck", "keeps"), [("B", False), ("C", True), ("D", False)])
@few
@given(sizes, sizes, seeds)
def test_an_update_gate_of_1_keeps_or_replaces(deck, keeps, D, H, seed):
    _, source, x, (h,) = sample_step(("GRU", deck), D, H, seed)
    if deck == "D":  # no bias: the weights themselves open the gate
        opened = {"W_z": np.outer(np.full(H, 100), np.sign(np.concatenate([h, x])))}
        opened["W_z"] /= abs(np.concatenate([h, x])).sum()
    else:
        opened = {"b_u": np.full(H, 100.0)}
    (after,) = replace(source, **opened).step(x, h)
    assert np.allclose(after, h, rtol=0, atol=1e-9) == keeps


# --- Cells that are other functions, or look like it


def test_deck_b_s_plain_network_with_our_numbers_is_another():
    w, source, x, state = sample_step(("plain", "B"), 3, 4, 0)
    literal = PlainDeckB(w.W_xh.T, w.W_hh.T, w.W_hy.T, w.b_h, w.b_y)
    assert cells.compare_step(source, w, x, *state) < ROUNDING
    assert cells.compare_step(literal, w, x, *state) > LARGE


def test_deck_b_starts_where_our_state_is_minus_1():
    w, source, x, _ = sample_step(("plain", "B"), 3, 4, 0)
    y, h = cells.step_course_cell(w, x, np.full(4, -1.0))
    output, s = source.step(x, np.zeros(4))
    np.testing.assert_allclose(output, y, rtol=1e-12)
    np.testing.assert_allclose(s, PlainDeckB.state_of(h), rtol=1e-12)


@few
@given(sizes, sizes, seeds)
def test_deck_b_s_built_up_lstm_is_ours_with_tanh(D, H, seed):
    w, source, x, state = sample_step(("LSTM", "B, built up"), D, H, seed)
    result = source.step(x, *state, squash=np.tanh)
    assert_close(result, cells.step_course_cell(w, x, *state), rtol=0, atol=ROUNDING)


@few
@given(sizes, sizes, seeds)
def test_deck_b_s_built_up_cell_never_falls_below_0(D, H, seed):
    _, source, x, (h, s) = sample_step(("LSTM", "B, built up"), D, H, seed)
    h, s = source.step(x, h, abs(s))
    o = source.step(x, *sample_step(("LSTM", "B, built up"), D, H, seed)[3], squash=np.ones_like)[0]
    assert (s >= 0).all()
    assert (o / 2 <= h).all()
    assert (h <= o).all()


def test_deck_c_s_peepholes_are_ours_only_without_that_of_the_output():
    w, _, x, state = sample_step(("LSTM", "C, peepholes"), 3, 4, 0)
    source = cells.NOTATIONS["LSTM", "C, peepholes"].source
    none = replace(w, p_o=0.0)
    assert cells.compare_step(source.from_course(none), none, x, *state) < ROUNDING
    assert cells.compare_step(source.from_course(w), w, x, *state) > LARGE
    with pytest.raises(ConversionError, match="Try: diagonals"):
        replace(source.from_course(w), W_pi=np.ones((4, 4))).to_course()


def test_deck_a_s_gates_may_be_no_gru():
    w, source, x, (h,) = sample_step(("GRU", "A"), 3, 4, 0)
    opened = replace(source, b_f=np.full(4, 50.0), b_s=np.full(4, 50.0), b=np.full(4, 50.0))
    assert (opened.step(x, np.full(4, 0.9))[0] > 1.8).all()
    with pytest.raises(ConversionError, match="so that s = 1 - f"):
        opened.to_course()
    assert (abs(cells.step_course_cell(w, x, h)[0]) < 1).all()


def test_deck_d_turns_its_column_around():
    w, one, x, state = sample_step(("LSTM", "D"), 4, 4, 0)
    deep = cells.NOTATIONS["LSTM", "D, many layers"].source
    assert cells.compare_step(deep(one.W), w, x, *state) > LARGE
    assert (
        cells.compare_step(deep(np.hstack([one.W[:, 4:], one.W[:, :4]])), w, x, *state) < ROUNDING
    )


@few
@given(sizes, sizes, seeds)
def test_gates_are_split_and_joined_without_change(D, H, seed):
    w = cells.sample_course_weights(cells.NOTATIONS["LSTM", "C"], D, H, np.random.default_rng(seed))
    gates = cut_gates(w)
    assert_close(LSTMWeights(*join_gates(gates)), w, rtol=0, atol=0)
    assert_close(split_gate(gates[0].joined, gates[0].b), gates[0], rtol=0, atol=0)
    assert_close(gates[0].negated().negated(), gates[0], rtol=0, atol=0)
    assert isinstance(split_gate(gates[0].joined), Gate)
    assert name_arrays(w).keys() == {"W_xh", "W_hh", "b_h"}


# --- Attention, counting, gradients


@few
@given(sizes, sizes, sizes, sizes, seeds)
def test_attention_is_the_same_in_deck_a_torch_and_keras(S, N, H, E, seed):
    rng = np.random.default_rng(seed)
    w = AttentionDeckA(rng.normal(size=N), rng.normal(size=(N, H)), rng.normal(size=(N, E)))
    s, hs = rng.normal(size=H), rng.normal(size=(S, E))
    expected = w.step(s, hs)
    assert abs(expected[1].sum() - 1) < ROUNDING
    assert_close(keras_additive(w.W_a @ s, hs @ w.U_a.T, hs, w.v_a), expected)
    layers = [torch.nn.Linear(n, m, bias=False).double() for n, m in ((H, N), (E, N), (N, 1))]
    with torch.no_grad():
        for layer, weight in zip(layers, (w.W_a, w.U_a, w.v_a[None]), strict=True):
            layer.weight.copy_(torch.from_numpy(weight))
        query, key = layers[0](torch.from_numpy(s)), layers[1](torch.from_numpy(hs))
        scores = layers[2](torch.tanh(query + key))[:, 0]
        weights = torch.softmax(scores, 0)
        actual = scores, weights, weights @ torch.from_numpy(hs)
    assert_close([part.numpy() for part in actual], list(expected))


@few
@given(st.text("abc", min_size=3, max_size=30), st.integers(2, 3))
def test_relative_frequencies_differ_only_after_the_end_of_the_text(text, n):
    assume(len(text) >= n)
    ids = np.array([ord(letter) for letter in text])
    *_, shorter, counts = count_orders(ids, n)
    letter = [chr(key) for key in count_orders(ids, 1)[0].grams]
    begin = (
        [letter[key >> SYMBOL_BITS] + chr(key % (1 << SYMBOL_BITS)) for key in shorter.grams]
        if n == 3
        else letter
    )
    totals = counts.repeat_per_gram(counts.sum_per_context(counts.counts))
    for gram, c, total in zip(counts.grams, counts.counts, totals, strict=True):
        letters = begin[gram >> SYMBOL_BITS] + chr(gram % (1 << SYMBOL_BITS))
        u, w, at_the_end = letters[:-1], letters[-1], text.endswith(letters[:-1])
        assert count(text, letters) == c
        assert count(text, u) == total + at_the_end
        assert (abs(compute_frequency_a(text, u, w) - c / total) < ROUNDING) != at_the_end


def test_a_context_that_never_came_has_no_frequency():
    with pytest.raises(NGramError, match="The context 'x' does not occur"):
        compute_frequency_a("banana", "x", "a")


# --- The page


def read_tables():
    """Read the page: by heading, the columns of its table and their words in its last row."""
    page = (Path(__file__).parents[2] / "book" / "concordance.md").read_text("utf-8")
    result = {}
    for section in page.split("\n## ")[1:]:
        lines = [line for line in section.splitlines() if line.startswith("| ")]
        if not lines:  # where the decks' headings are treated: a table that the build writes
            continue
        first, *_, last = ([word.strip() for word in ln.strip("|").split("|")] for ln in lines)
        assert last[0] == "largest difference"
        result[section.splitlines()[0]] = dict(zip(first[2:], last[2:], strict=True))
    return result


CELLS = {"Plain recurrent network": "plain", "LSTM": "LSTM", "GRU": "GRU"}


@pytest.mark.parametrize("heading", CELLS)
def test_the_page_says_what_the_check_finds_for_every_cell(heading):
    row = read_tables()[heading]
    assert list(row) == [source for cell, source in cells.NOTATIONS if cell == CELLS[heading]]
    for source, words in row.items():
        result = max(cells.measure_difference(CELLS[heading], source, seed=n) for n in range(5))
        assert words.startswith("0 to rounding" if result < ROUNDING else "another function")
        assert words.startswith("0 to rounding") or result > LARGE


def test_the_other_tables_name_only_what_is_checked_here():
    """Attention, counting and gradients; deck E has no formula of attention."""
    rows = {heading: row for heading, row in read_tables().items() if heading not in CELLS}
    assert {heading: [*row] for heading, row in rows.items()} == {
        "Encoder, decoder, attention": ["A", "E", "PyTorch", "Keras"],
        "Counting models": ["A"],
        "Gradients": ["A", "E", "PyTorch"],
    }
    assert rows["Encoder, decoder, attention"].pop("E") == "—"
    words = [word for row in rows.values() for word in row.values()]
    assert all(word.startswith("0 to rounding") for word in words)
