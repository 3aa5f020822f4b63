# Everything runs in .venv, built from uv.lock. `make demo` needs Python >= 3.11 and nothing else; `make test` also
# LibreOffice, Chromium and Chinese fonts, which it installs with apt where it may (ops/tools.sh).
PYTHON ?= python3
BIN := .venv/bin
# Reading scans needs 200 MB more, and a browser 140 MB (with the Chromium of the system); `make EXTRAS= …` leaves both out
EXTRAS ?= --extra ocr --extra js
.PHONY: demo test tools run lint bench made campaign clean
.DEFAULT_GOAL := help

help:
	@echo "make demo      a government portal on this machine, and the whole job on it"
	@echo "make test      lint, types, architecture, tests (installs LibreOffice, Chromium and fonts with apt where it may)"
	@echo "make run       your own watchlist: crawl, parse, check, notify"
	@echo "make bench     benchmarks;  make made  300 reports made anew, read and scored;  make campaign  the long versions of the tests"

.venv/ready: uv.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "reportwatch needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) --version). Try: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==0.13.8
	@VIRTUAL_ENV=$(CURDIR)/.venv UV_PYTHON_DOWNLOADS=never $(BIN)/uv sync --frozen --quiet $(EXTRAS)
	@touch $@

demo: .venv/ready
	@$(BIN)/reportwatch demo

# 10 = done, but some lists could not be seen: the report says which; no failure of make's
run: .venv/ready
	@$(BIN)/reportwatch run || test $$? -eq 10

lint: .venv/ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# What is missing is named. Alone, the tests that need it are skipped; in CI nothing is, so there it is an error
tools:
	@ops/tools.sh || test -z "$$CI"

# Four files at a time, on two cores as well: most of the crawler's tests wait for their servers, and those of a file share what is dear
test: tools lint
	$(BIN)/pytest -n 4 --dist loadfile

bench: .venv/ready
	$(BIN)/python -m bench.read

# Another seed makes other documents: make made SEED=11
SEED ?= 1
COUNT ?= 300
MADE ?= /tmp/reportwatch-made-$(SEED)
made: .venv/ready
	@ops/tools.sh
	$(BIN)/python -m bench.made $(MADE) --seed $(SEED) --count $(COUNT)
	$(BIN)/python -m bench.score $(MADE) --failures $(MADE)/failures.jsonl

campaign: .venv/ready
	$(BIN)/pytest -n 2 -m campaign

clean:
	rm -rf .venv
