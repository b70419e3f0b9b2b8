# `make run` and `make test` are all the set-up there is; the rest is for developers.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

run: $(VENV)/ready  ## build from feeds.yaml into out/
	$(BIN)/digest build
	$(BIN)/digest verify out

test: $(VENV)/ready-dev peers  ## everything that CI checks of behaviour
	$(BIN)/pytest -q -n auto

# Mail servers to send to, and what kills at chosen system calls. Where they cannot be installed (no root, no network, no
# Debian), the tests that need them are skipped, and say so.
peers:
	@{ command -v strace && command -v smtpd && command -v dovecot; } >/dev/null || \
	  { apt-get update -qq && RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
	  strace opensmtpd dovecot-imapd; } >/dev/null 2>&1 || echo "some mail servers are not here: their tests are skipped"

lint: $(VENV)/ready-dev  ## everything that CI checks of the code
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy --strict digest
	$(BIN)/lint-imports

pictures: $(VENV)/ready-dev  ## the README's pictures, from the sample seeds
	command -v chromium >/dev/null || (apt-get update && apt-get install -y --no-install-recommends chromium)
	$(BIN)/python -m tests.pictures

lock: $(VENV)/ready-dev  ## renew the lock files from pyproject.toml
	$(BIN)/uv pip compile --universal --generate-hashes --no-annotate --no-header --python-version 3.11 \
	  pyproject.toml --group build -o requirements.lock
	$(BIN)/uv pip compile --universal --generate-hashes --no-annotate --no-header --python-version 3.11 \
	  pyproject.toml --group dev -o requirements-dev.lock

# The lock names everything: were pip to resolve, a release of yesterday could stand in its way (--no-deps).
# An installed environment is used as it is, so that both commands work without a network from then on.
$(VENV)/ready: requirements.lock pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install -q --no-deps --require-hashes -r requirements.lock
	$(BIN)/python -m pip install -q --no-deps --no-build-isolation -e .
	touch $@

$(VENV)/ready-dev: requirements-dev.lock $(VENV)/ready
	$(BIN)/python -m pip install -q --no-deps --require-hashes -r requirements-dev.lock
	touch $@

.PHONY: run test peers lint pictures lock
