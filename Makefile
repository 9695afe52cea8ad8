# Scenebank. `make help` lists what there is.
ifndef PYTHON
# The system's own where it fits and none was activated: it is built to be quick, which one from elsewhere often is not.
PYTHON := $(shell test -z "$$VIRTUAL_ENV" && /usr/bin/python3 -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& echo /usr/bin/python3 || echo python3)
endif
VENV := .venv
BIN := $(VENV)/bin
HTML_CHECKER := node_modules/vnu-jar/build/dist/vnu.jar
ifneq ($(wildcard ../shared/data),)
export SCENEBANK_SHARED_DATA ?= $(abspath ../shared/data)
endif
# A hundred processes start in the tests, and six with `make run`: each module is compiled once for all.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: help run check test test-long threats bench heights screenshots new-widget new-bank
help: ## this list
	@grep -E '^[a-z-]+:.*##' Makefile | sed -E 's/:.*##/\t/'

define need_python
	@command -v $(PYTHON) >/dev/null || { echo "make: Python 3.11 or later is needed: install python3 and python3-venv, or set PYTHON" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "make: Python 3.11 or later is needed, $(PYTHON) is older: set PYTHON" >&2; exit 1; }
endef

define make_venv
	$(need_python)
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { echo "make: Python's venv module is missing: install python3-venv" >&2; exit 1; }
	@test -x $(BIN)/pip || $(PYTHON) -m venv $(VENV)
endef

$(VENV)/.runs: requirements.txt constraints.txt
	$(make_venv)
	@$(BIN)/pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

# Where they cannot be had, widgets work by forms and links alone, and the next make tries again.
static/vendor/htmx.js: package.json package-lock.json tools/browser_files.py | $(VENV)/.runs
	@$(BIN)/python -m tools.browser_files || echo "make: going on without them" >&2

# npm gives its files the date of long ago.
$(HTML_CHECKER): package.json package-lock.json tools/browser_files.py | static/vendor/htmx.js
	@$(BIN)/python -m tools.browser_files --for-tests && touch $@ || echo "make: going on without the checker of HTML" >&2

run: $(VENV)/.runs static/vendor/htmx.js ## everything on this machine: Scenebank, worker, sandbox banks, demo shops
	@exec $(BIN)/python -m scenebank.supervisor

$(VENV)/.installed: requirements.txt requirements-dev.txt constraints.txt
	$(make_venv)
	@$(BIN)/pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@

check: $(VENV)/.installed ## types, lint, and who may import whom
	$(BIN)/ruff check .
	$(BIN)/mypy --strict app.py scenebank widgets sandbox_bank demo_shop tools bench tests
	$(BIN)/lint-imports

test: $(VENV)/.installed static/vendor/htmx.js $(HTML_CHECKER) ## all tests, on SQLite and PostgreSQL
	$(BIN)/pytest -n 4 --no-loadscope-reorder -m "not long"

test-long: $(VENV)/.installed static/vendor/htmx.js $(HTML_CHECKER) ## the full counts, with their figures
	$(BIN)/pytest -m long -s tests/end_to_end/test_kills.py
	$(BIN)/pytest -m long -n 2 -rP --ignore=tests/end_to_end/test_kills.py

threats: $(VENV)/.installed static/vendor/htmx.js ## each defence of docs/security.md taken away in turn, in a copy: some test must fail; ROWS="9 17": these only
	$(BIN)/python -m tools.threats $(ROWS)

bench: $(VENV)/.installed static/vendor/htmx.js ## times, as ratios to a bare view and a bare file
	$(BIN)/python -m bench

screenshots: $(VENV)/.installed static/vendor/htmx.js ## every state, width, theme and language as pictures, with contact sheets, in build/
	$(BIN)/python -m tools.screenshots

heights: $(VENV)/.installed ## measure the first views anew, after their look has changed
	$(BIN)/python -m tools.heights

new-widget: ## a widget's folder, its test, its line: make new-widget NAME=probe
	$(need_python)
	@$(PYTHON) -m tools.new_widget "$$NAME"

new-bank: ## a bank adapter's folder, its test, its line: make new-bank NAME=probe
	$(need_python)
	@$(PYTHON) -m tools.new_bank "$$NAME"
