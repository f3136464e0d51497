"""Zip files of feedback pages, laid out so that Canvas and Moodle give each to its student.

Canvas takes files under the names it handed out, and reads the numbers of the user and of the
file from them; it shows a page under the name of the student's own file.
Source: https://github.com/instructure/canvas-lms (app/models/abstract_assignment.rb,
infer_comment_context_from_filename).

Moodle takes folders under the names it handed out: name, number, kind, plugin, with `_` between.
Source: https://github.com/moodle/moodle (mod/assign/feedback/file/importziplib.php).
"""

import io
import re
import zipfile
from collections.abc import Sequence

from rnncourse.grading.classes.attempts import StudentRow
from rnncourse.grading.classes.layouts import CANVAS, MOODLE, Owner
from rnncourse.grading.texts import clean_text

_DATE = (1980, 1, 1, 0, 0, 0)  # the same pages make the same file


def pack_feedback(platform: str, rows: Sequence[StudentRow], pages: Sequence[str]) -> bytes:
    """Pack the pages of all students whose work came from a platform."""
    file, used_names = io.BytesIO(), set()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for row, page in zip(rows, pages, strict=True):
            for name in name_pages(platform, row):
                if name.casefold() not in used_names:
                    used_names.add(name.casefold())
                    info = zipfile.ZipInfo(name, _DATE)
                    info.compress_type = zipfile.ZIP_DEFLATED
                    info.external_attr = 0o644 << 16
                    archive.writestr(info, page)
    return file.getvalue()


def name_pages(platform: str, row: StudentRow) -> list[str]:
    """Return the name in the zip file of a student's page; none if there is nowhere to give it."""
    counted = row.counted.owner if row.counted else None
    platform_owners = [o for o in (counted, *row.member.owners) if o and o.platform == platform]
    make_name = {CANVAS: _name_canvas_page, MOODLE: _name_moodle_page}[platform]
    return [name for owner in platform_owners[:1] if (name := make_name(owner))]


def _name_canvas_page(owner: Owner) -> str:
    """Keep the numbers by which Canvas knows the file, and say nothing else."""
    if not owner.order:
        return ""  # a text that was typed: Canvas has no file to hang a page on
    if owner.key.startswith("anon_"):
        return f"{owner.key}_{owner.order}_feedback.html"
    name = re.sub(r"[\W_]|\d", "", owner.name)[:60] or "student"
    return f"{name}_{owner.key}_{owner.order}_feedback.html"


def _name_moodle_page(owner: Owner) -> str:
    name = re.sub(r"[^\w .'-]|_", " ", clean_text(owner.name, 60)).strip(" .") or "student"
    return f"{name}_{owner.key}_assignsubmission_file/feedback.html"
