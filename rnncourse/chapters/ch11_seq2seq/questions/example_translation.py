"""The open question: translate lists without a network, from a few examples."""

from functools import partial

import numpy as np

from rnncourse.data.spelling import spell_pieces
from rnncourse.grading.writing import question

POINTS_BY_SCORE = ((0.3, 1), (0.5, 2), (0.85, 3), (0.97, 4))  # share that is exact
N_EXAMPLES, MAX_NUMBERS = 120, 3  # lists to learn from, and numbers in the longest of them
N_UNSEEN = 12  # compound numbers that are in no example
N_NEW_LISTS = 40  # lists to translate, of two to eight numbers
COLUMNS = 4 * 8 - 1  # words of eight compound numbers with commas between
PADDING, COMMA, LINK = 0, 1, 2
LINK_WORDS = {"en": "-", "de": "und"}


def _number_words(rng, language):
    """Number the words of a language: behind the joint of a compound number, as they are drawn."""
    words = {piece.text for n in range(1, 100) for piece in spell_pieces(n, language)}
    words = rng.permutation(sorted(words - {LINK_WORDS[language]}))
    return {word: LINK + i for i, word in enumerate([LINK_WORDS[language], *words.tolist()])}


def _write_lines(language, words, lists):
    """Write lists in numbers of words, a row each."""
    spelled = (
        [[words[p.text] for p in spell_pieces(int(n), language)] for n in row] for row in lists
    )
    return _stack_lists([_join_numbers(numbers) for numbers in spelled])


def _stack_lists(lines, columns=None):
    """Lay lists below each other, with zeros behind their ends."""
    rows = np.zeros((len(lines), columns or max(map(len, lines))), int)
    for row, line in zip(rows, lines, strict=True):
        row[: len(line)] = line
    return rows


def _cut_list(row):
    """Cut a list at its commas."""
    numbers = [[]]
    for word in row[row > PADDING].tolist():
        if word == COMMA:
            numbers.append([])
        else:
            numbers[-1].append(word)
    return [tuple(number) for number in numbers]


def _join_numbers(numbers):
    """Put commas between numbers."""
    line = []
    for number in numbers:
        line += [*number, COMMA]
    return line[:-1]


def _stack_texts(lines):
    """Lay translations below each other; what is longer than any right one is cut off."""
    return _stack_lists([list(line)[:COLUMNS] for line in lines], COLUMNS)


def _learn_words(sources, targets):
    """Learn the translation of each number that is seen."""
    de_by_en = {}
    for source, target in zip(sources, targets, strict=True):
        de_by_en |= dict(zip(_cut_list(source), _cut_list(target), strict=True))
    return de_by_en


@question("11-translate", 7, "A translator without a network", "project", returns="texts")
def translate(sources, targets, new):
    """Return the translations of new lists as rows of symbols."""
    de_by_en = _learn_words(sources, targets)
    compounds = [(en, de) for en, de in de_by_en.items() if len(en) == 3]
    tens = {en[0]: de[2] for en, de in compounds}
    units = {en[2]: de[0] for en, de in compounds}

    def translate_number(en):
        if en not in de_by_en and len(en) == 3:
            return units.get(en[2], PADDING), LINK, tens.get(en[0], PADDING)
        return de_by_en.get(en, en)

    return _stack_texts([_join_numbers(map(translate_number, _cut_list(source))) for source in new])


@translate.inputs
def _sample_inputs(rng):
    compounds = np.array([n for n in range(21, 100) if n % 10])
    for _ in range(2):
        unseen_numbers = rng.choice(compounds, N_UNSEEN, replace=False)
        known_numbers = np.setdiff1d(np.arange(1, 100), unseen_numbers)
        lists = list(rng.permutation(known_numbers).reshape(-1, MAX_NUMBERS))  # each once, and more
        while len(lists) < N_EXAMPLES:
            lists.append(rng.choice(known_numbers, rng.integers(1, MAX_NUMBERS + 1)))
        new_lists = [rng.integers(1, 100, rng.integers(2, 9)) for _ in range(N_NEW_LISTS)]
        write_en, write_de = (
            partial(_write_lines, language, _number_words(rng, language)) for language in LINK_WORDS
        )
        yield write_en(lists), write_de(lists), write_en(new_lists)


@translate.measured(
    POINTS_BY_SCORE, "Of the new lists {:.0%} are translated without a mistake.".format
)
def _measure_accuracy(cases, values, expected):
    """How many new lists are right from the first word to the last."""
    pairs = zip(values, expected, strict=True)
    return float(np.mean([np.all(texts == targets, axis=1) for (texts,), (targets,) in pairs]))


@translate.mistake("Word for word")
def _translate_word_for_word(sources, targets, new_lists):
    """You translate word for word, in the order of the source. German says the units before the
    tens: what stands side by side does not belong together."""
    de_by_en = {}
    for source, target in zip(sources, targets, strict=True):
        de_by_en |= dict(zip(source.tolist(), target.tolist(), strict=False))
    return _stack_texts([[de_by_en.get(word, word) for word in row] for row in new_lists.tolist()])


translate.mistake("Copied from the examples")(
    "You look up whole lists. Nearly no new list is among the examples: cut it into parts that "
    "are.",
    lambda sources, targets, new: _stack_texts(targets[: len(new)]),
)

translate.mistake("As it was", lambda sources, targets, new: _stack_texts(new))(
    "You return the sources."
)


@translate.mistake("Only the numbers that were seen")
def _drop_unseen_numbers(sources, targets, new_lists):
    """You translate each number as a whole, and drop those that no example has. Of what is a
    compound number made, and in which order?"""
    de_by_en = _learn_words(sources, targets)
    return _stack_texts(
        [_join_numbers(de_by_en[n] for n in _cut_list(s) if n in de_by_en) for s in new_lists]
    )


def _make_number_answer(change, keeps_known_tokens=True):
    """Make a wrong answer that changes each number, or those that no example has."""

    def answer(sources, targets, new_lists):
        known = {*_learn_words(sources, targets).values()} if keeps_known_tokens else ()
        lists = map(_cut_list, translate(sources, targets, new_lists))
        return _stack_texts(
            [_join_numbers(n if n in known else change(n) for n in row) for row in lists]
        )

    return answer


translate.mistake("In the order of the source")(
    "You put the parts of a compound number together in the order of the source. German says the "
    "units before the tens.",
    _make_number_answer(lambda n: n[::-1], keeps_known_tokens=False),
    _make_number_answer(lambda n: n[::-1]),
)

translate.mistake("The joint forgotten")(
    "In your compound numbers the joint, word 2, is missing or stands in another place. It stands "
    "between units and tens.",
    _make_number_answer(lambda n: n[:1] + n[2:]),
    _make_number_answer(lambda n: n[1:2] + n[:1] + n[2:]),
)


def _make_text_answer(change):
    """Make a wrong answer that changes each right text."""
    return lambda *args: _stack_texts(map(change, translate(*args)))


translate.mistake(
    "The numbers from the end", _make_text_answer(lambda text: _join_numbers(_cut_list(text)[::-1]))
)("Your numbers are right, but the list comes from its end.")

translate.mistake(
    "A comma at the end", _make_text_answer(lambda text: [*text[text > PADDING], COMMA])
)("Your numbers are right, but a comma stands behind the last one. Commas stand between them.")

translate.mistake("The commas forgotten", _make_text_answer(lambda text: text[text > COMMA]))(
    "Your numbers are right, but there is no comma between them."
)
