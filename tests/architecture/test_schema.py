"""The schemas in the repository are those of the code, and answers are what the schemas say."""

from pathlib import Path

from layers.api.schema import openapi_text, panel_schema_text
from layers.core.panel import BLOCKS

FOLDER = Path(__file__).parents[2] / "frontend" / "schema"


def test_the_files_are_current() -> None:
    assert (FOLDER / "openapi.json").read_text(encoding="utf-8") == openapi_text()
    assert (FOLDER / "panel.schema.json").read_text(encoding="utf-8") == panel_schema_text()


def test_the_panel_has_ten_kinds_of_block() -> None:
    assert panel_schema_text().count('"const"') == len(BLOCKS) == 10
