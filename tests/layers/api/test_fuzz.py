"""Whatever is sent to the API, the answer is one the documentation names and never a fault of ours."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, settings
from schemathesis.checks import (
    content_type_conformance,
    not_a_server_error,
    response_schema_conformance,
    status_code_conformance,
)

from layers.api.schema import openapi_text
from layers.core.viewer import Viewer
from tests.toys import factories
from tests.toys.door import given
from tests.toys.models import ToyVisit

DJANGO = WSGIHandler()
_ASKERS: list[Viewer] = []
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


@pytest.fixture
def visit(unit: Any) -> ToyVisit:
    return factories.make_visit("Lượt", commune=unit, phone="0905123456")


@pytest.fixture
def kept_connection() -> Iterator[None]:
    """As Django's own test client: a request does not close the connection that holds the test's transaction."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def asker(keeper: Viewer, kept_connection: None) -> Iterator[None]:
    """Who sends what is made up."""
    _ASKERS.append(keeper)
    yield
    _ASKERS.clear()


def application(environ: dict[str, Any], start: Any) -> Any:
    """The project, asked by this test's keeper."""
    return DJANGO({**environ, **given(_ASKERS[-1])}, start)


SCHEMA = schemathesis.openapi.from_dict(json.loads(openapi_text()))
SCHEMA.app = application


@pytest.mark.slow
@SCHEMA.parametrize()
@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck), database=None)
def test_every_answer_is_a_documented_one(case: Any, visit: ToyVisit, asker: None) -> None:
    known = {"layer": "toy_visits", "id": str(visit.pk), "action": "finish"}
    case.path_parameters.update({name: known[name] for name in known if name in case.path_parameters})

    case.call_and_validate(checks=CHECKS)
