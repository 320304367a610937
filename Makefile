# Every target makes `.venv` from the hashed lock first; the second time that costs nothing.
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready
BENCH_READY := .venv-bench/.ready
LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
	--annotation-style line
COMPONENTS := profile matching sessions gateway
WORKERS ?= 3
.DEFAULT_GOAL := help
# Machine code of the matching engine, and what is known of types, by the content of the sources: one folder for all
# checkouts, where there can be one.
CACHE := $(shell d="$${XDG_CACHE_HOME:-$$HOME/.cache}/bothways"; mkdir -p "$$d" 2>/dev/null && test -w "$$d" && echo "$$d")
export NUMBA_CACHE_DIR ?= $(CACHE)
export MYPY_CACHE_DIR ?= $(if $(CACHE),$(CACHE)/types)
# The tests and the local system start many processes: each would compile every module anew.
unexport PYTHONDONTWRITEBYTECODE
.PHONY: help run demo bench test fuzz check types rules kernels tests fmt lock openapi migrate deploy-check clean

help: ## Show the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: $(READY) ## Start the whole system on this machine (data in .local/, Ctrl-C stops it)
	@$(BIN)/python -m deploy.local run

demo: kernels ## Follow the whole story of one company, with figures
	@$(BIN)/python -m deploy.local demo

bench: $(READY) $(BENCH_READY) ## Measure the engine beside its peers (ARGS="--only round --quick" measures less)
	@.venv-bench/bin/python -m bench $(ARGS)

test: $(READY) ## Everything that continuous integration runs: the checks beside all tests
	@$(MAKE) --no-print-directory --jobs 3 types rules tests

# Once, in two processes: otherwise each process would compile the engine for itself, while somebody waits.
kernels: $(READY)
	@$(BIN)/python -m services.matching.domain.engine.compile_ahead $(if $(NUMBA_CACHE_DIR),"$(NUMBA_CACHE_DIR)")

tests: kernels
	@$(BIN)/python -m pytest -n $(WORKERS) --dist loadscope --no-loadscope-reorder $(ARGS)

fuzz: kernels ## Try longer than the tests do: any values everywhere, another SEED, more EXAMPLES, of properties too
	@FUZZ_MODE=all FUZZ_SEED=$(or $(SEED),2) FUZZ_EXAMPLES=$(or $(EXAMPLES),50) PROPERTY_EXAMPLES=$(or $(EXAMPLES),50) \
		$(BIN)/python -m pytest tests/fuzz services/matching/tests/unit

check: $(READY) ## Format, lint, types, import contracts and the project's own rules
	@$(MAKE) --no-print-directory --jobs 2 --output-sync types rules

types: $(READY)
	@$(BIN)/mypy --no-error-summary

rules: $(READY)
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/ruff check --quiet .
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/python -m scripts.check

fmt: $(READY) ## Format the code and repair what ruff can repair
	@$(BIN)/ruff check --quiet --fix .
	@$(BIN)/ruff format --quiet .

lock: $(READY) ## Lock the dependencies again (ARGS=--upgrade takes newer versions)
	@$(LOCK) $(ARGS) --extra dev pyproject.toml -o requirements/dev.txt
	@for name in $(COMPONENTS) bench uv; do \
		$(LOCK) $(ARGS) --constraint requirements/dev.txt --extra $$name pyproject.toml -o requirements/$$name.txt || exit 1; \
	done

openapi: $(READY) ## Write the OpenAPI documents of the services and of the gateway
	@for name in profile matching sessions; do \
		$(BIN)/python -m kit.openapi services.$$name.main:create_app services/$$name/openapi.json || exit 1; \
	done
	@$(BIN)/python -m gateway.openapi

migrate: $(READY) ## Bring the local database to the newest schema
	@$(BIN)/python -m deploy.local migrate

deploy-check: $(READY) ## Build the images and start the compose file with podman, then try it
	@$(BIN)/python -m scripts.deploy_check

clean: ## Remove the environment, the caches and the local data
	rm -rf .venv .venv-bench .local .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(READY): requirements/dev.txt requirements/uv.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "Python 3.11 or newer is needed; $(PYTHON) is not. Name one: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	@echo "Making .venv from requirements/dev.txt"
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/uv.txt
	@VIRTUAL_ENV=.venv $(BIN)/uv pip sync --quiet --require-hashes requirements/dev.txt
	@touch $@

$(BENCH_READY): requirements/bench.txt $(READY)
	@echo "Making .venv-bench from requirements/bench.txt"
	@$(BIN)/python -m venv .venv-bench
	@VIRTUAL_ENV=.venv-bench $(BIN)/uv pip sync --quiet --require-hashes requirements/bench.txt
	@touch $@
