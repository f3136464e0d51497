"""What a network that writes is given in training, and what is asked of it."""

import numpy as np

from rnncourse.grading.writing import question


@question("01-teacher", 6, "With a teacher", "build", returns="inputs targets mask")
def teacher_forced(prompts, answers, lengths, end):
    """Return inputs, targets, and where a target counts, each `(S + T, B)`."""
    S = len(prompts)
    inputs = np.concatenate([prompts, answers])
    targets = np.zeros_like(inputs)
    targets[S - 1 : -1] = answers
    ends = S - 1 + lengths
    targets[ends, np.arange(len(lengths))] = end
    t = np.arange(len(inputs))[:, None]
    return inputs, targets, (t >= S - 1) & (t <= ends)


@teacher_forced.inputs
def _sample_inputs(rng):
    yield np.array([[4]]), np.array([[7], [8]]), np.array([2]), 9
    yield _sample_batch(rng, S=1, lengths=[1, 3])
    yield _sample_batch(rng, S=3, lengths=rng.permutation([2, 4, 3]))
    yield _sample_batch(rng, S=2, lengths=rng.permutation([0, 2, 5, 1]))
    yield _sample_batch(rng, S=4, lengths=[2, 2])
    yield _sample_batch(
        rng, S=rng.integers(13, 30), lengths=rng.integers(1, 9, size=rng.integers(3, 12))
    )


def _sample_batch(rng, S, lengths):
    """Return prompts, padded answers, in which 0 is also a token, their lengths, and the end."""
    lengths = np.array(lengths)
    is_real = np.arange(lengths.max())[:, None] < lengths
    tokens = rng.integers(2, 12, size=(S + len(is_real), len(lengths)))
    tokens[S + lengths[0] - 1, 0] = 0  # lengths say what is real
    return tokens[:S], np.where(is_real, tokens[S:], 0), lengths, int(rng.integers(12, 99))


teacher_forced.mistake("The network reads the answer that it is to give")(
    "Within an answer, each step of yours reads the very token that it is asked for. It would "
    "learn to copy. Which one is known by then?",
    {"return inputs": "return np.where((t >= S) & (t < ends), targets, inputs)"},
)


@teacher_forced.mistake("Asked for what was just read")
def _ask_for_last_input(*args):
    """Your targets lie one step too late: each step is asked for the token that it has just read.
    Which step has to give the first token of an answer?"""
    inputs, *outputs = teacher_forced(*args)
    return inputs, *(np.concatenate([np.zeros_like(a[:1]), a[:-1]]) for a in outputs)


teacher_forced.mistake("Read one step late")(
    "Your answers come back one step too late: after the prompt there is a step that reads "
    "nothing. What does it read instead?",
    {"return inputs": "return np.concatenate([prompts, 0 * answers[:1], answers[:-1]])"},
)

teacher_forced.mistake("The right answers not told")(
    "After the prompt your network reads nothing but 0. With a teacher it reads the right answers, "
    "each one in the step after it was due.",
    {"return inputs": "return np.where(t < S, inputs, 0)"},
)

teacher_forced.mistake("No end sign", {"= end": "= 0", "t <= ends": "t < ends"})(
    "Your answers never end: no step is asked for the end sign. A network that is not taught to "
    "stop writes on for ever."
)

teacher_forced.mistake("The end sign not counted", {"t <= ends": "t < ends"})(
    "The end sign stands in your targets, and does not count. To stop is an answer like any other."
)

teacher_forced.mistake("Padding in the place of the end sign", {"= end": "= 0"})(
    "After its last token an answer of yours asks for padding. What has the network to say there?"
)

teacher_forced.mistake("The end sign behind the padding", {"ends, np.arange(len(lengths))": "-1"})(
    "Your end signs all stand in the last step of the batch. A shorter answer ends right after its "
    "own last token."
)

teacher_forced.mistake("The end sign read")(
    "All that counts is right. But your shorter sequences still read the end sign, after which "
    "there is nothing left to say: there is padding.",
    {"return inputs": "return np.where(t == ends + 1, end, inputs)"},
)

teacher_forced.mistake("The prompt in the targets")(
    "Your targets ask for the prompt, too. It is given: the first thing to be said is the first "
    "token of the answer.",
    {"targets[S - 1 : -1] = answers": "targets[:-1] = inputs[1:]"},
)

teacher_forced.mistake("The prompt counted", {"(t >= S - 1) & (t <= ends)": "t <= ends"})(
    "Your mask counts the steps at which the network still reads its prompt. Nothing is asked "
    "there, but at the last one."
)

teacher_forced.mistake("The first answer not counted", {"t >= S - 1": "t >= S"})(
    "Your mask leaves out the first answer. It is due in the step that reads the end of the prompt."
)

teacher_forced.mistake("Padding counted", {"t <= ends": "ends >= 0"})(
    "Your mask goes on where an answer has ended: padding counts."
)

teacher_forced.mistake("The mask inverted")(
    "Your mask is inverted: it is True where no answer counts.",
    {"(t >= S - 1) & (t <= ends)": "(t < S - 1) | (t > ends)"},
)

teacher_forced.mistake("Batch first")(
    "Your sequences are rows. In the course time comes first: a sequence is a column.",
    lambda *args: tuple(array.T for array in teacher_forced(*args)),
)

teacher_forced.mistake("Inputs and targets exchanged")(
    "You exchanged inputs and targets: yours read what they are asked for.",
    {"return inputs, targets": "return targets, inputs"},
)


@teacher_forced.mistake("A step more than there are")
def _add_a_step(prompts, answers, lengths, end):
    """Your targets begin behind the prompt, one step too late, so that you need a step more. The
    step that reads the last of the prompt is asked for the first token."""
    inputs, *outputs = teacher_forced(prompts, answers, lengths, end)
    none = np.zeros_like(inputs[:1])
    return np.concatenate([inputs, none]), *(np.concatenate([none, a]) for a in outputs)


teacher_forced.mistake("The prompt left out")(
    "Your batch begins with the first answer. The network reads the prompt first: its steps stand "
    "in all three arrays.",
    lambda prompts, *args: tuple(a[len(prompts) - 1 :] for a in teacher_forced(prompts, *args)),
    lambda prompts, *args: tuple(a[len(prompts) :] for a in teacher_forced(prompts, *args)),
)

teacher_forced.mistake("The mask read off the zeros")(
    "Your mask is False wherever the target is 0. But 0 is also the number of a token: what else "
    "tells padding from tokens?",
    {"(t >= S - 1) & (t <= ends)": "targets != 0"},
)

teacher_forced.mistake("A mask of all steps", {"(t >= S - 1) & (t <= ends)": "(t + ends >= 0)"})(
    "Your mask is True everywhere: the steps that read the prompt count, and padding does."
)
