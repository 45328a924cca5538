"""The panel of a low-zoom cell: how many features it stands for, of which kinds, and a few of them."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from layers.core.attribute import Attribute
from layers.core.filter import Choice
from layers.core.layer import Layer
from layers.core.panel import Column, FeatureLink, Panel, Related, Stat, Table, to_json
from layers.core.query import Features
from layers.core.rung import CELL_DEPTH, CELLS, SUM_SCALE
from layers.core.text import Text
from layers.core.viewer import Viewer
from tile_server import rung
from tile_server.grid import Tile
from tile_server.request import TileRequest, tile_requests

MAX_VALUES = 50
SHOWN = 10
LISTED_UP_TO = 500
"""Most features of a cell of which some are named: of more, ten say nothing."""


def cell_panel(layer: Layer, viewer: Viewer, cell: Tile, query: Mapping[str, str]) -> dict[str, Any]:
    """The panel as JSON, in the viewer's language: features whose representative point lies in the cell.

    Args:
        layer: a layer with cells.
        viewer: who asks.
        cell: its own address.
        query: `filter`, `at`, `known_at` as asked of a tile.
    """
    box = cell.bbox()
    holder = Tile(cell.z - CELL_DEPTH, cell.x >> CELL_DEPTH, cell.y >> CELL_DEPTH) if cell.z >= CELL_DEPTH else cell
    (request,) = tile_requests([layer], holder, query, viewer)
    features = layer.query(viewer, filters=request.filters, at=request.at, known_at=request.known_at).placed_in(box)
    blocks = _counted(layer, request, cell) if rung.serves(request) else _live(layer, features)
    if isinstance(blocks[0].value, int) and blocks[0].value <= LISTED_UP_TO:
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


def _live(layer: Layer, features: Features) -> list[Any]:
    blocks: list[Any] = [Stat(title=layer.title, value=features.count(), precision=0)]
    for one in layer.filters:
        if isinstance(one, Choice) and one.attribute in features.readable:
            blocks.append(_by(layer.attribute(one.attribute), features.counts(one.attribute)[:MAX_VALUES]))
    return blocks


def _counted(layer: Layer, request: TileRequest, cell: Tile) -> list[Any]:
    """The same from what is counted, with the sums; nothing of a cell that may not say how much it holds."""
    assert layer.rung is not None
    cells = rung.read(request)
    inside = (cell.y & (CELLS - 1)) * CELLS + (cell.x & (CELLS - 1))
    (found,) = np.nonzero(cells.index == inside)
    if not len(found):
        return [Stat(title=layer.title, value=0, precision=0)]
    at = int(found[0])
    if cells.hidden(layer.access.small_counts)[at]:
        fewer = Text(vi="ít hơn {least}", en="fewer than {least}").format(least=str(layer.access.small_counts))
        return [Stat(title=layer.title, value=None, note=fewer)]
    blocks: list[Any] = [Stat(title=layer.title, value=int(cells.total("count")[at]), precision=0)]
    sums = [(layer.attribute(name), f"sum{number}") for number, name in enumerate(layer.rung.sums, start=1)]
    for attribute, column in sums:
        total = float(cells.total(column)[at]) / SUM_SCALE
        blocks.append(Stat(title=attribute.title, value=total, unit=attribute.unit, precision=attribute.precision))
    for number, name in enumerate(layer.rung.by):
        counts = cells.by_value(number, "count")
        added = [(attribute, cells.by_value(number, column)) for attribute, column in sums]
        rows: list[tuple[Any, ...]] = [
            (value, int(count[at]), *(float(totals[value][at]) / SUM_SCALE for _, totals in added))
            for value, count in counts.items()
            if count[at]
        ]
        rows.sort(key=lambda row: tuple(-number for number in (*row[2:], row[1])))
        blocks.append(_by(layer.attribute(name), rows[:MAX_VALUES], [attribute for attribute, _ in sums]))
    return blocks


def _body(panel: Panel, viewer: Viewer) -> dict[str, Any]:
    body: dict[str, Any] = to_json(panel, viewer.language)
    return body


def _by(attribute: Attribute, rows: Sequence[tuple[Any, ...]], sums: Sequence[Attribute] = ()) -> Table:
    """A table of values in words, how many features have each, and sums over them."""
    unknown = Text(vi="Chưa xác định", en="Not specified")

    def words(value: Any) -> Any:
        option = attribute.option(value)
        return option.title if option else str(value) if value is not None else unknown

    columns = (
        Column(name="value", title=attribute.title),
        Column(name="count", title=Text(vi="Số lượng", en="Number"), numeric=True),
        *(Column(name=one.name, title=one.title, numeric=True, unit=one.unit) for one in sums),
    )
    named = [(words(value), *numbers) for value, *numbers in rows]
    return Table(title=attribute.title, columns=columns, rows=named)


def _some(layer: Layer, features: Features) -> Related:
    named = layer.title_attribute
    links = tuple(
        FeatureLink(layer=layer.id, id=f.id, title=str((named and f.attributes.get(named)) or f.id), lonlat=f.lonlat)
        for f in features.page(SHOWN)[0]
    )
    return Related(layer=layer.id, title=layer.title, features=links, limit=SHOWN)
