"""A form for some communes: a sheet for all of them together, then one for each; as a file, or to be shown."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Final

from django.db.models import QuerySet

from land_records.models import Parcel, Right
from land_records.statistics.areas import areas, areas_by_code, form, leaves
from land_records.statistics.form_01 import form_01
from land_records.statistics.form_05 import hectares, matrix_sheet, reconciliation_sheet
from land_records.statistics.kept import exact
from land_records.statistics.matrix import Period, matrices
from land_records.statistics.reconciliation import added, explained
from land_records.statistics.sheets import Asked, Sheet, saved
from land_records.statistics.transition import Cells, together
from layers.admin_units.models import AdminUnit
from layers.core.text import Text

FORMS: Final = ("01", "05")
_ALL = Text(vi="Toàn bộ", en="All")
_ALL_NAME = Text(vi="Toàn bộ {count} xã, phường", en="All {count} communes")
_RECONCILED = Text(vi="đối soát", en="reconciled")

Parcels = Callable[[date], "QuerySet[Parcel]"]
"""The versions of parcels that held on a day, as far as was known: of the communes asked for, all of them."""
_Places = list[tuple[str, str, list[int]]]
"""Titles, names and communes of the sheets."""


def report(name: str, communes: "QuerySet[AdminUnit]", asked: Asked, parcels: Parcels) -> bytes:
    """Form `01` or `05` as XLSX over these communes; where `asked.since` is given, with the reconciliation.

    Raises:
        ValueError: another form, or 05 without `since`.
        BadRequest: too many parcels changed for one form.
    """
    return saved(_sheets(name, communes, asked, parcels, each=True))


def shown(name: str, communes: "QuerySet[AdminUnit]", asked: Asked, parcels: Parcels) -> list[Sheet]:
    """The same for all of them together, to be read on screen: the form, in ha, and the reconciliation.

    Raises:
        ValueError, BadRequest: as `report`.
    """
    return list(_sheets(name, communes, asked, parcels, each=False))


def _sheets(
    name: str, communes: "QuerySet[AdminUnit]", asked: Asked, parcels: Parcels, *, each: bool
) -> Iterator[Sheet]:
    if name not in FORMS or (name == "05" and asked.since is None):
        raise ValueError(f"form {name} since {asked.since}: 01, or 05 with a day to start from")
    units = {unit.pk: unit for unit in communes.order_by("code")}
    places = _places(units, asked, each=each)
    pks = communes.order_by().values("pk")
    after = parcels(asked.on).filter(commune__in=pks)
    if name == "01":
        held = areas(after, Right.objects.as_of(asked.on, asked.known_at))
        rounded = {pk: leaves(held.get(pk, {})) for pk in units}
        for title, words, some in places:
            yield form_01(title, words, form([rounded[pk] for pk in some]), asked)
    if asked.since is not None:
        before = parcels(asked.since).filter(commune__in=pks)
        starts = _starts(before, asked.since, communes, asked)
        period = Period(since=asked.since, on=asked.on, before=before, after=after, starts=starts)
        found = matrices(period)
        if name == "05":
            yield from _matrix(places, found, asked, each=each)
        kinds = explained(asked.since, asked.on, communes, asked.known_at)
        for title, words, some in places:
            cells = together(found.get(pk, {}) for pk in some)
            told = added([kinds.get(pk, {}) for pk in some])
            yield reconciliation_sheet(f"{title} ({_RECONCILED.to(asked.language)})", words, cells, told, asked)


def _starts(
    before: "QuerySet[Parcel]", since: date, communes: "QuerySet[AdminUnit]", asked: Asked
) -> dict[int, dict[str, int]]:
    """Areas by code on the first day: kept ones where they are exact, else added up."""
    kept = exact(since, communes) if asked.known_at is None else {}
    rest = [pk for pk in communes.values_list("pk", flat=True) if pk not in kept]
    return {**kept, **(areas_by_code(before.filter(commune__in=rest)) if rest else {})}


def _matrix(places: _Places, found: Mapping[int, Cells], asked: Asked, *, each: bool) -> Iterator[Sheet]:
    """In ha as printed; in a file exactly too."""
    for title, words, some in places:
        printed = together(hectares(found.get(pk, {})) for pk in some)
        yield matrix_sheet(f"{title} (ha)", words, printed, "ha", asked)
        if each:
            yield matrix_sheet(f"{title} (m²)", words, together(found.get(pk, {}) for pk in some), "m²", asked)


def _places(units: Mapping[int, AdminUnit], asked: Asked, *, each: bool) -> _Places:
    """All together, unless there is one; then each, where wanted."""
    found = []
    if len(units) != 1:
        found.append((_ALL.to(asked.language), _ALL_NAME.format(count=len(units)).to(asked.language), list(units)))
    if each or len(units) == 1:
        found += [(unit.code, _name(unit, asked), [pk]) for pk, unit in units.items()]
    return found


def _name(unit: AdminUnit, asked: Asked) -> str:
    return unit.name_en if asked.language == "en" else unit.full_name
