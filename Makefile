# make run, then open http://localhost:8080. Needs Python 3.11 or newer with pip; nothing else.
.DEFAULT_GOAL := run
.PHONY: run test test-browser test-start test-containers test-security test-lighthouse smoke-telegram setup-dev lint format messages migrate logs bench chaos clean lock
.SILENT:

PYTHON ?= $(shell for each in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	if $$each -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then echo $$each; break; fi; done)
IN := .venv/bin
ENVIRONMENT := $(or $(PYTHON),$(error Python 3.11 or newer is needed; name it with PYTHON=...)) .ci/environment.py
APP := requirements.txt
DEV := requirements-dev.txt
# One process a core: each brings up servers of its own; a file of tests stays in one of them.
TOGETHER := -n logical --maxprocesses=4 --dist loadfile
UV := uv==0.13.9
# Pins half the world, and so has an environment of its own.
SEMGREP := semgrep==1.170.0
# The last that runs on Debian's Node, 18.
LIGHTHOUSE := 12.8.2

run:
	$(ENVIRONMENT) $(APP)
	exec $(IN)/python -m quart_app run

test:
	$(ENVIRONMENT) $(DEV)
	$(IN)/python -m pytest $(TOGETHER) -m "not (browser or start or chaos or containers or security or lighthouse)" $(ARGS)

test-browser:
	$(ENVIRONMENT) $(DEV)
	chromium=$$(command -v chromium || command -v chromium-browser || command -v google-chrome) || \
		{ echo "make test-browser needs Chromium; on Debian: apt-get install chromium" >&2; exit 1; }; \
	CHROMIUM="$$chromium" $(IN)/python -m pytest -m browser $(ARGS)

# A clean start of clones of the last commit: other Pythons, other users, no network and so on; some minutes.
test-start:
	$(ENVIRONMENT) $(DEV)
	$(IN)/python -m pytest -m start tests/start $(ARGS)

# The images, Compose and nginx files in an engine of this machine; says loudly what it could not try.
test-containers:
	$(ENVIRONMENT) $(DEV)
	$(IN)/python -m pytest -m containers tests/containers $(ARGS)

# Long attacks: generated requests over the whole API, own rules over the whole source.
test-security:
	$(ENVIRONMENT) $(DEV)
	test -x var/semgrep/bin/semgrep || { $(IN)/python -m venv --without-pip var/semgrep && \
		$(IN)/python -m pip --python var/semgrep/bin/python install --quiet $(SEMGREP); }
	$(IN)/python -m pytest -m security tests/security $(ARGS)

# Every page as Lighthouse sees it, on a phone and on a desk.
test-lighthouse: var/lighthouse/$(LIGHTHOUSE)
	$(ENVIRONMENT) $(DEV)
	$(IN)/python -m pytest -m lighthouse tests/lighthouse $(ARGS)

var/lighthouse/$(LIGHTHOUSE):
	command -v npm >/dev/null || { echo "make test-lighthouse needs Node with npm; on Debian: apt-get install nodejs npm" >&2; exit 1; }
	rm -rf var/lighthouse && mkdir -p var/lighthouse
	npm install --silent --no-save --no-audit --no-fund --ignore-scripts --prefix var/lighthouse lighthouse@$(LIGHTHOUSE)
	touch $@

# The main job at Telegram's own test data centres; needs a network, TELEGRAM_API_ID and TELEGRAM_API_HASH.
smoke-telegram:
	$(ENVIRONMENT) $(DEV)
	$(IN)/python -m tests.smoke.telegram

setup-dev:
	$(ENVIRONMENT) $(DEV)

lint: setup-dev
	$(IN)/ruff check .
	$(IN)/ruff format --check .
	$(IN)/mypy
	$(IN)/lint-imports
	$(IN)/bandit --quiet --recursive --configfile pyproject.toml quart_app commands plugins migrations

format: setup-dev
	$(IN)/ruff check --fix .
	$(IN)/ruff format .

# Brings the catalogues of quart_app/locale up to date with the sentences in the source.
messages: setup-dev
	$(IN)/python -m quart_app.locale

migrate:
	$(ENVIRONMENT) $(APP)
	$(IN)/python -m quart_app migrate

logs:
	docker compose logs --follow

bench: setup-dev
	$(IN)/python -m tests.bench $(ARGS)

# Workers, Redis and the data centre killed and paused under load; the data centre judges. About fifteen minutes;
# CHAOS_SECONDS=600 gives the test without stickiness its whole ten.
chaos: setup-dev
	$(IN)/python -m pytest -m chaos tests/chaos $(ARGS)

# Everything that the other targets made, the embedded database and its accounts included.
clean:
	$(or $(PYTHON),python3) -m quart_app.embedded.removal
	rm -rf .venv var build dist *.egg-info .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis .coverage
	find quart_app commands plugins migrations tests -name __pycache__ -prune -exec rm -rf {} +

# After a change of the dependencies in pyproject.toml. UPGRADE=--upgrade takes the newest versions of all.
lock: setup-dev
	$(IN)/python -m pip install --quiet $(UV)
	for each in "$(APP)" "$(DEV) --extra dev"; do \
		$(IN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
			--no-emit-index-url $(UPGRADE) pyproject.toml --output-file $$each; done
	$(IN)/python -c 'import tomllib; print(*tomllib.load(open("pyproject.toml", "rb"))["build-system"]["requires"])' | \
		$(IN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
			--no-emit-index-url $(UPGRADE) - --output-file requirements-build.txt
