"""What all tests share: threads, the corpus, which skips CI allows, a summary of the built book."""

import os
from zlib import crc32

import pytest
from hypothesis import settings

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(name, "1")  # before NumPy comes: two workers share the machine

settings.register_profile("course", deadline=None, derandomize=True, max_examples=50)
settings.load_profile("course")  # the same examples on every machine

LEVELS = "hosted runners forbid user namespaces; a test of its own asks them for seccomp at least"
MAY_SKIP = {  # with CI set, any other skip is a failure: how its reason begins, and why it may be
    "needs Linux": "the isolation is Linux's; the jobs on Linux run these tests",
    "this machine offers": LEVELS,
    "no namespaces on this machine": LEVELS,
    "user namespaces cannot be limited here": LEVELS,
    "a plain process has no bound": "the level without isolation promises none",
    "needs root, to become somebody else": "a plain user runs all other tests already",
    "Python is readable by root only": "nobody else could start it there",
    "no limit of memory here": "it is read from Linux's /proc",
    "root may write": "nothing is forbidden to root; a plain user runs this test",
    "no alarm here": "Windows has no such signal",
    "GitHub's bash is not here": "Windows has none that the workflow uses",
}


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport():
    return unless_allowed((yield))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report():
    return unless_allowed((yield))


def unless_allowed(report):
    """In CI, where nobody reads them, let a skip fail that is not in the list."""
    if not (report.skipped and os.environ.get("CI") and isinstance(report.longrepr, tuple)):
        return report
    path, line, reason = report.longrepr
    reason = reason.removeprefix("Skipped: ")
    if why := next((why for start, why in MAY_SKIP.items() if reason.startswith(start)), None):
        report.longrepr = path, line, f"Skipped: {reason} ({why})"
    else:
        report.outcome = "failed"
        report.longrepr = (
            f"{path}:{line}: skipped, but not in MAY_SKIP of tests/conftest.py: {reason}"
        )
    return report


SHARES = 4
"""Of slow and browser tests one in so many runs when RNNCOURSE_SHARE says which; else all do."""
WHOLE = "test_pdf.py", "test_slides.py", "test_make_chapter.py"
"""Files whose tests share what takes long to make: all of them are in one share."""
LONG = (*WHOLE, "test_measured_here.py", "test_selfcheck.py")


def share_of(item) -> int:
    """The share of a test goes by its name: a test that is added moves no other."""
    name = item.path.name if item.path.name in WHOLE else item.nodeid
    return crc32(name.encode()) % SHARES


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config, items):
    """Leave out what is not in the share, and begin with what takes long.

    Two workers begin at either end of the list's halves, and who is ready takes from the end of
    the other's: so what comes first ends in time, and what a file makes once (the PDF, the slides)
    is made once.
    """
    if share := os.environ.get("RNNCOURSE_SHARE"):
        left_out = {
            item
            for item in items
            if (item.get_closest_marker("slow") or item.get_closest_marker("browser"))
            and share_of(item) != int(share)
        }
        config.hook.pytest_deselected(items=[*left_out])
        items[:] = [item for item in items if item not in left_out]
    items.sort(key=lambda item: item.path.name not in LONG)


class AtOnce:
    """Names a failed test when it fails: a long run that is broken off has told it."""

    def __init__(self, reporter):
        self.reporter = reporter

    def pytest_runtest_logreport(self, report):
        if report.failed:
            self.reporter.ensure_newline()
            self.reporter.write_line(f"FAILED {report.nodeid}")


@pytest.hookimpl(trylast=True)  # the reporter comes late
def pytest_configure(config):
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if reporter and config.get_verbosity() < 0:  # where only dots are shown
        config.pluginmanager.register(AtOnce(reporter), "at-once")


@pytest.fixture(scope="session")
def corpus():
    """Return the documents of the course's corpus, from the cache where there is one."""
    from rnncourse.data.corpus import load_corpus

    return load_corpus()


def pytest_terminal_summary(terminalreporter):
    """Print what the browser tests counted, also when they ran in other processes."""
    reports = [
        report
        for outcome in ("passed", "failed")
        for report in terminalreporter.stats.get(outcome, [])
        if report.when == "call"
    ]
    facts = [fact for report in reports for fact in report.user_properties]
    weights = sorted((kb, name) for key, (name, kb) in only(facts, "page_kb"))
    if not weights:
        return
    (light, first), (heavy, last) = weights[0], weights[-1]
    terminalreporter.write_sep("-", "the built book")
    terminalreporter.write_line(
        f"{len(weights)} pages, {sum(count for _, count in only(facts, 'views'))} views: "
        f"{sum(count for _, count in only(facts, 'foreign'))} requests to other hosts, "
        f"{sum(count for _, count in only(facts, 'axe'))} axe violations"
    )
    terminalreporter.write_line(
        f"gzipped, with all they load: {first} {light:.0f} KB (lightest) "
        f"to {last} {heavy:.0f} KB (heaviest)"
    )


def only(facts, key):
    """The facts with one key."""
    return [fact for fact in facts if fact[0] == key]
