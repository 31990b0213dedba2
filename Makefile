# What a contributor does. Everything is set up inside the checkout, in .tools and .venv.

UV_VERSION := 0.13.9
UV := .tools/bin/uv
UV_READY := .tools/uv-$(UV_VERSION)
RUN_READY := .venv/ready-to-run
DEV_READY := .venv/ready-to-develop
LOCKED := pyproject.toml uv.lock

export UV_CACHE_DIR ?= $(CURDIR)/.tools/cache
export UV_PROJECT_ENVIRONMENT := .venv
export UV_PYTHON_DOWNLOADS := never
# Whom the machine trusts, uv trusts too, so that it works behind a proxy that this machine knows.
export UV_SYSTEM_CERTS := $(if $(wildcard /etc/ssl/certs/ca-certificates.crt),true,false)

.DEFAULT_GOAL := help
.PHONY: help run test lint types format catalogues conformance bench ci clean postgres

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 20

run: $(RUN_READY) ## start the server; HOURHAND_* in the environment apply
	@exec .venv/bin/hourhand serve

test: $(DEV_READY) postgres ## all tests, on SQLite and on a throw-away PostgreSQL
	.venv/bin/python -m pytest -n 2

lint: $(DEV_READY) ## style, formatting, and which way imports point
	.venv/bin/ruff check
	.venv/bin/ruff format --check
	.venv/bin/lint-imports

types: $(DEV_READY) ## the type checker, over sources and tests
	.venv/bin/mypy

format: $(DEV_READY) ## format the code, and mend what can be mended
	.venv/bin/ruff format
	.venv/bin/ruff check --fix

catalogues: $(DEV_READY) ## tell the translators' catalogues of new texts
	.venv/bin/python -m tools.catalogues

conformance: $(DEV_READY) ## try what is promised of API v8, and write docs/conformance.md
	.venv/bin/python -m tools.conformance

bench: $(DEV_READY) ## measure the speed beside a bare baseline
	.venv/bin/python -m bench

ci: ## what has to pass before a change is merged
	.ci/run

clean: ## remove what these commands have made, but no data
	rm -rf .venv .tools dist .hypothesis .mypy_cache .pytest_cache .ruff_cache .import_linter_cache
	find src tests bench tools -name __pycache__ -prune -exec rm -rf {} +

postgres:
	@command -v initdb >/dev/null || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || .ci/install-postgres

$(UV_READY):
	@python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Hourhand needs python3 3.11 or newer" >&2; exit 1; }
	python3 -m venv .tools
	.tools/bin/pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
	@touch $@

# `--inexact` keeps the packages for development where they are installed already.
$(RUN_READY): $(LOCKED) $(UV_READY)
	$(UV) sync --quiet --locked --no-dev --inexact --python "$$(command -v python3)"
	@touch $@

$(DEV_READY): $(LOCKED) $(UV_READY)
	$(UV) sync --quiet --locked --python "$$(command -v python3)"
	@touch $@
