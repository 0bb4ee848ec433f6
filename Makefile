# Chunshui. `make run` serves the demonstration district; `make test` runs every check on both databases.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help run test fast faults pg lint format types arch messages docs screens bench bench-routes lock
PYTHON3 ?= python3
PY := .venv/bin/python

help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

.venv/.base: requirements/base.txt
	@$(PYTHON3) tools/venv.py .venv requirements/base.txt
	@touch $@

.venv/.dev: .venv/.base requirements/dev.txt
	@$(PYTHON3) tools/venv.py .venv requirements/dev.txt
	@touch $@

run: .venv/.base ## serve the demonstration district on PORT (8000); Ctrl-C stops it
	@$(PY) tools/messages.py >/dev/null
	@exec $(PY) manage.py serve

test: .venv/.dev ## everything: lint, types, contracts, migrations, messages, tests on SQLite and PostgreSQL
	@$(PY) tools/messages.py >/dev/null
	@$(PY) tools/check.py

fast: .venv/.dev ## tests on SQLite without the browser; ARGS go to pytest
	@$(PY) -m pytest -q -n 2 -m "not browser" $(ARGS)

pg: .venv/.dev ## tests on a PostgreSQL of their own, without the browser; ARGS go to pytest
	@$(PY) tools/postgres.py pytest -q -n 2 -m "not browser" $(ARGS)

lint: .venv/.dev ## ruff and djlint
	@$(PY) tools/check.py lint

format: .venv/.dev ## let ruff put the code in order
	@.venv/bin/ruff check -q --fix . ; .venv/bin/ruff format -q .

types: .venv/.dev ## mypy, strict
	@$(PY) tools/check.py types

arch: .venv/.dev ## import contracts and house rules
	@$(PY) tools/check.py arch
	@$(PY) -m pytest -q -n0 tests/architecture

messages: .venv/.dev ## compile the English and name what is missing
	@$(PY) tools/messages.py --check

docs: .venv/.dev ## write the pages of docs/ that are made from code
	@$(PY) tools/docs.py

screens: .venv/.dev ## pictures of the main pages into docs/screens
	@$(PY) tools/screens.py

faults: .venv/.dev ## the long storm on the ledger: writers and the PostgreSQL server killed -9; ARGS go to it
	@$(PY) -m tests.faults $(ARGS)

bench-routes: .venv/.dev ## an afternoon on foot, engine against engine; figures belong into docs/decisions/0011-routes.md
	@$(PY) -m bench routes --prove

bench: .venv/.dev ## load run; figures belong into docs/performance.md
	@$(PY) -m bench

bench-matching: .venv/.dev ## the dispatch engine beside others on the same numbers; figures into docs/dispatch-bench.md
	@$(PY) -m bench.matching --write

lock: .venv/.dev ## lock the newest versions that requirements/*.in allow
	@cd requirements && for set in base dev; do ../$(PY) -m piptools compile -q --generate-hashes --strip-extras --allow-unsafe --no-emit-index-url --no-emit-find-links --no-emit-trusted-host -U -o $$set.txt $$set.in; done
