"""Taking a notebook apart may need some memory, and no more; an answer may need more."""

import io
import subprocess
import sys

import pytest

from rnncourse.grading.sandbox.child import Channel, serve_job
from rnncourse.grading.sandbox.frames import pack_message
from rnncourse.grading.sandbox.isolation import READ_MEMORY

from ..handed_in import SOLUTIONS

TAKES = """
import sys
from rnncourse.grading.sandbox.supervisor import Supervisor
supervisor = object.__new__(Supervisor)
supervisor.packages, supervisor.landlock, supervisor.max_processes = ["numpy"], None, 100_000
supervisor._restrict(sys.argv[1] == "reading")
bytearray(int(sys.argv[2]))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="needs Linux")
@pytest.mark.parametrize(
    ("job", "share", "fits"),
    [("reading", 0.9, True), ("reading", 1.1, False), ("running", 1.1, True)],
)
def test_reading_has_less_memory_than_an_answer(job, share, fits):
    size = str(int(share * READ_MEMORY))
    done = subprocess.run([sys.executable, "-c", TAKES, job, size], capture_output=True, text=True)
    assert (done.returncode == 0) == fits
    assert fits or "MemoryError" in done.stderr


def test_a_child_is_locked_for_the_job_that_it_has():
    locked = []

    def refuse(is_reading):
        locked.append(is_reading)
        raise EOFError

    reading = pack_message({"bytes": len(SOLUTIONS), "asks": {}}) + SOLUTIONS
    for message in (reading, pack_message({"seconds": 1.0})):
        with pytest.raises(EOFError):
            serve_job(Channel(io.BytesIO(message).read, len), refuse)
    assert locked == [True, False]
