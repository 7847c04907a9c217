# What to do with this folder. `make` alone lists it.
.DEFAULT_GOAL := help
.PHONY: help demo test check bench format lock clean
PY := .venv/bin/python

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "  make %-8s %s\n", $$1, $$2}' Makefile

demo: ## Set everything up and open Svar on the demo data at http://127.0.0.1:7860
	@scripts/setup.sh demo
	@exec .venv/bin/svar serve --demo

test: ## Set everything up and run all checks and all tests, the browser's included
	@scripts/setup.sh test
	@$(MAKE) --no-print-directory check
	@echo "All tests but the browser's, on all cores; then the browser's, which share one server (some minutes each)"
	@failed=0; \
	$(PY) -m pytest -m "" -n auto --dist loadfile --no-loadscope-reorder --benchmark-disable --ignore=tests/browser || failed=1; \
	$(PY) -m pytest -m "" tests/browser || failed=1; \
	exit $$failed

check: ## Style and types only
	@scripts/setup.sh test
	@echo "Style (ruff)"
	@$(PY) -m ruff check .
	@echo "Types (mypy)"
	@$(PY) -m mypy

bench: ## Record the times of single steps on this machine (pytest-benchmark); `svar bench` measures the whole
	@scripts/setup.sh test
	@$(PY) -m pytest benchmarks --benchmark-only --benchmark-autosave \
		--benchmark-columns=min,median,mean,stddev,max,rounds

format: ## Bring the code into its one form
	@scripts/setup.sh test
	@$(PY) -m ruff check --fix .
	@$(PY) -m ruff format .

lock: ## Resolve pyproject.toml anew and write the lock files
	@scripts/lock.sh

clean: ## Remove what set-up and tests made; your data is elsewhere and stays
	@rm -rf .venv .setup.lock .mypy_cache .ruff_cache .pytest_cache .hypothesis svar.egg-info build
	@find . -name __pycache__ -type d -not -path './.git/*' -exec rm -rf {} +
