"""The API's and the panel's schema as files: what the viewer's types are generated from."""

import json
from typing import Any

from layers.api.panel import answer_schema
from layers.api.urls import api


def openapi_text() -> str:
    """`openapi.json`: the OpenAPI document, in a stable order."""
    return _text(api.get_openapi_schema(path_prefix="/api/"))


def panel_schema_text() -> str:
    """`panel.schema.json`: the JSON Schema of a panel."""
    return _text(answer_schema())


def _text(schema: Any) -> str:
    return json.dumps(schema, ensure_ascii=False, indent=2, sort_keys=True) + "\n"
