# A fresh machine needs only Python 3.11 to 3.14 and make: every target makes .venv when it is not there.
# Another Python: make PYTHON=python3.13 test

PYTHON ?= python3
SHARED ?= ../shared
ARGS ?=
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
RUN := $(VENV)/.run-time
DEV := $(VENV)/.development
LOCK := --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --no-emit-find-links --no-strip-extras --quiet

.DEFAULT_GOAL := help
.PHONY: demo test check eval bench chaos kafka-up kafka-down lock metrics-page clean help

demo: $(RUN) ## play the scenario and watch the alerts: no broker, no Java
	$(BIN)/wirebell demo $(ARGS)

test: $(DEV) ## every test, coverage measured; REQUIRE_KAFKA=1 turns a missing broker into a failure
	$(BIN)/python -m pytest --cov --cov-report= --cov-report=json:var/coverage.json $(ARGS)
	@$(BIN)/python -m deploy.check.coverage var/coverage.json

check: $(DEV) ## style, types, layers, schemas, containers, rules, docs
	@$(BIN)/python -m deploy.check $(ARGS)

eval: $(RUN) ## score on the labelled corpora
	@if [ -f $(SHARED)/eval/score.py ]; then \
		$(BIN)/python $(SHARED)/eval/score.py --wirebell $(BIN)/wirebell $(ARGS); \
	else \
		echo "The labelled corpora are not part of this repository: put them beside it as $(SHARED), or name their folder:" >&2; \
		echo "    make eval SHARED=FOLDER    (FOLDER/eval/score.py is run on FOLDER/data)" >&2; exit 1; \
	fi

bench: $(DEV) ## every tests/bench/bench_*.py, one after the other
	$(BIN)/python tests/bench/run.py $(ARGS)

chaos: $(DEV) ## the crash and fault tests at full size, and the fuzzers
	WIREBELL_CHAOS=1 $(BIN)/python -m pytest --timeout=3600 tests/integration -k "crash or fault" $(ARGS)
	@set -e; for script in $(wildcard tests/*/fuzz_*.py); do echo "$$script"; $(BIN)/python "$$script"; done

kafka-up: $(RUN) ## a real Kafka broker on this machine (Java 17; Maven the first time)
	$(BIN)/python deploy/kafka/broker.py up

kafka-down: $(RUN) ## stop it
	$(BIN)/python deploy/kafka/broker.py down

lock: ## pin the requirements anew (needs uv)
	@command -v uv >/dev/null || { echo "lock needs uv: python3 -m pip install uv" >&2; exit 1; }
	uv pip compile pyproject.toml --group dev $(LOCK) -o requirements-dev.txt
	uv pip compile pyproject.toml -c requirements-dev.txt $(LOCK) -o requirements.txt
	uv pip compile --group build -c requirements-dev.txt $(LOCK) -o requirements-build.txt

metrics-page: $(DEV) ## write docs/metrics.md from the table of metrics
	$(BIN)/python -m deploy.check.metrics_page

clean: ## remove .venv, caches and what runs left behind
	rm -rf $(VENV) var .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis .coverage
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' Makefile | sed -E 's/^([a-z-]+):.*## (.*)/\1\t\2/' | while IFS="$$(printf '\t')" read -r name text; do \
		printf '  %-14s %s\n' "$$name" "$$text"; done

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))' || { \
		echo "wirebell needs Python 3.11 to 3.14, and $(PYTHON) is not one. Name one: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 1; }
	@echo "making $(VENV) with $$($(PYTHON) --version)"
	@$(PYTHON) -m venv $(VENV)

$(RUN): requirements.txt requirements-build.txt pyproject.toml | $(BIN)/python
	@echo "installing what wirebell needs to run"
	@$(PIP) --require-hashes -r requirements.txt -r requirements-build.txt
	@$(PIP) --no-deps --no-build-isolation -e .
	@touch $@

$(DEV): requirements-dev.txt pyproject.toml | $(BIN)/python
	@echo "installing what wirebell needs to be tested"
	@$(PIP) --require-hashes -r requirements-dev.txt
	@$(PIP) --no-deps --no-build-isolation -e .
	@touch $(RUN) $@
