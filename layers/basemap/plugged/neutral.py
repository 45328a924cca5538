"""Vector tiles that bring no style, drawn in our own colours: by what their layers are called, else by their shapes.

Names are those of OpenMapTiles, Protomaps, Shortbread and of our own archives.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from layers.basemap.theme import Theme

Json = Any
NAME: Json = ["coalesce", ["get", "name:vi"], ["get", "name_vi"], ["get", "name"], ""]
FONT = ["Be Vietnam Pro Regular"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """What layers of these names show.

    Attributes:
        fill, line: tokens of the theme; `opacity` of the fill.
        label: whether points and lines are named.
    """

    names: frozenset[str]
    fill: str | None = None
    opacity: float = 1
    line: str | None = None
    width_px: float = 1
    label: bool = False


def _names(words: str) -> frozenset[str]:
    return frozenset(words.split())


ROLES = (
    Role(names=_names("earth land ground provinces"), fill="land"),
    Role(names=_names("landcover landuse park parks natural forest wood sites"), fill="forest", opacity=0.7),
    Role(
        names=_names("water waterway ocean rivers water_polygons water_lines dam_polygons pier_polygons"),
        fill="water",
        line="water",
        width_px=1.6,
    ),
    Role(names=_names("building buildings"), fill="ground", line="casing", width_px=0.5),
    Role(names=_names("transportation road roads streets bridges aeroway transit ferries"), line="road", width_px=1.8),
    Role(names=_names("boundary boundaries communes admin"), line="boundary"),
    Role(
        names=_names(
            "place places place_labels transportation_name street_labels water_name water_polygons_labels "
            "boundary_labels unit_labels physical_point"
        ),
        label=True,
    ),
)
"""In drawing order. What no role names lies above roads, as thin lines."""
UNKNOWN = Role(names=frozenset(), line="boundary", width_px=0.8)


def drawn(names: Sequence[str], source: str, theme: Theme) -> list[dict[str, Json]]:
    """Style layers of a vector source, the lowest first."""
    background = {"id": "background", "type": "background", "paint": {"background-color": theme.land}}
    ground = {"id": "background", "type": "background", "paint": {"background-color": theme.water}}
    has_land = any(name in ROLES[0].names for name in names)
    pairs = [(name, role) for role in ROLES[:-1] for name in names if name in role.names]
    known = frozenset().union(*(role.names for role in ROLES))
    pairs += [(name, UNKNOWN) for name in names if name not in known]
    pairs += [(name, ROLES[-1]) for name in names if name in ROLES[-1].names]
    layers = [layer for name, role in pairs for layer in _layers(name, role, source, theme)]
    return [ground if has_land else background, *layers]


def _layers(name: str, role: Role, source: str, theme: Theme) -> Iterator[dict[str, Json]]:
    def made(kind: str, shape: str, **rest: Json) -> dict[str, Json]:
        shown: Json = ["in", ["geometry-type"], ["literal", [shape, f"Multi{shape}"]]]
        ids = {"id": f"{name}-{kind}", "type": kind, "source": source, "source-layer": name}
        return {**ids, "filter": shown, **rest}

    if role.fill:
        paint = {"fill-color": getattr(theme, role.fill), "fill-opacity": role.opacity}
        yield made("fill", "Polygon", paint=paint)
    if role.line:
        layout = {"line-cap": "round", "line-join": "round"}
        if role.line == "road":
            casing = {"line-color": theme.casing, "line-width": _width(role.width_px + 0.8)}
            edge = made("line", "LineString", layout=layout, paint=casing)
            yield {**edge, "id": f"{name}-casing"}
        paint = {"line-color": getattr(theme, role.line), "line-width": _width(role.width_px)}
        yield made("line", "LineString", layout=layout, paint=paint)
    if role is UNKNOWN:
        outline = made("line", "Polygon", paint={"line-color": theme.boundary, "line-width": 0.6})
        yield {**outline, "id": f"{name}-outline"}
    if role.label:
        yield made("symbol", "Point", layout=_text("point"), paint=_ink(theme))


def _width(width_px: float) -> Json:
    return ["interpolate", ["exponential", 1.6], ["zoom"], 6, width_px * 0.35, 12, width_px, 17, width_px * 3.5]


def _text(placement: str) -> dict[str, Json]:
    return {"text-field": NAME, "text-font": FONT, "text-size": 12, "text-max-width": 9, "symbol-placement": placement}


def _ink(theme: Theme) -> dict[str, Json]:
    return {"text-color": theme.label, "text-halo-color": theme.halo, "text-halo-width": 1.2}
