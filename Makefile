# run · replay · test · check · setup · migrate · stop · bench · storm      `make run` is the place to start
NEW_ENOUGH = import sys; sys.exit(sys.version_info < (3, 11))
PYTHON ?= $(shell for python in python3 python3.13 python3.12 python3.11; do \
	$$python -c '$(NEW_ENOUGH)' 2>/dev/null && echo $$python && break; done || true)
BIN    := .venv/bin
SAM    := .venv-sam/1.170.0
SAVED  ?= ../shared/boards

-include .env
export

.PHONY: help run replay test check format setup migrate stop schedule scheduler scrapyd deploy bench sam soak storm month airflow clean

help:            ## show this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

run: setup       ## the whole job on made-up boards, mails to var/outbox/  (LIVE=1: the live boards)
	@$(BIN)/python -m ops.rehearse $(if $(LIVE),--live)

replay: setup    ## the same on real postings saved in SAVED=../shared/boards
	@$(BIN)/python -m ops.rehearse --replay $(SAVED)

test: .venv/dev  ## the whole suite, without a network
	@$(BIN)/pytest

check: .venv/dev ## lint, types, the walls between the packages; leaked secrets, known vulnerabilities
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .
	@$(BIN)/mypy jobdb jobspider mailer_cli sandbox ops infra
	@$(BIN)/lint-imports
	@$(BIN)/python -m ops.leaks
	@$(BIN)/python -m ops.audit

format: .venv/dev ## put the code into its format
	@$(BIN)/ruff check --fix-only . && $(BIN)/ruff format .

setup: .venv/run ## only the environment

migrate: setup   ## bring the database's schema up to date
	@$(BIN)/python -m jobdb migrate

stop: setup      ## stop the embedded PostgreSQL; its data stay in var/postgres
	@$(BIN)/python -m jobdb stop

schedule: setup  ## what runs when, and how it went last time
	@$(BIN)/python -m ops.schedule show

scheduler: setup ## run the schedule here, on a machine without cron and systemd
	@$(BIN)/python -m ops.scheduler

scrapyd: .venv/server ## Scrapyd on this machine's loopback
	@$(BIN)/python -m ops.scrapyd serve

deploy: .venv/server ## hand the crawl to Scrapyd (SCRAPYD_URL, or the one of this machine)
	@$(BIN)/python -m ops.scrapyd deploy

bench: .venv/dev ## speeds, as ratios taken in one run
	@for bench in bench/[a-z]*.py; do $(BIN)/python -m bench.$$(basename $$bench .py) || exit 1; done

sam: $(SAM)      ## infra/template.yaml through AWS's own validation, without an account and without a network
	@HTTPS_PROXY=http://127.0.0.1:9 SAM_CLI_TELEMETRY=0 __SAM_CLI_APP_DIR=.venv-sam AWS_DEFAULT_REGION=ap-northeast-2 \
		.venv-sam/bin/sam validate --lint --template infra/template.yaml

soak: .venv/dev  ## a month of crawling while boards misbehave; the database must equal the market
	@$(BIN)/python -m tests.soak

month: .venv/dev ## a month of the whole product in fast time, with faults: each is told once, nobody is mailed twice or forgotten
	@$(BIN)/python -m tests.month

storm: .venv/dev ## kill senders in the middle of their calls: nobody gets two mails, nobody none
	@$(BIN)/python -m tests.mailer_cli.storm

airflow: .venv-airflow/done ## the DAGs of ops/airflow in a real Airflow, in an environment of its own (300 MB)
	@AIRFLOW_HOME=$(CURDIR)/.venv-airflow/home .venv-airflow/bin/python -m ops.airflow.check

.venv-airflow/done: ops/airflow/requirements.txt .venv/run
	@test -x .venv-airflow/bin/python || $(BIN)/python -m venv .venv-airflow
	@echo "installing Airflow …"
	@.venv-airflow/bin/pip install --quiet --disable-pip-version-check -r ops/airflow/requirements.txt
	@touch $@

clean:           ## remove the environment; var/ (data and mails) stays
	rm -rf .venv .venv-sam .venv-airflow

.venv/run: requirements.txt ops/console_scripts.py
	@test -n "$(PYTHON)" && $(PYTHON) -c '$(NEW_ENOUGH)' || { echo "error: Python 3.11 or newer is needed; install it, or name it: make PYTHON=/path/to/python3"; exit 2; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv || { echo "error: no venv module; on Debian and Ubuntu: apt install python3-venv"; rm -rf .venv; exit 2; }
	@echo "installing requirements …"
	@$(BIN)/pip install --quiet --disable-pip-version-check -r requirements.txt
	@$(BIN)/python ops/console_scripts.py $(BIN)
	@touch $@

.venv/server: requirements-server.txt .venv/run
	@$(BIN)/pip install --quiet --disable-pip-version-check -r requirements-server.txt
	@touch $@

.venv/dev: requirements-dev.txt requirements-server.txt .venv/run
	@$(BIN)/pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@

# aws-sam-cli, apart from ours: it pins other versions of what we use.
$(SAM):
	@echo "installing aws-sam-cli $(@F) …"
	@$(PYTHON) -m venv .venv-sam
	@.venv-sam/bin/pip install --quiet --disable-pip-version-check aws-sam-cli==$(@F)
	@touch $@
