"""How a file's rows become features of a dataset."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import shapely
from django.db import connection, transaction

from layers.core import Column, Importer, ImportRow, Outcome, Problem, Text
from layers.datasets import partition
from layers.datasets.models import Dataset, GeometryKind
from layers.datasets.schema import Property, plain

CELL_FEATURES = 2_000
"""Mean number of features in a tile above which cells stand for them."""
MAX_COARSE_ZOOM = 14
SEEN_SHARE = 4 / 512
"""Part of a tile's width a line or an area must have to be seen: 4 of 512 pixels."""

NO_PLACE = Text(vi="Dòng không có hình, không đặt được lên bản đồ.", en="The row has no geometry and cannot be placed.")
NO_KEY = Text(vi="Thiếu giá trị nhận diện “{key}”.", en="The identifying value “{key}” is missing.")

_STORE = """
with matched as (
  select i.geom, d.id, d.geom as old_geom, d.props as old_props,
         jsonb_strip_nulls(coalesce(d.props, '{{}}'::jsonb) || i.props) as props
  from dataset_rows i left join lateral (select * from "{table}" d where {stored} = {brought} limit 1) d on true
), changed as (
  update "{table}" d set geom = m.geom, props = m.props, updated_at = now() from matched m
  where d.id = m.id and (m.geom, m.props) is distinct from (m.old_geom, m.old_props) returning 1
), added as (
  insert into "{table}" (dataset_id, geom, props) select {dataset}, m.geom, m.props from matched m where m.id is null
  on conflict do nothing returning 1
)
select (select count(*) from added), (select count(*) from changed)
"""


def importer_of(dataset_id: int, key: str, properties: Sequence[Property]) -> Importer:
    """The importer of a dataset's layer: every attribute is a column, by its name or its heading."""

    def store_batch(rows: Sequence[ImportRow]) -> Outcome:
        return store(dataset_id, key, rows)

    def finish() -> None:
        settle(dataset_id)

    columns = tuple(Column(p.name, Text(vi=p.vi, en=p.en), type=p.type, required=p.name == key) for p in properties)
    return Importer(natural_key=(key,) if key else (), columns=columns, store_batch=store_batch, finish=finish)


def store(dataset_id: int, key: str, rows: Sequence[ImportRow]) -> Outcome:
    """Keep a batch: a known feature gets the file's geometry and values (others stay), a new one is added.

    Args:
        dataset_id: whose features.
        key: attribute that identifies a feature; empty: the whole content.
        rows: geometry in EPSG:4326, valid; values by attribute name, as JSON keeps them.
    """
    outcome = Outcome()
    usable = [row for row in rows if _placed(row, key, outcome)]
    if not usable:
        return outcome
    with transaction.atomic(), connection.cursor() as cursor:
        # each row is looked up by the unique index: a table that just grew has no statistics to choose it by
        cursor.execute("set local enable_seqscan = off")
        cursor.execute(
            "create temporary table if not exists dataset_rows (geom geometry, props jsonb) on commit delete rows"
        )
        cursor.execute("truncate dataset_rows")
        with cursor.copy("copy dataset_rows (geom, props) from stdin") as copy:
            for wkb, row in zip(_wkb([row.shape for row in usable]), usable, strict=True):
                copy.write_row((wkb, json.dumps(_plain(row.values), ensure_ascii=False)))
        cursor.execute(_store_sql(dataset_id, key))
        outcome.created, outcome.updated = cursor.fetchone() or (0, 0)
    outcome.unchanged = len(usable) - outcome.created - outcome.updated
    return outcome


def settle(dataset_id: int) -> None:
    """After a file: missing indexes, statistics, and the zoom below which cells stand for features."""
    dataset = Dataset.objects.get(pk=dataset_id)
    partition.index(dataset)
    partition.analyze(dataset)
    coarse = coarse_zoom(dataset_id, dataset.geometry)
    if coarse != dataset.coarse_zoom:
        dataset.coarse_zoom = coarse
        dataset.version += 1
        dataset.save(update_fields=["coarse_zoom", "version"])


def coarse_zoom(dataset_id: int, geometry: str) -> int | None:
    """First zoom at which features can stand for themselves: few enough in a tile, and large enough to be seen.

    None where that is zoom 0.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "select count(*), st_extent(geom), percentile_cont(0.5) within group (order by"
            " greatest(st_xmax(geom) - st_xmin(geom), st_ymax(geom) - st_ymin(geom)))"
            f' from "{partition.name_of(dataset_id)}"'
        )
        number, box, size_deg = cursor.fetchone() or (0, "", 0.0)
    if not number:
        return None
    west, south, east, north = (float(part) for part in box[4:-1].replace(",", " ").split())
    seen = geometry in {GeometryKind.POINT, GeometryKind.MIXED}
    for zoom in range(MAX_COARSE_ZOOM):
        tile_deg = 360 / 2**zoom
        tiles = max(1.0, (east - west) / tile_deg) * max(1.0, (north - south) / tile_deg)
        if number / tiles <= CELL_FEATURES and (seen or size_deg >= tile_deg * SEEN_SHARE):
            return zoom or None
    return MAX_COARSE_ZOOM


def _placed(row: ImportRow, key: str, outcome: Outcome) -> bool:
    if row.shape is None:
        outcome.problems.append(Problem(row=row.number, message=NO_PLACE))
        return False
    if key and row.values.get(key) is None:
        outcome.problems.append(Problem(row=row.number, message=NO_KEY.format(key=key), field=key))
        return False
    return True


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: plain(value) for name, value in values.items()}


def _wkb(shapes: Sequence[Any]) -> Any:
    """(n,) EWKB in hexadecimal, as COPY reads a geometry."""
    return shapely.to_wkb(shapely.set_srid(shapes, 4326), hex=True, include_srid=True)


def _store_sql(dataset_id: int, key: str) -> str:
    brought = f"(i.props ->> '{key}')" if key else "(md5(st_asbinary(i.geom)) || md5(jsonb_strip_nulls(i.props)::text))"
    return _STORE.format(
        table=partition.name_of(dataset_id),
        stored=partition.key_sql(key, "d"),
        brought=brought,
        dataset=int(dataset_id),
    )
