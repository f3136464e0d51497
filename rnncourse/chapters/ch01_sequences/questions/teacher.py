"""What a network that writes is given in training, and what is asked of it."""

import numpy as np

from rnncourse.grading.writing import question


@question("01-teacher", number=6, level="build", points=3, returns="inputs targets counts")
def teacher_forced(prompts, answers, lengths, end):
    """With a teacher."""
    S = len(prompts)
    inputs = np.concatenate([prompts, answers])
    targets = np.zeros_like(inputs)
    targets[S - 1 : -1] = answers
    last = S - 1 + lengths
    targets[last, np.arange(len(lengths))] = end
    t = np.arange(len(inputs))[:, None]
    return inputs, targets, (t >= S - 1) & (t <= last)


@teacher_forced.inputs
def _answers(rng):
    yield np.array([[4]]), np.array([[7], [8]]), np.array([2]), 9
    yield _answer(rng, S=1, lengths=[1, 3])
    yield _answer(rng, S=3, lengths=rng.permutation([2, 4, 3]))
    yield _answer(rng, S=2, lengths=rng.permutation([0, 2, 5, 1]))
    yield _answer(rng, S=4, lengths=[2, 2])
    yield _answer(rng, S=rng.integers(13, 30), lengths=rng.integers(1, 9, size=rng.integers(3, 12)))


def _answer(rng, S, lengths):
    """Return prompts, padded answers, in which 0 is also a token, their lengths, and the end."""
    lengths = np.array(lengths)
    real = np.arange(lengths.max())[:, None] < lengths
    tokens = rng.integers(2, 12, size=(S + len(real), len(lengths)))
    tokens[S + lengths[0] - 1, 0] = 0  # lengths say what is real
    return tokens[:S], np.where(real, tokens[S:], 0), lengths, int(rng.integers(12, 99))


def _otherwise(change):
    """Make a wrong answer.

    Args:
        change: Of the right inputs, targets and counts, and a dict of S, prompts, answers,
            lengths, end and t, to the wrong ones.
    """

    def answer(prompts, answers, lengths, end):
        inputs, targets, counts = teacher_forced(prompts, answers, lengths, end)
        given = {"S": len(prompts), "prompts": prompts, "answers": answers}
        given |= {"lengths": lengths, "end": end, "t": np.arange(len(inputs))[:, None]}
        return change(inputs, targets, counts, given)

    return answer


def _of_inputs(change):
    return _otherwise(lambda x, y, c, g: (change(x, y, c, g), y, c))


def _of_targets(change):
    return _otherwise(lambda x, y, c, g: (x, change(x, y, c, g), c))


def _of_counts(change):
    return _otherwise(lambda x, y, c, g: (x, y, change(c, g)))


def _is_end(targets, given):
    return targets == given["end"]


teacher_forced.mistake("The network reads the answer that it is to give")(
    "Within an answer, each step of yours reads the very token that it is asked for. It would "
    "learn to copy. Which one is known by then?",
    _of_inputs(lambda x, y, c, g: np.where(c & ~_is_end(y, g) & (g["t"] >= g["S"]), y, x)),
)


@teacher_forced.mistake("Asked for what was just read", by=_otherwise)
def _not_shifted(x, y, c, g):
    """Your targets lie one step too late: each step is asked for the token that it has just read.
    Which step has to give the first token of an answer?"""
    row = np.concatenate([0 * g["prompts"], g["answers"], 0 * g["answers"][:1]])
    row[g["S"] + g["lengths"], np.arange(len(g["lengths"]))] = g["end"]
    counts = (g["S"] <= g["t"]) & (g["t"] <= g["S"] + g["lengths"])
    return x, row[:-1], counts


@teacher_forced.mistake("Read one step late", by=_of_inputs)
def _one_late(x, y, c, g):
    """Your answers come back one step too late: after the prompt there is a step that reads
    nothing. What does it read instead?"""
    return np.concatenate([g["prompts"], 0 * g["answers"][:1], g["answers"][:-1]])


teacher_forced.mistake("The right answers not told")(
    "After the prompt your network reads nothing but 0. With a teacher it reads the right answers, "
    "each one in the step after it was due.",
    _of_inputs(lambda x, y, c, g: np.where(g["t"] < g["S"], x, 0)),
)

teacher_forced.mistake("No end sign")(
    "Your answers never end: no step is asked for the end sign. A network that is not taught to "
    "stop writes on for ever.",
    _otherwise(lambda x, y, c, g: (x, np.where(_is_end(y, g), 0, y), c & ~_is_end(y, g))),
)

teacher_forced.mistake("The end sign not counted")(
    "The end sign stands in your targets, and does not count. To stop is an answer like any other.",
    _otherwise(lambda x, y, c, g: (x, y, c & ~_is_end(y, g))),
)

teacher_forced.mistake("Padding in the place of the end sign")(
    "After its last token an answer of yours asks for padding. What has the network to say there?",
    _of_targets(lambda x, y, c, g: np.where(_is_end(y, g), 0, y)),
)


@teacher_forced.mistake("The end sign behind the padding", by=_of_targets)
def _ends_at_the_end(x, y, c, g):
    """Your end signs all stand in the last step of the batch. A shorter answer ends right after its
    own last token."""
    targets = np.where(_is_end(y, g), 0, y)
    targets[-1] = g["end"]
    return targets


teacher_forced.mistake("The end sign read")(
    "All that counts is right. But your shorter sequences still read the end sign, after which "
    "there is nothing left to say: there is padding.",
    _of_inputs(lambda x, y, c, g: np.where(g["t"] == g["S"] + g["lengths"], g["end"], x)),
)


@teacher_forced.mistake("The prompt in the targets", by=_of_targets)
def _asks_for_the_prompt(x, y, c, g):
    """Your targets ask for the prompt, too. It is given: the first thing to be said is the first
    token of the answer."""
    asked = np.concatenate([g["prompts"][1:], np.zeros_like(y)])[: len(y)]
    return np.where(g["t"] < g["S"] - 1, asked, y)


teacher_forced.mistake("The prompt counted")(
    "Your mask counts the steps at which the network still reads its prompt. Nothing is asked "
    "there, but at the last one.",
    _of_counts(lambda c, g: g["t"] <= g["S"] - 1 + g["lengths"]),
)

teacher_forced.mistake("The first answer not counted")(
    "Your mask leaves out the first answer. It is due in the step that reads the end of the "
    "prompt.",
    _of_counts(lambda c, g: c & (g["t"] >= g["S"])),
)

teacher_forced.mistake("Padding counted")(
    "Your mask goes on where an answer has ended: padding counts.",
    _of_counts(lambda c, g: g["t"] >= g["S"] - 1 + 0 * g["lengths"]),
)

teacher_forced.mistake("The mask inverted", _of_counts(lambda c, g: ~c))(
    "Your mask is inverted: it is True where no answer counts."
)

teacher_forced.mistake("Batch first", _otherwise(lambda x, y, c, g: (x.T, y.T, c.T)))(
    "Your sequences are rows. In the course time comes first: a sequence is a column."
)

teacher_forced.mistake("Inputs and targets exchanged", _otherwise(lambda x, y, c, g: (y, x, c)))(
    "You exchanged inputs and targets: yours read what they are asked for."
)
