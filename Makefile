# The commands of the course; `make help` lists them. Needed: make, Python 3.11 or newer.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.NOTPARALLEL:

PYTHON ?= python3
PORT ?= 8000
NOTEBOOKS ?= book solutions
RUN := .venv/bin/python
# "hel" is the start of "hello", letter by letter; "nd" ends "2nd", and names a kind of character; "fo"
# names a cell with a forget and an output gate. The rest is German, as Moodle writes it.
GERMAN := adresse,januar,februar,juni,juli,oktober,dezember
SPELL := .venv/bin/codespell --builtin clear,rare,en-GB_to_en-US --ignore-words-list hel,nd,fo,$(GERMAN) --skip "*.json,*.bin"
# What checks our scripts: `make book` fetches it where tests are installed. The gate runs it after the book.
BIOME := node_modules/@biomejs/biome/bin/biome
UNIT := -m "not slow and not built and not grading and not browser and not paper and not claims and not tools"

.PHONY: help book page work pdf slides zip serve chapter notebooks exercises measure sweep bench test test-all test-fast test-deep test-portable check publish-check clean

help:
	@echo "make work           a chapter's exercises to work on, in work/, opened in JupyterLab; again: goes"
	@echo "                    on where you were (CHAPTER=04; OPEN=no: opens nothing)"
	@echo "make book           set up .venv and build the pages into _build/html"
	@echo "                    (SOLUTIONS=no: without the solutions, for a class)"
	@echo "make serve          show the built pages on this machine (PORT=8000)"
	@echo "make slides         make a deck of slides for each chapter (_build/html/slides)"
	@echo "make pdf            print the book, the exercises and the solutions; Chromium does it"
	@echo "                    (_build/html/book.pdf, exercises.pdf, solutions.pdf)"
	@echo "make zip            the pages as one file to carry: _build/rnncourse-book.zip; it needs no"
	@echo "                    server and no network, open index.html"
	@echo "make test           set up everything; build the book; run the tests and every notebook"
	@echo "                    (ONLY=book, check, solutions, tests, notebooks or printed: only this)"
	@echo
	@echo "For authors:"
	@echo "make check          style, spelling and the rules of the project"
	@echo "make test-fast      the unit tests only (minutes)"
	@echo "make chapter        lay out a chapter to start from (NAME=15-my-topic; REMOVE=1: away again)"
	@echo "make page           build one page to look at while it is written (NAME=05; seconds)"
	@echo "make notebooks      run the notebooks again and store what they show (NOTEBOOKS=book/02-...)"
	@echo "make exercises      make the exercises from the solutions; stops where somebody has written"
	@echo "                    into one (FORCE=1: what was written is lost)"
	@echo "make measure        do the recorded runs again (hours; what is kept in _build/runs is not;"
	@echo "                    ONLY=ch02_language or ONLY=ch02_language/ngrams: only these;"
	@echo "                    DROP=ch02_language/ngrams: out of the record, where nothing reads it)"
	@echo "make sweep          chapter 8's comparison of all cells (minutes; stopped, it goes on: _build/runs;"
	@echo "                    larger: DRAWS=20 SEEDS=10 LONGER=4; in more processes: WORKERS=8)"
	@echo "make bench          measure the speed of the grader, also on a class of 60; of the layers,"
	@echo "                    beam search; how often honest answers look alike (minutes)"
	@echo "make test-all       the gate, and what takes hours: every view of every page, every level of"
	@echo "                    isolation, changed records, archives (ONLY=typed, grading, browser, paper,"
	@echo "                    claims or tools: only this)"
	@echo "make test-deep      the grader's random tests, many times as much (half an hour)"
	@echo "make test-portable  notebooks and unit tests on the code paths of older processors (hours)"
	@echo "make publish-check  what a fork has to set before it publishes"
	@echo "make clean          remove what was built and cached; .venv stays"

# A stamp is there only when its install has finished; it is stale when a listed file is newer.
# $(1) is the extra of pyproject.toml to install; sizes are those of what is unpacked.
WHAT_book := what builds the pages, 800 MB
WHAT_work := JupyterLab and the libraries that the course reads, 600 MB
WHAT_pdf := what builds and prints the pages, 1000 MB
WHAT_test := all that the tests use, 2100 MB, and some gigabytes more if PyTorch is the CUDA build
define install
@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	echo "make: the course needs Python 3.11 or newer, and '$(PYTHON)' is not that." \
	     "Try: make $(MAKECMDGOALS) PYTHON=python3.12" >&2; exit 1; }
@rm -f $@
@$(RUN) -m pip --version >/dev/null 2>&1 || { \
	echo "Creating .venv ..."; rm -rf .venv; $(PYTHON) -m venv .venv; }
@echo "Installing into .venv: $(WHAT_$(1))."
@echo "The first time takes a minute or two, or as long as the network needs ..."
@$(RUN) -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[$(1)]'
endef

.venv/book.stamp: pyproject.toml constraints.txt
	$(call install,book)
	@touch $@

.venv/work.stamp: pyproject.toml constraints.txt
	$(call install,work)
	@touch $@

.venv/pdf.stamp: pyproject.toml constraints.txt
	$(call install,pdf)
	@touch .venv/book.stamp $@

.venv/test.stamp: pyproject.toml constraints.txt
	$(call install,test)
	@touch .venv/book.stamp .venv/pdf.stamp .venv/work.stamp $@

# The students' own copies are in work/, which git ignores. Nothing else in here reads or writes it.
work: .venv/work.stamp
	@$(RUN) -m rnncourse start $(if $(CHAPTER),"$(CHAPTER)") $(if $(filter 0 no,$(OPEN)),--no-open)

# With SOLUTIONS=no the pages have no solutions, and nothing leads to them.
ifneq ($(SOLUTIONS),)
export RNNCOURSE_SOLUTIONS := $(SOLUTIONS)
endif

book: .venv/book.stamp
	@$(RUN) -m scripts.book.build_book
	@echo "The book is in _build/html. To read it: make serve"

page: .venv/book.stamp
	@$(RUN) -m scripts.book.build_page "$(NAME)"

# Both read the built pages, and a build of the book takes away what they wrote; make zip makes
# slides again that it finds and that a build takes away.
pdf: .venv/pdf.stamp
	@$(RUN) -m scripts.book.build_book
	@$(RUN) -m scripts.book.make_pdf

slides: .venv/book.stamp
	@$(RUN) -m scripts.book.build_book
	@$(RUN) -m scripts.slides.make_slides

serve:
	@$(PYTHON) -m scripts.book.serve _build/html $(PORT)

zip: .venv/book.stamp
	@$(RUN) -m scripts.book.make_zip

notebooks: .venv/test.stamp
	@$(RUN) -m scripts.author.run_notebooks $(NOTEBOOKS)

exercises: FORCED := $(if $(filter-out 0 no,$(FORCE)),--force)
exercises: .venv/test.stamp
	@$(RUN) -m scripts.author.make_exercises --ask $(FORCED)
	@$(RUN) -m scripts.author.run_notebooks solutions
	@$(RUN) -m scripts.author.make_exercises $(FORCED)

chapter: .venv/test.stamp
	@$(RUN) -m scripts.author.make_chapter "$(NAME)" $(if $(REMOVE),--remove) $(if $(FORCE),--force)

measure: .venv/test.stamp
	@$(RUN) -m scripts.author.measure $(if $(DROP),--drop $(DROP),$(ONLY))

# make sweep DRAWS=20 SEEDS=10 LONGER=4 WORKERS=8
sweep: .venv/test.stamp
	@$(RUN) -m scripts.author.sweep $(if $(DRAWS),--draws $(DRAWS)) $(if $(SEEDS),--seeds $(SEEDS)) \
		$(if $(LONGER),--longer $(LONGER)) $(if $(WORKERS),--workers $(WORKERS))

bench: .venv/test.stamp
	@$(RUN) -m benchmarks.grading
	@$(RUN) -m benchmarks.classes
	@$(RUN) -m benchmarks.cells
	@$(RUN) -m benchmarks.beam
	@$(RUN) -m benchmarks.similarity --short

test: .venv/test.stamp
	@$(RUN) -m scripts.author.run_tests $(if $(ONLY),"$(ONLY)")

test-all: .venv/test.stamp
	@$(RUN) -m scripts.author.run_tests --all $(if $(ONLY),"$(ONLY)")

test-fast: .venv/test.stamp
	@$(RUN) -m pytest -q -n 2 --dist worksteal $(UNIT)

# What hypothesis draws, in the hundreds; what is honest, at every level; what IPython says of it.
test-deep: export RNNCOURSE_DEEP := 1
test-deep: .venv/test.stamp
	@$(RUN) -m pytest -q -n 2 --dist worksteal -m "slow or grading" tests/grading/honest tests/grading/test_special_values.py

test-portable: .venv/test.stamp
	@$(RUN) -m scripts.author.try_portability

check: .venv/test.stamp
	@$(RUN) -m ruff check --quiet .
	@$(RUN) -m ruff format --check --quiet .
	@$(SPELL) *.md CITATION.cff .github/*/*.yml book/*.md rnncourse scripts benchmarks
	@rm -rf _build/spelling
	@$(RUN) -m scripts.author.prose _build/spelling book/*.ipynb solutions/*.ipynb
	@$(SPELL) _build/spelling
	@$(RUN) -m scripts.author.measure --stale
	@$(RUN) -m pytest -q tests/house tests/scripts/author/test_reading_time.py $(and $(wildcard $(BIOME)),tests/test_javascript.py)
	@test -e $(BIOME) || echo "The style of scripts was not checked: Biome is not here. Try: make book"

publish-check:
	@$(PYTHON) -m scripts.release.publish_check

clean:
	rm -rf _build node_modules book/_assets/vendor book/exercises book/solutions book/api
	rm -f book/_*.md book/_toc.yml book/api.md book/claims.md book/claims.json book/errata.md
	rm -rf .pytest_cache .ruff_cache .hypothesis
