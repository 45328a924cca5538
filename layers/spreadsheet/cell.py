"""Cells of a workbook."""

from typing import Any, Final

from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MAX_CHARACTERS: Final = 32_767
"""Most characters of one cell that spreadsheets read."""


def words(sheet: Any, text: str) -> WriteOnlyCell:
    """Words that no spreadsheet takes for a formula or a number, without what a workbook cannot hold."""
    cell = WriteOnlyCell(sheet, ILLEGAL_CHARACTERS_RE.sub("", text)[:MAX_CHARACTERS])
    cell.data_type = "s"
    return cell
