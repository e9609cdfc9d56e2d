# One command each: `make app`, `make demo`, `make test`. They need only python3 and make.

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
CLIP ?= sample_videos/pogo_side_60fps.mp4

.PHONY: app demo test browser-test check docs docs-serve format samples bench-quick bench wheel clean help

help:
	@echo "make app          set up and open the web app"
	@echo "make demo         set up and analyze $(CLIP)"
	@echo "make test         set up and run the tests"
	@echo "make browser-test run the tests that drive a real Chromium"
	@echo "make check        ruff, mypy, and the documentation site without a broken link"
	@echo "make docs         build the documentation site into site/; make docs-serve to read it while you write"
	@echo "make samples      render the sample videos again, and check the one that the first page shows"
	@echo "make bench        accuracy and speed tables (slow); make bench-quick for the short ones"
	@echo "make wheel        build the wheel into dist/"

app: $(VENV)/.ready
	$(BIN)/kickform app

demo: $(VENV)/.ready
	@mkdir -p .demo
	$(BIN)/kickform analyze $(CLIP) --overlay .demo/overlay.mp4 --json .demo/analysis.json
	@echo
	@echo "Annotated video: .demo/overlay.mp4   numbers: .demo/analysis.json   web app: make app"

test: $(VENV)/.ready-dev
	$(BIN)/python -m pytest -m "not browser" -n auto --maxprocesses 4 --dist loadfile

browser-test: $(VENV)/.ready-dev
	$(BIN)/python -m pytest -m browser

check: $(VENV)/.ready-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/zensical build --strict --clean

docs: $(VENV)/.ready-dev
	$(BIN)/zensical build --strict --clean
	@echo "Open site/index.html"

docs-serve: $(VENV)/.ready-dev
	$(BIN)/zensical serve

format: $(VENV)/.ready-dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

samples: $(VENV)/.ready-dev
	$(BIN)/python -m bench samples
	$(BIN)/python -m bench showcase

bench-quick: $(VENV)/.ready-dev
	$(BIN)/python -m bench accuracy --quick
	$(BIN)/python -m bench speed --quick

bench: $(VENV)/.ready-dev
	$(BIN)/python -m bench accuracy
	$(BIN)/python -m bench speed

wheel: $(VENV)/.ready-dev
	$(BIN)/python -m pip wheel --quiet --no-deps --wheel-dir dist .

$(VENV)/.python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "KickForm needs Python 3.11 or newer; this is $$($(PYTHON) --version). Set PYTHON=..." >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) || \
		{ echo "python3 cannot make a virtual environment; on Debian and Ubuntu: apt install python3-venv" >&2; \
		  rm -rf $(VENV); exit 1; }
	@touch $@

$(VENV)/.ready: $(VENV)/.python pyproject.toml constraints.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	@touch $@

$(VENV)/.ready-dev: $(VENV)/.python pyproject.toml constraints.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[dev]"
	@touch $@ $(VENV)/.ready

clean:
	rm -rf $(VENV) dist site .cache .demo .bench-cache .pytest_cache .mypy_cache .ruff_cache .hypothesis
