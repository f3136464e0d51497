"""Show a folder of pages on this machine: python -m scripts.book.serve _build/html [PORT]."""

import functools
import http.server
from pathlib import Path

from scripts import Argument, fail, run_script
from scripts.book.chromium import QuietHandler


class FreshHandler(QuietHandler):
    """Serves files as they are now: a rebuilt page shows at once."""

    def end_headers(self):
        """Let a browser keep nothing."""
        self.send_header("Cache-Control", "no-cache")
        super().end_headers()


def main(folder: Path, port: int) -> None:
    if not (folder / "index.html").is_file():
        fail(f"there is no book in {folder} yet. Try: make book", code=1)
    handler = functools.partial(FreshHandler, directory=str(folder))
    for free_port in range(port, port + 20):
        try:
            server = http.server.ThreadingHTTPServer(("127.0.0.1", free_port), handler)
            break
        except OSError:
            continue  # taken by another program
    else:
        fail(f"ports {port} to {port + 19} are taken. Try: make serve PORT=9000", code=1)
    print(f"The book: http://localhost:{free_port}  (Ctrl+C stops)", flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        print()


if __name__ == "__main__":
    run_script(
        main,
        Argument("folder", type=Path, metavar="FOLDER"),
        Argument("port", type=int, nargs="?", default=8000, metavar="PORT"),
    )
