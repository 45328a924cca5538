"""The demo's parcels, commune by commune as they are generated."""

from collections import Counter
from collections.abc import Callable, Iterable
from itertools import repeat
from time import perf_counter
from typing import Any

import shapely
from django.db.models import Count
from django.utils import timezone

import fixtures
from fixtures.parcels import CommuneParcels
from land_records.models import Parcel, Source
from layers.admin_units.models import AdminUnit
from layers.core.bulk import copy_columns
from layers.core.models import PlacePrecision

NEAR = 0.15
"""A commune whose stored number differs by no more than this share from what is asked is left as it is."""
MOST_UNSURVEYED = 1_500
"""A commune of which only blocks are asked has fewer parcels."""


def seed(province: fixtures.Province, say: Callable[[str], object]) -> None:
    """Store the communes that hold another number of parcels than asked for.

    Parcels brought by files stay, and their communes get none of the demo's.
    """
    communes = dict(AdminUnit.objects.filter(level="commune", is_current=True).values_list("code", "pk"))
    imported = set(_counts(Source.IMPORTED))
    stored = _counts(Source.DEMO)
    stale = [
        (code, asked)
        for code, asked in province.parcel_quotas.items()
        if code not in imported and not _is_enough(stored[code], asked)
    ]
    started, total = perf_counter(), 0
    for number, made in enumerate(province.parcels(stale), start=1):
        commune = communes[made.commune_code]
        Parcel.objects.filter(commune_id=commune, source=Source.DEMO.value).delete()
        total += copy_columns(Parcel, _columns(made, commune))
        if number % 8 == 0:
            say(f"{number}/{len(stale)} communes, {total:,} parcels, {perf_counter() - started:.0f} s")
    say(f"{total:,} parcels new")


def _counts(source: Source) -> Counter[str]:
    """Number of parcels of each commune, by code."""
    rows = Parcel.objects.filter(source=source.value).values_list("commune__code").order_by("commune__code")
    return Counter(dict(rows.annotate(Count("pk"))))


def _is_enough(stored: int, asked: int) -> bool:
    return abs(stored - asked) <= NEAR * asked if asked else 0 < stored < MOST_UNSURVEYED


def _columns(made: CommuneParcels, commune: int) -> dict[str, Iterable[Any]]:
    """The columns of the table; what all rows share is repeated."""
    shared = {
        "commune": commune,
        "source": Source.DEMO.value,
        "place_precision": PlacePrecision.EXACT.value,
        "version": 1,
        "updated_at": timezone.now(),
    }
    return {
        "sheet": made.sheets.tolist(),
        "parcel_number": made.numbers.tolist(),
        "land_use": made.land_use.tolist(),
        "recorded_area_m2": [f"{area:.1f}" for area in made.recorded_m2.tolist()],
        "computed_area_m2": made.computed_m2.tolist(),
        "geom": shapely.to_wkb(shapely.set_srid(made.geoms, 4326), hex=True, include_srid=True).tolist(),
        **{name: repeat(value, len(made)) for name, value in shared.items()},
    }
