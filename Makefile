# Shortcuts; bootstrap.py does the work and runs without make. Arguments: make run ARGS="--years 2022-2024"
PYTHON ?= python3

.PHONY: setup run test ui
setup run test ui:
	@$(PYTHON) bootstrap.py $@ $(ARGS)
