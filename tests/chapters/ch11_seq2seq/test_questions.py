"""The questions of chapter 11: references against an independent computation."""

import itertools

import numpy as np
import torch

from rnncourse.chapters.ch11_seq2seq.questions import QUESTIONS, example_translation
from rnncourse.decoding.beam import beam_search
from rnncourse.decoding.stepping import FunctionStepper
from rnncourse.grading.calling import call_quietly
from rnncourse.grading.judging import judge_calls

from ...grading.in_process import make_cases

BY_ID = {q.id: q for q in QUESTIONS}


def test_decoder_inputs_are_shifted_targets():
    for (target, start), inputs in make_cases("11-shifted"):
        for b, t in itertools.product(range(target.shape[1]), range(len(target))):
            assert inputs[t, b] == (target[t - 1, b] if t else start)


def test_the_last_state_against_packed_sequences():
    for (hs, lengths), last in make_cases("11-last"):
        packed = torch.nn.utils.rnn.pack_padded_sequence(
            torch.from_numpy(hs), torch.from_numpy(lengths), enforce_sorted=False
        )
        states = torch.nn.utils.rnn.unpack_sequence(packed)
        np.testing.assert_allclose(last, [part[-1].numpy() for part in states])


def test_the_loss_against_torch():
    for (logits, target, lengths), loss in make_cases("11-loss"):
        torch_targets = torch.from_numpy(target).clone()
        torch_targets[torch.arange(len(torch_targets))[:, None] >= torch.from_numpy(lengths)] = -100
        expected = torch.nn.functional.cross_entropy(
            torch.from_numpy(logits).flatten(0, 1), torch_targets.flatten()
        )
        assert np.isclose(loss, float(expected))


def test_ranks_against_the_mean():
    for (log_probs, symbols, alpha), (scores, best) in make_cases("11-rank"):
        if alpha in (0, 1):
            length = symbols + 1 if alpha else np.ones(len(symbols))
            np.testing.assert_allclose(scores, log_probs / length)
        assert scores[best] == scores.max()


def test_a_step_against_all_candidates():
    for (totals, log_probs, width), (rows, symbols, new) in make_cases("11-step"):
        scores = {(k, v): totals[k] + log_probs[k, v] for k, v in np.ndindex(*log_probs.shape)}
        best = sorted(scores, key=scores.get, reverse=True)[:width]
        assert list(zip(rows.tolist(), symbols.tolist(), strict=True)) == best
        np.testing.assert_allclose(new, [scores[at] for at in best])


def test_a_search_as_wide_as_all_texts_against_the_package():
    question = BY_ID["11-search"]
    for (log_probs, first, _, _), _ in make_cases("11-search", 2):
        V = len(log_probs)
        model = FunctionStepper(lambda state, s, p=log_probs: (p[s], state), start=first, stop=0)
        beams = beam_search(model, None, 1, width=V**3, max_length=3, alpha=1.0, count_stop=True)
        best = beams[0][0]
        text, score = question.reference(log_probs, first, V**3, 3)
        assert np.isclose(score, best.score)
        assert text.tolist() == best.ids.tolist()


def test_a_score_is_the_mean_of_its_steps():
    for (log_probs, first, _, _), (text, score) in make_cases("11-search", 8):
        path = [first, *text.tolist(), 0]
        assert np.isclose(score, np.mean([log_probs[a, b] for a, b in itertools.pairwise(path)]))


def test_the_dictionary_of_the_check_translates_no_other_lists():
    """Nobody has to read an example who knows the words already: they are dealt anew."""
    question = BY_ID["11-translate"]
    (sources, targets, _), *_ = question.cases(0)
    known = example_translation._learn_words(sources, targets)

    def translate_known(sources, targets, new):
        lists = [[known.get(n, (1,)) for n in example_translation._cut_list(s)] for s in new]
        return example_translation._stack_texts(
            [example_translation._join_numbers(p) for p in lists]
        )

    assert not any(points_by_seed(question, translate_known, range(1, 6)))
    assert points_by_seed(question, question.reference, range(1, 6)) == [question.points] * 5


def test_matching_words_by_frequency_earns_nothing():
    """Both sides hold the same lists, so equally frequent words belong together, mostly."""

    def rank_by_count(rows):
        words, counts = np.unique(rows[rows > 2], return_counts=True)
        return words[np.argsort(-counts, kind="stable")].tolist()

    def match_by_rank(sources, targets, new):
        known = dict(zip(rank_by_count(sources), rank_by_count(targets), strict=False))
        lists = [
            [[known.get(w, w) for w in n[::-1]] for n in example_translation._cut_list(s)]
            for s in new
        ]
        return example_translation._stack_texts(
            [example_translation._join_numbers(p) for p in lists]
        )

    assert not any(points_by_seed(BY_ID["11-translate"], match_by_rank, range(1, 16)))


def points_by_seed(question, answer, seeds):
    def graded(seed):
        calls = ((a, call_quietly(answer, a, question)) for a in question.cases(seed))
        return judge_calls(question, calls).earned

    return list(map(graded, seeds))
