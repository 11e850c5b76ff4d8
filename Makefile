# Everything needs only Python 3.11 or newer, make and a package index; nothing is installed outside .venv.
# `make demo` shows the house at work, `make test` tests it, `make check` is what CI runs.

PYTHON ?= python3
# Passed on to the commands: make demo ARGS=--once, make test ARGS="-k night".
ARGS ?=
# Test processes; one per core by default, at most eight.
WORKERS ?= auto

BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet install
LOCKED := uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-emit-find-links

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help .venv dev demo test check lint bench soak lock clean

help:
	@echo "make demo    set up, play the main job on a scratch hotel, keep serving (ARGS=--once: verify and stop)"
	@echo "make test    set up, run the tests"
	@echo "make check   what CI runs: format, lint, types, imports, Dockerfile, migrations, tests in more rounds"
	@echo "make bench   the benchmarks          make soak    the long crash loops, races and simulations"
	@echo "make lock    remake both lock files (ARGS=--upgrade: with the newest versions)"
	@echo "make .venv   only build the environment      make clean   remove it and every cache"

demo: .venv
	@$(BIN)/dauda demo $(ARGS)

test: dev
	@$(BIN)/pytest -n $(WORKERS) --maxprocesses 8 --dist loadgroup $(ARGS)

# The tests run as the README tells people to run them; only the number of rounds differs.
check: lint
	@DAUDA_TEST_ROUNDS=check $(MAKE) --no-print-directory test

lint: dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	@if [ -x $(BIN)/hadolint ]; then echo "$(BIN)/hadolint Dockerfile"; $(BIN)/hadolint Dockerfile; \
	elif [ "$$CI" = true ]; then echo "hadolint has no wheel here, and nothing may be skipped when CI=true"; exit 1; \
	else echo "hadolint has no wheel for this machine: the Dockerfile was not linted"; fi

# One process, so that nothing disturbs what is measured.
bench: dev
	@$(BIN)/pytest -m bench -s --timeout=900 $(ARGS)

soak: dev
	@DAUDA_TEST_ROUNDS=soak $(BIN)/pytest -m "soak or crash or race" --timeout=7200 $(ARGS)

# uv comes with the tests' lock, and would make the next one. It asks its own default index; UV_* variables change that.
lock: dev
	$(BIN)/$(LOCKED) $(ARGS) pyproject.toml -o requirements.lock
	$(BIN)/$(LOCKED) $(ARGS) -c requirements.lock --group dev -o requirements-dev.lock

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build dist *.egg-info

# The environment. A stamp says what was installed, so that the second time costs nothing.
.venv: .venv/runtime.stamp

dev: .venv/dev.stamp

.venv/runtime.stamp: requirements.lock pyproject.toml .venv/python.stamp
	@echo "Installing the runtime requirements into .venv ..."
	@$(PIP) --require-hashes -r requirements.lock
	@$(PIP) --no-deps --editable .
	@touch $@

.venv/dev.stamp: requirements-dev.lock .venv/runtime.stamp
	@echo "Installing the requirements of the tests into .venv ..."
	@$(PIP) --require-hashes -r requirements-dev.lock
	@touch $@

.venv/python.stamp:
	@command -v $(PYTHON) >/dev/null || { echo "$(PYTHON) was not found. Dauda needs Python 3.11 or newer;" \
		"name yours: make PYTHON=/path/to/python3" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Dauda needs Python 3.11 or newer;" \
		"$(PYTHON) is $$($(PYTHON) --version 2>&1). Name a newer one: make PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "$(PYTHON) comes without venv;" \
		"on Debian and Ubuntu: apt install python3-venv" >&2; exit 1; }
	@echo "Building .venv with $$($(PYTHON) --version) ..."
	@$(PYTHON) -m venv .venv
	@touch $@
