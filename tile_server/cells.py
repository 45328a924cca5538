"""The panel of a low-zoom cell: how many features it stands for, of which kinds, and a few of them."""

from datetime import datetime
from typing import Any

from layers.core.filter import Choice, Condition
from layers.core.layer import Layer
from layers.core.panel import Column, FeatureLink, Panel, Related, Stat, Table, to_json
from layers.core.query import Features
from layers.core.text import Text
from layers.core.viewer import Viewer
from tile_server.grid import Tile

SHOWN = 10


def cell_panel(
    layer: Layer,
    viewer: Viewer,
    cell: Tile,
    *,
    filters: Condition | None,
    at: datetime | None,
    known_at: datetime | None,
) -> dict[str, Any]:
    """The panel as JSON, in the viewer's language: features whose representative point lies in the cell."""
    box = cell.bbox()
    features = layer.query(viewer, filters=filters, at=at, known_at=known_at).placed_in(box)
    blocks: list[Any] = [Stat(title=layer.title, value=features.count(), precision=0)]
    for one in layer.filters:
        if isinstance(one, Choice) and one.attribute in features.readable:
            blocks.append(_by(layer, features, one.attribute))
    blocks.append(_some(layer, features))
    panel = Panel(title=Text(vi="Vùng {cell}", en="Cell {cell}").format(cell=str(cell)), blocks=blocks)
    lonlat = [(box.west + box.east) / 2, (box.south + box.north) / 2]
    kind = layer.title.json()
    return {
        "layer": layer.id,
        "id": None,
        "cell": str(cell),
        "kind": kind,
        "lonlat": lonlat,
        "bbox": list(box),
        "state": None,
        **_body(panel, viewer),
    }


def _body(panel: Panel, viewer: Viewer) -> dict[str, Any]:
    body: dict[str, Any] = to_json(panel, viewer.language)
    return body


def _by(layer: Layer, features: Features, name: str) -> Table:
    attribute = layer.attribute(name)
    unknown = Text(vi="Chưa xác định", en="Not specified")
    rows = [
        (
            (option.title if (option := attribute.option(value)) else str(value) if value is not None else unknown),
            number,
        )
        for value, number in features.counts(name)[:50]
    ]
    columns = (
        Column(name="value", title=attribute.title),
        Column(name="count", title=Text(vi="Số lượng", en="Number"), numeric=True),
    )
    return Table(title=attribute.title, columns=columns, rows=rows)  # type: ignore[arg-type]


def _some(layer: Layer, features: Features) -> Related:
    named = layer.title_attribute
    links = tuple(
        FeatureLink(layer=layer.id, id=f.id, title=str((named and f.attributes.get(named)) or f.id), lonlat=f.lonlat)
        for f in features.page(SHOWN)[0]
    )
    return Related(layer=layer.id, title=layer.title, features=links, limit=SHOWN)
