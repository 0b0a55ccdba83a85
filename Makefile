# Bare `make` prints what there is; the words after ## are the help.
SHELL := /bin/bash
PYTHON := .venv/bin/python

.DEFAULT_GOAL := help
.PHONY: help run test fast check checks lint types words docs bench load soak screens pictures lighthouse lock setup browser demo clean

help:
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: demo ## install, make the demo trust, index it and open the site on http://127.0.0.1:8000 (PORT=... for another)
	@.venv/bin/kb serve $(if $(PORT),--port $(PORT))

test: setup browser ## everything the tests need, then all tests
	@$(PYTHON) -m pytest -n 2 --dist loadfile

fast: setup ## the tests that take a moment: no browser, nothing slow
	@$(PYTHON) -m pytest -n 2 --dist loadfile -m "not slow and not browser"

check: test checks ## everything CI checks: tests, lint, types, words

checks: lint types words

lint: setup ## ruff, and formatting as ruff does it
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .

types: setup ## mypy, strict
	@.venv/bin/mypy

words: setup ## spelling of the documents and the code
	@.venv/bin/codespell

docs: setup ## print docs/commands.md and docs/settings.md anew from the code
	@$(PYTHON) -m cogapp -r docs/commands.md docs/settings.md

bench: demo ## speed and memory beside txtai, at two sizes and under load, into docs/benchmarks.md (BENCH=... for single steps)
	@$(PYTHON) -m tools.bench.run $(BENCH)

load: demo ## requests a second beside an empty page, for a minute (LOAD="--rounds 1" for less)
	@$(PYTHON) -m tools.load.measure $(LOAD)

soak: demo ## ten minutes of readers while articles are published (SOAK="--minutes 1" for less)
	@$(PYTHON) -m tools.load.soak $(SOAK)

screens: demo browser ## a picture of every page, wide and narrow, light and dark, to var/screens
	@$(PYTHON) -m tools.screens

pictures: demo browser ## the pictures of the guides in docs/images anew
	@$(PYTHON) -m tools.screens --guides

lighthouse: demo browser ## Lighthouse on a phone, median of three, for home, search and article (needs npm)
	@$(PYTHON) -m tools.lighthouse.measure

lock: ## requirements.lock anew from pyproject.toml and requirements.in (UPGRADE="--upgrade" for newer versions)
	@[ -x .venv/bin/pip-compile ] || tools/setup  # with an environment, set-up would only say that the lock is old
	@tools/lock $(UPGRADE)

setup: ## .venv with everything in it; nothing to do when it is up to date
	@tools/setup

clean: ## take away what can be made again; var/ with your database and index stays
	@rm -rf .venv build *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis var/screens tools/lighthouse/node_modules
	@find kb indexer tests tools -name __pycache__ -type d -prune -exec rm -rf {} +

browser:
	@tools/browser

demo: setup
	@.venv/bin/kb init $(if $(KB_CONTENT),,--demo)
	@.venv/bin/kb index
