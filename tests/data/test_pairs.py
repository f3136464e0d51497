"""Pairs: links by what is said, vocabularies and ids."""

import pytest

from rnncourse.data.pairs import END, START, PairData, Piece, list_tokens, make_pair, to_ids

SOURCE = (Piece("six", ("tens", "units")), Piece(" x "), Piece("b", ("day",)))
TARGET = (Piece("ü", ("day",)), Piece(" yz", ("units",), "units"), Piece("-"))


def test_characters_link_to_all_characters_that_say_the_same_and_never_to_spaces():
    pair = make_pair(SOURCE, TARGET, "k")
    assert "".join(pair.source) == "six x b"
    assert "".join(pair.target) == "ü yz-"
    assert pair.links == ((6,), (), (0, 1, 2), (0, 1, 2), ())
    assert pair.kinds == ("", "units", "units", "units", "")
    assert pair.starts_piece == (True, False, True, False, True)  # a space begins no piece


def test_pieces_link_to_pieces():
    pair = make_pair(SOURCE, TARGET, "k", characters=False)
    assert pair.source == ("six", "x", "b")
    assert pair.target == ("ü", "yz", "-")
    assert pair.links == ((2,), (0,), ())


def test_ids_come_back_and_stop_and_start_are_no_tokens():
    pairs = [make_pair(SOURCE, TARGET, "a"), make_pair(SOURCE[:1], TARGET[:1], "b")]
    data = PairData((), (), (), list_tokens([SOURCE]), (END, START, *list_tokens([TARGET])))
    sources, targets = data.ids(pairs)
    for pair, xs, ys in zip(pairs, sources, targets, strict=True):
        assert tuple(data.sources[i] for i in xs) == pair.source
        assert tuple(data.targets[i] for i in ys) == pair.target
        assert not {data.eos_id, data.bos_id} & {*ys}
    assert data.bos_id != data.eos_id


def test_a_token_beyond_the_vocabulary_raises():
    with pytest.raises(ValueError, match="lacks 'x'"):
        to_ids("six", (END, *"si"))
