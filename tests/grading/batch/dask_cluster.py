"""A Dask cluster of this machine whose workers are started anew however often they die.

Dask's own nannies give up on a busy machine; a test that kills workers needs some that do not.
"""

import subprocess
import sys
import threading
from pathlib import Path

from scripts import ROOT

WORKER = "-m distributed.cli.dask_worker --no-nanny --no-dashboard --nthreads 2 --death-timeout 600"


class DaskCluster:
    """A scheduler in this process, and workers that are processes; to be used in a `with`.

    Args:
        folder: Where the workers' logs go.
        size: How many workers there are at once.
    """

    def __init__(self, folder: Path, size: int = 2):
        self.folder, self.size = folder, size
        self._workers: list[subprocess.Popen] = []
        self._closing = threading.Event()
        self._keeper = threading.Thread(target=self._restart, daemon=True)

    def __enter__(self):
        from distributed import LocalCluster

        self._scheduler = LocalCluster(n_workers=0, dashboard_address=":0")
        self.address = self._scheduler.scheduler_address
        self._keeper.start()
        return self

    def __exit__(self, *details):
        self._closing.set()
        self._keeper.join()
        for worker in self._workers:
            worker.kill()
            worker.wait()
        self._scheduler.close()

    def _restart(self):
        """Start workers until enough are alive, and again whenever one has died."""
        while not self._closing.wait(0.1):
            if sum(worker.poll() is None for worker in self._workers) < self.size:
                self._workers.append(self._start(len(self._workers)))

    def _start(self, number: int) -> subprocess.Popen:
        command = [sys.executable, *WORKER.split(), "--local-directory", str(self.folder)]
        with (self.folder / f"worker-{number}.log").open("wb") as log:
            return subprocess.Popen([*command, self.address], cwd=ROOT, stdout=log, stderr=log)

    def logs(self) -> str:
        files = sorted(self.folder.glob("worker-*.log"))
        return str(self._scheduler.get_logs()) + "".join(file.read_text() for file in files)
