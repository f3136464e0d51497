"""The chapters that have honest answers, and each of these answers, which no list names."""

import importlib
from pathlib import Path

import pytest

HERE = Path(__file__).parents[2] / "chapters"
CHAPTERS = [
    importlib.import_module(f"tests.chapters.{path.parent.name}.honest")
    for path in sorted(HERE.glob("*/honest.py"))
]
ANSWERS = [
    pytest.param(chapter, *answer, id=f"{chapter.ASSIGNMENT[:2]}-{name}".replace(" ", "-"))
    for chapter in CHAPTERS
    for name, answer in chapter.HONEST.items()
]
every_answer = pytest.mark.parametrize(("chapter", "ids", "cells"), ANSWERS)
every_chapter = pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda c: c.ASSIGNMENT[:2])
