"""Which unit a code or a point means on a day, and what became of it.

A code without a day is ambiguous: 80 was Long An until 30/06/2025 and is Tây Ninh since; most commune codes were given
to larger units on 01/07/2025.
"""

from datetime import date

from django.contrib.gis.geos import Point
from django.contrib.postgres.search import TrigramWordSimilarity
from django.db.models import Case, Q, QuerySet, When

from layers.admin_units.models import AdminLineage, AdminUnit, Boundary, Level, Source

MOST_CALLED = 200
MOST_ALIKE = 3
ALIKE = 0.6
"""Least word similarity (pg_trgm) of a name with a slip."""


def holding_on(on: date) -> Q:
    """Rows whose half-open period [valid_from, valid_to) holds the day; an open end is null."""
    begun = Q(valid_from__isnull=True) | Q(valid_from__lte=on)
    return begun & (Q(valid_to__isnull=True) | Q(valid_to__gt=on))


def unit_at(code: str, level: Level, on: date) -> AdminUnit | None:
    """The unit that carries the code at that level on that day; None where nobody does."""
    return AdminUnit.objects.filter(holding_on(on), code=code, level=level.value).first()


def unit_containing(lon: float, lat: float, on: date, level: Level = Level.COMMUNE) -> AdminUnit | None:
    """The unit whose boundary of that day holds the point, EPSG:4326.

    Where an imported boundary and a neighbour's illustrative one overlap the imported holds, else the lower code.
    None at sea, abroad, and before 01/07/2025: no boundary of the old units is known.
    """
    boundaries = Boundary.objects.filter(holding_on(on), level=level.value, geom__intersects=Point(lon, lat, srid=4326))
    is_drawn = Case(When(source=Source.ILLUSTRATIVE.value, then=1), default=0)
    found = boundaries.select_related("unit").order_by(is_drawn, "unit__code").first()
    return found.unit if found else None


def successors(unit: AdminUnit) -> QuerySet[AdminLineage]:
    """The links to what became of a unit, the default heir first; of an old district, those of all its communes."""
    lost = Q(predecessor=unit)
    if unit.level == Level.DISTRICT:
        lost |= Q(predecessor__parent=unit)
    return (
        AdminLineage.objects.filter(lost).select_related("successor").order_by("-is_default", "successor__code", "id")
    )


def predecessors(unit: AdminUnit) -> QuerySet[AdminLineage]:
    """The links to what a unit was made of, whole units first."""
    return (
        AdminLineage.objects.filter(successor=unit)
        .select_related("predecessor", "predecessor__parent")
        .order_by("-relation", "predecessor__code")
    )


def communes_called(words: str) -> list[int]:
    """Ids of the communes of today that a name may mean: their own, of an old unit they came from, or nearly theirs.

    Args:
        words: a search key without the word for the unit's kind: `tan chau`.
    """
    if found := named_today(words) or heirs_of(words):
        return found
    today = AdminUnit.objects.filter(level=Level.COMMUNE.value, is_current=True)
    alike = today.annotate(likeness=TrigramWordSimilarity(words, "name_key")).filter(likeness__gte=ALIKE)
    return list(alike.order_by("-likeness", "pk").values_list("pk", flat=True)[:MOST_ALIKE])


def named_today(words: str) -> list[int]:
    """Ids of the communes of today whose name holds these words."""
    today = AdminUnit.objects.filter(level=Level.COMMUNE.value, is_current=True, name_key__contains=words)
    return list(today.values_list("pk", flat=True)[:MOST_CALLED])


def heirs_of(words: str) -> list[int]:
    """Ids of the units of today that took over an old unit of exactly this name, with or without its kind."""
    named = Q(predecessor__name_key__in=_called(words))
    links = AdminLineage.objects.filter(named, successor__is_current=True, predecessor__is_current=False)
    return list(links.order_by("successor").values_list("successor", flat=True).distinct()[:MOST_CALLED])


def old_codes_of(words: str) -> list[str]:
    """Codes of the communes of before of exactly this name, with or without its kind."""
    old = AdminUnit.objects.filter(level=Level.COMMUNE.value, is_current=False, name_key__in=_called(words))
    return list(old.order_by("code").values_list("code", flat=True).distinct()[:MOST_CALLED])


def _called(words: str) -> list[str]:
    return [words, *(f"{kind} {words}" for kind in ("xa", "phuong", "thi tran", "tinh", "thanh pho"))]
