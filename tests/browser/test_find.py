"""Finding something: what is found, in which order, and where a hit leads, served and as files."""

import gzip
import json
import re

import pytest

from .axe import find_violations
from .conftest import SITE, VIEWS, WIDTH, Visit
from .test_links import parse_page

pytestmark = [pytest.mark.built, pytest.mark.browser]

CHAPTER_KB = 12  # compressed: 14 of them, and the page, stay below 350
HITS = "#search-results a"
FIRST = {  # what is typed, and where the first hit leads
    "Kneser-Ney": "02-language-models.html#why-kneserney-counts-places",
    "kneser–NEY": "02-language-models.html#why-kneserney-counts-places",
    "teacher forcing": "03-recurrent-networks.html#teacher-forcing",
    "Teacher-Forc": "03-recurrent-networks.html#teacher-forcing",
    "BPTT": "04-backpropagation-through-time.html#two-orders-of-one-sum",
    "pereplexity": "02-language-models.html#surprise-nats-bits-perplexity",
    "gru_step": "api/cells.html#rnncourse.cells.gru.gru_step",
}
LEADS = {  # terms that readers type, by the page or the section that the first hit must lead to
    "01-sequences.html": "EOS; seq2seq; bucketing; padding; mask; encoder-decoder; "
    "one-hot; hidden state",
    "02-language-models.html": "autocomplete; n-gram; smoothing; perplexity; cross-entropy; "
    "bits per character; Kneser-Ney; negative log-likelihood; language model; temperature; "
    "overfitting",
    "02b-recurrent-language-models.html": "dropout; word vector; top-k sampling; softmax; "
    "nucleus sampling; greedy decoding; embedding",
    "03-recurrent-networks.html": "vanilla RNN; teacher forcing; free running; exposure bias; "
    "unrolling; Elman network; Jordan network; minibatch; batch",
    "lab-03-recurrent-networks.html": "scheduled sampling",
    "04-backpropagation-through-time.html": "BPTT; truncated BPTT; computational graph; "
    "complex step",
    "05-gradients.html": "clipnorm; gradient clipping; vanishing gradient; exploding gradients; "
    "spectral radius; Lyapunov exponent; singular value; linear probe; orthogonal initialization",
    "06-gating.html": "forget gate; what is a forget gate; GRU; update gate; reset gate",
    "07-lstm.html": "LSTM; constant error carousel; forget bias",
    "lab-07-lstm.html": "peephole",
    "08-gated-variants.html": "evolutionary search",
    "09-bidirectional.html": "NER; named entity recognition; POS tagging; BiRNN; ResNet; "
    "bidirectional RNN; multilayer RNN",
    "10-recursive-networks.html": "Tree-LSTM; recursive network",
    "11-sequence-to-sequence.html": "beam search; word error rate; G2P; epoch",
    "lab-11-sequence-to-sequence.html": "BLEU",
    "12-attention.html": "attention",
    "13-captioning.html": "CNN; Show and Tell; image captioning",
    "14-beyond-recurrence.html": "positional encoding; self-attention; transformer; "
    "key-value cache",
    "14b-recurrence-comes-back.html": "scan; linear attention",
    "claims.html": "information morphing",
    "students.html": "hand in; how do I hand in; install; how do I install",
}
MARKED = """() => [...(CSS.highlights.get("rc-find") ?? [])].map(range => [
    String(range), range.getBoundingClientRect().top, range.getBoundingClientRect().bottom])"""


@pytest.fixture
def open_search(open_page):
    """`open_search(query, view)` opens the search page and waits for its hits."""

    def ask(query: str, view: str = "light") -> Visit:
        visit = open_page(f"search.html?q={query}", view)
        visit.page.locator(HITS).first.wait_for()
        return visit

    return ask


def list_hits(visit: Visit) -> list[str]:
    """Where the hits lead, without the words to mark."""
    links = visit.page.locator(HITS).evaluate_all("all => all.map(a => a.getAttribute('href'))")
    return [re.sub(r"\?find=[^#]*", "", link) for link in links]


@pytest.mark.parametrize(("query", "first"), FIRST.items())
def test_the_first_hit_of_a_query_is_the_expected_page(open_search, query, first):
    visit = open_search(query)
    visit.page.locator(f"{HITS} >> nth=0").wait_for()
    visit.page.wait_for_function(
        "first => document.querySelector('#search-results a').href.replace(/[?]find=[^#]*/, '')"
        ".endsWith(first)",
        arg=first,
    )
    assert visit.foreign + visit.errors == []


def test_a_term_leads_to_the_page_that_explains_it_and_then_to_the_glossary(open_search):
    visit = open_search("gru")
    wrong = {}
    for page, queries in LEADS.items():
        for query in queries.split("; "):
            visit.page.locator(".rc-search input").fill(query)
            first, second = list_hits(visit)[:2]
            if not (first.startswith(f"{page}#") and second.startswith("glossary.html#term-")):
                wrong[query] = (first, second)
    assert wrong == {}
    assert sum(len(queries.split("; ")) for queries in LEADS.values()) >= 70


@pytest.mark.parametrize("query", ["BPTT", "teacher forcing", "GRU"])
def test_chapters_come_before_exercises_and_functions_come_last(open_search, query):
    visit = open_search(query)
    if visit.page.locator("#search-api").is_visible():
        visit.page.locator("#search-api").click()
        visit.page.locator("#search-api").wait_for(state="hidden")
    groups = [link.split("/")[0] if "/" in link else link[:2] for link in list_hits(visit)]
    chapters = [i for i, kind in enumerate(groups) if kind.isdigit()]
    assert chapters[0] == 0
    for later in ("exercises", "api"):
        assert later not in groups or chapters[0] < groups.index(later)
    assert "api" not in groups or groups.index("api") > max(chapters[:3])


@pytest.mark.parametrize("query", ["Keras", "PyTorch"])
def test_topics_of_exercises_are_found_in_lessons_first(open_search, query):
    result = list_hits(open_search(query))
    assert [link for link in result[:3] if not re.match(r"\d\db?-", link)] == []
    assert any(link.startswith("exercises/") for link in result)


@pytest.mark.parametrize(
    ("query", "marked"),
    [("dropout", {"dropout"}), ("baseline", {"baseline"}), ("word vector", {"embed", "vector"})],
)
def test_only_terms_of_one_glossary_entry_are_synonyms(open_search, query, marked):
    visit = open_search(query)
    words = " ".join(visit.page.locator("#search-results mark").all_inner_texts()).lower()
    assert [word for word in marked if word not in words] == []
    others = {"dropout", "embed", "vector", "baseline", "letters"} - marked
    assert [word for word in others if word in words] == []


@pytest.mark.parametrize(
    ("phrase", "variant"),
    [
        ("vanishing gradient", "vanishing gradients"),
        ("exploding gradient", "gradients explode"),
        ("gated unit", "gates units"),
        ("forgetting memory", "forgets memories"),
    ],
)
def test_the_ending_of_a_word_does_not_matter(open_search, phrase, variant):
    counts = [open_search(query).page.inner_text("[role=status]") for query in (phrase, variant)]
    assert counts[0] == counts[1]
    assert "section" in counts[0]


def test_an_unfinished_word_is_found(open_search):
    queries = ("vanishin gradi", "vanishing gradient")
    pages = [list_hits(open_search(query))[0].split("#")[0] for query in queries]
    assert pages[0] == pages[1]


@pytest.mark.parametrize("query", ["constructor", "%3Cimg src=x%3E", ".*%2B?^${}()[]\\"])
def test_odd_queries_raise_nothing(open_page, query):
    visit = open_page(f"search.html?q={query}")
    visit.page.wait_for_function("document.getElementById('search-count').textContent")
    assert visit.errors == []


def test_captions_and_descriptions_of_figures_are_found(open_search):
    result = list_hits(open_search("pink begins to fall leaps back"))
    assert any(link.startswith("05-gradients.html#") for link in result)


def test_a_hit_leads_to_its_section_with_the_words_marked(open_blank, book_url):
    page = open_blank().page
    page.goto(f"{book_url}/index.html")
    page.keyboard.press("Control+k")
    page.keyboard.type("teacher forcing")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search.html?q=*")
    page.locator(HITS).first.wait_for()
    status = page.inner_text("[role=status]")
    assert re.fullmatch(r"\d+ sections on \d+ pages(\.|; the first 40:)", status)
    for key in ("ArrowDown", "ArrowDown", "ArrowUp", "Enter"):
        page.keyboard.press(key)
    page.wait_for_url("**/03-recurrent-networks.html?find=*#teacher-forcing")
    page.wait_for_function("CSS.highlights.has('rc-find')")
    marked = page.evaluate(MARKED)
    assert {"teacher", "forcing"} <= {word.lower() for word, _, _ in marked}
    assert all(word.lower().startswith(("teach", "forc")) for word, _, _ in marked)
    assert any(top >= 0 and bottom <= 900 for _, top, bottom in marked)
    page.keyboard.press("Escape")
    assert page.evaluate(MARKED) == []


def test_a_word_far_below_its_heading_is_brought_into_view(open_page):
    visit = open_page("02-language-models.html?find=sources#language-models")
    visit.page.wait_for_function("CSS.highlights.has('rc-find')")
    assert 0 <= visit.page.evaluate(MARKED)[0][1] <= 900


def test_an_empty_result_is_announced_and_a_new_query_works(open_search):
    visit = open_search("perplexity")
    field, status = visit.page.locator(".rc-search input"), visit.page.locator("[role=status]")
    field.fill("qqzzxx")
    visit.page.wait_for_function("document.querySelector('#search-api').hidden")
    assert "Nothing was found" in status.inner_text()
    field.fill("")
    assert status.inner_text() == ""
    field.fill("softmax")
    assert "sections" in status.inner_text()


@pytest.mark.parametrize("view", VIEWS)
def test_a_page_of_hits_can_be_read_everywhere(open_search, view):
    visit = open_search("network", view)
    visit.rest()
    assert find_violations(visit) == []
    assert visit.page.evaluate(WIDTH) <= VIEWS[view]["viewport"]["width"]


def test_a_page_is_cited_by_keyboard(open_page):
    visit = open_page("04-backpropagation-through-time.html")
    visit.page.locator(".rc-cite summary").focus()
    visit.page.keyboard.press("Enter")
    entry = visit.page.locator(".rc-cite pre")
    entry.wait_for()
    assert "title = {Backpropagation through time}" in entry.inner_text()
    focused = "document.activeElement.closest('.rc-cite') && document.activeElement.className"
    for _ in range(2):  # where the entry scrolls, it can be reached first
        visit.page.keyboard.press("Tab")
        if "copybtn" in (visit.page.evaluate(focused) or ""):
            break
    assert "copybtn" in visit.page.evaluate(focused)
    assert find_violations(visit) == []


def read_index_part(name: str) -> list:
    text = (SITE / "_static" / f"search-{name}.js").read_text("utf-8")
    return json.loads(text.removeprefix("rcSearch(").removesuffix(");\n"))


def test_every_anchor_of_the_index_exists_on_its_page():
    lost = [
        f"{address}#{anchor}"
        for name in ("book", "api")
        for address, _, sections in read_index_part(name)
        for anchor, *_ in sections
        if anchor not in parse_page(address).anchors
    ]
    assert lost == []


def test_the_size_of_the_search_index_is_reported(record_property):
    def size(pages):
        text = json.dumps(pages, ensure_ascii=False, separators=(",", ":"))
        return len(gzip.compress(text.encode(), 6)) / 1024

    pages = read_index_part("book")
    numbers = {page[0].partition("-")[0] for page in pages if page[0][:2].isdigit()}  # 02b, too
    of_chapters = [p for p in pages if re.match(r"(exercises/|solutions/)?\d\db?-", p[0])]
    if (mean := size(of_chapters) / len(numbers)) > CHAPTER_KB:
        record_property("remark", f"the index has {mean:.1f} KB a chapter, planned: {CHAPTER_KB}")
    assert mean < 2 * CHAPTER_KB


def test_no_script_of_the_search_of_sphinx_is_built():
    names = {path.name for path in SITE.rglob("*.js")}
    assert names & {"searchindex.js", "searchtools.js", "sphinx_highlight.js"} == set()


@pytest.mark.parametrize("page", ["index.html", "exercises/02-language-models.html"])
def test_the_dialog_shows_hits_while_typing(open_page, page):
    visit = open_page(page)
    n_requests = len(visit.requests)
    visit.page.keyboard.press("Control+k")
    assert len(visit.requests) == n_requests  # the index comes with the first letter
    visit.page.keyboard.type("vanishing grad")
    visit.page.locator(f"dialog {HITS}").first.wait_for()
    visit.rest()
    assert find_violations(visit) == []
    visit.page.keyboard.press("ArrowDown")
    visit.page.keyboard.press("Enter")
    visit.page.wait_for_url("**.html?find=*")
    assert not visit.page.url.endswith("find=")
    assert visit.page.locator(".bd-article h1").is_visible()
    assert visit.foreign + visit.errors == []
