# One target per intention. `make help` lists them. Each sets up what it needs by itself.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory
SHELL := /bin/bash

BIN := .venv/bin
PY := $(BIN)/python
OUT ?= build/$@
export PYTHONUTF8 := 1

.PHONY: help setup run demo test lint types shots bench conformance faults leaks fuzz converge soak lock translations package clean

help:  ## list the targets
	@sed -n 's/^\([a-z]*\):.*  ## /\1\t/p' Makefile | expand -t 14

setup:  ## install everything that is missing: system packages, Python packages, catalogues
	@packaging/bootstrap.sh
	@$(PY) packaging/translations.py compile

run: setup  ## open the desktop on the sample inspection (without a display: run the demo)
	@packaging/run.sh

demo: setup  ## run the main job on the sample inspection into OUT=dir
	@$(PY) -m fieldinspect demo --out "$(OUT)"

# All of it even where a part fails, so that one run tells everything; pytest's summary comes last.
test: setup  ## every check and every test (what .ci/run runs)
	@failed=; for part in lint types; do $(MAKE) $$part || failed="$$failed $$part"; done; \
	[ -z "$$failed" ] || echo "failed before the tests:$$failed"; \
	$(BIN)/pytest --numprocesses=auto --dist=loadfile && [ -z "$$failed" ]

lint: setup  ## ruff, and the arrows between packages
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/lint-imports --no-logo

types: setup  ## mypy --strict: the program, and what keeps the house
	@$(BIN)/mypy
	@$(BIN)/mypy packaging/*.py tests/house tests/conftest.py tests/shared.py

shots: setup  ## a picture of every screen, theme and language into OUT=dir (THEME=name for one theme)
	@$(PY) packaging/translations.py pseudo
	@$(PY) -m tests.shots "$(OUT)" $(THEME)

bench: setup  ## figures against their references, one line each (ONLY=name for one)
	@$(PY) -m bench $(ONLY)

conformance: setup  ## run the form cases in CASES=dir
	@$(PY) -m tests.conformance "$(CASES)"

faults: setup  ## cut the power, kill, fill the disk, damage files (SAMPLE=1: a minute of it; ONLY=word)
	@$(PY) -m tests.faults $(if $(SAMPLE),--sample) $(if $(ONLY),"$(ONLY)")
	@$(if $(SAMPLE)$(ONLY),true,EVERY_STEP=1 $(PY) -m pytest -q tests/store/test_rotation.py tests/crypto/test_escrow.py)
	@$(if $(SAMPLE)$(ONLY),true,CENTRAL_BUNDLES=200 CENTRAL_KILLS=40 $(PY) -m pytest -q tests/central/test_kills.py)

leaks: setup  ## hunt for words in files, writes, reports and memory; plant leaks and find them
	@$(PY) -m tests.leaks

fuzz: setup  ## throw broken input at every reader (SECONDS=n a reader; below 30 the flips are sampled; ONLY=reader)
	@packaging/fuzz.sh
	@PYTHONPATH=build/atheris $(PY) -m tests.fuzz "$(SECONDS)" $(if $(ONLY),"$(ONLY)")

converge: setup  ## four laptops through anything, in any order (EXAMPLES=n plays of STEPS=n)
	@EXAMPLES="$(or $(EXAMPLES),2000)" STEPS="$(or $(STEPS),100)" $(BIN)/pytest -q tests/store/test_machine.py

soak: setup  ## a long day's work, watched for leaks (ROUNDS=n)
	@$(PY) -m tests.soak $(ROUNDS)

lock: setup  ## write the pinned versions and hashes after a change of pyproject.toml (UPGRADE=1: newest)
	@UPGRADE="$(UPGRADE)" packaging/lock.sh

translations: setup  ## collect new sentences into the catalogues, then compile them
	@$(PY) packaging/translations.py update
	@$(PY) packaging/translations.py compile

package: setup  ## a wheel in dist/
	@rm -rf resources/translations/qps
	@$(PY) -m hatchling build --target wheel

clean:  ## remove what the other targets made, except .venv
	@rm -rf build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	@find src tests bench packaging -name __pycache__ -type d -prune -exec rm -rf {} +
