"""Low zooms: cells with counts instead of features, so that every zoom says something true and stays small.

A cell is a tile of zoom z + 6. It carries `_cell` (its own z/x/y), `_count` and, for every attribute a style
colours by, the most frequent value; no feature id. A row counts in one cell: that of its representative point.
"""

from layers.core.filter import Choice
from layers.core.geo import HALF_WORLD_M
from layers.core.layer import Layer
from layers.core.parameter import Slot
from layers.core.rung import CELL_DEPTH, CELLS, PACKED, counting_sql
from layers.core.style import attributes_of
from tile_server.grid import BUFFER, EXTENT
from tile_server.statement import Statement


def cell_attributes(layer: Layer) -> list[str]:
    """Attributes a cell carries the most frequent value of: those coloured by or offered as a choice."""
    tiled = {a.name for a in layer.tile_attributes}
    colored = [n for style in layer.styles for part in style.parts for n in attributes_of(part)]
    chosen = [one.attribute for one in layer.filters if isinstance(one, Choice)]
    parts = [part for style in layer.styles for part in style.parts]
    words = {getattr(part, role, None) for part in parts for role in ("label", "text")}
    return [name for name in dict.fromkeys([*colored, *chosen]) if name in tiled and name not in words]


def cell_values(layer: Layer) -> tuple[str, ...]:
    """Attributes whose values cells are made of: those of the layer's rung, else `cell_attributes`."""
    return (*layer.rung.by, *layer.rung.sums) if layer.rung else tuple(cell_attributes(layer))


def cell_sql(layer: Layer, rows: Statement) -> Statement:
    """The cells of a tile over the layer's rows (`_id`, `_geom` in EPSG:3857 and `cell_values`).

    Of a layer with a rung, as `rung.read` takes them; of another, as a finished tile.
    """
    return _parts_sql(layer, rows) if layer.rung else _tile_sql(layer, rows)


def _tile_sql(layer: Layer, rows: Statement) -> Statement:
    names = cell_attributes(layer)
    modes = "".join(f', mode() within group (order by "{name}") as "{name}"' for name in names)
    kept = "".join(f', "{name}"' for name in names)
    world, size = HALF_WORLD_M, "(%s::float8)"
    point = 'st_pointonsurface("_geom")' if layer.geometry_kind in {"polygon", "mixed", "line"} else '"_geom"'
    square = (
        f"st_makeenvelope(-{world} + cx * {size}, {world} - (cy + 1) * {size},"
        f" -{world} + (cx + 1) * {size}, {world} - cy * {size}, 3857)"
    )
    shape = square if layer.geometry_kind == "polygon" else "st_setsrid(st_makepoint(avg_x, avg_y), 3857)"
    sql = (
        f"select pg_current_snapshot()::text, st_asmvt(t, %s, {EXTENT}, '_mvt') from ("
        f'select st_asmvtgeom({shape}, st_makeenvelope(%s, %s, %s, %s, 3857), {EXTENT}, {BUFFER}, true) as "_mvt",'
        f" (%s::int + {CELL_DEPTH}) || '/' || cx || '/' || cy as \"_cell\", \"_count\"{kept} from ("
        f'select cx, cy, count(*) as "_count", avg(px) as avg_x, avg(py) as avg_y{modes} from ('
        f"select r.*, px, py, floor((px + {world}) / {size})::int as cx, floor(({world} - py) / {size})::int as cy"
        f" from ({rows.sql}) r cross join lateral (select {point} as p) a"
        f" cross join lateral (select st_x(p) as px, st_y(p) as py) b"
        f") placed where cx >> {CELL_DEPTH} = %s and cy >> {CELL_DEPTH} = %s group by cx, cy order by cx, cy"
        f") cells) t"
    )
    envelope = tuple(Slot(f"tile_{side}") for side in ("west", "south", "east", "north"))
    cell = Slot("cell_m")
    shaped = (cell,) * 4 if layer.geometry_kind == "polygon" else ()
    return Statement(sql, (layer.id, *shaped, *envelope, Slot("z"), cell, cell, *rows.params, Slot("x"), Slot("y")))


def _parts_sql(layer: Layer, rows: Statement) -> Statement:
    assert layer.rung is not None
    counting = counting_sql(
        f"({rows.sql}) r cross join (select %s::int as z) b",
        kind=layer.geometry_kind,
        geometry='r."_geom"',
        scopes="array['any']",
        by=[f'r."{name}"::text' for name in layer.rung.by],
        sums=[f'r."{name}"' for name in layer.rung.sums],
        base="b.z",
    )
    sql = (
        'select pg_current_snapshot()::text, true, c."by", c.data from (select 1) one left join ('
        f'select "by", string_agg({PACKED}) as data from ('
        f'select "by", (x & {CELLS - 1})::int2 as cx, (y & {CELLS - 1})::int2 as cy, sum(count)::bigint as count,'
        " sum(east_cm)::bigint as east_cm, sum(north_cm)::bigint as north_cm, sum(sum1)::bigint as sum1,"
        f" sum(sum2)::bigint as sum2 from ({counting}) counted"
        f' where x >> {CELL_DEPTH} = %s and y >> {CELL_DEPTH} = %s group by "by", x, y) g group by "by") c on true'
    )
    return Statement(sql, (*rows.params, Slot("cell_z"), Slot("x"), Slot("y")))
