"""A small corpus, split, for what is trained on it."""

import pytest

from rnncourse.analysis.splits import encode_split
from rnncourse.data.corpus import Document

DOCUMENTS = [Document(f"{i}.py", f"Document {i} says the same again.\n" * 9) for i in range(30)]


@pytest.fixture
def split_data():
    return encode_split(DOCUMENTS, seed=0, max_order=1)
