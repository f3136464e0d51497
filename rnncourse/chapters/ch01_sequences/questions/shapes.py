"""Which shape of input and output a batch has, by when it reads and when it answers."""

import numpy as np

from rnncourse.grading.writing import question

ONE_TO_ONE, ONE_TO_MANY, MANY_TO_ONE, IN_STEP, AFTER = range(5)
"""The five shapes: the last two are both many to many."""


@question("01-shape", 1, "Which shape?", "recall", points=2, returns="shape")
def shape_of(reads, answers):
    """Return the name of the shape of a task that reads and answers at these steps."""
    if np.array_equal(reads, answers):
        return ONE_TO_ONE if len(reads) == 1 else IN_STEP
    if not (reads & answers).any():
        return AFTER
    return MANY_TO_ONE if (answers.sum(axis=0) == 1).all() else ONE_TO_MANY


@shape_of.inputs
def _sample_inputs(rng):
    yield _make_batch(ONE_TO_ONE, [1, 1], [1, 1])
    yield _make_batch(MANY_TO_ONE, [2, 1], [1, 1])
    yield _make_batch(IN_STEP, [1, 3], [1, 3])
    yield _make_batch(ONE_TO_MANY, [1, 1, 1], [1, 3, 2])
    yield _make_batch(AFTER, [3, 2], [3, 2])
    ones, lengths, other_lengths = np.ones((3, rng.integers(4, 99)), int)
    lengths[1:-1] = rng.integers(1, 9, size=len(ones) - 2)
    other_lengths[:] = rng.integers(1, 9, size=len(ones))
    tasks = [
        (ONE_TO_ONE, ones, ones),
        (MANY_TO_ONE, lengths, ones),
        (ONE_TO_MANY, ones, lengths),
    ]
    tasks += [(IN_STEP, lengths, lengths), (AFTER, ones, ones), (AFTER, ones, lengths)]
    tasks += [(AFTER, lengths, ones), (AFTER, lengths, lengths), (AFTER, lengths, other_lengths)]
    for n in rng.permutation(len(tasks)):  # what comes when tells nothing
        yield _make_batch(*tasks[n])


def _make_batch(shape, n_in, n_out):
    """Mark where sequences with so many inputs and answers read, and where they answer."""
    n_in, n_out = np.array(n_in), np.array(n_out)
    start = {IN_STEP: 0 * n_in, AFTER: n_in}.get(shape, n_in - 1)
    t = np.arange(max(n_in.max(), (start + n_out).max()))[:, None]
    return t < n_in, (start <= t) & (t < start + n_out)


@shape_of.property("the shape is one of the five")
def _is_a_shape(arguments, shape):
    """Return one of the five names of the cell above."""
    return np.isin(shape, range(5))


@shape_of.property("where there is one input, no sequence of the batch reads a second time")
def _allows_later_reads(arguments, shape):
    """Look at the later steps of `reads`, in every column."""
    return np.isin(shape, (MANY_TO_ONE, IN_STEP, AFTER)) or not arguments[0][1:].any()


@shape_of.property("where there is one answer, no sequence of the batch gives a second one")
def _allows_later_answers(arguments, shape):
    """Count the answers of every column."""
    return np.isin(shape, (ONE_TO_MANY, IN_STEP, AFTER)) or (arguments[1].sum(axis=0) == 1).all()


@shape_of.property("in step, the steps that answer are those that read")
def _answers_where_it_reads(arguments, shape):
    """Compare the two arrays step by step, not their sums."""
    other_shapes = ONE_TO_ONE, ONE_TO_MANY, MANY_TO_ONE, AFTER
    return np.isin(shape, other_shapes) or np.array_equal(*arguments)


@shape_of.property("the answers come after the input where no step that reads is one that answers")
def _answers_after_reading(arguments, shape):
    """Many to one answers while it reads its last input; after the input, a sign is read first."""
    return (shape == AFTER) == (not (arguments[0] & arguments[1]).any())


@shape_of.property("where all is over after a single step, the shape is one to one")
def _is_one_to_one(arguments, shape):
    """How many steps does the log have?"""
    return (shape == ONE_TO_ONE) == (len(arguments[0]) == 1)


def _cut_sequence(reads, answers, b):
    """Return one sequence without the steps at which nothing is left to do."""
    n_steps = int(np.flatnonzero(reads[:, b] | answers[:, b])[-1]) + 1
    return reads[:n_steps, b : b + 1], answers[:n_steps, b : b + 1]


shape_of.mistake("One sequence for all")(
    "You look at one sequence of the batch. A short one can have a simpler shape: a review of a "
    "single word looks like one to one. Which shape allows all of them?",
    lambda reads, answers: shape_of(*_cut_sequence(reads, answers, 0)),
    lambda reads, answers: shape_of(*_cut_sequence(reads, answers, reads.sum(axis=0).argmin())),
)

shape_of.mistake("Inputs and answers counted only")(
    "You compare how many inputs and answers there are. A translation may have as many words as "
    "its original, and still begin when the original has ended. At which steps do they stand?",
    {"np.array_equal(reads, answers)": "np.array_equal(reads.sum(axis=0), answers.sum(axis=0))"},
)


@shape_of.mistake("One short sequence makes it one input")
def _read_one_short_sequence(reads, answers):
    """A single sequence with one input makes your whole batch one of single inputs. How many do the
    others have?"""
    if (reads.sum(axis=0) == 1).any():
        return ONE_TO_MANY if (answers.sum(axis=0) > 1).any() else ONE_TO_ONE
    return shape_of(reads, answers)


shape_of.mistake("Every step taken for an input")(
    "You count every step that answers as one that reads. One to many reads its data once, and "
    "from then on only what it said itself.",
    lambda reads, answers: shape_of(reads | answers, answers),
)

shape_of.mistake("One answer taken for many to one")(
    "You call a batch many to one because every sequence has one answer. Look at when: many to one "
    "answers at the step that reads the last input, and not one later.",
    {"AFTER": "MANY_TO_ONE if (answers.sum(axis=0) == 1).all() else AFTER"},
)

shape_of.mistake("One input taken for one to many")(
    "You call a batch one to many because every sequence has one input. One to many answers at "
    "once; if a sign to answer is read first, the shape is another one.",
    {"AFTER": "ONE_TO_MANY if (reads.sum(axis=0) == 1).all() else AFTER"},
)

shape_of.mistake("One input and one answer taken for one to one")(
    "You call a batch one to one because every sequence has one input and one answer. One to one "
    "answers at the step that reads. Is there a step between them?",
    {"AFTER": "ONE_TO_ONE if reads.sum() == answers.sum() == reads.shape[1] else AFTER"},
)

shape_of.mistake("Nothing after the input", {"not (reads & answers).any()": "False"})(
    "You tell the shapes by how many answers there are, and never ask whether a step that answers "
    "reads data, too. Where none does, the answers come after the input."
)

shape_of.mistake("All many to many in step", {"AFTER": "IN_STEP"})(
    "You take every many to many for in step. Are there steps that answer and read nothing?"
)

shape_of.mistake("All many to many after the input", {"else IN_STEP": "else AFTER"})(
    "You take every many to many for after the input. Are there steps that read and answer at once?"
)

shape_of.mistake("Counted from 1", lambda reads, answers: shape_of(reads, answers) + 1)(
    "All your shapes are one too large: they are numbered from 0. Return the names of the cell "
    "above, and you need no numbers."
)

shape_of.mistake("Outputs in front")(
    "You exchanged one to many with many to one. The input is named in front.",
    {"MANY_TO_ONE if": "ONE_TO_MANY if", "else ONE_TO_MANY": "else MANY_TO_ONE"},
)

shape_of.mistake("In step and after the input exchanged")(
    "You exchanged the two kinds of many to many. In step means that each input has its answer at "
    "once.",
    {"else IN_STEP": "else AFTER", "return AFTER": "return IN_STEP"},
)

shape_of.mistake("Time along the row", lambda reads, answers: shape_of(reads.T, answers.T))(
    "You take a row for a sequence. In the course time comes first: a sequence is a column."
)
