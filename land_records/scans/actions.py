"""What an officer does with scans from a parcel's panel: attach one, open them for a purpose, withdraw a wrong one."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings

from land_records.models import Document, Parcel, Scan, Transaction
from land_records.officers import OFFICERS
from land_records.panel import facts
from land_records.panel.rights import PAPERS
from land_records.scans.attach import LAYER, attach, withdraw
from land_records.scans.papers import MAX_PAPERS, papers_of
from land_records.scans.passes import SECONDS, address
from land_records.terms import DocumentKind
from land_records.transactions.filing import Faults, refusal
from layers.audit import record
from layers.core import Action, Field, KeyValue, Note, Option, Panel, Text, Viewer
from layers.core.errors import Forbidden
from layers.core.panel import Block, Cell, Link, Quantity, Words
from layers.core.time import LOCAL

LEAST_PURPOSE = 5
"""Characters of a purpose, as the land user's name asks."""
_OPENED = Text(
    vi=f"Mục đích đã ghi vào nhật ký truy cập, mỗi lần mở bản quét cũng vậy. Mở được trong {SECONDS // 60} phút.",
    en=f"The purpose is in the access log, so is each scan you open; for {SECONDS // 60} minutes.",
)
_NONE = Text(vi="Chưa có bản quét nào.", en="There are no scans yet.")


def open_scans(row: Parcel, viewer: Viewer, data: Mapping[str, Any]) -> Panel:
    """The scans of the parcel's papers, each to be opened; the log is written before anything is read.

    Raises:
        Invalid: the purpose says too little. Forbidden: not a person with an account.
    """
    if viewer.user_id is None:
        raise Forbidden
    purpose = data["purpose"]
    if len(purpose) < LEAST_PURPOSE:
        raise refusal("purpose", "Ghi rõ mục đích, ít nhất 5 ký tự.", "State the purpose, 5 characters at least.")
    given = record(viewer, "open_scans", layer=LAYER, feature_id=row.su_id, purpose=purpose)
    blocks: list[Block] = [Note(text=_OPENED)]
    for paper in papers_of(row)[:MAX_PAPERS]:
        scans = Scan.objects.filter(document=paper).select_related("withdrawal").order_by("position")
        rows = [(_said(scan), _shown(scan, row, viewer, address(scan, row.su_id, viewer, given))) for scan in scans]
        if rows:
            kind, about = PAPERS[paper.kind], f"{paper.title} {paper.number}".strip()
            blocks.append(KeyValue(title=Text(vi=f"{kind.vi}: {about}", en=f"{kind.en}: {about}"), rows=rows))
    if len(blocks) == 1:
        blocks.append(Note(text=_NONE))
    return Panel(title=facts.title(row), state=facts.legal_state(row), updated_at=row.updated_at, blocks=blocks)


def _said(scan: Scan) -> Words:
    return Text(vi=f"Bản quét {scan.pk}", en=f"Scan {scan.pk}")


def _shown(scan: Scan, row: Parcel, viewer: Viewer, href: str) -> Cell | Quantity | Link:
    if hasattr(scan, "withdrawal"):
        taken, day = scan.withdrawal, f"{scan.withdrawal.at.astimezone(LOCAL):%d/%m/%Y}"
        said = Text(vi=f"Đã rút {day}: {taken.reason}", en=f"Withdrawn {day}: {taken.reason}")
        return said.to(viewer.language)
    kind = scan.type.partition("/")[2].upper()
    about = [f"{kind}, {max(1, round(scan.size_bytes / 1024))} kB", scan.name]
    return Link(href=href, text=" · ".join(filter(None, about)))


def attach_scan(row: Parcel, viewer: Viewer, data: Mapping[str, Any]) -> None:
    """One more file, of a paper that is there or of a new one.

    Raises:
        Invalid: field by field what is wrong.
    """
    attach(_paper(row, data), data["file"], viewer, su_id=row.su_id)


def _paper(row: Parcel, data: Mapping[str, Any]) -> Document:
    about = ("kind", "number", "issued_on", "title", "dossier")
    if data["paper"] is not None:
        faults = Faults()
        for name in about:
            if data[name] is not None:
                faults.add(name, "Bỏ trống: giấy tờ này đã có trong sổ.", "Leave empty: the register has this paper.")
        faults.stop()
        found = papers_of(row).filter(pk=int(data["paper"])).first()
        if found is None:
            raise refusal("paper", "Hồ sơ thửa đất không có giấy tờ mã này.", "The parcel's record has no such paper.")
        return found
    if data["kind"] is None:
        raise refusal("kind", "Giấy tờ mới cần loại.", "A new paper needs its kind.")
    kind = next(one for one in DocumentKind if one.value == data["kind"])
    return Document.objects.create(
        kind=kind.value,
        su_id=row.su_id,
        transaction=_filed_under(row, data["dossier"]),
        title=data["title"] or kind.title.vi,
        number=data["number"] or "",
        issued_on=data["issued_on"],
    )


def _filed_under(row: Parcel, number: str | None) -> Transaction | None:
    """The parcel's latest transaction with this dossier.

    Raises:
        Invalid: there is none.
    """
    if not number:
        return None
    versions = Parcel.objects.filter(su_id=row.su_id)
    filed = Transaction.objects.filter(dossier=number, pk__in=versions.values("made_by"))
    found = filed.order_by("-pk").first()
    if found is None:
        raise refusal("dossier", "Thửa đất không có biến động theo hồ sơ này.", "No change has this dossier.")
    return found


def withdraw_scan(row: Parcel, viewer: Viewer, data: Mapping[str, Any]) -> None:
    """Nobody opens this scan any more.

    Raises:
        Invalid: the record has no such scan, or it is withdrawn already.
    """
    scans = Scan.objects.filter(document__in=papers_of(row).values("pk"), withdrawal__isnull=True)
    scan = scans.filter(pk=int(data["scan"])).first()
    if scan is None:
        raise refusal("scan", "Hồ sơ không có bản quét mã này, hoặc đã rút.", "No such scan, or it is withdrawn.")
    withdraw(scan, viewer, su_id=row.su_id, reason=data["reason"])


ACTIONS = (
    Action(
        "open_scans",
        Text(vi="Xem bản quét giấy tờ", en="Show the scanned papers"),
        open_scans,
        form=[
            Field(
                "purpose",
                Text(vi="Mục đích", en="Purpose"),
                help=Text(vi="Được ghi vào nhật ký truy cập.", en="It is written to the access log."),
                max_length=1_000,
            )
        ],
        by=OFFICERS,
    ),
    Action(
        "attach_scan",
        Text(vi="Thêm bản quét", en="Attach a scan"),
        attach_scan,
        form=[
            Field(
                "file",
                Text(vi="Tệp quét", en="Scanned file"),
                "file",
                max_length=settings.GEO_IOC_SCAN_MAX_MB << 20,
                help=Text(
                    vi=f"PDF, JPEG, PNG hoặc TIFF, tối đa {settings.GEO_IOC_SCAN_MAX_MB} MB.",
                    en=f"PDF, JPEG, PNG or TIFF, {settings.GEO_IOC_SCAN_MAX_MB} MB at most.",
                ),
            ),
            Field(
                "paper",
                Text(vi="Mã giấy tờ đã có", en="Number of a paper that is there"),
                "number",
                required=False,
                least=1,
                most=2**62,
                help=Text(
                    vi="Trong bảng Giấy tờ. Bỏ trống: giấy tờ mới.",
                    en="In the table of papers. Empty: a new one.",
                ),
            ),
            Field(
                "kind",
                Text(vi="Loại giấy tờ mới", en="Kind of the new paper"),
                "choice",
                required=False,
                choices=tuple(Option.all_of(DocumentKind)),
            ),
            Field("number", Text(vi="Số", en="Number"), required=False, max_length=60),
            Field("issued_on", Text(vi="Ngày ký", en="Issued on"), "date", required=False),
            Field(
                "title",
                Text(vi="Trích yếu", en="Title"),
                required=False,
                max_length=200,
                help=Text(vi="Chỉ hiện khi nêu mục đích.", en="Shown for a purpose only."),
            ),
            Field(
                "dossier",
                Text(vi="Mã hồ sơ của biến động", en="Dossier of the change"),
                required=False,
                max_length=40,
            ),
        ],
        by=OFFICERS,
    ),
    Action(
        "withdraw_scan",
        Text(vi="Rút bản quét sai", en="Withdraw a wrong scan"),
        withdraw_scan,
        form=[
            Field("scan", Text(vi="Mã bản quét", en="Number of the scan"), "number", least=1, most=2**62),
            Field("reason", Text(vi="Lý do", en="Reason"), max_length=1_000),
        ],
        by=OFFICERS,
        danger=True,
    ),
)
"""For the layer of land officers."""
