"""The files made from the code, as text: nobody edits them, `manage.py generate` writes them."""

from collections.abc import Callable

from geo_ioc.env import VARIABLES, Variable
from geo_ioc.layers_page import layers_page
from layers.api.schema import openapi_text, panel_schema_text

_SETTINGS_HEAD = """# Settings

Every environment variable that geo_ioc reads. Written by `make docs` from `geo_ioc/env.py`; edits here are lost.
A variable that is not set takes what `make run` recorded under `var/` where the table names such a file, else its
default.

| variable | default | unit | meaning |
| --- | --- | --- | --- |
"""


def settings_page() -> str:
    """`docs/settings.md`: the table of every environment variable."""
    return _SETTINGS_HEAD + "".join(_row(variable) for variable in VARIABLES)


def _row(variable: Variable[object]) -> str:
    default = f"`{variable.default}`" if variable.default else ""
    recorded = f" Recorded in `var/{variable.recorded_in}`." if variable.recorded_in else ""
    return f"| `{variable.name}` | {default} | {variable.unit} | {variable.about}{recorded} |\n"


_PAGES: dict[str, dict[str, Callable[[], str]]] = {
    "docs": {"docs/settings.md": settings_page, "docs/layers.md": layers_page},
    "schema": {
        "frontend/schema/openapi.json": openapi_text,
        "frontend/schema/panel.schema.json": panel_schema_text,
    },
}
GROUPS = tuple(_PAGES)


def pages(group: str | None = None) -> dict[str, str]:
    """Name of each generated file, from the root of the repository, and its text."""
    wanted = [group] if group else GROUPS
    return {name: write() for member in wanted for name, write in _PAGES[member].items()}
