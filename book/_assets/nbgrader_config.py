"""nbgrader's settings: make the release from the course's solutions."""

from nbconvert.preprocessors import Preprocessor


class Blank(Preprocessor):
    """Leave out what explains the answers, and name the notebook."""

    enabled = True

    def preprocess(self, nb, resources):
        """Change a notebook in place."""
        nb.cells = [
            cell
            for cell in nb.cells
            if "solution-only" not in cell.metadata.get("tags", [])
        ]
        first = nb.cells[0]
        first.source = first.source.replace("# Solutions", "# Exercises", 1)
        return nb, resources


c = get_config()  # noqa: F821
c.CourseDirectory.course_id = "rnn"
c.GenerateAssignment.preprocessors.insert(0, Blank)
