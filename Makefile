# The commands of the README. A virtual environment in .venv holds everything; nothing else is touched.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8484
# What `make test` runs: everything, or for example TESTS=tests/store
TESTS ?= tests

.PHONY: run test check bench manifest lock clean

# Ctrl-C reaches everything in the terminal's foreground, make too, which then says "*** Interrupt" and fails. So in
# the foreground (ps marks it with +) the assistant becomes a job of its own and hears ctrl-C alone.
run: $(VENV)/run.installed
	@case "$$(ps -o stat= -p $$$$ 2>/dev/null)" in *+*) set -m;; esac; PORT=$(PORT) $(BIN)/python -m bot run

test: $(VENV)/dev.installed
	@$(BIN)/python -m pytest --numprocesses 6 --dist loadfile --no-loadscope-reorder $(TESTS)

check: $(VENV)/dev.installed
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache
	@$(BIN)/python -m bot manifest | diff manifest.yaml - || { echo "manifest.yaml is out of date: make manifest"; exit 1; }

bench: $(VENV)/dev.installed
	@$(BIN)/python -m benchmarks

manifest: $(VENV)/run.installed
	@$(BIN)/python -m bot manifest --write manifest.yaml

lock:
	$(BIN)/python -m pip install --quiet pip-tools
	$(BIN)/pip-compile --quiet --generate-hashes --no-header --no-annotate --strip-extras --no-emit-index-url \
	    --no-emit-trusted-host --no-emit-find-links --output-file requirements.txt pyproject.toml
	$(BIN)/pip-compile --quiet --generate-hashes --no-header --no-annotate --strip-extras --no-emit-index-url \
	    --no-emit-trusted-host --no-emit-find-links --extra dev --constraint requirements.txt \
	    --output-file requirements-dev.txt pyproject.toml

clean:
	rm -rf $(VENV)

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	    echo "Python 3.11 or newer is needed; this is $$($(PYTHON) --version 2>&1)."; \
	    echo "Name another one: make PYTHON=python3.12 run"; exit 1; }
	@echo "Making a virtual environment in $(VENV) …"
	@$(PYTHON) -m venv $(VENV) || { echo "On Debian: apt install python3-venv"; exit 1; }

$(VENV)/run.installed: requirements.txt | $(VENV)/bin/python
	@echo "Installing what the assistant needs (about half a minute, once) …"
	@$(BIN)/python -m pip install --quiet --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements.txt
	@touch $@

$(VENV)/dev.installed: requirements-dev.txt $(VENV)/run.installed
	@echo "Installing what the tests need …"
	@$(BIN)/python -m pip install --quiet --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements-dev.txt
	@touch $@
