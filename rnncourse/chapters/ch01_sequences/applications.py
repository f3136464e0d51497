"""The applications that the five decks name, their shapes, and where the course runs them."""

from dataclasses import dataclass

ONE_TO_ONE = "one to one"
ONE_TO_MANY = "one to many"
MANY_TO_ONE = "many to one"
IN_STEP = "many to many, in step"
AFTER_INPUT = "many to many, after the input"


@dataclass(frozen=True)
class Application:
    """What a deck names as a use of recurrent networks.

    Args:
        name: In our words.
        decks: The letters of the decks that name it.
        shape: One of the five.
        where: The chapter that runs it, or why none does.
    """

    name: str
    decks: tuple[str, ...]
    shape: str
    where: str


APPLICATIONS = (
    Application("image classification", ("B",), ONE_TO_ONE, "lesson 1: handwritten digits"),
    Application("auto-completion, next character", ("B", "D"), IN_STEP, "lesson 2"),
    Application("language models of words", ("A",), IN_STEP, "lesson 2, over characters"),
    Application(
        "music generation",
        ("B",),
        ONE_TO_MANY,
        "not run: no free music comes with a package; lesson 1 writes names instead",
    ),
    Application("image captioning", ("B", "D"), ONE_TO_MANY, "lesson 13"),
    Application(
        "sentiment of a sentence or review",
        ("B", "D"),
        MANY_TO_ONE,
        "lesson 1 runs its shape: a name, and its language",
    ),
    Application(
        "activity in a video", ("B",), MANY_TO_ONE, "lesson 1, in step: the movement in every frame"
    ),
    Application("video classification, frame by frame", ("A", "B", "D"), IN_STEP, "lesson 1"),
    Application(
        "part-of-speech tagging",
        ("B",),
        IN_STEP,
        "lesson 1 tags the roles of identifiers; tagged English is yours to bring",
    ),
    Application(
        "names of people and places in text",
        ("B",),
        IN_STEP,
        "not run: no labeled text comes with a package; roles of identifiers stand in",
    ),
    Application(
        "genes in DNA", ("B",), IN_STEP, "not run: no labeled sequences come with a package"
    ),
    Application(
        "speech recognition", ("B",), AFTER_INPUT, "not run: no recordings come with a package"
    ),
    Application("machine translation", ("B", "D"), AFTER_INPUT, "lessons 1, 11 and 12"),
    Application(
        "weather forecasting", ("B",), IN_STEP, "not run: no measurements come with a package"
    ),
    Application("stock prices", ("B", "C"), IN_STEP, "lesson 9: why it looks too good"),
    Application(
        "visual attention while captioning",
        ("D",),
        ONE_TO_MANY,
        "lesson 13, scored against the true regions",
    ),
)
