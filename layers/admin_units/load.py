"""Brings every unit of the country into the database: both epochs, their links, and boundaries where none is stored.

In: the units of `fixtures`, which reads them from the `vietnamadminunits` package. Harmless when repeated: what is
there stays, boundaries that a file brought above all.
"""

from collections.abc import Callable, Iterator
from datetime import date

from django.utils import timezone
from shapely import Point

import fixtures
from fixtures.legal import DONG_NAI_ACT, DONG_NAI_CITY_ON, PROVINCES_ACT, REFORM_ON
from fixtures.vn2000 import ZONE_OF_OLD_PROVINCE
from layers.admin_units import outline
from layers.admin_units.current import keep_current
from layers.admin_units.models import AdminLineage, AdminUnit, Boundary, Kind, Level, Relation, Source
from layers.core.bulk import copy_rows, reserve_keys
from layers.core.models import PlacePrecision
from layers.core.search import search_key

Key = tuple[str, str, date | None]
"""Level, code and first day of a unit."""

_KIND_BY_WORDS = {kind.title.vi.lower(): kind for kind in Kind}
_PRECISION = {"province": PlacePrecision.PROVINCE, "commune": PlacePrecision.COMMUNE}


def load_units(seed: int = 7, say: Callable[[str], object] = lambda _: None) -> None:
    """Store units, lineage and illustrative boundaries that are not stored yet; mark those of today.

    Args:
        seed: number the illustrative boundaries are drawn from.
        say: takes a line of progress.
    """
    units = _store_units()
    say(f"{len(units):,} units of both epochs")
    _store_lineage(units)
    say(f"{_store_boundaries(units, seed):,} illustrative boundaries new")
    keep_current(timezone.localdate())


def _stored_units() -> dict[Key, int]:
    rows = AdminUnit.objects.values_list("level", "code", "valid_from", "id")
    return {(level, code, since): pk for level, code, since, pk in rows}


def _store_units() -> dict[Key, int]:
    """Level by level, so that parents are there before their children."""
    known = _stored_units()
    zones = fixtures.zones()
    for level in fixtures.Level:
        new = [unit for unit in fixtures.unit_versions() if unit.level is level and _key(unit) not in known]
        keys = reserve_keys(AdminUnit, len(new))
        copy_rows(AdminUnit, [_row(pk, unit, known, zones) for pk, unit in zip(keys, new, strict=True)])
        known |= {_key(unit): pk for pk, unit in zip(keys, new, strict=True)}
    return known


def _key(unit: fixtures.Unit) -> Key:
    return (unit.level.value, unit.code, unit.valid_from)


def _row(pk: int, unit: fixtures.Unit, known: dict[Key, int], zones: dict[str, int]) -> AdminUnit:
    return AdminUnit(
        pk=pk,
        code=unit.code,
        level=unit.level.value,
        kind=_KIND_BY_WORDS[unit.kind].value,
        name=unit.short_name,
        full_name=unit.name,
        name_en=unit.name_en,
        name_key=search_key(unit.name),
        parent_id=_parent(unit, known),
        valid_from=unit.valid_from,
        valid_to=unit.valid_to,
        is_current=unit.holds_on(timezone.localdate()),
        legal_ref=unit.legal_ref,
        srid=_zone(unit, zones),
    )


def _parent(unit: fixtures.Unit, known: dict[Key, int]) -> int | None:
    """The province of a commune in the version that outlives it; the district of an old commune."""
    if unit.level is fixtures.Level.PROVINCE:
        return None
    if unit.valid_from is None:
        is_commune = unit.level is fixtures.Level.COMMUNE
        level, code = (Level.DISTRICT, unit.district_code) if is_commune else (Level.PROVINCE, unit.province_code)
        return known[level.value, str(code), None]
    days = (DONG_NAI_CITY_ON, REFORM_ON) if (unit.valid_to or date.max) > DONG_NAI_CITY_ON else (REFORM_ON,)
    return next(known[key] for day in days if (key := ("province", unit.province_code, day)) in known)


def _zone(unit: fixtures.Unit, zones: dict[str, int]) -> int | None:
    """EPSG code of the unit's VN-2000 zone; None for a new province whose parts lie in several."""
    if unit.valid_from is None:
        return ZONE_OF_OLD_PROVINCE[unit.province_code]
    if unit.level is fixtures.Level.COMMUNE:
        return zones[unit.code]
    found = {ZONE_OF_OLD_PROVINCE[old] for old in fixtures.province_lineage()[unit.code]}
    return found.pop() if len(found) == 1 else None


def _store_lineage(units: dict[Key, int]) -> None:
    known = set(AdminLineage.objects.values_list("predecessor_id", "successor_id"))
    links = [*_commune_links(units), *_province_links(units), *_dong_nai_links(units)]
    new = [link for link in links if (link.predecessor_id, link.successor_id) not in known]
    copy_rows(AdminLineage, new)


def _commune_links(units: dict[Key, int]) -> Iterator[AdminLineage]:
    for link in fixtures.lineage():
        yield AdminLineage(
            predecessor_id=units[link.predecessor_level.value, link.predecessor_code, None],
            successor_id=units["commune", link.successor_code, link.effective_on],
            relation=link.relation.value,
            is_default=link.is_default,
            effective_date=link.effective_on,
            legal_ref=link.legal_ref,
        )


def _province_links(units: dict[Key, int]) -> Iterator[AdminLineage]:
    """Provinces were merged whole."""
    for new, olds in fixtures.province_lineage().items():
        for old in olds:
            yield AdminLineage(
                predecessor_id=units["province", old, None],
                successor_id=units["province", new, REFORM_ON],
                relation=Relation.WHOLE.value,
                is_default=True,
                effective_date=REFORM_ON,
                legal_ref=PROVINCES_ACT,
            )


def _dong_nai_links(units: dict[Key, int]) -> Iterator[AdminLineage]:
    """A unit whose kind changed is its own heir."""
    for (level, code, since), pk in units.items():
        if since == DONG_NAI_CITY_ON:
            yield AdminLineage(
                predecessor_id=units[level, code, REFORM_ON],
                successor_id=pk,
                relation=Relation.WHOLE.value,
                is_default=True,
                effective_date=DONG_NAI_CITY_ON,
                legal_ref=DONG_NAI_ACT,
            )


def _store_boundaries(units: dict[Key, int], seed: int) -> int:
    """Illustrative boundaries of units since the reform that have none."""
    placed = set(Boundary.objects.values_list("unit_id", flat=True))
    missing = [u for u in fixtures.unit_versions() if u.valid_from and u.lonlat and units[_key(u)] not in placed]
    if not missing:
        return 0
    drawn = fixtures.boundaries(seed)
    shapes = {"commune": drawn.communes, "province": drawn.provinces}
    rows = []
    for unit in missing:
        shape = shapes[unit.level.value][unit.code]
        assert unit.lonlat is not None
        assert unit.valid_from is not None
        row = Boundary(
            unit_id=units[_key(unit)],
            level=unit.level.value,
            valid_from=unit.valid_from,
            valid_to=unit.valid_to,
            is_current=unit.holds_on(timezone.localdate()),
            geom=outline.stored(shape),
            label_point=outline.stored_point(outline.label_point(shape, Point(unit.lonlat))),
            computed_area_km2=outline.area_km2(shape),
            source=Source.ILLUSTRATIVE.value,
            place_precision=_PRECISION[unit.level.value].value,
        )
        rows.append(row)
    return copy_rows(Boundary, rows)
