"""The corpus's cache: it saves time, heals when damaged, and never changes the text."""

import json

import pytest

from rnncourse.data import corpus as corpus_module
from rnncourse.data.corpus import CorpusWarning, Document, hash_documents, load_corpus

DOCUMENTS = [Document("a.py", "One.\n"), Document("b.py", "Two.\n")]


@pytest.fixture
def library_reads(monkeypatch):
    """Make the libraries tiny, and return a list with one entry for each time they are read."""
    done = []
    monkeypatch.setattr(corpus_module, "read_documents", lambda: done.append(1) or list(DOCUMENTS))
    monkeypatch.setattr(corpus_module, "PINNED_SHA256", hash_documents(DOCUMENTS))
    return done


def test_the_second_call_reads_the_cache(tmp_path, library_reads):
    assert load_corpus(tmp_path / "new" / "folder") == DOCUMENTS
    assert load_corpus(tmp_path / "new" / "folder") == DOCUMENTS
    assert len(library_reads) == 1
    assert [p.suffix for p in (tmp_path / "new" / "folder").iterdir()] == [".json"]


def change_document(body):
    body["documents"][0][1] = "Onf.\n"


def remove_document(body):
    del body["documents"][1]


def remove_hash(body):
    del body["sha256"]


def break_documents(body):
    body["documents"] = [["a.py"], 7]


@pytest.mark.parametrize("damage", [change_document, remove_document, remove_hash, break_documents])
def test_a_cache_with_other_content_is_rebuilt(tmp_path, library_reads, damage):
    load_corpus(tmp_path)
    (path,) = tmp_path.iterdir()
    sound = path.read_bytes()
    body = json.loads(sound)
    damage(body)
    path.write_text(json.dumps(body), encoding="ascii")
    assert load_corpus(tmp_path) == DOCUMENTS
    assert len(library_reads) == 2
    assert path.read_bytes() == sound


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"null", b"\xff\xfe", b'{"sha256": "0"}'])
def test_a_cache_that_is_no_cache_is_rebuilt(tmp_path, library_reads, content):
    load_corpus(tmp_path)
    (path,) = tmp_path.iterdir()
    sound = path.read_bytes()
    for broken in (content, sound[: len(sound) // 2]):
        path.write_bytes(broken)
        assert load_corpus(tmp_path) == DOCUMENTS
        assert path.read_bytes() == sound
    assert len(library_reads) == 3


def test_a_folder_that_cannot_be_written_only_costs_time(tmp_path, library_reads):
    blocked = tmp_path / "a file, not a folder"
    blocked.write_text("")
    for calls in (1, 2):
        assert load_corpus(blocked / "cache") == DOCUMENTS
        assert len(library_reads) == calls


def test_every_set_of_versions_has_its_own_cache(tmp_path, library_reads, monkeypatch):
    load_corpus(tmp_path)
    monkeypatch.setattr(corpus_module.importlib.metadata, "version", lambda name: "0.0")
    load_corpus(tmp_path)
    assert len(library_reads) == len(list(tmp_path.iterdir())) == 2


def test_another_text_is_announced_in_one_sentence_and_used(tmp_path, library_reads, monkeypatch):
    monkeypatch.setattr(corpus_module, "PINNED_SHA256", "0" * 64)
    message = r"^This corpus is not the one .*numpy \d.*: install the versions in constraints.txt"
    with pytest.warns(CorpusWarning, match=message) as caught:
        assert load_corpus(tmp_path) == DOCUMENTS
    assert len(caught) == 1
    assert "\n" not in str(caught[0].message)


def test_the_pinned_text_is_loaded_without_a_notice(tmp_path, library_reads):
    load_corpus(tmp_path)  # a warning would be an error
