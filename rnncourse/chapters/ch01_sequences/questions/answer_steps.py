"""The steps at which an answer counts, for every shape of input and output."""

import numpy as np

from rnncourse.chapters.ch01_sequences.questions.shapes import (
    AFTER,
    IN_STEP,
    MANY_TO_ONE,
    ONE_TO_MANY,
    ONE_TO_ONE,
)
from rnncourse.grading.writing import question


@question("01-answers", 4, "When an answer counts", "build", returns="mask")
def answer_steps(shape, n_in, n_out):
    """Return where a task of one shape counts, `(T, B)`, from the lengths of both parts, `(B,)`."""
    start = {IN_STEP: 0, AFTER: n_in}.get(shape, n_in - 1)
    stop = start + n_out
    t = np.arange(stop.max())[:, None]
    return (start <= t) & (t < stop)


@answer_steps.inputs
def _sample_inputs(rng):
    yield ONE_TO_ONE, np.array([1, 1, 1]), np.array([1, 1, 1])
    yield MANY_TO_ONE, np.array([2, 4]), np.array([1, 1])
    yield AFTER, np.array([2, 1]), np.array([1, 3])
    yield ONE_TO_MANY, np.array([1, 1]), rng.permutation([2, 4])
    steps = rng.permutation([1, 3, 6, 3])
    yield IN_STEP, steps, steps
    yield MANY_TO_ONE, rng.permutation([1, 5, 2, 6, 2]), np.ones(5, int)
    yield ONE_TO_MANY, np.ones(4, int), rng.permutation([1, 4, 2, 6])
    yield AFTER, rng.permutation([5, 1, 2, 4]), rng.permutation([3, 6, 1, 2])
    yield AFTER, *rng.integers(1, 9, size=(2, rng.integers(13, 300)))


answer_steps.mistake("Many to one: the last step of the batch")(
    "Your many to one answers at the last step of the batch, where a shorter sequence is padding. "
    "Which step is the last that it really reads?",
    {"n_in - 1": "0 * n_in + n_in.max() - 1"},
)

answer_steps.mistake("Many to one: after the last input")(
    "Your many to one answers one step after the last input. Steps count from 0: at which one is "
    "the last input read?",
    {"IN_STEP: 0": "IN_STEP: 0, MANY_TO_ONE: n_in"},
)

answer_steps.mistake("Many to one: at every step")(
    "Your many to one answers at every input. How many answers are there for a sequence?",
    {
        "IN_STEP: 0": "IN_STEP: 0, MANY_TO_ONE: 0",
        "start + n_out": "n_in if shape == MANY_TO_ONE else start + n_out",
    },
)

answer_steps.mistake("One to many: silent at the input")(
    "Your one to many says nothing in the step that reads the input. A step reads and answers: "
    "what does the first one lack?",
    {"IN_STEP: 0": "IN_STEP: 0, ONE_TO_MANY: 1"},
)

answer_steps.mistake("One to many: one answer")(
    "Your one to many stops when its input has been read. How long is its output?",
    {"start + n_out": "n_in if shape == ONE_TO_MANY else start + n_out"},
)

answer_steps.mistake("In step: the first step left out")(
    "Your in step says nothing at the first input. Each input has an answer.",
    {"IN_STEP: 0": "IN_STEP: 1", "start + n_out": "n_in if shape == IN_STEP else start + n_out"},
)

answer_steps.mistake("In step: at the end only")(
    "Your in step answers at the last input only. Each input has an answer.",
    {"IN_STEP: 0, ": "", "start + n_out": "n_in if shape == IN_STEP else start + n_out"},
)

answer_steps.mistake("In step: from the last input on", {"IN_STEP: 0, ": ""})(
    "Your in step begins at the last input. Each input has an answer, in its own step."
)

answer_steps.mistake("After the input: answers while reading")(
    "Your network answers while it still reads. After the input is its shape: what has it to know "
    "before its first answer?",
    {
        "AFTER: n_in": "AFTER: 0",
        "start + n_out": "n_in + n_out if shape == AFTER else start + n_out",
    },
)

answer_steps.mistake("After the input: one step early", {"AFTER: n_in": "AFTER: n_in - 1"})(
    "Your answers after the input begin one step early, at the last input. The first one comes "
    "with the sign to answer, which has a step of its own."
)

answer_steps.mistake("After the input: one step late", {"AFTER: n_in": "AFTER: n_in + 1"})(
    "Your answers after the input begin one step late. The step that reads the sign to answer "
    "gives one already."
)

answer_steps.mistake("After the input: all wait for the longest")(
    "All your sequences wait until the longest one has been read. Each goes on by itself: where "
    "does its own input end?",
    {"AFTER: n_in": "AFTER: 0 * n_in + n_in.max()"},
    {"AFTER: n_in": "AFTER: 0 * n_in + n_in.max()", "n_in - 1)": "0 * n_in + n_in.max() - 1)"},
)

answer_steps.mistake("After the input: the end counted from the start")(
    "You count the answers after the input from step 0, as if reading took no time. At which step "
    "is the last one due?",
    {"start + n_out": "np.maximum(n_in, n_out) if shape == AFTER else start + n_out"},
)

answer_steps.mistake("Padding counted", {"t < stop": "t < 0 * stop + stop.max()"})(
    "Your answers begin at the right steps, and never end: where a sequence is over, they go on "
    "to the end of the batch."
)

answer_steps.mistake("The last answer left out", {"t < stop": "t < stop - 1"})(
    "Your answers begin at the right steps, and each sequence has one too few."
)

answer_steps.mistake("The first answer left out", {"start <= t": "start < t"})(
    "Your answers end at the right steps, and each sequence has one too few."
)

answer_steps.mistake("Reading taken for answering", {"(start <= t) & (t < stop)": "t < n_in"})(
    "You marked the steps at which the network reads. When does it answer?"
)

answer_steps.mistake(
    "The mask inverted", {"(start <= t) & (t < stop)": "(t < start) | (t >= stop)"}
)("Your mask is inverted: it is True where no answer counts.")

answer_steps.mistake("Batch first", lambda shape, n_in, n_out: answer_steps(shape, n_in, n_out).T)(
    "Your mask has a row for each sequence. In the course time comes first."
)

answer_steps.mistake("All but in step: one step late", {"n_in - 1)": "n_in)"})(
    "Where the last input brings the first answer, yours comes one step late. Steps count from 0: "
    "the last of `n_in` inputs is read at step `n_in - 1`."
)

answer_steps.mistake("A batch of another length")(
    "Your answers stand at the right steps, and the batch ends too late. Its last step is the last "
    "at which an answer counts: when is that for each sequence, and for which is it the latest?",
    {"stop.max()": "(n_in + n_out).max()"},
    {"stop.max()": "(np.max(start) + n_out.max())"},
    {"stop.max()": "(n_in.max() + n_out.max())"},
)
