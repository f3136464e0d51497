"""The corpus: the pinned text, and no leak between the sides of a split."""

import sys
import warnings

import pytest

from rnncourse.data.corpus import (
    PINNED_SHA256,
    Document,
    extract_paragraphs,
    hash_documents,
    is_prose,
    read_documents,
    split_corpus,
)
from rnncourse.data.text import ASCII

# --- The real corpus ---


def test_the_text_is_the_one_that_the_numbers_were_measured_on(corpus):
    assert hash_documents(corpus) == PINNED_SHA256


@pytest.mark.tools
def test_reading_anew_gives_the_pinned_text(corpus):
    """Of the three smaller libraries: where there is no cache yet, `corpus` reads all of them."""
    libraries = ("matplotlib", "networkx", "numpy")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        actual = read_documents(libraries)
    assert actual == [d for d in corpus if d.name.startswith(libraries)]
    assert len(actual) > 300


def test_two_million_characters_in_a_thousand_documents(corpus):
    assert 1.9e6 <= sum(len(d.text) for d in corpus) <= 2.1e6
    assert 1000 <= len(corpus) <= 1200
    assert len({d.name for d in corpus}) == len(corpus)


def test_every_line_of_every_document_is_prose_in_ascii(corpus):
    for document in corpus:
        assert set(document.text) <= set(ASCII), document.name
        assert document.text.endswith("\n")
        assert all(map(is_prose, document.text.splitlines())), document.name


def test_no_two_documents_share_a_run_of_eight_words(corpus):
    owner = {}
    for document in corpus:
        for line in document.text.splitlines():
            words = line.split()
            for run in zip(*(words[i:] for i in range(8)), strict=False):
                assert owner.setdefault(run, document.name) == document.name, run
    assert len(owner) > 200_000


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_no_document_is_on_two_sides_and_none_is_lost(corpus, seed):
    split = split_corpus(corpus, seed)
    sides = [set(text.splitlines()) for text in (split.train, split.valid, split.test)]
    homes = [[set(d.text.splitlines()) <= side for side in sides] for d in corpus]
    assert all(sum(home) == 1 for home in homes)
    total = sum(len(d.text) for d in corpus)
    assert len(split.train) + len(split.valid) + len(split.test) == total
    assert len(split.train) / total == pytest.approx(0.8, abs=0.02)
    assert len(split.valid) / total == pytest.approx(0.1, abs=0.02)
    assert len(split.test) / total == pytest.approx(0.1, abs=0.02)


def test_the_seed_decides_the_split_and_nothing_else_does(corpus):
    first, second = split_corpus(corpus, 0), split_corpus(corpus, 1)
    assert split_corpus(corpus[::-1], 0) == first
    shared = set(first.test.splitlines()) & set(second.test.splitlines())
    assert len(shared) < 0.3 * len(first.test.splitlines())  # 10 % by chance


# --- What is prose ---

SENTENCE = "The gradient is computed one sample at a time, and the model is updated."


@pytest.mark.parametrize(
    "paragraph",
    [
        SENTENCE,
        SENTENCE[:-1].ljust(59, "x")[:59] + ".",  # sixty characters
        "A" * 54 + "12345" + ".",  # ninety percent letters
        "This is written in capitals AND (with brackets), but it remains a sentence.",
    ],
)
def test_english_paragraphs_count_as_prose(paragraph):
    assert is_prose(paragraph)


@pytest.mark.parametrize(
    "paragraph",
    [
        "",
        ".",
        SENTENCE[:-1].ljust(58, "x")[:58] + ".",  # fifty-nine characters
        "A" * 53 + "123456" + ".",  # less than ninety percent letters
        SENTENCE.lower(),
        SENTENCE[:-1],
        SENTENCE[:-1] + ":",
        SENTENCE.replace("model", "modèle"),
        SENTENCE.replace("model", "mo\tdel"),
        SENTENCE.replace("model", ">>> model"),
        SENTENCE.replace("model", "m : model"),
        SENTENCE.replace("model", "model::"),
        SENTENCE.replace("model", ".. model"),
    ],
)
def test_code_tables_and_fragments_do_not_count_as_prose(paragraph):
    assert not is_prose(paragraph)


def test_paragraphs_come_from_docstrings_from_top_to_bottom():
    one, two, three, four = (SENTENCE.replace("sample", w) for w in ("row", "item", "case", "word"))
    source = f'''"""Short.

Heading
-------
{one.replace(" ", chr(10), 1)}

    {SENTENCE} >>> not_this()
"""
TEXT = """{SENTENCE}"""  # a string, but no docstring


class C:
    """{two}"""

    async def g(self):
        r"""{three} \\alpha"""
        # {SENTENCE}


def f():
    """
    Notes
    =====
    {four}
    """
'''
    assert list(extract_paragraphs(source)) == [one, two, four]


def test_a_warning_in_foreign_source_is_not_ours():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert list(extract_paragraphs(f'"""{SENTENCE}"""\nx = "\\d"\n')) == [SENTENCE]


def test_source_that_does_not_parse_is_a_syntax_error():
    with pytest.raises(SyntaxError):
        list(extract_paragraphs("def {{ name }}():"))


# --- Reading installed packages: one made up for the test ---


@pytest.fixture
def write_library(tmp_path, monkeypatch):
    """Return a function that writes a package's files, docstring by name."""
    root = tmp_path / "made_up_library"
    monkeypatch.syspath_prepend(tmp_path)

    def write(**docstrings):
        for name, text in ({"__init__": ""} | docstrings).items():
            path = root / (name.replace("__of__", "/") + ".py")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(f'"""{text}"""\n', encoding="utf-8")
        return [root.name]

    yield write
    sys.modules.pop(root.name, None)


def test_a_copy_in_a_later_file_is_dropped_also_with_a_word_changed(write_library):
    extra = "Something else is said here, in words that no other document of this test uses."
    altered = SENTENCE.replace("updated", "changed")
    names = write_library(a=SENTENCE, b=f"{altered}\n\n{extra}", c=f"{extra}\n\n{altered}")
    actual = {d.name: d.text for d in read_documents(names)}
    assert actual == {"made_up_library/a.py": SENTENCE + "\n", "made_up_library/b.py": extra + "\n"}


def test_dropped_paragraphs_still_count_as_duplicates(write_library):
    tail = "and then the values are returned to the caller of the function in order."
    joined = f"{SENTENCE[:-1]}, {tail}"
    names = write_library(a=SENTENCE, b=joined, c=f"Here we look again, {tail}")
    assert [d.name for d in read_documents(names)] == ["made_up_library/a.py"]


def test_a_paragraph_repeated_within_one_file_stands_once(write_library):
    actual = read_documents(write_library(a=f"{SENTENCE}\n\n{SENTENCE}"))
    assert actual == [Document("made_up_library/a.py", SENTENCE + "\n")]


def test_tests_vendored_code_templates_and_what_some_systems_lack_are_left_out(write_library):
    names = write_library(
        tests__of__a=SENTENCE,
        externals__of__a=SENTENCE,
        distutils__of__a=SENTENCE,
        _distributor_init=SENTENCE,
        test_a=SENTENCE,
        template=f'{SENTENCE}"""\n{{{{ template }}}} = = """',
        deep__of__er__of__z=SENTENCE,
    )
    assert [d.name for d in read_documents(names)] == ["made_up_library/deep/er/z.py"]


def test_a_library_that_is_missing_is_named():
    with pytest.raises(ModuleNotFoundError, match="needs no_such_library, which is not installed"):
        read_documents(["no_such_library"])


def test_the_fingerprint_sees_names_texts_and_order():
    a, b = Document("a.py", "x\n"), Document("b.py", "y\n")
    lists = [[a, b], [b, a], [a], [], [Document("a.p", "yx\n"), b], [Document("b.py", "x\n"), b]]
    assert len({hash_documents(documents) for documents in lists}) == len(lists)
