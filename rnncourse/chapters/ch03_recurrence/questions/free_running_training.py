"""A network that runs free on a task where teacher forcing hides the error.

A dog obeys late: told its pose, the best guess for the next second is that nothing changes. A
network that learns just that is right nearly always while it is told, and useless when it is not.
The judge runs what comes back in NumPy, free. Only reference and wrong answers need PyTorch.
"""

import numpy as np

from rnncourse.grading.fitting import (
    RELU,
    TRAINED,
    TRANSPOSED,
    add_formula_mistakes,
    add_usual_mistakes,
    fit,
)
from rnncourse.grading.questions import Evaluation, HeldOutCase
from rnncourse.grading.writing import question

UPDATES, N_STEPS, BATCH, POSES, UNITS = 400, 24, 32, 5, 32
LONG_T = 120
POINTS_BY_SHARE = (0.5, 1), (0.6, 2), (0.7, 3)
PREDICTION_TOLERANCE = 0.001
"""How near a prediction has to be, as a share: it is counted, and other draws have other shares."""


@question(
    "03-free-running",
    8,
    "Running free",
    returns="W_xh W_yh W_hh W_hy b_h b_y losses prediction",
    **TRAINED,
)
def train_free(calls, poses, V, H):
    """Return the trained weights, the loss of each update, and the share of unchanged poses."""
    import torch

    torch.manual_seed(1)
    shapes = [v.shape for v in _make_zero_outputs(calls, poses, V, H)[:6]]
    w = [(torch.randn(s) / H**0.5 * (len(s) == 2)).requires_grad_() for s in shapes]
    W_xh, W_yh, W_hh, W_hy, b_h, b_y = w

    def compute_loss(xs, ys):
        h, y_before, hs = torch.zeros(xs.shape[1], H), torch.zeros_like(xs[0]), []
        for x in xs:
            h = torch.tanh(W_xh[x] + W_yh[y_before] + h @ W_hh + b_h)
            hs.append(h)
            y_before = (h @ W_hy + b_y).argmax(dim=1)
        logits = (torch.stack(hs) @ W_hy + b_y).flatten(0, 1)
        return torch.nn.functional.cross_entropy(logits, ys.flatten())

    return *fit(w, compute_loss, calls, poses, rate=0.01), _measure_unchanged(poses)


def _measure_unchanged(poses):
    """Return how often a pose is that of the step before."""
    return (poses[:, 1:] == poses[:, :-1]).mean()


# --- The task, and what the judge looks at ---


@train_free.inputs
def _sample_calls(rng):
    """Draw `calls`, 0 where nothing is called, and `poses`, `(N, T, B)` each."""
    pose_by_call = np.append(0, rng.permutation(POSES))  # the pose that each call asks for
    call_rate, obey_rate = rng.uniform(0.09, 0.12), rng.uniform(0.31, 0.37)
    calls, poses = _sample_days(rng, pose_by_call, call_rate, obey_rate, N_STEPS, UPDATES * BATCH)
    shape = N_STEPS, UPDATES, BATCH
    calls, poses = (np.ascontiguousarray(a.reshape(shape).swapaxes(0, 1)) for a in (calls, poses))
    held_out = *_sample_days(rng, pose_by_call, call_rate, obey_rate, LONG_T, 100), pose_by_call
    yield HeldOutCase((calls, poses, POSES, UNITS), held_out)


def _sample_days(rng, pose_by_call, call_rate, obey_rate, T, B):
    """Return calls and poses, `(T, B)`: who was called goes into the pose sooner or later."""
    calls = rng.integers(1, POSES + 1, size=(T, B)) * (rng.random((T, B)) < call_rate)
    calls[0] = rng.integers(1, POSES + 1, size=B)
    poses, pose, target = np.zeros_like(calls), 0, 0
    for t in range(T):
        target = np.where(calls[t] > 0, pose_by_call[calls[t]], target)
        pose = np.where(rng.random(B) < obey_rate, target, pose)
        poses[t] = pose
    return calls, poses


def _predict_last_call(calls, pose_by_call):
    """Answer as who knows the rule does, free: the pose that was called last before this step."""
    target, answers = np.zeros(calls.shape[1], int), []
    for call in calls:
        answers.append(target)
        target = np.where(call > 0, pose_by_call[call], target)
    return np.array(answers)


def _make_zero_outputs(calls, poses, V, H):
    shapes = (V + 1, H), (V, H), (H, H), (H, V), (H,), (V,), (len(calls),), ()
    return tuple(map(np.zeros, shapes))


def _predict(w, calls, poses=None, activation=np.tanh):
    """Run a network, free, or told the right poses."""
    W_xh, W_yh, W_hh, W_hy, b_h, b_y = w
    h, y_before = np.zeros((calls.shape[1], len(W_hh))), np.zeros(calls.shape[1], int)
    predicted = []
    for t, call in enumerate(calls):
        h = activation(W_xh[call] + W_yh[y_before] + h @ W_hh + b_h)
        predicted.append((h @ W_hy + b_y).argmax(axis=1))
        y_before = predicted[-1] if poses is None else poses[t]
    return np.array(predicted)


@train_free.trained(_make_zero_outputs, POINTS_BY_SHARE)
def _evaluate(arguments, *values):
    calls, poses, V, _ = arguments
    new_calls, new_poses, pose_by_call = arguments.held_out
    *w, losses, prediction = values
    transposed_w = *w[:2], w[2].T, *w[3:]
    free_poses, forced_poses = _predict(w, new_calls), _predict(w, new_calls, new_poses)
    facts = {
        "teacher_forced": (forced_poses == new_poses).mean(),
        "W_hh transposed": (_predict(transposed_w, new_calls) == new_poses).mean(),
        "A ReLU in place of tanh": (
            _predict(w, new_calls, activation=lambda a: a.clip(min=0)) == new_poses
        ).mean(),
        "move_rate": (free_poses[1:] != free_poses[:-1]).mean(),
        "on_first": (_predict(w, calls[0]) == poses[0]).mean(),
        "on_last": (_predict(w, calls[-1]) == poses[-1]).mean(),
    }
    return Evaluation(
        score=(free_poses == new_poses).mean(),
        baseline=np.bincount(new_poses.ravel(), minlength=V).max() / new_poses.size,
        reference=(_predict_last_call(new_calls, pose_by_call) == new_poses).mean(),
        templates=("one pose for ever {:.0%} right", "yours, free, {:.0%}", "the last call {:.0%}"),
        losses=losses,
        example=_describe_wrong_row(new_calls, new_poses, free_poses, facts["teacher_forced"]),
        is_prediction_right=bool(
            abs(prediction - _measure_unchanged(poses)) < PREDICTION_TOLERANCE
        ),
        hint=f"Your prediction, {prediction:.3g}, is not yet right. Count in `poses`: at "
        "how many steps is the pose that of the step before?",
        facts=facts,
    )


def _describe_wrong_row(calls, poses, answers, forced_accuracy):
    wrong_columns = np.flatnonzero((answers != poses).mean(axis=0) > 0.3)
    if not len(wrong_columns):
        return ""
    b = wrong_columns[0]
    rows = (" ".join(map(str, a[:16, b].tolist())) for a in (calls, poses, answers))
    return (
        "Calls `{}`, poses `{}`, your network's answers, free, `{}`.".format(*rows)
        + f" Told the pose before, it is right in {forced_accuracy:.0%}."
    )


train_free.mistake("Told in training, free in use")(
    "Your network has learned to repeat the pose that it is told, which is right nearly always, as "
    "the dog is slow. Free, it repeats itself. In training, let it read its own answers, each as "
    "the one pose that it names, and let its state go on.",
    {"x in xs": "x, y in zip(xs, ys, strict=True)", "(h @ W_hy + b_y).argmax(dim=1)": "y"},
    symptom=lambda s: (
        s.facts["teacher_forced"] > s.score + 0.2
        and s.facts["move_rate"] < 0.06
        and s.last_loss < s.first_loss - 0.3
    ),
)

add_formula_mistakes(
    train_free,
    {
        "W_hh transposed": (TRANSPOSED.format("W_hh"), {"h @ W_hh": "h @ W_hh.T"}),
        "A ReLU in place of tanh": (RELU, {"torch.tanh": "torch.relu"}),
    },
)

add_usual_mistakes(train_free, memorizes=False)
