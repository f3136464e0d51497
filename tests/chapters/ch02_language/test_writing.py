"""Ways to write, and what they do to a text."""

import numpy as np

from rnncourse.analysis.splits import encode_split
from rnncourse.chapters.ch02_language import writing
from rnncourse.data.corpus import Document
from rnncourse.models.language import LanguageModel


def test_every_decoding_method_continues_every_opening(monkeypatch):
    text = "A paragraph of plain words that goes on for a while, as they do.\n" * 30
    split_data = encode_split([Document(f"{i}.py", text) for i in range(40)], 0)
    monkeypatch.setattr("rnncourse.chapters.ch02_language.writing.LENGTH", 40)
    samples = writing.sample_all(LanguageModel(96, 8).eval(), split_data)
    assert samples.keys() == writing.DECODING_METHODS.keys()
    for texts in samples.values():
        assert [len(text) for text in texts] == [40] * writing.SAMPLES
    assert len({*samples["temperature 1"]}) == writing.SAMPLES
    for opening in writing.list_openings(split_data):
        assert len(opening) == 30
        assert opening[0] != 0  # whoever reads it puts a newline before it


def test_pieces_are_spread_over_the_text():
    text = "".join(chr(32 + i % 90) for i in range(5000))
    result = writing.cut_pieces(text)
    assert result[0] == text[: writing.LENGTH]
    assert result[-1] == text[-writing.LENGTH :]
    assert len(result) == writing.SAMPLES


def test_known_words_have_mean_and_standard_error():
    train = "the cat sat on the mat " * 10
    rows = writing.describe_texts(["x the cat sat y", "x the dog sat y"], train)
    known = np.array([1, 2 / 3])
    np.testing.assert_allclose(rows[0], [known.mean(), known.std(ddof=1) / np.sqrt(2)])
    assert rows.shape == (3, 2)
