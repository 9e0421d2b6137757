# Every command of this project. `make setup` needs Python 3.11 or newer, make and git; nothing else.
# CI runs the same targets (.ci/run), so what passes here passes there.

.DEFAULT_GOAL := help
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.ready
WORKERS ?= 2
FORGE ?= github

.PHONY: help
help: ## List the commands
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' Makefile

.PHONY: setup
setup: $(STAMP) ## Make .venv, hash-locked; done again only when the locks changed

# uv fetches in parallel and is about five times as fast; where it has no wheel or cannot reach the index
# (a mirror configured for pip alone), pip installs the same hashes.
$(STAMP): requirements/dev.txt requirements/uv.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("Change Gate needs Python 3.11 or newer, and $(PYTHON) is " + sys.version.split()[0] + ". Name a newer one: make PYTHON=python3.12 $(MAKECMDGOALS)")'
	@$(PYTHON) -m venv $(VENV) || { echo "Python could not make $(VENV); on Debian and Ubuntu install the package python3-venv." >&2; exit 1; }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: -r requirements/uv.txt || true
	@install() { { [ -x $(BIN)/uv ] && $(BIN)/uv pip install --quiet --python $(BIN)/python "$$@"; } || $(BIN)/python -m pip install --quiet --disable-pip-version-check "$$@"; }; \
	install --require-hashes -r requirements/dev.txt; \
	install --no-deps --no-build-isolation --editable .
	@touch $@

# --- use ------------------------------------------------------------------------------------

.PHONY: demo
demo: setup ## Play four deployments, one of them an emergency; FORGE=gitlab plays them on GitLab
	$(BIN)/gate demo --forge $(FORGE)

# --- check ----------------------------------------------------------------------------------

.PHONY: test
test: setup ## Run the tests; every line and branch of gate/ must be covered
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal -m "not (benchmark or browser or contract or e2e or storage)" \
	  --ignore=tests/e2e --ignore=tests/benchmarks --ignore=tests/browser --cov --cov-report=term-missing

.PHONY: lint
lint: setup ## Check style, types, architecture, workflows and actions
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/zizmor --offline --persona pedantic --no-progress action.yml actions .github
	$(BIN)/check-jsonschema --builtin-schema vendor.github-actions action.yml actions/*/action.yml
	$(BIN)/check-jsonschema --builtin-schema vendor.github-workflows .github/workflows/*.yml
	$(BIN)/check-jsonschema --builtin-schema vendor.dependabot .github/dependabot.yml
	@if command -v shellcheck >/dev/null; then shellcheck .ci/run actions/setup/*.sh gitlab-ci/*.sh; else echo 'shellcheck is not here: the shell scripts are checked in CI only'; fi

.PHONY: docs
docs: setup ## Write the generated parts of the documentation
	$(BIN)/python docs/generate.py

.PHONY: check-docs
check-docs: setup ## Fail when the generated parts of the documentation are out of date
	$(BIN)/python docs/generate.py --check

# --- check against the outside world: each needs more than Python -----------------------------

.PHONY: contract
contract: setup ## Check the sandbox and the clients against the official API descriptions (needs npm)
	@if command -v npm >/dev/null; then npm ci --prefix tests/contract --no-audit --no-fund --loglevel=error; else echo 'npm is not here: without the descriptions these tests skip'; fi
	$(BIN)/python -m pytest tests/contract -m contract

.PHONY: browser
browser: setup ## Look at the HTML report in a browser (needs Chromium)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/browser.txt
	$(BIN)/python -m pytest tests/browser -m browser

.PHONY: storage
storage: setup ## Archive in a real S3 server with Object Lock (needs MinIO)
	$(BIN)/python -m pytest tests/adapters/archives -m storage

.PHONY: e2e
e2e: setup ## Run the Action and the GitLab component in runners (needs nektos/act, npm and rsync)
	npm ci --prefix tests/e2e/gitlab --no-audit --no-fund --loglevel=error
	$(BIN)/python -m pytest tests/e2e -m e2e

.PHONY: bench
bench: setup ## Measure; prints ratios
	$(BIN)/python -m pytest tests/benchmarks -m benchmark -s

# --- hand out ------------------------------------------------------------------------------

.PHONY: component
component: ## Make build/component, the project of the GitLab component; see gitlab-ci/README.md
	rm -rf build/component
	gitlab-ci/assemble.sh build/component

# --- look after -----------------------------------------------------------------------------

LOCK := $(BIN)/uv pip compile --quiet --generate-hashes --universal --python-version 3.11 --no-header --no-annotate --no-emit-index-url

.PHONY: lock
lock: setup ## Compile the locks again, as pyproject.toml asks; UPGRADE=--upgrade takes the newest
	$(LOCK) $(UPGRADE) pyproject.toml -o requirements/runtime.txt
	$(LOCK) $(UPGRADE) pyproject.toml --extra archive --extra object-lock -c requirements/runtime.txt -o requirements/archive.txt
	$(LOCK) $(UPGRADE) pyproject.toml --extra calendar -c requirements/runtime.txt -o requirements/calendar.txt
	$(LOCK) $(UPGRADE) pyproject.toml --extra sigstore -c requirements/runtime.txt -o requirements/sigstore.txt
	$(LOCK) $(UPGRADE) pyproject.toml --all-extras --group dev -c requirements/archive.txt -c requirements/calendar.txt -c requirements/sigstore.txt -o requirements/dev.txt
	$(LOCK) $(UPGRADE) --group browser -c requirements/dev.txt -o requirements/browser.txt
	$(LOCK) $(UPGRADE) requirements/uv.in -o requirements/uv.txt

.PHONY: clean
clean: ## Remove what the commands above made
	rm -rf $(VENV) .tools build dist *.egg-info .coverage .coverage.* .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
