"""The file itself: a row for each right, as CSV sent while it is read, or as a workbook kept on disk meanwhile."""

from collections.abc import Iterator
from itertools import islice
from tempfile import TemporaryFile
from typing import IO, Any, Final

from django.db.models import QuerySet
from openpyxl import Workbook

from land_records.models import Parcel
from land_records.persons import holders_today
from layers.core.limit import at_most
from layers.core.text import Text
from layers.spreadsheet.cell import words
from layers.spreadsheet.line import BOM, line

SLICE: Final = 1_000
FILE_S: Final = 120.0
HEAD: Final = (
    Text(vi="Mã xã", en="Commune code"), Text(vi="Xã, phường", en="Commune"), Text(vi="Tờ bản đồ", en="Sheet"),
    Text(vi="Số thửa", en="Parcel"), Text(vi="Loại đất", en="Land use"),
    Text(vi="Diện tích pháp lý (m²)", en="Recorded area (m²)"), Text(vi="Địa chỉ thửa đất", en="Parcel address"),
    Text(vi="Người sử dụng đất", en="Land user"), Text(vi="Đối tượng", en="Kind"), Text(vi="Vai trò", en="Role"),
    Text(vi="Phần quyền", en="Share"), Text(vi="Số định danh", en="Identification number"),
    Text(vi="Ngày sinh", en="Birth date"), Text(vi="Địa chỉ", en="Address"),
    Text(vi="Số phát hành", en="Certificate serial"), Text(vi="Số vào sổ", en="Registry number"),
)  # fmt: skip


def csv_lines(parcels: "QuerySet[Parcel]", language: str) -> Iterator[bytes]:
    """UTF-8 with BOM, a heading in the language, then a line for each right."""
    yield BOM + line([head.to(language) for head in HEAD])
    for row in _rows(parcels, language):
        yield line(row)


def xlsx_file(parcels: "QuerySet[Parcel]", language: str) -> IO[bytes]:
    """The same as a workbook, in a file that is gone once it is closed."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("geo_ioc")
    sheet.freeze_panes = "A2"
    sheet.append([head.to(language) for head in HEAD])
    for row in _rows(parcels, language):
        sheet.append([words(sheet, cell) if isinstance(cell, str) else cell for cell in row])
    written: IO[bytes] = TemporaryFile()  # noqa: SIM115 - the answer closes it
    book.save(written)
    written.seek(0)
    return written


def _rows(parcels: "QuerySet[Parcel]", language: str) -> Iterator[list[Any]]:
    """Parcels by commune, sheet and number; those nobody holds are left out."""
    ordered = parcels.select_related("commune").order_by("commune__code", "sheet", "parcel_number")
    with at_most(FILE_S):
        found = ordered.defer("geom", "geom_3857").iterator(chunk_size=SLICE)
        while some := list(islice(found, SLICE)):
            held = holders_today([one.su_id for one in some])
            for parcel in some:
                for one in held.get(parcel.su_id, ()):
                    yield [
                        parcel.commune.code,
                        parcel.commune.name_en if language == "en" else parcel.commune.full_name,
                        parcel.sheet,
                        parcel.parcel_number,
                        parcel.land_use,
                        float(parcel.recorded_area_m2),
                        parcel.address,
                        one.name,
                        one.kind.to(language),
                        one.role.to(language),
                        one.share,
                        one.id_number,
                        f"{one.birth_date:%d/%m/%Y}" if one.birth_date else "",
                        one.address,
                        one.serial,
                        one.registry_number,
                    ]
