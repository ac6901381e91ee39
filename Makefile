# `make study` and `make test` are all a newcomer needs; both set up .venv on first use.
SHELL := /bin/bash
PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
CORES := $(shell getconf _NPROCESSORS_ONLN)
# Arithmetic as on a CPU without AVX: torch, oneMKL and oneDNN take their SSE kernels, which round
# otherwise. Training that is easily thrown off its course then ends elsewhere. The record holds every
# demo under such kernels; these few are run to see that it holds on this machine too.
PLAIN_CPU := ATEN_CPU_CAPABILITY=default MKL_ENABLE_INSTRUCTIONS=SSE4_2 DNNL_MAX_CPU_ISA=SSE41
FRAGILE := contamination clean_vs_dirty full_vs_lora batch_extremes lr_warmup gradient_noise
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt

.DEFAULT_GOAL := help
.PHONY: help study test check lint types generated content unit unrecorded verify exercises other-cpu bench screens gpu \
  pins lowest mutants clean

help: ## List the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

.venv/made: pyproject.toml constraints.txt
	test -x $(BIN)/python || "$(PYTHON)" -m venv .venv
	$(PIP) -e .
	@touch $@

.venv/made-dev: pyproject.toml constraints.txt
	test -x $(BIN)/python || "$(PYTHON)" -m venv .venv
	$(PIP) -e '.[dev]'
	@touch $@ .venv/made

study: .venv/made ## Start the app
	@$(BIN)/quizapp

test: .venv/made-dev unit ## Run all tests

check: .venv/made-dev lint types content unrecorded other-cpu exercises unit ## Everything that must pass before a merge

lint: .venv/made-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports --no-cache

types: .venv/made-dev
	$(BIN)/mypy

generated: .venv/made-dev ## Write the files that are made from the code
	$(BIN)/python -m tools.generate

content: .venv/made-dev
	$(BIN)/python -m tools.generate --check
	$(BIN)/quizapp check

unit: .venv/made-dev
	$(BIN)/python -m pytest -q -n auto --dist worksteal

unrecorded: .venv/made ## Run what no record covers: `quizapp check` judges the rest
	$(BIN)/quizapp verify --unrecorded --jobs $(CORES)

verify: .venv/made ## Run every demo and check every number on every card
	$(BIN)/quizapp verify --jobs $(CORES)

exercises: .venv/made ## Judge the judges of the exercises: is what is wrong refused?
	$(BIN)/quizapp verify --exercises --sample --jobs $(CORES)

other-cpu: .venv/made ## The demos whose outcome depends most on rounding, as an older CPU computes
	$(PLAIN_CPU) $(BIN)/quizapp verify --jobs $(CORES) $(FRAGILE)

bench: .venv/made-dev ## Measure what the app promises, as ratios within one run
	$(BIN)/python -m pytest -q -s tests/benchmarks/bench_promises.py tests/benchmarks/bench_browse.py \
	  tests/benchmarks/bench_log.py tests/benchmarks/bench_anki.py

screens: .venv/made-dev ## Take the pictures in docs/screens
	$(BIN)/python -m tools.screens

gpu: .venv/made-dev ## All that only a GPU shows: tests and demos, recorded, in eight minutes
	$(BIN)/python -m tools.gpu

pins: ## Write constraints.txt from the newest versions that install together
	rm -rf build/pins && "$(PYTHON)" -m venv build/pins
	build/pins/bin/python -m pip install --quiet -e '.[dev]'
	{ head -n 1 constraints.txt; build/pins/bin/python -m pip freeze --exclude-editable | sed 's/+[a-z0-9.]*$$//'; } > build/constraints.txt
	mv build/constraints.txt constraints.txt

lowest: ## Show that the lower bounds in pyproject.toml are enough
	rm -rf build/lowest && "$(PYTHON)" -m venv build/lowest
	"$(PYTHON)" -m tools.lowest > build/lowest.txt
	build/lowest/bin/python -m pip install --quiet -c build/lowest.txt -e '.[dev]'
	build/lowest/bin/quizapp check
	build/lowest/bin/python -m pytest -q -n auto -m "not slow" tests/unit tests/content
	build/lowest/bin/quizapp verify --jobs $(CORES)

mutants: .venv/made-dev ## Which of 200 random mistakes in the core do its unit tests miss?
	test -x build/cosmic-ray/bin/python || "$(PYTHON)" -m venv build/cosmic-ray
	build/cosmic-ray/bin/python -m pip install --quiet cosmic-ray==8.7.0
	build/cosmic-ray/bin/python -m tools.mutants $(ARGS)

clean: ## Remove what the targets above made
	rm -rf .venv build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis
