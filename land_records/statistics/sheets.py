"""Forms as workbooks: a sheet a commune and one for all, codes down, areas as numbers."""

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from land_records.scale import LandUse
from land_records.statistics.uses import USES, lineage
from layers.core.text import Text
from layers.core.time import LOCAL
from layers.spreadsheet.cell import words

UNIT: Final = "ha"
LEAD: Final = 3
HA, M2 = "#,##0.00", "#,##0.0"
MORE_HA, MORE_M2 = (f"+{one};-{one};{one}" for one in (HA, M2))
"""Of differences: with their sign."""
NAME_WIDTH, CODE_WIDTH, AREA_WIDTH = 44, 8, 13
_BOLD, _WRAPPED = Font(bold=True), Alignment(wrap_text=True, vertical="top")
ORDER = Text(vi="Số thứ tự", en="No.")
USE, CODE = Text(vi="Loại đất", en="Land use"), Text(vi="Mã", en="Code")
ALL_LAND = Text(vi="Tổng diện tích đất của đơn vị hành chính", en="All land of the administrative unit")
_KNOWN = Text(vi="Theo dữ liệu ghi nhận đến {at:%H:%M %d/%m/%Y}", en="As known at {at:%Y-%m-%d %H:%M}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a form is made for.

    Attributes:
        since: the day form 05 and the reconciliation start from.
        known_at: what the register knew by then; None is now.
    """

    on: date
    language: str
    since: date | None = None
    known_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A number of a form, words, or nothing; bold for what is a sum."""

    value: Any
    bold: bool = False
    format: str = HA


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A form as it is printed or shown: lines above, a table, notes below.

    Attributes:
        title: of its tab in a workbook.
        heads: rows of the table that are headings; the first `LEAD` columns are number, use and code.
        tells_from: the column from which on a row of nothing is of no interest on screen.
    """

    title: str
    above: Sequence[str]
    table: Sequence[Sequence[Cell]]
    below: Sequence[str]
    heads: int = 1
    tells_from: int = LEAD


_Styles = dict[tuple[str, bool, bool], Any]
"""What a workbook knows each look of a cell by, so that it is not looked up for every cell."""


def is_sum(code: str) -> bool:
    """Whether a code has parts; no code is all land."""
    return not code or any(use.parent == code for use in LandUse)


def use_name(code: str, language: str) -> str:
    """A code's name, parts set in under their whole."""
    if not code:
        return ALL_LAND.to(language)
    return "   " * (len(lineage(code)) - 1) + USES[code].title.to(language)


def lines(asked: Asked, when: Text, unit: str = UNIT) -> list[str]:
    """The day, and what was known by when."""
    found = [when.format(on=asked.on, since=asked.since or asked.on, unit=unit).to(asked.language)]
    if asked.known_at is not None:
        found.append(_KNOWN.format(at=asked.known_at.astimezone(LOCAL)).to(asked.language))
    return found


def saved(sheets: Iterable[Sheet]) -> bytes:
    """A workbook of these sheets; the first rows and columns of each stay in sight."""
    book, styles = Workbook(write_only=True), _Styles()
    for one in sheets:
        _put(book, one, styles)
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def _put(book: Workbook, one: Sheet, styles: _Styles) -> None:
    sheet = book.create_sheet(one.title)
    for number in range(1, len(one.table[0]) + 1):
        width = {1: CODE_WIDTH, 2: NAME_WIDTH, 3: CODE_WIDTH}.get(number, AREA_WIDTH)
        sheet.column_dimensions[get_column_letter(number)].width = width
    sheet.freeze_panes = f"D{len(one.above) + 3}"
    for line in one.above:
        sheet.append([_written(sheet, Cell(value=line, bold=True), styles)])
    sheet.append([])
    for row in one.table:
        sheet.append([_written(sheet, cell, styles, wrap=row is one.table[0]) for cell in row])
    sheet.append([])
    for line in one.below:
        sheet.append([_written(sheet, Cell(value=line), styles)])


def _written(sheet: Any, one: Cell, styles: _Styles, *, wrap: bool = False) -> Any:
    if one.value is None:
        return None
    if isinstance(one.value, str):
        cell, form = words(sheet, one.value), ""
    else:
        cell, form = WriteOnlyCell(sheet, one.value), "0" if isinstance(one.value, int) else one.format
    kind = form, one.bold, wrap
    if kind not in styles:
        if form:
            cell.number_format = form
        if one.bold:
            cell.font = _BOLD
        if wrap:
            cell.alignment = _WRAPPED
        styles[kind] = cell._style
    cell._style = styles[kind]
    return cell
