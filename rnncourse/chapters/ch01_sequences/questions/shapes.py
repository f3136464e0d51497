"""Which application has which shape of input and output."""

import numpy as np

from rnncourse.grading.writing import question

ONE_TO_ONE, ONE_TO_MANY, MANY_TO_ONE, IN_STEP, AFTER = range(5)
"""The five shapes: the last two are both many to many."""

APPLICATIONS = {
    "image classification": (False, False, False),
    "house prices": (False, False, False),
    "image captioning": (False, True, False),
    "music generation": (False, True, False),
    "sentiment analysis": (True, False, False),
    "language identification": (True, False, False),
    "video activity": (True, False, False),
    "video frame labels": (True, True, True),
    "part-of-speech tagging": (True, True, True),
    "name entity recognition": (True, True, True),
    "DNA analysis": (True, True, True),
    "auto-completion": (True, True, True),
    "translation": (True, True, False),
    "speech recognition": (True, True, False),
    "numbers in words": (True, True, False),
}
"""Of the exercise's applications: many inputs? many outputs? does each input have its own?"""


@question("01-shape", number=1, level="recall", points=2, returns="shape")
def shape_of(application):
    """Which shape?"""
    many_in, many_out, own = APPLICATIONS[application]
    if not many_in:
        return ONE_TO_MANY if many_out else ONE_TO_ONE
    if not many_out:
        return MANY_TO_ONE
    return IN_STEP if own else AFTER


SHAPES = {application: shape_of(application) for application in APPLICATIONS}


@shape_of.inputs
def _applications(rng):
    names = list(SHAPES)
    for i in rng.permutation(len(names)):
        yield (names[i],)


def _inputs(shape):
    return shape not in (ONE_TO_ONE, ONE_TO_MANY)


def _outputs(shape):
    return shape not in (ONE_TO_ONE, MANY_TO_ONE)


def _agrees(of):
    """Return a property's verdict: `of` says the same of the answer and of the right shape."""
    return lambda a, shape: bool(of(shape) == of(SHAPES[a[0]]))


@shape_of.truth("the shape is one of the five")
def _(a, shape):
    """Return one of the five names of the cell above."""
    return np.isin(shape, range(5))


shape_of.truth(
    "the shape has one input where one thing is given whole, and many where they come piece by "
    "piece",
    "Look at the column of inputs in the table.",
    _agrees(_inputs),
)

shape_of.truth(
    "the shape has one output where one answer is given, and many where the answer has parts",
    "Look at the column of outputs in the table.",
    _agrees(_outputs),
)

shape_of.truth(
    "many to many is in step where each input has an answer of its own, at once",
    "Does each output belong to one input, or to the whole?",
    _agrees(lambda shape: shape == IN_STEP),
)


# --- What goes wrong ---


def _but(shape, *applications):
    """Make a wrong answer that has another shape for these applications."""
    return lambda application: shape if application in applications else SHAPES[application]


def _exchanged(one, other):
    places = {one: other, other: one}
    return lambda application: places.get(SHAPES[application], SHAPES[application])


@shape_of.mistake("A photo taken for many inputs")
def _(application):
    """You count the pixels of a photo as many inputs. What counts is how many steps it takes to
    give it to the network."""
    taken = {"image classification": MANY_TO_ONE, "image captioning": AFTER}
    return taken.get(application, SHAPES[application])


@shape_of.mistake("A video taken for one input")
def _(application):
    """You count a video as one input. It is given frame by frame: what is a step here?"""
    taken = {"video activity": ONE_TO_ONE, "video frame labels": ONE_TO_MANY}
    return taken.get(application, SHAPES[application])


shape_of.mistake(
    "Frame labels taken for many to one",
    "You give a video of labeled frames one answer. How many labels does it have when it is over?",
    _but(MANY_TO_ONE, "video frame labels"),
)

shape_of.mistake(
    "One activity taken for frame labels",
    "You answer at every frame of a video that shows one activity. How many answers does the "
    "whole video have?",
    _but(IN_STEP, "video activity"),
)

shape_of.mistake(
    "A sentiment after every word",
    "You give a review an answer at every word. Which question is asked about a review, and when "
    "can it be answered?",
    _but(IN_STEP, "sentiment analysis"),
)

shape_of.mistake(
    "Captioning taken for many to many",
    "You count many inputs in captioning. The many words are its output; what goes in?",
    _but(AFTER, "image captioning"),
)

shape_of.mistake(
    "A caption or a tune taken for one output",
    "You count a caption and a tune as one output each. A network writes them word by word, and "
    "note by note.",
    _but(ONE_TO_ONE, "image captioning", "music generation"),
)

shape_of.mistake(
    "Translation in step",
    "You translate word by word, as the words come in. Two languages need not have the same "
    "number of words, nor the same order.",
    _but(IN_STEP, "translation"),
)

shape_of.mistake(
    "All many to many in step",
    "You take every many to many for in step. In three of yours the output has another length "
    "than the input: what belongs to which step then?",
    _but(IN_STEP, "translation", "speech recognition", "numbers in words"),
)

shape_of.mistake(
    "Tags after the end",
    "You let the labels of words and bases wait for the end of the input. Each belongs to one "
    "input: when can it be given?",
    _but(AFTER, "part-of-speech tagging", "name entity recognition", "DNA analysis"),
)

shape_of.mistake(
    "Tags taken for one answer",
    "You give one label to a whole sentence, or to a whole piece of DNA. Count the labels that "
    "the table asks for.",
    _but(MANY_TO_ONE, "part-of-speech tagging", "name entity recognition", "DNA analysis"),
)

shape_of.mistake(
    "Auto-completion taken for one answer",
    "You let auto-completion answer once, at the end of the text. When does somebody who types "
    "want to see a guess?",
    _but(MANY_TO_ONE, "auto-completion"),
)

shape_of.mistake(
    "Auto-completion from nothing",
    "You give auto-completion one input. Count what its user types.",
    _but(ONE_TO_MANY, "auto-completion"),
)


@shape_of.mistake("Counted from 1")
def _(application):
    """All your shapes are one too large: they are numbered from 0. Return the names of the cell
    above, and you need no numbers."""
    return SHAPES[application] + 1


shape_of.mistake(
    "Outputs in front",
    "You exchanged one to many with many to one. The input is named in front.",
    _exchanged(ONE_TO_MANY, MANY_TO_ONE),
)

shape_of.mistake(
    "In step and after the input exchanged",
    "You exchanged the two kinds of many to many. In step means that each input has its answer at "
    "once.",
    _exchanged(IN_STEP, AFTER),
)
