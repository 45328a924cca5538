"""Parcels that the zones of a plan touch, for a whole commune, beside the plain SQL join of the same rows.

Both run in this process on the demo's best planned commune, taking turns. The plain join intersects every parcel with
the whole zone on the zone's plane, as anyone would write it; what both find must be the same. Beside them: what every
plan in force says of one parcel, as its panel and the public page ask it.
"""

import statistics
import time
from collections.abc import Callable
from typing import Any

from django.db import connection
from django.db.models import Count

from land_records.models import Parcel
from land_records.planning.models import PlanZone
from land_records.planning.overlay import SLIVER_M2
from land_records.planning.parcel import planned, zones_of
from land_records.planning.touched import statement, touched
from layers.core.layer import Layer
from layers.core.registry import registry
from layers.core.viewer import ANYONE
from tests.benchmarks.low_zoom import late

ROUNDS, LOOKED_UP = 5, 60
MOST_RATIO = 1.5
PLAIN = """
select z.number, p.id, st_area(st_intersection(st_transform(p.geom, z.srid), z.geom_plane)) as inside
from land_records_planzone z join land_records_parcel p on st_intersects(p.geom, z.geom)
where z.is_current and not z.is_draft and z.plan_id = %s and p.is_current
"""


def measure(url: str, dsn: str) -> dict[str, Any]:
    """Median ms of ours and of the plain join over one commune, their ratio, and p95 of one parcel's look-up."""
    plan, commune = _largest()
    zones, parcels = zones_of(ANYONE, None).filter(plan=plan), _parcels()
    ours, plain = [], []
    for _ in range(ROUNDS):
        plain.append(_took(lambda: _plain(plan)))
        ours.append(_took(lambda: list(touched(zones, parcels))))
    found = list(touched(zones, parcels))
    known = {(zone, parcel): area for zone, parcel, area in _plain(plan) if area >= SLIVER_M2}
    assert len(found) == len(known), f"{len(found)} rows beside {len(known)}"
    assert abs(sum(one.inside_m2 for one in found) - sum(known.values())) < 1e-6 * sum(known.values())
    rows = list(parcels.filter(commune_id=commune).select_related("commune").order_by("?")[:LOOKED_UP])
    looked_up = [_took(lambda row=row: planned(row, ANYONE)) for row in rows]
    return {
        "rows": len(found),
        "p50_ms": statistics.median(ours),
        "p95_ms": max(ours),
        "bar_ms": statistics.median(plain) * MOST_RATIO,
        "plain_p50_ms": statistics.median(plain),
        "to_plain": statistics.median(ours) / statistics.median(plain),
        "look_up_p50_ms": statistics.median(looked_up),
        "look_up_p95_ms": late(looked_up),
    }


def _largest() -> tuple[int, int]:
    """The plan in force of the planned commune that has most parcels, and that commune."""
    planned_here = PlanZone.objects.filter(is_current=True, plan__kind="land_use").values_list("commune_id", flat=True)
    counted = Parcel.objects.filter(is_current=True, commune__in=planned_here.distinct()).values_list("commune_id")
    commune = counted.annotate(n=Count("pk")).order_by("-n").first()
    if commune is None:
        raise RuntimeError("the demo has no planned commune: load it with `make seed`")
    zone = PlanZone.objects.filter(is_current=True, plan__kind="land_use", commune_id=commune[0]).first()
    assert zone is not None
    return zone.plan_id, commune[0]


def _parcels() -> Any:
    layer = registry.get("parcels")
    assert isinstance(layer, Layer)
    return layer.query(ANYONE).queryset()


def _plain(plan: int) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(PLAIN, [plan])
        return list(cursor.fetchall())


def _took(run: Callable[[], Any]) -> float:
    began = time.perf_counter()
    run()
    return (time.perf_counter() - began) * 1_000


def explain() -> str:
    """How the database answers the one statement, for whoever tunes it."""
    plan, _ = _largest()
    sql, values = statement(zones_of(ANYONE, None).filter(plan=plan), _parcels())
    with connection.cursor() as cursor:
        cursor.execute(f"explain (analyze, buffers) {sql}", values)
        return "\n".join(line for (line,) in cursor.fetchall())
