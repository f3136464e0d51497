"""Every example in a docstring of the package runs and says what it shows."""

import doctest
import importlib
import pkgutil
import re
from pathlib import Path

import pytest

import rnncourse

MODULES = sorted(m.name for m in pkgutil.walk_packages(rnncourse.__path__, "rnncourse."))


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_a_module_are_true(name):
    module = importlib.import_module(name)
    prompts = re.findall(r"^ *>>> ", Path(module.__file__).read_text("utf-8"), re.MULTILINE)
    outcome = doctest.testmod(module)
    assert (outcome.failed, outcome.attempted) == (0, len(prompts))
