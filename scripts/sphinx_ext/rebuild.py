"""Sphinx extension: a build that keeps what the last one read ends like one from scratch.

Sphinx by itself compares times of files, and writes again the pages that it read again. Here the
pages are named whose text changed; and where that changes what other pages show (a title, a
number, the target of a link), all are written again.
"""

import hashlib
import os
import pickle
from pathlib import Path

VARIABLE = "BOOK_CHANGED_PAGES"  # set by build_book.py: paths relative to book/, one a line
# What the file of references says; when that changes, the build is from scratch.
NOT_SHARED = {"cite": ("bibdata", "bibliographies", "citations")}


def make_canonical(value) -> str:
    """Write a value so that the order in which pages were read does not matter."""
    if isinstance(value, dict):
        return f"{{{','.join(sorted(f'{k!r}:{make_canonical(v)}' for k, v in value.items()))}}}"
    if isinstance(value, list | set):
        return f"[{','.join(sorted(map(make_canonical, value)))}]"
    return repr(value)


def hash_shared(env) -> str:
    """One hash over all that a page may show of other pages."""
    parts = {
        name: {k: v for k, v in data.items() if k not in NOT_SHARED.get(name, ())}
        for name, data in env.domaindata.items()
    }
    parts["titles"] = {page: str(title) for page, title in env.titles.items()}
    parts["numbers"] = [env.toc_secnumbers, env.toc_fignumbers]
    # As the next build will find it: some values are written differently after being stored.
    parts = pickle.loads(pickle.dumps(parts))
    digest = hashlib.sha256(make_canonical(parts).encode())
    values = Path(env.app.outdir).parent / "jupyter_execute"  # {glue} shows them on other pages
    for path in sorted(values.rglob("*.glue.json")):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def drop_late_style(app):
    """Remove what MyST-NB writes last: a page would name its version only if it is there."""
    for path in Path(app.outdir, "_static").glob("mystnb.*.css"):
        path.unlink()


def list_pages_to_read(app, env, added, changed, removed):
    """Name the changed pages, and those that show a part of them."""
    sources = {Path(app.srcdir, line) for line in os.environ.get(VARIABLE, "").split("\n") if line}
    return [
        page
        for page in env.found_docs & env.all_docs.keys()
        if sources
        & {Path(app.srcdir, name) for name in (*env.dependencies[page], env.doc2path(page))}
    ]


def list_pages_to_write(app, env):
    """Name all pages, if something changed that they share."""
    before, env.shared_state = getattr(env, "shared_state", None), hash_shared(env)
    return [] if before == env.shared_state else sorted(env.found_docs)


def setup(app):
    """Look at the pages after all other extensions have."""
    app.connect("builder-inited", drop_late_style)
    app.connect("env-get-outdated", list_pages_to_read)
    app.connect("env-get-updated", list_pages_to_write, priority=900)  # numbers are given by then
    return {"parallel_read_safe": True, "parallel_write_safe": True}
