# Scenebank. `make help` lists what there is.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
ifneq ($(wildcard ../shared/data),)
export SCENEBANK_SHARED_DATA ?= $(abspath ../shared/data)
endif

.PHONY: help check test
help: ## this list
	@grep -E '^[a-z-]+:.*##' Makefile | sed -E 's/:.*##/\t/'

$(VENV)/.installed: requirements.txt requirements-dev.txt constraints.txt
	@command -v $(PYTHON) >/dev/null || { echo "make: Python 3.11 or later is needed: install python3 and python3-venv" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { echo "make: install python3-venv" >&2; exit 1; }
	@$(BIN)/pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@

check: $(VENV)/.installed ## types, lint, and who may import whom
	$(BIN)/ruff check .
	$(BIN)/mypy --strict app.py scenebank widgets sandbox_bank demo_shop tests
	$(BIN)/lint-imports

test: $(VENV)/.installed ## all tests, on SQLite and PostgreSQL
	$(BIN)/pytest -n 2
