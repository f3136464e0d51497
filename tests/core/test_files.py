"""Files that are whole or not there."""

import re

import numpy as np
import pytest

from rnncourse.core.files import open_atomically
from scripts import ROOT


def test_an_error_leaves_what_was_there_and_nothing_else(tmp_path):
    path = tmp_path / "new" / "a.npz"
    with open_atomically(path) as file:
        np.savez(file, a=np.arange(3))
    with pytest.raises(ValueError, match="Object arrays"), open_atomically(path) as file:
        np.save(file, np.array([{}]), allow_pickle=False)
    assert [p.name for p in path.parent.iterdir()] == ["a.npz"]
    np.testing.assert_array_equal(np.load(path)["a"], np.arange(3))


def test_a_file_appears_only_when_it_is_complete(tmp_path):
    path = tmp_path / "a.txt"
    with open_atomically(path) as file:
        file.write(b"half")
        assert not path.exists()
    assert path.read_bytes() == b"half"


@pytest.mark.parametrize("folder", ["rnncourse", "scripts"])
def test_no_other_module_writes_a_part_of_its_own(folder):
    own = {
        path.name
        for path in (ROOT / folder).rglob("*.py")
        if re.search(r'\.part["}]', path.read_text("utf-8"))
    }
    assert own == ({"files.py", "start.py"} if folder == "rnncourse" else {"make_slides.py"})
