"""Features as a workbook for people: titles and values in their language, numbers and days as such."""

import io
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from layers.core.attribute import Attribute
from layers.core.declaration import Declaration
from layers.core.feature import Feature
from layers.core.text import Text
from layers.core.time import LOCAL
from layers.spreadsheet.cell import words

MAX_NAME = 31
LEAST_WIDTH, MOST_WIDTH = 10, 48

_ID = Text(vi="Mã đối tượng", en="Feature id")
_LON, _LAT = Text(vi="Kinh độ", en="Longitude"), Text(vi="Vĩ độ", en="Latitude")


def xlsx_bytes(
    layer: Declaration, readable: Mapping[str, Attribute], slices: Iterator[list[Feature]], language: str
) -> bytes:
    """One sheet named like the layer: id, the attributes under their titles, and where (degrees, WGS 84)."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_sheet_name(layer.title.to(language)))
    heads = [
        _ID.to(language),
        *(_head(one, language) for one in readable.values()),
        _LON.to(language),
        _LAT.to(language),
    ]
    sheet.freeze_panes = "B2"
    for number, head in enumerate(heads, 1):
        width = min(max(len(head) + 2, LEAST_WIDTH), MOST_WIDTH)
        sheet.column_dimensions[get_column_letter(number)].width = width
    sheet.append([_heading(sheet, head) for head in heads])
    rows = 1
    for features in slices:
        for feature in features:
            values = [_cell(sheet, one, feature.attributes[name], language) for name, one in readable.items()]
            sheet.append([feature.id, *values, *(round(degree, 6) for degree in feature.lonlat)])
            rows += 1
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(heads))}{rows}"
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def _head(attribute: Attribute, language: str) -> str:
    return attribute.title.to(language) + (f" ({attribute.unit})" if attribute.unit else "")


def _cell(sheet: Any, attribute: Attribute, value: Any, language: str) -> Any:
    option = attribute.option(value)
    if option is not None:
        return words(sheet, option.title.to(language))
    if isinstance(value, datetime):
        return value.astimezone(LOCAL).replace(tzinfo=None)
    if isinstance(value, Decimal):
        return float(value)
    if value is None or isinstance(value, bool | int | float | date):
        return value
    return words(sheet, str(value))


def _heading(sheet: Any, text: str) -> Any:
    cell = words(sheet, text)
    cell.font = Font(bold=True)
    return cell


def _sheet_name(title: str) -> str:
    """The title without what sheets may not be called."""
    return "".join(" " if letter in r"[]:*?/\'" else letter for letter in title).strip()[:MAX_NAME] or "geo_ioc"
