"""The house rules. A rule is a function that returns its offences; each is shown to find one."""

from collections.abc import Callable, Mapping

SHARED = "what two chapters use lives in a shared room, see CONTRIBUTING.md"
PRIVATE_WORDS = {  # and what the field says
    "teacher_forced": "told told_logits told_all told_and_free told_and_alone",
    "free_running": "free free_answers",
    "attention, attends": "look looks looked Look looking look_up looked_up who_looks looked_at",
    "attention, context": "Looked LooksBack one_look look_at",
    "rotary, position": "turned turn_by_place",
    "qkv, out_proj, mlp, causal": "joins think three both_ways before_look before_think",
    "reverse_padded": "mirror turn",
    "clamped, states": "Turned Mind mind minds",
    "mask, stored": "kept keep KEPT KEEP keep_weights load_kept real",
    "target": "wanted goals WANTED",
    "nll, bits": "surprise mean_surprise surprised skyline",
    "accuracy, fraction": "share_right SHARE SHARES puzzle deaf",
    "inputs": "heard drive",
    "ensemble, streams": "Bank bank lanes read_in_lanes",
    "LearningCurve, lr_search, candidates": "Course searched tried TRIED SEARCHED",
    "top_k, forget_bias": "best_going_on start_by_remembering",
    "max_..., min_...": "most enough MOST ENOUGH least LEAST MOST_KINDS",
    "results, args, query, sure": "found Found given some asked ASKED sure",
    "which kind, what is trained": "Kind Settings",
    "did_you_mean, checksum, interval_plot": "meant seal gauge",
    "distance, offset, layout": "apart detours ASIDE waiting",
    "glue, log": "say Say",
    "outlier, residual, agreement": "strayed misfit agreeing sinks Lost",
    "augmented, unchanged, stacked": "varied stays into",
    "missing, unregistered": "lacking anybody everybody",
    "called_names, assigns, reproduces": "called gives tells goes",
    "arguments_text, faults, misplaced": "given_by blamed astray mended",
    "gradient ascent, prefix, undertrained": "climb go_on put_first hasty",
    "joint, initial, graded, similar": "together still judged alike",
}


def offences_of(rules: list[Callable], items: Mapping) -> list[str]:
    """What files or notebooks, by their name, do against some rules."""
    return [offence for rule in rules for name, it in items.items() for offence in rule(name, it)]
