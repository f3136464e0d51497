"""The recurrence: all states of a network that reads a sequence."""

import numpy as np

from rnncourse.grading.writing import question


@question("03-run", 1, "All states of a sequence", "recall", points=2, returns="hs")
def run_states(xs, h_0, W_xh, W_hh, b_h):
    """Return the states after all steps, `(T, B, H)`."""
    h, hs = h_0, []
    for x in xs:
        h = np.tanh(x @ W_xh + h @ W_hh + b_h)
        hs.append(h)
    return np.array(hs)


@run_states.inputs
def _sample_inputs(rng):
    ones = np.ones((1, 1))
    yield np.array([[[1.0]], [[0.0]]]), 0.5 * ones, ones, ones, np.zeros(1)
    yield sample_inputs_and_weights(rng, T=1, B=1, D=2, H=3)
    yield sample_inputs_and_weights(rng, T=3, B=3, D=2, H=3)
    yield sample_inputs_and_weights(rng, T=5, B=2, D=3, H=4)
    yield sample_inputs_and_weights(rng, *rng.integers((13, 2, 2, 2), (20, 8, 8, 8)))


def sample_inputs_and_weights(
    rng: np.random.Generator, T: int, B: int, D: int, H: int
) -> tuple[np.ndarray, ...]:
    """Draw inputs, a start state that is not 0, weights and a bias.

    Returns:
        `T B D`, `B H`, `D H`, `H H` and `H`.
    """
    xs, h_0, b_h = rng.normal(size=(T, B, D)), np.tanh(rng.normal(size=(B, H))), rng.normal(size=H)
    return xs, h_0, rng.normal(size=(D, H)), rng.normal(size=(H, H)) / np.sqrt(H), b_h


run_states.property(
    "every entry of a state lies between −1 and 1", predicate=lambda _, hs: np.all(np.abs(hs) <= 1)
)

run_states.mistake("The start state at every step", {"h @ W_hh": "h_0 @ W_hh"})(
    "Each of your steps begins with `h_0`, so nothing is remembered. What does a step leave for "
    "the next one?"
)

run_states.mistake("A state of 0 at every step", {" + h @ W_hh": ""})(
    "Your states depend on their own input only: the state before is 0 at every step, or missing "
    "in the sum. So the network has no memory."
)

run_states.mistake("The start state ignored", {"h_0, []": "0 * h_0, []"})(
    "You begin with a state of 0. A start state was given: a text may be the continuation of "
    "another."
)

run_states.mistake("The states before the steps")(
    "You return the state that each step begins with: `h_0` first, and the last one is missing. "
    "Asked for are the states that the steps make.",
    {"h_0, []": "h_0, [h_0]", "array(hs)": "array(hs[:-1])"},
)

run_states.mistake("The start state returned as well", {"h_0, []": "h_0, [h_0]"})(
    "You return one state too many: `h_0` was there before the first step, and the T states after "
    "the steps are asked for."
)

run_states.mistake("The last state alone", {"np.array(hs)": "h"})(
    "You return the last state alone. Asked for are the states after all T steps, in an array with "
    "one axis more."
)

run_states.mistake("Time and batch exchanged", raises="ValueError")(
    "Your loop runs over the sequences of the batch, as if they were steps, so each sequence goes "
    "on from another one. Which axis of `xs` is time?",
    lambda xs, *network: run_states(xs.swapaxes(0, 1), *network).swapaxes(0, 1),
)

run_states.mistake("Read from the end, and left so", {"in xs": "in xs[::-1]"})(
    "You read the sequence from its end. Which input meets `h_0`?"
)

run_states.mistake("Read from the end, and turned back")(
    "You read the sequence from its end and turned the states round: they know what comes later, "
    "and nothing of what was before. Which input meets `h_0`?",
    {"in xs": "in xs[::-1]", "array(hs)": "array(hs[::-1])"},
)

run_states.mistake("W_hh transposed", {"W_hh": "W_hh.T"})(
    "You multiply by `W_hh` transposed, as one does where vectors are columns. It is square, so no "
    "shape complains: on which side does our state stand?"
)

run_states.mistake("The bias forgotten", {" + b_h": ""})("Your states leave out the bias `b_h`.")

run_states.mistake("No tanh", {"np.tanh": ""})(
    "Your states are the sums in front of tanh. Without it the whole network is linear, and its "
    "states may grow without end."
)

run_states.mistake("The first step left out")(
    "Your loop begins at step 1. Step 0 reads `xs[0]`, and meets `h_0`.",
    {"in xs": "in xs[1:]"},
    {"in xs": "in xs[1:]", "h_0, []": "h_0, [h_0]"},
    {"in xs": "in xs[1:]", "h_0, []": "h_0, [0 * h_0]"},
    {"in xs": "in xs[1:]", "h_0, []": "0 * h_0, [0 * h_0]"},
)
