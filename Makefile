# Every target needs nothing but a POSIX sh, make and Python 3.12 or 3.13; the first one prepares the rest.
.POSIX:
.PHONY: help setup demo serve test fuzz jobfaults check schema calendar benchtools bench results mutants lawmutants faults cancelling load picture screens clean

BENCH = ../shared/bench/visits
BENCH_READY = .venv/bench-ready
BIN = .venv/bin
CALENDARS = au cn id ru
CYCLES = 100
ENGINES = ours,ortools,pyvrp,vroom
EXAMPLES = 500
LIMIT = 30
READY = .venv/ready
SEEDS = 1

help: ## list the targets (this)
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/\1 \2/p' Makefile | while read -r name text; do printf '  make %-10s %s\n' "$$name" "$$text"; done

setup: $(READY) ## make .venv with the locked packages

$(READY): requirements.lock pyproject.toml scripts/set_up.sh scripts/find_python.sh
	@sh scripts/set_up.sh
	@touch $(READY)

demo: $(READY) ## plan the fictional city's day and write problem, plan, maps and tables into out/
	@$(BIN)/visits demo

serve: $(READY) ## show the stored plans at http://127.0.0.1:8000
	@$(BIN)/visits serve

test: $(READY) ## run all tests, a file a core; names at the end what was left out for want of a part
	@$(BIN)/pytest -n auto --maxprocesses 4 --dist loadfile

fuzz: $(READY) ## ask every operation of the interface for what it must refuse (EXAMPLES=500 each; many minutes)
	@VISITS_FUZZ_EXAMPLES=$(EXAMPLES) $(BIN)/python -m pytest -q -n auto --maxprocesses 4 tests/test_api_fuzz_reading.py tests/test_api_fuzz_writing.py

jobfaults: $(READY) ## kill what does jobs a hundred times, and 50 threads x 200 keys (CYCLES=100; an hour)
	@$(BIN)/python -m benchmarks.job_faults $(CYCLES)
	@VISITS_TEST_KEYS=200 $(BIN)/python -m pytest -q tests/test_idempotency.py -k fifty

check: $(READY) ## format, lint, types and import contracts
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo

schema: $(READY) ## write the JSON Schemas of both documents into docs/schema
	@$(BIN)/python -m scheduler.documents.schema docs/schema

calendar: $(READY) ## make the calendars of holidays anew from the locked `holidays` package
	@set -e; for name in $(CALENDARS); do \
		file="scheduler/rules/calendars/$$name.toml"; \
		$(BIN)/python -m scheduler.rules.make_calendar "$$name" "$$(date +%F)" > "$$file.new"; \
		mv "$$file.new" "$$file"; \
	done
	@echo "Packs pin these files: put their SHA-256 where visits rules check asks for it."

benchtools: $(BENCH_READY) ## add what only benchmarks need to .venv: the peers, and drawing

$(BENCH_READY): $(READY) benchmarks/requirements.lock
	@$(BIN)/python -m pip install --quiet --quiet --disable-pip-version-check --require-hashes -r benchmarks/requirements.lock
	@touch $(BENCH_READY)

bench: $(BENCH_READY) ## run all engines on instances (BENCH="folder file .." LIMIT=30 SEEDS=1 ENGINES=ours,pyvrp)
	@$(BIN)/python -m benchmarks run $(BENCH) --seconds $(LIMIT) --seeds $(SEEDS) --engines $(ENGINES)

results: $(BENCH_READY) ## write benchmarks/RESULTS.md and its plots from the runs recorded so far
	@$(BIN)/python -m benchmarks results

mutants: $(READY) ## take one constraint at a time out of an engine; a test must notice (some minutes)
	@$(BIN)/python -m benchmarks.mutants

lawmutants: $(BENCH_READY) ## change the law's code and the checker's in small ways; tests must notice (many minutes)
	@$(BIN)/python -m benchmarks.law_mutants

faults: $(READY) ## kill, fill, fail and cut the power; what was acknowledged must be there (minutes; root for power cuts)
	@$(BIN)/python -m benchmarks.faults

cancelling: $(READY) ## how soon a payment or a circumstance has called a visit off, 200 times (two minutes)
	@$(BIN)/python -m benchmarks.cancelling

load: $(READY) ## ask a running service as fast as it answers, import a lender's files, and note how fast that is
	@$(BIN)/python -m benchmarks.load
	@$(BIN)/python -m benchmarks.paced
	@$(BIN)/python -m benchmarks.imports --into docs/proof.md

picture: $(READY) ## take the README's picture of the demo's map (needs Chromium)
	@$(BIN)/python scripts/take_picture.py out/overview.html docs/images/overview-map.png

screens: $(READY) ## take a picture of every page in both languages into docs/screens (needs Chromium)
	@$(BIN)/python -m scripts.take_screens docs/screens

clean: ## remove .venv, out/ and caches; keeps var/ (your plans)
	rm -rf .venv out build dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
