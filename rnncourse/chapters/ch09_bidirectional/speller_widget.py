"""A word that the reader types, said letter by letter by three networks: in page and notebook."""

from pathlib import Path

from rnncourse.chapters.ch09_bidirectional.spelling import pronounce_letters
from rnncourse.chapters.ch09_bidirectional.spelling_experiments import (
    SHOWN_KINDS,
    WEIGHTS_NAME,
    load_speller,
)
from rnncourse.viz import elements

LIVE_FIGURE = elements.LiveFigure(
    "live-speller",
    Path(__file__).parent,
    "Here three networks say a word that you type, letter by letter. In the book it needs "
    "JavaScript; in a notebook, run the cell.",
    "Type a word, letter by letter. Forward cannot change what it has said; the one that waits can "
    "change its last two letters, and both ways can change any.",
    "speller_widget",
)
WORD = "hate"


def live_speller() -> object:
    """Show what three networks have the letters of a word say, and what its last letter changed.

    Returns:
        An object that a notebook displays when it is the last value of a cell.

    Raises:
        WeightsError: If the weights are missing, or were changed.

    Source: `DelayedPronouncer` and `BidirectionalPronouncer`; test_speller_widget.py compares
    the page.
    """
    initial = [letter_sounds(WORD), letter_sounds(WORD[:-1])]
    manifest, _ = LIVE_FIGURE.files(WEIGHTS_NAME)
    words = f"Live: a sound for every letter, {manifest['bytes']} bytes of weights"
    return LIVE_FIGURE.show(
        {"word": WORD, "initial": elements.dump_json(initial)}, words, (WEIGHTS_NAME,)
    )


def letter_sounds(word: str) -> dict[str, list[str]]:
    """Return, by network, what it has each letter say: sounds with spaces between them."""
    sounds = {}
    for name in SHOWN_KINDS:
        model, pieces = load_speller(name)
        sounds[name] = [" ".join(piece) for piece in pronounce_letters(model, [word], pieces)[word]]
    return sounds
