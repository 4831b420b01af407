# `make demo` and `make test` do all the set-up themselves; they need python3 (3.11 or newer), make and git.
.DEFAULT_GOAL := help
.PHONY: help demo test test-everything model lint translations docs package overlay pins benchmark benchmark-million requirements clean

PYTHON ?= python3
SERVE ?= 1
INPUT ?=
PORT ?= 8000
RESET ?= 0
TOX_ARGS ?=

# pyenv's shims answer only for the chosen version, so its interpreters are offered by their own folders. Appended: the
# python3 of the caller stays the first.
PYENV_BINS := $(shell ls -d $${PYENV_ROOT:-$$HOME/.pyenv}/versions/3.1[1-3].*/bin 2>/dev/null | paste -sd: -)
export PYTHONUNBUFFERED := 1
export PATH := $(PATH):$(PYENV_BINS)
TOX := .venv/bin/tox -q

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 20

.venv/.tools: requirements/tools.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed, this is " + sys.version)'
	@echo "Making .venv, with the tools that the other targets need: once"
	@$(PYTHON) -m venv .venv
	@.venv/bin/python -m pip install -qq --disable-pip-version-check -r requirements/tools.txt
	@touch $@

.venv/.demo: .venv/.tools requirements/demo.txt requirements/base.in setup.py openedx_catalog/__init__.py
	@echo "Installing what the demo needs into .venv"
	@.venv/bin/uv pip install --quiet --python .venv/bin/python -r requirements/demo.txt -e .
	@touch $@

demo: .venv/.demo ## serve a sample catalog (or INPUT=file.csv) at http://127.0.0.1:8000/ (PORT=…); RESET=1: anew, SERVE=0: no server
	@.venv/bin/python -m test_project.demo --serve=$(SERVE) --reset=$(RESET) --port=$(PORT) $(if $(INPUT),"$(INPUT)")

test: .venv/.tools ## run the tests in every interpreter and on every database found (about 40 minutes on two cores)
	@rm -rf .tox/matrix
	@CATALOG_CELLS=$(CURDIR)/.tox/matrix $(TOX) run-parallel --parallel 2 $(TOX_ARGS)
	@.venv/bin/python tests/matrix.py --run .tox/matrix

test-everything: ## run every test in every interpreter on every database found: for a night
	@CATALOG_EVERYTHING=1 CATALOG_THOROUGH=1 $(MAKE) test

model: .venv/.tools ## let a model of the mapping play against it for a night, on every database found, otherwise each time
	@CATALOG_SUITES=model CATALOG_THOROUGH=1 $(TOX) run -e py313-dj61

lint: .venv/.tools ## ruff, mypy, import contracts, missing migrations, translations
	@$(TOX) run -e lint,types,imports,migrations,translations

translations: .venv/.tools ## extract the messages into openedx_catalog/locale, and compile what is translated
	@$(TOX) run -e translations -- --make

docs: .venv/.tools ## build the documentation into docs/_build/html, warnings are errors
	@$(TOX) run -e docs

package: .venv/.tools ## build both wheels and the sdist, install the wheel elsewhere and try the commands
	@$(TOX) run -e package

overlay: .venv/.tools ## try the overlay wheel beside openedx-core, in environments of its own (Python 3.12)
	@$(TOX) run -e overlay -- $(TOX_ARGS)

pins: .venv/.tools ## resolve the wheel with the pins of edx-platform and other services (CATALOG_DATA, and a package index)
	@$(TOX) run -e pins

benchmark: .venv/.tools ## measure the project beside the raw drivers (benchmarks/run.py)
	@$(TOX) run -e benchmark

benchmark-million: .venv/.tools ## ask every list and page over a million runs on PostgreSQL (benchmarks/million.py)
	@$(TOX) run -e benchmark-million -- $(TOX_ARGS)

COMPILE := .venv/bin/uv pip compile --quiet --universal --upgrade --no-emit-index-url --no-emit-find-links --no-header

requirements: .venv/.tools ## compile requirements/*.in anew
	@for name in base demo test doors mysqlclient quality docs release tools; do \
		case $$name in test|doors) django="--no-emit-package django";; *) django=;; esac; \
		$(COMPILE) --python-version 3.11 $$django requirements/$$name.in -o requirements/$$name.txt || exit 1; \
	done
	@$(COMPILE) --python-version 3.12 requirements/peer.in -o requirements/peer.txt
	@$(TOX) run -e pins -- --oldest
	@$(COMPILE) --python-version 3.11 --constraints requirements/oldest.txt requirements/doors.in -o requirements/test-oldest.txt

clean: ## remove what the other targets made
	@rm -rf .venv .tox build dist docs/_build overlay/build overlay/*.egg-info overlay/LICENSE demo.sqlite3* demo.lms.json *.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
