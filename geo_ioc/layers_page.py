"""`docs/layers.md`: every layer the folders declare, as its declaration says it."""

from collections.abc import Iterable

from layers.core.access import Access, Public
from layers.core.attribute import Attribute
from layers.core.declaration import Declaration
from layers.core.registry import registry

OURS = ("layers.", "land_records.")
"""Where layers of the project are declared; a test's own layers are not documented."""

_HEAD = """# Layers

Every layer that a folder declares. Written by `make docs` from the declarations; edits here are lost.
Layers that come from rows (datasets, ids `d-<n>`) are made while the server runs and stand in `/api/layers` only.
"""

_TABLE_HEAD = ["| attribute | tiếng Việt | English | unit | only for |", "| --- | --- | --- | --- | --- |"]


def layers_page() -> str:
    """The page: one section a layer, by id."""
    ours = [layer for layer in registry.declared() if type(layer).__module__.startswith(OURS)]
    return _HEAD + "".join(_section(layer) for layer in sorted(ours, key=lambda layer: layer.id))


def _section(layer: Declaration) -> str:
    about = [f"{layer.about.vi}\n{layer.about.en}", ""] if layer.about else []
    zooms = f"zoom {layer.zoom.first}-{layer.zoom.last}"
    lines = [
        f"\n## `{layer.id}`: {layer.title.vi} · {layer.title.en}",
        "",
        *about,
        f"{layer.kind} · group `{layer.group.id}` · {zooms} · {_seen_by(layer.access)}"
        + (" · live" if layer.live else ""),
        "",
        *_table(layer.attributes),
    ]
    return "\n".join(lines) + "\n"


def _seen_by(access: Access) -> str:
    if isinstance(access.view, Public):
        return "seen by everyone"
    return "seen by " + ", ".join(f"`{role.slug}`" for role in access.view.roles)


def _table(attributes: Iterable[Attribute]) -> list[str]:
    rows = [_row(attribute) for attribute in attributes]
    return [*_TABLE_HEAD, *rows] if rows else []


def _row(attribute: Attribute) -> str:
    roles = attribute.access.role if attribute.access else ()
    narrower = ", ".join(f"`{role.slug}`" for role in (roles if isinstance(roles, tuple) else (roles,)))
    return f"| `{attribute.name}` | {attribute.title.vi} | {attribute.title.en} | {attribute.unit or ''} | {narrower} |"
