"""The house rules. A rule is a function that returns its offences; each is shown to find one."""

import ast
import functools
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
    "results, args, query": "found Found given some asked ASKED sure",
    "which kind, what is trained": "Kind Settings",
    "did_you_mean, checksum, interval_plot": "meant seal gauge",
    "distance, offset, layout": "apart detours ASIDE waiting",
    "glue, log": "say Say",
    "outlier, residual, agreement": "strayed misfit agreeing sinks Lost",
    "augmented, unchanged, stacked": "varied stays into",
    "missing, accept_unregistered": "lacking anybody everybody",
    "find_called_names, assigns, reproduces": "called gives tells goes",
    "format_arguments, faults, misplaced": "given_by blamed astray mended",
    "gradient ascent, prefix, undertrained": "climb go_on put_first hasty",
    "joint, initial, graded, similar": "together still judged alike",
    "Announcer, cancel, ModelView": "Voice hush WakingView",
    "average_segments, masked, mark_waiting": "stretches waits",
    "begin_record, add_usual_mistakes": "record_of usual_slips add_usual_slips ATTENTION_SLIPS",
    "gradient_paths, gradient_by_lag": "way_back ways_home two_sides",
    "find_chapter, load_cohort, grade_submissions": "chapter_called course_of graded_by",
    "LiveFigure, SlideNote, QuestionBuilder": "LIVE Live SlidesSay Draft Carried",
    "methods, configuration": "WAYS WARM MADE_FROM LAUNCHED rehearse",
    "limit, count, rest": "BEYOND OFFERS WRITES OVER OLD OLDEST MOMENTS TALLY",
    "excluded, equivalent": "LEFT_OUT QUIRKS AS_GOOD SHOWING SECRETS EXACTLY",
    "project_inputs, probabilities": "weigh_inputs weigh_meanings share_to_none settled_accuracy",
    "perturbation, second seed": "nudge_responses NUDGED RESEEDED REREAD_EVIDENCE PILOT JOINTS",
    "gradient_reach, search_tree": "measure_travel plot_travel_map draw_crossroads draw_games",
    "encode, get, concatenate": "ids_of color_of attention_of reword tints speak_when_told",
    "comparison, baselines": "measure_contest contest_rate measure_spelling_rivals train_shown",
    "holds_files, subreaper": "is_inhabited adopt_orphans prove_switch write_hand_ins drawers",
}
BARE_WORDS = """
about absent accuracies adam address agree annealed architectures asks bar belongs bound bounded
bracketed built call card carry Cell chances chapters chart clean cleaned climbs close collect
complete concern Conditional copied copies cores correct corrected create crop crossing curve
decoded define detach difference different digits discoveries divide download drawing drawn dropped
Encoded entries Entry environment evidence examine exclusive expanded export files fingerprint
fitted flipped flowing folds Forward front graded groups hashed hide hypotheses icon inert inline
install instead Invalid Job job jobs join judge kind latest Layer likeness majority markdown
measure misconceptions misnamed mixture moment moodle moves mutants Name Names normalized number
numbers numeral offence openings Outcome over owners pages paid Pair paired percent perform picked
pieces placed planned posterior pretty Query readable Reading readout rebuilt refusal refused
relatives render report restored rich root Row Run run sandbox scored Scores seed serve settle
settled sharpen Shown shown size sketch sliders solutions spell Split squash starts state states
Steps stopped store stream summary sums suspicion sweep Table taught then threads threshold timed
touched trace trainer unnamed unpack verbatim verdict version Weights where worded words
Chance Checked Empty Guesser invent Judge Named neighbors of_one OneRow partners Parts
Prints sent slipped travel Trial untrained Windows interpolated filled encoder
above aloud beside cuts during fall held learned left longer nearest passing prepared
reach reached reaching refuses scaled spelled stamp_of uses way words_right worth
"""
"""Names that say nothing out of their module: a public function has a verb and its object."""

EMPTY_WORDS = "found given some asked least"
"""What no variable is called: any result, any argument."""


parse = functools.cache(ast.parse)
"""Rules read the same sources: each is parsed once."""


def list_offences(rules: list[Callable], items: Mapping) -> list[str]:
    """What files or notebooks, by their name, do against some rules."""
    return [offence for rule in rules for name, it in items.items() for offence in rule(name, it)]
