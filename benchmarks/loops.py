"""Beam search as it is usually written: a loop over texts, and in it one over hypotheses.

Its results are those of `rnncourse.decoding.beam`, whose tests compare the two.
"""

import torch


@torch.no_grad()
def search_text(
    model, state, *, beam_size, max_length, length_penalty, count_eos, n_best=1, max_finished=None
):
    """Search for one text, one hypothesis after the other.

    Args:
        model: A `DecodableModel`.
        state: Where the text begins: one row.
        beam_size: Hypotheses that go on.
        max_length: Symbols at most, the stop symbol included.
        length_penalty: A score is ln p / L ** length_penalty.
        count_eos: Whether the stop symbol is one of the L.
        n_best: How many are wanted.
        max_finished: With how many endings the search is over, if with any number.

    Returns:
        The best, as `(score, ln p, ids, finished)`.
    """
    beam, endings = [(0.0, [], state)], []
    max_finished = 1 if max_finished is None and beam_size == 1 else max_finished
    for t in range(1, max_length + 1):
        going, ending = [], []
        for rank, (total, ids, state) in enumerate(beam):
            last_id = torch.tensor([ids[-1] if ids else model.bos_id])
            logits, after = model.step(state, last_id)
            logs = torch.as_tensor(logits)[0].log_softmax(-1)
            tops, symbols = logs.topk(min(beam_size + 1, len(logs)))
            for log, symbol in zip(tops.tolist(), symbols.tolist(), strict=True):
                if symbol != model.eos_id:
                    going.append((-total - log, rank, symbol, ids, after))
            ending.append((-total - logs[model.eos_id].item(), rank, model.eos_id, ids, after))
        going = sorted(going, key=lambda candidate: candidate[:3])[:beam_size]
        ranked = sorted(going + ending, key=lambda candidate: candidate[:3])[:beam_size]
        for minus, _, symbol, ids, _ in ranked:
            if symbol == model.eos_id and minus < float("inf"):
                length = max(t if count_eos else t - 1, 1)
                endings.append((-minus / length**length_penalty, -minus, ids, True))
        beam = [(-minus, [*ids, symbol], after) for minus, _, symbol, ids, after in going]
        beam = [hypothesis for hypothesis in beam if hypothesis[0] > -float("inf")]
        if not beam or (max_finished and len(endings) >= max_finished):
            break
        longest = max(max_length if count_eos else max_length - 1, 1)
        bound = beam[0][0] / longest**length_penalty
        if len(endings) >= n_best and sorted(e[0] for e in endings)[-n_best] >= bound:
            break
    else:
        endings += [
            (total / max_length**length_penalty, total, ids, False) for total, ids, _ in beam
        ]
    return sorted(endings, key=lambda e: (not e[3], -e[0]))[:n_best]
