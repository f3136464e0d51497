"""What chapter 14 counts, reads, draws and trains."""

from types import SimpleNamespace

import numpy as np
import pytest
import torch
from torch import nn

from rnncourse.chapters.ch14_beyond_recurrence import (
    chains,
    contest,
    cost_experiments,
    language_experiments,
    ledger_summary,
    list_experiments,
    task_experiments,
    update_times,
)
from rnncourse.claims import load_ledger
from rnncourse.core.records import Record
from rnncourse.data.number_pairs import spell_list
from rnncourse.models.transformer import Transformer
from rnncourse.training.language import lr_factor


def test_a_chain_is_the_longest_way_through_the_graph():
    x = torch.ones(1, requires_grad=True)
    short, long = x * 2, ((x * 3) * 4) * 5
    leaf = 1  # autograd's own node for it
    assert chains.count_longest_chain(short) == leaf + 1
    assert chains.count_longest_chain(short + long) == leaf + 4


def test_chains_skip_operations_that_only_reshape():
    x = torch.ones(2, 3, requires_grad=True)
    twice = (x.T.reshape(2, 3)[None] * 2).transpose(0, 1)[:, 0].sum()
    assert chains.count_longest_chain(twice, views=False) == 3  # a copy, a product and a sum
    assert chains.count_longest_chain(twice) > 6
    assert chains.count_reading("gru", 9, views=False) > 2 * chains.count_reading(
        "gru", 4, views=False
    )


def test_chains_of_reading_are_level_for_a_transformer_alone():
    assert chains.count_reading("transformer", 16) == chains.count_reading("transformer", 512)
    steps = [chains.count_reading("gru", T) for T in (3, 4, 5)]
    assert steps[2] - steps[1] == steps[1] - steps[0] > 0
    lengths = [chains.count_writing(T) for T in (2, 3, 4)]
    assert lengths[2] - lengths[1] == lengths[1] - lengths[0] > 0


def test_the_models_have_about_as_many_parameters():
    sizes = [sum(p.numel() for p in contest.make_model(n, 96).parameters()) for n in contest.SIZES]
    assert max(sizes) < 1.02 * min(sizes)


@pytest.mark.parametrize("length", [5, 8, 13, 16])
def test_windows_give_every_character_its_context(length):
    model = contest.make_model("transformer", 96)
    ids = np.random.default_rng(0).integers(96, size=length)
    actual = contest.read_in_windows(model, ids, T=8, stride=4)
    inputs = np.r_[0, ids[:-1]]
    starts = [*range(0, max(length - 8, 0), 4), max(length - 8, 0)]
    for t in range(length):
        start = next(s for s in reversed(starts) if s == 0 or s + 4 <= t)
        with torch.no_grad():
            logits, _ = model(torch.from_numpy(inputs[start : t + 1, None]))
        expected = logits[-1, 0].log_softmax(-1)[ids[t]]
        torch.testing.assert_close(actual[t], expected, atol=1e-4, rtol=1e-4)


def test_training_beats_single_characters():
    ids = np.tile(np.arange(6), 8000)
    model = contest.train_model("transformer", ids, 96, 3, 1e-2, 0)
    assert contest.text_bits(model, ids[:600]) < contest.text_bits(
        contest.make_model("transformer", 96), ids[:600]
    )


@pytest.mark.parametrize("name", contest.SIZES)
def test_uniform_predictions_need_log2_of_the_vocabulary_bits(name):
    model = contest.make_model(name, 96)
    with torch.no_grad():
        for part in model.logits.parameters():
            part.zero_()
    assert contest.text_bits(model, np.arange(900) % 90) == pytest.approx(np.log2(96))


def test_the_callback_of_train_model_gets_every_update():
    calls = []
    ids = np.tile(np.arange(6), 3000)
    contest.train_model("gru", ids, 96, 2, 1e-2, 0, lambda n, model: calls.append((n, model)))
    assert [n for n, _ in calls] == [1, 2]


def test_an_update_of_each_network_is_timed():
    ids = np.random.default_rng(0).integers(9, size=4200)
    result = update_times.time_updates(ids, 9, repeats=1)
    assert result.keys() == contest.SIZES.keys()
    assert all(len(seconds) == 1 and seconds.min() > 0 for seconds in result.values())


def test_seeds_are_read_in_order_and_written_as_a_range():
    record = Record("none", "none")
    for seed in (0, 1):
        record.add(f"bits/{seed}", [seed, 2.0], 0, "invented")
    np.testing.assert_array_equal(ledger_summary.seed_values(record, "bits"), [[0, 2], [1, 2]])
    assert ledger_summary.format_range([0.5, 0.504]) == "0.50"


def test_the_edges_of_a_search_are_found():
    record = Record("none", "none")
    for name, bits in (("a", [3.0, 2.0, 2.5]), ("b", [3.0, 2.0, 1.9]), ("c", [1.0, 2.0, 3.0])):
        record.add(f"search/{name}", bits, 0, "invented")
    assert ledger_summary.best_rate_at_edge(record, "abc") == ["b", "c"]


def test_a_long_run_reaches_the_rate_that_the_best_try_has_reached(monkeypatch):
    known = Record("none", "none")
    known.add("rates/gru", [0.1, 0.2], 0, "invented")
    known.add("search/gru", [2.0, 3.0], 0, "invented")
    monkeypatch.setattr(language_experiments.Record, "load", lambda name: known)
    max_factors = [
        max(map(share, range(n)))
        for n, share in (
            (
                language_experiments.SEARCH_UPDATES,
                lambda u: lr_factor(u, language_experiments.SEARCH_UPDATES),
            ),
            (language_experiments.UPDATES, lambda u: lr_factor(u, language_experiments.UPDATES)),
        )
    ]
    assert language_experiments.comparison_rate("gru") * max_factors[1] == pytest.approx(
        0.1 * max_factors[0]
    )


def test_rates_and_curves_are_of_validation_text_and_bits_of_test_text(monkeypatch):
    data = SimpleNamespace(train="train", valid=np.ones(3), test=np.full(3, 2.0), vocabulary="ab")

    def train(name, ids, V, updates, rate, seed, watch=lambda update, model: None):
        assert (ids, seed) == ("train", 1 if updates == language_experiments.UPDATES else 9)
        for update in range(1, updates + 1):
            watch(update, None)

    record = Record("none", "none")
    monkeypatch.setattr(language_experiments, "begin_section", lambda _: (record, data))
    monkeypatch.setattr(language_experiments, "train_model", train)
    monkeypatch.setattr(language_experiments, "text_bits", lambda model, ids: ids.mean())
    language_experiments.measure_rates()
    language_experiments.measure_contest_seed(1)
    for name in contest.SIZES:
        assert record.value(f"search/{name}") == [1] * len(language_experiments.FIRST[name])
        assert record.value(f"curve/{name}/1") == [1] * len(language_experiments.MARKS)
        assert record.value(f"bits/{name}/1") == 2


def test_recall_targets_are_the_values_of_the_keys():
    xs, ys = task_experiments.sample_recall(np.random.default_rng(0), 5, 4)
    assert xs.shape == (8, 5, 2)
    for n in range(5):
        values = {key: value - 1 - task_experiments.KEYS for key, value in xs[:4, n]}
        assert len(values) == 4
        assert [values[key] for key, _ in xs[4:, n]] == ys[:, n].tolist()
    assert not xs[4:, :, 1].any()


@pytest.mark.parametrize("pairs", [0, 17])
def test_recall_refuses_more_pairs_than_there_are_names(pairs: int) -> None:
    with pytest.raises(ValueError, match="from 1 to 16"):
        task_experiments.sample_recall(np.random.default_rng(0), 1, pairs)


def test_parity_targets_follow_every_bit():
    xs, ys = task_experiments.sample_parity(np.random.default_rng(0), 5, 7)
    assert (xs[0] == task_experiments.BEGIN).all()
    np.testing.assert_array_equal(ys, xs[1:].cumsum(0) % 2)


@pytest.mark.parametrize(("task", "share"), [("parity", 1), ("recall", 0.5)])
def test_of_parity_the_second_half_is_scored(task, share, monkeypatch):
    def answer_half(model, xs, count):  # wrong in the first half
        rng = np.random.default_rng([3, 15])
        n = task_experiments.N_SCORED
        ys = task_experiments.SAMPLERS[task](rng, n, *[20] * (task == "parity"))[1]
        logits = nn.functional.one_hot(torch.from_numpy(ys), task_experiments.VALUES).float()
        logits[: count // 2] *= -1
        return logits

    monkeypatch.setattr(task_experiments, "compute_last_logits", answer_half)
    assert task_experiments.score_task(task, None, 3) == share


def test_a_task_s_rate_is_chosen_with_another_seed_and_each_network_has_its_own(monkeypatch):
    def score(task, model, seed, T=None):
        _, _, _, rate, trained = model
        assert seed == trained
        return 1 - rate if seed == task_experiments.TUNING_SEED else rate

    monkeypatch.setattr(task_experiments, "train_on_task", lambda *args: args)
    monkeypatch.setattr(task_experiments, "score_task", score)
    record = task_experiments.measure_task("parity")
    low = [min(task_experiments.RATES)] * len(task_experiments.SEEDS)
    assert record.value("parity/lstm/150") == record.value("parity/lstm/150/40") == low
    assert task_experiments.TUNING_SEED not in task_experiments.SEEDS


def test_one_head_at_a_time_is_off_and_all_are_on_again(monkeypatch):
    torch.manual_seed(0)
    size = len(list_experiments.number_words())
    model, pairs = Transformer(size, size), [spell_list((21, 9, 40)), spell_list((7, 8, 9))]
    off = []
    monkeypatch.setattr(
        list_experiments,
        "score_lists",
        lambda model, pairs: off.append([b.out_proj.weight.detach().clone() for b in model.blocks]),
    )
    before = {key: part.clone() for key, part in model.state_dict().items()}
    points, _ = list_experiments.score_heads(model, pairs)
    assert len(points) == len(off) == 8
    assert all(torch.equal(before[key], part) for key, part in model.state_dict().items())
    for n, weights in enumerate(off):
        for b, weight in enumerate(weights):
            zero = [not part.any() for part in weight.split(weight.shape[1] // 4, 1)]
            assert zero == [4 * b + head == n for head in range(4)]


def test_a_cost_is_over_that_of_the_rival(monkeypatch):
    seconds = {"transformer": 6.0, "lstm": 3.0, "gru": 2.0, "no cache": 9.0}
    fake = lambda runs, repeats: {n: np.full(repeats, seconds[n]) for n in runs}  # noqa: E731
    monkeypatch.setattr(cost_experiments, "time_in_rounds", fake)
    monkeypatch.setattr(cost_experiments, "time_step_by_step", lambda T: 1.0)
    monkeypatch.setattr(cost_experiments, "LENGTHS", (8,))
    monkeypatch.setattr(cost_experiments, "TIMED", 8)
    record = cost_experiments.measure_costs()
    for key, ratio in {"D13/lstm": 2, "D13/gru": 3, "D13/beside": 3}.items():
        assert record.value(key) == [ratio] * cost_experiments.REPEATS
    assert record.value("step/no cache/8") == 9000


def test_the_networks_of_a_task_have_about_as_many_parameters():
    for task in task_experiments.SAMPLERS:
        models = [task_experiments.build_task_model(task, name) for name in ("transformer", "lstm")]
        sizes = [sum(p.numel() for p in model.parameters()) for model in models]
        assert max(sizes) < 1.05 * min(sizes)


def test_lists_are_of_the_kind_that_is_asked_for():
    def of_one_word(pair):
        return np.mean([int(n) in list_experiments.ONE_WORD_NUMBERS for n in pair.key.split()])

    assert all("-" in spell_list((n,)).source for n in list_experiments.COMPOUND_NUMBERS)
    assert not any("-" in spell_list((n,)).source for n in list_experiments.ONE_WORD_NUMBERS)
    for kind, share in (("one word", 1), ("compound", 0)):
        drawn = list_experiments.sample_unseen_lists(kind, 6)
        assert len({pair.source for pair in drawn}) == list_experiments.N_SCORED
        assert {of_one_word(pair) for pair in drawn} == {share}
    mixed = list_experiments.sample_mixed_lists()
    data = list_experiments.translations.load_number_lists()
    lengths = [len(pair.key.split()) for pair in mixed]
    assert np.bincount(lengths, minlength=7)[2:].tolist() == pytest.approx([2000] * 5, rel=0.1)
    shares = np.array([of_one_word(pair) for pair in mixed])
    assert min((shares == 1).mean(), (shares == 0).mean()) > 0.15
    pairs = [*data.valid, *data.test]
    pairs += [p for k in (6, 7, 8) for name in list_experiments.ONE_WORD_FRACTIONS
             for p in list_experiments.sample_unseen_lists(name, k)]  # fmt: skip
    trained = {pair.source for pair in (*mixed, *data.train)}
    assert not trained & {pair.source for pair in pairs}


def test_a_row_is_learned_after_its_question_and_before_its_padding():
    rows, targets = list_experiments.concatenate_pairs([spell_list((21, 9)), spell_list((7,))])
    names = [*list_experiments.number_words()]
    assert " ".join(names[n] for n in rows[1]) == "<start> seven = sieben <end>" + 8 * " <pad>"
    assert (targets[0, :7] == 0).all()
    assert torch.equal(targets[0, 7:], rows[0, 7:])


def test_a_list_is_right_when_each_of_its_words_is():
    pairs = [spell_list((21, 9)), spell_list((7,))]
    _, targets = list_experiments.concatenate_pairs(pairs)

    def answer_all(inputs):  # knows every answer, and says 1 where none is asked for
        one_hot = nn.functional.one_hot(targets.clamp(min=1)[:, 1:].T, 60).float()
        return one_hot, None

    assert list_experiments.score_lists(answer_all, pairs) == 1
    known = targets
    for place in (3, 4):  # the word of the second list, and its end
        targets = known.clone()
        targets[1, place] += 1
        assert list_experiments.score_lists(answer_all, pairs) == 0.5


def test_subjects_count_every_judged_claim_once():
    ledger = load_ledger()
    counted = sum(
        sum(verdicts.values()) for verdicts in ledger_summary.count_by_subject(ledger).values()
    )
    assert counted == sum(c.verdict not in ("shown", "unmeasured") for c in ledger.values())


def test_the_loss_of_lists_counts_what_is_to_be_learned_alone(monkeypatch):
    rows, targets = list_experiments.concatenate_pairs([spell_list((21, 9, 3)), spell_list((7,))])
    losses, drawn = [], [0, 1, 1]

    def fit(parameters, loss, *rest, **more):
        losses.append(loss(1).item())

    monkeypatch.setattr(list_experiments, "fit", fit)
    monkeypatch.setattr(list_experiments, "concatenate_pairs", lambda _: (rows, targets))
    monkeypatch.setattr(torch, "randint", lambda *_: torch.tensor(drawn))
    model = list_experiments.train_on_lists(0, mixed=False)
    logs = model(rows[drawn, :-1].T)[0].log_softmax(-1).transpose(0, 1)
    learned_places = [
        (b, t, n) for b, row in enumerate(drawn) for t, n in enumerate(targets[row, 1:]) if n
    ]
    assert losses == [pytest.approx(-np.mean([logs[at].item() for at in learned_places]), rel=1e-5)]
