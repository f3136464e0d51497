"""`rnncourse learn`: a text in, a network and its page out; it stops and goes on."""

import json
import random
import shutil

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from rnncourse.cli import learn  # noqa: E402
from rnncourse.cli import main as rnncourse  # noqa: E402
from rnncourse.training import reading  # noqa: E402

WORDS = ["the", "a", "cat", "dog", "bird", "sat", "ran", "sang", "on", "under", "mat", "(see)"]


def write_book(folder):
    rng = random.Random(0)
    lines = (" ".join(rng.choices(WORDS, k=8)) + "." for _ in range(800))
    path = folder / "book.txt"
    path.write_text("\n".join(lines) + "\N{SNOWMAN}\N{CAT FACE}", encoding="utf-8")
    return path


def run_learn(book, *options):
    return rnncourse(["learn", str(book), "--updates", "20", "--no-open", *map(str, options)])


@pytest.fixture
def book_file(tmp_path):
    return write_book(tmp_path)


@pytest.fixture(scope="module")
def trained_folder(tmp_path_factory):
    """The folder of a network that has read the book, trained once."""
    folder = tmp_path_factory.mktemp("trained")
    assert run_learn(write_book(folder), "--to", folder / "kept") == 0
    return folder / "kept"


@pytest.fixture
def copied(trained_folder, tmp_path):
    return shutil.copytree(trained_folder, tmp_path / "kept")


def test_a_network_a_comparison_and_a_page_come_out(book_file, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert run_learn(book_file) == 0
    output = capsys.readouterr()
    counts, network = (float(line.split()[0]) for line in output.out.splitlines()[1:3])
    assert 1 < counts < network < 5  # bits: a hundred words that are drawn; hardly trained
    assert "1 rare ones left out" in output.err  # the cat's face has two units in a browser
    page = (tmp_path / "book-learned" / "index.html").read_text(encoding="utf-8")
    assert "A network that has read book" in page
    assert "_static" not in page  # one file
    assert "data-tunes" not in page


def test_a_stopped_training_resumes_identically(book_file, copied, tmp_path, monkeypatch):
    predict_probs, looks = reading.predict_probs, []

    def stop(*arguments):
        looks.append(arguments)
        if len(looks) == 5:
            raise KeyboardInterrupt
        return predict_probs(*arguments)

    monkeypatch.setattr(reading, "predict_probs", stop)
    assert run_learn(book_file, "--to", tmp_path / "parts") == 130
    assert run_learn(book_file, "--to", tmp_path / "parts") == 0
    assert (tmp_path / "parts" / "model.bin").read_bytes() == (copied / "model.bin").read_bytes()


def test_a_diverged_training_is_reported(book_file, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(reading, "predict_probs", lambda model, ids: np.full(len(ids), np.nan))
    assert run_learn(book_file, "--to", tmp_path / "diverged") == 2
    assert "no validation gave a number" in capsys.readouterr().err


def test_another_text_does_not_overwrite_a_network(book_file, copied, capsys):
    model_bytes = (copied / "model.bin").read_bytes()
    book_file.write_text(book_file.read_text(encoding="utf-8") + "More.", encoding="utf-8")
    assert run_learn(book_file, "--to", copied) == 2
    assert "holds a network of another text" in capsys.readouterr().err
    assert (copied / "model.bin").read_bytes() == model_bytes
    assert run_learn(book_file, "--to", copied, "--new") == 0
    assert (copied / "model.bin").read_bytes() != model_bytes


def test_another_number_of_updates_is_refused(book_file, copied, capsys):
    assert run_learn(book_file, "--to", copied, "--updates", "30") == 2
    assert "holds a network of 20 updates. Give --new" in capsys.readouterr().err


def test_a_folder_that_keeps_its_network_goes_on(book_file, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    learned = learn.read_texts([tmp_path])
    assert run_learn(tmp_path, "--to", "kept") == 0
    assert run_learn(tmp_path, "--to", "kept") == 0
    assert learn.read_texts([tmp_path]) == learned


def test_texts_and_their_network_may_share_a_folder(book_file, tmp_path):
    assert run_learn(tmp_path, "--to", tmp_path) == 0
    assert run_learn(tmp_path, "--to", tmp_path) == 0
    assert learn.read_texts([tmp_path]) == book_file.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["index.html", "plan.json"])
def test_files_of_others_are_not_overwritten(book_file, tmp_path, capsys, name):
    page = tmp_path / name
    page.write_bytes(b"\xff my own")
    assert run_learn(book_file, "--to", tmp_path) == 2
    assert "would be lost: choose another folder" in capsys.readouterr().err
    assert page.read_bytes() == b"\xff my own"


def test_a_text_is_cut_into_three_and_the_last_part_chooses_nothing():
    text = learn.split_text("ab\n" * 7000)
    assert text.characters == "\nab"
    assert [len(part) for part in (text.train, text.valid, text.test)] == [18900, 1050, 1050]
    ids = np.concatenate([text.train, text.valid, text.test])
    assert "".join(text.characters[i] for i in ids) == "ab\n" * 7000


def test_of_many_signs_the_most_frequent_are_kept():
    signs = "".join(map(chr, range(0x4E00, 0x4E00 + 300)))
    text = learn.split_text(signs + signs[:127] * 2)
    assert len(text.characters) == 128
    assert set(text.characters[1:]) == set(signs[:127])
    assert text.n_dropped == 173


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"too short", "9 characters are too few to learn from: it takes 20,000."),
        (b"\xff" * 30_000, "is no text in UTF-8 (byte 0 is none)"),
        ("\N{CAT FACE}".encode() * 30_000, "30,000 of 30,000 characters are too rare to learn"),
        (None, "No such file or directory"),
    ],
)
def test_bad_input_is_one_sentence(tmp_path, capsys, content, sentence):
    path = tmp_path / "text.txt"
    if content is not None:
        path.write_bytes(content)
    assert rnncourse(["learn", str(path)]) in (2, 3)
    err = capsys.readouterr().err
    assert sentence in err
    assert err.count("\n") == 1
    assert not [p for p in tmp_path.iterdir() if p.is_dir()]


def test_a_folder_is_read_in_order_without_what_is_no_text(tmp_path):
    for name, text in (("b.txt", "b" * 15_000), ("a.md", "a" * 15_000), ("c.png", "c")):
        (tmp_path / name).write_text(text)
    assert learn.read_texts([tmp_path]) == "a" * 15_000 + "\n" + "b" * 15_000


@pytest.mark.parametrize("minutes", ["0", "-1", "x", "nan", "inf"])
def test_minutes_are_a_number_above_0(minutes, capsys):
    with pytest.raises(SystemExit):
        rnncourse(["learn", "text.txt", "--minutes", minutes])
    assert "is no number of minutes above 0" in capsys.readouterr().err


def test_the_plan_says_how_many_updates_fit_into_the_minutes(monkeypatch):
    clock, networks = iter([10.0, 13.0]), []
    monkeypatch.setattr(learn.time, "perf_counter", lambda: next(clock))
    assert learn.estimate_updates(5, networks.append) == 1200
    assert networks == [2, 12]


def test_a_finished_network_is_not_trained_again(book_file, copied, capsys):
    model_bytes = (copied / "model.bin").read_bytes()
    capsys.readouterr()
    assert run_learn(book_file, "--to", copied) == 0
    assert (copied / "model.bin").read_bytes() == model_bytes
    assert "bits " not in capsys.readouterr().out.split("Bits per character")[0]
    assert json.loads((copied / "plan.json").read_text())["updates"] == 20
