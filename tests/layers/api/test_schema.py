"""Answers are what the OpenAPI document promises."""

import json
from collections.abc import Callable
from typing import Any

import jsonschema_rs
import pytest

from layers.api.schema import openapi_text
from layers.core import Viewer, registry
from tests.toys import factories

pytestmark = pytest.mark.django_db
OPENAPI = json.loads(openapi_text())


def fits(answer: Any, path: str, method: str = "get") -> None:
    """The body against the schema of its status."""
    described = OPENAPI["paths"][path][method]["responses"][str(answer.status_code)]
    schema = described["content"][answer["Content-Type"]]["schema"]
    jsonschema_rs.validate({**schema, "components": OPENAPI["components"]}, answer.json())


def test_every_answer_fits_its_schema(unit: Any, keeper: Viewer, ask: Callable[..., Any]) -> None:
    visit = factories.make_visit("Lượt", commune=unit, phone="0905")
    plot = factories.make_plot()
    factories.make_dataset()
    registry.changed("@toys")
    client = ask(keeper)
    layer, feature = "/api/layers/{layer}", "/api/layers/{layer}/features/{id}"

    fits(client.get("/api/layers"), "/api/layers")
    fits(client.get("/api/layers/toy_visits"), layer)
    fits(client.get("/api/layers/toy_visits/features"), f"{layer}/features")
    fits(client.get("/api/layers/toy_visits/counts", {"by": "kind"}), f"{layer}/counts")
    fits(client.get(f"/api/layers/toy_visits/features/{visit.pk}"), feature)
    fits(client.get(f"/api/layers/toy_plots/features/{plot.plot}/panel"), f"{feature}/panel")
    fits(client.get(f"/api/layers/toy_plots/features/{plot.plot}/history"), f"{feature}/history")
    fits(client.get("/api/search", {"q": "luot"}), "/api/search")
    fits(client.get("/api/me"), "/api/me")
    fits(client.get("/api/layers/no_such"), layer)
    fits(client.post("/api/ingest/toy_visits", {}), "/api/ingest/{layer}", "post")


def test_the_documents_references_lead_somewhere() -> None:
    names = set(OPENAPI["components"]["schemas"])
    used = {part.split('"')[0] for part in json.dumps(OPENAPI).split('"#/components/schemas/')[1:]}

    assert used <= names
    assert {"Panel", "Stat", "Chart"} <= names
