# Every target sets up its own virtual environment first; nothing else has to be installed.
PYTHON ?= python3
VENV   ?= .venv
PY     := $(VENV)/bin/python
ARGS   ?=

.PHONY: demo run test check bench score format clean lock

demo: $(VENV)/.run        ## the bot and a chat page on this machine, no token needed
	$(PY) -m bot demo $(ARGS)

run: $(VENV)/.run         ## the bot on Telegram (BOT_TOKEN in the environment or .env)
	$(PY) -m bot run

test: $(VENV)/.dev check  ## everything that must hold before a change is kept
	$(PY) -m pytest $(ARGS)

check: $(VENV)/.dev       ## format, lint, types, import contracts, knowledge and wording
	$(PY) -m ruff format --check .
	$(PY) -m ruff check .
	$(PY) -m mypy
	$(VENV)/bin/lint-imports
	$(PY) -m bot check

bench: $(VENV)/.dev       ## speed and memory, as ratios against plain peers in the same run
	$(PY) -m tests.bench $(ARGS)

score: $(VENV)/.dev       ## how well messages are understood
	$(PY) -m tests.score $(ARGS)

format: $(VENV)/.dev
	$(PY) -m ruff format .
	$(PY) -m ruff check --fix .

lock:                     ## refresh the hashed requirements (needs uv)
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header pyproject.toml -o requirements.txt
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --extra dev pyproject.toml -o requirements-dev.txt

clean:
	rm -rf $(VENV) var

$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed, this is " + sys.version.split()[0]) if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run: requirements.txt $(VENV)/bin/python
	$(PY) -m pip install -q --disable-pip-version-check --require-hashes -r requirements.txt
	touch $@

$(VENV)/.dev: requirements-dev.txt $(VENV)/bin/python
	$(PY) -m pip install -q --disable-pip-version-check --require-hashes -r requirements-dev.txt
	touch $@ $(VENV)/.run
