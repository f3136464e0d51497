"""What a kernel of this book may not do: warn, or open a connection.

Python imports a module of this name when it starts. `scripts/author/kernels.py` puts this folder on
the path of the kernels that check or write notebooks, and of the processes that start them; only
the kernels, and what they start themselves, are guarded.
"""

import os
import sys
import warnings

REFUSED = {
    "socket.connect",
    "socket.getaddrinfo",
    "socket.gethostbyaddr",
    "socket.gethostbyname",
    "socket.getnameinfo",
    "socket.sendmsg",
    "socket.sendto",
}


class ConnectionInNotebook(BaseException):
    """A notebook tried to reach another machine; no `except Exception` may hide it."""


def refuse_connections() -> None:
    """Let no Python code of this process connect, send or look up a name."""
    import _socket

    local = getattr(_socket, "AF_UNIX", "none")  # Windows has none

    def hook(event: str, args: tuple) -> None:
        if event not in REFUSED or getattr(args[0], "family", None) == local:
            return
        target = args[1] if event in ("socket.connect", "socket.sendto") else args[0]
        if sys.platform == "win32" and event == "socket.connect" and target[0] == "127.0.0.1":
            return  # so asyncio wakes its own loop there, where Unix has a pair of sockets
        raise ConnectionInNotebook(
            f"A notebook may not open a connection ({event}: {target!r}). "
            "The course runs without a network: load files that the package brings."
        )

    sys.addaudithook(hook)


if "ipykernel_launcher" in sys.orig_argv or "RNNCOURSE_KERNEL" in os.environ:
    os.environ["RNNCOURSE_KERNEL"] = "1"  # so that processes started by a cell are guarded too
    os.environ["PYTHONWARNINGS"] = "error"
    sys.warnoptions.append("error")  # IPython leaves the filters alone when there are options
    warnings.simplefilter("error")
    warnings.filterwarnings("ignore", category=PendingDeprecationWarning, module="ipykernel")
    no_loop = "There is no current event loop"  # so a kernel begins, from Python 3.12 on
    warnings.filterwarnings("ignore", no_loop, DeprecationWarning)
    refuse_connections()
