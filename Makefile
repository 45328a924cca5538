# The one door; it holds no logic, only names. What each does: CONTRIBUTING.md.
.PHONY: run stop reset setup seed test test-fast check schema docs bench layer
.SILENT:

run: ; exec scripts/run.sh
stop: ; scripts/stop.sh
reset: ; FORCE=$(FORCE) scripts/reset.sh
setup: ; scripts/setup.sh run && scripts/frontend.sh && scripts/manage.sh prepare --without-data
seed: ; scripts/manage.sh seed $(if $(PARCELS),--parcels $(PARCELS))
test: ; exec scripts/test.sh
test-fast: ; exec scripts/test.sh -m "not e2e and not slow"
check: ; scripts/check.sh
schema: ; scripts/manage.sh generate schema && scripts/frontend.sh types
docs: ; scripts/manage.sh generate docs
bench: ; scripts/bench.sh $(options)
layer: ; scripts/manage.sh new_layer $(name) $(if $(title),--title "$(title)") $(if $(model),--model $(model))
