"""A bar under a check that trains: how much of its time is spent, where somebody watches."""

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

WATCHED = ("JPY_SESSION_NAME", "VSCODE_PID", "COLAB_RELEASE_TAG")
"""What Jupyter's server, VS Code and Colab set; a notebook that runs as a test has none of them."""
EVERY = 0.5
"""Seconds between two looks at the clock."""


@contextmanager
def progress_bar(seconds: float) -> Iterator[None]:
    """Show the processor seconds that a check has spent; take the bar away at the end."""
    if not any(name in os.environ for name in WATCHED):
        yield
        return
    from IPython.display import HTML, clear_output, display

    def drawn() -> "HTML":
        spent = min(time.process_time() - start, seconds)
        text = f"Your network trains on new data: {spent:.0f} of at most {seconds:.0f} seconds"
        return HTML(f'<label>{text} <progress value="{spent:.1f}" max="{seconds}"></label>')

    def watch() -> None:
        while not over.wait(EVERY):
            shown.update(drawn())

    start, over = time.process_time(), threading.Event()
    shown = display(drawn(), display_id=True)
    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield
    finally:
        over.set()
        watcher.join()
        clear_output(wait=True)
