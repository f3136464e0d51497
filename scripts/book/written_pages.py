"""Write what the book lists and nobody should list by hand.

Into book/, where git ignores them: the table of contents, the front page's live network, its
drawings and its charts, the tables of slides and of the decks' headings, the API's pages. They
follow from the folders of rnncourse/chapters, from the notebooks, and from the package's modules.
"""

import ast
import functools
import json
import re

from rnncourse.chapters.ch01_sequences import names_widget
from rnncourse.core.chapters import list_chapters
from rnncourse.core.chapters import list_pages as list_chapter_pages
from rnncourse.core.files import write_changed
from rnncourse.viz.architectures import draw_architectures
from rnncourse.viz.discoveries import draw_discoveries
from scripts import ROOT
from scripts.book import decks_table, errata_page
from scripts.book.exercise_pages import list_kinds
from scripts.slides.slide_marks import list_planned_slides

BOOK, PACKAGE = ROOT / "book", ROOT / "rnncourse"
HOUR, INCLUDED = BOOK / "hour.md", re.compile(r"\{include\} _live-([a-z-]+)\.md")
PARTS = {  # of the table of contents, after the lessons and the lab reports
    "Ways through the course": ("hour", "syllabus", "practice", "your-own-text"),
    "Claims": ("claims", "cliffs", "errata"),
    "For students, for teachers": ("students", "lecturers", "grading", "grading-internals"),
    "Reference": ("notation", "concordance", "glossary", "references", "api"),
}
EXERCISES = {"exercises": "Exercises", "solutions": "Solutions"}
ROOMS = {  # the pages of the API, and the folders or files on them; after them come the chapters'
    "core": ("Records, numbers, gradients", "core"),
    "claims": ("Claims and verdicts", "claims"),
    "data": ("Data", "data"),
    "cells": (
        "Cells, step by step",
        "cells/rnn cells/gru cells/lstm cells/readout cells/activations",
    ),
    "cells_layers": (
        "Layers, whole sequences",
        "cells/layers cells/layer cells/rnn_layer cells/gru_layer cells/lstm_layer cells/initial "
        "cells/convert cells/shapes",
    ),
    "models": ("Models", "models"),
    "training": ("Training and writing", "training decoding"),
    "analysis": ("Analysis", "analysis"),
    "viz": ("Figures", "viz"),
    "concordance": (
        "Concordance: the check",
        "concordance/cells concordance/gates concordance/plain concordance/attention",
    ),
    "concordance_gates": (
        "Concordance: gated cells, libraries",
        "concordance/lstm concordance/gru concordance/libraries concordance/counting",
    ),
    "grading": ("Grading: questions and answers", "grading/* cli"),
    "grading_reading": ("Grading: reading notebooks", "grading/reading"),
    "grading_sandbox": ("Grading: the sandbox", "grading/sandbox"),
    "grading_batch": ("Grading: classes and reports", "grading/batch grading/reports"),
    "grading_classes": ("Grading: students and gradebooks", "grading/classes"),
    "grading_overview": (
        "Grading: the class on one page, and what looks alike",
        "grading/overview grading/similarity",
    ),
    "grading_authoring": ("Grading: writing questions", "grading/authoring"),
}
TASKS = {  # what a reader looks for; every name is looked up when the book is built
    "run a recurrent cell": (
        "cells.rnn.rnn_step cells.lstm.lstm_step cells.gru.gru_step cells.layers.build_layer "
        "cells.convert.from_torch"
    ),
    "prove a gradient": (
        "core.gradcheck.check_gradient core.gradcheck.complex_step cells.rnn.rnn_step_backward "
        "training.bptt.bptt"
    ),
    "count n-grams": "models.ngram.NGrams models.smoothing.KneserNey models.counting.count_orders",
    "get data": (
        "data.corpus.load_corpus data.places.load_places data.numerals.load_numerals "
        "data.padding.pad"
    ),
    "train a network": (
        "models.sequence.SequenceModel models.language.LanguageModel training.fit.fit"
    ),
    "write with a model": (
        "decoding.sampling.sample_text decoding.sampling.top_k decoding.sampling.nucleus "
        "decoding.completion.complete_text"
    ),
    "read one sequence and write another": (
        "models.translation.EncoderDecoder models.attention.Attention decoding.beam.beam_search "
        "data.number_pairs.load_lists analysis.alignment.score_alignment"
    ),
    "draw a figure, quote a number": (
        "viz.figures.figure viz.figures.show viz.cards.claim_card core.records.Record"
    ),
    "translate another notation": "concordance.cells.measure_difference cells.convert.from_keras",
    "ask a question and grade its answers": (
        "grading.writing.question grading.checks.check grading.marking.grade_bytes"
    ),
}
API = """# API of the package

Name what you want to do, and follow a link. Each entry gives the equation, the shapes and the
units, and says where it comes from.
"""


def render_toc() -> str:
    """The table of contents: lessons with exercises, ways through them, lab reports, the rest."""
    lines = ["format: jb-book", "root: index", "options:", "  numbered: false", "parts:"]
    lines += ["  - caption: Lessons", "    chapters:"]
    for chapter in list_chapters():
        lines += [f"      - file: {page.name}" for page in chapter.lessons]
        kinds = [kind for kind in list_kinds() if (ROOT / kind / f"{chapter.page}.ipynb").is_file()]
        lines += ["        sections:"] if kinds else []
        for kind in kinds:
            lines += [f"          - file: {kind}/{chapter.page}"]
            lines += [f"            title: {EXERCISES[kind]}"]
    (ways, *other_parts), labs = (
        PARTS.items(),
        [page.name for page in list_chapter_pages() if page.is_lab],
    )
    for caption, names in [ways, ("In the lab", labs), *other_parts]:
        lines += [f"  - caption: {caption}", "    chapters:"] if names else []
        lines += [f"      - file: {name}" for name in names]
    lines += ["        sections:"]  # of the API, which is the last
    api_pages = [*ROOMS, *(chapter.name for chapter in list_chapters())]
    lines += [f"          - file: api/{page}" for page in api_pages]
    return "\n".join(lines) + "\n"


def list_modules(room: str) -> list[str]:
    """The dotted names of the modules below a folder, right in it (`folder/*`), or of one file."""
    folder = PACKAGE / room.removesuffix("/*")
    if room.endswith("/*"):
        paths = folder.glob("*.py")
    else:
        paths = folder.rglob("*.py") if folder.is_dir() else [folder.with_suffix(".py")]
    names = [".".join(p.relative_to(ROOT).with_suffix("").parts) for p in sorted(paths)]
    return [name for name in names if not name.rpartition(".")[2].startswith("__")]


@functools.cache
def parse_module(module: str) -> ast.Module:
    """A module's source; nothing is imported."""
    path = ROOT.joinpath(*module.split(".")).with_suffix(".py")
    if not path.is_file():
        path = path.with_suffix("") / "__init__.py"
    return ast.parse(path.read_text(encoding="utf-8"))


def read_summary(module: str, name: str = "") -> str:
    """The first sentence of a docstring: of a module, or of a function or class in it."""
    node = parse_module(module)
    if name:
        node = next(n for n in node.body if getattr(n, "name", None) == name)
    return " ".join((ast.get_docstring(node) or "").split("\n\n")[0].split())


def make_heading(module: str) -> str:
    """What a module is for, in a few words: its first sentence, up to a colon or a comma."""
    description = read_summary(module)
    end = re.search(r"(?<=\?)|[:.;](?= |$)|(?<=.{16}), (?=[a-z])", description)
    return description[: end.start()] if end else description


def describe_rooms(rooms: list[str]) -> list[str]:
    """What the package's rooms say of themselves, a paragraph each."""
    names = [f"rnncourse.{room.replace('/', '.')}" for room in rooms if (PACKAGE / room).is_dir()]
    return [
        f"`{name}`: {(description := read_summary(name))[0].lower()}{description[1:]}\n"
        for name in names
    ]


def render_api_page(title: str, intro: list[str], names: list[str]) -> str:
    """One page of the API: what its modules are for, and then their names."""
    parts = [f"# API: {title[0].lower()}{title[1:]}\n", *intro]
    parts += [
        f"## {make_heading(name)}\n\n`{name}`\n\n```{{eval-rst}}\n.. automodule:: {name}\n```\n"
        for name in names
    ]
    return "\n".join(parts)


def render_tasks() -> list[str]:
    """The first page's lists: what a reader wants to do, and which functions do it."""
    lines = ["## What do you want to do?\n"]
    for task, names in TASKS.items():
        lines.append(f"### {task[0].upper()}{task[1:]}\n")
        for name in names.split():
            module, _, short = f"rnncourse.{name}".rpartition(".")
            link = f"{{py:obj}}`{short} <{module}.{short}>`"
            lines.append(f"- {link}: {read_summary(module, short)}")
        lines.append("")
    return lines


def render_slide_counts() -> str:
    """How many slides each deck has, and how many its cut: with the question, and the exercises."""
    rows, totals = [], [0, 0]
    for page in (page for chapter in list_chapters() for page in chapter.lessons):
        notebook = json.loads((BOOK / f"{page.name}.ipynb").read_text(encoding="utf-8"))
        plan = list_planned_slides(notebook["cells"])
        counts = [len(plan) + 2, sum(slide.cut for slide in plan) + 2]
        counts[1] = counts[1] if counts[1] > 2 else counts[0]  # short enough as it is
        totals = [a + b for a, b in zip(totals, counts, strict=True)]
        rows.append(f"| [{page.number}. {page.title}]({page.name}) | {counts[0]} | {counts[1]} |")
    head = ["| lesson | slides | in the cut |", "|:--|--:|--:|"]
    return "\n".join([*head, *rows, f"| all | {totals[0]} | {totals[1]} |"])


def read_live_figure(tag: str) -> str:
    """A live figure as the notebook of its lesson has stored it."""
    start = f'<figure class="rc-figure rc-live" id="fig-{tag}">'
    for page in list_chapter_pages():
        for cell in json.loads((BOOK / f"{page.name}.ipynb").read_text(encoding="utf-8"))["cells"]:
            for output in cell.get("outputs", ()):
                figure = "".join(output.get("data", {}).get("text/html", ""))
                if start in figure:
                    return start + figure.partition(start)[2]
    raise ValueError(f"No lesson has stored a live figure {tag!r}.")


def render_api() -> dict[str, str]:
    """Render the pages of the API, and the first, which lists them, by their path in the book."""
    texts, contents = {}, [API, *render_tasks(), "## All pages\n"]
    for page, (title, rooms) in ROOMS.items():
        names = [name for room in rooms.split() for name in list_modules(room)]
        texts[f"api/{page}.md"] = render_api_page(title, describe_rooms(rooms.split()), names)
        contents.append(f"- [{title}](api/{page}.md)")
    for chapter in list_chapters():
        title, names = f"Chapter {chapter.number}, {chapter.title}", f"chapters/{chapter.name}"
        intro = [f"What only [chapter {chapter.number}](../{chapter.page}) uses.\n"]
        page = render_api_page(title, intro, list_modules(names))
        texts[f"api/{chapter.name}.md"] = page
        contents.append(f"- [{title}](api/{chapter.name}.md), with its experiments and figures")
    contents.append("\nThe {ref}`index <genindex>` lists all names by their letters.")
    return texts | {"api.md": "\n".join(contents) + "\n"}


def render_pages() -> dict[str, str]:
    """Render all written files, by their path in the book."""
    front = {
        "names": names_widget.render_front(),
        "architectures": draw_architectures(),
        "findings": draw_discoveries(BOOK),
        "slides": render_slide_counts(),
        "decks": decks_table.render_tables(),
    }
    for tag in INCLUDED.findall(HOUR.read_text("utf-8")):
        front[f"live-{tag}"] = read_live_figure(tag)
    texts = {f"_{name}.md": f"{text}\n" for name, text in front.items()}
    return texts | render_api() | {"_toc.yml": render_toc(), "errata.md": errata_page.render_page()}


def write_pages() -> None:
    """Write the files that differ, and remove pages of the API that are no longer written."""
    texts = render_pages()
    for name, text in texts.items():
        write_changed(BOOK / name, text)
    for path in (BOOK / "api").glob("*.md"):
        if path.relative_to(BOOK).as_posix() not in texts:
            path.unlink()
