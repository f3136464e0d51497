"""The recurrence: all states of a network that reads a sequence."""

import numpy as np

from rnncourse.grading.writing import question


@question("03-run", number=1, level="recall", points=2, returns="hs")
def run_states(xs, h_0, W_xh, W_hh, b_h):
    """All states of a sequence."""
    h, hs = h_0, []
    for x in xs:
        h = np.tanh(x @ W_xh + h @ W_hh + b_h)
        hs.append(h)
    return np.array(hs)


@run_states.inputs
def _networks(rng):
    one = np.ones((1, 1))
    yield np.array([[[1.0]], [[0.0]]]), 0.5 * one, one, one, np.zeros(1)
    yield network(rng, T=1, B=1, D=2, H=3)
    yield network(rng, T=3, B=3, D=2, H=3)
    yield network(rng, T=5, B=2, D=3, H=4)
    yield network(rng, *rng.integers((13, 2, 2, 2), (20, 8, 8, 8)))


def network(rng: np.random.Generator, T: int, B: int, D: int, H: int) -> tuple[np.ndarray, ...]:
    """Draw inputs, a start state that is not 0, weights and a bias.

    Returns:
        `T B D`, `B H`, `D H`, `H H` and `H`.
    """
    xs, h_0, b_h = rng.normal(size=(T, B, D)), np.tanh(rng.normal(size=(B, H))), rng.normal(size=H)
    return xs, h_0, rng.normal(size=(D, H)), rng.normal(size=(H, H)) / np.sqrt(H), b_h


run_states.truth(
    "every entry of a state lies between −1 and 1",
    holds=lambda a, hs: np.all(np.abs(hs) <= 1),
)


def _loop(squash=np.tanh, before=lambda h, h_0: h, start=lambda h_0: h_0, shown=lambda h, new: new):
    """Make a wrong answer.

    Args:
        squash: What a step does with the sum.
        before: Of the state carried on and the start state: what the step reads.
        start: Of the start state: what the first step reads.
        shown: Of the states before and after the step: what is returned for it.
    """

    def answer(xs, h_0, W_xh, W_hh, b_h):
        h, hs = start(h_0), []
        for x in xs:
            new = squash(x @ W_xh + before(h, h_0) @ W_hh + b_h)
            hs.append(shown(h, new))
            h = new
        return np.array(hs)

    return answer


run_states.mistake("The start state at every step", _loop(before=lambda h, h_0: h_0))(
    "Each of your steps begins with `h_0`, so nothing is remembered. What does a step leave for "
    "the next one?"
)

run_states.mistake("A state of 0 at every step", _loop(before=lambda h, h_0: 0 * h))(
    "Your states depend on their own input only: the state before is 0 at every step, or missing "
    "in the sum. So the network has no memory."
)

run_states.mistake("The start state ignored", _loop(start=lambda h_0: 0 * h_0))(
    "You begin with a state of 0. A start state was given: a text may be the continuation of "
    "another."
)

run_states.mistake("The states before the steps", _loop(shown=lambda h, new: h))(
    "You return the state that each step begins with: `h_0` first, and the last one is missing. "
    "Asked for are the states that the steps make."
)

run_states.mistake("The start state returned as well")(
    "You return one state too many: `h_0` was there before the first step, and the T states after "
    "the steps are asked for.",
    lambda xs, h_0, *rest: np.concatenate([h_0[None], run_states(xs, h_0, *rest)]),
)

run_states.mistake("The last state alone", lambda *arguments: run_states(*arguments)[-1])(
    "You return the last state alone. Asked for are the states after all T steps, in an array with "
    "one axis more."
)

run_states.mistake("One array, changed at every step")(
    "All your states are the same, the last one: you stored one array T times and changed it in "
    "place. Each step needs an array of its own.",
    lambda *arguments: np.repeat(run_states(*arguments)[-1:], len(arguments[0]), axis=0),
)

run_states.mistake("Time and batch exchanged")(
    "Your loop runs over the sequences of the batch, as if they were steps, so each sequence goes "
    "on from another one. Which axis of `xs` is time?",
    lambda xs, *rest: run_states(xs.swapaxes(0, 1), *rest).swapaxes(0, 1),
)

run_states.mistake("Read from the end, and left so", lambda xs, *rest: run_states(xs[::-1], *rest))(
    "You read the sequence from its end. Which input meets `h_0`?"
)

run_states.mistake("Read from the end, and turned back")(
    "You read the sequence from its end and turned the states round: they know what comes later, "
    "and nothing of what was before. Which input meets `h_0`?",
    lambda xs, *rest: run_states(xs[::-1], *rest)[::-1],
)

run_states.mistake("W_hh transposed")(
    "You multiply by `W_hh` transposed, as one does where vectors are columns. It is square, so no "
    "shape complains: on which side does our state stand?",
    lambda xs, h_0, W_xh, W_hh, b_h: run_states(xs, h_0, W_xh, W_hh.T, b_h),
)

run_states.mistake("The bias forgotten")(
    "Your states leave out the bias `b_h`.",
    lambda xs, h_0, W_xh, W_hh, b_h: run_states(xs, h_0, W_xh, W_hh, 0),
)

run_states.mistake("No tanh", _loop(squash=lambda a: a))(
    "Your states are the sums in front of tanh. Without it the whole network is linear, and its "
    "states may grow without end."
)
