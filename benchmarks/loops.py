"""Beam search as it is usually written: a loop over texts, and in it one over hypotheses.

Its results are those of `rnncourse.decoding.beam`, whose tests compare the two.
"""

import torch


@torch.no_grad()
def search_text(model, state, *, width, max_length, alpha, count_stop, n_best=1, stop_after=None):
    """Search for one text, one hypothesis after the other.

    Args:
        model: A `Stepper`.
        state: Where the text begins: one row.
        width: Hypotheses that go on.
        max_length: Symbols at most, the stop symbol included.
        alpha: A score is ln p / L ** alpha.
        count_stop: Whether the stop symbol is one of the L.
        n_best: How many are wanted.
        stop_after: With how many endings the search is over, if with any number.

    Returns:
        The best, as `(score, ln p, ids, finished)`.
    """
    beam, endings = [(0.0, [], state)], []
    stop_after = 1 if stop_after is None and width == 1 else stop_after
    for t in range(1, max_length + 1):
        going, ending = [], []
        for rank, (total, ids, state) in enumerate(beam):
            last_id = torch.tensor([ids[-1] if ids else model.bos_id])
            logits, after = model.step(state, last_id)
            logs = torch.as_tensor(logits)[0].log_softmax(-1)
            tops, symbols = logs.topk(min(width + 1, len(logs)))
            for log, symbol in zip(tops.tolist(), symbols.tolist(), strict=True):
                if symbol != model.eos_id:
                    going.append((-total - log, rank, symbol, ids, after))
            ending.append((-total - logs[model.eos_id].item(), rank, model.eos_id, ids, after))
        going = sorted(going, key=lambda candidate: candidate[:3])[:width]
        ranked = sorted(going + ending, key=lambda candidate: candidate[:3])[:width]
        for minus, _, symbol, ids, _ in ranked:
            if symbol == model.eos_id and minus < float("inf"):
                length = max(t if count_stop else t - 1, 1)
                endings.append((-minus / length**alpha, -minus, ids, True))
        beam = [(-minus, [*ids, symbol], after) for minus, _, symbol, ids, after in going]
        beam = [hypothesis for hypothesis in beam if hypothesis[0] > -float("inf")]
        if not beam or (stop_after and len(endings) >= stop_after):
            break
        longest = max(max_length if count_stop else max_length - 1, 1)
        bound = beam[0][0] / longest**alpha
        if len(endings) >= n_best and sorted(e[0] for e in endings)[-n_best] >= bound:
            break
    else:
        endings += [(total / max_length**alpha, total, ids, False) for total, ids, _ in beam]
    return sorted(endings, key=lambda e: (not e[3], -e[0]))[:n_best]
