"""A name shown for a purpose: first the access log, then what lies behind the mask."""

from collections.abc import Mapping
from typing import Any

from land_records.models import Parcel, Restriction
from land_records.panel import facts
from land_records.panel.rights import PAPERS, RESTRICTIONS
from land_records.persons import holders, of_version
from land_records.scans.papers import papers_of
from layers.audit import record
from layers.core import KeyValue, Note, Panel, Text, Viewer
from layers.core.errors import Invalid
from layers.core.panel import Block, Cell, Link, Quantity, Words

LEAST_PURPOSE = 5
"""Characters of a purpose, as the search by person asks."""
MAX_RESTRICTIONS = 50
MAX_PAPERS = 50
LAYER = "parcel_cases"

_LOGGED = Text(
    vi="Lượt xem này đã ghi vào nhật ký truy cập cùng mục đích.",
    en="This view is written to the access log with its purpose.",
)
_NOBODY = Text(vi="Chưa có người sử dụng đất trong sổ.", en="The register names no land user.")


def reveal(row: Parcel, viewer: Viewer, data: Mapping[str, Any]) -> Panel:
    """Who holds rights over the parcel, who its restrictions are for, its papers' titles.

    The log is written before anything is read.

    Raises:
        Invalid: the purpose says too little.
    """
    purpose = data["purpose"]
    if len(purpose) < LEAST_PURPOSE:
        raise Invalid(
            Text(vi="Biểu mẫu có chỗ cần sửa.", en="Some fields need correcting."),
            fields={
                "purpose": Text(vi="Ghi rõ mục đích, ít nhất 5 ký tự.", en="State the purpose, 5 characters at least.")
            },
        )
    record(viewer, "reveal", layer=LAYER, feature_id=row.su_id, purpose=purpose, detail={"fields": ["land_user"]})
    blocks: list[Block] = [Note(text=_LOGGED), *_people(row), *_held(row), *_papers(row)]
    if len(blocks) == 1:
        blocks.append(Note(text=_NOBODY))
    return Panel(title=facts.title(row), state=facts.legal_state(row), updated_at=row.updated_at, blocks=blocks)


def _people(row: Parcel) -> list[Block]:
    shown: list[Block] = []
    for one in holders(row):
        rows: list[tuple[Words, Cell | Quantity | Link]] = [
            (Text(vi="Tên", en="Name"), one.name),
            (Text(vi="Số định danh", en="Identification number"), one.id_number),
            (Text(vi="Ngày sinh", en="Birth date"), f"{one.birth_date:%d/%m/%Y}" if one.birth_date else ""),
            (Text(vi="Địa chỉ", en="Address"), one.address),
            (Text(vi="Phần quyền", en="Share"), one.share),
            (Text(vi="Số phát hành", en="Certificate serial"), one.serial),
            (Text(vi="Số vào sổ", en="Registry number"), one.registry_number),
        ]
        shown.append(KeyValue(title=one.role, rows=[(name, value) for name, value in rows if value]))
    return shown


def _held(row: Parcel) -> list[Block]:
    """Bank, claimant or court of each open restriction."""
    found = of_version(Restriction, row).exclude(holder="").order_by("valid_from", "pk")[:MAX_RESTRICTIONS]
    return [
        KeyValue(title=RESTRICTIONS[one.kind], rows=[(Text(vi="Bên nhận, bên yêu cầu", en="In favour of"), one.holder)])
        for one in found
    ]


def _papers(row: Parcel) -> list[Block]:
    """Titles of the parcel's papers, which may name a person."""
    rows: list[tuple[Words, Cell | Quantity | Link]] = [
        (PAPERS[one.kind], f"{one.title} {one.number}".strip()) for one in papers_of(row)[:MAX_PAPERS]
    ]
    return [KeyValue(title=Text(vi="Giấy tờ", en="Papers"), rows=rows)] if rows else []
