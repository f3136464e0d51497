"""The language model of the page is that of the recorded run."""

from rnncourse.chapters.ch02_language.network_experiments import PAGE_NAME, WEIGHTS
from rnncourse.core.records import Record
from rnncourse.models.weights import load


def test_the_language_model_of_the_page_is_that_of_the_recorded_run():
    arrays, about = load(PAGE_NAME, WEIGHTS)
    networks = Record.load("ch02_language").about["networks"]
    assert about["sha256"] == networks["page_sha256"]
    assert len(about["vocabulary"]) == len(arrays["logits.bias"])
