# The names that people and CI use alike. Everything is set up on first use in .venv; nothing else is touched.
PYTHON ?= python3
BIN := .venv/bin
# Tests at a time. More than two cores are: most tests wait for a disk, a database or another process.
WORKERS ?= 3

.PHONY: setup demo test lint types imports check bench soak pictures lock wheel clean

setup: .venv/ready

.venv/ready: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("Reconvene needs Python 3.11 or newer; this is " + sys.version.split()[0]) if sys.version_info < (3, 11) else 0'
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "Setting up .venv (once; a minute or less) …"
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --editable .
	@touch $@

demo: setup  ## the whole main job in one page, on an embedded database
	$(BIN)/reconvene demo

test: setup lint types imports check  ## everything CI runs
	$(BIN)/pytest -n $(WORKERS)

lint: setup
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: setup
	$(BIN)/mypy

imports: setup
	$(BIN)/lint-imports

check: setup  ## the shipped programme under our own linter
	$(BIN)/reconvene check life-here

pictures: setup  ## take the pictures of the docs from the running demo (needs Chromium)
	$(BIN)/python -m tests.pictures

bench: setup .venv/bench  ## the measurements of docs/performance.md, in one run; ARGS="--people 1000" changes them
	$(BIN)/python -m tests.benchmarks --write docs/performance.md $(ARGS)

.venv/bench: requirements-bench.lock .venv/ready
	@echo "Fetching the bots that are measured beside ours (once) …"
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --require-hashes --upgrade --target $@ -r $<
	@touch $@

soak: setup  ## kill the program hundreds of times on both databases, and PostgreSQL too; ARGS="--kills 100" changes it
	$(BIN)/python -m tests.crash.soak --write docs/soak.md $(ARGS)

lock:  ## pin what pyproject.toml asks for, with hashes and no index address (needs uv)
	uv pip compile --quiet --universal --generate-hashes --no-header --no-emit-index-url --python-version 3.11 \
		--group dev -o requirements.lock pyproject.toml
	uv pip compile --quiet --universal --generate-hashes --no-header --no-emit-index-url --python-version 3.11 \
		--constraint requirements.lock -o deploy/requirements.lock pyproject.toml
	uv pip compile --quiet --universal --generate-hashes --no-header --no-emit-index-url --python-version 3.11 \
		--group bench -o requirements-bench.lock

wheel: setup
	$(BIN)/pip wheel --quiet --no-deps --wheel-dir dist .

clean:
	rm -rf .venv dist build .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
