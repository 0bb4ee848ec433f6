# Chunshui: `make run` serves the demonstration district, `make test` runs every test.
SHELL := /bin/bash
.venv/.stamp: requirements/base.txt requirements/dev.txt
	python3 -m venv .venv
	.venv/bin/pip install -q --require-hashes -r requirements/base.txt -r requirements/dev.txt
	touch .venv/.stamp
