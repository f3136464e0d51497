"""Tagged texts: what is read is what was written, and what is counted is counted again."""

import random
import re
import subprocess
import sys

import pytest

from rnncourse.cli.tags import main
from rnncourse.data.tagged_text import TaggedError, count_next_tags, load_tagged

TAGS = ("ADJ", "NOUN", "VERB", "PUNCT")


def write_conllu(path, sentences):
    """Write sentences as CoNLL-U, with comments, words written as one, and empty nodes."""
    lines = []
    for sentence in sentences:
        lines += ["# text = " + " ".join(word for word, _ in sentence), "1-2\tboth" + "\t_" * 8]
        for i, (word, tag) in enumerate(sentence, start=1):
            lines.append("\t".join([str(i), word, "_", tag, *"______"]))
        lines += [f"{len(sentence)}.1\tleft" + "\t_" * 8, ""]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


@pytest.fixture
def tagged_sentences():
    rng = random.Random(0)
    return [
        tuple((f"w{rng.randrange(9)}", rng.choice(TAGS)) for _ in range(rng.randrange(1, 9)))
        for _ in range(40)
    ]


def test_conllu_files_are_read_as_written(tmp_path, tagged_sentences):
    path = write_conllu(tmp_path / "a.conllu", tagged_sentences)
    assert load_tagged(path) == tagged_sentences
    path.write_text(path.read_text("utf-8").rstrip(), encoding="utf-8")  # no line after the last
    assert load_tagged(path) == tagged_sentences


def test_next_tags_are_counted_within_sentences(tagged_sentences):
    for after in TAGS:
        result = dict.fromkeys(TAGS, 0)
        for sentence in tagged_sentences:
            for i in range(len(sentence) - 1):
                if sentence[i][1] == after:
                    result[sentence[i + 1][1]] += 1
        assert count_next_tags(tagged_sentences, after) == {t: n for t, n in result.items() if n}
    assert count_next_tags(tagged_sentences).total() == sum(
        len(sentence) - 1 for sentence in tagged_sentences
    )


def test_the_command_says_the_share(tmp_path, capsys):
    pair = (("old", "ADJ"), ("tree", "NOUN"))
    other = (("old", "ADJ"), ("!", "PUNCT"), ("go", "VERB"))
    path = write_conllu(tmp_path / "a.conllu", [pair] * 9 + [other])
    assert main([str(path)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "10 sentences; after ADJ (10 times) comes:"
    assert lines[1] == "NOUN   90.0 % [59.6, 98.2], after any word 81.8 %"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (None, "There is no file"),
        ("", "has no sentences"),
        ("# only a comment\n", "has no sentences"),
        ("1\told\tADJ\n", "Line 1 of .* has 3 columns"),
        ("1\told\t_\tNOUN\t_\t_\t_\t_\t_\t_\n", "No word with the tag ADJ"),
    ],
)
def test_a_file_without_tagged_text_is_one_sentence(tmp_path, capsys, text, sentence):
    path = tmp_path / "a.conllu"
    if text is not None:
        path.write_text(text, encoding="utf-8")
    assert main([str(path)]) == 2
    message = capsys.readouterr().err
    assert re.search(sentence, message)
    assert message.count("\n") == 1


def test_a_mark_of_the_byte_order_is_no_text(tmp_path):
    path = write_conllu(tmp_path / "a.conllu", [(("old", "ADJ"),)])
    path.write_text("\ufeff" + path.read_text(encoding="utf-8"), encoding="utf-8")
    assert load_tagged(path) == [(("old", "ADJ"),)]


def test_a_file_that_is_no_text_is_reported(tmp_path):
    (tmp_path / "a.conllu").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(TaggedError, match="cannot be read"):
        load_tagged(tmp_path / "a.conllu")


def test_the_module_is_a_command(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "rnncourse.cli.tags", str(tmp_path / "no.conllu")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert "Traceback" not in done.stderr
