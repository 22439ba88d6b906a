# make demo, make test: all set-up included. `make help` lists the rest.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Where pip finds torch. Elsewhere than Linux with a CPU wheel at hand, name PyTorch's CPU index (see README).
TORCH_INDEX ?=
PIP := $(BIN)/python -m pip --disable-pip-version-check -qq
# How many tests run beside one another: many of them wait more than they work.
WORKERS ?= $(shell $(PYTHON) -c 'import os; print(3 * (os.cpu_count() or 1))')
PYTEST = $(BIN)/python -m pytest -q
# Platforms' own deadlines run in some tests, and a busy machine misses them now and then: what
# fails beside other tests is tried once more by itself, and must pass there.
AGAIN = { echo "Trying what failed once more, by itself:"; \
	$(PYTEST) -x --last-failed --last-failed-no-failures none; }
# The files of the tests that measure time: the others need not even be read for them.
ALONE = $(shell grep -rlE '^@pytest\.mark\.alone' tests --include='test_*.py')
# Each process would compile everything anew where the environment forbids to keep it.
unexport PYTHONDONTWRITEBYTECODE
Q ?=

.DEFAULT_GOAL := help
.PHONY: help demo test check format messages lock bench pictures clean

help: ## what can be made
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | sort

demo: $(VENV)/.run ## install, build the model, load the sample community and ask (Q="your question")
	@$(BIN)/crosswalk demo $(if $(Q),--ask "$$Q")

test: $(VENV)/.test ## format, lint, types, import contracts and all tests
	@$(BIN)/python -m bot model
	@$(MAKE) --no-print-directory -j2 lint types tests
	@$(PYTEST) -m alone $(ALONE)

check: $(VENV)/.test ## the same without the model and without what measures time: fast
	@$(MAKE) --no-print-directory -j2 lint types tests WITHOUT="and not model and not evalsets"

# The types are checked while the tests run.
.PHONY: lint types tests
WITHOUT :=
tests: lint
	@$(PYTEST) -n $(WORKERS) -m "not alone $(WITHOUT)" || $(AGAIN)

types: lint
	@$(BIN)/mypy

lint:
	@$(BIN)/ruff format --check --quiet . || { echo "Run: make format"; exit 1; }
	@$(BIN)/ruff check --quiet .
	@$(BIN)/lint-imports

format: $(VENV)/.test ## put the code into the house format
	@$(BIN)/ruff format . && $(BIN)/ruff check --fix .

messages: $(VENV)/.test ## renew the message catalogues from the sentences in bot/
	@$(BIN)/python -m tests.support.catalogues

lock: $(VENV)/.test ## renew requirements.lock from constraints.txt (needs uv)
	@$(BIN)/python -m tests.support.lock

bench: $(VENV)/.test ## matching quality and speed, as ratios (EVAL_SETS=folder for the evaluation sets)
	@$(BIN)/python -m tests.bench

pictures: $(VENV)/.test ## draw what members see on Slack and Discord (needs Chromium), into build/pictures
	@$(BIN)/python -m tests.support.pictures build/pictures

clean: ## remove the environment; the cache and your data stay
	rm -rf $(VENV) build *.egg-info

# The environment is made anew when what it is made from changes: an editable install does
# not notice new entry points by itself.
export Q
# Each file is held against its digest in requirements.lock; torch alone is not, for its wheels come
# from the index that is named, each with another digest.
$(VENV)/.run: pyproject.toml constraints.txt requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Crosswalk needs Python 3.11 or newer. Try: make PYTHON=python3.11 $(MAKECMDGOALS)"; exit 1; }
	@echo "Installing into $(VENV) (a few minutes the first time)"
	@rm -rf $(VENV)
	@$(PYTHON) -m venv $(VENV)
	@sed '/^# Only tests/,$$d' requirements.lock > $(VENV)/run.lock
	@$(PIP) install --require-hashes --no-deps --requirement $(VENV)/run.lock
	@$(PIP) install --constraint constraints.txt $(if $(TORCH_INDEX),--index-url $(TORCH_INDEX)) torch
	@$(PIP) install --constraint constraints.txt --editable .
	@touch $@

$(VENV)/.test: $(VENV)/.run
	@$(PIP) install --require-hashes --no-deps --requirement requirements.lock
	@$(PIP) install --constraint constraints.txt --editable '.[test]'
	@touch $@
