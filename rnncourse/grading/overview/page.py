"""The page of the class, the same as JSON, a notebook to dig in, and what looks alike."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from urllib.parse import quote

from rnncourse.core.files import write_file
from rnncourse.grading.classes.attempts import NO_FILES_NOTE
from rnncourse.grading.judging import ERROR
from rnncourse.grading.overview.misconceptions import group_unknown_mistakes, list_misconceptions
from rnncourse.grading.overview.similarity import Similarity
from rnncourse.grading.overview.statistics import MIN_STUDENTS, compute_statistics, select_graded
from rnncourse.grading.reading.submission import OTHER_NAME
from rnncourse.grading.reports.html import render_template
from rnncourse.grading.reports.summary import explain_concern
from rnncourse.grading.reports.totals import Totals, compute_points_percent, is_absent
from rnncourse.grading.results import GRADED, SubmissionResult
from rnncourse.grading.similarity.pairs import choose_evidence_threshold
from rnncourse.grading.texts import clean_code_line

SCHEMA = "rnncourse-class/3"
MAX_PAIRS = 100
"""Pairs that are shown side by side: the page should open on any machine."""
MAX_NAMED = 12
"""Students that are named in a row of a table; the rest fold away behind their number."""
_MAX_LINES = 300
_NOTEBOOK = Path(__file__).with_name("class.ipynb")
"""It reads `class.json`: what to start from with questions of one's own."""


@dataclass(frozen=True)
class Overview:
    """All that the page of a class says of its results, which are cleaned."""

    results: Sequence[SubmissionResult]
    pages: Sequence[str]
    similarity: Similarity = field(default_factory=Similarity)
    notes: Sequence[str] = ()

    def write(self, folder: Path) -> None:
        """Write `class.html`, `class.json`, `class.ipynb` and `similar.html`.

        Raises:
            OSError: If they cannot be written.
        """
        data = self.to_json()
        write_file(folder / "class.json", json.dumps(data, indent=1, ensure_ascii=False) + "\n")
        write_file(folder / "class.ipynb", _NOTEBOOK.read_bytes())
        write_file(folder / "class.html", self.render_page())
        write_file(folder / "similar.html", self.render_similar_page())

    @property
    def students(self) -> list[dict]:
        """Name and page of each."""
        rows = zip(self.results, self.pages, strict=True)
        return [{"name": r.name, "page": quote(page)} for r, page in rows]

    def _list_concerns(self) -> list[tuple[int, str]]:
        """List who needs a person, and why; those who handed in nothing come last."""
        concerns = []
        for index, result in enumerate(self.results):
            if result.needs_person:
                concerns.append((index, f"The grader failed: {explain_concern(result)}"))
            elif result.status != GRADED:
                concerns.append((index, result.reason or "It could not be read."))
        return sorted(concerns, key=lambda concern: is_absent(self.results[concern[0]]))

    def _list_errors(self) -> list[dict]:
        indices_by_error: dict[tuple[str, str, str], list[int]] = {}
        for index, result in enumerate(self.results):
            for q in result.questions:
                if q.status == ERROR:
                    kind = next((word for word in q.message.split() if word.endswith("Error:")), "")
                    fallback = "another name" if q.message.startswith(OTHER_NAME) else "an error"
                    key = q.question, q.title, kind.rstrip(":") or fallback
                    indices_by_error.setdefault(key, []).append(index)
        rows = [
            {"question": q, "title": title, "kind": kind, "holders": holders}
            for (q, title, kind), holders in indices_by_error.items()
        ]
        return sorted(rows, key=lambda row: (-len(row["holders"]), row["question"]))

    def to_json(self) -> dict:
        """Return all that the page says; students are numbers, the places in `students`."""
        totals = Totals.from_results(self.results)
        return {
            "schema": SCHEMA,
            "assignments": self.assignments,
            "students": [
                {
                    "name": result.name,
                    "student": result.student,
                    "status": result.status,
                    "mark": result.mark if result.has_mark else None,
                    "points": result.points,
                    "percent": compute_points_percent(result),
                    "questions": {
                        q.question: {
                            key: getattr(q, key)
                            for key in ("status", "earned", "mistake", "progress")
                        }
                        for q in result.questions
                    },
                }
                for result in self.results
            ],
            "mean_percent": totals.mean,
            "median_percent": totals.median,
            "distribution": [{"share": label, "students": n} for label, n in totals.bins],
            "questions": [*map(asdict, compute_statistics(self.results))],
            "misconceptions": [*map(asdict, list_misconceptions(self.results))],
            "unnamed": [*map(asdict, group_unknown_mistakes(self.results))],
            "errors": self._list_errors(),
            "need_a_person": [
                {"student": index, "reason": reason} for index, reason in self._list_concerns()
            ],
            "equal_files": [list(group) for group in self.similarity.same],
            "alike": [
                {
                    "students": [p.first, p.second],
                    "evidence": p.evidence,
                    "shared_percent": round(100 * p.shared_fraction, 1),
                }
                for p in self.similarity.pairs
            ],
            "equal_to_solution": [
                {"student": index, "questions": list(equal), "of": of}
                for index, equal, of in self.similarity.published
            ],
            "not_compared": list(self.similarity.unread),
            "notes": list(self.notes),
        }

    @property
    def assignments(self) -> list[str]:
        """What the class answers."""
        return [*dict.fromkeys(r.assignment for r in self.results if r.assignment)]

    def render_page(self) -> str:
        """Write the page of the class."""
        totals = Totals.from_results(self.results)
        misconceptions = list_misconceptions(self.results)
        people: dict[str, list[int]] = {}
        for index, reason in self._list_concerns():
            people.setdefault(reason, []).append(index)
        rare = [
            misconception
            for misconception in misconceptions
            if len(misconception.holders) == 1 < misconception.of
        ]
        return render_template(
            "class",
            assignments=self.assignments,
            totals=totals,
            students=self.students,
            counted=len(select_graded(self.results)),
            questions=compute_statistics(self.results),
            fewest=MIN_STUDENTS,
            misconceptions=misconceptions,
            frequent=[
                misconception for misconception in misconceptions if misconception not in rare
            ],
            rare=rare,
            unnamed=group_unknown_mistakes(self.results),
            errors=self._list_errors(),
            people=people,
            needing=sum(not is_absent(self.results[index]) for index, _ in self._list_concerns()),
            absent=totals.absent,
            similarity=self.similarity,
            most_named=MAX_NAMED,
            notes=[note for note in self.notes if not note.startswith(NO_FILES_NOTE)],
        )

    def render_similar_page(self) -> str:
        """Write the page that shows what is alike, side by side."""
        shown = []
        for pair in self.similarity.pairs[:MAX_PAIRS]:
            columns = [
                {**self.students[index], "lines": self._mark_lines(index, pair.shared_fingerprints)}
                for index in (pair.first, pair.second)
            ]
            shown.append({"pair": pair, "sides": columns})
        return render_template(
            "similar",
            shown=shown,
            threshold=round(choose_evidence_threshold(self.similarity.n_compared), 1),
            more=max(0, len(self.similarity.pairs) - MAX_PAIRS),
            similarity=self.similarity,
            students=self.students,
            unnamed=group_unknown_mistakes(self.results),
        )

    def _mark_lines(self, index: int, shared: frozenset[int]) -> list[tuple[str, bool]]:
        """Return the code of the cells that hold something shared, and which lines do."""
        fingerprints = self.similarity.fingerprints[index]
        shared_lines: dict[int, set[int]] = {}
        for fingerprint in shared:
            if fingerprint in fingerprints.places:
                _, cell, first_line, last_line = fingerprints.places[fingerprint]
                shared_lines.setdefault(cell, set()).update(range(first_line, last_line + 1))
        lines: list[tuple[str, bool]] = []
        for cell in sorted(shared_lines):
            lines.append((f"# cell {cell}", False))
            for number, line in enumerate(fingerprints.cells[cell].split("\n"), 1):
                text = clean_code_line(line)
                lines.append((text, number in shared_lines[cell] and bool(text.strip())))
            lines.append(("", False))
        return lines[:_MAX_LINES] + [("# … and more", False)] * (len(lines) > _MAX_LINES)
