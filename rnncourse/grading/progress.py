"""A bar under a check that trains: how much of its time is spent, where somebody watches."""

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

FRONTEND_VARIABLES = ("JPY_SESSION_NAME", "VSCODE_PID", "COLAB_RELEASE_TAG")
"""What Jupyter's server, VS Code and Colab set; a notebook that runs as a test has none of them."""
UPDATE_INTERVAL = 0.5
"""Seconds between two looks at the clock."""


@contextmanager
def progress_bar(seconds: float) -> Iterator[None]:
    """Show the processor seconds that a check has spent; take the bar away at the end."""
    if not any(name in os.environ for name in FRONTEND_VARIABLES):
        yield
        return
    from IPython.display import HTML, clear_output, display

    def render_bar() -> "HTML":
        spent = min(time.process_time() - start, seconds)
        text = f"Your network trains on new data: {spent:.0f} of at most {seconds:.0f} seconds"
        return HTML(f'<label>{text} <progress value="{spent:.1f}" max="{seconds}"></label>')

    def watch() -> None:
        while not over.wait(UPDATE_INTERVAL):
            shown.update(render_bar())

    start, over = time.process_time(), threading.Event()
    shown = display(render_bar(), display_id=True)
    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield
    finally:
        over.set()
        watcher.join()
        clear_output(wait=True)
