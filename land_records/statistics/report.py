"""A form for some communes as one file: a sheet for all of them together, then one for each."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Final

from django.db.models import QuerySet
from openpyxl import Workbook

from land_records.models import Parcel, Right
from land_records.statistics.areas import areas, form, leaves
from land_records.statistics.form_01 import form_01
from land_records.statistics.form_05 import hectares, matrix_sheet, reconciliation_sheet
from land_records.statistics.matrix import matrices
from land_records.statistics.reconciliation import added, explained
from land_records.statistics.sheets import Asked, saved
from land_records.statistics.transition import Cells, together
from layers.admin_units.models import AdminUnit
from layers.core.text import Text

FORMS: Final = ("01", "05")
_ALL = Text(vi="Toàn bộ", en="All")
_ALL_NAME = Text(vi="Toàn bộ {count} xã, phường", en="All {count} communes")
_RECONCILED = Text(vi="đối soát", en="reconciled")

Parcels = Callable[[date], "QuerySet[Parcel]"]
"""The versions of parcels that held on a day, as far as was known and as far as whoever asks may see."""


def report(name: str, communes: "QuerySet[AdminUnit]", asked: Asked, parcels: Parcels) -> bytes:
    """Form `01` or `05` as XLSX over these communes; where `asked.since` is given, with the reconciliation.

    Raises:
        ValueError: another form, or 05 without `since`.
        BadRequest: too many parcels changed for one form.
    """
    if name not in FORMS or (name == "05" and asked.since is None):
        raise ValueError(f"form {name} since {asked.since}: 01, or 05 with a day to start from")
    units = {unit.pk: unit for unit in communes.order_by("code")}
    pks = communes.order_by().values("pk")
    after = parcels(asked.on).filter(commune__in=pks)
    book = Workbook(write_only=True)
    if name == "01":
        held = areas(after, Right.objects.as_of(asked.on, asked.known_at))
        rounded = {pk: leaves(held.get(pk, {})) for pk in units}
        for title, words, some in _sheets(units, asked):
            form_01(book, title, words, form([rounded[pk] for pk in some]), asked)
    if asked.since is not None:
        before = parcels(asked.since).filter(commune__in=pks)
        found = matrices(before, after)
        if name == "05":
            _matrix(book, units, found, asked)
        kinds = explained(asked.since, asked.on, communes, asked.known_at)
        for title, words, some in _sheets(units, asked):
            cells = together(found.get(pk, {}) for pk in some)
            told = added([kinds.get(pk, {}) for pk in some])
            reconciliation_sheet(book, f"{title} ({_RECONCILED.to(asked.language)})", words, cells, told, asked)
    return saved(book)


def _matrix(book: Workbook, units: Mapping[int, AdminUnit], found: Mapping[int, Cells], asked: Asked) -> None:
    """In ha as printed, then exactly."""
    for title, words, some in _sheets(units, asked):
        printed = together(hectares(found.get(pk, {})) for pk in some)
        matrix_sheet(book, f"{title} (ha)", words, printed, "ha", asked)
        matrix_sheet(book, f"{title} (m²)", words, together(found.get(pk, {}) for pk in some), "m²", asked)


def _sheets(units: Mapping[int, AdminUnit], asked: Asked) -> Iterator[tuple[str, str, list[int]]]:
    """Sheets' titles, names and communes: all together, unless there is one, then each."""
    if len(units) != 1:
        yield _ALL.to(asked.language), _ALL_NAME.format(count=len(units)).to(asked.language), list(units)
    for pk, unit in units.items():
        yield unit.code, _name(unit, asked), [pk]


def _name(unit: AdminUnit, asked: Asked) -> str:
    return unit.name_en if asked.language == "en" else unit.full_name
