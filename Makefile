# Two commands are enough: `make demo` and `make test`. `make` alone lists all.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
HOME_DIR := .workspace
FUZZ_SECONDS ?= 300
PIP    := $(BIN)/python -m pip install --disable-pip-version-check --quiet --constraint constraints.txt
SOURCES_OF_INSTALL := pyproject.toml constraints.txt tools/build_assets.py

.PHONY: help demo lab test test-all fuzz lint format bench docs sbom wheel changelog clean constraints

help: ## list the commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

$(BIN)/python:
	@echo "Making a virtual environment in $(VENV) ..."
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; name one with: make PYTHON=python3.11 $(MAKECMDGOALS)"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { echo "venv is missing; on Debian run: apt-get install python3-venv"; exit 1; }

$(VENV)/.build: $(BIN)/python $(SOURCES_OF_INSTALL)
	@$(PIP) hatchling editables vl-convert-python
	@touch $@

$(VENV)/.product: $(VENV)/.build
	@echo "Installing the product (a minute or two the first time) ..."
	@$(PIP) --no-build-isolation --editable '.[all]'
	@touch $@

$(VENV)/.develop: $(VENV)/.product
	@echo "Installing what tests and checks need ..."
	@$(PIP) --no-build-isolation --editable '.[all,test,lint]'
	@touch $@

demo: $(VENV)/.product ## explore the sample organisation in the browser
	@exec $(BIN)/workbench --home $(HOME_DIR) demo

lab: $(VENV)/.product ## JupyterLab on the demo workspace
	@exec $(BIN)/workbench --home $(HOME_DIR) lab

test: $(VENV)/.develop ## everyday tests (at most 20 minutes on 2 cores)
	@tools/system_packages.sh
	@$(BIN)/python -m pytest --numprocesses 3 --dist loadfile tests   # the third works while another waits

test-all: $(VENV)/.develop ## everyday and slow tests: full matrices, many kills, long fuzzing
	@tools/system_packages.sh
	@$(BIN)/python -m pytest --all --numprocesses 2 --dist loadfile tests

fuzz: $(VENV)/.develop ## damage inputs of every kind and import them (FUZZ_SECONDS=300)
	@$(BIN)/python -m tests.fuzz --seconds $(FUZZ_SECONDS)

lint: $(VENV)/.develop ## style, types, layers, notebooks, licences, docs
	@$(BIN)/ruff format --check --quiet . && $(BIN)/ruff check --quiet .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo 2>/dev/null || $(BIN)/lint-imports
	@$(BIN)/python tools/check_house.py
	@$(BIN)/python tools/check_notebooks.py
	@$(BIN)/python tools/check_licences.py
	@$(BIN)/python tools/make_docs.py --check

format: $(VENV)/.develop ## put the code into the house's format
	@$(BIN)/ruff check --quiet --fix .; $(BIN)/ruff format --quiet .; $(BIN)/nbstripout notebooks/*.ipynb notebooks/*/*.ipynb

docs: $(VENV)/.develop ## write the generated parts of docs/
	@$(BIN)/python tools/make_docs.py

bench: $(VENV)/.develop ## measure against the budgets; prints ratios
	@$(BIN)/python -m bench

sbom: $(VENV)/.product ## bill of materials (CycloneDX) into dist/sbom.json
	@$(BIN)/python tools/make_sbom.py

wheel: $(VENV)/.develop ## build the wheel into dist/
	@$(BIN)/python -m pip wheel --quiet --no-deps --no-build-isolation --wheel-dir dist .

changelog: $(VENV)/.develop ## gather changes/ into CHANGELOG.md: make changelog VERSION=1.2.3
	@test -n "$(VERSION)" || { echo "Name the release: make changelog VERSION=1.2.3"; exit 1; }
	@$(BIN)/towncrier build --yes --version "$(VERSION)"

constraints: $(VENV)/.develop ## write the versions installed here to constraints.txt
	@$(BIN)/python -m pip freeze --exclude-editable | grep -E '^[A-Za-z0-9._-]+==' > constraints.txt

clean: ## remove the virtual environment, the demo workspace and build leftovers
	@rm -rf $(VENV) $(HOME_DIR) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
