"""Questions, and checks that say what is wrong: one call under an exercise grades its function.

A notebook goes through `reading`, `sandbox`, `comparing`, `judging`, `marking` and `reports`.
"""

from rnncourse.grading.checks import check, check_all, list_mistakes

__all__ = ["check", "check_all", "list_mistakes"]
