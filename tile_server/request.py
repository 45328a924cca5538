"""What is asked of a tile: layers, address, filter, time, language; and for whom."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from layers.core.declaration import Declaration
from layers.core.errors import BadRequest, UnknownLayer
from layers.core.filter import Condition, parse_filter
from layers.core.scope import scope_key
from layers.core.text import LANGUAGES, Text
from layers.core.time import floor_time, parse_time
from layers.core.viewer import Viewer
from tile_server.grid import Tile

MAX_LAYERS = 16
"""Most layers of one composite tile."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TileRequest:
    """One layer's tile for one viewer.

    Attributes:
        scopes: the viewer's scopes that rows of the layer may carry: with the rest, all the answer depends on.
        private: the filter reads what only some may read, so that the answer must not be kept.
    """

    layer: Declaration
    tile: Tile
    viewer: Viewer
    scopes: frozenset[str]
    filter_text: str
    filters: Condition | None
    at: datetime | None
    known_at: datetime | None
    language: str
    private: bool

    @property
    def speaks(self) -> bool:
        """Whether the answer differs by language."""
        return _speaks(self.layer)

    @property
    def key(self) -> tuple[object, ...]:
        """What a cached answer is found by: the declaration itself among it, since one made from rows may change."""
        return (self.layer, self.tile, self.scopes, self.filter_text, self.at, self.known_at, self.language)


def tile_requests(layers: list[Declaration], tile: Tile, query: Mapping[str, str], viewer: Viewer) -> list[TileRequest]:
    """One request a layer, in the asked order.

    Raises:
        BadRequest: an unknown parameter, a filter or a time that cannot be read.
        UnknownAttribute: a filter that names what does not exist for this viewer.
        UnknownLayer: the scope key is not this viewer's.
    """
    allowed = {"filter", "at", "known_at", "s", "lang", *(f"filter.{layer.id}" for layer in layers)}
    for name in query:
        if name not in allowed:
            raise BadRequest(
                Text(vi=f"Không có tham số “{name}”.", en=f"There is no parameter “{name}”."),
                field=name,
                slug="unknown_parameter",
            )
    language = query.get("lang", viewer.language)
    if language not in LANGUAGES:
        raise BadRequest(
            Text(vi=f"lang={language!r}: chỉ có vi và en.", en=f"lang={language!r}: only vi and en."), field="lang"
        )
    return [_tile_request(layer, tile, query, viewer, language) for layer in layers]


def _tile_request(
    layer: Declaration, tile: Tile, query: Mapping[str, str], viewer: Viewer, language: str
) -> TileRequest:
    text = query.get(f"filter.{layer.id}", query.get("filter", ""))
    filters = parse_filter(text) if text else None
    readable = layer.readable(viewer)
    if filters:
        typed = {a.name: a for a in layer.attributes if a.name in readable}
        filters.check(typed)
    named = set(filters.properties) if filters else set()
    if "s" in query and query["s"] != scope_key(layer, viewer):
        raise UnknownLayer(layer.id)
    step = layer.time.step if layer.time else None
    at, known_at = (parse_time(query[name], name) if name in query else None for name in ("at", "known_at"))
    return TileRequest(
        layer=layer,
        tile=tile,
        viewer=viewer,
        scopes=layer.access.reduce(viewer),
        filter_text=text,
        filters=filters,
        at=floor_time(at, step) if at and step else None,
        known_at=floor_time(known_at, step) if known_at and step else None,
        language=language if _speaks(layer) else LANGUAGES[0],
        private=any(name in readable and readable[name].access is not None for name in named),
    )


def _speaks(layer: Declaration) -> bool:
    """Whether any value of the layer is words in the viewer's language."""
    return any(attribute.translated for attribute in layer.attributes)
