"""What all tests share: the corpus, and the summary of the built book under the test results."""

import pytest
from hypothesis import settings

settings.register_profile("course", deadline=None, derandomize=True, max_examples=50)
settings.load_profile("course")  # the same examples on every machine


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
