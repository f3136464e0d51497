"""What all tests share: threads, the corpus, skips in CI, what pages and chapters cost."""

import os
import re
from collections import Counter

import pytest
from hypothesis import settings

import scripts  # noqa: F401  # before nbformat comes: it would make a grammar, for 3 seconds
from rnncourse.core.threads import THREAD_VARIABLES

for name in THREAD_VARIABLES:
    os.environ.setdefault(name, "1")  # before NumPy comes: two workers share the machine

settings.register_profile("course", deadline=None, derandomize=True, max_examples=50)
settings.register_profile("weekly", deadline=None, max_examples=50, print_blob=True)  # new examples
# The same examples on every machine, but in the weekly run, which says how to draw one again.
settings.load_profile("weekly" if os.environ.get("RNNCOURSE_DEEP") else "course")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport():
    return fail_undeclared_skip((yield))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report():
    return fail_undeclared_skip((yield))


def fail_undeclared_skip(report):
    """In CI, where nobody reads them, let a skip fail that no mark of the test declares."""
    if not (report.skipped and os.environ.get("CI") and isinstance(report.longrepr, tuple)):
        return report
    marks = getattr(report, "keywords", {})  # a file that is skipped whole has none
    if "may_skip" not in marks and "skipif" not in marks:
        path, line, reason = report.longrepr
        reason = reason.removeprefix("Skipped: ")
        report.outcome = "failed"
        report.longrepr = f"{path}:{line}: skipped, but not marked skipif or may_skip: {reason}"
    return report


LONG_FILES = ("test_selfcheck.py", "test_measured_here.py", "test_book.py", "test_chapters.py")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """Begin with what takes long.

    Two workers begin at either end of the list's halves, and who is ready takes from the end of
    the other's: so what comes first ends in time, and what a file makes once (the PDF, the slides)
    is made once.
    """
    items.sort(key=lambda item: item.path.name not in LONG_FILES)


class FailureReporter:
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
        config.pluginmanager.register(FailureReporter(reporter), "at-once")


@pytest.fixture(scope="session")
def corpus():
    """Return the documents of the course's corpus, from the cache where there is one."""
    from rnncourse.data.corpus import load_corpus

    return load_corpus()


def pytest_terminal_summary(terminalreporter):
    """Print what tests took by chapter, and what the browser counted, in whatever process."""
    stats = terminalreporter.stats.values()
    reports = [r for group in stats for r in group if isinstance(r, pytest.TestReport)]
    print_seconds_by_chapter(terminalreporter, reports)
    facts = [fact for r in reports if r.when == "call" for fact in r.user_properties]
    for _, remark in select_facts(facts, "remark"):
        terminalreporter.write_line(f"remark: {remark}")
    weights = sorted((kb, name) for key, (name, kb) in select_facts(facts, "page_kb"))
    if not weights:
        return
    (light, first), (heavy, last) = weights[0], weights[-1]
    terminalreporter.write_sep("-", "the built book")
    terminalreporter.write_line(
        f"{len(weights)} pages, {sum(count for _, count in select_facts(facts, 'views'))} views: "
        f"{sum(count for _, count in select_facts(facts, 'foreign'))} requests to other hosts, "
        f"{sum(count for _, count in select_facts(facts, 'axe'))} axe violations"
    )
    terminalreporter.write_line(
        f"gzipped, with all they load: {first} {light:.0f} KB (lightest) "
        f"to {last} {heavy:.0f} KB (heaviest)"
    )


CHAPTER = re.compile(r"(?:\bch|[\[/-])(\d\d)b?[-_]")
"""How the name of a test says which chapter's it is: by its folder, page, question or widget."""


def print_seconds_by_chapter(reporter, reports) -> None:
    """Print the seconds of each chapter's tests, fixtures with them, and of the longest files."""
    from rnncourse.core.chapters import list_pages

    known, seconds, files = {page.name[:2] for page in list_pages()}, Counter(), Counter()
    for report in reports:
        files[report.nodeid.partition("::")[0]] += report.duration
        if (result := CHAPTER.search(report.nodeid)) and result[1] in known:
            seconds[result[1]] += report.duration
    if len(files) > 1:
        reporter.write_sep("-", "the files that take longest")
        for name, spent in files.most_common(20):
            reporter.write_line(f"{spent:8.1f} s {name}")
    if len(seconds) > 1:
        reporter.write_sep("-", "tests by chapter")
        for chapter, spent in sorted(seconds.items()):
            reporter.write_line(f"chapter {chapter} {spent:8.1f} s")


def select_facts(facts, key):
    return [fact for fact in facts if fact[0] == key]
