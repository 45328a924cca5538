"""Looking at parcels again: what changed since, or a whole commune. What is found is kept, what is not is gone.

One at a time in the whole database, each part a transaction: a process that is stopped leaves what it had not finished
in the queue.
"""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from time import monotonic

from django.contrib.gis.geos import GEOSGeometry
from django.db import DatabaseError, connection, transaction
from django.db.models import Q
from django.utils import timezone

from land_records.models import MapSheet, Parcel
from land_records.quality import checks, gaps
from land_records.quality.found import Found
from land_records.quality.models import ParcelChange, ParcelProblem, ProblemEntry
from land_records.quality.rules import limits
from land_records.quality.terms import EntryKind, ProblemKind, ProblemState
from layers.admin_units.models import AdminUnit
from layers.vn2000.plane import zone_at

AT_ONCE = 200
"""Changes that are looked at together."""
MOST_NUMBERS = 8
"""Parcels that a problem's name lists."""
_GAP = Q(kind=ProblemKind.GAP.value)

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Looked:
    """What looking again came to.

    Attributes:
        parcels: looked at, the neighbours too.
        found: problems that are new or back; kept: that are still there; gone.
    """

    parcels: int
    found: int = 0
    kept: int = 0
    gone: int = 0

    def __add__(self, other: "Looked") -> "Looked":
        """Both."""
        return Looked(
            self.parcels + other.parcels, self.found + other.found, self.kept + other.kept, self.gone + other.gone
        )


def check_commune(commune: int) -> Looked:
    """Look at every parcel of a commune (by key); its changes that waited are then done too."""
    with transaction.atomic():
        _alone()
        return _whole(commune)


def check_changed(seconds: float = 45.0) -> Looked:
    """Look at what changed and at its neighbours, for so long at most; the rest waits for the next time.

    A commune whose parcels the database cannot measure is logged and keeps waiting; others go on.
    """
    started, looked = monotonic(), Looked(0)
    for commune in ParcelChange.objects.order_by("commune_id").values_list("commune_id", flat=True).distinct():
        while monotonic() - started < seconds:
            try:
                part = _next(commune)
            except DatabaseError:
                logger.exception("parcels of commune %s could not be checked", commune)
                break
            if part is None:
                break
            looked += part
    return looked


def _next(commune: int) -> Looked | None:
    """The next changes of a commune; None where there are none."""
    with transaction.atomic():
        _alone()
        waiting = ParcelChange.objects.filter(commune_id=commune)
        if waiting.filter(su_id=None).exists():
            return _whole(commune)
        rows = list(waiting.order_by("pk")[:AT_ONCE])
        if not rows:
            return None
        looked = _around(commune, rows)
        ParcelChange.objects.filter(pk__in=[row.pk for row in rows]).delete()
        return looked


def _whole(commune: int) -> Looked:
    done = list(ParcelChange.objects.filter(commune_id=commune).values_list("pk", flat=True))
    zone = _zone(commune)
    checks.ask_about_commune(commune)
    number = checks.look_at(zone)
    allowed = limits()
    search = gaps.Search(zone, allowed, set())
    found = [*checks.found(allowed), *gaps.told(search.in_commune(commune), zone)]
    named = _Names(found)
    # a problem belongs to the commune of its first parcel: another's gaps are told when that is looked at
    own = [one for one in found if one.kind != ProblemKind.GAP or named.commune(one) == commune]
    asked = Parcel.objects.current().filter(commune_id=commune).values("su_id")
    touched = ParcelProblem.objects.filter(parcels__overlap=list(asked.values_list("su_id", flat=True)))
    stale = Q(commune_id=commune) | (~_GAP & Q(pk__in=touched.values("pk")))
    looked = _keep(own, stale, named)
    ParcelChange.objects.filter(pk__in=done).delete()
    return Looked(max(number, len(search.looked_at))) + looked


def _around(commune: int, rows: Sequence[ParcelChange]) -> Looked:
    zone, allowed = _zone(commune), limits()
    su_ids = sorted({row.su_id for row in rows if row.su_id is not None})
    checks.ask_about(su_ids)
    checks.look_at(zone)
    search = gaps.Search(zone, allowed, _looked_at())
    grounds = {bytes(row.geom.wkb) for row in rows if row.geom is not None}
    opened, known = _gaps_around(search, grounds)
    found = [*checks.found(allowed), *gaps.told(opened, zone)]
    stale = (~_GAP & Q(parcels__overlap=su_ids)) | (_GAP & Q(pk__in=known))
    return Looked(len(search.looked_at)) + _keep(found, stale, _Names(found))


def _gaps_around(search: gaps.Search, grounds: set[bytes]) -> tuple[gaps.Gaps, set[int]]:
    """Gaps that touch grounds (EPSG:4326, WKB), and the problems they replace.

    Parcels with several gaps between them are one problem: where one of its gaps is touched, all are looked for.
    """
    known: dict[int, bytes] = {}
    while True:
        opened = search.around(gaps.on_plane([*grounds, *known.values()], search.zone)) if grounds else {}
        beside = Q(pk__in=())
        for ground in grounds:
            beside |= Q(geom__dwithin=(GEOSGeometry(memoryview(ground), srid=4326), 1e-6))
        for parcels in opened:
            beside |= Q(parcels=list(parcels))
        rows = ParcelProblem.objects.filter(beside, kind=ProblemKind.GAP.value, is_current=True)
        more = {row.pk: bytes(row.geom.wkb) for row in rows if row.pk not in known}
        if not more:
            return opened, set(known)
        known |= more


def _keep(found: Sequence[Found], stale: Q, named: "_Names") -> Looked:
    """Write what was found; what stood among `stale` and was not found is gone."""
    now = timezone.now()
    keys = {(one.kind.value, one.parcels): one for one in found if named.all_of(one)}
    standing = ParcelProblem.objects.filter(stale, is_current=True).values("pk")
    parcels = [list(one.parcels) for one in keys.values()]
    same = _same(parcels)
    rows = ParcelProblem.objects.select_for_update().filter(Q(pk__in=standing) | Q(pk__in=same)).order_by("pk")
    known = {(row.kind, tuple(row.parcels)): row for row in rows}
    entries: list[ProblemEntry] = []
    new: list[ParcelProblem] = []
    gone = kept = returned = 0
    for key, row in known.items():
        one = keys.get(key)
        if one is not None:
            returned += not row.is_current
            kept += row.is_current
            _renew(row, one, named, entries)
        elif row.is_current:
            gone += 1
            row.state, row.is_current, row.gone_at, row.updated_at = ProblemState.GONE.value, False, now, now
            row.save(update_fields=["state", "is_current", "gone_at", "updated_at"])
            entries.append(ProblemEntry(problem=row, at=now, kind=EntryKind.GONE.value))
    for key, one in keys.items():
        if key not in known:
            new.append(ParcelProblem(kind=one.kind.value, parcels=list(one.parcels), found_at=now, updated_at=now))
            _fill(new[-1], one, named)
    ParcelProblem.objects.bulk_create(new, batch_size=1_000)
    entries += [ProblemEntry(problem=row, at=now, kind=EntryKind.FOUND.value) for row in new]
    ProblemEntry.objects.bulk_create(entries, batch_size=1_000)
    return Looked(0, len(new) + returned, kept, gone)


def _same(parcels: Sequence[list[int]]) -> list[int]:
    """Problems of exactly these parcels."""
    found: list[int] = []
    for start in range(0, len(parcels), 1_000):
        part = parcels[start : start + 1_000]
        found += ParcelProblem.objects.filter(parcels__in=part).values_list("pk", flat=True)
    return found


def _renew(row: ParcelProblem, one: Found, named: "_Names", entries: list[ProblemEntry]) -> None:
    """A problem that is still there or back; its owner stays, its state too unless it was gone."""
    before = (*_figures(row), row.is_current)
    _fill(row, one, named)
    if before == (*_figures(row), True):
        return
    row.updated_at = timezone.now()
    if not row.is_current:
        row.state, row.is_current, row.found_at, row.gone_at = ProblemState.OPEN.value, True, row.updated_at, None
        entries.append(ProblemEntry(problem=row, at=row.updated_at, kind=EntryKind.RETURNED.value))
    row.save()


def _figures(row: ParcelProblem) -> tuple[object, ...]:
    return bytes(row.geom.wkb), row.area_m2, row.share_percent, row.numbers, row.commune_id, row.beside_id


def _fill(row: ParcelProblem, one: Found, named: "_Names") -> None:
    row.geom = GEOSGeometry(memoryview(one.geom), srid=4326)  # type: ignore[assignment]  # checked by the column
    row.area_m2, row.share_percent = one.area_m2, one.share_percent
    row.commune_id, row.beside_id, row.sheet, row.numbers = named.place(one)


class _Names:
    """Where the parcels of problems lie and how they are written."""

    def __init__(self, found: Iterable[Found]) -> None:
        wanted = sorted({su_id for one in found for su_id in one.parcels})
        rows = Parcel.objects.current().filter(su_id__in=wanted)
        facts = rows.values_list("su_id", "commune_id", "sheet", "parcel_number")
        self._known = {su_id: (commune, sheet, number) for su_id, commune, sheet, number in facts}

    def all_of(self, one: Found) -> bool:
        """Whether its parcels are still there: a transaction may have ended one while they were looked at."""
        return all(su_id in self._known for su_id in one.parcels)

    def commune(self, one: Found) -> int | None:
        """Of its first parcel; None where that is gone."""
        first = self._known.get(one.parcels[0])
        return first and first[0]

    def place(self, one: Found) -> tuple[int, int, int, str]:
        """Commune of the first parcel, of the first in another, the first's sheet, all parcels as written."""
        known = [self._known[su_id] for su_id in one.parcels]
        beside = next((commune for commune, _, _ in known if commune != known[0][0]), known[0][0])
        written = [f"{sheet}/{number}" for _, sheet, number in known[:MOST_NUMBERS]]
        return known[0][0], beside, known[0][1], ", ".join([*written, "…"] if len(known) > MOST_NUMBERS else written)


def _zone(commune: int) -> int:
    """EPSG code of the zone a commune is looked at in."""
    sheets = MapSheet.objects.filter(commune_id=commune).order_by("number").values_list("srid", flat=True)
    # a commune may be gone since its parcels were deleted: its changes still name it
    known = AdminUnit.objects.filter(pk=commune).values_list("srid", flat=True).first() or sheets.first()
    if known:
        return known
    place = Parcel.objects.current().filter(commune_id=commune).order_by("su_id").first()
    return zone_at(*place.geom.point_on_surface.coords) if place else zone_at(0, 0)


def _looked_at() -> set[int]:
    with connection.cursor() as cursor:
        cursor.execute("select su_id from parcel_checked")
        return {su_id for (su_id,) in cursor.fetchall()}


def _alone() -> None:
    """One at a time, until the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtext('land_records_quality'))")
