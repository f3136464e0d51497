"""Chromium, found where a machine keeps it, and the built pages served to it on loopback."""

import contextlib
import functools
import http.server
import os
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

# Only loopback can be reached: a request elsewhere fails in the browser.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]
MISSING = "Chromium was not found. Try: install it, or set CHROMIUM to its path."


def find_chromium() -> str | None:
    """Path of a Chromium or Chrome: that of CHROMIUM in the environment, if this names one."""
    names = ["chromium", "chromium-browser", "google-chrome", "chrome"]
    if chosen := os.environ.get("CHROMIUM"):
        names = [chosen]  # and no other one in its place
    return next((path for name in names if (path := shutil.which(name))), None)


class QuietHandler(http.server.SimpleHTTPRequestHandler):
    """Serves files and says nothing of it."""

    def log_message(self, *args):
        """Write no line for each request."""


@contextlib.contextmanager
def serve_folder(folder: Path) -> Iterator[str]:
    """Serve a folder on a free port of loopback; gives its address."""
    handler = functools.partial(QuietHandler, directory=str(folder))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
