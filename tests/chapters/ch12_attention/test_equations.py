"""What chapter 12 computes: deck A's equations, removals, gradients, scores (claim A18)."""

import numpy as np
import pytest
import torch

from rnncourse.analysis import translations
from rnncourse.analysis.translations import batch
from rnncourse.chapters.ch12_attention import deck, explaining, figures, scoring, translating
from rnncourse.chapters.ch12_attention.cost_experiments import saved_bytes
from rnncourse.data.number_pairs import list_pair, load_lists
from rnncourse.models.encoder import length_mask
from tests.cells.attention import AdditiveWeights, attend, attend_backward

DATA = load_lists(size=300, held_out=6)
KIND = translating.Kind(H=12)


@pytest.fixture(scope="module")
def model():
    torch.manual_seed(0)
    made = translating.make(DATA, KIND).double().eval()
    with torch.no_grad():
        for part in made.parameters():
            part.mul_(3)  # so that looks differ
    return made


def pairs():
    return [list_pair((21, 47)), list_pair((9, 30, 84)), list_pair((70, 3))]


@pytest.mark.parametrize("seed", range(5))
def test_the_decks_equations_are_the_packages_decoder(seed):
    model, data = deck.network(seed), translations.lists()
    for source, target in zip(*data.ids(data.test[:4]), strict=True):
        theirs = deck.package(model, source, target)
        for mine, its in zip(deck.by_equations(model, source, target), theirs, strict=True):
            np.testing.assert_allclose(mine, its, rtol=0, atol=1e-11)


def test_the_printed_sum_is_another_context():
    """Over k, with j inside, it is S times one weighted state (errata, claim A18)."""
    rng = np.random.default_rng(0)
    weights, hs = rng.dirichlet(np.ones(5)), rng.normal(size=(5, 3))
    for j in range(5):
        printed = sum(weights[j] * hs[j] for _ in range(5))
        assert np.abs(printed - weights @ hs).max() > 0.1


def test_the_gradient_of_the_page_is_that_of_the_cells():
    rng = np.random.default_rng(1)
    s, hs, d = rng.normal(size=4), rng.normal(size=(5, 3)), rng.normal(size=3)
    w = AdditiveWeights(rng.normal(size=(4, 6)), rng.normal(size=(3, 6)), rng.normal(size=6))
    inner = np.tanh(s @ w.W_a + hs @ w.U_a)
    p = np.exp(inner @ w.v_a)
    weights, d_weights = p / p.sum(), hs @ d
    d_inner = np.outer(weights * (d_weights - weights @ d_weights), w.v_a) * (1 - inner**2)
    mask = np.ones((5, 1), bool)
    given = d[None, None], s[None, None], hs[:, None], mask, w
    d_s, d_hs, d_w = attend_backward(*given)
    np.testing.assert_allclose(d_hs[:, 0], np.outer(weights, d) + d_inner @ w.U_a.T)
    np.testing.assert_allclose(d_s[0, 0], w.W_a @ d_inner.sum(0))
    np.testing.assert_allclose(d_w.U_a, hs.T @ d_inner)
    assert attend(*given[1:])[1].shape == (1, 1, 5)


def test_hidden_is_the_softmax_without_one_symbol(model):
    some = batch(DATA, pairs())
    places = np.zeros(some.target.shape, int)
    lost = explaining.without(model, some, places, "hidden")
    given = some.source, some.source_lengths, some.target
    with torch.no_grad():
        full, weights = model.teacher_forced(*given)
        states, z = model.read(some.source, some.source_lengths)
        mask = length_mask(some.source_lengths, len(some.source))
        mask[0] = False
        told = torch.cat([torch.full_like(some.target[:1], DATA.start), some.target[:-1]])
        less, fewer = model.decoder.teacher_forced(model.decoder.begin(z, states, mask), told)
    rest = weights[..., 1:] / weights[..., 1:].sum(-1, keepdim=True)
    np.testing.assert_allclose(fewer[..., 1:], rest, atol=1e-12)
    of = [y.log_softmax(-1).gather(-1, some.target[..., None])[..., 0] for y in (full, less)]
    np.testing.assert_allclose(lost.nats, of[0] - of[1], atol=1e-12)


def test_blanked_is_read_by_no_state(model):
    """Two sources that differ in the blanked symbol alone are the same to the network."""
    one, two = list_pair((21, 47)), list_pair((25, 47))
    assert one.source[3:] == two.source[3:]
    both = batch(DATA, [one, two])
    gone = torch.zeros(both.source.shape, dtype=torch.bool)
    gone[2] = True
    with explaining.blanked(model.encoder.embedding, gone):
        states, _ = model.read(both.source, both.source_lengths)
    np.testing.assert_allclose(states[:, 0].detach(), states[:, 1].detach())
    again, _ = model.read(both.source, both.source_lengths)
    assert (again[:, 0] - again[:, 1]).abs().max() > 1e-3


def test_an_unknown_way_is_refused(model):
    some = batch(DATA, pairs())
    with pytest.raises(ValueError, match="hidden, blanked"):
        explaining.without(model, some, np.zeros(some.target.shape, int), "lost")


def test_gradient_times_input_against_differences(model):
    some = batch(DATA, pairs()[:1])
    found = explaining.gradient_times_input(model, some)
    table, step = model.encoder.embedding.weight, 1e-6
    at = int(some.source[2, 0])
    assert (some.source == at).sum() == 1
    values = []
    for sign in (1, -1):
        with torch.no_grad():
            saved_bytes = table[at].clone()
            table[at] *= 1 + sign * step
            logits, _ = model.teacher_forced(some.source, some.source_lengths, some.target)
            table[at] = saved_bytes
        picked = logits.log_softmax(-1).gather(-1, some.target[..., None])
        values.append(picked[..., 0].numpy())
    slope = (values[0] - values[1]) / (2 * step)
    np.testing.assert_allclose(found[:, :, 2], slope, rtol=1e-5, atol=1e-7)


def test_places_are_real_ones():
    lengths = np.array([2, 4])
    amounts = np.array([[[0.1, 0.2, 9.0, 9.0], [0.1, 0.2, 0.3, 0.25]]])
    best = explaining.strongest(amounts, lengths)
    assert best.tolist() == [[1, 2]]
    for seed in range(20):
        other = explaining.another(best, lengths, np.random.default_rng(seed))
        assert (other != best).all()
        assert (other < lengths).all()


def test_scores_of_the_truth_itself_are_one():
    some = pairs()
    truth = []
    for pair in some:
        rows = np.zeros((len(pair.target), len(pair.source)))
        for t, links in enumerate(pair.links):
            rows[t, list(links)] = 1
        truth.append(rows)
    assert set(scoring.by_kind(truth, some).values()) == {1.0}
    assert scoring.crossed(truth, some) == {"crossed": 1.0, "pointed": 1.0}
    chance = scoring.chances(DATA.train, some)
    assert chance["diagonal/swapped/pointing"] < 0.5
    assert chance["diagonal/comma/pointing"] == 1


def test_counting_aligns_what_changes_places():
    lexicon = scoring.counting(DATA.train, DATA.valid)
    some = translations.of_length(DATA.test, 3)
    assert scoring.by_kind(scoring.aligned(lexicon, some), some)["swapped/pointing"] > 0.8


def test_kinds_have_as_many_parameters():
    data = translations.lists()
    counts = [
        sum(part.numel() for part in translating.make(data, kind).parameters())
        for kind in translating.KINDS.values()
    ]
    assert max(counts) < 1.03 * min(counts)


def test_figures_draw_what_they_are_given():
    pair = list_pair((21, 9))
    weights = np.full((len(pair.target), len(pair.source)), 1 / len(pair.source))
    (ax,) = figures.attention_map(weights, pair).axes
    np.testing.assert_array_equal(ax.images[0].get_array(), weights)
    assert len(ax.collections[0].get_offsets()) == sum(map(len, pair.links))
    shares = {kind: [0.1, 0.3] for kind in figures.KINDS}
    assert len(figures.map_and_scores(weights, pair, {"attention": shares}).axes) == 2
    drawn = figures.lengths({"one vector": ("gray", [[1.0, 0.9], [0.5, 0.4]])}, 6).axes[0]
    np.testing.assert_allclose(drawn.get_lines()[2].get_ydata(), [0.95, 0.45])
    taken = {
        way: {"most": {"swapped": [0.8]}, "least": {"comma": [0.0]}} for way in explaining.WAYS
    }
    assert len(figures.removals(taken).axes) == 2
    spent, saved_bytes = figures.costs([32, 64], {"dot": [1.0, 4.0]}, {"dot": [8.0, 9.0]}).axes
    np.testing.assert_array_equal(spent.get_lines()[0].get_ydata(), [1.0, 4.0])
    np.testing.assert_array_equal(saved_bytes.get_lines()[0].get_ydata(), [8.0, 9.0])


def test_what_is_kept_for_the_backward_pass_is_counted_once():
    x = torch.randn(5, 7, requires_grad=True)
    assert saved_bytes(lambda: x.exp()) == 5 * 7 * 4
    assert saved_bytes(lambda: x * x) == 5 * 7 * 4
    assert saved_bytes(lambda: x + 1) == 0


def test_where_looks_at_commas_go():
    pair = list_pair((21, 9, 30))
    attention = np.zeros((len(pair.target), len(pair.source)))
    attention[:, 3] = 1
    assert scoring.on_commas([attention], [pair]) == {"any": 1.0, "first": 1.0}
    assert scoring.sure([0.5 * attention], [pair])["comma/largest"] == 0.5
