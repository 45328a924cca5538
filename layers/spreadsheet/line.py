"""Lines of CSV; text that a spreadsheet would run is written behind an apostrophe, which an import takes off again."""

import csv
import io
import re
from collections.abc import Iterable
from typing import Any, Final

BOM: Final = b"\xef\xbb\xbf"
_FIGURE = r"[\d.,]+(?:[eE][+-]?\d+)?[\w\s%°.,]*\Z"
"""Numbers, telephone numbers and measures have a sign too, and nothing in them reckons or calls: -5 °C, +84 912 345."""
_RUN: Final = re.compile(rf"'*(?:[=＝@＠\t\r\n]|\s+[=＝@＠+＋\-－]|[+＋\-－](?!{_FIGURE}))")


def line(cells: Iterable[Any]) -> bytes:
    """One line in UTF-8."""
    written = io.StringIO()
    csv.writer(written, lineterminator="\r\n").writerow([harmless(cell) for cell in cells])
    return written.getvalue().encode()


def harmless(cell: Any) -> Any:
    """Text that a spreadsheet would take for a formula, behind an apostrophe; everything else as it is."""
    return f"'{cell}" if isinstance(cell, str) and _RUN.match(cell) else cell


def as_written(cell: str) -> str:
    """What `harmless` was given."""
    return cell[1:] if cell.startswith("'") and _RUN.match(cell[1:]) else cell
