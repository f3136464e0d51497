"""Show a folder of pages on this machine: python -m scripts.book.serve _build/html [PORT]."""

import functools
import http.server
import sys
from pathlib import Path

from scripts import command


class Handler(http.server.SimpleHTTPRequestHandler):
    """Serves files without a line of log for each."""

    def log_message(self, *args):
        """Say nothing."""

    def end_headers(self):
        """Let a rebuilt page show at once."""
        self.send_header("Cache-Control", "no-cache")
        super().end_headers()


def main() -> int:
    folder, first = Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 8000
    if not (folder / "index.html").is_file():
        print(f"There is no book in {folder} yet. Try: make book", file=sys.stderr)
        return 1
    handler = functools.partial(Handler, directory=str(folder))
    for port in range(first, first + 20):
        try:
            server = http.server.ThreadingHTTPServer(("127.0.0.1", port), handler)
            break
        except OSError:
            continue  # taken by another program
    else:
        print(
            f"Ports {first} to {first + 19} are taken. Try: make serve PORT=9000", file=sys.stderr
        )
        return 1
    print(f"The book: http://localhost:{port}  (Ctrl+C stops)", flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        print()
    return 0


if __name__ == "__main__":
    command(main)
