PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8501

FIGURES := .record-figures.jsonl

.PHONY: review test check test-record evaluate train rules bench screenshots fuzz soak scale clean order measure-console

## review: set everything up and open the console with sample ads on http://localhost:8501
review: $(VENV)/run
	$(BIN)/adcheck review --samples --port $(PORT)

## test: set everything up and pass the tests
test: $(VENV)/dev
	$(BIN)/python -m pytest

## check: format, lint, types, rules, corpus, tests
check: $(VENV)/dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/adcheck rules test
	$(BIN)/adcheck data check
	$(BIN)/python -m pytest

## test-record: attack the record at full size and write docs/results/record.md (PART=name runs one part; an interrupted run goes on; JOBS= at once)
JOBS ?= 1
test-record: $(VENV)/dev
	-$(BIN)/python tests/record_parts.py $(FIGURES) --jobs $(JOBS) $(if $(PART),--part $(PART))
	$(BIN)/python tests/record_results.py $(FIGURES) docs/results/record.md > docs/results/record.md.part
	mv docs/results/record.md.part docs/results/record.md
	$(if $(PART),,mv $(FIGURES) $(FIGURES).last)
	cat docs/results/record.md

## train: train the shipped model anew from data/
train: $(VENV)/dev
	$(BIN)/adcheck data words > classifier/reading/known_words.txt.part
	mv classifier/reading/known_words.txt.part classifier/reading/known_words.txt
	$(BIN)/adcheck train --data data --out classifier/model/trained
	$(BIN)/adcheck reasoning index

## rules: run the examples of the rules and write docs/rules.md
rules: $(VENV)/dev
	$(BIN)/adcheck rules test
	$(BIN)/adcheck rules docs > docs/rules.md.part
	mv docs/rules.md.part docs/rules.md

## evaluate: measure the shipped model and write docs/results/quality.md, docs/model-card.md and docs/results/reasoning.md (bench: pip install -e '.[bench]' adds SHAP and LIME)
evaluate: $(VENV)/dev
	$(BIN)/adcheck evaluate > docs/results/quality.md.part
	mv docs/results/quality.md.part docs/results/quality.md
	cat docs/results/quality.md
	$(BIN)/adcheck model-card docs/results/quality.md --lang en > docs/model-card.md.part
	mv docs/model-card.md.part docs/model-card.md
	$(BIN)/adcheck reasoning measure $(if $(wildcard ../shared/real_dev),--real ../shared/real_dev) --keep classifier/reasoning > docs/results/reasoning.md.part
	mv docs/results/reasoning.md.part docs/results/reasoning.md
	cat docs/results/reasoning.md

## bench: measure speed against scikit-learn, fastText, LIME and regular expressions, and write docs/results/speed.md (N= generated ads, GROWTH= ads in the longest scan)
N ?= 20000
bench: $(VENV)/dev
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e ".[bench]"
	$(BIN)/python bench/measure.py $(N) $(GROWTH) > docs/results/speed.md.part
	mv docs/results/speed.md.part docs/results/speed.md
	cat docs/results/speed.md

## screenshots: take the pictures in docs/ with Debian's chromium
screenshots: $(VENV)/dev
	$(BIN)/python docs/take_screenshots.py

## order: walk fifty cases in the browser, looking for the score before the first view
order: $(VENV)/dev
	ADCHECK_ORDER_RUNS=50 $(BIN)/python -m pytest -s tests/browser/test_console.py -k score_last

## measure-console: measure the console with 100,000 waiting cases and write docs/results/console.md
measure-console: $(VENV)/dev
	PYTHONPATH=tests $(BIN)/python tests/browser/measure_console.py > docs/results/console.md.part
	mv docs/results/console.md.part docs/results/console.md

## fuzz: send the HTTP service 1,000 generated requests for each address and phase
fuzz: $(VENV)/dev
	ADCHECK_FUZZ_EXAMPLES=1000 $(BIN)/python -m pytest tests/ui/service/test_fuzzing.py

## soak: keep the HTTP service busy for SOAK_MINUTES and write docs/results/service.md
SOAK_MINUTES ?= 10
soak: $(VENV)/dev
	mkdir -p docs/results
	$(BIN)/adcheck soak --minutes $(SOAK_MINUTES) > docs/results/service.md.part
	mv docs/results/service.md.part docs/results/service.md
	cat docs/results/service.md

## scale: scan SCALE_ADS ads on a Spark cluster of this machine, a worker killed midway, and write docs/results/scale.md
SCALE_ADS ?= 1000000
scale: $(VENV)/dev
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e ".[spark]"
	$(BIN)/python -m pytest tests/ui/intake/test_spark.py
	mkdir -p docs/results
	$(BIN)/python docs/measure_scale.py $(SCALE_ADS) > docs/results/scale.md.part
	mv docs/results/scale.md.part docs/results/scale.md
	cat docs/results/scale.md

clean:
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis

$(VENV)/run: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e .
	touch $@

$(VENV)/dev: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e ".[dev]"
	touch $@ $(VENV)/run
