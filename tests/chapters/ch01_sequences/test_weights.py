"""The networks of the page fit the models of the chapter."""

import pytest

from rnncourse.chapters.ch01_sequences.experiments import PAGE_TASKS, WEIGHTS, list_symbols
from rnncourse.chapters.ch01_sequences.tasks import MODELS
from rnncourse.models.weights import load


@pytest.mark.parametrize("task", PAGE_TASKS)
def test_a_network_of_the_page_has_the_arrays_of_its_model(task):
    arrays, meta = load(task, WEIGHTS)
    model = MODELS[task](cell=meta["cell"])
    shapes = {name: tuple(array.shape) for name, array in model.named_parameters()}
    assert {name: array.shape for name, array in arrays.items()} == shapes
    assert (meta["task"], meta["vocabulary"]) == (task, list_symbols(task))
