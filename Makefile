# Everything from nothing: `make run` serves, `make test` tests. Stamps make the second time instant.
PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python
VENDOR := admin/static/vendor
# Modules are compiled when they are first imported: most never are.
INSTALL := $(PY) -m pip install --quiet --disable-pip-version-check --no-compile --require-hashes
COMPILE := $(VENV)/bin/pip-compile --quiet --strip-extras --generate-hashes --allow-unsafe \
	--no-emit-index-url --no-emit-find-links --no-emit-trusted-host

.PHONY: run setup setup-dev test check format bench soak lock messages browser acl documents

run: setup
	@$(PY) -m jobs stack

setup: $(VENV)/runtime.stamp $(VENDOR)/.stamp

setup-dev: setup $(VENV)/dev.stamp node_modules/axe-core

# Whole files, the longest first; how many workers says tests/conftest.py.
test: setup-dev browser acl
	$(PY) -m pytest -n auto --dist loadfile --no-loadscope-reorder

check: setup-dev
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/ruff check .
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports
	$(PY) -m migrations
	$(PY) -m migrations check

format: setup-dev
	$(VENV)/bin/ruff check --fix .
	$(VENV)/bin/ruff format .

bench: setup-dev
	$(PY) -m bench

soak: setup-dev browser
	$(PY) -m pytest -m soak

# The locks name no index: hashes of all files of a release, whatever machine installs them.
lock: setup-dev
	CUSTOM_COMPILE_COMMAND="make lock" PIP_CONFIG_FILE=/dev/null PIP_FIND_LINKS= $(COMPILE) $(LOCK) -o requirements.lock pyproject.toml
	CUSTOM_COMPILE_COMMAND="make lock" PIP_CONFIG_FILE=/dev/null PIP_FIND_LINKS= $(COMPILE) $(LOCK) --extra dev -c requirements.lock \
		-o requirements-dev.lock pyproject.toml
	npm install --package-lock-only --ignore-scripts --no-audit --no-fund

$(PY):
	@.ci/need "command -v $(PYTHON)" "Python 3.11 or later" python3
	@$(PYTHON) -c 'import sys; v = sys.version_info; v >= (3, 11) or sys.exit("Python 3.11 or later is needed, $(PYTHON) is %d.%d: set PYTHON." % v[:2])'
	@.ci/need "$(PYTHON) -c 'import venv, ensurepip'" "The module venv of Python" python3-venv
	$(PYTHON) -m venv $(VENV)

$(VENV)/runtime.stamp: requirements.lock | $(PY)
	$(INSTALL) -r requirements.lock
	@touch $@

$(VENV)/dev.stamp: requirements-dev.lock | $(PY)
	$(INSTALL) -r requirements-dev.lock
	@touch $@

TABLER := node_modules/@tabler/core/dist
ICONS := node_modules/@tabler/icons-webfont/dist
FONTS := node_modules/dejavu-fonts-ttf/ttf

$(VENDOR)/.stamp: package-lock.json package.json
	@.ci/need "command -v npm" "npm" npm
	npm ci $(OMIT) --ignore-scripts --no-audit --no-fund --loglevel=error
	@mkdir -p $(VENDOR)/fonts
	cp $(TABLER)/css/tabler.min.css $(TABLER)/js/tabler.min.js $(ICONS)/tabler-icons.min.css node_modules/htmx.org/dist/htmx.min.js $(VENDOR)/
	cp node_modules/chart.js/dist/chart.umd.min.js $(VENDOR)/
	cp $(ICONS)/fonts/tabler-icons.woff2 $(VENDOR)/fonts/
	cp $(FONTS)/DejaVuSans.ttf $(FONTS)/DejaVuSans-Bold.ttf $(VENDOR)/fonts/
	@touch $@

# What only tests need: installed with the rest where tests are wanted from the beginning, else after it.
OMIT := --omit=dev
setup-dev test check bench soak: OMIT :=

node_modules/axe-core: $(VENDOR)/.stamp
	@[ -d $@ ] || npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

# Catalogues of translations from what the source says now; they are read as they are.
messages: setup
	$(PY) -m admin.locale

# What is generated into docs/: the data model from the models, the table of settings from settings.py.
SETTINGS_PAGE := docs/operations.md

documents: setup
	$(PY) -m migrations diagram
	{ sed '/<!-- settings -->/q' $(SETTINGS_PAGE); $(PY) -m settings; sed -n '/<!-- end -->/,$$p' $(SETTINGS_PAGE); } > $(SETTINGS_PAGE).new
	mv $(SETTINGS_PAGE).new $(SETTINGS_PAGE)

# Rights on folders are tried as real users of the system, which only root can make.
acl:
	@[ "$$(id -u)" != 0 ] || .ci/need "command -v setfacl" "setfacl for the tests of shares" acl || true

# Without a browser the tests that need one fail and say so; the others still run.
browser:
	@.ci/need "command -v chromium || command -v google-chrome" "Chromium for the browser tests" chromium fonts-dejavu-core || true
	@.ci/need "command -v chromium-headless-shell" "Chromium without windows, the quicker one for tests" chromium-headless-shell || true
