# Every target sets up what it needs: uv into .tools, the locked packages into .venv.
UV := .tools/bin/uv
RUN := $(UV) run --frozen

# An environment that happens to be active is neither used nor changed.
unexport VIRTUAL_ENV UV_PROJECT_ENVIRONMENT

.PHONY: run chat test test-all bench lint chromium
.DEFAULT_GOAL := run

run: .venv/ready
	@$(RUN) baoduoshao serve --open

chat: .venv/ready
	@$(RUN) baoduoshao chat

test: lint chromium
	$(RUN) pytest -n auto --dist worksteal -m "not long"

test-all: lint chromium
	$(RUN) pytest

bench: .venv/ready
	$(RUN) python -m tests.benchmarks

lint: .venv/ready
	$(UV) lock --check --quiet
	$(RUN) ruff check .
	$(RUN) ruff format --check .
	$(RUN) mypy
	$(RUN) lint-imports
	$(RUN) baoduoshao policy check
	$(RUN) baoduoshao intents check

# The browser for the tests of the web page: one that is there, else Debian's.
chromium: .venv/ready
	@sh tests/support/chromium.sh .tools/chromium .venv/lib/python3.*/site-packages/playwright/driver/node

.tools/bin/uv:
	python3 -m venv --clear .tools
	.tools/bin/python -m pip install --quiet --disable-pip-version-check 'uv>=0.7'

.venv/ready: .tools/bin/uv pyproject.toml uv.lock
	$(UV) sync --frozen --quiet
	@touch $@
