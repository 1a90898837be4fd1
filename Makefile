# Everything one does with Decide. `make help` lists it. Needs Python ≥ 3.11 and nothing else.
PYTHON ?= python3
BIN := .venv/bin
# Two test processes: each has its own PostgreSQL and Valkey, and two cores are what CI has.
# Three at a time on two cores: many tests wait for processes that they killed.
PYTEST := $(BIN)/python -m pytest -n 3 --dist loadscope --no-loadscope-reorder --durations=40

.DEFAULT_GOAL := help
.PHONY: help run demo-reset demo-closed test check format docs manual bench bench-cycle bench-delivery faults faults-short lock \
        environment-run environment-dev test-tools

help: ## list what there is
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: environment-run ## start everything on this machine (PORT=9000 for another port, Ctrl-C to end)
	@exec $(BIN)/python -m decide.kernel.supervisor

demo-reset: environment-run ## forget all data of this machine; the next `make run` starts afresh
	@$(BIN)/python -m decide.kernel.supervisor reset

demo-closed: environment-run ## move the running demonstration past election day
	@$(BIN)/python -m flask --app decide.cli:shell decide demo --at closed

test: environment-dev test-tools ## run all tests
	$(PYTEST)

check: environment-dev test-tools ## all that CI runs: format, lint, types, floors, templates, documents, tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy --strict decide worker.py
	$(BIN)/lint-imports
	$(BIN)/djlint --quiet --lint templates
	$(PYTEST)

format: environment-dev ## bring Python files into the project's form
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

docs: environment-dev ## write the documents that are generated from the code
	$(BIN)/python -m flask --app decide.cli:shell decide docs

manual: environment-dev test-tools ## take the pictures of both manuals from the real pages (FILM=var/film for a film too)
	PICTURES=static/manual $(BIN)/python -m pytest -q tests/browser/test_walk.py -k citizen
	PICTURES=static/manual $(BIN)/python -m pytest -q tests/browser/test_set_up.py

bench: environment-dev ## measure everything that matters against its limit; writes docs/performance.md
	$(BIN)/python -m bench.whole
	$(BIN)/python -m bench.capacity

bench-long: environment-dev ## the same with the hundredfold of everything
	$(BIN)/python -m bench.whole --long
	$(BIN)/python -m bench.capacity

capacity: environment-dev ## write docs/capacity.md anew from bench/measured.json and bench/prices.toml
	$(BIN)/python -m bench.capacity

bench-cycle: environment-dev ## the whole cycle: seal, deliver, verify, audit, sign, answer, check
	$(BIN)/python -m bench.cycle

bench-delivery: environment-dev ## measure building the packages against COPY, at three sizes
	$(BIN)/python -m bench.delivery

faults: environment-dev ## rehearse R1 to R16, the long form, with a table and pictures
	$(BIN)/python -m tests.rehearsal --long

faults-short: environment-dev ## the same in the form that CI runs
	$(BIN)/python -m tests.rehearsal

.PHONY: words barriers budget bench-long capacity
words: environment-dev ## bring the catalogues of translations/ up to date with the code
	$(BIN)/python -m flask --app decide.cli:shell decide words

barriers: environment-dev test-tools ## look for barriers on every page, in every phase, at every width
	AXE=full $(BIN)/python -m pytest tests/browser/test_barriers.py

.PHONY: payloads formulas set-up-walk
payloads: environment-dev test-tools ## hostile texts in every column, opened on every page (R25; a quarter of an hour)
	PAYLOADS=whole $(BIN)/python -m pytest -s -q tests/browser/test_payloads.py

formulas: environment-dev ## open every file that can be downloaded in LibreOffice (R26)
	@$(PYTHON) requirements/office.py
	FORMULAS=office $(BIN)/python -m pytest -s -q tests/web/test_formulas.py

set-up-walk: environment-dev test-tools ## the process of 2021 by pages only, all files; clicks and minutes (FILM=var/film for a film)
	mkdir -p var && RECORD_WALK=var/set-up-walk.txt $(BIN)/python -m pytest -q tests/browser/test_set_up.py
	@cat var/set-up-walk.txt

.PHONY: inp
budget: environment-dev test-tools ## measure what a first visit costs a slow phone (docs/budgets.md); ONLY=/buscar,/folios RESUME=1
	$(BIN)/python -m bench.budget $(if $(ONLY),--only '$(ONLY)') $(if $(RESUME),--resume)

inp: environment-dev test-tools ## measure interaction to next paint alone (docs/budgets.md); under five minutes
	$(BIN)/python -m bench.budget --acts

.PHONY: api-fuzz fuzz environment-fuzz
environment-fuzz: environment-dev
	@test -x .venv-fuzz/bin/python || $(PYTHON) -m venv .venv-fuzz
	@.venv-fuzz/bin/python -m pip install -qq --require-hashes --only-binary=:all: -r requirements/fuzz.txt

REQUESTS ?= 10000
api-fuzz: environment-fuzz ## ask the API whatever it allows and forbids (REQUESTS=1000000 for more); never in CI
	$(BIN)/python -m bench.fuzz --requests $(REQUESTS)

RUNS ?= 100000
fuzz: environment-fuzz ## put odd bytes into every reader (RUNS=10000000, each EACH=600 seconds at most, ONLY="folio seal"); never in CI
	$(BIN)/python -m bench.parsers --runs $(RUNS) $(if $(EACH),--seconds $(EACH)) $(if $(ONLY),--only $(ONLY))

.PHONY: scan
SECONDS ?= 600
LEVEL ?= 2
RISK ?= 2
scan: environment-dev ## let wapiti and sqlmap look for holes in the demonstration (SECONDS=60 for each attack, ONLY=.csv); never in CI
	@test -x .venv-scan/bin/sqlmap || $(PYTHON) -m venv .venv-scan
	@.venv-scan/bin/python -m pip install -qq --require-hashes -r requirements/scan.txt
	$(BIN)/python -m bench.scan --seconds $(SECONDS) --level $(LEVEL) --risk $(RISK) $(if $(ONLY),--only '$(ONLY)')

.PHONY: grade
grade: environment-dev ## let three outside graders look at headers and TLS behind the shipped proxy; never in CI
	@$(PYTHON) requirements/grader.py
	@test -x .venv-grade/bin/sslyze || $(PYTHON) -m venv .venv-grade
	@.venv-grade/bin/python -m pip install -qq --require-hashes -r requirements/grade.txt
	$(BIN)/python -m bench.grade

# uv writes names, versions and hashes; the last line makes sure that it wrote no address.
lock: environment-dev ## pin the newest packages into requirements/*.txt
	cd requirements && for set in bootstrap run embedded storage dev; do \
	  ../$(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 \
	    --generate-hashes --no-header --no-annotate --output-file $$set.txt $$set.in || exit 1; \
	done
	! grep -nE '://|--(extra-)?index|--find-links' requirements/*.txt

.PHONY: advisories
advisories: environment-dev ## ask the package index for known holes of all that is pinned
	$(BIN)/python requirements/advisories.py

environment-run:
	@$(PYTHON) requirements/environment.py run

environment-dev:
	@$(PYTHON) requirements/environment.py dev

test-tools:
	@$(PYTHON) requirements/browser.py
