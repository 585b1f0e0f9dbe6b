# Two commands: `make run` and `make test`. The rest is for those who work on the code.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PORT   ?= 8000

.PHONY: run test coverage crash-test mutation bench lock clean

# Runtime only: what `make run` needs, installed from the lock with hashes.
$(VENV)/run.stamp: requirements.lock pyproject.toml
	@echo "Installing into $(VENV) from the lock …"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --quiet --disable-pip-version-check --no-build-isolation --no-deps --editable .
	@touch $@

# Runtime and test tools.
$(VENV)/test.stamp: requirements-test.lock $(VENV)/run.stamp
	@echo "Installing the test tools …"
	@$(BIN)/python -m pip install --quiet --quiet --disable-pip-version-check --require-hashes -r requirements-test.lock
	@touch $@

run: $(VENV)/run.stamp
	@$(BIN)/pateva demo --port $(PORT)

test: $(VENV)/test.stamp
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports
	$(BIN)/mypy
	$(BIN)/python -m pytest -m "not slow" -n 2

coverage: $(VENV)/test.stamp  ## which lines and branches the tests reach
	$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest -m "not slow" -n 2
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report --skip-covered --sort=cover

crash-test: $(VENV)/test.stamp  ## 1,000 kill -9 on each database (about an hour)
	PYTHONPATH=.:tests $(BIN)/python tests/crash_harness.py --kills 1000
	PYTHONPATH=.:tests $(BIN)/python tests/crash_harness.py --kills 1000 --postgres

mutation: $(VENV)/test.stamp  ## changes verifier/checks and policy.py in some 4,900 ways (some hours)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-mutation.lock
	$(BIN)/mutmut run
	$(BIN)/mutmut results

# Runtime and the peers of the benchmarks; the JavaScript peer only where npm is.
$(VENV)/bench.stamp: requirements-bench.lock $(VENV)/run.stamp
	$(BIN)/python -m pip install --quiet --quiet --disable-pip-version-check --require-hashes -r requirements-bench.lock
	if command -v npm >/dev/null; then tests/benchmarks/node/install.sh; fi
	touch $@

bench: $(VENV)/bench.stamp  ## ROWS="sign verify" chooses rows; without it all are run (about half an hour)
	PYTHONPATH=tests $(BIN)/python -m benchmarks $(ROWS)

lock:  ## write the locks anew from pyproject.toml (needs uv)
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --quiet pyproject.toml requirements-build.in -o requirements.lock
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --quiet --extra test pyproject.toml requirements-build.in -o requirements-test.lock
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --quiet --extra bench pyproject.toml requirements-build.in -o requirements-bench.lock
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --quiet --extra test --extra mutation pyproject.toml requirements-build.in -o requirements-mutation.lock
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --quiet verifier/requirements.in -o verifier/requirements.lock

clean:
	rm -rf $(VENV) build *.egg-info
