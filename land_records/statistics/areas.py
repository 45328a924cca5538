"""Recorded areas by use and kind of land user (form 01/TKKK), by one statement over the register.

A parcel with several land users is divided by their shares: what shares leave of one, and a parcel whose land user the
register does not know, is undetermined; shares that are more than one are taken in proportion. A parcel without a list
of uses counts with its recorded area under its printed use. Every area is exact.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

from django.db import connection
from django.db.models import QuerySet

from land_records.models import Parcel, ParcelUse, Party, Right
from land_records.statistics.uses import GROUPS, allotted, rounded, summed
from land_records.terms import MANAGERS, PartyKind

UNDETERMINED: Final = ""
"""Column of what no known land user or manager holds."""
COLUMNS: Final = (*(kind.value for kind in PartyKind), UNDETERMINED)
USERS: Final = tuple(kind.value for kind in PartyKind if kind not in MANAGERS)

_AREAS = """
with p as ({visible_parcels}), held as (
  select r.su_id, string_agg(t.kind || ' ' || r.numerator || '/' || r.denominator, ',' order by t.kind, r.id) as shares
  from ({visible_rights}) r join "{parties}" t on t.id = r.party_id group by r.su_id
)
select p.commune_id, coalesce(u.code, p.land_use), coalesce(h.shares, ''),
       (sum(coalesce(u.area_m2, p.recorded_area_m2)) * 10)::bigint
from p
left join "{uses}" u on u.parcel_id = p.id
left join held h on h.su_id = p.su_id
group by 1, 2, 3
"""

_BY_CODE = """
select p.commune_id, coalesce(u.code, p.land_use), (sum(coalesce(u.area_m2, p.recorded_area_m2)) * 10)::bigint
from ({visible_parcels}) p left join "{uses}" u on u.parcel_id = p.id group by 1, 2
"""

Cells = Mapping[tuple[str, str], Fraction]
"""Tenths of a square metre by (use, column); cells of nothing are left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row of form 01 in steps of its area: `total` is `used` + `managed` + `undetermined`, exactly."""

    code: str
    by_kind: Mapping[str, int]

    @property
    def used(self) -> int:
        """Column (5): all land users."""
        return sum(self.by_kind[kind] for kind in USERS)

    @property
    def managed(self) -> int:
        """Column (18): all managers."""
        return sum(self.by_kind[kind.value] for kind in MANAGERS)

    @property
    def undetermined(self) -> int:
        """What no known land user or manager holds."""
        return self.by_kind[UNDETERMINED]

    @property
    def total(self) -> int:
        """Column (4)."""
        return self.used + self.managed + self.undetermined


def areas(parcels: "QuerySet[Parcel]", rights: "QuerySet[Right]") -> dict[int, Cells]:
    """By commune (its row): recorded areas of these versions of parcels, held by these versions of rights."""
    wanted = parcels.order_by().values("id", "su_id", "commune_id", "land_use", "recorded_area_m2")
    holding = rights.order_by().values("id", "su_id", "party_id", "numerator", "denominator")
    parcels_sql, of_parcels = wanted.query.sql_with_params()
    rights_sql, of_rights = holding.query.sql_with_params()
    sql = _AREAS.format(
        uses=ParcelUse._meta.db_table,
        parties=Party._meta.db_table,
        visible_parcels=parcels_sql,
        visible_rights=rights_sql,
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [*of_parcels, *of_rights])
        rows = cursor.fetchall()
    return _divided(rows)


def areas_by_code(parcels: "QuerySet[Parcel]") -> dict[int, dict[str, int]]:
    """By commune (its row): tenths of a square metre of these versions by the use that holds them itself."""
    wanted = parcels.order_by().values("id", "commune_id", "land_use", "recorded_area_m2")
    parcels_sql, of_parcels = wanted.query.sql_with_params()
    found: dict[int, dict[str, int]] = defaultdict(dict)
    with connection.cursor() as cursor:
        sql = _BY_CODE.format(uses=ParcelUse._meta.db_table, visible_parcels=parcels_sql)
        cursor.execute(sql, of_parcels)
        for commune, code, tenths in cursor.fetchall():
            found[commune][code] = tenths
    return dict(found)


def _divided(rows: Sequence[tuple[Any, ...]]) -> dict[int, Cells]:
    found: dict[int, dict[tuple[str, str], Fraction]] = defaultdict(lambda: defaultdict(Fraction))
    for commune, code, shares, tenths in rows:
        for kind, share in divided(shares).items():
            found[commune][code, kind] += tenths * share
    return {commune: dict(cells) for commune, cells in found.items()}


def divided(shares: str) -> dict[str, Fraction]:
    """The part of each kind of land user, together one: `CNV 1/2,TKT 1/4` leaves a quarter undetermined."""
    parts: dict[str, Fraction] = defaultdict(Fraction)
    for one in filter(None, shares.split(",")):
        kind, _, share = one.partition(" ")
        parts[kind] += Fraction(share)
    whole = sum(parts.values(), Fraction())
    if whole > 1:
        return {kind: part / whole for kind, part in parts.items()}
    if whole < 1:
        parts[UNDETERMINED] = 1 - whole
    return parts


def by_code(cells: Cells) -> dict[str, int]:
    """The recorded area of each code itself, without its parts, tenths: shares of a parcel add up to it again."""
    found: dict[str, Fraction] = defaultdict(Fraction)
    for (code, _), tenths in cells.items():
        found[code] += tenths
    return {code: int(tenths) for code, tenths in found.items()}


Leaves = Mapping[str, Mapping[str, int]]
"""Steps by the code that holds them itself, then column."""


def leaves(cells: Cells) -> Leaves:
    """A commune's cells in 0.01 ha: first the codes so that they add up to the commune, then each over its columns."""
    found: dict[str, dict[str, Fraction]] = {}
    for (code, kind), tenths in sorted(cells.items()):
        found.setdefault(code, {})[kind] = tenths
    wholes = rounded({code: sum(kinds.values(), Fraction()) for code, kinds in found.items()})
    return {code: _over(wholes[code], kinds) for code, kinds in found.items()}


def _over(whole: int, kinds: Mapping[str, Fraction]) -> dict[str, int]:
    return dict(zip(kinds, allotted(whole, list(kinds.values())), strict=True))


def form(communes: Sequence[Leaves]) -> list[Row]:
    """Rows of form 01: all land first (no code), then the 67 codes; several communes are added as they are printed."""
    sums = {
        kind: summed(_added([{code: by.get(kind, 0) for code, by in one.items()} for one in communes]))
        for kind in COLUMNS
    }
    codes = list(sums[UNDETERMINED])
    all_land = Row(code="", by_kind={kind: sum(sums[kind][group.value] for group in GROUPS) for kind in COLUMNS})
    return [all_land, *(Row(code=code, by_kind={kind: sums[kind][code] for kind in COLUMNS}) for code in codes)]


def _added(many: Sequence[Mapping[str, int]]) -> dict[str, int]:
    found: dict[str, int] = defaultdict(int)
    for one in many:
        for code, steps in one.items():
            found[code] += steps
    return found
