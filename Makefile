# Everything is done by these words; `make help` lists them.

SHELL := /bin/sh
.DEFAULT_GOAL := help
PORT ?= 8000
UV_VERSION := 0.13.9
BIN := .venv/bin
export PORT
# Dozens of processes start in one run; without compiled modules each of them compiles Django again.
unexport PYTHONDONTWRITEBYTECODE

# PYTHON if given, else the first python of 3.12 or later that can make a virtual environment.
find_python = if [ -n "$(PYTHON)" ]; then echo "$(PYTHON)"; else \
	for name in python3 python3.14 python3.13 python3.12; do \
	  if $$name -c 'import sys, ensurepip; sys.exit(sys.version_info < (3, 12))' >/dev/null 2>&1; then echo $$name; break; fi; \
	done; fi

.PHONY: help demo test unit beside quick lint e2e bench replay screenshots messages lock

help: ## this list
	@sed -n 's/^\([a-z0-9]*\):.*## \(.*\)/  make \1	\2/p' Makefile | expand -t 20

demo: .venv/.run-synced ## the whole product with its first case; PORT=8001 or PORT=0 chooses another port
	@exec $(BIN)/python manage.py demo

test: .venv/.dev-synced ## every test; browser tests need Chromium
	@$(MAKE) --no-print-directory -j 2 unit beside

# Three processes for two cores: many tests wait for a server or a worker.
unit: .venv/.dev-synced # every test that needs no browser
	$(BIN)/python tests/twice.py unit --ignore=tests/e2e -n 3 --dist worksteal $(PYTEST_ARGS)

# A browser waits more than it works, so these run beside the others; what they have to say comes whole, at their end.
beside: .venv/.dev-synced
	@said=$$(mktemp); $(MAKE) --no-print-directory e2e >$$said 2>&1; ended=$$?; cat $$said; rm -f $$said; exit $$ended

# Playwright's plain (synchronous) interface keeps an event loop in the thread, which Django takes for async code.
e2e: .venv/.dev-synced ## the browser tests alone
	@if [ ! -d tests/e2e ]; then echo "not run: there are no browser tests yet"; \
	elif [ -x "$${CHROMIUM:-/usr/bin/chromium}" ]; then DJANGO_ALLOW_ASYNC_UNSAFE=true $(BIN)/python tests/twice.py e2e tests/e2e -n 2 --dist loadscope; \
	else echo "not run: install chromium (the browser tests in tests/e2e)"; test -z "$(REQUIRE_BROWSER)"; fi

quick: .venv/.dev-synced ## lint and the tests of what changed, in under a minute
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .
	@$(BIN)/python tests/changed.py | xargs -r $(BIN)/pytest -q -x

lint: .venv/.dev-synced ## style, types, security, templates
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	DEBUG=1 $(BIN)/mypy
	$(BIN)/bandit -q -r -c pyproject.toml harmtracker sources claims manage.py
	@if [ -f tests/test_templates.py ]; then $(BIN)/pytest -q tests/test_templates.py; fi

bench: .venv/.dev-synced ## measure, and print the tables for bench/README.md
	$(BIN)/python -m bench.measure

replay: .venv/.dev-synced .venv/replay/.synced ## play our archive files back with another house's player
	REPLAY_PYTHON=$(CURDIR)/.venv/replay/bin/python $(BIN)/pytest tests/replay.py

# The player has needs of its own that the product must not share.
.venv/replay/.synced: tools/replay/requirements.lock | .venv/.uv
	@$(BIN)/python -m venv .venv/replay
	@$(BIN)/uv pip sync -q --python .venv/replay/bin/python --require-hashes tools/replay/requirements.lock
	@touch $@

screenshots: .venv/.dev-synced ## pictures of a running demo: ADDRESS=http://127.0.0.1:8000/ ACCOUNT=… PASSWORD=…
	@if [ -z "$(ADDRESS)$(ACCOUNT)$(PASSWORD)" ]; then \
	  echo "Start make demo, then: make screenshots ADDRESS=http://127.0.0.1:8000/ ACCOUNT=… PASSWORD=…"; exit 2; fi
	$(BIN)/python -m tests.e2e.screenshots "$(ADDRESS)" "$(ACCOUNT)" "$(PASSWORD)" $(PAGES)

messages: .venv/.dev-synced ## bring locale/ up to the words of code and templates, and compile it
	$(BIN)/python -m harmtracker.catalogues update
	$(BIN)/python -m harmtracker.catalogues compile

lock: .venv/.uv ## refresh both lock files
	$(BIN)/uv pip compile -q --universal --python-version 3.12 --generate-hashes --no-emit-index-url --no-header --group serve pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile -q --universal --python-version 3.12 --generate-hashes --no-emit-index-url --no-header --group dev pyproject.toml -o requirements-dev.lock

.venv/.uv:
	@python=$$($(find_python)); \
	if [ -z "$$python" ]; then \
	  echo "Install Python 3.12 or later with its venv module (Debian: apt install python3-venv), or name it: make PYTHON=/path/to/python3.13"; exit 2; fi; \
	$$python -m venv .venv
	@$(BIN)/pip install -q --disable-pip-version-check uv==$(UV_VERSION)
	@touch $@

# The first start must not wait for browsers' drivers and linters; what the tests need contains all it needs.
.venv/.run-synced: requirements.lock | .venv/.uv
	@if [ -f .venv/.dev-synced ]; then $(MAKE) --no-print-directory .venv/.dev-synced; \
	else $(BIN)/uv pip sync -q --require-hashes requirements.lock; fi
	@touch $@

.venv/.dev-synced: requirements-dev.lock | .venv/.uv
	@$(BIN)/uv pip sync -q --require-hashes requirements-dev.lock
	@touch $@
