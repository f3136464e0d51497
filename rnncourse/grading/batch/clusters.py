"""Workers on many machines: those of a Dask cluster."""

import uuid
import warnings
from concurrent.futures import Executor, Future

from rnncourse.grading.batch.workers import Request, Workers, WorkersError, grade_request


class DaskWorkers(Workers):
    """The workers of a Dask cluster. The submissions and the secret travel to them.

    Args:
        address: Of the scheduler, for instance `"tcp://127.0.0.1:8786"`.
    """

    def __init__(self, address: str):
        super().__init__(1000)
        self.address = address

    def __enter__(self) -> "DaskWorkers":
        try:
            from distributed import Client, KilledWorker
        except ImportError:
            raise WorkersError(
                "A Dask cluster needs one more package: pip install 'rnncourse[cluster]'."
            ) from None
        try:
            self._client = Client(self.address, timeout=10, set_as_default=False)
        except (OSError, ValueError, TypeError) as error:
            raise WorkersError(f"No Dask scheduler answers at {self.address!r}: {error}") from None
        self._pool: Executor = self._client.get_executor(pure=False)
        self.lost = (KilledWorker,)
        return self

    def __exit__(self, kind: type[BaseException] | None, *rest: object) -> None:
        self._pool.shutdown(wait=kind is None)
        self._client.close()

    def are_there(self) -> bool:
        """Say whether the cluster has a worker."""
        try:
            return bool(self._client.nthreads())
        except OSError:  # without a scheduler, futures are canceled
            return False

    def send(self, request: Request) -> Future:
        """Give a request to the scheduler, which gives it to another worker if one dies."""
        with warnings.catch_warnings():
            # Only what is part of the task itself survives the worker that holds it.
            warnings.filterwarnings("ignore", "Sending large graph", UserWarning)
            return self._pool.submit(grade_request, request, key=f"submission-{uuid.uuid4()}")
