# Two commands matter: `make lab` to learn, `make test` to see that everything works.
# Everything is installed into .venv and node_modules; a second call installs nothing again.

PYTHON ?=
TORCH ?= yes
LAB ?=
LESSON ?=
ALL ?=

VENV := .venv
BIN := $(VENV)/bin
PINS := requirements-lock.txt
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet install
REQUIREMENTS := $(if $(filter no,$(TORCH)),binder/requirements.txt,requirements.txt)
HAVE_LAB := $(VENV)/.has-lab-torch-$(TORCH)
HAVE_TEST := $(VENV)/.has-test
HAVE_BOOK := $(VENV)/.has-book
HAVE_BENCH := $(VENV)/.has-bench
HAVE_NODE := node_modules/.has-packages

SOURCES := $(wildcard chapters/sources/*.md chapters/*/sources/*.md)
LESSONS := $(subst /sources/,/,$(SOURCES:.md=.ipynb))
NBVAL := --nbval --nbval-current-env --nbval-sanitize-with tests/notebooks/sanitize.cfg
PARALLEL := -n 2 --dist loadfile
OTHER_PARTS := notebooks browser book binder
TEST_PARTS := lint test-unit test-frontend test-notebooks test-browser test-book test-binder

.DEFAULT_GOAL := help
.PHONY: help lab install test $(TEST_PARTS) book bench notebooks format clean
.DELETE_ON_ERROR:

help: ## List all targets
	@echo "make TARGET, where TARGET is one of"
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | awk -F '\t' '{printf "  %-16s%s\n", $$1, $$2}'

lab: install ## Install the course and open it in JupyterLab (TORCH=no: without PyTorch)
	@$(BIN)/jupyter trust $(wildcard $(LESSONS)) >/dev/null
	$(BIN)/jupyter lab --ServerApp.jpserver_extensions=jupyterlab_jupytext=False \
	  --LabApp.default_url=/lab/tree/chapters/start_here.ipynb $(LAB)

install: $(HAVE_LAB) ## Install the course into .venv

test: $(HAVE_TEST) $(HAVE_BOOK) $(HAVE_NODE) ## Run all tests, and print how long each part took
	@$(BIN)/python -m tools.run_parts $(TEST_PARTS)

lint: $(HAVE_TEST) ## Check the style of the code
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

test-unit: $(HAVE_TEST) ## Test the engine, the trace, the exercises and the repository itself
	$(BIN)/python -m pytest -q $(PARALLEL) tests $(OTHER_PARTS:%=--ignore=tests/%)

test-frontend: $(HAVE_NODE) ## Test the browser's side of the steppers under Node
	PYTHON=$(BIN)/python node --test $(sort $(wildcard tests/frontend/*.test.*js tests/frontend/*/*.test.*js))

test-notebooks: $(HAVE_TEST) ## Run every lesson and compare each output with the stored one
	$(BIN)/python -m pytest -q $(PARALLEL) $(NBVAL) tests/notebooks $(LESSONS)

test-browser: $(HAVE_TEST) $(HAVE_NODE) ## Test steppers and quizzes in Chromium, also in JupyterLab
	@$(BIN)/python -m tools.chromium
	$(BIN)/python -m pytest -q $(PARALLEL) tests/browser

test-book: $(HAVE_TEST) $(HAVE_BOOK) $(HAVE_NODE) ## Build the book and test it in Chromium with all other hosts blocked
	@$(BIN)/python -m tools.chromium
	$(BIN)/python -m pytest -q tests/book

test-binder: $(HAVE_TEST) ## Install what Binder would, and run the first lesson there
	$(BIN)/python -m pytest -q tests/binder

book: $(HAVE_BOOK) $(HAVE_NODE) ## Build the static book in book/_build/html
	$(BIN)/sphinx-build -q -W --keep-going -c book -d book/_build/doctrees . book/_build/html
	@echo "The book is in book/_build/html/index.html"

bench: $(HAVE_BENCH) ## Measure the engine and the steppers
	$(BIN)/python -m benchmarks

notebooks: $(HAVE_TEST) ## Build changed lessons from their sources (LESSON=chapters/..., ALL=1)
	$(BIN)/python -m tools.pages
	$(BIN)/python -m tools.notebooks $(if $(ALL),--all) $(LESSON)

format: $(HAVE_TEST) ## Format the code and mend what can be mended
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean: ## Remove .venv, node_modules and the built book
	rm -rf $(VENV) node_modules book/_build *.egg-info

$(BIN)/python:
	@sh tools/make_venv.sh $(VENV) $(PYTHON)

$(HAVE_LAB): $(REQUIREMENTS) $(PINS) pyproject.toml tools/jupyterlab_overrides.json | $(BIN)/python
	@echo "Installing the course into $(VENV) ..."
	@$(PIP) -r $(REQUIREMENTS)
	@$(PIP) --no-deps --editable .
	@mkdir -p $(VENV)/share/jupyter/lab/settings
	@cp tools/jupyterlab_overrides.json $(VENV)/share/jupyter/lab/settings/overrides.json
	@touch $@

$(HAVE_TEST): $(HAVE_LAB) requirements-test.txt
	@echo "Installing what the tests need ..."
	@$(PIP) -r requirements-test.txt
	@touch $@

$(HAVE_BENCH): $(HAVE_TEST) requirements-bench.txt
	@echo "Installing what the engine is compared with ..."
	@$(PIP) -r requirements-bench.txt
	@touch $@

$(HAVE_BOOK): $(HAVE_LAB) requirements-book.txt
	@echo "Installing what the book needs ..."
	@$(PIP) -r requirements-book.txt
	@touch $@

$(HAVE_NODE): package.json package-lock.json
	@command -v node >/dev/null && command -v npm >/dev/null || { \
	  echo "Node is missing: the tests and the book need it (20 or newer)."; \
	  echo "Get it from https://nodejs.org or from your system's packages"; \
	  echo "(Debian, Ubuntu: apt-get install nodejs npm; macOS: brew install node)."; exit 1; }
	@echo "Installing what the front end's tests and the book need ..."
	@npm ci --silent --no-audit --no-fund
	@touch $@
