"""Three words, whose sounds the reader joins with letters, in page and notebook.

Both run `riddle_widget.mjs`; where the network attends comes from the record.
"""

from pathlib import Path

from rnncourse.core.records import Record
from rnncourse.viz import elements

LIVE_FIGURE = elements.LiveFigure(
    "live-riddle",
    Path(__file__).parent,
    "Take a pencil: k n i g h t is said N AY T; p s y c h o l o g y S AY K AA L AH JH IY; "
    "r e n d e z v o u s R AA N D IH V UW. To join letters and sounds here needs JavaScript; in a "
    "notebook, run the cell.",
    "Letters, and their sounds in a dictionary. Press a sound, then a letter, or drag; again "
    "takes the line away. A silent letter may go with the sound on either side, or with none. "
    "Purple: where this lesson's network attends most, with each of three seeds.",
    "riddle_widget",
)
WORDS = {
    "knight": "N=n AY=i T=t",
    "psychology": "S=s AY=y K=ch AA=o L=l AH=o JH=g IY=y",
    "rendezvous": "R=r AA=e N=n D=d IH=e V=v UW=ou",
}
"""Of each word its sounds, and the letters that make each of them; the others are silent."""


def live_riddle() -> object:
    """Show words and their sounds: the reader joins them, and compares with the network.

        j(i) = argmax over j of alpha_ij

    Returns:
        An object that a notebook displays when it is the last value of a cell.

    Raises:
        ValueError: If the networks of the record attend to different letters.

    Source: `spelling_experiments`, which recorded the letters.
    """
    record, words = Record.load("ch12_attention"), []
    for word, pronunciation in WORDS.items():
        sounds, sources, attended, start = [], [], [], 0
        for place, pair in enumerate(pronunciation.split(), 1):
            sound, letters = pair.split("=")
            first = word.index(letters, start)
            start = first + len(letters)
            sounds.append(sound)
            sources.append([*range(first, start)])
            (letter,) = {*record.value(f"spelling/attention/at/{word}/{place}")}  # of all seeds
            attended.append(int(letter))
        words.append({"word": word, "sounds": sounds, "sources": sources, "attended": attended})
    facts = {"words": elements.dump_json(words)}
    return LIVE_FIGURE.show(facts, f"Letters and sounds to be joined: {', '.join(WORDS)}")
