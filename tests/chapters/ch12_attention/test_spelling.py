"""The lesson's networks: their equations, the page's code, and what the record says of them."""

from types import SimpleNamespace

import numpy as np
import pytest
import torch
from scipy.special import softmax
from torch import nn
from torch.nn.functional import one_hot

from rnncourse.analysis.pronouncing import TeacherForced, encode_word, pack_words, pronounce_all
from rnncourse.chapters.ch12_attention import prefix_lm, spelling, spelling_network
from rnncourse.chapters.ch12_attention import spelling_experiments as measured
from rnncourse.core.records import Record
from rnncourse.data import pronunciations
from rnncourse.data.pronunciations import BEGIN, END, SOUNDS, load_pronunciations
from rnncourse.models.graphones import Alignment

from ...page_code import run_cells

RECORD = Record.load("ch12_attention")
ROWS = [("tough", ("T", "AH", "F")), ("queue", ("K", "Y", "UW"))]
INPUTS = torch.tensor([[BEGIN, *map(SOUNDS.index, sounds)] for _, sounds in ROWS]).T
"""What a decoder reads before each sound of `ROWS` and before their ends."""
KINDS = ({}, {"attends": False}, {"num_layers": 2}, {"score": "additive"})


def build_speller(seed=1, H=6, **kind):
    torch.manual_seed(seed)
    return spelling.AttentionPronouncer(H=H, **kind).double().eval()


def test_attention_equals_its_equation():
    """Equation eq-attention with loops and sums in NumPy, from the queries and the states on."""
    model = build_speller()
    source, target = pack_words(ROWS)
    logits, weights = model(source, INPUTS)
    states, first = model.encode(source)
    queries, _ = model.decoder.cell(model.decoder.embedding(INPUTS), first)
    h, s = states.detach().numpy(), queries.detach().numpy()
    w = {k: p.numpy() for k, p in model.decoder.state_dict().items()}
    for b in range(len(ROWS)):
        for i in range(len(target)):
            e = [sum(s[i, b] * h[j, b]) / np.sqrt(6) for j in range(len(source))]
            a = softmax(np.array(e))
            context = sum(a[j] * h[j, b] for j in range(len(source)))
            joint = np.concatenate([context, s[i, b]])
            mixed = np.tanh(joint @ w["mix.weight"].T + w["mix.bias"])
            expected = mixed @ w["logits.weight"].T + w["logits.bias"]
            np.testing.assert_allclose(weights[i, b].detach(), a, rtol=1e-10, atol=1e-12)
            np.testing.assert_allclose(logits[i, b].detach(), expected, rtol=1e-10, atol=1e-12)


def test_the_loss_is_the_mean_over_real_sounds_each_after_those_before_it():
    model, rows = build_speller(), [("tough", ("T", "AH", "F")), ("knife", ("N",))]
    nlls = []
    for word, sounds in rows:
        sound_ids = [SOUNDS.index(sound) for sound in sounds]
        logits, _ = model(encode_word(word), torch.tensor([[BEGIN], *([n] for n in sound_ids)]))
        probs = softmax(logits[:, 0].detach().numpy(), axis=1)
        nlls += [-np.log(p[n]) for p, n in zip(probs, [*sound_ids, END], strict=True)]
    assert spelling.compute_loss(model, *pack_words(rows)).item() == pytest.approx(np.mean(nlls))


def test_additive_scores_equal_their_equation():
    model = build_speller(score="additive")
    s, h = torch.randn(2, 1, 6).double(), torch.randn(3, 1, 6).double()
    _, weights = model.decoder.attend(s, h)
    w = {k: p.numpy().T for k, p in model.decoder.attend.state_dict().items()}
    for i in range(2):
        e = [
            np.tanh(s[i, 0].numpy() @ w["query.weight"] + h[j, 0].numpy() @ w["key.weight"])
            @ w["score.weight"][:, 0]
            for j in range(3)
        ]
        np.testing.assert_allclose(weights[i, 0].detach(), softmax(np.array(e)), rtol=1e-10)
    _, letter_weights = model.decoder.attend(s, h, torch.tensor([[True, False, True]]))
    assert (letter_weights[..., 1] == 0).all()
    np.testing.assert_allclose(letter_weights.sum(-1).detach(), 1)


@pytest.mark.parametrize("layers", [1, 2])
def test_an_encoder_state_depends_on_letters_of_both_sides(layers):
    model = build_speller(num_layers=layers)
    for words, place in ((("phone", "phony"), 0), (("phone", "shone"), -1)):
        original, changed = (model.encode(encode_word(word))[0][place] for word in words)
        assert not torch.equal(original, changed)


def test_without_attention_the_decoder_reads_the_last_state_only():
    plain, blind = build_speller(), build_speller(attends=False)
    assert sum(p.numel() for p in plain.parameters()) == sum(p.numel() for p in blind.parameters())
    source, target = pack_words(ROWS)
    _, weights = blind(source, INPUTS)
    assert weights.shape == (len(target), 2, 1)
    assert (weights == 1).all()
    states, first = blind.encode(source)
    assert torch.equal(states, first)


def test_a_softmax_over_sounds_lets_a_sound_see_those_after_it():
    def first_logits(kind, last):
        sounds = [BEGIN, *map(SOUNDS.index, ("T", "AH", last))]
        inputs = torch.tensor([*sounds, sounds[-1]])[:, None]
        return build_speller(score=kind)(encode_word("tough"), inputs)[0][0]

    for kind, leaks in (("dot", False), ("over sounds", True)):
        assert torch.equal(first_logits(kind, "F"), first_logits(kind, "Z")) != leaks


@pytest.mark.parametrize("kind", KINDS)
def test_free_running_equals_decoding_step_by_step(kind):
    model = build_speller(**kind)
    with torch.no_grad():
        model.decoder.logits.weight.mul_(9)
        model.decoder.logits.bias[:END] = -99
    pronounced = pronounce_all(*spelling.as_encoder_decoder(model), ["tough", "queue", "ox"])
    for word in pronounced:
        states, state = model.encode(encode_word(word))
        previous, sounds = BEGIN, []
        while len(sounds) < 30:
            logits, state, _ = model.decoder(torch.tensor([[previous]]), state, states)
            previous = logits.argmax().item()
            if previous == END:
                break
            sounds.append(SOUNDS[previous])
        assert pronounced[word] == [tuple(sounds)]


def test_the_page_prints_the_package_s_networks():
    names = {"torch": torch, "nn": nn, "encode_word": encode_word, "sound_ids": spelling.sound_ids}
    classes = ("class Encoder", "class Decoder", "class AttentionPronouncer")
    functions = ("def attend", "@torch.no_grad()\ndef attention_weights")
    book = run_cells("book/12-attention", *classes, *functions, **names, **vars(pronunciations))
    source, _ = pack_words(ROWS)
    mask = torch.tensor([[True, False, True, True, True]] * 2)
    for attends in (True, False):
        torch.manual_seed(1)
        of_page, own = book["AttentionPronouncer"](attends), spelling.AttentionPronouncer(attends)
        own.load_state_dict(of_page.state_dict())
        masked = mask if attends else None
        for actual, expected in zip(
            of_page(source, INPUTS, masked), own(source, INPUTS, masked), strict=True
        ):
            assert torch.equal(actual, expected)
    assert torch.equal(
        book["attention_weights"](own, "ox", "AA K S"),
        spelling.attention_weights(own, "ox", "AA K S"),
    )


def test_hiding_a_letter_equals_masking_it():
    model = build_speller().float()
    weights, broken, lost = measured.occlude_letters(model, "tough", ("T", "AH", "F"))
    assert weights.shape == broken.shape == lost.shape == (3, 5)
    np.testing.assert_allclose(weights.sum(1), 1, rtol=1e-6)
    mask = torch.ones(1, 5, dtype=torch.bool)
    mask[0, 2] = False
    sounds = spelling.sound_ids("T AH F")
    logits, letter_weights = model(encode_word("tough"), sounds, mask)
    unmasked, _ = model(encode_word("tough"), sounds)
    assert (letter_weights[:, 0, 2] == 0).all()
    for i, sound in enumerate(("T", "AH", "F")):
        at = SOUNDS.index(sound)
        p, q = (x[i, 0].softmax(-1)[at].item() for x in (unmasked, logits))
        assert lost[i, 2] == pytest.approx(p - q, abs=1e-6)
        assert broken[i, 2] == (logits[i, 0].argmax() != at)


def test_masking_counts_sounds_by_the_weight_of_the_hidden_letter(monkeypatch):
    weights, is_broken = np.array([[0.97, 0.03], [0.02, 0.98]]), np.array([[1, 0], [1, 1]])
    monkeypatch.setattr(measured, "occlude_letters", lambda *_: (weights, is_broken, -weights))
    actual = measured.measure_masking(None, [("ab", ("K", "S"))])
    assert actual == {"top": 100, "low": 50, "corr": pytest.approx(-1)}


def test_words_in_kn_are_counted_by_what_a_hidden_letter_changes():
    """Planted: 4 letters say N unless the n is hidden, 5 unless k or n is; 7 letters say K."""

    def network(source, _, mask):
        S = len(source)
        says_k = [not n or S == 7 or (S == 5 and not k) for k, n, *_ in mask]
        sounds = torch.tensor([SOUNDS.index("K" if k else "N") for k in says_k])
        at = torch.full((3,), int(S == 5))
        return one_hot(sounds, len(SOUNDS))[None].float(), one_hot(at, S)[None].float()

    words = {word: [("N",)] for word in ("knee", "knock", "knuckle", "keen")}
    actual = measured.count_silent_k(network, {**words, "knut": [("K",)]})
    assert actual == {"kn/words": 2, "kn/on_k": 1, "kn/without_k": 1, "kn/without_n": 2}


def test_agreement_scores_equal_those_by_hand():
    weights = np.array([[0.1, 0.9, 0], [0.6, 0.3, 0.1]])
    maps = [("abc", ("AA", "B"), weights), ("ab", ("K",), np.array([[1.0, 0]]))]
    alignments = {("abc", ("AA", "B")): [(), ("AA",), ("B",)]}
    scores = measured.measure_agreement(maps, alignments)
    assert (scores["hit"], scores["near"], scores["diagonal"], scores["back"]) == (50, 50, 50, 100)
    assert scores["sounding"] == pytest.approx((1.2 + 0.1) / 2)
    assert scores["silent"] == pytest.approx(0.7)
    assert (scores["auc"], scores["sounds"]) == (0.5, 2)


def test_of_equal_weights_the_first_letter_counts_and_a_tie_is_half_a_win():
    alignments = {("ab", ("K", "S")): [("K", "S"), ()]}
    tied = [("ab", ("K", "S"), np.array([[0.5, 0.5], [0.5, 0.5]]))]
    scores = measured.measure_agreement(tied, alignments)
    assert (scores["hit"], scores["back"], scores["auc"]) == (100, 0, 0.5)


def test_attention_is_measured_in_test_words_said_right(monkeypatch):
    train, valid = {"cat": [("K",)]}, {"knave": [("N",)]}
    test = {"a": [("AA",)], "b": [("B",)], "c": [("K",)]}
    planted = {
        "load_pronunciations": lambda: (train, valid, test),
        "learn_alignment": lambda words: SimpleNamespace(align=lambda rows: (words, rows)),
        "compute_maps": lambda network, rows: rows,
        "measure_agreement": lambda *compared: {"compared": compared},
        "measure_masking": lambda network, rows: {"masked": sorted(rows)},
        "count_silent_k": lambda network, words: {"kn": words},
        "as_encoder_decoder": lambda network: (),
        "pronounce_all": lambda *_: {},
        "EXAMPLE_WORDS": {},
    }
    for name, value in planted.items():
        monkeypatch.setattr(measured, name, value)
    actual = measured.score_attention(None, {"a": ("AA",), "b": ("P",), "c": ("K",)})
    right = [("a", ("AA",)), ("c", ("K",))]
    expected = {"compared": (right, (train, right)), "masked": right, "kn": test | valid}
    assert actual == expected


def test_a_seed_decides_the_first_weights_and_the_order_of_the_words(monkeypatch):
    monkeypatch.setattr(measured, "AttentionPronouncer", lambda **_: torch.initial_seed())
    monkeypatch.setattr(measured, "train_pronouncer", lambda start, seed, *_, **__: (start, seed))
    monkeypatch.setattr(
        measured, "score_pronouncer", lambda run: ({"wer": run[0], "per": run[1]}, None)
    )
    record = measured.measure_kind("dot")
    for key in ("wer", "per"):
        np.testing.assert_array_equal(record.value(f"spelling/dot/{key}"), measured.SEEDS)


def test_training_learns_and_a_seed_decides():
    words = {"cat": [("K", "AE", "T")], "dog": [("D", "AO", "G")]}
    batch, losses, updates = pack_words([(word, ways[0]) for word, ways in words.items()]), [], []
    for seed in (0, 0, 1):
        torch.manual_seed(seed)
        model = spelling.AttentionPronouncer(H=12)
        spelling.train_pronouncer(model, seed, 120, words, watch=lambda n, _: updates.append(n))
        losses.append(float(spelling.compute_loss(model, *batch).detach()))
    assert losses[0] == losses[1] != losses[2]
    assert max(losses) < 1 < np.log(42)
    assert updates == [*range(1, 121)] * 3


@pytest.mark.parametrize(("sounds", "refused"), [("AA b", "b"), (["<end>"], "<end>"), ("", None)])
def test_sounds_are_taken_or_refused(sounds, refused):
    if refused is None:
        assert spelling.sound_ids(sounds).tolist() == [[BEGIN]]
    else:
        with pytest.raises(ValueError, match=f"{refused!r} is no sound. Try one of: AA AE"):
            spelling.sound_ids(sounds)


@pytest.mark.slow
def test_a_tenth_of_the_words_aligns_as_all_of_them():
    train, _, test = load_pronunciations()
    rows = [(word, ways[0]) for word, ways in test.items()]
    pairs = [(word, way) for word, ways in train.items() for way in ways]
    sample, full = (spelling.learn_alignment(train).align(rows), Alignment().fit(pairs).align(rows))
    same = [
        a == b
        for row in sample
        for a, b in zip(
            *(spelling.align_letters(row[0], alignment[row]) for alignment in (sample, full)),
            strict=True,
        )
    ]
    assert np.mean(same) > 0.98


def test_candidates_have_both_scores_once(monkeypatch):
    logs = {("ab", ("AA",)): -1.0, ("ab", ("B",)): -2.0, ("c", ("K",)): -3.0}
    counts = {("ab", ("AA",)): -7.0, ("c", ("K",)): -500.0}
    monkeypatch.setattr(
        spelling_network,
        "teacher_forced",
        lambda encoder, decoder, rows: {
            w: TeacherForced((), logs[w, sounds]) for w, sounds in rows
        },
    )

    class Counts:
        align = log_probs = staticmethod(lambda rows: counts)

    rows = {"ab": [("AA",), ("B",), ("AA",), ()], "c": [("K",)]}
    actual = spelling_network.score_candidates((None, None), Counts, Counts, rows)
    absent = spelling_network.UNKNOWN
    assert actual == {"ab": [(("AA",), -1, -7), (("B",), -2, absent)], "c": [(("K",), -3, absent)]}


def test_a_length_that_is_divided_out_counts_the_end():
    short, long = (
        spelling_network.RescoredCandidate(sounds, log, 0)
        for sounds, log in ((("AA",), -1.0), (("B",) * 2, -1.8))
    )
    assert spelling_network.choose_sounds({"a": [long, short]}, 0, power=1) == {"a": short.sounds}


def test_rates_are_tried_on_validation_words_and_scored_on_others(monkeypatch):
    runs = []

    def run(name, seed, updates, rate, split):
        runs.append((seed, updates, rate, split))
        return abs(rate - 0.004), 0.0

    monkeypatch.setattr(prefix_lm, "train_and_test", run)
    record = prefix_lm.measure_prefix_lm()
    assert all(record.value(f"one row/rate/{name}") == 0.004 for name in prefix_lm.NETWORKS)
    tried = [(9, prefix_lm.TUNING_UPDATES, rate, "valid") for rate in prefix_lm.RATES]
    result = [(s, u, 0.004, "test") for u in prefix_lm.BUDGETS for s in prefix_lm.SEEDS]
    assert runs == (tried + result) * len(prefix_lm.NETWORKS)
    assert not {9} & {*prefix_lm.SEEDS}


def test_a_run_learns_from_the_training_words_and_says_those_of_its_part(monkeypatch):
    words = pronunciations.Pronunciations(*({w: [(w.upper(),)]} for w in ("k", "m", "n")))
    learned = []
    monkeypatch.setattr(prefix_lm, "load_pronunciations", lambda: words)
    monkeypatch.setattr(prefix_lm, "train_pronouncer", lambda *args, **_: learned.append(args[3]))
    monkeypatch.setattr(
        prefix_lm,
        "pronounce_all",
        lambda encoder, decoder, words: {word: [("N",)] for word in words},
    )
    for part, wrong in (("valid", 100), ("test", 0)):
        assert prefix_lm.train_and_test("one vector", 0, 1, 0.1, part)[0] == wrong
    assert learned == [words.train] * 2
    assert not prefix_lm.NETWORKS["one vector"]().attends


# --- What the record says ---


def read_seeds(name, key):
    return np.array(RECORD.value(f"spelling/{name}/{key}"))


def test_three_words_of_the_lesson_are_right_only_with_teacher_forcing():
    wrong = [w for w in measured.EXAMPLE_WORDS if not read_seeds("attention", f"says/{w}").any()]
    assert wrong == ["psychology", "rendezvous", "xylophone"]
    assert (
        read_seeds("attention", "at/psychology/1") == read_seeds("attention", "at/knight/1")
    ).all()
    assert not read_seeds("attention", "at/knight/1").any()
