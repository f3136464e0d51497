"""Which application has which shape of input and output."""

import numpy as np

from rnncourse.grading.questions import Mistake, Property, Question

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


def _shape_of(application):
    many_in, many_out, own = APPLICATIONS[application]
    if not many_in:
        return ONE_TO_MANY if many_out else ONE_TO_ONE
    if not many_out:
        return MANY_TO_ONE
    return IN_STEP if own else AFTER


SHAPES = {application: _shape_of(application) for application in APPLICATIONS}


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


# --- What goes wrong ---


def _but(shape, *applications):
    """Make a wrong answer that has another shape for these applications."""
    return lambda application: shape if application in applications else SHAPES[application]


def _exchanged(one, other):
    places = {one: other, other: one}
    return lambda application: places.get(SHAPES[application], SHAPES[application])


SHAPE = Question(
    id="01-shape",
    title="Which shape?",
    level="recall",
    points=2,
    function="shape_of",
    reference=_shape_of,
    returns=("shape",),
    inputs=_applications,
    properties=(
        Property(
            "the shape is one of the five",
            lambda a, shape: bool(np.isin(shape, range(5))),
            hint="Return one of the five names of the cell above.",
        ),
        Property(
            "the shape has one input where one thing is given whole, and many where they come "
            "piece by piece",
            _agrees(_inputs),
            hint="Look at the column of inputs in the table.",
        ),
        Property(
            "the shape has one output where one answer is given, and many where the answer has "
            "parts",
            _agrees(_outputs),
            hint="Look at the column of outputs in the table.",
        ),
        Property(
            "many to many is in step where each input has an answer of its own, at once",
            _agrees(lambda shape: shape == IN_STEP),
            hint="Does each output belong to one input, or to the whole?",
        ),
    ),
    mistakes=(
        Mistake(
            "A photo taken for many inputs",
            lambda application: {
                "image classification": MANY_TO_ONE,
                "image captioning": AFTER,
            }.get(application, SHAPES[application]),
            "You count the pixels of a photo as many inputs. What counts is how many steps it "
            "takes to give it to the network.",
        ),
        Mistake(
            "A video taken for one input",
            lambda application: {
                "video activity": ONE_TO_ONE,
                "video frame labels": ONE_TO_MANY,
            }.get(application, SHAPES[application]),
            "You count a video as one input. It is given frame by frame: what is a step here?",
        ),
        Mistake(
            "Frame labels taken for many to one",
            _but(MANY_TO_ONE, "video frame labels"),
            "You give a video of labeled frames one answer. How many labels does it have when it "
            "is over?",
        ),
        Mistake(
            "One activity taken for frame labels",
            _but(IN_STEP, "video activity"),
            "You answer at every frame of a video that shows one activity. How many answers does "
            "the whole video have?",
        ),
        Mistake(
            "A sentiment after every word",
            _but(IN_STEP, "sentiment analysis"),
            "You give a review an answer at every word. Which question is asked about a review, "
            "and when can it be answered?",
        ),
        Mistake(
            "Captioning taken for many to many",
            _but(AFTER, "image captioning"),
            "You count many inputs in captioning. The many words are its output; what goes in?",
        ),
        Mistake(
            "A caption or a tune taken for one output",
            _but(ONE_TO_ONE, "image captioning", "music generation"),
            "You count a caption and a tune as one output each. A network writes them word by "
            "word, and note by note.",
        ),
        Mistake(
            "Translation in step",
            _but(IN_STEP, "translation"),
            "You translate word by word, as the words come in. Two languages need not have the "
            "same number of words, nor the same order.",
        ),
        Mistake(
            "All many to many in step",
            _but(IN_STEP, "translation", "speech recognition", "numbers in words"),
            "You take every many to many for in step. In three of yours the output has another "
            "length than the input: what belongs to which step then?",
        ),
        Mistake(
            "Tags after the end",
            _but(AFTER, "part-of-speech tagging", "name entity recognition", "DNA analysis"),
            "You let the labels of words and bases wait for the end of the input. Each belongs to "
            "one input: when can it be given?",
        ),
        Mistake(
            "Tags taken for one answer",
            _but(MANY_TO_ONE, "part-of-speech tagging", "name entity recognition", "DNA analysis"),
            "You give one label to a whole sentence, or to a whole piece of DNA. Count the labels "
            "that the table asks for.",
        ),
        Mistake(
            "Auto-completion taken for one answer",
            _but(MANY_TO_ONE, "auto-completion"),
            "You let auto-completion answer once, at the end of the text. When does somebody who "
            "types want to see a guess?",
        ),
        Mistake(
            "Auto-completion from nothing",
            _but(ONE_TO_MANY, "auto-completion"),
            "You give auto-completion one input. Count what its user types.",
        ),
        Mistake(
            "Counted from 1",
            lambda application: SHAPES[application] + 1,
            "All your shapes are one too large: they are numbered from 0. Return the names of the "
            "cell above, and you need no numbers.",
        ),
        Mistake(
            "Outputs in front",
            _exchanged(ONE_TO_MANY, MANY_TO_ONE),
            "You exchanged one to many with many to one. The input is named in front.",
        ),
        Mistake(
            "In step and after the input exchanged",
            _exchanged(IN_STEP, AFTER),
            "You exchanged the two kinds of many to many. In step means that each input has its "
            "answer at once.",
        ),
    ),
)

QUESTIONS = (SHAPE,)
